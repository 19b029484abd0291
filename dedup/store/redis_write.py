"""What transactions do to articles in Redis: link, delete, replace by a new version."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

from dedup.model import EventKind
from dedup.store import codec
from dedup.store.redis_graph import Graph
from dedup.store.redis_node import VERSION
from dedup.store.redis_plan import Transaction
from dedup.store.redis_reading import Outdated
from dedup.store.redis_record import Record, encode_ref, encode_text
from dedup.store.redis_ties import Rebound
from dedup.store.values import Links


def link(tx: Transaction, links: Sequence[Links]) -> dict[int, str | None]:
    """Write what articles are related to; the cluster of each that is there afterwards."""
    for one in links:
        tx.keep_topics(one.topics)
        _link(tx, one)
    return {one.ref: tx.cluster_of(one.ref) for one in links if tx.is_there(one.ref)}


def _link(tx: Transaction, links: Links) -> None:
    ref = links.ref
    if not tx.is_there(ref):
        return
    graph = Graph(tx)
    rebound = graph.replace_edges(ref, links.edges)
    node = tx.node(ref)
    stale = graph.clusters_of([ref]).values() if node and node.stale else ()
    graph.settle(rebound, stale)
    if node and node.stale:
        tx.seat(ref, tx.cluster_of(ref))
    tx.act("unset", "waiting", encode_ref(ref))
    tx.act("unrank", "pending", encode_ref(ref))


def delete(tx: Transaction, articles: Mapping[int, Record]) -> None:
    """Remove articles from the graph; what else there is of them is still to be erased."""
    graph, refs = Graph(tx), set(articles)
    home = graph.clusters_of(refs)
    graph.forget_judgements(refs)
    rebound = graph.remove_edges(refs)
    nodes = {end for ends in rebound.added | rebound.lost for end in ends} - refs
    before = graph.states({*home.values(), *graph.clusters_of(nodes).values()})
    _leave(tx, articles)
    for record in articles.values():
        tx.rename("free", name_of(record.head.id))
        tx.tell(EventKind.ARTICLE_DELETED, [record.head.id])
    if articles:
        tx.act("unset", "ids", *(name_of(record.head.id) for record in articles.values()))
    urls = [record.url_key for record in articles.values() if record.url_key]
    if urls:
        tx.act("unset", "urls", *urls)
    if before or nodes:
        graph.divide(before, nodes)
    tx.count("articles", -len(articles))
    tx.count("postings", -sum(_postings(record) for record in articles.values()))


def replace_version(tx: Transaction, old: int, before: Record, new: int, after: Record) -> None:
    """Let a new version take an article's place.

    It stands for the old one in its cluster until it is linked, so that the cluster keeps its id
    meanwhile; ``stale`` says that the cluster is then to be computed anew.
    """
    graph = Graph(tx)
    home = graph.clusters_of([old]).get(old)
    members = set(tx.members(home)) if home is not None else set()
    said = dict(tx.said(old))
    rebound = graph.remove_edges([old])
    _leave(tx, {old: before})
    tx.act("set", "ids", name_of(after.head.id), known_as(new, after))
    if before.url_key != after.url_key:
        _change_url(tx, before, after)
    tx.act("set", "waiting", encode_ref(new), after.encode())
    tx.act("rank", "pending", tx.now, encode_ref(new))
    tx.come(new)
    if said:
        graph.hand_on(said, old, new)
    if home is not None:
        tx.seat(new, home, stale=True)
        graph.rebuild(home, members - {old} | {new})
    home_of = graph.clusters_of({end for ends in rebound.lost for end in ends})
    elsewhere = {ends for ends in rebound.lost if old not in ends and home_of.get(ends[0]) != home}
    graph.settle(Rebound(rebound.added, elsewhere))
    tx.tell(EventKind.ARTICLE_UPDATED, [after.head.id])
    tx.count("postings", _postings(after) - _postings(before))


def unite(tx: Transaction, articles: Mapping[int, Record], into: str) -> None:
    """Remove articles of which it turned out that they are another one; their ids lead there."""
    for record in articles.values():
        tx.rename("hand_on", name_of(record.head.id), name_of(into))
    delete(tx, articles)


def _change_url(tx: Transaction, before: Record, after: Record) -> None:
    if before.url_key:
        tx.act("unset", "urls", before.url_key)
    if after.url_key:
        tx.expect("urls", after.url_key, b"")  # nobody else has it by then
        tx.act("set", "urls", after.url_key, name_of(after.head.id))


def rename(tx: Transaction, first: int, id: str, name: str, aliases: Sequence[str]) -> None:
    """Let the cluster of ``first`` go by another name; the names must be free."""
    if tx.cluster_of(first) != id:
        raise Outdated
    if name != id:
        refs = tx.members(id)
        tx.need(refs)
        tx.tell(EventKind.CLUSTER_MERGED, [tx.place(r).id for r in sorted(refs)], id, name)
        tx.describe(replace(tx.summary(id), id=name, aliases=()))
        tx.absorb(name, id)
        tx.redirect(id, name)
    summary = tx.summary(name)
    for alias in aliases:
        tx.act("set", "redirects", bytes.fromhex(alias), bytes.fromhex(name))
    tx.describe(replace(summary, aliases=(*summary.aliases, *aliases)))


def name_of(id: str) -> bytes:
    """An article's id as a name among the ids."""
    return id.encode("utf-8", "surrogatepass")


def id_of(name: bytes) -> str:
    """The inverse of ``name_of``."""
    return name.decode("utf-8", "surrogatepass")


def names_in(listed: bytes) -> tuple[str, ...]:
    """The names in a list as the scripts write it, sorted: each has its length before it."""
    found, at = set(), 0
    while at < len(listed):
        end = at + 4 + int.from_bytes(listed[at : at + 4], "big")
        found.add(id_of(listed[at + 4 : end]))
        at = end
    return tuple(sorted(found))


def digest_of(fingerprint: str) -> bytes:
    """A fingerprint in 16 bytes."""
    return hashlib.blake2b(encode_text(fingerprint), digest_size=16).digest()


def known_as(ref: int, record: Record) -> bytes:
    """What stands under an article's id: its ref, version and fingerprint."""
    version = record.version.to_bytes(4, "big")
    return encode_ref(ref) + version + digest_of(record.fingerprint)


def _leave(tx: Transaction, articles: Mapping[int, Record]) -> None:
    """Take articles out of everything but the ids; what is left of them is noted as gone."""
    for ref, record in articles.items():
        tx.expect("ids", name_of(record.head.id), known_as(ref, record)[:VERSION])
        tx.remove(ref)
    refs = list(map(encode_ref, articles))
    tx.act("unrank", "pending", *refs)
    tx.act("unset", "topics", *refs)
    tx.act("set", "gone", *(part for ref in refs for part in (ref, b"")))


def _postings(record: Record) -> int:
    return codec.count_postings(len(record.postings))
