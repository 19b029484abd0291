"""What the articles of a cluster are called: outlets, or versions where many are one text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence, Set

from dedup.findings import Version
from dedup.model import StoredArticle
from service.view.words import amount, brief, language_tag, listed, outlet

NAMED = 3
"""So many outlets are named before the others are counted."""


class Names:
    """Names by the id of a version's first article."""

    def __init__(self, articles: Iterable[StoredArticle], versions: Sequence[Version]) -> None:
        self._articles = {a.article.id: a.article for a in articles}
        self._versions = {v.article_ids[0]: v.article_ids for v in versions}
        several = [v for v in versions if len(v.article_ids) > 1]
        self._numbers = {v.article_ids[0]: n for n, v in enumerate(several, start=1)}
        alone = Counter(self.outlet(v.article_ids[0]) for v in versions if v not in several)
        self._repeated = {name for name, count in alone.items() if count > 1}

    def outlet(self, id: str) -> str:
        """The outlet of one article."""
        return outlet(self._articles[id])

    def version(self, head: str) -> str:
        """``Version 1`` where several articles are one text, else the outlet.

        The id stands behind the name of an outlet that has several versions to itself.
        """
        number = self._numbers.get(head)
        return f"Version {number}" if number else self.apart(head, self._repeated)

    def apart(self, id: str, repeated: Set[str]) -> str:
        """The outlet of one article, with its id if the name is among the repeated ones."""
        name = self.outlet(id)
        return f"{name} ({brief(id)})" if name in repeated else name

    def repeated(self, groups: Iterable[Iterable[str]]) -> Set[str]:
        """The outlets that stand in more than one of some groups of versions."""
        counts = Counter(name for heads in groups for name in {*map(self.outlet, self._all(heads))})
        return {name for name, count in counts.items() if count > 1}

    def carriers(self, head: str) -> tuple[str, ...]:
        """The articles of a version, earliest first."""
        return self._versions.get(head, (head,))

    def listed(self, heads: Sequence[str], repeated: Set[str] = frozenset()) -> str:
        """The outlets of some versions: a few by name, the others counted.

        Those among the repeated ones are named article by article, with the ids.
        """
        names = list(dict.fromkeys(self.apart(id, repeated) for id in self._all(heads)))
        if len(names) <= NAMED:
            return listed(names)
        return f"{', '.join(names[:NAMED])} and {amount(len(names) - NAMED, 'other')}"

    def _all(self, heads: Iterable[str]) -> list[str]:
        return [id for head in heads for id in self.carriers(head)]

    def language(self, id: str) -> str | None:
        """The language an article was sent with."""
        return language_tag(self._articles[id].language)
