"""Files become articles; a bad record is named by its place and the rest goes on."""

from __future__ import annotations

import json
import os
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.errors import InvalidArticle
from dedup.settings import Settings
from service import intake
from service.records import Record, Refused, Taken, records

SETTINGS = Settings()


def read(*paths: Path | str) -> list[Record]:
    return list(intake.read(map(str, paths), SETTINGS))


def in_file(content: str) -> list[Record]:
    """Every record of a JSON file."""
    found = records("f", content.encode(), "json", "unused", SETTINGS)
    return [one.read() for one in found]


def short(found: list[Record], folder: Path) -> list[tuple[str, str]]:
    """Each record as its place in the folder and its id or the reason it was refused."""
    return [
        (
            one.location.removeprefix(f"{folder}/"),
            one.article.id if isinstance(one, Taken) else one.reason,
        )
        for one in found
    ]


def test_ndjson_goes_on_after_every_kind_of_bad_line(tmp_path: Path) -> None:
    file = tmp_path / "wire.ndjson"
    file.write_bytes(
        b'\xef\xbb\xbf{"id": "a", "text": "One."}\n'
        b"\n"
        b"{broken\n"
        b'{"id": "b", "text": ""}\n'
        b'{"id": "c", "text": "caf\xe9"}\n'
        b'["d"]\n'
        b'{"id": "e", "text": "Two.", "tittle": "x"}\n'
        b'{"id": "f"}\n'
        b'{"id": "g", "text": "Three."}'
    )
    assert short(read(file), tmp_path) == [
        ("wire.ndjson:1", "a"),
        ("wire.ndjson:3", "column 2: Expecting property name enclosed in double quotes"),
        ("wire.ndjson:4", "text: must not be empty"),
        ("wire.ndjson:5", "byte 24 is not valid UTF-8"),
        ("wire.ndjson:6", "must be an object"),
        ("wire.ndjson:7", "tittle: there is no such field"),
        ("wire.ndjson:8", "text: is required: send text or html"),
        ("wire.ndjson:9", "g"),
    ]


def test_a_line_or_a_text_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "wire.ndjson"
    lines = [{"id": "a", "text": "x" * 5000}, {"id": "b", "text": "y" * 1500}, {"text": "z"}]
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    settings = replace(SETTINGS, max_body_bytes=2000, max_text_chars=1000)
    found = list(intake.read([str(file)], settings))
    assert [type(one) for one in found] == [Refused, Refused, Taken]
    assert short(found[:2], tmp_path) == [
        ("wire.ndjson:1", "the line has more than 2000 bytes"),
        ("wire.ndjson:2", "text: has 1500 characters; at most 1000 are taken"),
    ]


def test_a_json_array_names_the_line_of_each_bad_element(tmp_path: Path) -> None:
    file = tmp_path / "wire.json"
    file.write_text(
        '[\n  {"id": "a", "text": "One."},\n  {"id": "b"},\n\n  7, {\n  "id": "c",\n'
        '  "text": "Two."\n  },\n  {"id": "d", "text": NaN},\n  {"id": "e", "text": "x"}\n]\n',
        encoding="utf-8",
    )
    assert short(read(file), tmp_path) == [
        ("wire.json:2, item 1", "a"),
        ("wire.json:3, item 2", "text: is required: send text or html"),
        ("wire.json:5, item 3", "must be an object"),
        ("wire.json:5, item 4", "c"),
        ("wire.json:9, item 5", "NaN is not JSON"),
        ("wire.json:10, item 6", "e"),
    ]


@pytest.mark.parametrize(
    ("content", "place", "reason"),
    [
        ('[{"id": "a", "text": "One."},\n {"id": ', ":2", "column 9: Expecting value"),
        ('[{"id": "a", "text": "One."}\n {"id": "b"}]', ":2", "column 2: Expecting ',' or ']'"),
        ('[{"id": "a", "text": "One."},\n]', ":2", "column 1: Expecting value after ','"),
        ('[{"id": "a", "text": "One."}]\n]', ":2", "column 1: Extra data"),
        ('[{"id": "a", "text": "One."}, ' + "[" * 100_000, ":1", "is nested too deeply"),
    ],
)
def test_a_broken_array_gives_what_stood_before_the_break(
    tmp_path: Path, content: str, place: str, reason: str
) -> None:
    file = tmp_path / "wire.json"
    file.write_text(content, encoding="utf-8")
    assert short(read(file), tmp_path) == [
        ("wire.json:1, item 1", "a"),
        ("wire.json" + place, reason),
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the body is empty"),
        (b"{", "column 2: Expecting property name enclosed in double quotes"),
        (b'{"text": "a"} {"text": "b"}', "column 15: Extra data"),
        (b"\xff\xfe{", "byte 0 is not valid UTF-8"),
    ],
)
def test_broken_json(tmp_path: Path, content: bytes, reason: str) -> None:
    file = tmp_path / "wire.json"
    file.write_bytes(content)
    [(place, given_reason)] = short(read(file), tmp_path)
    assert place in {"wire.json", "wire.json:1"}
    assert given_reason == reason


