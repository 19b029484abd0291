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

_COPIED = 5
"""Words of a run that was copied rather than hit upon twice."""
_LONG = 8
"""Words of a run that is copied beyond doubt."""
_MOSTLY = 0.5
_NEAREST, _LITTLE, _JUDGED = 5, 0.3, 40
"""Fewer words than this that any sentence has in common with one of the other text, and a smaller
share than this of the shorter story: two stories of at least so many words are apart. Sentences
reworded throughout keep more: in eight languages no related pair was seen with less than six."""
_CELLS = 1_000_000
"""Pairs of sentences that are counted in a table; more are sorted."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What two articles have in common. Words are words, also in unspaced scripts.

    ``equal``: the stories are the same token by token. ``left_words``/``right_words``: words of
    story. ``reworded``: how many narrative sentences of one are found in the other, the mean of
    both sides, each counting by its strength; ``reworded_share``: the share of the shorter
    story's narrative so found, ``narrative_sentences``: how many sentences that has. ``kept``:
    share of the shorter story's words in shared runs of three words or more. ``verbatim``: the
    same for eight or more, the smaller of both sides' shares.
    ``copied_narrative``/``copied_speech``: words in shared runs of five or more, smaller side.
    ``closest``: most words that one sentence has in common with one of the other's, in runs of
    three or more. ``narrative_reuse``/``quotation_reuse``: shares of the
    shorter story's words.
    """

    equal: bool
    left_words: float
    right_words: float
    reworded: float
    reworded_share: float
    narrative_sentences: float
    kept: float
    verbatim: float
    copied_narrative: float
    copied_speech: float
    closest: float
    narrative_reuse: float
    quotation_reuse: float

    @property
    def shorter_words(self) -> float:
        """Words of the shorter story."""
        return min(self.left_words, self.right_words)

    @property
    def copied(self) -> float:
        """Words in shared runs of five or more, narrative and speech."""
        return self.copied_narrative + self.copied_speech

    @property
    def apart(self) -> bool:
        """Whether the two have so little wording in common that nothing else need be asked."""
        return not self.equal and _apart(self.closest, self.kept, self.shorter_words)


@dataclass(frozen=True, slots=True)
class Contact:
    """Where two articles touch: their shared runs of three words or more.

    ``i`` and ``j`` are the places of every token of every run on either side, ``number`` its run.
    ``closest`` and ``equal`` are those of ``Evidence``, ``tokens`` those of the shorter story.
    """

    runs: Runs
    i: NDArray[np.int64]
    j: NDArray[np.int64]
    number: NDArray[np.int64]
    closest: float
    equal: bool
    tokens: int
    per_word: int

    @property
    def apart(self) -> bool:
        """Whether the evidence is sure to say so, which costs a fifth of weighing it."""
        kept = len(self.i) / max(self.tokens, 1)  # no less than what is kept
        return not self.equal and _apart(self.closest, kept, self.tokens / self.per_word)


@dataclass(frozen=True, slots=True)
class Finding:
    """The evidence, the alignment it rests on, and which story tokens count as speech."""

    evidence: Evidence
    alignment: Alignment
    left_speech: Bools
    right_speech: Bools


@dataclass(frozen=True, slots=True)
class _Cover:
    """How much of one side stands in shared runs, in words or as a share."""

    words: float
    kept: float
    verbatim: float
    narrative: float
    speech: float


@dataclass(frozen=True, slots=True)
class _Narrative:
    """One side's narrative: its words, how many were found on the other side, its sentences."""

    words: float
    found: float
    sentences: int


def touch(left: Prepared, right: Prepared) -> Contact:
    """Find what two articles have in common word for word.

    Both must have been read in one way (``units.commensurable``).
    """
    per_word = left.per_word
    runs = shared_runs(
        left.run_keys, left.run_places, right.run_keys, right.run_places, RUN * per_word
    )
    i, j, number = runs.expand()
    return Contact(
        runs=runs,
        i=i,
        j=j,
        number=number,
        closest=_closest(left, right, i, j) / per_word,
        equal=np.array_equal(left.hashes, right.hashes),
        tokens=min(len(left.tokens), len(right.tokens)),
        per_word=per_word,
    )


