"""Clusters and their synopses as JSON documents."""

from __future__ import annotations

from dedup.model import Cluster, ClusterEdge, ClusterSummary, Synopsis
from dedup.store.values import Page
from service.present import Json, article_ref, edits, share, stretch, time
from service.present_judgements import judgement


def clusters(page: Page) -> Json:
    """One page of clusters."""
    return {
        "items": [_cluster_summary(item) for item in page.items],
        "next_cursor": page.next_cursor,
        "total": page.total,
    }


def cluster(found: Cluster) -> Json:
    """A cluster in full."""
    return {
        "id": found.id,
        "representative_id": found.representative_id,
        "size": len(found.members),
        "members": [article_ref(member) for member in found.members],
        "edges": [_edge(edge) for edge in found.edges],
        "weakest": _edge(found.weakest) if found.weakest else None,
        "bridges": list(found.bridges),
        "beside": [article_ref(neighbour) for neighbour in found.beside],
        "beside_edges": [_edge(edge) for edge in found.beside_edges],
        "judgements": [judgement(one) for one in found.judgements],
        "overruled": [_edge(edge) for edge in found.overruled],
    }


def synopsis(found: Synopsis) -> Json:
    """The sentences of a story side by side."""
    texts = {column.article.id: column.article for column in found.columns}
    base = texts[found.base_id]
    return {
        "cluster_id": found.cluster_id,
        "base_id": found.base_id,
        "columns": [article_ref(column) for column in found.columns],
        "rows": [
            {
                "base": stretch(base, row.base),
                "cells": [
                    {
                        "article_id": cell.article_id,
                        "span": stretch(texts[cell.article_id], cell.span),
                        "status": cell.status,
                        "similarity": share(cell.similarity),
                        "quotation": cell.quotation,
                        "moved": cell.moved,
                        "edits": edits(cell.edits),
                    }
                    for cell in row.cells
                ],
            }
            for row in found.rows
        ],
    }


def _cluster_summary(found: ClusterSummary) -> Json:
    return {
        "id": found.id,
        "representative": article_ref(found.representative),
        "size": found.size,
        "sources": list(found.sources),
        "first_at": time(found.first_at),
        "last_at": time(found.last_at),
        "updated_at": time(found.updated_at),
    }


def _edge(edge: ClusterEdge) -> Json:
    return {
        "left": edge.left,
        "right": edge.right,
        "relation": edge.relation,
        "score": share(edge.score),
        "narrative_reuse": share(edge.narrative_reuse),
        "quotation_reuse": share(edge.quotation_reuse),
        "binding": edge.binding,
    }
