"""Parquet tables and WARC files become articles as they stand in them."""

from __future__ import annotations

import gzip
import io
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from dedup.settings import Settings
from service import intake
from service.records import Record, Refused, Taken

# the writer of warcio, not its reader, leaves temporary files to the garbage collector
pytestmark = pytest.mark.filterwarnings(
    "ignore:Exception ignored in.*SpooledTemporaryFile:pytest.PytestUnraisableExceptionWarning"
)

SETTINGS = Settings(max_body_bytes=100_000)
STORY = (
    "Einstürze im Süden: Zwei Brücken der Stadt wurden am Montag gesperrt, sagte der Bürgermeister."
)


def read(file: Path) -> list[Record]:
    return list(intake.read([str(file)], SETTINGS))


def table(file: Path, rows: list[dict[str, Any]], **options: Any) -> Path:
    parquet.write_table(pa.Table.from_pylist(rows), file, **options)
    return file


def test_rows_of_a_table_become_articles(tmp_path: Path) -> None:
    rows = [
        {
            "id": f"n{n}",
            "text": f"Story {n}.",
            "title": None if n % 2 else "A title",
            "url": "" if n % 2 else "https://example.org/x",
            "published_at": datetime(2025, 1, 5, 13, 23, tzinfo=UTC),
            "metadata": {"desk": "world", "rank": n},
            "unrelated": n,
        }
        for n in range(200)
    ]
    file = table(tmp_path / "wire.parquet", rows, row_group_size=70)
    found = read(file)
    assert [one.location for one in found] == [f"{file}:{n}" for n in range(1, 201)]
    articles = [one.article for one in found if isinstance(one, Taken)]
    assert [one.id for one in articles] == [f"n{n}" for n in range(200)]
    assert articles[3].text == "Story 3."
    assert (articles[0].title, articles[0].url) == ("A title", "https://example.org/x")
    assert (articles[1].title, articles[1].url) == (None, None)
    assert articles[0].published_at == datetime(2025, 1, 5, 13, 23, tzinfo=UTC)
    assert articles[7].metadata == {"desk": "world", "rank": 7}


@pytest.mark.parametrize(
    ("column", "moment"),
    [
        (datetime(2025, 1, 5, 13, 23), datetime(2025, 1, 5, 13, 23, tzinfo=UTC)),
        (date(2025, 1, 5), datetime(2025, 1, 5, tzinfo=UTC)),
        ("2025-01-05T13:23:00Z", datetime(2025, 1, 5, 13, 23, tzinfo=UTC)),
    ],
)
def test_a_time_may_be_written_in_several_ways(
    tmp_path: Path, column: object, moment: datetime
) -> None:
    rows = [{"text": "A story.", "published_at": column, "metadata": '{"a": 1}'}]
    [one] = read(table(tmp_path / "t.parquet", rows))
    assert isinstance(one, Taken)
    assert one.article.published_at == moment
    assert one.article.metadata == {"a": 1}


def test_a_bad_row_or_a_bad_table_is_refused_by_name(tmp_path: Path) -> None:
    file = table(tmp_path / "t.parquet", [{"text": "A."}, {"text": None}, {"text": "B."}])
    first, second, third = read(file)
    assert isinstance(first, Taken)
    assert isinstance(third, Taken)
    assert second == Refused(f"{file}:2", second.bytes, "text: is required: send text or html")
    file = table(tmp_path / "u.parquet", [{"body": "A.", "headline": "B"}])
    assert read(file) == [Refused(str(file), 0, "has no column text or html, but: body, headline")]
    file = tmp_path / "v.parquet"
    file.write_bytes(b"PAR1 no table")
    [one] = read(file)
    assert isinstance(one, Refused)
    assert one.reason.startswith("cannot be read: ")


def page(story: str, charset: str = "utf-8") -> bytes:
    return f"<html><head><title>T</title></head><body><p>{story}</p></body></html>".encode(charset)


