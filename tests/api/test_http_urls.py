"""Articles with one canonical URL are one article, whatever their ids."""

from __future__ import annotations

from typing import Any

import pytest
from samples import cropped, story
from serving import Service
from test_http_batch import lines, sent

from dedup.errors import InvalidQuery
from dedup.judgement import Opinion
from dedup.judging import Judging

PAGE = "https://www.example.org/{}"
FORMS = [
    "http://www.example.org/{}/?utm_source=rss",
    "https://amp.example.org/{}#comments",
    "https://www.example.org/{}/amp",
    "https://www.google.com/amp/s/www.example.org/{}",
]


def put(service: Service, id: str, url: str, text: str) -> tuple[int, dict[str, Any]]:
    """Store an article; the status code and the outcome."""
    body = {"url": url, "text": text}
    answer = service.client.put(f"/v1/articles/{id}", json=body)
    assert answer.headers["location"] == f"/v1/articles/{answer.json()['id']}"
    return answer.status_code, answer.json()


@pytest.mark.parametrize("form", FORMS)
def test_an_article_posted_without_id_updates_the_one_with_its_url(
    service: Service, form: str
) -> None:
    name = f"post-{FORMS.index(form)}"
    first = service.client.post(
        "/v1/articles", json={"url": PAGE.format(name), "text": story(name)}
    )
    assert (first.status_code, first.json()["notes"]) == (201, [])
    id = first.json()["id"]
    again = service.client.post(
        "/v1/articles", json={"url": form.format(name), "text": story(name)}
    )
    assert (again.status_code, again.json()["status"], again.json()["id"]) == (200, "unchanged", id)
    changed = {"url": form.format(name), "text": story(name, 9) + " It was said."}
    updated = service.client.post("/v1/articles", json=changed)
    assert (updated.status_code, updated.json()["status"]) == (200, "updated")
    assert updated.json()["verdict"] == "unique", "no copy of itself"
    assert updated.json()["notes"] == [
        f"Articles with this URL are one article, which is stored as '{id}'."
    ]
    assert updated.headers["location"] == f"/v1/articles/{id}"
    assert service.client.get(f"/v1/articles/{id}").json()["version"] == 2


def test_another_id_becomes_a_name(service: Service) -> None:
    assert put(service, "held", PAGE.format("held"), story("held"))[0] == 201
    code, outcome = put(service, "again", FORMS[0].format("held"), story("held, new"))
    assert (code, outcome["id"], outcome["status"]) == (200, "held", "updated")
    assert outcome["notes"] == [
        "Articles with this URL are one article, which is stored as 'held'; "
        "'again' is another name of it."
    ]
    for path in ("", "/matches"):
        answer = service.client.get(f"/v1/articles/again{path}", params={"x": "1"})
        assert answer.status_code == 308
        assert answer.headers["location"].startswith(f"/v1/articles/held{path}")
    assert service.client.get("/articles/again").status_code == 308
    compared = service.client.get("/v1/compare", params={"left": "again", "right": "held"})
    assert compared.json()["relation"] == "exact"
    posted = {"id": "again", "text": story("held")}
    assert service.client.post("/v1/articles", json=posted).status_code == 409
    assert put(service, "again", FORMS[1].format("held"), story("held, new"))[1]["status"] == (
        "unchanged"
    )
    answer = service.client.delete("/v1/articles/again")
    assert (answer.status_code, answer.headers["location"]) == (308, "/v1/articles/held")
    assert service.client.delete("/v1/articles/held").status_code == 204
    assert service.client.get("/v1/articles/again").status_code == 404
    assert put(service, "again", PAGE.format("held"), story("held"))[0] == 201


def test_people_may_judge_by_any_name(service: Service) -> None:
    put(service, "judged", PAGE.format("judged"), story("judged"))
    put(service, "judged-2", PAGE.format("judged-2"), story("judged, other"))
    put(service, "judged-name", FORMS[0].format("judged"), story("judged"))
    judging = Judging(service.engine)
    made = judging.judge("judged-2", "judged-name", Opinion.SAME)
    assert set(made.pair) == {"judged", "judged-2"}
    assert judging.of("judged-name", "judged-2") == made
    with pytest.raises(InvalidQuery, match="the same article"):
        judging.judge("judged", "judged-name", Opinion.SAME)
    assert judging.undo([("judged-2", "judged-name")]) == 1


def test_two_stored_articles_become_one(service: Service) -> None:
    whole = story("two that become one")
    put(service, "two-1", PAGE.format("two-1"), whole)
    put(service, "two-2", PAGE.format("two-2"), cropped(whole, 9))
    put(service, "two-3", PAGE.format("two-3"), cropped(whole, 10))
    code, outcome = put(service, "two-2", FORMS[2].format("two-1"), cropped(whole, 9))
    assert (code, outcome["id"], outcome["status"]) == (200, "two-1", "updated")
    assert [match["id"] for match in outcome["matches"]] == ["two-3"]
    cluster = service.client.get(f"/v1/clusters/{outcome['cluster_id']}").json()
    assert {member["id"] for member in cluster["members"]} == {"two-1", "two-3"}
    assert service.client.get("/v1/articles/two-2").status_code == 308


def test_a_batch(service: Service) -> None:
    body = lines(
        {"id": "line-1", "url": PAGE.format("lines"), "text": story("lines")},
        {"url": FORMS[0].format("lines"), "text": story("lines")},
        {"id": "line-3", "url": FORMS[1].format("lines"), "text": story("lines, new")},
        {"id": "line-4", "url": PAGE.format("other"), "text": story("lines")},
    )
    answers = [(one["id"], one["status"]) for one in sent(service.client, body)]
    assert answers == [
        ("line-1", "created"),
        ("line-1", "unchanged"),
        ("line-1", "updated"),
        ("line-4", "created"),
    ]
    again = [(one["id"], one["status"]) for one in sent(service.client, body)]
    assert again[3] == ("line-4", "unchanged")
    assert {id for id, _ in again[:3]} == {"line-1"}


def test_a_key_and_a_known_url(service: Service) -> None:
    put(service, "keyed-url", PAGE.format("keyed"), story("keyed url"))
    body = {"url": PAGE.format("keyed"), "text": story("keyed url, new")}
    headers = {"Idempotency-Key": "url-key"}
    first = service.client.post("/v1/articles", json=body, headers=headers)
    assert (first.status_code, first.json()["id"]) == (200, "keyed-url")
    again = service.client.post("/v1/articles", json=body, headers=headers)
    assert (again.status_code, again.content) == (200, first.content)


def test_sites_and_other_pages_are_not_one(service: Service) -> None:
    urls = ["https://www.example.org/", "https://www.example.org/", PAGE.format("p?id=1")]
    urls += [PAGE.format("p?id=2"), "https://example.org/p?id=1"]
    for i, url in enumerate(urls):
        assert put(service, f"apart-{i}", url, story(f"apart {i}"))[0] == 201
