"""Articles that were stored before, brought in from another store with all that it kept of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dedup.analyse import analyse
from dedup.engine import Engine
from dedup.errors import ClusterMoved, NotFound
from dedup.fingerprint import fingerprint
from dedup.model import Article, StoredArticle


@dataclass(frozen=True, slots=True)
class Kept:
    """An article as another store kept it."""

    article: Article
    received_at: datetime
    version: int


class Rebuilder(Engine):
    """An engine that takes articles and clusters as another store had them."""

    def restore(self, kept: Sequence[Kept]) -> list[str]:
        """Store articles in order, compare and link them; what became of each.

        ``created``; ``updated``, where the store had an older version; ``unchanged``; or
        ``older``, where the store has other content of the same version or a newer one, which
        stays. So repeating it changes nothing.
        """
        ids = [one.article.id for one in kept]
        if len(set(ids)) < len(ids):
            middle = len(kept) // 2
            return self.restore(kept[:middle]) + self.restore(kept[middle:])
        known = self.store.get(ids)
        status = [_status(one, known.get(one.article.id)) for one in kept]
        new = [one for one, s in zip(kept, status, strict=True) if s in {"created", "updated"}]
        if new:
            analysed = [analyse(one.article) for one in new]
            entries = [
                replace(self._entry(a), received_at=one.received_at, version=one.version)
                for a, one in zip(analysed, new, strict=True)
            ]
            indexed = self.store.index(entries, self.settings.candidate_limit)
            self._link(
                [
                    (a, one.ref, one.found)
                    for a, one in zip(analysed, indexed, strict=True)
                    if one.found is not None
                ]
            )
        return status

    def restore_cluster(self, id: str, members: Sequence[str], aliases: Sequence[str]) -> bool:
        """Let the cluster of these articles go by its id of old; whether it does now.

        ``members`` are ids of articles, the representative first. A cluster that has gained
        others keeps the id it has, and the id of old leads to it. So it does where several
        clusters of old became one; where one became several, the part with the representative
        has the id. Articles that are in no cluster have no use for it.
        """
        stored = self.store.get(members)
        first = next((m for m in members if m in stored and stored[m].cluster_id), None)
        home = stored[first].cluster_id if first is not None else None
        if first is None or home is None:
            return False
        try:
            if home == id or _all_among(self.store.members(home), members):
                self.store.rename(home, id, aliases)
            else:
                self.store.rename(home, home, [id, *aliases])
        except (ClusterMoved, NotFound):  # it changed meanwhile
            return False
        now = self.store.get([first]).get(first)
        return now is not None and now.cluster_id == id


def _status(kept: Kept, known: StoredArticle | None) -> str:
    if known is None:
        return "created"
    if known.fingerprint == fingerprint(kept.article):
        return "unchanged"
    return "updated" if known.version < kept.version else "older"


def _all_among(there: Sequence[StoredArticle], members: Collection[str]) -> bool:
    return {one.article.id for one in there} <= set(members)
