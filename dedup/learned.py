"""Furniture learned per source: sentences that a source repeats on otherwise unrelated pages.

A page of one source shares its newsletter box with many pages and its story with none, or with
a few updates of the same story. So a sentence is furniture when at least three articles of the
source carry it that share less than half of this article's sentences. A story that the source
printed many times shares nearly all its sentences with each of them and is never taken, and
copies by other outlets do not count at all, since marks are per source.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from dedup.model import AnalysedArticle

_PAGES = 3
_RELATED = 0.5
REASON = "repeated by this source"


def repeated_sentences(
    analysed: AnalysedArticle,
    marked: Mapping[int, Sequence[int]],
    repeats: Sequence[Sequence[int]],
) -> dict[int, str]:
    """Sentence indexes that are learned furniture, with the reason.

    ``marked`` maps each mark to its sentences (``dedup.signature.marked``), ``repeats`` gives,
    in the same order, the other articles that carry it.
    """
    own = [
        any(analysed.sentences[i].furniture is None for i in indexes) for indexes in marked.values()
    ]
    story_marks = sum(own)
    if story_marks < 2:
        return {}
    shared = Counter(
        ref for refs, counts in zip(repeats, own, strict=True) if counts for ref in set(refs)
    )
    out: dict[int, str] = {}
    for indexes, refs in zip(marked.values(), repeats, strict=True):
        unrelated = sum(1 for ref in set(refs) if shared[ref] < _RELATED * story_marks)
        if unrelated >= _PAGES:
            out.update(dict.fromkeys(indexes, REASON))
    return out