def crawl(file: Path, answers: list[tuple[str, str, str, bytes]]) -> Path:
    """A WARC of these answers: URL, status, type, body."""
    with file.open("wb") as stream:
        writer = WARCWriter(stream, gzip=file.suffix == ".gz")
        writer.write_record(writer.create_warcinfo_record(file.name, {"software": "a test"}))
        for url, status, kind, body in answers:
            headers = StatusAndHeaders(status, [("Content-Type", kind)], protocol="HTTP/1.1")
            writer.write_record(
                writer.create_warc_record(
                    url,
                    "response",
                    payload=io.BytesIO(body),
                    http_headers=headers,
                    warc_headers_dict={"WARC-Date": "2025-01-05T13:23:00Z"},
                )
            )
    return file


@pytest.mark.parametrize("name", ["crawl.warc", "crawl.warc.gz"])
def test_pages_of_a_crawl_become_articles(tmp_path: Path, name: str) -> None:
    long = "https://example.org/" + "x" * 600
    file = crawl(
        tmp_path / name,
        [
            ("https://example.org/a", "200 OK", "text/html; charset=utf-8", page(STORY)),
            ("https://example.org/b", "404 Not Found", "text/html", page(STORY)),
            ("https://example.org/c.png", "200 OK", "image/png", b"\x89PNG"),
            (long, "200 OK", 'Text/HTML; charset="iso-8859-1"', page(STORY, "latin-1")),
            ("https://example.org/d", "200 OK", "text/html", b"<html>" + b"x" * 100_000),
            ("https://example.org/e", "200 OK", "text/html", page(STORY)),
        ],
    )
    first, second, third, fourth = read(file)
    assert [one.location for one in (first, second)] == [f"{file}:2", f"{file}:5"]
    assert isinstance(first, Taken)
    assert isinstance(second, Taken)
    assert isinstance(fourth, Taken)
    assert first.article.id == first.article.url == "https://example.org/a"
    assert first.article.text == second.article.text == STORY
    assert first.article.title == "T"
    assert first.article.published_at == datetime(2025, 1, 5, 13, 23, tzinfo=UTC)
    assert first.article.metadata == {"published_at": "WARC-Date"}
    assert second.article.url == long
    assert len(second.article.id) == 24
    assert isinstance(third, Refused)
    assert third.reason.startswith("html: has more than 100000 bytes")
    steps = list(intake.steps([str(tmp_path)], SETTINGS))
    assert sum(step.bytes for step in steps) == intake.total_bytes([str(tmp_path)])


def test_a_crawl_that_breaks_off_gives_what_stands_before_the_break(tmp_path: Path) -> None:
    answers = [
        (f"https://example.org/{n}", "200 OK", "text/html", page(STORY + "x" * n)) for n in range(3)
    ]
    whole = crawl(tmp_path / "whole.warc.gz", answers).read_bytes()
    file = tmp_path / "broken.warc.gz"
    file.write_bytes(whole[:-50] + b"no gzip")
    found = read(file)
    assert [type(one) for one in found[:2]] == [Taken, Taken]
    file = tmp_path / "other.warc"
    file.write_bytes(b"This is no archive.\n")
    [one] = read(file)
    assert isinstance(one, Refused)
    assert one.reason.startswith("cannot be read: ")
    file = tmp_path / "other.warc.gz"
    file.write_bytes(gzip.compress(b"This is no archive.\n"))
    assert isinstance(read(file)[0], Refused)


@pytest.mark.parametrize(
    ("library", "name", "complaint"),
    [
        ("pyarrow", "x.parquet", "Parquet needs pyarrow: pip install 'wiretwin[parquet]'"),
        ("warcio", "x.warc.gz", "WARC needs warcio: pip install 'wiretwin[warc]'"),
    ],
)
def test_a_missing_extra_is_named_and_the_rest_goes_on(
    tmp_path: Path, library: str, name: str, complaint: str
) -> None:
    (tmp_path / name).write_bytes(b"x")
    (tmp_path / "y.txt").write_text(STORY, encoding="utf-8")
    code = f"import sys; sys.modules[{library!r}] = None; from service.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "ingest", "--resume", "j", name, "y.txt"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, f"{name}: {complaint}\n")
    assert done.stdout.startswith("1 article: 1 created")
    # once it is installed, the file is read
    assert name not in (tmp_path / "j").read_text(encoding="utf-8")
