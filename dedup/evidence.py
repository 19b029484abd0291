"""Evidence: what two articles have in common, in numbers that a verdict can rest on.

Direct speech is told from narrative first, for the pair: a shared run that one of the texts
quotes is a quotation in both, whether or not the other has kept the marks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dedup.align import Alignments, align
from dedup.ragged import Bools, Floats, Ints, offsets, totals
from dedup.runs import Runs, longest_cover, shared_runs
from dedup.stack import Stack, stack
from dedup.units import RUN, Prepared

_COPIED = 5
"""Words of a run that was copied rather than hit upon twice."""
_LONG = 8
"""Words of a run that is copied beyond doubt."""
_MOSTLY = 0.5
_NEAREST, _LITTLE, _JUDGED = 5, 0.3, 40
"""Fewer words than this that any sentence has in common with one of the other text, and a smaller
share than this of the shorter story: two stories of at least so many words are apart. Sentences
reworded throughout keep more: in eight languages no related pair was seen with less than six."""


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
class Contact:
    """Where the articles of several pairs touch: their shared runs of three words or more.

    Places of runs are tokens of the stack. For every pair: ``closest`` and ``equal`` as in
    ``Evidence``, and ``apart``, whether the evidence is sure to say so, which costs a fifth of
    weighing it.
    """

    stacked: Stack
    runs: Runs
    closest: Floats
    equal: Bools
    apart: Bools

    def near(self) -> Contact:
        """The same of those pairs only that are not apart; there must be one."""
        kept = (~self.apart).nonzero()[0]
        if len(kept) == len(self.apart):
            return self
        old, n = self.stacked, self.stacked.pairs
        new = stack([(old.articles[k], old.articles[k + n]) for k in kept.tolist()])
        shift = np.zeros(2 * n, dtype=np.int64)
        both = np.concatenate((kept, kept + n))
        shift[both] = new.tokens_at[:-1] - old.tokens_at[both]
        pair = old.article[self.runs.left]
        held = ~self.apart[pair]
        pair = pair[held]
        runs = Runs(
            self.runs.left[held] + shift[pair],
            self.runs.right[held] + shift[pair + n],
            self.runs.length[held],
        )
        return Contact(new, runs, self.closest[kept], self.equal[kept], self.apart[kept])


@dataclass(frozen=True, slots=True)
class Weighed:
    """What was found of several pairs; ``speech`` says which tokens of their stack count as
    direct speech."""

    evidence: tuple[Evidence, ...]
    stacked: Stack
    alignments: Alignments
    speech: Bools


def touch(pairs: Sequence[tuple[Prepared, Prepared]]) -> Contact:
    """Find what the articles of each pair have in common word for word.

    All must have been read with the same number of tokens to a word, and both of a pair in one
    way (``units.commensurable``).
    """
    stacked = stack(pairs)
    per_word = stacked.per_word
    runs = shared_runs(*stacked.runs(right=False), *stacked.runs(right=True), RUN * per_word)
    equal = np.array([np.array_equal(a.hashes, b.hashes) for a, b in pairs])
    i, j, _ = runs.expand()
    closest = _closest(stacked, i, j) / per_word
    tokens = np.minimum(*(stacked.tokens_at[1:] - stacked.tokens_at[:-1]).reshape(2, -1))
    kept = np.bincount(stacked.article[i], minlength=len(pairs)) / np.maximum(tokens, 1)
    apart = _apart(equal, closest, kept, tokens / per_word)  # no less is kept of the shorter one
    return Contact(stacked, runs, closest, equal, apart)


def weigh(contact: Contact) -> Weighed:
    """Measure what the articles of each pair have in common.

    Takes as many array operations for one pair as for a hundred.
    """
    stacked, runs = contact.stacked, contact.runs
    per_word, n = stacked.per_word, len(stacked.articles)
    copied = runs.at_least(_COPIED * per_word)
    speech = _speech(stacked, copied, _LONG * per_word)
    alignments = align(stacked, copied, speech)
    i, j, number = runs.expand()
    cover = longest_cover(
        np.concatenate((i, j)), np.tile(runs.length[number], 2), len(stacked.article)
    )

    def tokens(which: Bools) -> Ints:
        """How many tokens of each article these are; left articles above, right ones below."""
        return np.bincount(stacked.article[which], minlength=n).reshape(2, -1)

    def units(of: Floats | Ints) -> Floats:
        """The sum over the units of each article, so arranged."""
        return totals(alignments.article, of, n).reshape(2, -1)

    size = (stacked.tokens_at[1:] - stacked.tokens_at[:-1]).reshape(2, -1)
    long, taken = np.maximum(size, 1), cover >= _COPIED * per_word
    spoken = tokens(taken & speech)
    fewer = size.min(axis=0)
    is_shorter = size == fewer  # both are, where they are equally long

    def shorter(sides: Floats) -> Floats:
        """That of the shorter story; the greater one where both are equally long."""
        out: Floats = np.where(is_shorter, sides, -1.0).max(axis=0)
        return out

    partners = alignments.partners
    strength, length = partners.strength, partners.length
    found = units(strength * length) / per_word
    kept = shorter(tokens(cover > 0) / long)
    words = fewer / per_word
    columns = (
        contact.equal,
        *(size / per_word),
        units(strength).sum(axis=0) / 2,
        shorter(_share(found, units(length) / per_word)),
        shorter(units(np.ones(len(length)))),
        kept,
        (tokens(cover >= _LONG * per_word) / long).min(axis=0),
        ((tokens(taken) - spoken) / per_word).min(axis=0),
        (spoken / per_word).min(axis=0),
        contact.closest,
        _share(shorter(found), words),
        _share(shorter(spoken / per_word), words),
        _apart(contact.equal, contact.closest, kept, words),
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


def _closest(stacked: Stack, i: Ints, j: Ints) -> Ints:
    """The largest number of run tokens (left places i, right places j) in one pair of rows."""
    n = stacked.pairs
    rows = np.array([len(a.rows) for a in stacked.articles], dtype=np.int64)
    at = offsets(rows[:n] * rows[n:])
    pair = stacked.article[i]
    cell = at[pair] + stacked.row[i] * rows[pair + n] + stacked.row[j]
    cell.sort()
    heads = np.concatenate(([True], cell[1:] != cell[:-1])).nonzero()[0] if len(cell) else cell
    out = np.zeros(n, dtype=np.int64)
    tokens = np.concatenate((heads[1:], [len(cell)])) - heads if len(cell) else heads
    np.maximum.at(out, at.searchsorted(cell[heads], side="right") - 1, tokens)
    return out


def _apart(equal: Bools, closest: Floats, kept: Floats, words: Floats) -> Bools:
    return ~equal & (closest < _NEAREST) & (kept < _LITTLE) & (words >= _JUDGED)


def _share(words: Floats, of: Floats) -> Floats:
    """What part ``words`` are of at least one word, 0..1."""
    out: Floats = np.minimum(words / np.maximum(of, 1.0), 1.0)
    return out
