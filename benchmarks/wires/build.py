"""Writes the labelled set: ``python -m benchmarks.wires.build OUTDIR``.

``articles.jsonl`` and ``pairs.jsonl`` come out the same, byte for byte, for the same seed.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from .article import Article
from .constructions import Pair, pairs
from .house import LANGUAGES


def build(directory: Path, languages: Iterable[str] = LANGUAGES, seed: int = 1) -> list[Pair]:
    """Write both files into ``directory``, which is made if need be, and return the pairs."""
    made = [pair for language in languages for pair in pairs(language, seed)]
    articles: dict[str, Article] = {}
    for pair in made:
        for article in (pair.a, pair.b):
            if articles.setdefault(article.id, article) != article:
                raise ValueError(f"two different articles have the id {article.id!r}")
    directory.mkdir(parents=True, exist_ok=True)
    _write(directory / "articles.jsonl", map(article_row, articles.values()))
    _write(directory / "pairs.jsonl", map(pair_row, made))
    return made


def article_row(article: Article) -> dict[str, Any]:
    """An article as the service takes it."""
    return {
        "id": article.id,
        "text": article.text,
        "title": article.title,
        "source": article.source,
        "published_at": article.published_at.isoformat().replace("+00:00", "Z"),
        "language": article.language,
    }


def pair_row(pair: Pair) -> dict[str, Any]:
    """A pair with its label and the acceptable relations of a to b, the best one first."""
    return {
        "a": pair.a.id,
        "b": pair.b.id,
        "label": pair.truth.label,
        "expected": list(pair.truth.expected),
        "construction": pair.construction,
        "language": pair.a.language,
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Build from the command line and print how many pairs of each construction there are."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.wires.build", description=__doc__)
    parser.add_argument("directory", type=Path, metavar="OUTDIR")
    parser.add_argument("--language", action="append", choices=LANGUAGES, help="only this one")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    languages = options.language or LANGUAGES
    made = build(options.directory, languages, options.seed)
    counts = Counter((pair.construction, pair.a.language) for pair in made)
    print(f"{'construction':24}" + "".join(f"{language:>6}" for language in languages))
    for construction in dict.fromkeys(pair.construction for pair in made):
        row = "".join(f"{counts[construction, language]:6}" for language in languages)
        print(f"{construction:24}{row}")
    print(f"{len(made)} pairs written to {options.directory}")


def _write(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
