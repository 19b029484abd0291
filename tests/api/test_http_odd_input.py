"""Odd texts that are none the less texts: taken, kept as they are, found again."""

from __future__ import annotations

from typing import Any

import pytest
from samples import story
from serving import Service

RTL = "אלפי תושבים התבקשו אתמול להישאר בבתיהם בשל השיטפונות בדרום הארץ. " * 3
ODD: dict[str, Any] = {
    "one word": "Flood",
    "one character": "洪",
    "only punctuation": "!!! ... ???",
    "emoji only": "🙂🎉👩‍👩‍👧‍👦🏳️‍🌈",
    "right to left": RTL,
    "bidirectional controls": "\u202eabc\u202c " + story("bidi", 3),
    "Chinese": "昨天晚上，南部地区的数千名居民因洪水被要求留在家中。" * 4,
    "Thai": "ชาวบ้านหลายพันคนถูกขอให้อยู่ในบ้านเมื่อวานนี้เนื่องจากน้ำท่วม" * 4,
    "combining marks": "a" + "\u0301" * 500 + " " + story("zalgo", 3),
    "byte order mark": "\ufeff" + story("bom", 3),
    "noncharacter": "\uffff\U0010ffff " + story("noncharacter", 3),
    "line separators": "one\u2028two\u2029three\x0bfour\x0cfive\rsix\r\nseven\x85eight",
    "control characters": "bell \x07 and escape \x1b[31m in a text " + story("bell", 3),
    "no sentence end in 100,000 characters": story("endless", 1500).replace(".", "")[:100_000],
    "one token of 100,000 characters": "x" * 100_000,
    "one word 20,000 times": "flood " * 20_000,
    "only spaces but for the end": " " * 50_000 + "Flood warning.",
    "script in it": "<script>alert(1)</script> " + story("script", 3),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_text_is_kept_as_it_is(service: Service, name: str) -> None:
    text = ODD[name]
    path = "/v1/articles/odd-" + name.replace(" ", "-").replace(",", "")
    assert service.client.put(path, json={"text": text}).status_code == 201
    stored = service.client.get(path).json()
    assert (stored["text"], stored["pending"]) == (text, False)
    copy = service.client.post("/v1/check", json={"text": text})
    assert copy.status_code == 200
    assert copy.json()["verdict"] == "exact"
    answer = service.client.post(
        "/v1/compare", json={"left": {"text": text}, "right": stored["id"]}
    )
    assert answer.status_code == 200
    for pair in answer.json()["pairs"]:
        for side in ("left", "right"):
            if pair[side]:
                assert pair[side]["text"] == text[pair[side]["begin"] : pair[side]["end"]]


def test_text_too_short_to_judge_says_so(service: Service) -> None:
    answer = service.client.put("/v1/articles/short", json={"text": "Dam breaks near town."}).json()
    assert answer["status"] == "created"
    assert answer["notes"]


def test_text_of_the_greatest_length(service: Service) -> None:
    base = story("greatest", 4000)
    text = (base + " ") * (service.settings.max_text_chars // len(base))
    text += "x" * (service.settings.max_text_chars - len(text))
    answer = service.client.put("/v1/articles/greatest", json={"text": text})
    assert answer.status_code == 201
    assert len(service.client.get("/v1/articles/greatest").json()["text"]) == len(text)
    answer = service.client.put("/v1/articles/greater", json={"text": text + "x"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (413, "text")


ODD_FIELDS = [
    {"title": None, "source": None, "url": None, "published_at": None, "language": None},
    {"title": "", "source": ""},
    {"html": None, "metadata": None},
    {"metadata": {}},
    {"metadata": {"": "", "a.b": [[], {}, None, 0, -0.0, 1e-300, 10**300, "\0"]}},
    {"url": "HTTP://EXAMPLE.org:80/ä?q=ü#z"},
    {"url": "https://[2001:db8::1]/"},
    {"published_at": "2016-12-31t23:59:60.5z"},
    {"published_at": "2025-01-05 08:23:00.123456789-05:00"},
    {"published_at": "1899-12-31T00:00:00-00:00"},
    {"language": "zh-Hant-TW"},
    {"language": "x-klingon"},
    {"language": "EN"},
    {"title": "שלום \u202eabc", "source": "a\u00a0b\u3000c"},
]


@pytest.mark.parametrize("fields", ODD_FIELDS, ids=str)
def test_odd_fields_are_taken(service: Service, fields: dict[str, Any]) -> None:
    answer = service.client.post("/v1/articles", json={"text": story(str(fields)), **fields})
    assert answer.status_code == 201, answer.text
    stored = service.client.get(answer.headers["location"]).json()
    for name, value in fields.items():
        if name == "metadata":
            assert stored[name] == (value or {})
        elif name in stored and name != "published_at":
            assert stored[name] == (value or None)
    if fields.get("published_at"):
        assert stored["published_at"] is not None


def test_a_wrapped_title_is_the_line_that_was_meant(service: Service) -> None:
    text = story("wrapped")
    wrapped = {"text": text, "title": "\n\t Dam breaks\r\n  near town\u2028 ", "source": " AFP\n"}
    plain = {"text": text, "title": "Dam breaks near town", "source": "AFP"}
    key = {"Idempotency-Key": '"wrapped"'}
    first = service.client.post("/v1/articles", json=wrapped, headers=key)
    again = service.client.post("/v1/articles", json=plain, headers=key)
    assert (first.status_code, again.headers["Idempotent-Replayed"]) == (201, "true")
    place = first.headers["Location"]
    stored = service.client.get(place).json()
    assert {name: stored[name] for name in plain} == plain
    assert service.client.put(place, json=plain).json()["status"] == "unchanged"
    assert service.client.put(place, json=wrapped).json()["status"] == "unchanged"
    empty = service.client.put("/v1/articles/no-title", json={**plain, "title": " \n"})
    assert empty.status_code == 201
    assert service.client.get("/v1/articles/no-title").json()["title"] is None


def test_leap_second_is_the_moment_after_it(service: Service) -> None:
    body = {"text": story("leap"), "published_at": "2016-12-31T23:59:60Z"}
    service.client.put("/v1/articles/leap", json=body)
    stored = service.client.get("/v1/articles/leap").json()
    assert stored["published_at"] == "2017-01-01T00:00:00Z"
