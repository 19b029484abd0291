"""A comparison as the rows of the side-by-side page.

Pairs come in reading order of the left text. Runs of unchanged sentences, of furniture, and of
sentences that only one side has fold into one row; every other pair is a row of its own. A right
sentence that stands elsewhere leaves a pointer where it stood.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from dedup.model import Comparison, EditKind, SentencePair, SentenceStatus, Span
from dedup.shares import percent
from service.view import marks
from service.view.marks import Mark
from service.view.numbers import Numbers
from service.view.row_kinds import (
    FoldRow,
    Hop,
    MovedRow,
    PairRow,
    QuietRow,
    Row,
    Rows,
    Side,
    Text,
)
from service.view.signs import QUOTATION, moved_tag, status_tag
from service.view.words import KIND_ORDER, amount, shown

FOLD_FROM = 3
"""So many unchanged or one-sided sentences in a row fold."""


def rows(comparison: Comparison, left: Text, right: Text) -> Rows:
    """Lay a comparison out. Linear in the number of pairs but for sorting the moved ones."""
    pairs = list(enumerate(comparison.pairs, start=1))
    furniture = [p for _, p in pairs if p.status is SentenceStatus.FURNITURE]
    numbers = (
        Numbers(left.sentences, [p.left for p in furniture if p.left]),
        Numbers(right.sentences, [p.right for p in furniture if p.right]),
    )
    found: list[tuple[Row, int]] = []
    for sort, group in groupby(pairs, key=lambda item: _sort(item[1])):
        run = list(group)
        if sort == "furniture" or (sort in ("kept", "only") and len(run) >= FOLD_FROM):
            found.append((_fold(sort, run, left, right), _reach([p for _, p in run])))
        else:
            found += [(_pair(n, p, left, right, numbers), _reach([p])) for n, p in run]
    pointers = [
        (p.right.begin, MovedRow(f"m{n}", numbers[1].words(p.right), _number(numbers, p), f"p{n}"))
        for n, p in pairs
        if p.right and _elsewhere(p)
    ]
    pointers.sort(key=itemgetter(0))  # a sentence said twice on the left moves to one place
    out = tuple(_with_quiet(_with_pointers(found, pointers)))
    return Rows(
        rows=out,
        hops=_hops([row.anchor for row in out if row.changed]),
        loud=_hops([row.anchor for row in out if row.substance]),
        left_sentences=len(numbers[0]),
        right_sentences=len(numbers[1]),
    )


def _sort(pair: SentencePair) -> str:
    """Which pairs may fold together."""
    if pair.status is SentenceStatus.FURNITURE:
        return "furniture"
    if pair.status is SentenceStatus.IDENTICAL and not pair.moved:
        return "kept"
    if (pair.left is None or pair.right is None) and not any(map(marks.substance, pair.edits)):
        return "only"
    return "changed"


def _elsewhere(pair: SentencePair) -> bool:
    return pair.left is not None and (pair.moved or pair.status is SentenceStatus.MOVED)


def _number(numbers: tuple[Numbers, Numbers], pair: SentencePair) -> str:
    return numbers[0].words(pair.left) if pair.left else ""


def _reach(run: Sequence[SentencePair]) -> int:
    """How far the run reads in the right text; -1 where it says nothing about its order."""
    return max((p.right.begin for p in run if p.right and not _elsewhere(p)), default=-1)


def _fold(sort: str, run: Sequence[tuple[int, SentencePair]], left: Text, right: Text) -> FoldRow:
    lefts = tuple(_words(left.text, p.left) for _, p in run if p.left)
    rights = tuple(_words(right.text, p.right) for _, p in run if p.right)
    anchor = f"p{run[0][0]}"
    if sort == "kept":
        return FoldRow(anchor, sort, ((amount(len(run), "sentence"), "unchanged"),), lefts, rights)
    summary = []
    for texts, side, reasons in (
        (lefts, left, [p.furniture for _, p in run if p.left]),
        (rights, right, [p.furniture for _, p in run if p.right]),
    ):
        if not texts:
            continue
        if sort == "only":
            summary.append((amount(len(texts), "sentence"), f"only in {side.name}"))
        else:
            count = amount(len(texts), "sentence") + " of page furniture"
            why = list(dict.fromkeys(filter(None, reasons)))
            summary.append((count, f"in {side.name}" + (f": {', '.join(why[:4])}" if why else "")))
    return FoldRow(anchor, sort, tuple(summary), lefts, rights)


def _words(text: str, span: Span) -> str:
    return shown(text[span.begin : span.end])


def _pair(
    n: int, pair: SentencePair, left: Text, right: Text, numbers: tuple[Numbers, Numbers]
) -> PairRow:
    sides = _sides(pair, left, right, numbers)
    tags = [status_tag(pair.status, pair.similarity, kept=False)]
    if _elsewhere(pair) and sides[0] and sides[1]:
        tags.append(moved_tag(sides[0].number, sides[1].number, link=f"m{n}"))
    if pair.quotation:
        tags.append(QUOTATION)
    both = pair.left is not None and pair.right is not None
    return PairRow(
        anchor=f"p{n}",
        left=sides[0],
        right=sides[1],
        tags=tuple(tags),
        kinds=_kinds(pair),
        kept=f"{percent(pair.similarity)} kept" if both and pair.similarity < 1 else "",
        quotation=pair.quotation,
        changed=_sort(pair) != "kept",
        substance=any(map(marks.substance, pair.edits)),
    )


def _sides(
    pair: SentencePair, left: Text, right: Text, numbers: tuple[Numbers, Numbers]
) -> tuple[Side | None, Side | None]:
    here, there = pair.left, pair.right
    if here and there:
        return (
            Side(numbers[0].words(here), marks.left_runs(left.text, here, pair.edits)),
            Side(numbers[1].words(there), marks.right_runs(right.text, there, pair.edits)),
        )
    if here:
        runs = marks.whole_run(left.text, here, Mark.DEL, pair.edits)
        return Side(numbers[0].words(here), runs), None
    if there:
        runs = marks.whole_run(right.text, there, Mark.INS, pair.edits)
        return None, Side(numbers[1].words(there), runs)
    return None, None


def _kinds(pair: SentencePair) -> tuple[str, ...]:
    present = {edit.kind for edit in pair.edits if edit.kind is not None}
    loud = tuple(str(k) for k in KIND_ORDER if k in present and k is not EditKind.WORDING)
    return loud or ((str(EditKind.WORDING),) if present else ())


def _with_pointers(
    found: Sequence[tuple[Row, int]], pointers: Sequence[tuple[int, MovedRow]]
) -> Iterator[Row]:
    """Put each pointer before the first row that reads further in the right text."""
    waiting = list(pointers)
    for row, reach in found:
        while waiting and reach > waiting[0][0]:
            yield waiting.pop(0)[1]
        yield row
    yield from (pointer for _, pointer in waiting)


def _with_quiet(found: Iterator[Row]) -> Iterator[Row]:
    """After each run of pairs without change of substance, a line that can stand for them."""
    quiet = 0
    for row in found:
        if quiet and (isinstance(row, FoldRow) or row.substance):
            yield QuietRow(quiet)
            quiet = 0
        quiet += isinstance(row, PairRow) and not row.substance
        yield row
    if quiet:
        yield QuietRow(quiet)


def _hops(anchors: Sequence[str]) -> dict[str, Hop]:
    """Tie each change to the one before and after it, in a ring."""
    before = [*anchors[-1:], *anchors[:-1]]
    after = [*anchors[1:], *anchors[:1]]
    return {a: Hop(p, n) for p, a, n in zip(before, anchors, after, strict=True)}
