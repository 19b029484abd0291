"""``export`` and ``import``: a store moves from one kind to the next and loses nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from servers import empty_store
from test_commands import in_terminal, wiretwin

from dedup.engine import Engine, open_engine
from dedup.errors import ClusterMoved
from dedup.judgement import Opinion
from dedup.judging import Judging
from dedup.model import Article
from dedup.settings import Settings
from dedup.store.values import ClusterQuery

STORY = (
    "The river beside the {0} rose by two metres overnight and {1} villages were cleared, the "
    "mayor of {0} said on Monday. Engineers from {1} counties brought pumps to the {0}, and a "
    "school in {0} took in {1} families who had lost their homes."
)
PLACES = ("harbour", "valley", "station", "market", "bridge", "forest", "airport", "school")


def text(number: int) -> str:
    """One of eight stories."""
    return STORY.format(PLACES[number % 8] + str(number % 8), (number % 8) * 13 + 5)


def fill(url: str) -> None:
    """Eight stories, some told several times; versions, a merge, a deletion."""
    engine = open_engine(Settings(store=url))
    zone = timezone(timedelta(hours=-3))
    for i in range(20):
        engine.add(
            Article(
                f"id/{i} ü",
                text(i) + (" Und 中文." if i == 3 else ""),
                title=f"Title {i}" if i % 3 else None,
                source=f"Outlet {i % 4}" if i % 5 else None,
                url=f"https://example.org/{i}" if i % 2 else None,
                published_at=datetime(2026, 3, 1 + i, 7, 5, 3, 120, zone) if i % 7 else None,
                language="en" if i % 2 else None,
                metadata={"desk": i, "nested": {"ä": [1.5, None, True]}} if i % 3 else {},
            )
        )
    engine.add(Article("id/0 ü", text(0) + " A later sentence was put in."))
    engine.add(Article("both", text(1) + " " + text(2)))
    engine.delete("both")
    engine.store.add_names("id/1 ü", ["another name", "Ünd"])
    page = engine.store.clusters(ClusterQuery())
    engine.store.rename(page.items[0].id, "0123456789ab", ["ba9876543210"])
    engine.close()


def export(folder: Path, url: str) -> tuple[list[Any], dict[str, Any]]:
    """The articles in order, and the clusters by id, of a store as it is exported."""
    done = wiretwin(folder, "export", "--store", url)
    assert done.exit_code == 0, done.stderr
    head, *lines, end = map(json.loads, done.stdout.splitlines())
    assert head == {"wiretwin": "export", "format": 1}
    articles = [line["article"] for line in lines if "article" in line]
    clusters = {line["cluster"]["id"]: line["cluster"] for line in lines if "cluster" in line}
    judged = sum("judgement" in line for line in lines)
    counts = {"articles": len(articles), "judgements": judged, "clusters": len(clusters)}
    assert end == {"end": counts}
    said = f"{len(articles):,} articles, {judged} judgements and {len(clusters):,} clusters\n"
    assert done.stderr == said
    return articles, clusters


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store in a file."""
    url = f"sqlite:///{tmp_path_factory.mktemp('filled')}/store.db"
    fill(url)
    return url


@pytest.fixture
def reading(tmp_path: Path) -> Iterator[list[Engine]]:
    """Engines to be closed."""
    engines: list[Engine] = []
    yield engines
    for engine in engines:
        engine.close()


