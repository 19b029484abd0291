"""The verdict: from evidence to a relation, a score, and reasons in plain words."""

from __future__ import annotations

import math

from dedup.evidence import Evidence
from dedup.model import Relation
from dedup.settings import Settings

_LENGTH_RATIO = 4 / 3
"""Length of one story over the other's from which it contains it."""
_VERBATIM = 0.9
"""Share of both stories in long shared runs from which they are the same text anyway."""
_REUSE_BIAS, _REWORDED, _SPEECH, _VERBATIM_NARRATIVE, _WORDS = -7.22, 4.12, 0.34, 1.92, 1.26
_PASSAGE_BIAS, _COPIED, _PASSAGE_REWORDED, _SHARE = -6.21, 1.52, 2.37, 9.22


def decide(e: Evidence, settings: Settings) -> tuple[Relation, float]:
    """The relation of two articles, and the probability that one reuses the other."""
    if e.equal:
        return Relation.EXACT, 1.0
    if e.shorter_words < settings.min_story_words:
        return Relation.NONE, 0.0
    score = _logistic(
        _REUSE_BIAS
        + _REWORDED * math.log1p(e.reworded)
        + _SPEECH * math.log1p(e.copied_speech)
        + _VERBATIM_NARRATIVE * e.verbatim_narrative
        + _WORDS * math.log1p(e.reworded_words / 20)
    )
    same = math.sqrt(e.reworded_share * e.verbatim)
    if same >= settings.same_text_threshold or e.verbatim_both >= _VERBATIM:
        ratio = e.left_words / max(e.right_words, 1.0)
        if ratio >= _LENGTH_RATIO:
            return Relation.CONTAINS, score
        if ratio <= 1 / _LENGTH_RATIO:
            return Relation.CONTAINED_IN, score
        return Relation.NEAR_DUPLICATE, score
    if score >= settings.reuse_threshold:
        return Relation.PARTIAL_COPY, score
    if passage_probability(e) >= settings.passage_threshold:
        return Relation.SHARED_PASSAGE, score
    return Relation.NONE, score


def passage_probability(e: Evidence) -> float:
    """Probability that the two share at least a passage, 0..1."""
    copied = e.copied_speech + e.copied_narrative
    return _logistic(
        _PASSAGE_BIAS
        + _COPIED * math.log1p(copied)
        + _PASSAGE_REWORDED * math.log1p(e.reworded)
        + _SHARE * copied / max(e.shorter_words, 1.0)
    )


def reasons(e: Evidence, relation: Relation, settings: Settings) -> tuple[str, ...]:
    """Why the relation is what it is, in plain sentences."""
    if relation is Relation.EXACT:
        return ("The stories are equal word for word.",)
    if e.shorter_words < settings.min_story_words:
        return (
            f"One story has fewer than {settings.min_story_words} words: "
            "they were compared for exactness only.",
        )
    out = []
    if relation is Relation.SAME_TEMPLATE:
        out.append(
            "It is the same form with other facts: where the sentences agree, most of their "
            "figures, dates or names differ. With the same figures it would be a copy."
        )
    out += [
        f"About {e.reworded:.0f} narrative sentences of one were made from the other's.",
        f"{e.verbatim:.0%} of the shorter story stands in the other in runs of 8 words or more.",
    ]
    if e.copied_speech:
        out.append(f"{e.copied_speech:.0f} words of direct speech are the same in both.")
    return tuple(out)


def _logistic(z: float) -> float:
    return 1.0 / (1.0 + math.exp(-z)) if z > -700 else 0.0
