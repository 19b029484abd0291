"""The five seed articles: part of the installed package, and beside it in a checkout."""

from __future__ import annotations

import json
from pathlib import Path

from dedup.errors import WiretwinError
from dedup.model import Article
from service.schemas import ArticleIn

_PACKAGE = Path(__file__).parent


def articles() -> list[Article]:
    """The seeds as articles. Raises ``WiretwinError`` where they are missing."""
    folder = _folder()
    if folder is None:
        looked = " or ".join(map(str, _places()))
        raise WiretwinError(f"the seed articles are missing: there is no {looked}")
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    taken = []
    for fields in expected["articles"]:
        text = (folder / fields.pop("file")).read_bytes().decode()
        taken.append(ArticleIn.model_validate(fields | {"text": text}).to_article())
    return taken


def shipped() -> bool:
    """Whether the seeds are there."""
    return _folder() is not None


def _places() -> tuple[Path, Path]:
    return (_PACKAGE / "seeds", _PACKAGE.parent / "seeds")


def _folder() -> Path | None:
    return next((place for place in _places() if (place / "expected.json").is_file()), None)
