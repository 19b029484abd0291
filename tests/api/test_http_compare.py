"""Checking and comparing without storing."""

from __future__ import annotations

from typing import Any

import pytest
from samples import cropped, story
from serving import Service

LEFT = (
    "🙂 Some 11,000 soldiers are deployed in the region near the border, officials said. "
    "קרבות עזים נמשכים לאורך כל קו החזית, אמר הנשיא בנאומו הלילי אתמול. "
    "The president gave no details of the losses that his own army suffered in these days."
)
RIGHT = (
    "Breaking 🎉🎉. "
    "קרבות עזים נמשכים לאורך כל קו החזית, אמר הנשיא בנאומו הלילי אתמול. "
    "Some 12,000 soldiers are deployed in the region near the border, officials said. "
    "The president gave no details of the losses that his own army suffered in these days."
)


def articles(service: Service) -> int:
    """How many articles are stored."""
    return service.engine.store.stats().articles


def test_check_stores_nothing(service: Service) -> None:
    whole = story("check")
    service.client.put("/v1/articles/check-1", json={"text": whole})
    before = articles(service)
    answer = service.client.post("/v1/check", json={"text": cropped(whole, 9)}).json()
    assert (answer["id"], answer["status"]) == (None, None)
    assert answer["verdict"] == "contained_in"
    assert [match["id"] for match in answer["matches"]] == ["check-1"]
    assert articles(service) == before
    assert service.client.get("/v1/articles/check-1").json()["cluster_id"] is None
    alone = service.client.post("/v1/check", json={"id": "mine", "text": story("alone")}).json()
    assert (alone["id"], alone["verdict"], alone["matches"]) == ("mine", "unique", [])


def test_offsets_are_code_points_of_the_text_sent(service: Service) -> None:
    body = {"left": {"text": LEFT}, "right": {"text": RIGHT}}
    answer = service.client.post("/v1/compare", json=body)
    assert answer.status_code == 200
    texts = {"left": LEFT, "right": RIGHT}
    pairs = answer.json()["pairs"]
    assert pairs
    for pair in pairs:
        for side, text in texts.items():
            if pair[side] is not None:
                assert text[pair[side]["begin"] : pair[side]["end"]] == pair[side]["text"]
        for edit in pair["edits"]:
            for side in texts:
                begin, end = edit[side]
                assert pair[side]["begin"] <= begin <= end <= pair[side]["end"]
            if edit["op"] == "insert":
                assert edit["left"][0] == edit["left"][1]
            if edit["op"] == "delete":
                assert edit["right"][0] == edit["right"][1]
    hebrew = [p for p in pairs if p["left"] and p["left"]["text"].startswith("קרבות")]
    assert hebrew[0]["right"]["text"] == hebrew[0]["left"]["text"]
    replaced = {
        (LEFT[slice(*edit["left"])], RIGHT[slice(*edit["right"])])
        for pair in pairs
        for edit in pair["edits"]
        if edit["op"] == "replace"
    }
    assert ("11,000", "12,000") in replaced


def test_sides_by_id_and_in_full_are_the_same(service: Service) -> None:
    service.client.put("/v1/articles/side%2Fleft", json={"text": LEFT})
    service.client.put("/v1/articles/side-right", json={"text": RIGHT})
    by_query = service.client.get(
        "/v1/compare", params={"left": "side/left", "right": "side-right"}
    ).json()
    for left in ("side/left", {"text": LEFT}):
        for right in ("side-right", {"text": RIGHT}):
            body = {"left": left, "right": right}
            assert service.client.post("/v1/compare", json=body).json() == by_query


def test_thresholds_hold_for_one_call(service: Service) -> None:
    whole = story("thresholds", 30)
    other = cropped(whole, 9) + " " + story("thresholds, rest", 30)
    body: dict[str, Any] = {"left": {"text": whole}, "right": {"text": other}}

    def relation(thresholds: dict[str, float] | None) -> str:
        answer = service.client.post("/v1/compare", json=body | {"thresholds": thresholds})
        assert answer.status_code == 200
        found: str = answer.json()["relation"]
        return found

    plain = relation(None)
    assert relation({}) == plain
    strict = relation({"same_text": 1, "reuse": 1.0, "passage": 1.0})
    lenient = relation({"same_text": 0, "reuse": 0.0, "passage": 0.0})
    order = ["near_duplicate", "contains", "contained_in", "partial_copy", "shared_passage"]
    rank = {name: i for i, name in enumerate([*order, "same_template", "none"])}
    assert rank[lenient] <= rank[plain] <= rank[strict]
    assert rank[lenient] < rank[strict]
    assert relation(None) == plain
    service.client.put("/v1/articles/thresholds-1", json={"text": whole})
    check = {"text": other, "thresholds": {"same_text": 1, "reuse": 1, "passage": 1}}
    assert service.client.post("/v1/check", json=check).json()["verdict"] in {strict, "unique"}


@pytest.mark.parametrize("side", ["left", "right"])
def test_unknown_side_is_named(service: Service, side: str) -> None:
    service.client.put("/v1/articles/known", json={"text": story("known")})
    sides = {"left": "known", "right": "known", side: "nobody"}
    for answer in (
        service.client.get("/v1/compare", params=sides),
        service.client.post("/v1/compare", json=sides),
    ):
        assert answer.status_code == 404
        assert [error["field"] for error in answer.json()["errors"]] == [side]