def test_a_store_moves_from_kind_to_kind_without_loss(
    filled: str, request: pytest.FixtureRequest, tmp_path: Path, reading: list[Engine]
) -> None:
    articles, clusters = export(tmp_path, filled)
    assert [a["version"] for a in articles] == [1] * 19 + [2]
    assert articles[-1]["id"] == "id/0 ü"
    names = {a["id"]: a["names"] for a in articles if a["names"]}
    assert names == {"id/1 ü": ["another name", "Ünd"]}
    assert len(clusters) == 8
    assert "ba9876543210" in clusters["0123456789ab"]["aliases"]
    source = filled
    for kind in ("redis", "cluster", "sqlite"):
        target = empty_store(kind, request, tmp_path)
        file = tmp_path / f"{kind}.ndjson"
        assert wiretwin(tmp_path, "export", "--store", source, file).exit_code == 0
        done = wiretwin(tmp_path, "import", "--store", target, file)
        assert (done.exit_code, done.stderr) == (0, "")
        assert done.stdout.endswith(
            ": 20 articles: 20 created, 0 updated, 0 unchanged, 0 older than what is stored; "
            "judgements: 0; clusters under their ids: 8 of 8; refused: 0\n"
        )
        moved, moved_clusters = export(tmp_path, target)
        assert moved == articles
        assert moved_clusters.keys() == clusters.keys()
        for id, cluster in clusters.items():
            assert moved_clusters[id]["members"] == cluster["members"]
            assert set(cluster["aliases"]) <= set(moved_clusters[id]["aliases"])
        before = everything(target, reading)
        again = wiretwin(tmp_path, "import", "--store", target, file)
        assert "20 articles: 0 created, 0 updated, 20 unchanged, 0 older" in again.stdout
        assert everything(target, reading) == before
        with pytest.raises(ClusterMoved):
            reading[-1].store.members("ba9876543210")
        source = target


def everything(url: str, reading: list[Engine]) -> Any:
    """All that can be read from a store."""
    reading.append(open_engine(Settings(store=url)))
    store = reading[-1].store
    articles = list(store.scan())
    assert store.pending(1) == []
    return articles, store.edges([a.ref for a in articles]), store.events(0, 1000)


def lines(folder: Path, url: str) -> list[bytes]:
    """The lines of an export."""
    return wiretwin(folder, "export", "--store", url).stdout_bytes.splitlines(keepends=True)


def test_an_import_that_was_stopped_goes_on(filled: str, tmp_path: Path) -> None:
    whole = lines(tmp_path, filled)
    cut = wiretwin(tmp_path, "import", "-", stdin=b"".join(whole[:9]))
    assert cut.exit_code == 1
    assert "8 articles: 8 created" in cut.stdout
    assert cut.stderr == "stdin: ends too early: the export was cut off\n"
    done = wiretwin(tmp_path, "import", "-", stdin=b"".join(whole))
    assert (done.exit_code, done.stderr) == (0, "")
    assert "12 created, 0 updated, 8 unchanged" in done.stdout
    assert "clusters under their ids: 8 of 8" in done.stdout


def test_the_newer_version_stays(filled: str, tmp_path: Path) -> None:
    whole = b"".join(lines(tmp_path, filled))
    url = f"sqlite:///{tmp_path}/wiretwin.db"
    engine = open_engine(Settings(store=url))
    engine.add(Article("id/0 ü", text(5)))  # version 1: the export has version 2
    for n in range(3):
        engine.add(Article("id/1 ü", f"{text(6)} Version {n}."))
    mine = engine.store.get(["id/1 ü"])["id/1 ü"]
    done = wiretwin(tmp_path, "import", "-", stdin=whole)
    assert done.exit_code == 0
    assert "18 created, 1 updated, 0 unchanged, 1 older" in done.stdout
    after = engine.store.get(["id/0 ü", "id/1 ü"])
    assert (after["id/0 ü"].version, after["id/1 ü"].article) == (2, mine.article)
    engine.close()


def test_a_cluster_that_is_there_keeps_its_id_and_the_old_one_leads_there(
    filled: str, tmp_path: Path
) -> None:
    _, clusters = export(tmp_path, filled)
    engine = open_engine(Settings(store=f"sqlite:///{tmp_path}/wiretwin.db"))
    engine.add_many([Article("x", text(4)), Article("y", text(4))])
    [mine] = engine.store.clusters(ClusterQuery()).items
    done = wiretwin(tmp_path, "import", "-", stdin=b"".join(lines(tmp_path, filled)))
    assert "clusters under their ids: 7 of 8" in done.stdout
    members = {m.article.id for m in engine.store.members(mine.id)}
    [theirs] = [c["id"] for c in clusters.values() if set(c["members"]) < members]
    assert engine.store.aliases(mine.id) == (theirs,)
    engine.close()


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"{", "is not JSON"),
        (b'{"text": "an article"}', "is not as `wiretwin export` writes them"),
        (b'{"wiretwin": "export", "format": 2}', "is an export of format 2; this version reads 1"),
        (b'{"article": {"id": "a"}}', "must be a string"),
        (b'{"cluster": {"id": "x", "members": [], "aliases": []}}', "not the id of a cluster"),
        (b'{"end": {"articles": 5, "judgements": 0, "clusters": 0}}', "there must be 5 articles"),
    ],
)
def test_a_line_that_is_none_of_an_export_is_told_by_its_number(
    filled: str, tmp_path: Path, line: bytes, why: str
) -> None:
    whole = lines(tmp_path, filled)
    (tmp_path / "bad.ndjson").write_bytes(b"".join([*whole[:3], line + b"\n", *whole[3:]]))
    done = wiretwin(tmp_path, "import", "bad.ndjson")
    assert done.exit_code == 1
    assert f"bad.ndjson:4: {why}" in done.stderr or why in done.stderr
    assert "20 articles: 20 created" in done.stdout
    assert wiretwin(tmp_path, "import", "none.ndjson").exit_code == 1


