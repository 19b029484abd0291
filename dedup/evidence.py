"""Evidence: what two articles have in common, in numbers that a verdict can rest on.

Direct speech is told from narrative first, for the pair: a shared run that one of the texts
quotes is a quotation in both, whether or not the other has kept the marks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dedup.align import Alignments, align
from dedup.contact import COPIED, Contact, of_shorter
from dedup.ragged import Bools, Floats, Ints, totals
from dedup.runs import Runs
from dedup.stack import Stack

_LONG = 8
"""Words of a run that is copied beyond doubt."""
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
    stacked, runs, cover = contact.stacked, contact.runs, contact.cover
    per_word, n = stacked.per_word, len(stacked.articles)
    copied = runs.at_least(COPIED * per_word)
    speech = _speech(stacked, copied, _LONG * per_word)
    alignments = align(stacked, copied, speech)

    def units(of: Floats | Ints) -> Floats:
        """The sum over the units of each article; left ones above, right ones below."""
        return totals(alignments.article, of, n).reshape(2, -1)

    size = stacked.sizes()
    long, taken = np.maximum(size, 1), cover >= COPIED * per_word
    spoken = stacked.count(taken & speech)
    partners = alignments.partners
    strength, length = partners.strength, partners.length
    found = units(strength * length) / per_word
    columns = (
        contact.equal,
        *(size / per_word),
        units(strength).sum(axis=0) / 2,
        of_shorter(size, _share(found, units(length) / per_word)),
        of_shorter(size, units(np.ones(len(length)))),
        of_shorter(size, stacked.count(cover > 0) / long),
        (stacked.count(cover >= _LONG * per_word) / long).min(axis=0),
        ((stacked.count(taken) - spoken) / per_word).min(axis=0),
        (spoken / per_word).min(axis=0),
        contact.closest,
        _share(of_shorter(size, found), contact.words),
        _share(of_shorter(size, spoken / per_word), contact.words),
        contact.apart,
    )
    evidence = tuple(Evidence(*of) for of in zip(*(c.tolist() for c in columns), strict=True))
    return Weighed(evidence, stacked, alignments, speech)


def _speech(stacked: Stack, runs: Runs, long: int) -> Bools:
    """Which tokens are speech in each pair.

    A shared run that either side quotes is speech on both; a long one mostly quoted is so whole.
    """
    speech = stacked.speech()
    if len(runs.length):
        i, j, number = runs.expand()
        spoken = speech[i] | speech[j]
        heads = runs.length.cumsum() - runs.length
        share = np.add.reduceat(spoken.astype(np.float64), heads) / runs.length
        spoken |= ((share > _MOSTLY) & (runs.length >= long))[number]
        speech[i[spoken]] = speech[j[spoken]] = True
    return speech


def _share(words: Floats, of: Floats) -> Floats:
    """What part ``words`` are of at least one word, 0..1."""
    out: Floats = np.minimum(words / np.maximum(of, 1.0), 1.0)
    return out