def weigh(left: Prepared, right: Prepared, contact: Contact | None = None) -> Finding:
    """Measure what two articles have in common; ``contact`` is ``touch`` of the two."""
    contact = contact or touch(left, right)
    per_word, runs = left.per_word, contact.runs
    i, j = contact.i, contact.j
    lengths = runs.length[contact.number]
    left_cover = longest_cover(i, lengths, len(left.tokens))
    right_cover = longest_cover(j, lengths, len(right.tokens))
    copied = runs.at_least(_COPIED * per_word)
    left_speech, right_speech = _speech(left, right, copied, _LONG * per_word)
    alignment = align(left, right, copied, left_speech, right_speech)
    a = _cover(left_cover, left_speech, per_word)
    b = _cover(right_cover, right_speech, per_word)
    shorter = [
        (side, _narrative(partners, per_word))
        for side, partners in ((a, alignment.left), (b, alignment.right))
        if side.words == min(a.words, b.words)
    ]  # both, where the stories are equally long
    fewer = min(a.words, b.words)
    evidence = Evidence(
        equal=contact.equal,
        left_words=a.words,
        right_words=b.words,
        reworded=float(alignment.left.strength.sum() + alignment.right.strength.sum()) / 2,
        reworded_share=max(n.found / max(n.words, 1.0) for _, n in shorter),
        narrative_sentences=float(max(n.sentences for _, n in shorter)),
        kept=max(side.kept for side, _ in shorter),
        verbatim=min(a.verbatim, b.verbatim),
        copied_narrative=min(a.narrative, b.narrative),
        copied_speech=min(a.speech, b.speech),
        closest=contact.closest,
        narrative_reuse=_share(max(n.found for _, n in shorter), fewer),
        quotation_reuse=_share(max(side.speech for side, _ in shorter), fewer),
    )
    return Finding(evidence, alignment, left_speech, right_speech)


def _speech(left: Prepared, right: Prepared, runs: Runs, long: int) -> tuple[Bools, Bools]:
    """Which tokens are speech in this pair.

    A shared run that either side quotes is speech on both; a long one mostly quoted is so whole.
    """
    left_speech, right_speech = left.speech.copy(), right.speech.copy()
    if len(runs.length):
        i, j, number = runs.expand()
        spoken = left_speech[i] | right_speech[j]
        heads = np.cumsum(runs.length) - runs.length
        share = np.add.reduceat(spoken.astype(np.float64), heads) / runs.length
        spoken |= ((share > _MOSTLY) & (runs.length >= long))[number]
        left_speech[i[spoken]] = True
        right_speech[j[spoken]] = True
    return left_speech, right_speech


def _cover(cover: NDArray[np.int32], speech: Bools, per_word: int) -> _Cover:
    n = max(len(cover), 1)
    copied = cover >= _COPIED * per_word
    spoken = int(np.count_nonzero(copied & speech))
    return _Cover(
        words=len(cover) / per_word,
        kept=int(np.count_nonzero(cover)) / n,
        verbatim=int(np.count_nonzero(cover >= _LONG * per_word)) / n,
        narrative=(int(np.count_nonzero(copied)) - spoken) / per_word,
        speech=spoken / per_word,
    )


def _closest(left: Prepared, right: Prepared, i: NDArray[np.int64], j: NDArray[np.int64]) -> int:
    """The largest number of run tokens (left places i, right places j) in one pair of rows."""
    if not len(i):
        return 0
    pairs = left.row[i] * len(right.rows) + right.row[j]
    if len(left.rows) * len(right.rows) > _CELLS:
        return int(np.unique(pairs, return_counts=True)[1].max())
    return int(np.bincount(pairs).max())


def _narrative(partners: Partners, per_word: int) -> _Narrative:
    return _Narrative(
        words=float(partners.length.sum()) / per_word,
        found=float(partners.strength @ partners.length) / per_word,
        sentences=len(partners.row),
    )


def _apart(closest: float, kept: float, words: float) -> bool:
    return closest < _NEAREST and kept < _LITTLE and words >= _JUDGED


def _share(words: float, of: float) -> float:
    return min(words / of, 1.0) if of else 0.0
