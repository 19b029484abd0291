"""From the articles found in buckets to ranked candidates."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dedup.model import Candidate, Postings
from dedup.store.buckets import Hits
from dedup.store.codec import BANDS, MARKS, BucketKeys
from dedup.store.values import Found

_KIND = np.uint64(32)


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
    kind = (keys >> _KIND)[hits.which]
    marked = kind == MARKS
    repeats = _repeats(postings, counts, hits.which[marked], hits.refs[marked])
    shared = ~marked
    owner = np.repeat(np.arange(len(postings)), counts)[hits.which[shared]]
    candidates = _candidates(
        len(postings), owner, hits.refs[shared], kind[shared] == BANDS, limit, min_shared
    )
    return [Found(*pair) for pair in zip(candidates, repeats, strict=True)]


def _candidates(
    articles: int,
    owner: NDArray[np.int64],
    refs: NDArray[np.int64],
    in_band: NDArray[np.bool_],
    limit: int,
    min_shared: int,
) -> list[tuple[Candidate, ...]]:
    found: list[tuple[Candidate, ...]] = [()] * articles
    if not len(refs):
        return found
    # owner, ref and kind in one number, since sorting one array is many times faster than three
    lowest = int(refs.min())
    width = int(refs.max()) - lowest + 1
    pairs = owner * width + (refs - lowest)
    hits = np.sort(pairs * 2 + in_band)
    pairs = hits >> 1
    first = np.flatnonzero(np.concatenate(([True], pairs[1:] != pairs[:-1])))
    bands = np.add.reduceat(hits & 1, first)
    total = np.concatenate((first[1:], [len(pairs)])) - first
    pairs = pairs[first]
    shingles = total - bands
    if min_shared > 1:
        enough = (bands > 0) | (shingles >= min_shared)
        pairs, bands, shingles, total = (x[enough] for x in (pairs, bands, shingles, total))
    owner, refs = np.divmod(pairs, width)
    most = int(total.max(initial=0))
    best = np.argsort((owner * (most + 1) + most - total) * width + (width - 1 - refs))
    ends = np.cumsum(np.bincount(owner, minlength=articles)).tolist()
    for i, (begin, end) in enumerate(pairwise([0, *ends])):
        if begin < end:
            chosen = best[begin : min(end, begin + limit)]
            found[i] = tuple(
                map(
                    Candidate,
                    (refs[chosen] + lowest).tolist(),
                    bands[chosen].tolist(),
                    shingles[chosen].tolist(),
                )
            )
    return found


def _repeats(
    postings: Sequence[Postings],
    counts: NDArray[np.int64],
    which: NDArray[np.int64],
    refs: NDArray[np.int64],
) -> list[tuple[tuple[int, ...], ...]]:
    by_key = which.argsort(kind="stable")
    ordered = refs[by_key].tolist()
    cuts = which[by_key].searchsorted(np.arange(int(counts.sum()) + 1)).tolist()
    found = []
    end = 0
    for one, count in zip(postings, counts.tolist(), strict=True):
        end += count
        found.append(
            tuple(tuple(ordered[a:b]) for a, b in pairwise(cuts[end - len(one.marks) : end + 1]))
        )
    return found
