"""Judging: what a person says of two articles, or of a member of a cluster, and taking it back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from dedup.errors import ClusterMoved, InvalidQuery, NotFound
from dedup.judgement import Judgement, JudgementPage, Opinion, pair_of
from dedup.model import Cluster
from dedup.reader import Reader
from dedup.store.base import Store

_TRIES = 5
_PAGE = 500


class Judging:
    """Takes judgements over one store. Safe to use from several threads."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._store = reader.store

    def judge(
        self,
        one: str,
        other: str,
        opinion: Opinion,
        by: str | None = None,
        note: str | None = None,
    ) -> Judgement:
        """Let a person's word on two articles stand; what stands now.

        Either may be called by another name. Raises ``NotFound`` for an article that is not
        stored, ``InvalidQuery`` for one and the same article twice.
        """
        one, other = self._own_ids(one, other)
        if one == other:
            raise InvalidQuery("right", "must not be the same article as left")
        made = Judgement.of(one, other, opinion, datetime.now(UTC), by, note)
        self._store.judge([made])
        return next((j for j in self.on([one]) if j.pair == made.pair), made)

    def expel(self, cluster_id: str, id: str, by: str | None = None) -> list[Judgement]:
        """Say of a member that it is not the story of its cluster; what was said of which pairs.

        It is judged to be different from every member that it reuses or was joined with, again
        if somebody compares it with more of them meanwhile, until it is a member no longer.
        Raises ``NotFound`` for an article that is none, or ``ClusterMoved``.
        """
        made: list[Judgement] = []
        for _ in range(_TRIES):
            try:
                cluster = self._reader.cluster(cluster_id)
            except (ClusterMoved, NotFound):
                if made:  # it fell apart
                    break
                raise
            partners = sorted(_partners(cluster, id))
            if not partners:
                break
            now = datetime.now(UTC)
            said = [Judgement.of(id, far, Opinion.DIFFERENT, now, by) for far in partners]
            self._store.judge(said)
            made += said
        if not made:
            raise NotFound("member of this cluster", id)
        return made

    def undo(self, pairs: Iterable[tuple[str, str]]) -> int:
        """Take back what was said of pairs; how many of them had been judged."""
        return self._store.unjudge([pair_of(*self._own_ids(*pair)) for pair in pairs])

    def on(self, ids: Sequence[str]) -> list[Judgement]:
        """What was said of any of these articles, the oldest first."""
        stored = self._store.get(ids)
        return self._store.judgements_on([one.ref for one in stored.values()])

    def of(self, one: str, other: str) -> Judgement | None:
        """What was said of two articles."""
        one, other = self._own_ids(one, other)
        return next((j for j in self.on([one]) if j.pair == pair_of(one, other)), None)

    def _own_ids(self, one: str, other: str) -> tuple[str, str]:
        """The ids of articles that may be called by other names."""
        stored = self._store.get([one, other])
        own = [stored[id].article.id if id in stored else id for id in (one, other)]
        return own[0], own[1]

    def page(self, cursor: str | None, limit: int) -> JudgementPage:
        """Some of all judgements, the oldest first. Raises ``InvalidQuery``."""
        return self._store.judgements(cursor, limit)

    def all(self) -> Iterator[Judgement]:
        """All judgements, the oldest first, in bounded memory."""
        return all_judgements(self._store)


def all_judgements(store: Store) -> Iterator[Judgement]:
    """All judgements of a store, the oldest first, in bounded memory."""
    cursor = None
    while True:
        page = store.judgements(cursor, _PAGE)
        yield from page.items
        cursor = page.next_cursor
        if cursor is None:
            return


def _partners(cluster: Cluster, id: str) -> set[str]:
    """The members that an article is held to, or would be."""
    members = {member.article.id for member in cluster.members}
    if id not in members:
        return set()
    different = {j.pair for j in cluster.judgements if j.opinion is Opinion.DIFFERENT}
    ties = [(e.left, e.right) for e in cluster.edges if e.relation.is_reuse]
    ties += [j.pair for j in cluster.judgements if j.opinion is Opinion.SAME]
    far = {b if a == id else a for a, b in ties if id in (a, b) and pair_of(a, b) not in different}
    return far & members
