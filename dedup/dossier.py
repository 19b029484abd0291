"""The dossier of a cluster: everything a newsroom asks about one story, from the texts alone.

Copies that are the same word for word are read once (``dedup.versions``). Comparisons are kept in
memory, so that a page opened again costs little.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dedup.alike import alike
from dedup.analyse import analyse
from dedup.cache import Cache
from dedup.cluster import representative
from dedup.compare import compare_all
from dedup.disagreements import disagreements
from dedup.errors import NotFound
from dedup.fates import fates, untouched
from dedup.findings import Carriers, Differences, Dossier, Version
from dedup.model import Article, Cluster, Comparison, Relation, StoredArticle, Synopsis
from dedup.passages import Passages
from dedup.provenance import provenance
from dedup.reader import Reader
from dedup.readings import reading
from dedup.synopsis import synopsis
from dedup.units import Prepared, prepare
from dedup.versions import versions, word_for_word

COLUMNS = 5
"""So many columns are laid out unless others are asked for."""
READ = 60
"""So many versions of a story are read, those that most articles carry first."""
MATRIX = 24
"""So many versions are held against each other, each against each."""
_COMPARISONS = 400
"""So many comparisons are kept in memory."""
_SHARES = 50_000
"""So many shares of one article in another are kept in memory."""
_DIFFERENCES = 500
"""Of so many clusters it is kept in memory where their copies disagree."""


class _Case:
    """A cluster's articles, in versions, prepared for comparison.

    ``heads`` are the first articles of the versions that are read, members before neighbours.
    """

    def __init__(
        self, reader: Reader, carriers: Carriers, shares: Cache[tuple[int, int], float]
    ) -> None:
        self.carriers = carriers
        self.stored = {one.article.id: one for one in (*carriers.members, *carriers.beside)}
        self.prepared: dict[str, Prepared] = {}
        self.versions = self._versions(reader, carriers.members)
        self.beside = self._versions(reader, carriers.beside)
        read = [v.article_ids[0] for v in (*self.versions, *self.beside)]
        self.base = representative(carriers.members).article.id
        self.heads = [self.base, *(id for id in read if id != self.base)][:READ]
        self.head = {
            id: v.article_ids[0] for v in (*self.versions, *self.beside) for id in v.article_ids
        }
        self._shares = shares

    def _versions(self, reader: Reader, articles: Sequence[StoredArticle]) -> tuple[Version, ...]:
        """Versions of some articles; of those with the same text only the first is read."""
        copies: dict[str, list[StoredArticle]] = {}
        for one in articles:
            copies.setdefault(one.article.text, []).append(one)
        ready = reader.prepared([same[0] for same in copies.values()])
        for same in copies.values():
            for one in same:
                self.prepared[one.article.id] = ready[same[0].ref]
        return versions([(one.article.id, self.prepared[one.article.id]) for one in articles])

    def share(self, one: str, other: str) -> float:
        """The share of one article's words that stand in another in runs of five or more."""
        key = self.stored[one].ref, self.stored[other].ref
        found = self._shares.get(key)
        if found is None:
            found = word_for_word(self.prepared[one], self.prepared[other])
            self._shares.put(key, found)
        return found

    def matrix(self) -> dict[tuple[str, str], float]:
        """The shares between the first versions read."""
        shown = self.heads[:MATRIX]
        return {(a, b): self.share(a, b) for a in shown for b in shown if a != b}


