"""What the page of a cluster says: a dossier as the values that the templates lay out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dedup.engine import Engine
from dedup.findings import Dossier, Fates
from dedup.model import AnalysedArticle, Cluster, SentenceStatus, StoredArticle
from dedup.shares import percent
from service.view import carriers, points, prose
from service.view.disputes import Disputes
from service.view.judged import Said, relations_of, said
from service.view.matrix import matrix
from service.view.names import Names
from service.view.origin import origin
from service.view.score import Score, score
from service.view.signs import kind_words
from service.view.table import table
from service.view.words import (
    amount,
    headline,
    instant,
    language_tag,
    listed,
    relation_words,
    when,
)

UPFRONT = 8
"""So many members or points are shown at once, the others behind a fold."""
LISTED = 200
"""So many members are listed at all."""


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column."""

    name: str
    note: str
    language: str | None


@dataclass(frozen=True, slots=True)
class Choice:
    """A version that can be the base or a column."""

    id: str
    label: str
    base: bool
    shown: bool


def tell(engine: Engine, dossier: Dossier) -> dict[str, Any]:
    """All that the page says of a dossier."""
    cluster = dossier.cluster
    everyone = [*cluster.members, *cluster.beside]
    texts = {m.article.id: m.article.text for m in everyone}
    names = Names(everyone, dossier.all_versions)
    disputes = Disputes(dossier.differences.disagreements)
    analysed = {c.article.id: engine.analysed(c) for c in dossier.synopsis.columns}
    laid = table(dossier.synopsis, analysed, dossier.aside, disputes)
    times = sorted(map(carriers.time_of, everyone), key=instant)
    first = next(m for m in everyone if m.article.id == cluster.representative_id)
    members = carriers.carriers(dossier, names)
    grouped = bool(members) and isinstance(members[0], carriers.Group)
    return {
        "title": headline(first.article, prose.opening(engine.analysed(first))),
        "language": language_tag(first.article.language),
        "size": amount(len(cluster.members), "copy", "copies"),
        "summary": _summary(dossier),
        "first": when(times[0]),
        "last": when(times[-1]),
        "glance": _glance(dossier, names),
        "id": cluster.id,
        "upfront": UPFRONT,
        "members": members[:LISTED],
        "grouped": grouped,
        "more_members": max(0, len(members) - LISTED),
        "neighbours": carriers.neighbours(dossier)[:LISTED],
        "origin": origin(dossier, names),
        "score": _score(dossier) if grouped or len(cluster.members) > UPFRONT else None,
        "points": points.points(dossier.differences, texts, names, dossier.aside),
        "alikes": points.alikes(dossier.differences.rewordings, texts, names),
        "checked": _checked(dossier),
        "weakest": _weakest(cluster, names),
        "bridges": _bridges(cluster, names),
        "matrix": matrix(dossier, names),
        "judged": _judged(engine, cluster),
        "table": laid,
        "laid": _laid(dossier),
        "columns": {
            c.article.id: _column(c, dossier, names, analysed) for c in dossier.synopsis.columns
        },
        "choices": [_choice(id, dossier, names) for id in dossier.heads],
    }


def _judged(engine: Engine, cluster: Cluster) -> tuple[Said, ...]:
    known = {one.article.id: one for one in (*cluster.members, *cluster.beside)}
    about = {id for one in cluster.judgements for id in one.pair}
    known |= engine.store.get(sorted(about - known.keys()))
    return said(cluster.judgements, known, relations_of(cluster))


def _summary(dossier: Dossier) -> str:
    cluster = dossier.cluster
    words = amount(len(cluster.members), "copy", "copies") + " in one cluster"
    updates = sum(len(own.later_ids) for own in dossier.provenance.updates)
    if updates:
        words += f", {amount(updates, 'self-update')} among them"
    if cluster.beside:
        words += f", {amount(len(cluster.beside), 'article')} beside it that "
        words += "shares a passage" if len(cluster.beside) == 1 else "share a passage"
    return words + "."


def _glance(dossier: Dossier, names: Names) -> list[tuple[str, str, str]]:
    heads = [v.article_ids[0] for v in dossier.versions]
    who = names.listed(heads)
    several = [v for v in dossier.versions if len(v.article_ids) > 1]
    if several and len(dossier.cluster.members) > UPFRONT:
        who = f"{amount(len(dossier.cluster.members), 'article')} in "
        who += amount(len(heads), "version")
    verdict, _ = origin(dossier, names)
    who += "" if verdict == "unknown" else f"; first: {verdict}"
    counts = points.kinds(dossier.differences)
    total = sum(counts.values())
    where = f"{amount(total, 'point')}: {listed(kind_words(counts))}" if total else "Nowhere"
    return [
        ("who", "Who carries it", who),
        ("changes", "What did each change", _outline(dossier, names)),
        ("disagree", "Where do they disagree", where),
    ]


