"""Evidence: what two articles have in common, in numbers that a verdict can rest on.

Direct speech is told from narrative first, for the pair: a shared run that one of the texts
quotes is a quotation in both, whether or not the other has kept the marks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.align import Alignment, Partners, align
from dedup.runs import Runs, longest_cover, shared_runs
from dedup.units import RUN, Bools, Prepared

_LONG = 8
"""Words of a run that is copied beyond doubt."""
_MOSTLY = 0.5


@dataclass(frozen=True, slots=True)
class Evidence:
    """What two articles have in common. Words are words, also in unspaced scripts.

    ``equal``: the stories are the same token by token. ``left_words``/``right_words``: words of
    story. ``reworded``: how many narrative sentences of one are found in the other, the mean of
    both sides, each counting by its strength; ``reworded_words``: the same in words;
    ``reworded_share``: the larger side's share of narrative so found. ``verbatim``: share of the
    shorter story in shared runs of eight words or more, ``verbatim_both`` the smaller of both
    sides' shares; ``verbatim_narrative``: the same over narrative words, larger side.
    ``copied_narrative``/``copied_speech``: words in shared runs of five or more, smaller side.
    ``longest``: words of the longest run. ``narrative_reuse``/``quotation_reuse``: shares of the
    shorter story's words.
    """

    equal: bool
    left_words: float
    right_words: float
    reworded: float
    reworded_words: float
    reworded_share: float
    verbatim: float
    verbatim_both: float
    verbatim_narrative: float
    copied_narrative: float
    copied_speech: float
    longest: float
    narrative_reuse: float
    quotation_reuse: float

    @property
    def shorter_words(self) -> float:
        """Words of the shorter story."""
        return min(self.left_words, self.right_words)


@dataclass(frozen=True, slots=True)
class Finding:
    """The evidence, the alignment it rests on, and which story tokens count as speech."""

    evidence: Evidence
    alignment: Alignment
    left_speech: Bools
    right_speech: Bools


@dataclass(frozen=True, slots=True)
class _Cover:
    """How much of one side stands in shared runs, in words."""

    words: float
    verbatim: float
    verbatim_narrative: float
    narrative: float
    speech: float
    longest: float


def weigh(left: Prepared, right: Prepared) -> Finding:
    """Measure what two articles have in common. Both must be read alike (``units.alike``)."""
    per_word = left.per_word
    runs = shared_runs(
        left.run_keys, left.run_places, right.run_keys, right.run_places, RUN * per_word
    )
    i, j, number = runs.expand()
    left_speech, right_speech = left.speech.copy(), right.speech.copy()
    if len(i):
        spoken = _spoken(runs, left_speech[i] | right_speech[j], number, _LONG * per_word)
        left_speech[i[spoken]] = True
        right_speech[j[spoken]] = True
    alignment = align(left, right, runs, left_speech, right_speech)
    lengths = runs.length[number]
    a = _cover(longest_cover(i, lengths, len(left.tokens)), left_speech, per_word)
    b = _cover(longest_cover(j, lengths, len(right.tokens)), right_speech, per_word)
    shorter, partners = (a, alignment.left) if a.words <= b.words else (b, alignment.right)
    sides = (alignment.left, alignment.right)
    found = [float(p.strength @ p.length) / per_word for p in sides]
    narrative = [float(p.length.sum()) / per_word for p in sides]
    evidence = Evidence(
        equal=np.array_equal(left.hashes, right.hashes),
        left_words=a.words,
        right_words=b.words,
        reworded=sum(float(p.strength.sum()) for p in sides) / 2,
        reworded_words=sum(found) / 2,
        reworded_share=max(f / max(n, 1.0) for f, n in zip(found, narrative, strict=True)),
        verbatim=shorter.verbatim,
        verbatim_both=min(a.verbatim, b.verbatim),
        verbatim_narrative=max(a.verbatim_narrative, b.verbatim_narrative),
        copied_narrative=min(a.narrative, b.narrative),
        copied_speech=min(a.speech, b.speech),
        longest=min(a.longest, b.longest),
        narrative_reuse=_share(float(partners.strength @ partners.length) / per_word, shorter),
        quotation_reuse=_share(shorter.speech, shorter),
    )
    return Finding(evidence, alignment, left_speech, right_speech)


def _spoken(runs: Runs, spoken: Bools, number: NDArray[np.int64], long: int) -> Bools:
    """A long run that is mostly quoted is quoted whole."""
    heads = np.cumsum(runs.length) - runs.length
    share = np.add.reduceat(spoken.astype(np.float64), heads) / runs.length
    whole = (share > _MOSTLY) & (runs.length >= long)
    out: Bools = spoken | whole[number]
    return out


def _cover(cover: NDArray[np.int32], speech: Bools, per_word: int) -> _Cover:
    n = len(cover)
    narrative = ~speech
    long = cover >= _LONG * per_word
    told = int(np.count_nonzero(narrative))
    return _Cover(
        words=n / per_word,
        verbatim=float(np.count_nonzero(long)) / max(n, 1),
        verbatim_narrative=float(np.count_nonzero(long & narrative)) / max(told, 1),
        narrative=float(np.count_nonzero((cover > 0) & narrative)) / per_word,
        speech=float(np.count_nonzero((cover > 0) & speech)) / per_word,
        longest=float(cover.max(initial=0)) / per_word,
    )


def _share(words: float, side: _Cover) -> float:
    return min(words / side.words, 1.0) if side.words else 0.0


__all__ = ["Evidence", "Finding", "Partners", "weigh"]
