"""The labelled set of wire copy: deterministic, complete in every language, consistent."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from difflib import SequenceMatcher
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.wires import operations as ops
from benchmarks.wires.article import UNSPACED, Article, Sentence, length, words
from benchmarks.wires.build import build
from benchmarks.wires.constructions import pairs
from benchmarks.wires.house import HERE, LANGUAGES, house
from benchmarks.wires.originals import Notice, Story, originals
from benchmarks.wires.truth import by_origin, longest_shared_quotation, shared_quotation
from dedup.model import Relation

REQUIRED = {"ar", "de", "en", "es", "ru", "zh"}
FEWER = {"fr", "ja"}
"""Languages with four stories; the required ones have eight."""

EVENTS = HERE / "same_event"
BUILT = {language: tuple(pairs(language, 1)) for language in LANGUAGES}

stories = pytest.mark.parametrize(
    "story",
    [story for language in LANGUAGES for story in originals(language)[0]],
    ids=lambda story: story.original.id,
)
notices = pytest.mark.parametrize(
    "notice",
    [notice for language in LANGUAGES for notice in originals(language)[1]],
    ids=lambda notice: notice.issues[0].id,
)
every_pair = pytest.mark.parametrize("language", LANGUAGES)


def test_required_languages_are_there() -> None:
    assert set(LANGUAGES) >= REQUIRED
    for language in LANGUAGES:
        written, forms = originals(language)
        assert len(written) >= (4 if language in FEWER else 8)
        assert len(forms) == 3


@stories
def test_an_original_has_what_a_wire_story_has(story: Story) -> None:
    wire = story.original
    assert 9 <= sum(1 for _ in wire.sentences()) <= 16
    assert wire.title
    assert wire.source
    assert wire.published_at.tzinfo is not None
    assert re.search(r"\d", wire.text)
    assert length(" ".join(quoted(wire)), wire.language) >= 30
    assert story.leads
    assert story.trimmed.keys() == story.reported.keys()


@stories
def test_the_four_texts_of_a_story_stand_as_their_labels_say(story: Story) -> None:
    wire = story.original
    assert shared_quotation(wire, story.quotes) >= 20
    assert longest_shared_quotation(wire, story.independent) < 10
    for other in (story.independent, story.quotes):
        assert longest_run(wire, other, outside_quotes=True) < 8
    assert longest_run(wire, story.rewrite, outside_quotes=True) < 14
    mark = house(wire.language).quotes[0][0]
    assert sum(mark not in sentence.text for sentence in story.rewrite.sentences()) >= 5


@every_pair
def test_every_construction_appears_in_every_language(language: str) -> None:
    assert {p.construction for p in BUILT[language]} == {p.construction for p in BUILT["en"]}


@every_pair
def test_labels_and_expected_relations_are_consistent(language: str) -> None:
    for pair in BUILT[language]:
        expected = pair.truth.expected
        assert len(set(expected)) == len(expected) > 0
        assert pair.truth.label == expected[0].level
        levels = {relation.level for relation in expected}
        assert max(levels) - min(levels) <= 1
        directions = {Relation.CONTAINS, Relation.CONTAINED_IN} & set(expected)
        assert len(directions) <= 1
        assert pair.a != pair.b
        assert pair.a.id != pair.b.id
        assert pair.a.language == pair.b.language == language


@every_pair
def test_no_pair_is_listed_twice(language: str) -> None:
    listed = Counter(frozenset((pair.a.id, pair.b.id)) for pair in BUILT[language])
    assert max(listed.values()) == 1


@every_pair
def test_constructions_have_the_relation_they_were_made_for(language: str) -> None:
    demanded = {
        "whole": {Relation.EXACT},
        "correction": {Relation.NEAR_DUPLICATE},
        "notice_corrected": {Relation.NEAR_DUPLICATE},
        "reorder": {Relation.NEAR_DUPLICATE},
        "crop_60": {Relation.CONTAINS},
        "crop_35": {Relation.CONTAINS},
        "merged": {Relation.CONTAINS},
        "embedded": {Relation.CONTAINS},
        "rewrite": {Relation.PARTIAL_COPY},
        "half_reused": {Relation.PARTIAL_COPY},
        "five_sentences": {Relation.PARTIAL_COPY},
        "one_sentence": {Relation.SHARED_PASSAGE},
        "quotes_only": {Relation.SHARED_PASSAGE},
        "independent": {Relation.NONE},
        "chain_ends": {Relation.NONE},
        "other_story": {Relation.NONE},
        "other_story_same_site": {Relation.NONE},
        "recurring_notice": {Relation.SAME_TEMPLATE},
    }
    for pair in BUILT[language]:
        if pair.construction in demanded:
            assert pair.truth.expected[0] in demanded[pair.construction], pair


@every_pair
def test_published_times_never_run_backwards(language: str) -> None:
    for pair in BUILT[language]:
        if "." in pair.b.id and "." not in pair.a.id:
            assert pair.b.published_at > pair.a.published_at or pair.construction == "merged"


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    first, second, other = tmp_path / "first", tmp_path / "second", tmp_path / "other"
    build(first, ["en"])
    build(second, ["en"])
    build(other, ["en"], seed=2)
    for name in ("articles.jsonl", "pairs.jsonl"):
        assert (first / name).read_bytes() == (second / name).read_bytes()
    assert (first / "articles.jsonl").read_bytes() != (other / "articles.jsonl").read_bytes()


def test_the_files_hold_every_article_once_and_every_pair(tmp_path: Path) -> None:
    made = build(tmp_path, ["zh"])
    articles = rows(tmp_path / "articles.jsonl")
    listed = rows(tmp_path / "pairs.jsonl")
    assert len(listed) == len(made)
    identities = [article["id"] for article in articles]
    assert len(set(identities)) == len(identities)
    assert {pair[side] for pair in listed for side in ("a", "b")} == set(identities)
    for article in articles:
        assert article.keys() == {"id", "text", "title", "source", "published_at", "language"}
        assert article["published_at"].endswith("Z")
    for pair in listed:
        assert pair.keys() == {"a", "b", "label", "expected", "construction", "language"}


@stories
def test_every_edit_changes_the_text_and_keeps_the_origins(story: Story) -> None:
    wire, rules = story.original, house(story.original.language)
    edits = [
        ops.correct(wire, story.correction),
        ops.substitute(wire, story.trimmed),
        ops.substitute(wire, story.reported),
        ops.synonyms(wire, rules),
        *(ops.restyle(wire, rules, style) for style in rules.styles),
    ]
    for edit in edits:
        assert edit.text != wire.text
        assert [s.origin for s in edit.sentences()] == [s.origin for s in wire.sentences()]
    changed = zip(wire.sentences(), ops.synonyms(wire, rules).sentences(), strict=True)
    assert sum(before.text != after.text for before, after in changed) >= 4


@stories
def test_a_correction_changes_one_figure_and_nothing_else(story: Story) -> None:
    wire = story.original
    corrected = ops.correct(wire, story.correction)
    before, after = (re.findall(r"\d+|\D+", article.text) for article in (wire, corrected))
    assert len(before) == len(after)
    different = {(one, other) for one, other in zip(before, after, strict=True) if one != other}
    assert 1 <= len(different) <= 2
    assert all(one.isdigit() and other.isdigit() for one, other in different)


@stories
def test_same_words_stay_the_same_words(story: Story) -> None:
    wire, rules = story.original, house(story.original.language)
    same = [
        ops.hard_wrap(wire, 62),
        *(ops.requote(wire, rules, number) for number in range(1, len(rules.quotes))),
        *(ops.typeset(wire, variant) for variant in rules.typography),
    ]
    for article in same:
        assert plain(article.text) == plain(wire.text)
    assert sum(article.text == wire.text for article in same) <= 1


@stories
def test_crops_are_beginnings_and_never_cut_a_quotation(story: Story) -> None:
    wire, rules = story.original, house(story.original.language)
    opening, closing = rules.quotes[0]
    shorter = [ops.crop(wire, share, rules) for share in (0.35, 0.6, 0.8, 1.0)]
    for crop in shorter:
        assert wire.paragraphs[: len(crop.paragraphs)] == crop.paragraphs
        last = "".join(sentence.text for sentence in crop.paragraphs[-1])
        assert last.count(opening) <= last.count(closing)
    assert shorter[-1] == wire
    for less, more in pairwise(shorter):
        assert len(less.paragraphs) <= len(more.paragraphs)


@stories
def test_reordering_keeps_the_lead_and_all_paragraphs(story: Story) -> None:
    wire, rules = story.original, house(story.original.language)
    shuffled = ops.reorder(wire, Random(5), rules)
    assert shuffled == ops.reorder(wire, Random(5), rules)
    assert shuffled.paragraphs[0] == wire.paragraphs[0]
    assert shuffled.paragraphs != wire.paragraphs
    assert Counter(shuffled.paragraphs) == Counter(wire.paragraphs)


@stories
def test_furniture_surrounds_the_whole_story_and_has_no_origin(story: Story) -> None:
    wire, rules = story.original, house(story.original.language)
    for site in rules.sites:
        page = ops.furnish(wire, site, rules, Random(7))
        assert page == ops.furnish(wire, site, rules, Random(7))
        assert [s.origin for s in page.sentences() if s.origin] == [
            s.origin for s in wire.sentences()
        ]
        assert "{" not in page.text
        assert page.source == site.name


@notices
def test_a_notice_is_one_form_with_other_facts(notice: Notice) -> None:
    assert len(notice.issues) == 3
    for issue in notice.issues[1:]:
        first = notice.issues[0]
        assert issue.text != first.text
        assert [len(block) for block in issue.paragraphs] == [len(b) for b in first.paragraphs]
        assert re.findall(r"\d+", issue.text) != re.findall(r"\d+", first.text)
    assert ops.correct(notice.issues[0], notice.correction).text != notice.issues[0].text


@given(
    st.lists(st.integers(0, 30), min_size=1, max_size=12, unique=True),
    st.lists(st.integers(0, 30), min_size=1, max_size=12, unique=True),
)
def test_truth_by_origin_is_the_same_from_both_sides(left: list[int], right: list[int]) -> None:
    a, b = made_of("a", left), made_of("b", right)
    seen, mirrored = by_origin(a, b), by_origin(b, a)
    assert mirrored.expected == tuple(relation.inverse for relation in seen.expected)
    shared = len(set(left) & set(right)) / min(len(left), len(right))
    assert (seen.label == 0) == (shared == 0)
    if shared == 1:
        assert seen.label == 3
    if len(set(left) & set(right)) >= 3:
        assert seen.label >= 2


def test_reports_on_one_event_are_never_reuse() -> None:
    articles = {row["id"]: row for row in rows(EVENTS / "articles.jsonl")}
    listed = rows(EVENTS / "pairs.jsonl")
    assert len(listed) >= 40
    for pair in listed:
        assert pair["a"].rpartition("-")[0] == pair["b"].rpartition("-")[0]
        expected = [Relation(name) for name in pair["expected"]]
        assert not any(relation.is_reuse for relation in expected)
        assert pair["label"] == expected[0].level
        assert articles[pair["a"]]["source"] != articles[pair["b"]]["source"]
    for article in articles.values():
        assert 100 <= len(article["text"].split()) <= 300


@cache
def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def made_of(identity: str, origins: list[int]) -> Article:
    """An article of ten-word narrative sentences with the given origins."""
    wire = originals("en")[0][0].original
    text = "one two three four five six seven eight nine ten."
    return Article(
        id=identity,
        language="en",
        title="",
        source="",
        published_at=wire.published_at,
        paragraphs=tuple((Sentence(text, str(origin)),) for origin in origins),
    )


def quoted(article: Article) -> list[str]:
    opening, closing = house(article.language).quotes[0]
    pattern = rf"{re.escape(opening)}(.+?)(?:{re.escape(closing)}|$)"
    return [found for s in article.sentences() for found in re.findall(pattern, s.text)]


def plain(text: str) -> list[str]:
    """Words as a reader sees them: compatibility forms and what is not printed undone."""
    text = unicodedata.normalize("NFKC", text)
    kept = (c for c in text if unicodedata.category(c) != "Cf" and c != "\u0640")
    return re.findall(r"\w", "".join(kept))


def longest_run(a: Article, b: Article, *, outside_quotes: bool) -> float:
    """Words of the longest run that stands in both, quoted words of the first left out."""
    opening, closing = house(a.language).quotes[0]
    speech = rf"{re.escape(opening)}.+?(?:{re.escape(closing)}|$)"

    def spoken(article: Article) -> list[str]:
        text = "\n".join(s.text for s in article.sentences())
        if outside_quotes:
            text = re.sub(speech, " | ", text, flags=re.MULTILINE)
        parts = [words(part, article.language) for part in text.split("|")]
        return [word for part in parts for word in (*part, f"<{article.id}>")]

    matcher = SequenceMatcher(None, spoken(a), spoken(b), autojunk=False)
    return matcher.find_longest_match().size / (2 if a.language in UNSPACED else 1)
