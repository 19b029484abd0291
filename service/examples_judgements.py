"""Examples of judgements for ``/openapi.json``."""

from __future__ import annotations

from service.present import Json

JUDGEMENT: Json = {
    "left": "001",
    "right": "003",
    "judgement": "same",
    "by": "Ana Pérez",
    "note": None,
    "at": "2025-01-05T15:20:41.003125Z",
}
JUDGED: Json = {
    **JUDGEMENT,
    "left_cluster_id": "f5ac60de1e41",
    "right_cluster_id": "f5ac60de1e41",
}
JUDGEMENTS: Json = {"items": [JUDGEMENT], "next_cursor": None}
LABELLED_PAIR: Json = {"a": "001", "b": "003", "label": 2}
