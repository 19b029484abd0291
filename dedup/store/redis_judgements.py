"""What people said of pairs of articles, in Redis.

A judgement has a mark, 8 bytes of its time and 8 random ones. Under its mark stands the whole of
it; the marks stand in a row, in order of time; and the nodes of both articles hold the mark and
the opinion, which is all that edges and clusters need (``dedup.store.redis_graph``).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from dedup.errors import InvalidQuery, NotFound, StoreUnavailable
from dedup.judgement import Judgement, JudgementPage, Opinion
from dedup.model import EventKind
from dedup.store import codec
from dedup.store.base import TOLD
from dedup.store.redis_acts import ZERO
from dedup.store.redis_graph import Graph
from dedup.store.redis_node import VERSION, Ends, Said, decode_node
from dedup.store.redis_plan import Transaction
from dedup.store.redis_reading import Outdated
from dedup.store.redis_record import REF, decode_refs
from dedup.store.redis_tables import Tables
from dedup.store.redis_write import name_of

_TRIES = 20
_MARK = 16
T = TypeVar("T")
Known = Mapping[str, bytes]
"""What stands under the ids of articles."""


class Judgements:
    """Safe to use from several threads."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def judge(self, judgements: Sequence[Judgement]) -> None:
        """See ``Store.judge``."""

        def plan(tx: Transaction, known: Known) -> None:
            for one in judgements:
                _judge(tx, _ends(one.pair, known), one, standing)

        pairs = [one.pair for one in judgements]
        values = self._known(pairs).values()
        standing = self._on(decode_refs(b"".join(value[:REF] for value in values)))
        self._transact(pairs, plan)

    def unjudge(self, pairs: Sequence[tuple[str, str]]) -> int:
        """See ``Store.unjudge``."""

        def plan(tx: Transaction, known: Known) -> int:
            there = [pair for pair in pairs if known.keys() >= set(pair)]
            return sum(_unjudge(tx, _ends(pair, known), pair) for pair in there)

        return self._transact(pairs, plan, lacking=True)

    def on(self, refs: Sequence[int]) -> list[Judgement]:
        """See ``Store.judgements_on``."""
        return list(self._on(refs).values())

    def _on(self, refs: Sequence[int]) -> dict[bytes, Judgement]:
        """What was said of any of these articles, by mark."""
        if not refs:
            return {}
        [reply] = self._tables.servers.run([self._tables.read_call(refs)])
        marks = {
            said.mark
            for _, seen, _ in self._tables.sights(refs, reply)
            if seen is not None and seen.node is not None
            for said in decode_node(seen.node).said.values()
        }
        return self._of(sorted(marks))

    def page(self, cursor: str | None, limit: int) -> JudgementPage:
        """See ``Store.judgements``."""
        first = b"-" if cursor is None else b"(" + _read_cursor(cursor)
        marks = self._tables.ask("ZRANGEBYLEX", "judged", first, "+", "LIMIT", 0, limit + 1)
        shown = marks[:limit]
        more = len(marks) > limit
        return JudgementPage(tuple(self._of(shown).values()), shown[-1].hex() if more else None)

    def _of(self, marks: Sequence[bytes]) -> dict[bytes, Judgement]:
        """The judgements under some marks, as far as they still stand."""
        found = self._tables.ask("HMGET", "judgements", *marks) if marks else []
        return {mark: _decode(data) for mark, data in zip(marks, found, strict=True) if data}

    def _known(self, pairs: Iterable[tuple[str, str]]) -> dict[str, bytes]:
        ids = list(dict.fromkeys(id for pair in pairs for id in pair))
        values = self._tables.ask("HMGET", "ids", *map(name_of, ids)) if ids else []
        return {id: value for id, value in zip(ids, values, strict=True) if value}

    def _transact(
        self,
        pairs: Sequence[tuple[str, str]],
        plan: Callable[[Transaction, Known], T],
        *,
        lacking: bool = False,
    ) -> T:
        """Carry a plan out on articles as they are; ``lacking`` ones raise ``NotFound``."""
        for _ in range(_TRIES):
            known = self._known(pairs)
            for id in (id for pair in pairs for id in pair):
                if id not in known and not lacking:
                    raise NotFound("article", id)
            refs = decode_refs(b"".join(value[:REF] for value in known.values()))

            def expecting(tx: Transaction, known: Known = known) -> T:
                for id, value in known.items():
                    tx.expect("ids", name_of(id), value[:VERSION])
                return plan(tx, known)

            try:
                now = codec.microseconds(datetime.now(UTC))
                return self._tables.transact(expecting, self._tables.reading(refs), now)
            except Outdated:  # one of them has another version by now, or is gone
                continue
        raise StoreUnavailable("the store is busy: others keep changing the same articles")


def _judge(
    tx: Transaction, ends: Ends, one: Judgement, standing: Mapping[bytes, Judgement]
) -> None:
    tx.need(ends)
    before = tx.said(ends[0]).get(ends[1])
    if before is not None:
        if one.repeats(standing.get(before.mark)):
            return
        Graph(tx).unmark(before)
    time = codec.microseconds(one.at) + ZERO
    said = Said(one.opinion, time.to_bytes(8, "big") + secrets.token_bytes(_MARK - 8))
    tx.act("set", "judgements", said.mark, _encode(one))
    tx.act("rank", "judged", 0, said.mark)
    tx.tell(TOLD[one.opinion], one.pair)
    _settle(tx, ends, said)


def _unjudge(tx: Transaction, ends: Ends, pair: tuple[str, str]) -> bool:
    tx.need(ends)
    before = tx.said(ends[0]).get(ends[1])
    if before is None:
        return False
    Graph(tx).unmark(before)
    tx.tell(EventKind.JUDGEMENT_UNDONE, pair)
    _settle(tx, ends, None)
    return True


def _settle(tx: Transaction, ends: Ends, said: Said | None) -> None:
    graph = Graph(tx)
    graph.settle(graph.judge(ends, said))


def _ends(pair: tuple[str, str], known: Known) -> Ends:
    left, right = (decode_refs(known[id][:REF])[0] for id in pair)
    return left, right


def _encode(one: Judgement) -> bytes:
    plain = [*one.pair, str(one.opinion), codec.microseconds(one.at), one.by, one.note]
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def _decode(data: bytes) -> Judgement:
    left, right, opinion, at, by, note = json.loads(data.decode("utf-8", "surrogatepass"))
    return Judgement(left, right, Opinion(opinion), codec.moment(at), by, note)


def _read_cursor(cursor: str) -> bytes:
    try:
        mark = bytes.fromhex(cursor)
    except ValueError:
        mark = b""
    if len(mark) != _MARK:
        raise InvalidQuery("cursor", f"{cursor!r} is not a cursor of this list")
    return mark
