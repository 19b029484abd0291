"""Terms: which stems, and which phrases of two words, stand in which rows of an article.

A sparse table: of thousands of terms and dozens of rows, few places are filled.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedup.model import Hashes
from dedup.ragged import Bools, Ints, sorted_within

_PHRASE = np.uint64(1 << 63)


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of an article. A *cell* is one term in one row.

    ``hashes``: the distinct terms, sorted; ``phrase``: which are phrases; ``worded``: which are
    plain wording, stems that are neither name nor number; ``term`` and ``row`` of every cell, in
    order of term, then row; ``token``: tokens that hold a term (a phrase is held by its first
    one), ``cell``: the cell that each of them fills.
    """

    hashes: Hashes
    phrase: Bools
    worded: Bools
    term: Ints
    row: Ints
    token: Ints
    cell: Ints


def terms(stems: Hashes, phrases: Hashes, row: Ints, special: Bools, at: Ints) -> list[Terms]:
    """The terms of articles, by the hashes of their tokens' stems and phrases, 0 for none.

    Their tokens are laid end to end, ``at`` is where those of each begin. ``row`` of each token
    counts within the article, in ascending order; ``special`` are names or numbers.
    O(n log n) for n tokens. Places take four bytes each: many articles are kept in memory.
    """
    sizes = np.diff(at)
    article = np.arange(len(sizes)).repeat(sizes)
    place = np.arange(len(row)) + at[article]  # of a stem; the phrases of an article follow
    raw = np.zeros(2 * len(row), dtype=np.uint64)
    raw[place] = stems & ~_PHRASE
    raw[place + sizes[article]] = np.where(phrases, phrases | _PHRASE, 0)
    held = raw.nonzero()[0]
    held_at = held.searchsorted(2 * at)
    held = held[sorted_within(raw[held], held_at)]  # and so by row among equal ones
    owner = np.arange(len(sizes)).repeat(np.diff(held_at))
    token = held - 2 * at[owner]
    token = at[owner] + np.where(token < sizes[owner], token, token - sizes[owner])
    ordered, rows = raw[held], row[token]
    new_term = np.ones(len(token), dtype=np.bool_)
    new_term[1:] = (ordered[1:] != ordered[:-1]) | (owner[1:] != owner[:-1])
    new_cell = new_term.copy()
    new_cell[1:] |= rows[1:] != rows[:-1]
    hashes, term, cell = ordered[new_term], new_term.cumsum() - 1, new_cell.cumsum() - 1
    phrase = hashes >= _PHRASE
    worded = ~phrase
    worded[term[special[token]]] = False
    # now each article's, counted from its own first token, term and cell
    terms_at = np.append(term, len(hashes))[held_at]
    cells_at = np.append(cell, np.count_nonzero(new_cell))[held_at]
    parts = (
        _parts(hashes, terms_at),
        _parts(phrase, terms_at),
        _parts(worded, terms_at),
        _parts((term - terms_at[owner])[new_cell].astype(np.int32), cells_at),
        _parts(rows[new_cell].astype(np.int32), cells_at),
        _parts((token - at[owner]).astype(np.int32), held_at),
        _parts((cell - cells_at[owner]).astype(np.int32), held_at),
    )
    return [Terms(*part) for part in zip(*parts, strict=True)]


def _parts(array: NDArray[Any], at: Ints) -> list[NDArray[Any]]:
    """Copies of the parts of an array: views of it would hold the whole."""
    return [array[b:e].copy() for b, e in pairwise(at.tolist())]
