"""Evidence: what two articles have in common, in numbers that a verdict can rest on.

Direct speech is told from narrative first, for the pair: a shared run that one of the texts
quotes is a quotation in both, whether or not the other has kept the marks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from dedup.align import Alignments, align
from dedup.contact import COPIED, LONG, OF_COPIED, Contact
from dedup.ragged import Bools, totals
from dedup.runs import Places, Runs
from dedup.stack import Stack

_MOSTLY = 0.5


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
    ``apart``: whether they have so little wording in common that nothing else need be asked.
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
    apart: bool

    @property
    def shorter_words(self) -> float:
        """Words of the shorter story."""
        return min(self.left_words, self.right_words)

    @property
    def copied(self) -> float:
        """Words in shared runs of five or more, narrative and speech."""
        return self.copied_narrative + self.copied_speech


@dataclass(frozen=True, slots=True)
class Weighed:
    """What was found of several pairs; ``speech`` says which tokens of their stack count as
    direct speech."""

    evidence: tuple[Evidence, ...]
    stacked: Stack
    alignments: Alignments
    speech: Bools


def weigh(contact: Contact) -> Weighed:
    """Measure what the articles of each pair have in common.

    Takes as many array operations for one pair as for a hundred.
    """
    stacked, per_word = contact.stacked, contact.stacked.per_word
    runs = contact.runs.at_least(COPIED * per_word)
    places = runs.tokens()
    speech = _speech(stacked, runs, places, LONG * per_word)
    quoted = speech.nonzero()[0]
    alignments = align(stacked, places, quoted)
    partners, article, n = alignments.partners, alignments.article, len(stacked.articles)
    spoken = quoted[contact.cover[quoted] >= OF_COPIED]
    sides = [
        _Side(*of)
        for of in zip(
            stacked.sizes.tolist(),
            *contact.covered.tolist(),
            np.bincount(stacked.article[spoken], minlength=n).tolist(),
            np.bincount(article, minlength=n).tolist(),
            totals(article, partners.length, n).tolist(),
            totals(article, partners.strength, n).tolist(),
            totals(article, partners.strength * partners.length, n).tolist(),
            strict=True,
        )
    ]
    columns = (contact.equal, contact.apart, contact.closest)
    evidence = tuple(
        _evidence(left, right, per_word, *of)
        for left, right, *of in zip(
            sides[: stacked.pairs],
            sides[stacked.pairs :],
            *(column.tolist() for column in columns),
            strict=True,
        )
    )
    return Weighed(evidence, stacked, alignments, speech)


class _Side(NamedTuple):
    """What was counted of one article of a pair.

    In tokens: ``size`` of the story; ``long``, ``copied`` and ``covered``: how much of it stands in
    shared runs of eight, five and three words, ``spoken``: how much of what is copied is speech;
    ``narrative``: that of its units. ``units``: how many it has, ``strength`` is how many of these
    were found, ``found`` the same in tokens.
    """

    size: int
    long: int
    copied: int
    covered: int
    spoken: int
    units: int
    narrative: float
    strength: float
    found: float


def _evidence(
    left: _Side, right: _Side, per_word: int, equal: bool, apart: bool, closest: float
) -> Evidence:
    def of_shorter(a: float, b: float) -> float:
        """What is given for the shorter story; the greater where both are equally long."""
        return max(a, b) if left.size == right.size else a if left.size < right.size else b

    words = min(left.size, right.size) / per_word
    long = max(left.size, 1), max(right.size, 1)
    told = left.narrative / per_word, right.narrative / per_word
    found = left.found / per_word, right.found / per_word
    return Evidence(
        equal=equal,
        left_words=left.size / per_word,
        right_words=right.size / per_word,
        reworded=(left.strength + right.strength) / 2,
        reworded_share=of_shorter(_share(found[0], told[0]), _share(found[1], told[1])),
        narrative_sentences=float(of_shorter(left.units, right.units)),
        kept=of_shorter(left.covered / long[0], right.covered / long[1]),
        verbatim=min(left.long / long[0], right.long / long[1]),
        copied_narrative=min(left.copied - left.spoken, right.copied - right.spoken) / per_word,
        copied_speech=min(left.spoken, right.spoken) / per_word,
        closest=closest,
        narrative_reuse=_share(of_shorter(*found), words),
        quotation_reuse=_share(of_shorter(left.spoken, right.spoken) / per_word, words),
        apart=apart,
    )


def _speech(stacked: Stack, runs: Runs, places: Places, long: int) -> Bools:
    """Which tokens are speech in each pair, of which ``places`` are those of runs.

    A shared run that either side quotes is speech on both; a long one mostly quoted is so whole.
    """
    speech = stacked.speech()
    if len(runs.length) and speech.any():
        i, j = places
        spoken = speech[i] | speech[j]
        heads = runs.length.cumsum() - runs.length
        share = np.add.reduceat(spoken.astype(np.float64), heads) / runs.length
        spoken |= ((share > _MOSTLY) & (runs.length >= long)).repeat(runs.length)
        speech[i[spoken]] = speech[j[spoken]] = True
    return speech


def _share(words: float, of: float) -> float:
    """What part ``words`` are of at least one word, 0..1."""
    return min(words / max(of, 1.0), 1.0)
