"""The verdict: from evidence to a relation and a score.

Three logistic models, fitted together on 316 labelled pairs of news articles (degrees of reuse
by reading): whether a sentence was reworded (``dedup.align``), whether the pair is reuse, whether
it shares a passage at all. They were fitted by maximum likelihood with a Gaussian prior, the
first through the second, and checked by leaving whole stories out.
"""

from __future__ import annotations

import math

from dedup.evidence import Evidence
from dedup.model import Relation
from dedup.settings import Settings

LENGTH_RATIO = 4 / 3
"""Length of one story over the other's from which it contains it."""
_VERBATIM = 0.9
"""Share of both stories in long shared runs from which they are the same text anyway."""
_REUSE_BIAS, _REWORDED, _SPEECH, _REUSE_SHARE = -6.79, 4.81, 0.30, 1.6
_PASSAGE_BIAS, _PASSAGE_REWORDED, _PASSAGE_SHARE, _CLOSEST = -10.10, 2.26, 11.18, 3.15


def decide(e: Evidence, settings: Settings) -> tuple[Relation, float]:
    """The relation of two articles, and the probability that one reuses the other."""
    if e.equal:
        return Relation.EXACT, 1.0
    if e.apart or e.shorter_words < settings.min_story_words:
        return Relation.NONE, 0.0
    score = reuse_probability(e.reworded, e.copied_speech, e.reworded_share)
    if same_text(e) >= settings.same_text_threshold:
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
