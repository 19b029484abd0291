"""Examples for ``/openapi.json``, taken from the answers about the seed articles and shortened."""

from __future__ import annotations

from service.present import Json

_COMPARED: Json = {
    "relation": "partial_copy",
    "score": 0.9685,
    "resemblance": 0.1162,
    "containment": {"left_in_right": 0.0805, "right_in_left": 0.0873},
    "narrative_reuse": 0.6272,
    "quotation_reuse": 0.0444,
    "sentences": {
        "identical": 0,
        "edited": 9,
        "moved": 0,
        "added": 6,
        "removed": 11,
        "furniture": 72,
    },
    "reasons": ["About 8 narrative sentences of one were made from the other's."],
    "changes": {
        "number": 0,
        "date": 1,
        "name": 0,
        "quotation": 3,
        "negation": 0,
        "claim": 3,
        "wording": 48,
    },
}
_CLUSTER_ID = "f5ac60de1e41"
_LEFT_SENTENCE = {
    "begin": 205,
    "end": 358,
    "text": "Ukrainian President Volodymyr Zelensky has said that Russian and North Korean forces "
    "suffered heavy losses in fighting in Russia's southern Kursk region.",
}
_RIGHT_SENTENCE = {
    "begin": 1329,
    "end": 1494,
    "text": "Russian and North Korean forces suffered “significant” losses in intense fighting in "
    "Russia’s southern Kursk region, Ukrainian president Volodymyr Zelensky has said.",
}
_EDITS = [
    {"op": "equal", "left": [205, 252], "right": [1446, 1493], "kind": None},
    {"op": "delete", "left": [253, 257], "right": [1493, 1493], "kind": "wording"},
    {"op": "equal", "left": [258, 298], "right": [1329, 1369], "kind": None},
    {"op": "replace", "left": [299, 304], "right": [1371, 1382], "kind": "wording"},
    {"op": "equal", "left": [305, 314], "right": [1384, 1393], "kind": None},
    {"op": "insert", "left": [314, 314], "right": [1394, 1401], "kind": "wording"},
    {"op": "equal", "left": [315, 357], "right": [1402, 1444], "kind": None},
]
_FORM = {"status": "edited", "similarity": 0.9091, "quotation": False, "moved": False}

MATCH: Json = {
    "id": "001",
    **_COMPARED,
    "title": "Zelensky claims heavy Russian, North Korean losses in Kursk",
    "source": "Hürriyet Daily News",
    "url": None,
    "published_at": "2025-01-05T00:00:00Z",
    "cluster_id": _CLUSTER_ID,
}
MATCHES: Json = {"items": [MATCH]}
OUTCOME: Json = {
    "id": "002",
    "status": "created",
    "verdict": "partial_copy",
    "matches": [MATCH],
    "cluster_id": _CLUSTER_ID,
    "left_out": [{"begin": 0, "end": 55, "reason": "call to the reader"}],
    "notes": [],
}
BATCH_LINE: Json = {
    "line": 2,
    "id": "002",
    "status": "created",
    "verdict": "partial_copy",
    "cluster_id": _CLUSTER_ID,
    "matches": [{"id": "001", "relation": "partial_copy", "score": 0.9685}],
    "error": None,
}
_REF: Json = {
    "id": "001",
    "title": "Zelensky claims heavy Russian, North Korean losses in Kursk",
    "source": "Hürriyet Daily News",
    "url": None,
    "published_at": "2025-01-05T00:00:00Z",
    "language": "en",
    "received_at": "2025-01-05T14:00:12.448630Z",
    "version": 1,
    "cluster_id": _CLUSTER_ID,
    "pending": False,
}
_SECOND: Json = {
    **_REF,
    "id": "002",
    "title": "Zelensky says Russian and North Korean troops suffered significant losses in Kursk",
    "source": "The Independent",
    "published_at": "2025-01-05T08:23:00-05:00",
}
_BESIDE: Json = {
    **_REF,
    "id": "003",
    "title": "Heavy Russian, North Korean losses in Russia's Kursk region, Zelensky says",
    "source": "The Kyiv Independent",
    "published_at": "2025-01-04T21:33:00Z",
    "cluster_id": None,
}
ARTICLE: Json = {**_REF, "text": _LEFT_SENTENCE["text"], "metadata": {"desk": "world"}}
COMPARISON: Json = {
    **_COMPARED,
    "pairs": [
        {
            "left": _LEFT_SENTENCE,
            "right": _RIGHT_SENTENCE,
            **_FORM,
            "furniture": None,
            "edits": _EDITS,
        }
    ],
}
CLUSTERS: Json = {
    "items": [
        {
            "id": _CLUSTER_ID,
            "representative": _REF,
            "size": 2,
            "sources": ["Hürriyet Daily News", "The Independent"],
            "first_at": "2025-01-05T00:00:00Z",
            "last_at": "2025-01-05T13:23:00Z",
            "updated_at": "2025-01-05T14:00:12.491447Z",
        }
    ],
    "next_cursor": None,
    "total": 1,
}
_EDGE: Json = {
    "left": "002",
    "right": "001",
    "relation": "partial_copy",
    "score": 0.9685,
    "narrative_reuse": 0.6272,
    "quotation_reuse": 0.0444,
    "binding": True,
}
CLUSTER: Json = {
    "id": _CLUSTER_ID,
    "representative_id": "001",
    "size": 2,
    "members": [_REF, _SECOND],
    "edges": [_EDGE],
    "weakest": _EDGE,
    "bridges": [],
    "beside": [_BESIDE],
    "beside_edges": [
        {
            "left": "003",
            "right": "001",
            "relation": "shared_passage",
            "score": 0.2489,
            "narrative_reuse": 0.2078,
            "quotation_reuse": 0.1342,
            "binding": False,
        }
    ],
    "judgements": [],
    "overruled": [],
}
SYNOPSIS: Json = {
    "cluster_id": _CLUSTER_ID,
    "base_id": "001",
    "columns": [_REF, _SECOND],
    "rows": [
        {
            "base": _LEFT_SENTENCE,
            "cells": [
                {
                    "article_id": "001",
                    "span": _LEFT_SENTENCE,
                    "status": "identical",
                    "similarity": 1.0,
                    "quotation": False,
                    "moved": False,
                    "edits": [],
                },
                {"article_id": "002", "span": _RIGHT_SENTENCE, **_FORM, "edits": _EDITS},
            ],
        }
    ],
}
EVENT: Json = {
    "cursor": 7,
    "at": "2025-01-05T14:00:12.491447Z",
    "kind": "cluster.created",
    "article_ids": ["001", "002"],
    "cluster_id": _CLUSTER_ID,
    "into": None,
}
EVENTS: Json = {"items": [EVENT], "next": 7}
