"""Reasons: what decided a verdict and what would have changed it, in plain sentences."""

from __future__ import annotations

from collections.abc import Callable

from dedup.evidence import Evidence
from dedup.model import Relation
from dedup.settings import Settings
from dedup.shares import hundredths, percent
from dedup.verdict import (
    LENGTH_RATIO,
    kept_and_found,
    passage_probability,
    reuse_probability,
    same_text,
)

_WORDS = "no one two three four five six seven eight nine ten eleven twelve".split()
_MOST, _MOST_WORDS = 30, 100
"""More sentences or words than so many are not worth a sentence of advice."""


def reasons(e: Evidence, relation: Relation, settings: Settings) -> tuple[str, ...]:
    """Why two articles are related as they are, the decisive reason first."""
    if relation is Relation.EXACT:
        return ("The stories are equal word for word.",)
    if e.shorter_words < settings.min_story_words:
        return (
            f"One story has fewer than {settings.min_story_words} words: "
            "they were compared for exactness only.",
        )
    if relation is Relation.SAME_TEMPLATE:
        return (
            "It is the same form with other facts: where the sentences agree, most of their "
            "figures, dates or names differ. With the same figures it would be a copy.",
            _found(e),
        )
    if relation.level == 3:
        return (*_same_text(e, relation, settings), *_speech(e))
    if relation is Relation.PARTIAL_COPY:
        return (_found(e), *_speech(e), *_from_partial_copy(e, settings))
    if relation is Relation.SHARED_PASSAGE:
        return (_passage(e), _found(e), *_speech(e), *_to_partial_copy(e, settings))
    if e.apart:
        return (
            f"The most words that a sentence of the one has in common with one of the other, in "
            f"runs of three or more, are {e.closest:.0f}: too few for any to have come from there.",
        )
    return (_passage(e), _found(e), *_to_passage(e, settings))


def _same_text(e: Evidence, relation: Relation, settings: Settings) -> tuple[str, ...]:
    if e.verbatim > kept_and_found(e):
        first = (
            f"At least {percent(e.verbatim)} of both stories stands in the other word for word, "
            "in runs of eight words or more."
        )
    else:
        first = (
            f"{percent(e.kept)} of the shorter story's words stand in the other in runs of three "
            f"or more, and {percent(e.reworded_share)} of its narrative was found there: together "
            f"{hundredths(kept_and_found(e))}, where {settings.same_text_threshold:.2f} makes the "
            "same text."
        )
    longer, shorter = max(e.left_words, e.right_words), min(e.left_words, e.right_words)
    ratio = longer / max(shorter, 1.0)
    if relation is Relation.NEAR_DUPLICATE:
        second = f"The lengths differ by a factor of {ratio:.2f}; from {LENGTH_RATIO:.2f} on "
        second += "the longer would contain the shorter."
    else:
        side = "left" if relation is Relation.CONTAINS else "right"
        second = f"The {side} story is {ratio:.1f} times as long as the other."
    return first, second


def _found(e: Evidence) -> str:
    count = round(e.reworded)
    if not count:
        return "No narrative sentence of one was clearly made from the other's."
    return (
        f"About {_number(count)} narrative {_plural(count, 'sentence')} of one "
        f"{'is' if count == 1 else 'are'} found in the other, copied or reworded: "
        f"{percent(e.reworded_share)} of the shorter story's narrative."
    )


def _speech(e: Evidence) -> tuple[str, ...]:
    words = round(e.copied_speech)
    if not words:
        return ()
    return (
        f"{_number(words).capitalize()} {_plural(words, 'word')} of direct speech "
        f"{'is' if words == 1 else 'are'} the same in both; quotations alone are no reuse.",
    )


def _passage(e: Evidence) -> str:
    words, closest = round(e.copied), round(e.closest)
    if not closest:
        return "No three words in a row are the same in both."
    alike = f"the two sentences most alike share {_number(closest)} {_plural(closest, 'word')}."
    if not words:
        return f"No run of five words or more is the same in both; {alike}"
    return (
        f"{_number(words).capitalize()} {_plural(words, 'word')} stand in runs of five or more "
        f"that both have; {alike}"
    )


def _from_partial_copy(e: Evidence, settings: Settings) -> tuple[str, ...]:
    fewer = _sentences(e, -1, lambda reuse: reuse < settings.reuse_threshold)
    out = []
    if fewer is not None:
        out.append(f"With {_number(fewer)} of these sentences fewer it would be no partial copy.")
    same = same_text(e)
    out.append(
        f"For the same text {settings.same_text_threshold:.2f} of the shorter story would have "
        f"to stand in the other; it is {hundredths(same)}."
    )
    return tuple(out)


def _to_partial_copy(e: Evidence, settings: Settings) -> tuple[str, ...]:
    more = _sentences(e, 1, lambda reuse: reuse >= settings.reuse_threshold)
    if more is None:
        return ()
    return (
        f"{_number(more).capitalize()} more reworded {_plural(more, 'sentence')} would have "
        "made it a partial copy.",
    )


def _to_passage(e: Evidence, settings: Settings) -> tuple[str, ...]:
    """How alike two sentences would have had to be; all they have more counts as copied."""
    closest = round(e.closest)
    for words in range(closest + 1, _MOST_WORDS):
        copied = e.copied_narrative + words - closest + e.copied_speech
        passage = passage_probability(e.reworded, copied, float(words), e.shorter_words)
        if passage >= settings.passage_threshold:
            return (
                f"Two sentences with {_number(words)} words in common would have made it a "
                "shared passage.",
            )
    return ()


def _sentences(e: Evidence, step: int, reached: Callable[[float], bool]) -> int | None:
    """How many narrative sentences more (or, with step -1, fewer) it takes until the probability
    of reuse has got there."""
    each = 1.0 / max(e.narrative_sentences, 1.0)
    for count in range(1, _MOST):
        reworded = max(e.reworded + step * count, 0.0)
        share = min(max(e.reworded_share + step * count * each, 0.0), 1.0)
        if reached(reuse_probability(reworded, e.copied_speech, share)):
            return count
        if reworded == 0.0:
            return None
    return None


def _number(n: int) -> str:
    return _WORDS[n] if n < len(_WORDS) else f"{n:,}"


def _plural(n: int, noun: str) -> str:
    return noun if n == 1 else f"{noun}s"
