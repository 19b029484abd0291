"""Storing, replacing, reading and removing articles."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest
from samples import cropped, story
from serving import Service

FULL = {
    "text": story("full"),
    "title": "Zelensky claims heavy losses",
    "source": "Hürriyet Daily News",
    "url": "https://example.org/kursk?id=1",
    "published_at": "2025-01-05T08:23:00-05:00",
    "language": "en",
    "metadata": {"desk": "world", "tags": ["war", 1, 2.5, None, True], "nested": {"ü": "🙂"}},
}


def test_put_creates_then_changes_nothing_then_updates(service: Service) -> None:
    path = "/v1/articles/put-1"
    first = service.client.put(path, json=FULL)
    assert (first.status_code, first.json()["status"]) == (201, "created")
    assert first.headers["location"] == path
    assert first.json()["id"] == "put-1"
    again = service.client.put(path, json=FULL)
    assert (again.status_code, again.json()["status"]) == (200, "unchanged")
    changed = service.client.put(path, json=FULL | {"text": story("changed")})
    assert (changed.status_code, changed.json()["status"]) == (200, "updated")
    assert changed.headers["location"] == path
    stored = service.client.get(path).json()
    assert (stored["version"], stored["text"]) == (2, story("changed"))
    assert changed.json()["verdict"] == "unique"  # an update is no copy of itself


def test_article_comes_back_as_it_was_sent(service: Service) -> None:
    sent = FULL | {"url": "https://example.org/back?id=1"}
    service.client.put("/v1/articles/back-1", json=sent)
    stored = service.client.get("/v1/articles/back-1").json()
    for name, value in sent.items():
        if name != "published_at":
            assert stored[name] == value
    assert stored["published_at"] in {"2025-01-05T08:23:00-05:00", "2025-01-05T13:23:00Z"}
    assert (stored["version"], stored["cluster_id"], stored["pending"]) == (1, None, False)
    assert stored["received_at"].endswith("Z")


def test_put_takes_its_id_in_the_body_too(service: Service) -> None:
    answer = service.client.put("/v1/articles/same", json={"id": "same", "text": story("same")})
    assert answer.status_code == 201


def test_post_makes_an_id(service: Service) -> None:
    first = service.client.post("/v1/articles", json={"text": story("post")})
    assert first.status_code == 201
    location = first.headers["location"]
    assert location == "/v1/articles/" + first.json()["id"]
    assert service.client.get(location).json()["text"] == story("post")
    second = service.client.post("/v1/articles", json={"text": story("post")})
    assert second.json()["id"] != first.json()["id"]
    assert second.json()["verdict"] == "exact"
    assert second.json()["matches"][0]["id"] == first.json()["id"]
    assert second.json()["cluster_id"] is not None


def test_post_refuses_an_id_that_is_taken(service: Service) -> None:
    body = {"id": "taken", "text": story("taken")}
    assert service.client.post("/v1/articles", json=body).status_code == 201
    answer = service.client.post("/v1/articles", json=body | {"text": story("other")})
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["field"] == "id"
    stored = service.client.get("/v1/articles/taken").json()
    assert (stored["text"], stored["version"]) == (story("taken"), 1)


def test_of_many_posts_of_one_id_one_is_taken(service: Service) -> None:
    def post(n: int) -> int:
        body = {"id": f"race-{n % 5}", "text": story(f"race {n}")}
        return service.client.post("/v1/articles", json=body).status_code

    with ThreadPoolExecutor(8) as pool:
        codes = Counter(pool.map(post, range(25)))
    assert codes == {201: 5, 409: 20}


def test_delete_leaves_nothing(service: Service) -> None:
    whole = story("delete")
    service.client.put("/v1/articles/del-1", json={"text": whole})
    service.client.put("/v1/articles/del-2", json={"text": cropped(whole, 9)})
    cluster = service.client.get("/v1/articles/del-1").json()["cluster_id"]
    assert cluster is not None
    answer = service.client.delete("/v1/articles/del-2")
    assert (answer.status_code, answer.content) == (204, b"")
    assert service.client.get("/v1/articles/del-2").status_code == 404
    assert service.client.delete("/v1/articles/del-2").status_code == 404
    assert service.client.get("/v1/articles/del-1/matches").json() == {"items": []}
    assert service.client.get("/v1/articles/del-1").json()["cluster_id"] is None
    check = service.client.post("/v1/check", json={"text": cropped(whole, 9)}).json()
    assert [match["id"] for match in check["matches"]] == ["del-1"]


def test_match_says_what_it_is(service: Service) -> None:
    whole = story("match")
    about = {"title": "Whole", "source": "Wire", "url": "https://example.org/w"}
    service.client.put("/v1/articles/match-1", json={"text": whole, **about})
    outcome = service.client.put("/v1/articles/match-2", json={"text": cropped(whole, 10)}).json()
    assert outcome["verdict"] == "contained_in"
    (match,) = outcome["matches"]
    assert {name: match[name] for name in about} == about
    assert (match["id"], match["relation"]) == ("match-1", "contained_in")
    assert match["containment"]["left_in_right"] == pytest.approx(1.0)
    assert match["containment"]["right_in_left"] < 1.0
    assert 0.0 < match["score"] <= 1.0
    assert set(match["sentences"]) == {
        "identical",
        "edited",
        "moved",
        "added",
        "removed",
        "furniture",
    }
    assert match["sentences"]["identical"] == 10
    assert set(match["changes"]) == {
        "number",
        "date",
        "name",
        "quotation",
        "negation",
        "claim",
        "wording",
    }
    assert match["reasons"]
    (stored,) = service.client.get("/v1/articles/match-2/matches").json()["items"]
    assert stored["relation"] == "contained_in"
    (mirrored,) = service.client.get("/v1/articles/match-1/matches").json()["items"]
    assert (mirrored["id"], mirrored["relation"]) == ("match-2", "contains")


ODD_IDS = [
    "a/b",
    "/leading/and/trailing/",
    "a//b",
    "a/matches",
    "matches",
    "https://example.org/story?id=1&x=2#top",
    "with space",
    " space around ",
    "100%",
    "%2F",
    "%252F",
    "a+b",
    "ünïcödé",
    "新闻/2025",
    "عربى",
    "🙂",
    "e\u0301",  # decomposed, stays so
    ".a.",
    "a;b,c=d",
    "quote\"'<>",
    "back\\slash",
    "x" * 512,
    "ü" * 512,
]


@pytest.mark.parametrize("id", ODD_IDS)
def test_any_id_is_one_segment_of_a_path(service: Service, id: str) -> None:
    path = "/v1/articles/" + quote(id, safe="")
    created = service.client.put(path, json={"text": story(id)})
    assert created.status_code == 201, created.text
    assert created.json()["id"] == id
    assert created.headers["location"] == path
    assert service.client.get(created.headers["location"]).json()["id"] == id
    assert service.client.get(path + "/matches").json() == {"items": []}
    assert service.client.delete(path).status_code == 204
    assert service.client.get(path).status_code == 404


def test_id_with_a_slash_is_not_a_path_with_two_segments(service: Service) -> None:
    service.client.put("/v1/articles/two%2Fmatches", json={"text": story("two/matches")})
    service.client.put("/v1/articles/two", json={"text": story("two")})
    assert service.client.get("/v1/articles/two%2Fmatches").json()["id"] == "two/matches"
    assert service.client.get("/v1/articles/two/matches").json() == {"items": []}
    assert service.client.get("/v1/articles/two/other").status_code == 404


HTML = """<!doctype html><html lang="en"><head><title>Ferry runs again</title></head><body>
<nav><a href="/">Home</a> <a href="/sport">Sport</a></nav><article><h1>Ferry runs again</h1>
<p>The ferry between the two islands runs again after a week of storms, the harbour master said.</p>
<p>Some four hundred passengers had waited in the port &amp; in three schools of the town 🙂.</p>
<p>The next boat leaves at noon on Friday, and two more are to follow before the evening comes.</p>
</article><footer>Contact us</footer></body></html>"""


def test_html_becomes_story_text(service: Service) -> None:
    answer = service.client.put("/v1/articles/html-1", json={"html": HTML})
    assert answer.status_code == 201
    stored = service.client.get("/v1/articles/html-1").json()
    assert "in the port & in three schools of the town 🙂." in stored["text"]
    assert "<p>" not in stored["text"]
    assert stored["title"] == "Ferry runs again"
    service.client.put("/v1/articles/html-2", json={"html": HTML, "title": "My own"})
    assert service.client.get("/v1/articles/html-2").json()["title"] == "My own"
