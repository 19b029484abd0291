"""Keys: read from a setting or a file of hashes, found by their secret, never kept in the clear."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from dedup.errors import InvalidSetting
from service.cli import main
from service.keys import Key, KeyRing, Scope, add, digest, new_key, parse, read, remove


def test_keys_of_a_setting() -> None:
    bare, reading, writing = parse(" abc , read:def,write: g:h,")
    assert (bare.scope, reading.scope, writing.scope) == (Scope.ADMIN, Scope.READ, Scope.WRITE)
    assert [one.digest for one in (bare, reading, writing)] == [
        digest("abc"),
        digest("def"),
        digest("g:h"),
    ]
    assert parse("") == parse(" , ") == []


@pytest.mark.parametrize("setting", ["root:abc", "read:", ":abc", "abc,write: "])
def test_a_setting_that_is_wrong_is_refused_without_showing_it(setting: str) -> None:
    with pytest.raises(InvalidSetting, match=r"^WIRETWIN_API_KEYS: write KEY, read:KEY") as caught:
        parse(setting)
    assert "abc" not in str(caught.value)


def test_each_scope_includes_those_before() -> None:
    allowed = [[scope.allows(needed) for needed in Scope] for scope in Scope]
    assert allowed == [[True, False, False], [True, True, False], [True, True, True]]


@given(st.lists(st.tuples(st.from_regex(r"[\w.@-]{1,64}", fullmatch=True), st.sampled_from(Scope))))
def test_a_file_gives_back_what_was_added(
    tmp_path_factory: pytest.TempPathFactory, wanted: list[tuple[str, Scope]]
) -> None:
    path = tmp_path_factory.mktemp("keys") / "keys"
    kept: list[Key] = []
    for name, scope in wanted:
        if any(c > "\x7f" for c in name):
            continue
        _, key = new_key(name, scope)
        if any(one.name == name for one in kept):
            with pytest.raises(InvalidSetting, match="already"):
                add(path, key)
        else:
            add(path, key)
            kept.append(key)
    if kept:
        assert read(path) == kept
        remove(path, kept[0].name)
        assert read(path) == kept[1:]
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("line", ["crawler", "crawler write", "crawler root sha256:" + "0" * 64])
def test_a_file_that_is_wrong_is_refused_by_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "keys"
    path.write_text(f"# our crawlers\n\n{line}\n")
    with pytest.raises(InvalidSetting, match=r"^WIRETWIN_API_KEYS_FILE: .*keys:3: write NAME"):
        KeyRing("", str(path))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidSetting, match=r"^WIRETWIN_API_KEYS_FILE: .*cannot be read"):
        KeyRing("", str(tmp_path / "none"))


def test_a_ring_follows_its_file(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    first, key = new_key("first", Scope.READ)
    add(path, key)
    ring = KeyRing("fixed", str(path))
    assert ring.wanted
    second, key = new_key("second", Scope.WRITE)
    assert ring.find(second) is None
    add(path, key)
    assert ring.find(second) == key
    remove(path, "first")
    assert ring.find(first) is None
    path.write_text("half a li")
    assert ring.find(second) == key
    found = ring.find("fixed")
    assert found is not None
    assert found.scope is Scope.ADMIN
    assert ring.find("") is None


def test_no_keys_no_ring() -> None:
    assert not KeyRing("", "").wanted


def test_keys_are_made_listed_and_removed_by_command(tmp_path: Path) -> None:
    file = str(tmp_path / "keys")
    run = CliRunner().invoke
    made = run(main, ["keys", "add", "crawler", "--file", file])
    secret = made.output.strip()
    assert made.exit_code == 0
    assert secret.startswith("wt_")
    assert secret not in Path(file).read_text()
    found = KeyRing("", file).find(secret)
    assert found is not None
    assert (found.name, found.scope) == ("crawler", Scope.WRITE)
    env = {"WIRETWIN_API_KEYS_FILE": file}
    assert run(main, ["keys", "add", "desk", "--scope", "read"], env=env).exit_code == 0
    assert run(main, ["keys", "list"], env=env).output == "crawler\twrite\ndesk\tread\n"
    assert run(main, ["keys", "remove", "crawler"], env=env).exit_code == 0
    assert run(main, ["keys", "list"], env=env).output == "desk\tread\n"


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        (["add", "two words", "--file", "keys"], "letters, digits"),
        (["add", "crawler"], "name the file, or give --file"),
        (["remove", "nobody", "--file", "keys"], "cannot be read"),
        (["list", "--file", "nowhere/keys"], "cannot be read"),
        (["add", "crawler", "--file", "nowhere/keys"], "cannot be written"),
    ],
)
def test_commands_say_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: list[str], reason: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WIRETWIN_API_KEYS_FILE", raising=False)
    answer = CliRunner().invoke(main, ["keys", *args])
    assert answer.exit_code == 2
    assert reason in answer.output
