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
from dedup.ragged import Bools, Floats, Ints
from dedup.runs import Places, Runs
from dedup.stack import Stack

_MOSTLY = 0.5


class Evidence(NamedTuple):
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
    spoken = quoted[contact.cover[quoted] >= OF_COPIED]
    evidence = _evidence(contact, alignments, stacked.article[spoken])
    return Weighed(evidence, stacked, alignments, speech)


def _evidence(contact: Contact, alignments: Alignments, spoken: Ints) -> tuple[Evidence, ...]:
    """The evidence of all pairs; ``spoken`` are the articles of the tokens of copied speech."""
    stacked, per_word, partners = contact.stacked, contact.stacked.per_word, alignments.partners
    article, n, sizes = alignments.article, len(stacked.articles), stacked.sizes
    quoted = np.bincount(spoken, minlength=n)
    copied_narrative, copied_speech = (contact.covered[1] - quoted) / per_word, quoted / per_word
    long, _, kept = contact.covered / np.maximum(sizes, 1)
    sentences = np.bincount(article, minlength=n)
    reworded = np.bincount(article, partners.strength, n).reshape(2, -1).sum(axis=0) / 2
    found = np.bincount(article, partners.strength * partners.length, n) / per_word
    share = _share(found, np.bincount(article, partners.length, n) / per_word)
    sides = np.array((share, sentences, kept, found, copied_speech)).reshape(5, 2, -1)
    of_shorter = (sides * contact.shorter).max(axis=1)  # of both where they are equally long
    columns = (
        contact.equal.tolist(),
        *(sizes / per_word).reshape(2, -1).tolist(),
        reworded.tolist(),
        *of_shorter[:3].tolist(),
        *np.array((long, copied_narrative, copied_speech)).reshape(3, 2, -1).min(axis=1).tolist(),
        contact.closest.tolist(),
        *_share(of_shorter[3:], contact.words).tolist(),
        contact.apart.tolist(),
    )
    return tuple(Evidence(*of) for of in zip(*columns, strict=True))


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


def _share(words: Floats, of: Floats) -> Floats:
    """What part ``words`` are of at least one word, 0..1."""
    out: Floats = np.minimum(words / np.maximum(of, 1.0), 1.0)
    return out
