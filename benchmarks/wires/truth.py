"""What the construction of a pair demands: a label and the acceptable relations.

The thresholds are those of the labelling guide: two thirds of the shorter story make the same
text (3); three narrative sentences or a third of the shorter story make substantial reuse (2);
one or two sentences, or shared direct speech, make limited reuse (1). A third more text makes one
text contain the other. Near a threshold both sides of it are acceptable, the demanded one first.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

from dedup.model import Relation

from .article import UNSPACED, Article, length
from .house import House, house, quotations, quoted_words

SAME_TEXT = 2 / 3
SUBSTANTIAL = 1 / 3
CONTAINS = 4 / 3
MARGIN = 0.08
"""How near to a threshold of a share both sides of it are acceptable; 8 % of a length ratio."""

SHORT_QUOTE = 10
LONG_QUOTE = 15
"""Words of one shared quotation: fewer than the first never count, the second always may."""


@dataclass(frozen=True, slots=True)
class Truth:
    """The relations that are right, best first; the label is the level of the first."""

    expected: tuple[Relation, ...]

    @property
    def label(self) -> int:
        """The degree of reuse, 0 to 3."""
        return self.expected[0].level


def by_origin(a: Article, b: Article) -> Truth:
    """The truth of a pair whose sentences know where they come from."""
    sizes = (_story_words(a), _story_words(b))
    shorter, longer = (a, b) if sizes[0] <= sizes[1] else (b, a)
    origins = {sentence.origin for sentence in longer.sentences() if sentence.origin}
    shared = [s for s in shorter.sentences() if s.origin in origins]
    share = sum(length(s.text, a.language) for s in shared) / min(sizes)
    rules = house(a.language)
    narrative = sum(not _is_quotation(s.text, rules) for s in shared)
    same = same_text(sizes[0] / sizes[1])
    if share >= SAME_TEXT + MARGIN:
        return Truth(same)
    if share >= SAME_TEXT:
        return Truth((*same, Relation.PARTIAL_COPY))
    if share >= SAME_TEXT - MARGIN:
        return Truth((Relation.PARTIAL_COPY, *same))
    if narrative > 3 or share >= SUBSTANTIAL + MARGIN:
        return Truth((Relation.PARTIAL_COPY,))
    if narrative == 3 or share >= SUBSTANTIAL:
        return Truth((Relation.PARTIAL_COPY, Relation.SHARED_PASSAGE))
    if share >= SUBSTANTIAL - MARGIN:
        return Truth((Relation.SHARED_PASSAGE, Relation.PARTIAL_COPY))
    return Truth((Relation.SHARED_PASSAGE,)) if shared else Truth((Relation.NONE,))


def same_text(ratio: float) -> tuple[Relation, ...]:
    """The relations of level 3 for a length ratio of left to right that is not exactly equal."""
    if ratio < 1:
        return tuple(relation.inverse for relation in same_text(1 / ratio))
    if ratio >= CONTAINS * (1 + MARGIN):
        return (Relation.CONTAINS,)
    if ratio >= CONTAINS:
        return (Relation.CONTAINS, Relation.NEAR_DUPLICATE)
    if ratio >= CONTAINS * (1 - MARGIN):
        return (Relation.NEAR_DUPLICATE, Relation.CONTAINS)
    return (Relation.NEAR_DUPLICATE,)


def reworded(a: Article, b: Article) -> Truth:
    """The truth of a text and its sentence-by-sentence rewording by another newsroom."""
    same = same_text(_story_words(a) / _story_words(b))
    return Truth(tuple(dict.fromkeys((Relation.PARTIAL_COPY, *same, Relation.NEAR_DUPLICATE))))


def independent(a: Article, b: Article) -> Truth:
    """The truth of two reports on one event that were written independently."""
    words = longest_shared_quotation(a, b)
    if words < SHORT_QUOTE:
        return Truth((Relation.NONE,))
    if words < LONG_QUOTE:
        return Truth((Relation.NONE, Relation.SHARED_PASSAGE))
    return Truth((Relation.SHARED_PASSAGE, Relation.NONE))


def longest_shared_quotation(a: Article, b: Article) -> float:
    """The longest run of words that stands in direct speech in both articles."""
    return max(_shared_runs(a, b), default=0.0)


def shared_quotation(a: Article, b: Article) -> float:
    """How many words stand in direct speech in both articles, in runs of five or more."""
    return sum(run for run in _shared_runs(a, b) if run >= 5)


def _shared_runs(a: Article, b: Article) -> list[float]:
    left, right = quoted_words(a), quoted_words(b)
    blocks = SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks()
    return [block.size / (2 if a.language in UNSPACED else 1) for block in blocks if block.size]


def _story_words(article: Article) -> float:
    return sum(length(s.text, article.language) for s in article.sentences() if s.origin)


def _is_quotation(text: str, rules: House) -> bool:
    quoted = sum(length(quotation, rules.language) for quotation in quotations(text, rules))
    return 2 * quoted > length(text, rules.language)
