"""Pairs weighed together, against pairs weighed alone and against sets of words."""

from __future__ import annotations

from itertools import compress

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.analyse import analyse
from dedup.compare import compare, compare_all, judge
from dedup.contact import touch
from dedup.evidence import weigh
from dedup.grid import grid
from dedup.language import stem, stop_words
from dedup.model import Article, Relation
from dedup.overlap import overlap
from dedup.settings import Settings
from dedup.stack import stack
from dedup.units import Prepared, prepare
from dedup.verdict import decide, unrelated

WORDS = "harbour bridge minister collapse river morning rescue engine council ferry storm".split()
row = st.lists(st.sampled_from(WORDS), min_size=1, max_size=9)
story = st.lists(row, min_size=1, max_size=7)
pairs = st.lists(st.tuples(story, story), min_size=1, max_size=5)
Story = list[list[str]]


def read(rows: Story, language: str = "en") -> Prepared:
    """A story of these sentences, each a paragraph."""
    text = "\n\n".join(" ".join(words).capitalize() + "." for words in rows)
    return prepare(analyse(Article("a", text, language=language)))


def stems(side: Prepared) -> list[set[str]]:
    """The content stems of every row, the obvious way."""
    found = [side.analysed.sentences[i] for i in side.rows.tolist()]
    words = [side.analysed.words[s.first_token : s.last_token] for s in found]
    return [{stem(w, "en")[:6] for w in some if w not in stop_words("en")} for some in words]


@given(pairs)
def test_overlap_is_the_weight_of_the_stems_that_two_rows_share(
    some: list[tuple[Story, Story]],
) -> None:
    stacked = stack([(read(left), read(right)) for left, right in some])
    cells = grid(stacked)
    found = overlap(stacked, np.empty(0, dtype=np.int64), cells)
    for cell in range(cells.size):
        ours, theirs = cells.left[cell], cells.right[cell]
        i, j = int(cells.lines.row[ours]), int(cells.lines.row[theirs])
        pair = int(cells.lines.article[ours])
        left, right = (stems(stacked.articles[k]) for k in (pair, pair + stacked.pairs))

        def weight(shared: set[str], left: list[set[str]], right: list[set[str]]) -> float:
            return sum(
                max(sum(word in row for row in left), sum(word in row for row in right)) ** -0.5
                for word in shared
            )

        after_left = left[i + 1] if i + 1 < len(left) else set()
        after_right = right[j + 1] if j + 1 < len(right) else set()
        slow = [
            weight(shared, left, right)
            for shared in (
                left[i] & right[j],
                left[i] & after_left & right[j],
                left[i] & right[j] & after_right,
            )
        ]
        assert np.allclose(found.shared[:, cell], slow)
        assert np.isclose(found.total[cells.left[cell]], weight(left[i], left, right))
        assert np.isclose(found.total[cells.right[cell]], weight(right[j], left, right))


@given(st.lists(st.tuples(story, story, st.sampled_from(["en", "de", "zh"])), max_size=6))
def test_pairs_judged_together_are_judged_as_they_are_alone(
    some: list[tuple[Story, Story, str]],
) -> None:
    read_ = [(read(left * 3, to), read([*left, *right], to)) for left, right, to in some]
    together = judge(read_, Settings(), changes=True)
    assert together == [judge([pair], Settings(), changes=True)[0] for pair in read_]
    in_full = compare_all(read_, Settings())
    assert in_full == [compare(left, right, Settings()) for left, right in read_]
    for one, full in zip(together, in_full, strict=True):
        assert (one.relation, one.score) == (full.relation, full.score)


