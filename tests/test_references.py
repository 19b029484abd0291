"""Fast code against slow, obvious references: tokens, shingles, containment, runs, alignment."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from itertools import accumulate
from typing import Any

import numpy as np
from datasketch import MinHash, MinHashLSH
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.analyse import analyse
from dedup.compare import compare
from dedup.minhash import SCHEME, signatures
from dedup.model import Article, Relation, SentenceStatus
from dedup.settings import Settings
from dedup.signature import Signer, candidate_probability, shingles
from dedup.tokens import tokenise
from dedup.units import prepare

SETTINGS = Settings()
NOUNS = [f"{a}{b}" for a in "bdfgklmnprst" for b in ("arno", "elun", "ivas", "omet", "ugri")]
sentence = st.lists(st.sampled_from(NOUNS), min_size=6, max_size=14, unique=True)
story = st.lists(sentence, min_size=2, max_size=8)


def typeset(sentences: list[list[str]]) -> str:
    """Sentences as paragraphs of their own."""
    return "\n\n".join(" ".join(s).capitalize() + "." for s in sentences)


def grams(sentences: list[list[str]], k: int) -> set[tuple[str, ...]]:
    """All runs of k words of a story, the obvious way."""
    words = [word for s in sentences for word in s]
    return {tuple(words[i : i + k]) for i in range(len(words) - k + 1)}


@given(st.text(max_size=200))
def test_tokens_stand_where_they_say_and_leave_no_letter_out(text: str) -> None:
    words, begins, ends, hashes = tokenise(text)
    assert len(words) == len(begins) == len(ends) == len(hashes)
    covered = np.zeros(len(text), dtype=bool)
    last = 0
    for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
        assert last <= begin < end <= len(text)
        covered[begin:end] = True
        last = end
    left_out = [c for c, inside in zip(text, covered.tolist(), strict=True) if not inside]
    assert not any(c.isalpha() and c.isascii() for c in left_out)


@given(st.lists(st.lists(st.integers(0, 2**32 - 1), max_size=9), max_size=5), st.integers(1, 9))
def test_signatures_are_those_of_datasketch(sets: list[list[int]], seed: int) -> None:
    def made(hashfunc: Callable[[Any], Any]) -> MinHash:
        return MinHash(num_perm=16, seed=seed, hashfunc=hashfunc, scheme=SCHEME)

    hashes = np.array([h for one in sets for h in one], dtype=np.uint32)
    found = signatures(made(lambda some: some), hashes, [0, *accumulate(map(len, sets))])
    for one, signature in zip(sets, found, strict=True):
        minhash = made(int)
        minhash.update_batch(one)
        assert signature.tolist() == minhash.hashvalues.tolist()


@given(st.lists(st.sampled_from("abcde"), max_size=60), st.integers(1, 5))
def test_shingles_are_equal_where_the_words_are(words: list[str], k: int) -> None:
    _, _, _, hashes = tokenise(" ".join(words))
    fast = shingles(hashes, k).tolist()
    slow = [tuple(words[i : i + k]) for i in range(len(words) - k + 1)]
    assert len(fast) == max(len(slow), 0)
    for i, one in enumerate(slow):
        for j, other in enumerate(slow):
            assert (fast[i] == fast[j]) == (one == other)


@settings(deadline=None, max_examples=60)
@given(story, story, st.integers(0, 8))
def test_resemblance_and_containment_are_those_of_the_sets(
    left: list[list[str]], right: list[list[str]], shared: int
) -> None:
    right = [*left[:shared], *right]
    found = compare(
        prepare(analyse(Article("l", typeset(left), language="en"))),
        prepare(analyse(Article("r", typeset(right), language="en"))),
        SETTINGS,
    )
    if any(pair.status is SentenceStatus.FURNITURE for pair in found.pairs):
        return  # a repeated paragraph is furniture and outside the sets
    a, b = grams(left, 5), grams(right, 5)
    assert abs(found.containment.left_in_right - len(a & b) / max(len(a), 1)) < 1e-9
    assert abs(found.containment.right_in_left - len(a & b) / max(len(b), 1)) < 1e-9
    a, b = grams(left, 3), grams(right, 3)
    assert abs(found.resemblance - len(a & b) / len(a | b)) < 1e-9


@settings(deadline=None, max_examples=60)
@given(story, st.randoms(use_true_random=False))
def test_sentences_in_another_order_all_find_themselves(
    sentences: list[list[str]], random: object
) -> None:
    distinct = [list(s) for s in dict.fromkeys(tuple(s) for s in sentences)]
    shuffled = list(distinct)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    found = compare(
        prepare(analyse(Article("l", typeset(distinct), language="en"))),
        prepare(analyse(Article("r", typeset(shuffled), language="en"))),
        SETTINGS,
    )
    left, right = typeset(distinct), typeset(shuffled)
    kept = [pair for pair in found.pairs if pair.left is not None and pair.right is not None]
    for pair in kept:
        assert pair.left is not None
        assert pair.right is not None
        if pair.status is not SentenceStatus.EDITED:
            one = left[pair.left.begin : pair.left.end]
            assert one == right[pair.right.begin : pair.right.end]
    assert len(kept) == len(distinct)
    assert found.relation.level == 3
    if distinct == shuffled:
        assert found.relation is Relation.EXACT


@settings(deadline=None, max_examples=60)
@given(story, story)
def test_every_sentence_of_both_stands_in_the_alignment(
    left: list[list[str]], right: list[list[str]]
) -> None:
    one = analyse(Article("l", typeset(left), language="en"))
    other = analyse(Article("r", typeset(right), language="en"))
    found = compare(prepare(one), prepare(other), SETTINGS)
    for analysed, spans in (
        (one, [p.left for p in found.pairs if p.left]),
        (other, [p.right for p in found.pairs if p.right]),
    ):
        for s in analysed.sentences:
            assert any(span.begin <= s.begin and s.end <= span.end for span in spans)


@settings(deadline=None, max_examples=80)
@given(story, story)
def test_the_two_sides_tell_the_same(left: list[list[str]], right: list[list[str]]) -> None:
    a = prepare(analyse(Article("l", typeset(left), language="en")))
    b = prepare(analyse(Article("r", typeset([*left[:2], *right]), language="en")))
    there, back = compare(a, b, SETTINGS), compare(b, a, SETTINGS)
    assert there.relation is back.relation.inverse
    assert abs(there.score - back.score) < 0.05
    assert there.containment.left_in_right == back.containment.right_in_left


@settings(deadline=None, max_examples=80)
@given(story, st.data())
def test_the_same_sentences_face_each_other_from_both_sides(
    sentences: list[list[str]], data: st.DataObject
) -> None:
    """Whether sentences were reordered, cut short, left out or put in."""
    kept = data.draw(st.permutations(sentences))[: data.draw(st.integers(1, len(sentences)))]
    cut = [one[: data.draw(st.integers(3, len(one)))] for one in kept] + data.draw(story)
    left, right = (prepare(analyse(Article("a", typeset(one)))) for one in (sentences, cut))
    ours, theirs = (
        [(p.left, p.right) for p in compare(*pair, SETTINGS).pairs if p.left and p.right]
        for pair in ((left, right), (right, left))
    )
    assert set(ours) == {(b, a) for a, b in theirs}


@given(st.floats(0, 1))
def test_the_curve_of_the_bands_is_the_one_of_the_book(resemblance: float) -> None:
    bands, rows = Signer(SETTINGS).bands
    missed = 1.0
    for _ in range(bands):
        missed *= 1 - resemblance**rows
    assert abs(candidate_probability(resemblance, bands, rows) - (1 - missed)) < 1e-9


def test_a_copy_with_one_word_changed_shares_bands_and_another_story_none() -> None:
    signer = Signer(SETTINGS)
    rng = np.random.default_rng(3)
    words = [NOUNS[i] for i in rng.integers(0, len(NOUNS), 300).tolist()]
    changed = [*words[:150], "changed", *words[151:]]
    other = [NOUNS[i] for i in rng.integers(0, len(NOUNS), 300).tolist()]
    bands = [
        signer.postings(analyse(Article("a", " ".join(w) + ".", language="en"))).bands
        for w in (words, changed, other)
    ]
    assert np.count_nonzero(bands[0] == bands[1]) > 10
    assert np.count_nonzero(bands[0] == bands[2]) == 0


def test_the_bands_that_are_known_are_those_that_datasketch_finds() -> None:
    index = MinHashLSH(threshold=SETTINGS.band_threshold, num_perm=SETTINGS.permutations)
    assert Signer(SETTINGS).bands == (index.b, index.r)
    other = Settings(band_threshold=0.8, permutations=64)
    index = MinHashLSH(threshold=0.8, num_perm=64)
    assert Signer(other).bands == (index.b, index.r)


def test_a_service_starts_without_what_no_first_answer_needs() -> None:
    """Each of these takes a tenth of a second or more, before anything is answered."""
    heavy = ("scipy", "trafilatura", "courlan", "redis", "pyarrow", "warcio", "rich", "httpx")
    code = (
        "import sys, service.app, service.server, service.commands.serve, dedup.store.sqlite\n"
        f"print([name for name in {heavy} if name in sys.modules])\n"
        "from datasketch import MinHashLSH\n"
        "assert 'scipy' in sys.modules"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
