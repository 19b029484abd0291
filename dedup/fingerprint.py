"""The fingerprint of an article: equal content, equal fingerprint."""

from __future__ import annotations

import hashlib
import json

from dedup.canonical import canonical
from dedup.model import Article

_PLAIN = json.JSONEncoder(sort_keys=True, ensure_ascii=True, separators=(",", ":"))


def fingerprint(article: Article) -> str:
    """A 128-bit BLAKE2b digest (hex) of everything in the article but its id.

    Of the URL only the canonical form counts: addresses of one page make no difference.
    """
    content = [
        article.text,
        article.title,
        article.source,
        (article.url and canonical(article.url)) or article.url,
        article.published_at.isoformat() if article.published_at else None,
        article.language,
        dict(article.metadata),
    ]
    plain = _PLAIN.encode(content).encode("ascii")
    return hashlib.blake2b(plain, digest_size=16).hexdigest()
