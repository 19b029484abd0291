"""Articles that were stored before: brought in from another store, or indexed anew in their own."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from dedup.analyse import analyse_all
from dedup.engine import Engine
from dedup.errors import ClusterMoved, NotFound
from dedup.fingerprint import fingerprint
from dedup.judgement import Judgement
from dedup.model import Article, Candidate, StoredArticle
from dedup.settings import Settings
from dedup.signature import Signer
from dedup.store import open_store


def open_rebuilder(settings: Settings) -> Rebuilder:
    """A rebuilder over the store that the settings name, whatever its header, to reindex it."""
    header = Signer(settings).header
    return Rebuilder(open_store(settings.store, header, settings, rebuild=True), settings)


@dataclass(frozen=True, slots=True)
class Kept:
    """An article as another store kept it."""

    article: Article
    received_at: datetime
    version: int
    names: tuple[str, ...] = ()


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
            analysed = analyse_all([one.article for one in new])
            entries = [
                replace(entry, received_at=one.received_at, version=one.version)
                for entry, one in zip(self._entries(analysed), new, strict=True)
            ]
            indexed = self.store.index(entries, self.settings.candidate_limit)
            self._link(
                [
                    (a, one.ref, one.found)
                    for a, one in zip(analysed, indexed, strict=True)
                    if one.found is not None
                ],
                changes=False,
            )
        for one in kept:
            if one.names:
                self.store.add_names(one.article.id, one.names)
        return status

    def restore_judgement(self, kept: Judgement) -> None:
        """Take what a person said of a pair, unless something was said of it since.

        Raises ``NotFound`` for an article that is not there.
        """
        stored = self.store.get([kept.left])
        known = self.store.judgements_on([one.ref for one in stored.values()])
        if not any(one.pair == kept.pair and one.at >= kept.at for one in known):
            self.store.judge([kept])

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

    def reindex(self, at_once: int = 64) -> Iterator[int]:
        """Rebuild the index of the store and compare all articles anew, in order of arrival.

        Yields how many articles have been done with, now and then; the new index is in force at
        the end. A reindexing that was cut short goes on where it was. Ids stay; clusters change
        where the comparison says so, and the feed tells of nothing else. The store must have been
        opened by ``open_rebuilder``.
        """
        work = self.store.reindexing()
        articles = self.store.scan(work.begin())
        while batch := list(islice(articles, at_once)):
            analysed = analyse_all([stored.article for stored in batch])
            entries = {
                stored.ref: replace(entry, received_at=stored.received_at)
                for stored, entry in zip(batch, self._entries(analysed), strict=True)
            }
            found = work.post(entries, self.settings.candidate_limit)
            # what an article wrote of later ones stays until they write it themselves
            later: dict[int, list[Candidate]] = {}
            for edge in self.store.edges(list(entries)):
                if edge.left in entries and edge.right > edge.left:
                    later.setdefault(edge.left, []).append(Candidate(edge.right, 0, 0))
            self._link(
                [
                    (a, ref, replace(one, candidates=(*one.candidates, *later.get(ref, ()))))
                    for a, ref, one in zip(analysed, entries, found, strict=True)
                ],
                changes=False,
            )
            work.done(batch[-1].ref)
            yield len(batch)
        work.finish()


def _status(kept: Kept, known: StoredArticle | None) -> str:
    if known is None:
        return "created"
    if known.fingerprint == fingerprint(kept.article):
        return "unchanged"
    return "updated" if known.version < kept.version else "older"


def _all_among(there: Sequence[StoredArticle], members: Collection[str]) -> bool:
    return {one.article.id for one in there} <= set(members)