@given(pairs)
def test_evidence_has_no_sides_and_knows_no_neighbours(some: list[tuple[Story, Story]]) -> None:
    read_ = [(read(left), read(right)) for left, right in some]
    there = weigh(touch(read_)).evidence
    back = weigh(touch([(right, left) for left, right in read_])).evidence
    for pair, one, other in zip(read_, there, back, strict=True):
        assert one == weigh(touch([pair])).evidence[0]
        assert (one.left_words, one.right_words) == (other.right_words, other.left_words)
        assert (one.reworded, one.kept, one.closest) == (other.reworded, other.kept, other.closest)
        assert (one.copied, one.narrative_reuse) == (other.copied, other.narrative_reuse)


def test_the_same_text_is_surely_reuse_however_short() -> None:
    common = (
        "The harbour bridge near the old ferry station was closed to all traffic on Monday after "
        "engineers of the city found cracks in two of the pillars that carry the road over it. "
    )
    one, other = (
        prepare(analyse(Article(end, common + end)))
        for end in ("Nobody was hurt.", "It stays shut.")
    )
    [found] = judge([(one, other)], Settings())
    assert found.relation is Relation.NEAR_DUPLICATE
    assert Settings().same_text_threshold <= found.score < 1.0


def test_nothing_is_judged_where_nothing_is_asked() -> None:
    assert judge([], Settings()) == []
    assert compare_all([], Settings()) == []


def test_numbers_in_words_and_in_digits_are_the_same_run() -> None:
    spelled = prepare(
        analyse(Article("a", "Elf Boote fuhren, zwölf blieben im Hafen.", language="de"))
    )
    digits = prepare(analyse(Article("b", "11 Boote fuhren, 12 blieben im Hafen.", language="de")))
    [found] = weigh(touch([(spelled, digits)])).evidence
    assert found.kept == 1.0
    assert not found.equal


@given(pairs)
def test_contact_is_what_the_evidence_says_of_runs(some: list[tuple[Story, Story]]) -> None:
    contact = touch([(read(left), read(right)) for left, right in some])
    evidence = weigh(contact).evidence
    assert contact.words.tolist() == [e.shorter_words for e in evidence]
    assert np.allclose(contact.kept, [e.kept * e.shorter_words for e in evidence])
    assert all(contact.copied >= [e.copied for e in evidence])


@given(pairs, st.lists(st.booleans(), min_size=5, max_size=5))
def test_a_part_of_a_contact_is_the_contact_of_a_part(
    some: list[tuple[Story, Story]], wanted: list[bool]
) -> None:
    read_ = [(read(left), read(right)) for left, right in some]
    kept = [*wanted[: len(some) - 1], True]
    part = touch(read_).of(np.array(kept))
    alone = touch(list(compress(read_, kept)))
    assert part.cover.tolist() == alone.cover.tolist()
    assert weigh(part).evidence == weigh(alone).evidence


FERRY = "The ferry left the old harbour late on Monday morning because of thick fog outside. "
OTHER = "Engineers closed the bridge over the river while divers looked at its northern piers. "


def test_what_shares_next_to_nothing_needs_no_weighing() -> None:
    ferry, same = (prepare(analyse(Article("a", FERRY * 2 + OTHER))) for _ in range(2))
    short = prepare(analyse(Article("b", "The ferry left late.")))
    phrase = prepare(analyse(Article("c", "Snow fell late on Monday morning in the hills. " * 5)))
    copied = prepare(analyse(Article("d", FERRY + "Nobody had foreseen that it would. " * 9)))
    contact = touch([(ferry, other) for other in (same, short, phrase, copied)])
    assert unrelated(contact, Settings()).tolist() == [False, True, True, False]


@given(story, story)
def test_what_is_said_to_be_unrelated_is_found_so(left: Story, right: Story) -> None:
    strict, lenient = Settings(), Settings(reuse_threshold=0.0, passage_threshold=0.0)
    contact = touch([(read(left * 3), read([*left, *right]))])
    [evidence] = weigh(contact).evidence
    if unrelated(contact, strict)[0]:
        assert decide(evidence, strict)[0].level == 0
    if evidence.shorter_words >= lenient.min_story_words and not evidence.apart:
        assert not unrelated(contact, lenient)[0]
