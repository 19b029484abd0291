"""An empty store teaches how to fill it, and what it teaches works."""

from __future__ import annotations

import contextlib
import io
import json
import re
from collections.abc import Callable

from page import has, read
from serving import Service


def test_what_the_empty_page_teaches_works(start_service: Callable[..., Service]) -> None:
    service = start_service()
    client = service.client
    page = read(client.get("/"))
    snippets = [block.text_content() for block in page.all("//pre/code")]
    calls = [snippet for snippet in snippets if snippet.startswith("curl")]
    assert len(calls) == 2
    verdicts = []
    for call in calls:
        address = re.search(r"http://\S+", call)
        body = re.search(r"-d '(.*)'", call, re.DOTALL)
        assert address is not None
        assert body is not None
        answer = client.put(address.group(), json=json.loads(body.group(1)))
        assert answer.status_code == 201
        verdicts.append(answer.json())
    assert verdicts[0]["verdict"] == "unique"
    assert verdicts[0]["matches"] == []
    cluster = read(client.get(f"/clusters/{verdicts[1]['cluster_id']}"))
    assert cluster.text(f"//dl[{has('says')}]//mark") == ["214", "241"]
    assert cluster.text(f"//table[{has('syn')}]//mark") == ["214", "241"]

    [python] = [snippet for snippet in snippets if snippet.startswith("import")]
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(python, {})
    assert said.getvalue().startswith("herald-2 unique")

    page = read(client.get("/"))
    assert len(page.all(f"//li[{has('card')}]")) == 1


def test_articles_without_clusters(start_service: Callable[..., Service]) -> None:
    client = start_service().client
    client.put("/v1/articles/1", json={"text": "Nobody else has this one sentence of ten words."})
    page = read(client.get("/"))
    assert "No two of the stored articles are copies" in page.words
    assert page.tree.xpath(f"//section[{has('singles')}]//a/@href") == ["/articles/1"]
