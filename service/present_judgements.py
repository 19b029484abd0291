"""Judgements as JSON documents, and as the labelled pairs that an evaluation reads."""

from __future__ import annotations

from collections.abc import Mapping

from dedup.judgement import Judgement, JudgementPage, Opinion
from dedup.model import StoredArticle
from service.present import Json, time

LABELS = {Opinion.SAME: 2, Opinion.DIFFERENT: 0}
"""What an opinion is on the scale of an evaluation: 2 is substantial reuse, 0 none."""


def judgement(one: Judgement) -> Json:
    """What a person said of two articles."""
    return {
        "left": one.left,
        "right": one.right,
        "judgement": one.opinion,
        "by": one.by,
        "note": one.note,
        "at": time(one.at),
    }


def judged(one: Judgement, known: Mapping[str, StoredArticle]) -> Json:
    """A judgement, and in which clusters its articles are now."""
    clusters = [known[id].cluster_id if id in known else None for id in one.pair]
    return {
        **judgement(one),
        "left_cluster_id": clusters[0],
        "right_cluster_id": clusters[1],
    }


def page(found: JudgementPage) -> Json:
    """A page of judgements."""
    return {"items": [judgement(one) for one in found.items], "next_cursor": found.next_cursor}


def labelled_pair(one: Judgement) -> Json:
    """A judgement as a labelled pair."""
    pair: Json = {"a": one.left, "b": one.right, "label": LABELS[one.opinion]}
    return pair | ({"note": one.note} if one.note else {})
