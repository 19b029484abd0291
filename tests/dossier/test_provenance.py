"""Versions, fates, credits, and who was likely first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telling import article

from dedup.analyse import analyse
from dedup.compare import compare
from dedup.credits import agency_of, credit
from dedup.fates import fates, untouched
from dedup.findings import Sign
from dedup.model import Article, SentenceStatus
from dedup.provenance import provenance
from dedup.settings import Settings
from dedup.units import prepare
from dedup.versions import versions, word_for_word

NOON = datetime(2025, 1, 4, 12, 0, tzinfo=UTC)


def first(*articles: Article, share: float = 0.0) -> object:
    """Who is found to have been first; ``share`` of each stands in the first one given."""
    received = dict.fromkeys((a.id for a in articles), NOON)
    head = articles[0].id

    def shares(_one: str, other: str) -> float:
        return share if other == head else 0.5

    return provenance(articles, received, [a.id for a in articles], shares).origin


def at(id: str, minutes: int | None, text: str = "Text.", source: str | None = None) -> Article:
    when = None if minutes is None else NOON + timedelta(minutes=minutes)
    return Article(id, text, source=source or f"Outlet {id}", published_at=when)


def test_one_sign_alone_names_nobody() -> None:
    origin = first(at("1", 0), at("2", 5))
    assert not origin.known  # type: ignore[attr-defined]
    assert [e.sign for e in origin.evidence] == [Sign.TIME]  # type: ignore[attr-defined]


def test_two_signs_that_agree_do() -> None:
    received = {"1": NOON, "2": NOON}
    told = provenance(
        [at("1", 0), at("2", 5)], received, ["1", "2"], lambda _, b: 0.95 if b == "1" else 0.4
    )
    assert told.origin.article_id == "1"
    assert [e.sign for e in told.origin.evidence] == [Sign.TIME, Sign.SUPERSET]
    assert told.origin.evidence[0].lead == timedelta(minutes=5)


def test_the_agency_credited_by_the_copies() -> None:
    wire = "VESTERHAVN (AFP) - A ferry ran aground on Saturday."
    told = provenance(
        [at("1", 0, wire), at("2", 5, wire)], {"1": NOON, "2": NOON}, ["1"], lambda *_: 0.0
    )
    assert told.origin.article_id is None
    assert told.origin.agency == "AFP"
    own = [at("1", 0, wire), at("2", 5, wire), at("3", 9, wire, source="AFP")]
    told = provenance(own, dict.fromkeys("123", NOON), ["1"], lambda *_: 0.0)
    assert told.origin.article_id == "3"


def test_two_agencies_credited_name_neither() -> None:
    texts = "PARIS (AFP) - A ferry ran aground.", "PARIS (Reuters) - A ferry ran aground."
    articles = [at(str(n), n, text) for n, text in enumerate(texts)]
    told = provenance(articles, {"0": NOON, "1": NOON}, ["0", "1"], lambda *_: 0.0)
    assert not told.origin.known
    assert {e.agency for e in told.origin.evidence} >= {"AFP", "Reuters"}


def test_a_day_without_a_time_hides_who_was_earlier() -> None:
    day = Article("2", "Text.", source="B", published_at=datetime(2025, 1, 4, tzinfo=UTC))
    articles = [at("1", 0), day]
    told = provenance(articles, {"1": NOON, "2": NOON}, ["1", "2"], lambda *_: 0.0)
    assert told.origin.evidence == ()
    assert told.origin.days == ("2",)
    assert told.order == ("2", "1")


def test_self_updates_of_one_outlet() -> None:
    articles = [at("1", 0, source="Herald"), at("2", 5), at("3", 9, source=" herald ")]
    told = provenance(articles, dict.fromkeys("123", NOON), ["1"], lambda *_: 0.0)
    [updates] = told.updates
    assert (updates.source, updates.first_id, updates.later_ids) == ("Herald", "1", ("3",))


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("WASHINGTON (AP) — The Pentagon is checking.", "AP"),
        ("TORONTO, Oct 22 (Reuters) - Canadian police said.", "Reuters"),
        ("(Reuters) - A prominent cleric has whipped up controversy.", "Reuters"),
        ("Agence France Presse\nLONDON: A man said.", "AFP"),
        ("By Jane Doe, Reuters\nA man said.", "Reuters"),
        ("A man said something in London. (AFP)", "AFP"),
        ("A man said.\n(Reporting by Jane Doe; Editing by John Roe)", "Reuters"),
        ("МОСКВА, 4 января. /ТАСС/. Паром сел на мель.", "TASS"),
        ("A man told Reuters that the AP had reported it first.", None),
        ("The AFP news agency quoted him as saying so.", None),
        ("A man said.\nPhoto: AFP", None),
        ("A man said.\nA view of the harbour (AFP photo)", None),
        ("", None),
    ],
)
def test_credit_lines(text: str, agency: str | None) -> None:
    assert credit(Article("1", text)) == agency


def test_a_credit_in_the_metadata() -> None:
    assert credit(Article("1", "Text.", metadata={"credit": "Reuters"})) == "Reuters"
    assert credit(Article("1", "Text.", metadata={"credit": 7})) is None


@pytest.mark.parametrize(
    ("source", "agency"),
    [("AFP", "AFP"), ("Associated Press", "AP"), ("The Herald", None), (None, None), ("", None)],
)
def test_an_outlet_that_is_an_agency(source: str | None, agency: str | None) -> None:
    assert agency_of(source) == agency


def test_versions_are_the_same_words() -> None:
    texts = {
        "1": "A ferry ran aground on Saturday. Nobody was hurt.",
        "2": "A ferry ran  aground on Saturday.\n\nNobody was hurt!",
        "3": "A ferry ran aground on Saturday.",
        "4": "A FERRY ran aground on Saturday. Nobody was hurt.",
    }
    found = versions([(id, prepare(analyse(Article(id, text)))) for id, text in texts.items()])
    assert [v.article_ids for v in found] == [("1", "2", "4"), ("3",)]


def test_the_fate_of_every_sentence() -> None:
    base = article("1", "It had 214 aboard when it struck the rocks.", "Nobody was hurt at all.")
    copy = article("2", "It had 241 aboard when it struck the rocks.")
    left, right = prepare(analyse(base)), prepare(analyse(copy))
    found = fates(left.analysed, compare(left, right, Settings()))
    assert len(found.sentences) == 6
    assert [f.status for f in found.sentences].count(SentenceStatus.IDENTICAL) == 4
    assert found.count(SentenceStatus.EDITED) == 1
    assert found.count(SentenceStatus.REMOVED) == 1
    assert found.added == 0
    assert untouched(left.analysed).count(SentenceStatus.IDENTICAL) == 6


WORDS = st.lists(st.sampled_from("abcdefgh"), max_size=40)


@given(WORDS, WORDS)
def test_the_share_that_stands_word_for_word(left: list[str], right: list[str]) -> None:
    """Against the plain definition: words in some run of five that the other has too."""
    a, b = (" ".join(f"{w}{w}" for w in words) or "." for words in (left, right))
    one, other = prepare(analyse(Article("1", a))), prepare(analyse(Article("2", b)))
    runs = {tuple(right[i : i + 5]) for i in range(len(right) - 4)}
    covered = {
        k for i in range(len(left) - 4) if tuple(left[i : i + 5]) in runs for k in range(i, i + 5)
    }
    if len(one.tokens) == len(left) and len(other.tokens) == len(right):
        expected = len(covered) / len(left) if left else 0.0
        assert word_for_word(one, other) == pytest.approx(expected)
