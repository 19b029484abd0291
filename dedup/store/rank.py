"""From the articles found in buckets to ranked candidates."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dedup.model import Candidate, Postings
from dedup.store.base import Found
from dedup.store.buckets import Hits
from dedup.store.codec import BANDS, MARKS, BucketKeys


def rank(
    postings: Sequence[Postings],
    keys: BucketKeys,
    counts: NDArray[np.int64],
    hits: Hits,
    *,
    limit: int,
    min_shared: int,
) -> list[Found]:
    """What was found for each article, those that share most first, newer ones before older.

    ``keys`` are the bucket keys of all ``postings`` in a row, ``counts[i]`` of them of article i.
    An article found in the passage index alone must share ``min_shared`` sampled shingles.
    """
    owner = np.repeat(np.arange(len(postings)), counts)[hits.which]
    kind = (keys >> np.uint64(32))[hits.which]
    candidates = _candidates(
        len(postings), owner, kind, hits.refs, limit=limit, min_shared=min_shared
    )
    repeats = _repeats(postings, counts, kind, hits)
    return [Found(*pair) for pair in zip(candidates, repeats, strict=True)]


def _candidates(
    articles: int,
    owner: NDArray[np.int64],
    kind: NDArray[np.uint64],
    refs: NDArray[np.int64],
    *,
    limit: int,
    min_shared: int,
) -> list[tuple[Candidate, ...]]:
    counted = kind != MARKS
    owner, refs, in_band = owner[counted], refs[counted], kind[counted] == BANDS
    found: list[tuple[Candidate, ...]] = [()] * articles
    if not len(owner):
        return found
    order = np.lexsort((refs, owner))
    owner, refs, in_band = owner[order], refs[order], in_band[order]
    first = np.flatnonzero(np.diff(owner, prepend=-1) | np.diff(refs, prepend=-1))
    shared = np.diff(first, append=len(owner))
    bands = np.add.reduceat(in_band.astype(np.int64), first)
    owner, refs, shingles = owner[first], refs[first], shared - bands
    enough = (bands > 0) | (shingles >= min_shared)
    owner, refs, bands, shingles = owner[enough], refs[enough], bands[enough], shingles[enough]
    order = np.lexsort((-refs, -(bands + shingles), owner))
    begins = np.searchsorted(owner, np.arange(articles))
    ends = np.searchsorted(owner, np.arange(articles), side="right")
    for i in np.flatnonzero(ends > begins):
        best = order[begins[i] : min(ends[i], begins[i] + limit)]
        found[i] = tuple(
            map(Candidate, refs[best].tolist(), bands[best].tolist(), shingles[best].tolist())
        )
    return found


def _repeats(
    postings: Sequence[Postings], counts: NDArray[np.int64], kind: NDArray[np.uint64], hits: Hits
) -> list[tuple[tuple[int, ...], ...]]:
    marked = kind == MARKS
    by_key = np.argsort(hits.which[marked], kind="stable")
    which, refs = hits.which[marked][by_key], hits.refs[marked][by_key].tolist()
    ends = np.cumsum(counts)
    found = []
    for one, end in zip(postings, ends.tolist(), strict=True):
        cuts = np.searchsorted(which, np.arange(end - len(one.marks), end + 1)).tolist()
        found.append(tuple(tuple(refs[a:b]) for a, b in pairwise(cuts)))
    return found
