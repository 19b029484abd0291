"""Articles from archives: Parquet tables (by pyarrow) and WARC files of a crawl (by warcio).

Both libraries are extras; without them ``MissingExtra`` is raised.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from dedup.errors import WiretwinError
from dedup.model import Article
from dedup.settings import Settings
from service.encodings import decoded
from service.fields import MAX_ID
from service.records import Found, Refused, Unread, article_of
from service.refusals import TooLarge
from service.schemas import ArticleIn
from service.strict_json import parse

ROWS = 64
"""Rows of a table in memory at a time, beside the pages of the file they are read from."""
_PAGES = ("text/html", "application/xhtml+xml")


class MissingExtra(WiretwinError):
    """A library that reads this kind of file is not installed."""

    def __init__(self, what: str, library: str, extra: str) -> None:
        super().__init__(f"{what} needs {library}: pip install 'wiretwin[{extra}]'")


def parquet(file: Path, settings: Settings) -> Iterator[Found]:
    """One article a row, from the columns that are named as the fields of an article.

    Other columns are passed over, and so are cells that are null or an empty text. A time without
    a zone is taken as UTC, ``metadata`` may be a struct, a map or JSON.
    """
    try:
        import pyarrow
        from pyarrow.parquet import ParquetFile
    except ImportError:
        raise MissingExtra("Parquet", "pyarrow", "parquet") from None
    row = 0
    try:
        with ParquetFile(file) as table:
            there = table.schema_arrow.names
            wanted = [name for name in there if name in ArticleIn.model_fields]
            if not {"text", "html"} & set(wanted):
                columns = ", ".join(there)
                yield Refused(str(file), 0, f"has no column text or html, but: {columns}")
                return
            share = file.stat().st_size // max(1, table.metadata.num_rows)
            for rows in table.iter_batches(batch_size=ROWS, columns=wanted):
                for number, fields in enumerate(rows.to_pylist(maps_as_pydicts="strict"), row + 1):
                    place = f"{file}:{number}"
                    yield Unread(place, share, partial(_row, fields, settings))
                row += rows.num_rows
    except (pyarrow.ArrowException, KeyError) as error:
        yield Refused(f"{file}:{row + 1}", 0, _first_line(f"cannot be read: {error}"))


def warc(file: Path, stream: IO[bytes], settings: Settings) -> Iterator[Found]:
    """One article a page: every response of status 200 that is HTML (ISO 28500).

    The URL of a page is its ``url`` and its id, so that a page crawled again is a new version.
    The time of the crawl stands for that of publication, which the archive does not tell;
    ``metadata`` says so.
    """
    try:
        from warcio.archiveiterator import ArchiveIterator
        from warcio.exceptions import ArchiveLoadFailed
    except ImportError:
        raise MissingExtra("WARC", "warcio", "warc") from None
    number, before = 0, 0
    try:
        for number, record in enumerate(ArchiveIterator(stream), 1):
            if _is_page(record):
                page = record.content_stream().read(settings.max_body_bytes + 1)
                size, before = stream.tell() - before, stream.tell()
                headers = record.rec_headers, record.http_headers
                yield Unread(f"{file}:{number}", size, partial(_page, page, headers, settings))
    except (ArchiveLoadFailed, EOFError, zlib.error) as error:
        yield Refused(f"{file}:{number + 1}", 0, _first_line(f"cannot be read: {error}"))


def _row(fields: dict[str, Any], settings: Settings) -> Article:
    given = {name: value for name, value in fields.items() if value not in (None, "")}
    time, metadata = given.get("published_at"), given.get("metadata")
    if isinstance(time, date):
        if not isinstance(time, datetime):
            time = datetime(time.year, time.month, time.day)
        zoned = time if time.tzinfo else time.replace(tzinfo=UTC)
        given["published_at"] = zoned.isoformat()
    if isinstance(metadata, str):
        given["metadata"] = parse(metadata.encode())
    elif metadata is not None:
        given["metadata"] = parse(json.dumps(metadata, default=str).encode())
    return article_of(given, settings)


def _is_page(record: Any) -> bool:
    if record.rec_type != "response" or record.http_headers is None:
        return False
    kind = (record.http_headers.get_header("Content-Type") or "").partition(";")[0]
    return record.http_headers.get_statuscode() == "200" and kind.strip().lower() in _PAGES


def _page(page: bytes, headers: tuple[Any, Any], settings: Settings) -> Article:
    if len(page) > settings.max_body_bytes:
        limit = settings.max_body_bytes
        raise TooLarge("html", f"has more than {limit} bytes; at most {limit} are taken")
    about, answer = headers
    url = about.get_header("WARC-Target-URI").strip("<>")
    fields = {
        "id": url if len(url) <= MAX_ID else sha256(url.encode()).hexdigest()[:24],
        "html": _decoded(page, answer.get_header("Content-Type")),
        "url": url,
        "published_at": about.get_header("WARC-Date"),
        "metadata": {"published_at": "WARC-Date"},
    }
    return article_of(fields, settings)


def _decoded(page: bytes, content_type: str) -> str:
    """The text of a page in the encoding that was sent with it, or in the one it names."""
    _, _, charset = content_type.lower().partition("charset=")
    try:
        return page.decode(charset.partition(";")[0].strip("\"' ") or "utf-8")
    except (LookupError, UnicodeDecodeError):
        return decoded(page)


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0]