def test_an_empty_array_holds_nothing(tmp_path: Path) -> None:
    file = tmp_path / "wire.json"
    file.write_text(" [ ] ", encoding="utf-8")
    assert read(file) == []


ARTICLES = st.lists(
    st.fixed_dictionaries(
        {
            "text": st.text(
                st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1
            )
        },
        optional={
            "id": st.text("abc", min_size=1),
            "metadata": st.dictionaries(st.text("x"), st.integers(-9, 9)),
        },
    )
)


@given(articles=ARTICLES, indent=st.none() | st.integers(0, 3))
def test_an_array_and_lines_say_the_same(
    articles: list[dict[str, object]], indent: int | None
) -> None:
    whole = json.dumps(articles, ensure_ascii=False, indent=indent)
    array = in_file(whole)
    alone = [one for article in articles for one in in_file(json.dumps(article))]
    assert [getattr(a, "article", None) for a in array] == [
        getattr(a, "article", None) for a in alone
    ]
    if indent is not None:
        # each element begins in a line of its own, which holds nothing but the brace
        begins = [n for n, line in enumerate(whole.split("\n"), 1) if line == " " * indent + "{"]
        assert [one.location for one in array] == [
            f"f:{n}, item {i}" for i, n in enumerate(begins, 1)
        ]


def test_a_record_without_an_id_keeps_the_one_it_is_given() -> None:
    [first, again, other] = [
        in_file(json.dumps(fields))
        for fields in (
            {"text": "One.", "source": "A"},
            {"source": "A", "text": "One."},
            {"text": "One.", "source": "B"},
        )
    ]
    ids = [
        one.article.id for some in (first, again, other) for one in some if isinstance(one, Taken)
    ]
    assert ids[0] == ids[1] != ids[2]
    assert len(ids[0]) == 24


def test_a_folder_is_walked_in_order_and_names_its_articles(tmp_path: Path) -> None:
    for name, content in {
        "b.txt": "Two.",
        "a/x.y.TXT": "One.",
        "a/page.htm": "<html><body><p>A page about a flood in the valley.</p></body></html>",
        "wire.jsonl": '{"id": "w", "text": "Four."}',
        ".hidden/c.txt": "Hidden.",
        ".d.txt": "Hidden.",
        "notes.md": "Passed over.",
    }.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(content, encoding="utf-8")
    assert short(read(tmp_path), tmp_path) == [
        ("b.txt", "b"),
        ("wire.jsonl:1", "w"),
        ("a/page.htm", "a/page"),
        ("a/x.y.TXT", "a/x.y"),
    ]
    assert intake.total_bytes([str(tmp_path)]) == sum(one.bytes for one in read(tmp_path))


