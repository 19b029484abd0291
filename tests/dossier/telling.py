"""Articles for tests, compared and read as a dossier reads them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from dedup.analyse import analyse
from dedup.compare import compare
from dedup.disagreements import disagreements
from dedup.findings import Disagreement
from dedup.model import Article
from dedup.passages import Passages
from dedup.settings import Settings
from dedup.units import prepare

FRAME = (
    "The ferry left the harbour of Vesterhavn shortly before dawn in thick fog. {0} "
    "The coast guard sent two helicopters and all lifeboats from the nearest stations. {1} "
    "An inquiry will open on Monday at the maritime court, its president announced. {2} "
    "The company that runs the line has suspended all crossings until further notice."
)


def article(id: str, *sentences: str, at: datetime | None = None) -> Article:
    """A story of which three sentences can be chosen."""
    text = FRAME.format(*(*sentences, "", "", "")[:3])
    return Article(id, text, source=f"Outlet {id}", published_at=at, language="en")


def differences(*articles: Article, beside: frozenset[str] = frozenset()) -> list[Disagreement]:
    """Where the articles disagree, the first being the base."""
    base, *others = (prepare(analyse(one)) for one in articles)
    compared = [(Passages(o), compare(base, o, Settings())) for o in others]
    return list(disagreements(Passages(base), compared, beside))


def told(
    found: list[Disagreement], articles: tuple[Article, ...]
) -> list[tuple[str, dict[str, tuple[str, ...]]]]:
    """Each disagreement as its kind, and the articles that use each wording."""
    texts: Mapping[str, str] = {one.id: one.text for one in articles}
    out = []
    for one in found:
        by_words: dict[str, tuple[str, ...]] = {}
        for variant in one.variants:
            for s in variant.sayings:
                words = texts[s.article_id][s.words.begin : s.words.end] if s.words else ""
                by_words[words] = (*by_words.get(words, ()), s.article_id)
        out.append((str(one.kind), by_words))
    return out
