"""Who shares how much with whom, as a table of percentages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dedup.findings import Dossier
from dedup.model import Relation
from dedup.shares import percent
from service.view.names import Names
from service.view.words import relation_words

SHOWN = 12
"""So many versions are held against each other on the page."""
_HEAT = ((0.5, "h3"), (0.2, "h2"), (0.05, "h1"))
"""Shares from which a cell is coloured more strongly."""


@dataclass(frozen=True, slots=True)
class Cell:
    """How much of the row's story stands in the column's; None for itself."""

    share: str
    heat: str
    relation: str
    compare: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its name, whether it stands beside the cluster, its cells."""

    name: str
    beside: bool
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """The table, and how many versions it leaves out."""

    names: tuple[str, ...]
    lines: tuple[Line, ...]
    more: int


def matrix(dossier: Dossier, names: Names) -> Matrix:
    """The table of the first versions read."""
    ids = [id for id in dossier.heads if any(id in pair for pair in dossier.reuse)][:SHOWN]
    beside = {v.article_ids[0] for v in dossier.beside}
    relations = _relations(dossier)
    return Matrix(
        names=tuple(names.version(id) for id in ids),
        lines=tuple(
            Line(
                names.version(row),
                row in beside,
                tuple(_cell(row, column, dossier.reuse, relations) for column in ids),
            )
            for row in ids
        ),
        more=max(0, len(dossier.heads) - len(ids)),
    )


def _relations(dossier: Dossier) -> dict[tuple[str, str], Relation]:
    """The strongest stored relation of any two versions."""
    head = {id: v.article_ids[0] for v in dossier.all_versions for id in v.article_ids}
    found: dict[tuple[str, str], Relation] = {}
    for edge in (*dossier.cluster.edges, *dossier.cluster.beside_edges):
        left, right = head[edge.left], head[edge.right]
        if left != right and (left, right) not in found:
            found[left, right] = edge.relation
            found[right, left] = edge.relation.inverse
    return found


def _cell(
    row: str,
    column: str,
    reuse: Mapping[tuple[str, str], float],
    relations: Mapping[tuple[str, str], Relation],
) -> Cell | None:
    if row == column:
        return None
    share = reuse[row, column]
    relation = relations.get((row, column))
    return Cell(
        share=percent(share),
        heat=next((name for least, name in _HEAT if share >= least), ""),
        relation=relation_words(relation).lower() if relation else "",
        compare=(row, column),
    )
