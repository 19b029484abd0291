"""Quality on labelled pairs: how often the verdict is right, and where it is wrong.

A pair carries a *label* 0..3, the degree of reuse that a reader found (3 same text, 2
substantial reuse, 1 limited reuse or quotations only, 0 none), and a *weight*, how many pairs of
the population it stands for. A level L asks: is this pair of label L or more? Precision, recall
and F1 as in van Rijsbergen (1979); the calibration table follows DeGroot and Fienberg (1983).

Pairs can also carry ``expected`` relations, or a word in place of the label ("resend"): words
are grouped and reported by what the verdict made of them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dedup.errors import InvalidPairs
from dedup.model import Relation

LEVELS = (3, 2, 1)


@dataclass(frozen=True, slots=True)
class Pair:
    """One labelled pair: ``label`` is None where ``kind`` is a word instead."""

    a: str
    b: str
    label: int | None
    kind: str
    weight: float = 1.0
    expected: tuple[Relation, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Scored:
    """A pair and what was decided of it, a seen as left."""

    pair: Pair
    relation: Relation
    score: float
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quality:
    """Precision, recall and F1, each 0..1; 0 where nothing was found or there was nothing."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Pairs whose score lies in [low, high): how many, their mean score and share of reuse."""

    low: float
    high: float
    count: int
    mean_score: float
    reuse: float


def read_pairs(path: Path, ids: Iterable[str]) -> list[Pair]:
    """Pairs from NDJSON: ``a``, ``b``, ``label`` (0..3 or a word), and if known ``weight``,
    ``expected`` (relations seen from a), ``note``, ``construction`` and ``language``.

    Raises ``InvalidPairs`` with the line for anything else, or for an id that is no article.
    """
    known = set(ids)
    pairs: list[Pair] = []
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                pairs.append(_pair(line, f"{path}:{number}", known))
    if not pairs:
        raise InvalidPairs(f"{path}: there are no pairs in it")
    return pairs


def _pair(line: str, place: str, known: set[str]) -> Pair:
    try:
        record = json.loads(line)
        a, b, label = str(record["a"]), str(record["b"]), record["label"]
        number = label if isinstance(label, int) and not isinstance(label, bool) else None
        if number is not None and number not in range(4):
            raise ValueError("a label is 0, 1, 2, 3 or a word")
        kind = record.get("construction") or (f"label {label}" if number is not None else label)
        if record.get("language"):
            kind = f"{kind} ({record['language']})"
        pair = Pair(
            a=a,
            b=b,
            label=number,
            kind=str(kind),
            weight=float(record.get("weight", 1.0)),
            expected=tuple(Relation(one) for one in record.get("expected", ())),
            note=str(record.get("note", "")),
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise InvalidPairs(f"{place}: {error!r} in a labelled pair") from None
    for id in (a, b):
        if id not in known:
            raise InvalidPairs(f"{place}: there is no article {id!r}")
    return pair


def quality(
    pairs: Sequence[Pair], found: Sequence[bool], level: int, *, weighted: bool = False
) -> Quality:
    """How well ``found`` tells the labelled pairs of a level or more."""
    hit = said = true = 0.0
    for pair, positive in zip(pairs, found, strict=True):
        if pair.label is None:
            continue
        weight = pair.weight if weighted else 1.0
        said += weight * positive
        true += weight * (pair.label >= level)
        hit += weight * (positive and pair.label >= level)
    precision = hit / said if said else 0.0
    recall = hit / true if true else 0.0
    return Quality(precision, recall, 2 * hit / (said + true) if said + true else 0.0)


def confusion(scored: Sequence[Scored]) -> Mapping[str, Mapping[Relation, int]]:
    """How often each relation was given to each kind of pair, by label or word."""
    table: dict[str, Counter[Relation]] = {}
    for one in scored:
        row = f"label {one.pair.label}" if one.pair.label is not None else one.pair.kind
        table.setdefault(row, Counter())[one.relation] += 1
    return dict(sorted(table.items()))


def as_expected(scored: Sequence[Scored]) -> Mapping[str, tuple[int, int]]:
    """For each kind of pair with expected relations: how many came out so, of how many."""
    table: dict[str, list[bool]] = {}
    for one in scored:
        if one.pair.expected:
            right = one.relation in one.pair.expected
            table.setdefault(one.pair.kind, []).append(right)
    return {kind: (sum(right), len(right)) for kind, right in sorted(table.items())}


def calibration(scored: Sequence[Scored], bins: int = 10) -> list[Bin]:
    """Among pairs with about one score, the share that is labelled reuse (2 or more)."""
    sorted_in: list[list[Scored]] = [[] for _ in range(bins)]
    for one in scored:
        if one.pair.label is not None:
            sorted_in[min(int(one.score * bins), bins - 1)].append(one)
    return [
        Bin(
            low=i / bins,
            high=(i + 1) / bins,
            count=len(inside),
            mean_score=sum(s.score for s in inside) / len(inside),
            reuse=sum((s.pair.label or 0) >= 2 for s in inside) / len(inside),
        )
        for i, inside in enumerate(sorted_in)
        if inside
    ]


def wrong(one: Scored) -> float:
    """How wrong a verdict is: 0 if right, else by how many levels and with what confidence."""
    if one.pair.expected and one.relation in one.pair.expected:
        return 0.0
    if one.pair.label is None:
        return 1.0 if one.pair.expected else 0.0
    off = one.relation.level - one.pair.label
    if off == 0:
        return 0.0
    return abs(off) + (one.score if off > 0 else 1.0 - one.score)


def worst(scored: Sequence[Scored], count: int = 20) -> list[Scored]:
    """The verdicts that are most wrong, the worst first."""
    mistakes = [one for one in scored if wrong(one) > 0]
    mistakes.sort(key=lambda one: (-wrong(one), one.pair.a, one.pair.b))
    return mistakes[:count]


def share(pairs: Iterable[Pair], holds: Callable[[Pair], bool]) -> float:
    """The share of pairs for which something holds; 0 of none."""
    answers = [holds(pair) for pair in pairs]
    return sum(answers) / len(answers) if answers else 0.0