def _outline(dossier: Dossier, names: Names) -> str:
    base = dossier.cluster.representative_id
    others = {
        v.article_ids: dossier.fates[v.article_ids[0]]
        for v in dossier.versions
        if v.article_ids[0] != base and v.article_ids[0] in dossier.fates
    }
    if len(others) == 1:
        [(ids, fates)] = others.items()
        return f"{names.version(ids[0])} {_did(fates)}"
    same = len(next(v for v in dossier.versions if base in v.article_ids).article_ids) - 1
    sorts = {"kept it whole": same, "only cut it": 0, "reworded it": 0}
    for ids, fates in others.items():
        edited = fates.count(SentenceStatus.EDITED) or fates.added
        dropped = fates.count(SentenceStatus.REMOVED)
        sort = "reworded it" if edited else "only cut it" if dropped else "kept it whole"
        sorts[sort] += len(ids)
    return listed([f"{count} {sort}" for sort, count in sorts.items() if count])


def _did(fates: Fates) -> str:
    """``kept 1, edited 13 and dropped 3 of 17 sentences; added 10``."""
    counts = (
        ("kept", fates.count(SentenceStatus.IDENTICAL)),
        ("edited", fates.count(SentenceStatus.EDITED)),
        ("dropped", fates.count(SentenceStatus.REMOVED)),
    )
    words = listed([f"{word} {count}" for word, count in counts if count])
    words += f" of {amount(len(fates.sentences), 'sentence')}"
    return words + (f"; it added {fates.added}" if fates.added else "")


def _score(dossier: Dossier) -> Score:
    later = {id for own in dossier.provenance.updates for id in own.later_ids}
    groups = []
    for version in dossier.versions:
        fates = dossier.fates.get(version.article_ids[0])
        if fates is not None:
            groups.append((sum(id not in later for id in version.article_ids), fates))
            groups.append((sum(id in later for id in version.article_ids), fates))
    return score([(count, fates) for count, fates in groups if count])


def _checked(dossier: Dossier) -> str:
    """What a finding of no disagreement rests on."""
    texts = amount(len(dossier.heads), "text")
    all_ = len(dossier.all_versions)
    return texts if len(dossier.heads) == all_ else f"{len(dossier.heads)} of {all_} texts"


def _laid(dossier: Dossier) -> str:
    """Which versions the table leaves out, and where they are; empty when it has them all."""
    shown, read = len(dossier.synopsis.columns), len(dossier.heads)
    all_ = len(dossier.all_versions)
    if shown == all_:
        return ""
    words = f"{shown} of {amount(all_, 'version')} are laid out here. The CSV and JSON files hold "
    if read == all_:
        return words + "all of them, or the columns you choose."
    words += f"the {read} that most articles carry, or the columns you choose of these; the other "
    return words + f"{all_ - read} {'is' if all_ - read == 1 else 'are'} not read."


def _weakest(cluster: Cluster, names: Names) -> tuple[str, str, str, str, str] | None:
    """The edge whose loss would cost least: ids and outlets of its ends, and its score."""
    edge = cluster.weakest
    if edge is None:
        return None
    repeated = names.repeated([[edge.left], [edge.right]])
    left, right = names.apart(edge.left, repeated), names.apart(edge.right, repeated)
    return edge.left, edge.right, left, right, percent(edge.score)


def _bridges(cluster: Cluster, names: Names) -> str:
    found = [names.outlet(id) for id in cluster.bridges]
    return f"{listed(found)}: holds parts of more than one story." if found else ""


def _column(
    stored: StoredArticle,
    dossier: Dossier,
    names: Names,
    analysed: Mapping[str, AnalysedArticle],
) -> Column:
    article, base = stored.article, dossier.synopsis.base_id
    many = len(names.carriers(article.id))
    at = when(article.published_at).words if article.published_at else "no date given"
    relation = carriers.relation_to(dossier.cluster, article.id, base)
    role = relation_words(relation).lower() if relation else ""
    if article.id == base:
        role = "read against"
    elif article.id in dossier.aside:
        role = f"beside, {role}" if role else "beside"
    count = f"{amount(many, 'article')}: {names.listed([article.id])}" if many > 1 else at
    return Column(
        name=names.version(article.id),
        note=" · ".join(filter(None, (count, role))),
        language=language_tag(article.language or analysed[article.id].language),
    )


def _choice(id: str, dossier: Dossier, names: Names) -> Choice:
    many = len(names.carriers(id))
    label = names.version(id)
    if many > 1:
        label += f" ({many}): {names.listed([id])}"
    elif label == "Outlet not given":
        stored = next(
            m for m in (*dossier.cluster.members, *dossier.cluster.beside) if m.article.id == id
        )
        label += f": {headline(stored.article)}"
    return Choice(
        id=id,
        label=label[:90],
        base=id == dossier.synopsis.base_id,
        shown=any(c.article.id == id for c in dossier.synopsis.columns),
    )
