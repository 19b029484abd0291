"""The fingerprint of an article: equal content, equal fingerprint."""

from __future__ import annotations

import hashlib
import json

from dedup.model import Article


def fingerprint(article: Article) -> str:
    """A 128-bit BLAKE2b digest (hex) of everything in the article but its id."""
    content = [
        article.text,
        article.title,
        article.source,
        article.url,
        article.published_at.isoformat() if article.published_at else None,
        article.language,
        dict(article.metadata),
    ]
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.blake2b(canonical.encode("ascii"), digest_size=16).hexdigest()
