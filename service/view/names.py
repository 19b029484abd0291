"""What the articles of a cluster are called: outlets, or versions where many are one text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dedup.findings import Version
from dedup.model import StoredArticle
from service.view.words import amount, language_tag, listed, outlet

NAMED = 3
"""So many outlets are named before the others are counted."""


class Names:
    """Names by the id of a version's first article."""

    def __init__(self, articles: Iterable[StoredArticle], versions: Sequence[Version]) -> None:
        self._articles = {a.article.id: a.article for a in articles}
        self._versions = {v.article_ids[0]: v.article_ids for v in versions}
        several = [v for v in versions if len(v.article_ids) > 1]
        self._numbers = {v.article_ids[0]: n for n, v in enumerate(several, start=1)}

    def outlet(self, id: str) -> str:
        """The outlet of one article."""
        return outlet(self._articles[id])

    def version(self, head: str) -> str:
        """``Version 1`` where several articles are one text, else the outlet."""
        number = self._numbers.get(head)
        return f"Version {number}" if number else self.outlet(head)

    def carriers(self, head: str) -> tuple[str, ...]:
        """The articles of a version, earliest first."""
        return self._versions.get(head, (head,))

    def listed(self, heads: Sequence[str]) -> str:
        """The outlets of some versions: a few by name, the others counted."""
        ids = [id for head in heads for id in self.carriers(head)]
        names = list(dict.fromkeys(self.outlet(id) for id in ids))
        if len(names) <= NAMED:
            return listed(names)
        return f"{', '.join(names[:NAMED])} and {amount(len(names) - NAMED, 'other')}"

    def language(self, id: str) -> str | None:
        """The language an article was sent with."""
        return language_tag(self._articles[id].language)
