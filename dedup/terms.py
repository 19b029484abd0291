"""Terms: which stems, and which phrases of two words, stand in which rows of an article.

A sparse table: of thousands of terms and dozens of rows, few places are filled.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dedup.model import Hashes
from dedup.ragged import Bools, Ints

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


def terms(stems: Hashes, phrases: Hashes, row: Ints, special: Bools) -> Terms:
    """The terms of tokens in ascending rows by the hashes of their stems and phrases, 0 for none.

    ``special`` are the tokens that are names or numbers.
    O(n log n) for n tokens. Places take four bytes each: many articles are kept in memory.
    """
    raw = np.concatenate((stems & ~_PHRASE, np.where(phrases, phrases | _PHRASE, 0)))
    held = raw.nonzero()[0]
    held = held[raw[held].argsort(kind="stable")]  # and so by row among equal ones
    token = held % max(len(row), 1)
    ordered, rows = raw[held], row[token]
    new_term = np.ones(len(token), dtype=np.bool_)
    new_term[1:] = ordered[1:] != ordered[:-1]
    new_cell = new_term.copy()
    new_cell[1:] |= rows[1:] != rows[:-1]
    hashes, term = ordered[new_term], new_term.cumsum() - 1
    phrase = hashes >= _PHRASE
    worded = ~phrase
    worded[term[special[token]]] = False
    return Terms(
        hashes=hashes,
        phrase=phrase,
        worded=worded,
        term=term[new_cell].astype(np.int32),
        row=rows[new_cell].astype(np.int32),
        token=token.astype(np.int32),
        cell=(new_cell.cumsum() - 1).astype(np.int32),
    )
