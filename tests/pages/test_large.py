"""A story that many carry: its card tells as much as the others, its page stays short."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO

import httpx
from page import has, read
from serving import Service

from dedup.dossier import COLUMNS, READ
from dedup.model import Article

STORY = (
    "A ferry with 214 people aboard ran aground off Vesterhavn early on Saturday. Rescue boats "
    "took all passengers ashore within two hours in thick fog, the coast guard said. Nobody was "
    "hurt, and the harbour master promised an inquiry into how the vessel could miss the beacon "
    "at the end of the pier. Fishermen had asked for a second light for years, and been told to "
    "wait. The owners of the ferry said that a tug would try to pull it free with the next tide."
)
START = datetime(2025, 1, 4, 6, tzinfo=UTC)


def told(number: int) -> Article:
    """One of many copies; every tenth has another number."""
    text = STORY if number % 10 else STORY.replace("214", "241")
    at = START + timedelta(minutes=11 * number)
    return Article(f"{number}", text, "Ferry aground", f"Outlet {number % 30}", None, at, "en")


def test_the_card_of_a_large_cluster_says_when_they_came_and_where_they_disagree(
    start_service: Callable[..., Service],
) -> None:
    service = start_service()
    service.engine.add_many([told(number) for number in range(70)])
    page = read(service.client.get("/"))
    assert page.text(f"//p[{has('n')}]") == ["70copies"]
    [flag] = page.text(f"//span[{has('flag')}]")
    assert "214 / 241" in flag or "241 / 214" in flag
    assert "70" in page.tree.xpath("//li//*[local-name()='svg']/@aria-label")[0]
    assert "40 self-updates" in page.words
    # the first has the number that is rare; the bars of each are as high as they are many
    assert "yellow: has another version" in page.words
    bars = page.all("//li//*[local-name()='svg']/*[local-name()='rect']")
    looks = {look for bar in bars if (look := bar.get("class"))}
    heights = {
        look: sum(float(bar.get("height")) for bar in bars if bar.get("class") == look)
        for look in looks
    }
    assert looks == {"copy", "copy odd"}
    assert round(heights["copy odd"] / heights["copy"]) == 9
    service.engine.add_many([told(number) for number in range(70, 73)])
    assert read(service.client.get("/")).text(f"//p[{has('n')}]") == ["73copies"]
    [cluster] = service.client.get("/v1/clusters").json()["items"]
    whole = read(service.client.get(f"/clusters/{cluster['id']}"))
    assert len(whole.all("//table[@class='syn']//col")) == 3
    assert "73 articles in 2 versions" in whole.words


def variant(number: int) -> Article:
    """One of many versions: no two have the same words."""
    at = START + timedelta(minutes=11 * number)
    text = f"{STORY} The desk of paper {number} added this line to what the agency had sent."
    return Article(f"{number}", text, "Ferry aground", f"Outlet {number}", None, at, "en")


def test_a_file_to_take_away_has_every_version_that_is_read(
    start_service: Callable[..., Service],
) -> None:
    service = start_service()
    service.engine.add_many([variant(number) for number in range(READ + 2)])
    [cluster] = service.client.get("/v1/clusters").json()["items"]
    place = f"/clusters/{cluster['id']}"

    def file(name: str) -> httpx.Response:
        return httpx.get(f"{service.url}{place}/{name}", timeout=60)

    def articles(query: str = "") -> set[str]:
        lines = file(f"cluster.csv{query}").text.lstrip("\ufeff")
        return {line["article"] for line in csv.DictReader(StringIO(lines))}

    told = file("cluster.json").json()
    ids = {column["id"] for column in told["synopsis"]["columns"]}
    assert len(told["versions"]) == READ + 2
    assert len(ids) == READ
    assert articles() == articles("?base=") == ids
    words = read(service.client.get(place)).words
    assert (
        f"{COLUMNS} of {READ + 2} versions are laid out here. The CSV and JSON files hold the "
        f"{READ} that most articles carry, or the columns you choose of these; the other 2 are "
        "not read."
    ) in words
    # what a reader chose is what they get
    base = told["synopsis"]["base_id"]
    chosen = sorted(ids - {base})[:40]
    query = "?" + "&".join(f"columns={id}" for id in chosen)
    assert articles(query) == {base, *chosen}
    page = read(service.client.get(place + query))
    assert f"columns={chosen[-1]}" in page.tree.xpath("//a[text()='CSV']/@href")[0]
