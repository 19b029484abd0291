"""Outlines: what analysing made out in a text, in few bytes, to be kept with the article.

Most of the work of ``analyse`` is to find sentences, furniture, speech and the language, and all
that comes of it is a few small numbers for each sentence. An *outline* holds these; the tokens
are found anew, which is a tenth of the work. It tells what the text alone tells: sentences that
were learned to be furniture later (``dedup.learned``) are not left out in it.

One byte of version, then a zlib stream, whose checksum tells a damaged outline from a sound one.
"""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, pairwise
from operator import add, sub

import numpy as np
from numpy.typing import NDArray

from dedup.analyse import analyse_all
from dedup.characters import Characters
from dedup.model import AnalysedArticle, Article, Sentence, StoredArticle
from dedup.tokens import tokens

VERSION = 1
"""To be raised whenever ``analyse`` gives another result for some text."""

_WIDE = 255
"""Stands for a number that does not fit one byte; it comes after all the others, in four."""
_AT_ONCE = 128
"""Texts whose tokens are found together: enough to make calls few, and little in memory."""
_HEAD = 6
_RUN = re.compile(b"\0+|\x01+")
_COLUMNS = 6


def outline(analysed: AnalysedArticle) -> bytes:
    """The outline of an article as ``analyse`` gave it: 60 to 100 bytes as a rule."""
    found = analysed.sentences
    reasons = list(dict.fromkeys(s.furniture for s in found if s.furniture is not None))
    columns = _columns(found, reasons)
    runs = list(map(_runs, (analysed.quoted, analysed.speech, analysed.story)))
    head = (len(analysed.words), analysed.per_word, len(found), *map(len, runs))
    packed = _packed([*head, *chain(*columns), *chain(*runs)])
    packer = zlib.compressobj(6, zlib.DEFLATED, 9, 1)  # a small window is soon made ready
    names = json.dumps([analysed.language, *reasons]).encode()
    return bytes([VERSION]) + packer.compress(packed + names) + packer.flush()


def recall(article: Article, kept: bytes) -> AnalysedArticle:
    """What ``analyse`` gives for the article, by the outline that was kept of it.

    An outline of another version, a damaged one or none costs the whole analysis.
    """
    [analysed] = _recalled([article], [kept])
    return analysed


def recall_all(stored: Sequence[StoredArticle]) -> list[AnalysedArticle]:
    """What ``analyse`` gives for stored articles; their tokens are found together."""
    parts = (stored[begin : begin + _AT_ONCE] for begin in range(0, len(stored), _AT_ONCE))
    return [
        analysed
        for part in parts
        for analysed in _recalled([one.article for one in part], [one.outline for one in part])
    ]


@dataclass(frozen=True, slots=True)
class _Draft:
    """What an outline tells; ``tokens`` is how many there must be in the text."""

    tokens: int
    per_word: int
    language: str
    quoted: NDArray[np.bool_]
    speech: NDArray[np.bool_]
    story: NDArray[np.bool_]
    sentences: tuple[Sentence, ...]


def _recalled(articles: Sequence[Article], kept: Sequence[bytes]) -> list[AnalysedArticle]:
    drafts = {i: draft for i, one in enumerate(kept) if (draft := _draft(one)) is not None}
    out = _filled_in({i: articles[i] for i in drafts}, drafts) if drafts else {}
    others = [i for i in range(len(articles)) if i not in out]
    if others:
        found = analyse_all([articles[i] for i in others])
        out |= dict(zip(others, found, strict=True))
    return [out[i] for i in range(len(articles))]


def _filled_in(
    articles: Mapping[int, Article], drafts: Mapping[int, _Draft]
) -> dict[int, AnalysedArticle]:
    """Drafts with the tokens of their texts, as far as they fit together."""
    characters = Characters([article.text for article in articles.values()])
    found = tokens(characters)
    begins, ends = found.places(characters)
    out = {}
    for (i, article), (first, last) in zip(
        articles.items(), pairwise(found.at.tolist()), strict=True
    ):
        draft = drafts[i]
        if last - first == draft.tokens:
            out[i] = AnalysedArticle(
                article=article,
                language=draft.language,
                per_word=draft.per_word,
                words=found.words[first:last],
                begins=begins[first:last].copy(),  # a view would hold all of them
                ends=ends[first:last].copy(),
                hashes=found.hashes[first:last].copy(),
                quoted=draft.quoted,
                speech=draft.speech,
                story=draft.story,
                sentences=draft.sentences,
            )
    return out


