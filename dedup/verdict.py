"""The verdict: from evidence to a relation and a score.

Three logistic models, fitted together on 316 labelled pairs of news articles (degrees of reuse
by reading): whether a sentence was reworded (``dedup.align``), whether the pair is reuse, whether
it shares a passage at all. They were fitted by maximum likelihood with a Gaussian prior, the
first through the second, and checked by leaving whole stories out.
"""

from __future__ import annotations

import math

import numpy as np

from dedup.contact import LITTLE, Contact
from dedup.evidence import Evidence
from dedup.model import Relation
from dedup.ragged import Bools
from dedup.settings import Settings

LENGTH_RATIO = 4 / 3
"""Length of one story over the other's from which it contains it."""
_VERBATIM = 0.9
"""Share of both stories in long shared runs from which they are the same text anyway."""
_REMAINS = 4
"""Words in shared runs that are left of a sentence that was reworded. Of 63,000 pairs, candidates
of news and made copies in eight languages, none was related that had less for each."""
_REUSE_BIAS, _REWORDED, _SPEECH, _REUSE_SHARE = -6.79, 4.81, 0.30, 1.6
_PASSAGE_BIAS, _PASSAGE_REWORDED, _PASSAGE_SHARE, _CLOSEST = -10.10, 2.26, 11.18, 3.15


def decide(e: Evidence, settings: Settings) -> tuple[Relation, float]:
    """The relation of two articles, and the probability that one reuses the other.

    The model of reuse counts sentences, of which a short item has too few to be sure by: where two
    stories are the same text, they are reuse at least as surely as they are the same.
    """
    if e.equal:
        return Relation.EXACT, 1.0
    if e.apart or e.shorter_words < settings.min_story_words:
        return Relation.NONE, 0.0
    score = reuse_probability(e.reworded, e.copied_speech, e.reworded_share)
    if same_text(e) >= settings.same_text_threshold:
        score = max(score, kept_and_found(e), e.verbatim)
        ratio = e.left_words / max(e.right_words, 1.0)
        if ratio >= LENGTH_RATIO:
            return Relation.CONTAINS, score
        if ratio <= 1 / LENGTH_RATIO:
            return Relation.CONTAINED_IN, score
        return Relation.NEAR_DUPLICATE, score
    if score >= settings.reuse_threshold:
        return Relation.PARTIAL_COPY, score
    passage = passage_probability(e.reworded, e.copied, e.closest, e.shorter_words)
    if passage >= settings.passage_threshold:
        return Relation.SHARED_PASSAGE, score
    return Relation.NONE, score


def unrelated(contact: Contact, settings: Settings) -> Bools:
    """Which pairs are sure to be unrelated, so that nothing needs to be weighed.

    They share so little that they would be unrelated even if all they share were what is left of
    reworded sentences. A few microseconds a pair.
    """
    columns = (contact.apart, contact.words, contact.kept, contact.copied, contact.closest)
    some = zip(*(column.tolist() for column in columns), strict=True)
    hopeless = [apart or _hopeless(settings, *of) for apart, *of in some]
    return np.array(hopeless) & ~contact.equal


def _hopeless(settings: Settings, words: float, kept: float, copied: float, closest: float) -> bool:
    reworded = kept / _REMAINS
    return words < settings.min_story_words or (
        kept < LITTLE * words
        and passage_probability(reworded, copied, closest, words) < settings.passage_threshold
        and reuse_probability(reworded, copied, 1.0) < settings.reuse_threshold
    )


def same_text(e: Evidence) -> float:
    """How far the shorter story is in the other, 0..1; 1 where both stories stand in each other
    in long runs."""
    return 1.0 if e.verbatim >= _VERBATIM else kept_and_found(e)


def kept_and_found(e: Evidence) -> float:
    """The geometric mean of the shorter story's words kept and its narrative found, 0..1."""
    return math.sqrt(e.kept * e.reworded_share)


def reuse_probability(reworded: float, copied_speech: float, reworded_share: float) -> float:
    """Probability that one article reuses the other's text at level 2 or more, 0..1.

    What is asked for is that of ``Evidence``.
    """
    return _logistic(
        _REUSE_BIAS
        + _REWORDED * math.log1p(reworded)
        + _SPEECH * math.log1p(copied_speech)
        + _REUSE_SHARE * reworded_share
    )


def passage_probability(
    reworded: float, copied: float, closest: float, shorter_words: float
) -> float:
    """Probability that the two share at least a passage (level 1), 0..1; asks as the other does."""
    return _logistic(
        _PASSAGE_BIAS
        + _PASSAGE_REWORDED * math.log1p(reworded)
        + _PASSAGE_SHARE * copied / max(shorter_words, 1.0)
        + _CLOSEST * math.log1p(closest)
    )


def _logistic(z: float) -> float:
    return 1.0 / (1.0 + math.exp(-z)) if z > -700 else 0.0
