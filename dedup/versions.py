"""Versions: the articles of a cluster whose stories are the same word for word.

Sixty outlets that carry a wire unchanged are one text in sixty places; everything that costs is
done once a version. Page furniture, capitals and punctuation make no version.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import xxhash

from dedup.findings import Version
from dedup.runs import shared_runs
from dedup.units import RUN, Prepared

_COPIED = 5
"""Words of a run that was copied rather than hit upon twice."""


def versions(articles: Iterable[tuple[str, Prepared]]) -> tuple[Version, ...]:
    """Group articles (id, text), given in order of appearance; the largest version comes first.

    Versions of one size stay in order of appearance. Linear in the length of the texts.
    """
    groups: dict[int, list[str]] = {}
    for id, text in articles:
        key = xxhash.xxh3_128_intdigest(text.hashes.tobytes())
        groups.setdefault(key, []).append(id)
    ordered = sorted(groups.values(), key=len, reverse=True)
    return tuple(Version(tuple(ids)) for ids in ordered)


def word_for_word(one: Prepared, other: Prepared) -> float:
    """The share of a story's words, 0..1, that stand in another in shared runs of five or more.

    Linear in the words but for looking the runs up.
    """
    size = len(one.tokens)
    if not size:
        return 0.0
    runs = shared_runs(
        one.run_keys, one.run_places, other.run_keys, other.run_places, RUN * one.per_word
    ).at_least(_COPIED * one.per_word)
    places, _ = runs.tokens()
    covered = np.zeros(size, dtype=np.bool_)
    covered[places] = True
    return int(np.count_nonzero(covered)) / size