def test_what_people_said_moves_and_holds(
    request: pytest.FixtureRequest, tmp_path: Path, reading: list[Engine]
) -> None:
    source = f"sqlite:///{tmp_path}/source.db"
    reading.append(open_engine(Settings(store=source)))
    reading[-1].add_many([Article(str(i), text(i)) for i in (0, 1, 8, 16)])
    mine = Judging(reading[-1])
    mine.judge("0", "1", Opinion.SAME, by="Ana", note="Ein Wort – 中文.")
    mine.judge("16", "0", Opinion.DIFFERENT)
    mine.judge("8", "16", Opinion.DIFFERENT)
    said = list(mine.all())
    articles, clusters = export(tmp_path, source)
    assert len(articles) == 4
    assert [c["members"] for c in clusters.values()] == [["0", "1", "8"]]
    target = empty_store("redis", request, tmp_path)
    for word in ("4 created", "4 unchanged"):
        whole = b"".join(lines(tmp_path, source))
        done = wiretwin(tmp_path, "import", "--store", target, "-", stdin=whole)
        assert (done.exit_code, done.stderr) == (0, "")
        assert word in done.stdout
        assert "judgements: 3; clusters under their ids: 1 of 1" in done.stdout
        reading.append(open_engine(Settings(store=target)))
        theirs = Judging(reading[-1])
        assert list(theirs.all()) == said
        assert export(tmp_path, target)[1].keys() == clusters.keys()
    theirs.undo([("0", "16")])
    [later] = [theirs.judge("8", "16", Opinion.SAME)]
    wiretwin(tmp_path, "import", "--store", target, "-", stdin=whole)
    assert theirs.of("8", "16") == later


def test_an_export_that_fails_leaves_no_file(filled: str, tmp_path: Path) -> None:
    done = wiretwin(tmp_path, "export", "--store", filled, "none/out.ndjson")
    assert done.exit_code == 1
    assert "No such file or directory" in done.stderr
    assert wiretwin(tmp_path, "export").exit_code == 1
    assert not list(tmp_path.iterdir())


def test_a_terminal_sees_how_far_it_is(filled: str, tmp_path: Path) -> None:
    assert "100%" in in_terminal(tmp_path, "export", "--store", filled, "out.ndjson")
    assert "100%" in in_terminal(tmp_path, "import", "out.ndjson")
    assert "%" not in in_terminal(tmp_path, "export").splitlines()[-1]


def test_times_without_zone_stay_without(tmp_path: Path) -> None:
    engine = open_engine(Settings(store=f"sqlite:///{tmp_path}/wiretwin.db"))
    published = datetime(2026, 3, 1, 12)
    engine.add(Article("a", text(1), title="\ud800", published_at=published))
    engine.close()
    done = wiretwin(tmp_path, "import", "--store", "sqlite:///b.db", "-", stdin=_export(tmp_path))
    assert done.exit_code == 0
    engine = open_engine(Settings(store=f"sqlite:///{tmp_path}/b.db"))
    [a] = engine.store.scan()
    assert (a.article.published_at, a.article.title) == (published, "\ud800")
    assert a.received_at.tzinfo is UTC
    engine.close()


def _export(folder: Path) -> bytes:
    return wiretwin(folder, "export").stdout_bytes
