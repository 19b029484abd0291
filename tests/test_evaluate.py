"""Quality figures against their definitions, and a whole evaluation on the seeds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from dedup.errors import InvalidPairs
from dedup.evaluate import Pair, Scored, calibration, quality, read_pairs, worst
from dedup.model import Relation
from service.cli import main

SEEDS = Path(__file__).parents[1] / "seeds"

labelled = st.tuples(st.integers(0, 3), st.booleans(), st.floats(0.1, 20))


@given(st.lists(labelled, min_size=1), st.integers(1, 3), st.booleans())
def test_quality_is_what_its_words_say(
    answers: list[tuple[int, bool, float]], level: int, weighted: bool
) -> None:
    pairs = [Pair("a", "b", label, "", weight) for label, _, weight in answers]
    found = [said for _, said, _ in answers]
    measured = quality(pairs, found, level, weighted=weighted)
    right = wrong = missed = 0.0
    for label, said, weight in answers:
        one = weight if weighted else 1.0
        if said and label >= level:
            right += one
        elif said:
            wrong += one
        elif label >= level:
            missed += one
    assert measured.precision == pytest.approx(right / (right + wrong) if right + wrong else 0)
    assert measured.recall == pytest.approx(right / (right + missed) if right + missed else 0)
    f1 = 2 * right / (2 * right + wrong + missed) if right + wrong + missed else 0
    assert measured.f1 == pytest.approx(f1)


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0, 1)), min_size=1))
def test_every_score_falls_into_one_bin(scores: list[tuple[int, float]]) -> None:
    scored = [Scored(Pair("a", "b", label, ""), Relation.NONE, score) for label, score in scores]
    bins = calibration(scored)
    assert sum(b.count for b in bins) == len(scored)
    for b in bins:
        assert b.low - 1e-9 <= b.mean_score <= b.high + 1e-9
    reuse = sum(b.count * b.reuse for b in bins)
    assert reuse == pytest.approx(sum(label >= 2 for label, _ in scores))


def test_the_worst_errors_come_first() -> None:
    def one(id: str, label: int, relation: Relation, score: float) -> Scored:
        return Scored(Pair(id, "b", label, ""), relation, score)

    mistakes = [
        one("right", 3, Relation.EXACT, 1.0),
        one("by one", 1, Relation.PARTIAL_COPY, 0.6),
        one("missed", 3, Relation.NONE, 0.1),
        one("by one, surely", 1, Relation.PARTIAL_COPY, 0.9),
    ]
    assert [s.pair.a for s in worst(mistakes)] == ["missed", "by one, surely", "by one"]
    assert worst(mistakes, 1)[0].pair.a == "missed"


@pytest.mark.parametrize(
    "line",
    [
        "no json",
        '{"a": "x", "b": "y"}',
        '{"a": "x", "b": "y", "label": 4}',
        '{"a": "x", "b": "unknown", "label": 1}',
        '{"a": "x", "b": "y", "label": 1, "expected": ["copy"]}',
        '["x", "y", 1]',
    ],
)
def test_a_pair_that_is_none_is_refused_with_its_line(tmp_path: Path, line: str) -> None:
    file = tmp_path / "pairs.jsonl"
    file.write_text('{"a": "x", "b": "y", "label": 0}\n' + line + "\n", encoding="utf-8")
    with pytest.raises(InvalidPairs, match=r"pairs\.jsonl:2"):
        read_pairs(file, ["x", "y"])


def evaluated(tmp_path: Path, *options: str) -> str:
    """What the command prints about the seeds."""
    expected = json.loads((SEEDS / "expected.json").read_text(encoding="utf-8"))
    articles, pairs = tmp_path / "articles.jsonl", tmp_path / "pairs.jsonl"
    with articles.open("w", encoding="utf-8") as out:
        for one in expected["articles"]:
            text = (SEEDS / one["file"]).read_text(encoding="utf-8")
            out.write(json.dumps({"id": one["id"], "text": text}) + "\n")
    with pairs.open("w", encoding="utf-8") as out:
        for one in expected["relations"]:
            relations = one["relation"] if isinstance(one["relation"], list) else [one["relation"]]
            record: dict[str, Any] = {"a": one["left"], "b": one["right"], "expected": relations}
            record["label"] = max(Relation(r).level for r in relations)
            out.write(json.dumps(record) + "\n")
    command = ["evaluate", "--articles", str(articles), "--pairs", str(pairs), *options]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_seeds_evaluate_to_what_is_expected_of_them(tmp_path: Path) -> None:
    report = json.loads(evaluated(tmp_path, "--json"))
    assert report["articles"] == 5
    assert report["pairs"] == 10
    assert {row["right"] / row["of"] for row in report["expected"].values()} == {1.0}
    by_method = {(row["method"], row["level"]): row["f1"] for row in report["quality"]}
    assert by_method["compared directly", 2] == 1.0
    assert by_method["found through the index", 2] == 1.0
    assert by_method["datasketch alone", 2] == 0.0
    assert report["index"]["reuse_found"] == 1.0
    assert report["index"]["unrelated_in_one_cluster"] == 0.0


def test_a_person_reads_the_same_as_tables(tmp_path: Path) -> None:
    shown = evaluated(tmp_path)
    for word in ("compared directly", "datasketch alone", "partial_copy", "Calibration"):
        assert word in shown


def test_a_store_in_use_is_left_alone(tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path / 'used.db'}"
    evaluated(tmp_path, "--store", store)
    with pytest.raises(AssertionError, match="not empty"):
        evaluated(tmp_path, "--store", store)
