"""Terms: which stems, and which phrases of two words, stand in which rows of an article.

A sparse table: of thousands of terms and dozens of rows, few places are filled.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np

from dedup.model import Hashes
from dedup.ragged import Bools, Ints

_PHRASE = np.uint64(1 << 63)


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of an article. A *cell* is one term in one row.

    ``hashes``: the distinct terms, sorted; ``phrase``: which are phrases; ``worded``: which are
    plain wording, stems that are neither name nor number; ``count``: how many cells each has;
    ``row`` of every cell, in order of term, then row; ``token``: tokens that hold a term (a
    phrase is held by its first one), ``cell``: the cell that each of them fills.
    """

    hashes: Hashes
    phrase: Bools
    worded: Bools
    count: Ints
    row: Ints
    token: Ints
    cell: Ints


def terms(stems: Hashes, phrases: Hashes, row: Ints, special: Bools, at: Ints) -> list[Terms]:
    """The terms of articles, by the hashes of their tokens' stems and phrases, 0 for none.

    Their tokens are laid end to end, ``at`` is where those of each begin. ``row`` of each token
    counts within the article, in ascending order; ``special`` are names or numbers.
    O(n log n) for n tokens. Places take four bytes each: many articles are kept in memory.
    """
    raw = stems & ~_PHRASE, np.where(phrases, phrases | _PHRASE, 0)
    bounds = list(pairwise(at.tolist()))
    sorts = [_sorted(np.concatenate([one[b:e] for one in raw])) for b, e in bounds]
    tokens = [held % max(e - b, 1) for (_, held), (b, e) in zip(sorts, bounds, strict=True)]
    held_at = np.array([0, *accumulate(map(len, tokens))])
    ordered = np.concatenate([some for some, _ in sorts])
    token = np.concatenate([held + b for held, (b, _) in zip(tokens, bounds, strict=True)])
    rows = row[token]
    new_term = np.ones(len(token), dtype=np.bool_)
    new_term[1:] = ordered[1:] != ordered[:-1]
    new_term[held_at[held_at < len(token)]] = True  # the first of every article
    new_cell = new_term.copy()
    new_cell[1:] |= rows[1:] != rows[:-1]
    hashes, term = ordered[new_term], new_term.cumsum() - 1
    cell = (new_cell.cumsum() - 1).astype(np.int32)
    phrase = hashes >= _PHRASE
    worded = ~phrase
    worded[term[special[token]]] = False
    rows = rows[new_cell].astype(np.int32)
    first = new_term[new_cell].nonzero()[0]
    count = (np.append(first[1:], len(rows)) - first).astype(np.int32) if len(rows) else first
    new_at = np.append(0, new_term.cumsum())[held_at].tolist()
    cells_at = np.append(0, new_cell.cumsum())[held_at].tolist()
    parts = zip(pairwise(new_at), pairwise(cells_at), pairwise(held_at.tolist()), strict=True)
    return [  # copies: views would hold the terms of all
        Terms(
            hashes=hashes[b:e].copy(),
            phrase=phrase[b:e].copy(),
            worded=worded[b:e].copy(),
            count=count[b:e].copy(),
            row=rows[c:d].copy(),
            token=held.astype(np.int32),
            cell=cell[f:g] - np.int32(c),
        )
        for held, ((b, e), (c, d), (f, g)) in zip(tokens, parts, strict=True)
    ]


def _sorted(raw: Hashes) -> tuple[Hashes, Ints]:
    """The hashes that are not 0 in order, and the place of each; equal ones by place."""
    held = raw.nonzero()[0]
    found = raw[held]
    order = found.argsort(kind="stable")
    return found[order], held[order]