class Dossiers:
    """Reads clusters of one store. Safe to use from several threads."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._comparisons: Cache[tuple[int, int], Comparison] = Cache(_COMPARISONS)
        self._shares: Cache[tuple[int, int], float] = Cache(_SHARES)
        self._differences: Cache[tuple[int, ...], Differences] = Cache(_DIFFERENCES)

    def of(
        self,
        cluster: Cluster,
        base: str | None = None,
        columns: Sequence[str] | None = None,
        most: int = COLUMNS,
    ) -> Dossier:
        """The dossier of a cluster, its table read against ``base`` (default: representative).

        ``columns`` are ids of members or of articles beside the cluster (default: the first
        articles of the ``most`` versions that most articles carry, as far as they are read). Each
        stands for its version. Raises ``NotFound`` for other ids.
        """
        case = self._case(Carriers(cluster.members, cluster.beside))
        base = base or cluster.representative_id
        for field, id in (("base", base), *(("columns", id) for id in columns or ())):
            if id not in case.head:
                raise NotFound("article in this cluster", id, field)
        base = case.head[base]
        wanted = [case.head[id] for id in columns] if columns else case.heads[:most]
        shown = list(dict.fromkeys((base, *wanted)))
        first = cluster.representative_id
        return Dossier(
            cluster=cluster,
            synopsis=self._synopsis(cluster.id, case, base, shown),
            heads=tuple(case.heads),
            versions=case.versions,
            beside=case.beside,
            differences=self._told(case),
            provenance=provenance(
                [m.article for m in cluster.members],
                {m.article.id: m.received_at for m in cluster.members},
                [v.article_ids[0] for v in case.versions],
                case.share,
            ),
            fates={first: untouched(case.prepared[first].analysed)}
            | {
                id: fates(case.prepared[first].analysed, compared)
                for id, compared in self._compared(case, first, case.heads).items()
            },
            reuse=case.matrix(),
        )

    def carriers(self, cluster_id: str) -> Carriers:
        """The articles of a cluster and those beside it, without anything read.

        Raises ``NotFound`` or ``ClusterMoved``.
        """
        members = self._reader.store.members(cluster_id)
        inside = {m.ref for m in members}
        beside = {
            ref
            for edge in self._reader.store.edges(sorted(inside))
            if edge.relation is Relation.SHARED_PASSAGE
            for ref in (edge.left, edge.right)
        } - inside
        others = self._reader.store.by_ref(sorted(beside)) if beside else {}
        return Carriers(tuple(members), tuple(others.values()))

    def sample(self, cluster_id: str) -> tuple[Carriers, Carriers]:
        """All members of a large cluster, and those that are enough to tell where they disagree.

        These are one article for each of the texts that most members carry, at most ``READ``.
        Raises ``NotFound`` or ``ClusterMoved``.
        """
        members = self._reader.store.members(cluster_id)
        copies: dict[str, list[StoredArticle]] = {}
        for one in members:
            copies.setdefault(one.article.text, []).append(one)
        most = sorted(copies.values(), key=len, reverse=True)[:READ]
        return Carriers(tuple(members), ()), Carriers(tuple(same[0] for same in most), ())

    def against(
        self, article: Article, others: Sequence[StoredArticle]
    ) -> tuple[list[Comparison], Differences]:
        """An article that need not be stored, compared with stored ones: it is the base."""
        own = prepare(analyse(article))
        ready = self._reader.prepared(others)
        pairs = [(own, ready[one.ref]) for one in others]
        compared = compare_all(pairs, self._reader.settings)
        base = Passages(own)
        read = [
            (Passages(ready[one.ref]), comparison)
            for one, comparison in zip(others, compared, strict=True)
        ]
        beside = frozenset(
            one.article.id
            for one, comparison in zip(others, compared, strict=True)
            if not comparison.relation.is_reuse
        )
        return compared, Differences(disagreements(base, read, beside), ())

    def differences(self, carriers: Carriers) -> Differences:
        """Where the copies disagree; from memory if nothing joined or left since."""
        known = self.known_differences(carriers)
        return known if known is not None else self._told(self._case(carriers))

    def known_differences(self, carriers: Carriers) -> Differences | None:
        """What ``differences`` would say at once, None if it would have to read first."""
        return self._differences.get(_key(carriers))

    def _case(self, carriers: Carriers) -> _Case:
        return _Case(self._reader, carriers, self._shares)

    def _told(self, case: _Case) -> Differences:
        key = _key(case.carriers)
        found = self._differences.get(key)
        if found is None:
            base_id = case.base
            base = Passages(case.prepared[base_id])
            read = [
                (Passages(case.prepared[id]), compared)
                for id, compared in self._compared(case, base_id, case.heads).items()
            ]
            beside = frozenset(id for version in case.beside for id in version.article_ids)
            found = Differences(
                disagreements(base, read, beside),
                alike(base, [reading(base, other, compared) for other, compared in read]),
            )
            self._differences.put(key, found)
        return found

    def _synopsis(self, cluster_id: str, case: _Case, base: str, shown: Sequence[str]) -> Synopsis:
        comparisons = self._compared(case, base, shown)
        columns = [case.stored[id] for id in shown]
        return synopsis(cluster_id, case.prepared[base].analysed, columns, comparisons)

    def _compared(self, case: _Case, left: str, ids: Iterable[str]) -> dict[str, Comparison]:
        """One article compared with each of some others, itself left out."""
        keys = {
            id: (case.stored[left].ref, case.stored[id].ref)
            for id in dict.fromkeys(ids)
            if id != left
        }
        known = {id: self._comparisons.get(key) for id, key in keys.items()}
        new = [id for id, found in known.items() if found is None]
        pairs = [(case.prepared[left], case.prepared[id]) for id in new]
        made = dict(zip(new, compare_all(pairs, self._reader.settings), strict=True))
        for id, comparison in made.items():
            self._comparisons.put(keys[id], comparison)
        return {id: found if found is not None else made[id] for id, found in known.items()}


def _key(carriers: Carriers) -> tuple[int, ...]:
    """What a reading depends on: the articles as they are stored now."""
    members = sorted(m.ref for m in carriers.members)
    return (*members, -1, *sorted(b.ref for b in carriers.beside))
