"""Rows of an alignment in reading order: every sentence of both articles stands in one row.

Rows follow the left text; what stands only on the right follows the sentence it follows there.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.align import Link
from dedup.model import SentenceStatus, Span
from dedup.units import Prepared

_MOSTLY = 0.5


@dataclass(frozen=True, slots=True)
class Row:
    """One row: half-open ranges of sentences (indexes into ``analysed.sentences``) or None."""

    left: tuple[int, int] | None
    right: tuple[int, int] | None
    status: SentenceStatus
    quotation: bool = False
    moved: bool = False
    furniture: str | None = None


def rows(
    left: Prepared,
    right: Prepared,
    links: Sequence[Link],
    left_mask: NDArray[np.bool_],
    right_mask: NDArray[np.bool_],
) -> tuple[Row, ...]:
    """All rows; ``links`` in order of the left text, masks as the verdict used them."""
    quoted_left, quoted_right = _quoted(left, left_mask), _quoted(right, right_mask)
    moved = _moved(links)
    by_left: dict[int, Row] = {}
    by_right: dict[int, Row] = {}
    for link, out_of_order in zip(links, moved, strict=True):
        (a, b), (c, d) = link.left, link.right
        same = np.array_equal(left.row_keys[a:b], right.row_keys[c:d])
        if not same:
            status = SentenceStatus.EDITED
        else:
            status = SentenceStatus.MOVED if out_of_order else SentenceStatus.IDENTICAL
        row = Row(
            _sentences(left, link.left),
            _sentences(right, link.right),
            status,
            bool(quoted_left[a:b].any() and quoted_right[c:d].any()),
            out_of_order,
        )
        assert row.left is not None
        assert row.right is not None
        by_left.update((i, row) for i in range(*row.left))
        by_right.update((i, row) for i in range(*row.right))
    out: list[Row] = _opening(right, by_right, quoted_right)
    last: Row | None = None
    for index, sentence in enumerate(left.analysed.sentences):
        found = by_left.get(index)
        if found is None:
            out.append(
                _alone(sentence.furniture, (index, index + 1), None, left, quoted_left, index)
            )
            continue
        if found is not last:
            out.append(found)
            last = found
        assert found.left is not None
        if index == found.left[1] - 1 and found.right is not None:
            out += _following(right, by_right, quoted_right, found.right[1])
    return tuple(out)


def _sentences(side: Prepared, span: tuple[int, int]) -> tuple[int, int]:
    return int(side.rows[span[0]]), int(side.rows[span[1] - 1]) + 1


def _quoted(side: Prepared, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    spoken = np.bincount(side.row[mask], minlength=len(side.rows))
    return spoken > _MOSTLY * np.diff(side.starts)


def _moved(links: Sequence[Link]) -> list[bool]:
    """Which links stand out of order: those outside a longest increasing subsequence."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for index, link in enumerate(links):
        at = bisect_left(tails, link.right[0])
        before.append(ends[at - 1] if at else -1)
        tails[at : at + 1] = [link.right[0]]
        ends[at : at + 1] = [index]
    moved = [True] * len(links)
    index = ends[-1] if ends else -1
    while index >= 0:
        moved[index] = False
        index = before[index]
    return moved


def _opening(right: Prepared, by_right: dict[int, Row], quoted: NDArray[np.bool_]) -> list[Row]:
    return _following(right, by_right, quoted, 0)


def _following(
    right: Prepared, by_right: dict[int, Row], quoted: NDArray[np.bool_], index: int
) -> list[Row]:
    """Sentences of the right text from ``index`` on that stand there alone."""
    out: list[Row] = []
    sentences = right.analysed.sentences
    while index < len(sentences) and index not in by_right:
        out.append(
            _alone(sentences[index].furniture, None, (index, index + 1), right, quoted, index)
        )
        index += 1
    return out


def _alone(
    furniture: str | None,
    left: tuple[int, int] | None,
    right: tuple[int, int] | None,
    side: Prepared,
    quoted: NDArray[np.bool_],
    index: int,
) -> Row:
    if furniture is not None:
        return Row(left, right, SentenceStatus.FURNITURE, furniture=furniture)
    status = SentenceStatus.ADDED if left is None else SentenceStatus.REMOVED
    at = int(np.searchsorted(side.rows, index))
    known = at < len(side.rows) and int(side.rows[at]) == index
    return Row(left, right, status, known and bool(quoted[at]))


def span(side: Prepared, sentences: tuple[int, int]) -> Span:
    """Where a range of sentences stands in the article's text."""
    found = side.analysed.sentences
    return Span(found[sentences[0]].begin, found[sentences[1] - 1].end)