def test_two_files_of_one_name_do_not_replace_each_other(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("One.", encoding="utf-8")
    (tmp_path / "a.html").write_text("<p>Another text altogether.</p>", encoding="utf-8")
    assert short(read(tmp_path), tmp_path) == [
        ("a.html", "a"),
        ("a.txt", f"its id 'a' is already that of {tmp_path}/a.html"),
    ]
    assert len(read(tmp_path / "a.txt", tmp_path / "a.txt")) == 2


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    assert short(read(tmp_path / "none.txt"), tmp_path) == [
        ("none.txt", "No such file or directory")
    ]


def test_text_is_kept_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes("\ufeffEinstürze\r\n im Süden \u2028".encode())
    [one] = read(file)
    assert isinstance(one, Taken)
    assert one.article.text == "Einstürze\r\n im Süden \u2028"


def test_text_that_is_not_utf8_is_refused_rather_than_guessed(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes("Einstürze".encode("latin-1"))
    assert short(read(file), tmp_path) == [("a.txt", "byte 5 is not valid UTF-8")]


def test_a_page_is_read_in_the_encoding_it_names(tmp_path: Path) -> None:
    story = "Der Präsident der Föderation sprach am Montag über die Überschwemmungen im Süden."
    file = tmp_path / "a.html"
    page = f'<html><head><meta charset="windows-1252"></head><body><p>{story}</p></body></html>'
    file.write_bytes(page.encode("windows-1252"))
    [one] = read(file)
    assert isinstance(one, Taken)
    assert one.article.text == story


def test_a_file_without_a_known_suffix_is_looked_into(tmp_path: Path) -> None:
    for name, content, text in (
        ("text", "A plain text.", "A plain text."),
        ("object", '\n {"id": "o", "text": "An object."}', "An object."),
        ("page", "<!DOCTYPE html><p>The story of a page.</p>", "The story of a page."),
    ):
        (tmp_path / name).write_text(content, encoding="utf-8")
        assert intake.one(str(tmp_path / name), SETTINGS).text == text


@pytest.mark.parametrize(
    "page",
    [
        "<!-- saved from url=(0030)https://example.org/a -->\n<html><p>{}</p></html>",
        "<!-- one --><!-- two -->\n\n  <!DOCTYPE html><p>{}</p>",
        "\ufeff\n\t <HTML lang=en><p>{}</p></HTML>",
        "<article class='story'><p>{}</p></article>",
        "<p>{}</p>",
        '<div id="main"\n  class="x">{}</div>',
        "<h1>Flood</h1><p>{}</p>",
        "<br/>{}",
    ],
)
def test_a_page_is_known_by_what_it_begins_with(page: str) -> None:
    story = "Two bridges in the old town were closed on Monday after the flood."
    [found] = records("f", page.format(story).encode(), None, "id", SETTINGS)
    taken = found.read()
    assert isinstance(taken, Taken)
    assert story in taken.article.text
    assert "<" not in taken.article.text


@pytest.mark.parametrize(
    "text",
    [
        "<3 is how the mayor signed his letter.",
        "<editor's note> The bridge was closed on Monday.",
        "<p and then nothing that would close it",
        "<https://example.org/a> says that the bridge was closed.",
        "<!-- a note --> and then words that are no page",
        "<!-- a note that never ends",
        "<!---->" * 5000 + "words",
        "[1] The bridge was closed on Monday.",
        "< p > 0.05 was the result.",
    ],
)
def test_text_that_merely_begins_with_a_sign_stays_text(text: str) -> None:
    [found] = records("f", text.encode(), None, "id", SETTINGS)
    taken = found.read()
    assert isinstance(taken, Taken)
    assert taken.article.text == text


def test_an_array_is_known_however_it_is_laid_out() -> None:
    content = b' [\n  {"id": "a", "text": "One."},\n  {"id": "b"}]'
    places = [(one.location, type(one.read())) for one in records("f", content, None, "", SETTINGS)]
    assert places == [("f:2, item 1", Taken), ("f:3, item 2", Refused)]


@pytest.mark.parametrize("kind", [None, "json"])
@pytest.mark.parametrize("begin", ["", "\ufeff", "\n \n"])
def test_one_object_a_line_is_known_without_its_suffix(kind: str | None, begin: str) -> None:
    content = (
        begin + '{"id": "a", "text": "One."}\n{"id": "b", broken\n\n{"id": "c", "text": "Two."}'
    )
    found = [one.read() for one in records("f", content.encode(), kind, "", SETTINGS)]
    first = 1 + begin.count("\n")
    assert [one.location for one in found] == [f"f:{first + line}" for line in (0, 1, 3)]
    assert [type(one) for one in found] == [Taken, Refused, Taken]


def test_one_object_over_several_lines_stays_one() -> None:
    content = b'{\n  "id": "a",\n  "text": "One."\n}\n\n'
    [found] = records("f", content, None, "", SETTINGS)
    assert isinstance(found.read(), Taken)


def test_what_is_no_file_is_passed_over_in_a_folder(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "null.txt").symlink_to("/dev/null")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "wire.txt").write_text("One.", encoding="utf-8")
    with socket.socket(socket.AF_UNIX) as end:
        end.bind(str(tmp_path / "end.txt"))
        assert short(read(tmp_path), tmp_path) == [
            ("gone.txt", "No such file or directory"),
            ("wire.txt", "wire"),
        ]
        refused = "is neither a file nor a folder nor a pipe"
        assert short(read(tmp_path / "end.txt"), tmp_path) == [("end.txt", refused)]
    assert short(read(tmp_path / "null.txt"), tmp_path) == [("null.txt", refused)]
    with pytest.raises(InvalidArticle, match=f"/dev/zero: {refused}"):
        intake.one("/dev/zero", SETTINGS)


def test_a_pipe_that_is_asked_for_is_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    content = b'[{"id": "a", "text": "One."}]'
    with ThreadPoolExecutor() as writer:
        written = writer.submit(pipe.write_bytes, content)
        assert short(read(pipe), tmp_path) == [("pipe:1, item 1", "a")]
        assert written.result() == len(content)


def test_one_article_is_wanted(tmp_path: Path) -> None:
    file = tmp_path / "two.json"
    file.write_text('[{"text": "a"}, {"text": "b"}]', encoding="utf-8")
    with pytest.raises(InvalidArticle, match=r"two\.json: holds more than one article"):
        intake.one(str(file), SETTINGS)
    file.write_text("[]", encoding="utf-8")
    with pytest.raises(InvalidArticle, match=r"two\.json: holds no article"):
        intake.one(str(file), SETTINGS)
    file.write_text('{"text": 7}', encoding="utf-8")
    with pytest.raises(InvalidArticle, match=r"two\.json:1: text: must be a string"):
        intake.one(str(file), SETTINGS)
