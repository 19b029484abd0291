"""Alignment of the sentences of two articles: which one became which.

The alignment that is shown is the one that decides. It rests on two findings about a pair of
sentences: *runs* of words they share to the letter, and *rewording*, the probability that one
was made from the other, judged from their wording alone. Names and numbers weigh nothing there:
two independent reports of one event have them in common.

A sentence may have become two, or two one: neighbours are joined when that raises the overlap.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.runs import Runs
from dedup.units import Prepared

Floats = NDArray[np.floating]
Bools = NDArray[np.bool_]

UNIT = 3
"""Distinct content stems from which a sentence can be recognised when reworded."""
_QUOTED_ENOUGH = 0.5
"""Share of the shorter sentence in shared runs from which two sentences belong together."""
_BIAS, _DICE, _COMMON, _BIGRAMS = -4.3, 3.6, 0.66, 1.0


@dataclass(frozen=True, slots=True)
class Link:
    """Rows ``left`` [begin, end) became rows ``right`` [begin, end).

    ``rewording``: probability 0..1 that the narrative of one was made from the other's;
    ``copied``: share of the shorter side in shared runs of five words or more.
    """

    left: tuple[int, int]
    right: tuple[int, int]
    rewording: float
    copied: float


@dataclass(frozen=True, slots=True)
class Units:
    """What the alignment measured of each row: distinct stems and narrative length in tokens."""

    left_stems: NDArray[np.int64]
    right_stems: NDArray[np.int64]
    left_length: NDArray[np.int64]
    right_length: NDArray[np.int64]


def align(
    left: Prepared, right: Prepared, runs: Runs, left_mask: Bools, right_mask: Bools
) -> tuple[tuple[Link, ...], Units]:
    """Align the story sentences of two articles.

    ``left_mask``/``right_mask`` mark tokens that are somebody's speech; they count for finding
    partners but not for rewording.
    """
    n, m = len(left.rows), len(right.rows)
    units = Units(
        _distinct(left, ~left_mask),
        _distinct(right, ~right_mask),
        np.bincount(left.row[~left_mask], minlength=n),
        np.bincount(right.row[~right_mask], minlength=m),
    )
    if not n or not m:
        return (), units
    full = _Overlap(left, right, None, None)
    told = _Overlap(left, right, ~left_mask, ~right_mask)
    copied = _copied(left, right, runs)
    candidates: list[tuple[float, float, float, tuple[int, int], tuple[int, int]]] = []
    for wide_left, wide_right in ((1, 1), (1, 2), (2, 1)):
        if n < wide_left or m < wide_right:
            continue
        dice = full.dice(wide_left, wide_right)
        p = told.rewording(wide_left, wide_right)
        enough = (_window_sum(units.left_stems, wide_left) >= UNIT)[:, None] & (
            _window_sum(units.right_stems, wide_right) >= UNIT
        )[None, :]
        p = np.where(enough, p, 0.0)
        run = copied(wide_left, wide_right)
        p = p * _adjacent(left, wide_left)[:, None] * _adjacent(right, wide_right)[None, :]
        run = run * _adjacent(left, wide_left)[:, None] * _adjacent(right, wide_right)[None, :]
        for i, j in np.argwhere((p >= 0.5) | (run >= _QUOTED_ENOUGH)).tolist():
            candidates.append(
                (
                    float(dice[i, j]),
                    float(p[i, j]),
                    float(run[i, j]),
                    (i, i + wide_left),
                    (j, j + wide_right),
                )
            )
    same = np.argwhere(left.row_keys[:, None] == right.row_keys[None, :])
    for i, j in same.tolist():
        candidates.append((2.0 - abs(i / n - j / m), 0.0, 1.0, (i, i + 1), (j, j + 1)))
    p11 = told.rewording(1, 1)
    candidates.sort(key=lambda c: (-c[0], c[3], c[4]))
    taken_left, taken_right = np.zeros(n, bool), np.zeros(m, bool)
    links = []
    for key, told_p, copied_share, (a, b), (c, d) in candidates:
        if taken_left[a:b].any() or taken_right[c:d].any():
            continue
        taken_left[a:b] = True
        taken_right[c:d] = True
        same_unit = key > 1.0 and units.left_stems[a] >= UNIT and units.right_stems[c] >= UNIT
        reworded = float(p11[a, c]) if same_unit else told_p
        links.append(Link((a, b), (c, d), reworded, copied_share))
    return tuple(sorted(links, key=lambda link: link.left)), units


class _Overlap:
    """Weighted overlap of rows; a stem weighs 1 / sqrt(rows that hold it on the larger side)."""

    def __init__(
        self, left: Prepared, right: Prepared, left_use: Bools | None, right_use: Bools | None
    ) -> None:
        self.a = _incidence(left.row, left.stem, len(left.rows), len(left.stems), left_use)
        self.b = _incidence(right.row, right.stem, len(right.rows), len(right.stems), right_use)
        df_a, df_b = self.a.sum(axis=0), self.b.sum(axis=0)
        _, ia, ib = np.intersect1d(left.stems, right.stems, assume_unique=True, return_indices=True)
        self.ia, self.ib = ia, ib
        both = np.maximum(df_a[ia], df_b[ib])
        df_a[ia] = both
        df_b[ib] = both
        self.wa = 1.0 / np.sqrt(np.maximum(df_a, 1.0))
        self.wb = 1.0 / np.sqrt(np.maximum(df_b, 1.0))
        self.worded_a = self.wa * left.worded
        self.worded_b = self.wb * right.worded
        plain = left.worded[ia] & right.worded[ib]
        self.worded_a[ia] *= plain
        self.worded_b[ib] *= plain
        self.grams: tuple[Floats, Floats] | None = None
        if left_use is not None:
            _, ga, gb = np.intersect1d(
                left.bigrams, right.bigrams, assume_unique=True, return_indices=True
            )
            ba = _incidence(left.row, left.bigram, len(left.rows), len(left.bigrams), left_use)
            bb = _incidence(right.row, right.bigram, len(right.rows), len(right.bigrams), right_use)
            self.grams = (ba[:, ga], bb[:, gb])

    def dice(self, wide_left: int, wide_right: int) -> Floats:
        """Weighted Dice of all windows, 0..1."""
        a, b = _windows(self.a, wide_left), _windows(self.b, wide_right)
        common = (a[:, self.ia] * self.wa[self.ia]) @ b[:, self.ib].T
        total = (a @ self.wa)[:, None] + (b @ self.wb)[None, :]
        out: Floats = 2.0 * common / np.maximum(total, 1e-6)
        return out

    def rewording(self, wide_left: int, wide_right: int) -> Floats:
        """Probability that a window was made from another, from wording alone."""
        a, b = _windows(self.a, wide_left), _windows(self.b, wide_right)
        common = (a[:, self.ia] * self.worded_a[self.ia]) @ b[:, self.ib].T
        total = (a @ self.worded_a)[:, None] + (b @ self.worded_b)[None, :]
        dice = 2.0 * common / np.maximum(total, 1e-6)
        assert self.grams is not None
        grams = _windows(self.grams[0], wide_left) @ _windows(self.grams[1], wide_right).T
        z = _BIAS + _DICE * dice + _COMMON * common + _BIGRAMS * np.log1p(grams)
        out: Floats = 1.0 / (1.0 + np.exp(-z))
        return out


def _incidence(
    row: NDArray[np.signedinteger],
    column: NDArray[np.signedinteger],
    rows: int,
    columns: int,
    use: Bools | None,
) -> Floats:
    out = np.zeros((rows, columns), dtype=np.float32)
    keep = column >= 0
    if use is not None:
        keep &= use
    out[row[keep], column[keep]] = 1.0
    return out


def _windows(grid: Floats, wide: int) -> Floats:
    return grid if wide == 1 else np.maximum(grid[:-1], grid[1:])


def _window_sum(values: NDArray[np.int64], wide: int) -> NDArray[np.int64]:
    return values if wide == 1 else values[:-1] + values[1:]


def _adjacent(side: Prepared, wide: int) -> Bools:
    """Which windows hold sentences that stand next to each other on the page."""
    if wide == 1:
        return np.ones(len(side.rows), dtype=np.bool_)
    out: Bools = np.diff(side.rows) == 1
    return out


def _distinct(side: Prepared, use: Bools) -> NDArray[np.int64]:
    grid = np.zeros((len(side.rows), max(len(side.stems), 1)), dtype=np.bool_)
    keep = (side.stem >= 0) & use
    grid[side.row[keep], side.stem[keep]] = True
    out: NDArray[np.int64] = grid.sum(axis=1)
    return out


class _copied:  # noqa: N801
    """Share of the shorter window that stands in runs shared with the other."""

    def __init__(self, left: Prepared, right: Prepared, runs: Runs) -> None:
        n, m = len(left.rows), len(right.rows)
        i, j, _ = runs.expand()
        cell = left.row[i].astype(np.int64) * m + right.row[j]
        key = np.unique(cell * len(left.tokens) + i) // max(len(left.tokens), 1)
        self.tokens = np.bincount(key, minlength=n * m).reshape(n, m)
        self.left = np.diff(left.starts)
        self.right = np.diff(right.starts)

    def __call__(self, wide_left: int, wide_right: int) -> NDArray[np.float64]:
        t = self.tokens
        if wide_left == 2:
            t = t[:-1] + t[1:]
        if wide_right == 2:
            t = t[:, :-1] + t[:, 1:]
        a, b = _window_sum(self.left, wide_left), _window_sum(self.right, wide_right)
        return t / np.maximum(np.minimum(a[:, None], b[None, :]), 1)
