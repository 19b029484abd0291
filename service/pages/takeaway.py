"""What a page shows, as a file that opens anywhere: HTML with its styles inside, CSV, JSON."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from flask import Response, current_app, json, request
from lxml import html
from lxml.html import HtmlElement

from dedup.findings import Differences, Dossier, Evidence, Saying
from dedup.model import Article, Comparison, Span
from service import present, present_clusters
from service.view.disputes import Disputes, letters

_UNSAFE_NAME = re.compile(r"[^\w.-]+", re.ASCII)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would take for a formula."""
_BOM = "\ufeff"
"""By which spreadsheets know that a CSV file is UTF-8."""


def page(rendered: str, name: str) -> Response:
    """A page of ours without scripts and forms, its styles inside, its links made absolute."""
    tree = html.document_fromstring(rendered)
    for gone in tree.xpath(
        "//script | //link[@rel='icon'] | //header//nav | //form//select/.. "
        "| //button | //form//details | //*[contains(@class, 'acts')]"
    ):
        gone.drop_tree()
    for sheet in tree.xpath("//link[@rel='stylesheet']"):
        style = html.Element("style")
        style.text = _stylesheet(sheet.get("href"))
        sheet.getparent().replace(sheet, style)
    root = request.host_url.rstrip("/")
    for link in tree.xpath("//a[starts-with(@href, '/')]"):
        link.set("href", root + link.get("href"))
    for form in tree.xpath("//form"):
        form.tag = "div"
        for attribute in ("action", "method", "enctype", "role"):
            form.attrib.pop(attribute, None)
    return _file(_written(tree), name, "html", "text/html; charset=utf-8")


def table(rows: Iterable[Sequence[object]], name: str) -> Response:
    """Rows as CSV (RFC 4180) that a spreadsheet opens as UTF-8 and never runs."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return _file(_BOM + out.getvalue(), name, "csv", "text/csv; charset=utf-8")


def document(value: Any, name: str) -> Response:
    """A JSON document."""
    return _file(json.dumps(value), name, "json", "application/json")


def synopsis_rows(found: Dossier) -> Iterator[Sequence[object]]:
    """One line per sentence of the story and article, with the points disputed in it."""
    yield (
        "row", "article", "outlet", "published_at", "status", "similarity", "moved",
        "quotation", "disagreements", "text",
    )  # fmt: skip
    articles = {c.article.id: c.article for c in found.synopsis.columns}
    disputes = Disputes(found.differences.disagreements)
    for number, row in enumerate(found.synopsis.rows, start=1):
        for cell in row.cells:
            article = articles[cell.article_id]
            said = disputes.within(cell.article_id, cell.span) if cell.span else []
            yield (
                number,
                cell.article_id,
                article.source,
                present.time(article.published_at),
                cell.status,
                present.share(cell.similarity),
                cell.moved,
                cell.quotation,
                " ".join(f"{d.point}{d.letter}" for d in said),
                _words(article, cell.span),
            )


def pair_rows(left: Article, right: Article, compared: Comparison) -> Iterator[Sequence[object]]:
    """One line per pair of sentences."""
    yield ("status", "similarity", "moved", "quotation", "furniture", "changes", "left", "right")
    for pair in compared.pairs:
        kinds = dict.fromkeys(str(e.kind) for e in pair.edits if e.kind)
        yield (
            pair.status,
            present.share(pair.similarity),
            pair.moved,
            pair.quotation,
            pair.furniture,
            " ".join(kinds),
            _words(left, pair.left),
            _words(right, pair.right),
        )


def dossier(found: Dossier) -> dict[str, Any]:
    """Everything the page of a cluster shows, field by field."""
    cluster = found.cluster
    texts = {m.article.id: m.article.text for m in (*cluster.members, *cluster.beside)}
    origin = found.provenance.origin
    return {
        "cluster": present_clusters.cluster(cluster),
        "versions": [list(v.article_ids) for v in found.versions],
        "synopsis": present_clusters.synopsis(found.synopsis),
        **_differences(found.differences, texts),
        "provenance": {
            "order": list(found.provenance.order),
            "first": {"article_id": origin.article_id, "agency": origin.agency},
            "evidence": [_evidence(one) for one in origin.evidence],
            "day_only": list(origin.days),
            "undated": list(origin.undated),
            "self_updates": [
                {"source": u.source, "first": u.first_id, "later": list(u.later_ids)}
                for u in found.provenance.updates
            ],
        },
        "reuse": [
            {"left": left, "right": right, "left_in_right": present.share(share)}
            for (left, right), share in found.reuse.items()
        ],
    }


def _differences(found: Differences, texts: dict[str, str]) -> dict[str, Any]:
    return {
        "disagreements": [
            {
                "kind": point.kind,
                "variants": [
                    {
                        "letter": letter,
                        "value": variant.value,
                        "sayings": [_saying(one, texts) for one in variant.sayings],
                    }
                    for letter, variant in zip(letters(), point.variants, strict=False)
                ],
            }
            for point in found.disagreements
        ],
        "rewordings": [
            {
                "kind": one.kind,
                "left": _saying(one.left, texts),
                "right": [_saying(other, texts) for other in one.right],
            }
            for one in found.rewordings
        ],
    }


def _saying(one: Saying, texts: dict[str, str]) -> dict[str, Any]:
    text = texts[one.article_id]
    return {
        "article_id": one.article_id,
        "words": _span(text, one.words),
        "passage": _span(text, one.passage),
    }


def _span(text: str, span: Span | None) -> dict[str, Any] | None:
    if span is None:
        return None
    return {"begin": span.begin, "end": span.end, "text": text[span.begin : span.end]}


def _evidence(one: Evidence) -> dict[str, Any]:
    return {
        "sign": one.sign,
        "article_id": one.article_id,
        "agency": one.agency,
        "by": list(one.by),
        "lead_seconds": one.lead.total_seconds() if one.lead else None,
    }


def _words(article: Article, span: Span | None) -> str:
    return article.text[span.begin : span.end] if span else ""


def _harmless(cell: object) -> object:
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return "'" + cell
    return cell


def _stylesheet(href: str) -> str:
    assert current_app.static_folder is not None
    return (Path(current_app.static_folder) / Path(href).name).read_text(encoding="utf-8")


def _written(tree: HtmlElement) -> str:
    return str(html.tostring(tree, encoding="unicode", doctype="<!doctype html>"))


def _file(content: str, name: str, ending: str, media_type: str) -> Response:
    answer = Response(content.encode("utf-8", "replace"), content_type=media_type)
    safe = _UNSAFE_NAME.sub("-", name)[:80].strip("-.") or "wiretwin"
    answer.headers["Content-Disposition"] = f'attachment; filename="{safe}.{ending}"'
    return answer