def _draft(kept: bytes) -> _Draft | None:
    if not kept or kept[0] != VERSION:
        return None
    try:
        numbers, names = _unpacked(zlib.decompress(kept[1:]))
        language, *reasons = json.loads(names)
        count, per_word, sentences, *runs = numbers[:_HEAD]
    except (zlib.error, ValueError):
        return None
    sizes = [sentences] * (_COLUMNS if sentences else 0) + runs
    if len(numbers) != _HEAD + sum(sizes):
        return None
    bounds = pairwise(accumulate(sizes, initial=_HEAD))
    *columns, quoted, speech, story = (numbers[begin:end] for begin, end in bounds)
    return _Draft(
        tokens=count,
        per_word=per_word,
        language=language,
        quoted=_flags(quoted),
        speech=_flags(speech),
        story=_flags(story),
        sentences=_sentences(columns, (None, *reasons)),
    )


def _columns(found: Sequence[Sentence], reasons: Sequence[str]) -> tuple[Iterable[int], ...]:
    """Sentences in small numbers: how far each begins from the end of the one before, and how
    long it is, in characters and in tokens; how many paragraphs come between; what it is."""
    if not found:
        return ()
    begin, end, first, last, paragraph, why, quotation = zip(*found, strict=True)
    code: dict[str | None, int] = {None: 0}
    code |= {reason: 2 * number for number, reason in enumerate(reasons, 1)}
    return (
        map(sub, begin, (0, *end)),
        map(sub, end, begin),
        map(sub, first, (0, *last)),
        map(sub, last, first),
        map(sub, paragraph, (0, *paragraph)),
        map(add, map(code.__getitem__, why), quotation),
    )


def _sentences(
    columns: Sequence[Sequence[int]], reasons: Sequence[str | None]
) -> tuple[Sentence, ...]:
    """The inverse of ``_columns``."""
    if not columns:
        return ()
    gap, length, apart, size, step, code = columns
    places = list(accumulate(chain(*zip(gap, length, strict=True))))
    tokens = list(accumulate(chain(*zip(apart, size, strict=True))))
    return tuple(
        map(
            Sentence,
            places[::2],
            places[1::2],
            tokens[::2],
            tokens[1::2],
            accumulate(step),
            [reasons[one >> 1] for one in code],
            [bool(one & 1) for one in code],
        )
    )


def _runs(flags: NDArray[np.bool_]) -> list[int]:
    """How many tokens in a row lack a flag, then have it, then lack it, and so on."""
    data = flags.tobytes()
    lengths = list(map(len, _RUN.findall(data)))
    return [0, *lengths] if data[:1] == b"\1" else lengths


def _flags(lengths: Sequence[int]) -> NDArray[np.bool_]:
    """The inverse of ``_runs``."""
    runs = (bytes((number & 1,)) * length for number, length in enumerate(lengths))
    return np.frombuffer(b"".join(runs), dtype=np.bool_)


def _packed(numbers: Sequence[int]) -> bytes:
    """How many they are, a byte for each, and four more for each that does not fit."""
    if min(numbers) >= 0 and max(numbers) < _WIDE:
        narrow, wide = bytes(numbers), []
    else:
        narrow = bytes([n if 0 <= n < _WIDE else _WIDE for n in numbers])
        wide = [n for n in numbers if not 0 <= n < _WIDE]
    return struct.pack(f"<I{len(narrow)}s{len(wide)}i", len(narrow), narrow, *wide)


def _unpacked(data: bytes) -> tuple[list[int], bytes]:
    """The inverse of ``_packed``, and what comes after."""
    end = 4 + int.from_bytes(data[:4], "little")
    numbers = list(data[4:end])
    if _WIDE in numbers:
        at = [i for i, n in enumerate(numbers) if n == _WIDE]
        for i, number in zip(at, struct.unpack_from(f"<{len(at)}i", data, end), strict=True):
            numbers[i] = number
        end += 4 * len(at)
    return numbers, data[end:]
