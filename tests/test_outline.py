"""What is kept of an analysis against the analysis itself."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import cropped, story

from dedup import outline as room
from dedup.analyse import analyse
from dedup.engine import Engine, open_engine
from dedup.model import AnalysedArticle, Article
from dedup.outline import VERSION, outline, recall
from dedup.settings import Settings
from service.seeding import articles as seeds

PIECES = [
    "He said: “We will go on, come what may.” ",
    '"I saw it," she said. ',
    "Share this article\n\n",
    "Subscribe to our newsletter\n",
    "Photo: A. Smith\n\n",
    "Most read\nOne\nTwo\nThree\n",
    "11,000 troops. ",
    "中文句子。他说：「你好，世界！」",
    "ประเทศไทย เป็นประเทศ ",
    "שלום עולם. ",
    "قال الرئيس «نعم». ",
    "Новости дня. ",
    "I have never seen it. ",
    "🇺🇦 🎉",
    "a" * 300 + " ",
    "word " * 300,
    "\n\n",
    "\r\v\f\u2028\x00",
]
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=200),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text("aé. \n“”'中。", max_size=20))).map(
        "".join
    ),
)


def alike(one: AnalysedArticle, other: AnalysedArticle) -> bool:
    """Whether two analyses are the same down to the types of their arrays."""
    pairs = [(getattr(one, f.name), getattr(other, f.name)) for f in fields(one)]
    return all(
        a.dtype == b.dtype and np.array_equal(a, b) if isinstance(a, np.ndarray) else a == b
        for a, b in pairs
    )


@contextmanager
def no_analysis() -> Iterator[None]:
    """What cannot be had from an outline is an error here."""

    def analysed(articles: Sequence[Article]) -> list[AnalysedArticle]:
        raise AssertionError(f"{articles[0].text[:40]!r} was analysed again")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(room, "analyse_all", analysed)
        yield


@given(TEXTS, st.sampled_from([None, "en", "de", "zh-Hant", "\n☃"]), st.sampled_from([None, "One"]))
def test_an_outline_gives_what_analysing_gives(
    text: str, language: str | None, title: str | None
) -> None:
    article = Article("a", text, title=title, language=language)
    analysed = analyse(article)
    with no_analysis():
        assert alike(recall(article, outline(analysed)), analysed)


def test_every_seed_comes_back_by_few_bytes() -> None:
    for article in seeds():
        analysed = analyse(article)
        kept = outline(analysed)
        assert len(kept) < 500
        with no_analysis():
            assert alike(recall(article, kept), analysed)


def test_a_sentence_of_any_length_and_any_number_of_them() -> None:
    for text in ("word " * 5000, "One two three. " * 3000, "。" * 400):
        analysed = analyse(Article("a", text))
        with no_analysis():
            assert alike(recall(analysed.article, outline(analysed)), analysed)


@pytest.mark.parametrize(
    "change",
    [
        lambda kept: b"",
        lambda kept: bytes([VERSION + 1]) + kept[1:],
        lambda kept: kept[:-1],
        lambda kept: kept[:1],
        lambda kept: bytes([VERSION]) + zlib.compress(b""),
        lambda kept: bytes([VERSION]) + zlib.compress(b"\2\0\0\0\1\1[]"),
        lambda kept: outline(analyse(Article("other", story("other", 5)))),
    ],
    ids=["none", "version", "cut", "empty", "nothing in it", "too little in it", "another text's"],
)
def test_one_that_is_of_no_use_costs_the_analysis_and_no_more(change) -> None:  # type: ignore[no-untyped-def]
    article = Article("a", story("a"))
    analysed = analyse(article)
    assert alike(recall(article, change(outline(analysed))), analysed)


def test_no_damage_goes_unnoticed() -> None:
    article = Article("a", story("a"))
    analysed = analyse(article)
    kept = outline(analysed)
    for at in range(len(kept)):
        for bit in range(8):
            damaged = bytes(b ^ (1 << bit) * (i == at) for i, b in enumerate(kept))
            assert alike(recall(article, damaged), analysed)


def test_the_version_is_raised_when_analysing_changes() -> None:
    kept = [outline(analyse(article)) for article in seeds()]
    digest = hashlib.sha256(b"".join(zlib.decompress(one[1:]) for one in kept)).hexdigest()
    assert (VERSION, digest[:16]) == (1, "f9c0cecca28e5b3d"), "raise the version, then correct this"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """An engine over a file, to be opened again."""
    engine = open_engine(Settings(store=f"sqlite:///{tmp_path}/store.db"))
    yield engine
    engine.close()


def test_another_process_analyses_only_what_has_no_outline(engine: Engine) -> None:
    text = story("a")
    engine.add(Article("old", text))
    later = open_engine(engine.settings)
    with no_analysis():
        outcome = later.add(Article("new", cropped(text, 10)))
    later.close()
    assert [match.id for match in outcome.matches] == ["old"]


def test_a_store_without_outlines_serves_as_before(engine: Engine) -> None:
    article = Article("old", story("a"))
    [entry] = engine._entries([analyse(article)])
    [indexed] = engine.store.index([replace(entry, outline=b"")], 10)
    engine.finish([indexed.ref])
    outcome = engine.add(Article("new", cropped(article.text, 10)))
    assert [match.id for match in outcome.matches] == ["old"]
    assert engine.article("old").article == article
