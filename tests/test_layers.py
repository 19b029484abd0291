"""Imports go down only: service, engine, {compare, cluster, store}, what reads texts, values."""

from __future__ import annotations

import ast
import graphlib
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
VALUES = {"model", "judgement", "findings", "errors", "settings", "shares"}
JUDGEMENT = {"compare", "matches", "outcomes", "cluster", "overview", "store"}
HTTP = {"flask", "flask_openapi3", "werkzeug", "gunicorn", "pydantic", "click", "rich", "jinja2"}


def modules() -> dict[str, Path]:
    """Every module of the project by its dotted name; a package by the name of its folder."""
    found = {}
    for package in ("dedup", "service"):
        for file in sorted((ROOT / package).rglob("*.py")):
            parts = file.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


MODULES = modules()


def imports(module: str) -> Iterator[str]:
    """The modules named in its import statements, wherever they stand."""
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively; name the room in full"
            assert node.module is not None
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in MODULES else node.module


def inside(module: str) -> set[str]:
    """The modules of the project it imports."""
    return {name for name in imports(module) if name in MODULES}


def layer(module: str) -> int:
    """How high a module stands; a room of ``dedup`` not named elsewhere reads texts."""
    package, _, rest = module.partition(".")
    room = rest.partition(".")[0]
    if package == "service":
        return 5
    if not room:
        return 4
    if room == "evaluation":
        return 4
    if room in {"engine", "reader", "rebuild", "dossier", "judging", "candidates"}:
        return 3
    if room in JUDGEMENT:
        return 2
    return 0 if room in VALUES else 1


def test_there_is_something_to_look_at() -> None:
    assert {"dedup.model", "dedup.engine", "dedup.store", "service.cli"} <= set(MODULES)
    assert "dedup.model" in inside("dedup.engine")


@pytest.mark.parametrize("module", MODULES)
def test_imports_go_down(module: str) -> None:
    upward = {name for name in inside(module) if layer(name) > layer(module)}
    assert not upward


def test_imports_go_in_no_circle() -> None:
    graph = {module: inside(module) - {module} for module in MODULES}
    try:
        list(graphlib.TopologicalSorter(graph).static_order())
    except graphlib.CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


@pytest.mark.parametrize("module", [m for m in MODULES if layer(m) < 5])
def test_the_library_knows_no_http(module: str) -> None:
    outside = {name.partition(".")[0] for name in imports(module)}
    assert not outside & HTTP


@pytest.mark.parametrize("module", [m for m in MODULES if layer(m) == 0])
def test_values_need_little(module: str) -> None:
    outside = {name.partition(".")[0] for name in imports(module)} - {"dedup", "numpy"}
    assert outside <= set(sys.stdlib_module_names)


ANSWERING = [m for m in MODULES if layer(m) == 5 and not m.startswith("service.commands.")]


@pytest.mark.parametrize("module", ANSWERING)
def test_the_service_reads_no_text_itself(module: str) -> None:
    rooms = {name for name in inside(module) if layer(name) in (1, 2)}
    stores = {f"dedup.store.{room}" for room in ("base", "values", "claims", "sqlite_file")}
    assert rooms <= stores | {"dedup.cache", "dedup.canonical", "dedup.html"}


def test_every_package_is_installed() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = set(listed["tool"]["setuptools"]["packages"])
    folders = {name for name, file in MODULES.items() if file.name == "__init__.py"}
    assert folders | {"service.seeds"} == packages
