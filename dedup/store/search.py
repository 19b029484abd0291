"""The words by which articles are found in a search for text, the same in every store.

An article is found by ``q`` when every word of ``q`` begins a word of its title or text. Case
and accents do not count. In scripts written without spaces every two neighbouring characters are
a word.
"""

from __future__ import annotations

import re
import unicodedata

_RUN = re.compile(r"[^\W_]+")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff]+"
)


def search_words(text: str) -> list[str]:
    """The distinct words of a text, sorted."""
    found: set[str] = set()
    for run in _RUN.findall(_plain(text)):
        if run.isascii():
            found.add(run)
            continue
        found.update(_UNSPACED.sub(" ", run).split())
        for part in _UNSPACED.findall(run):
            found.update(part[i : i + 2] for i in range(max(len(part) - 1, 1)))
    return sorted(found)


def _plain(text: str) -> str:
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))
