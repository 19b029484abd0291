"""Outlines: what analysing made out in a text, in few bytes, to be kept with the article.

Most of the work of ``analyse`` is to find sentences, furniture, speech and the language, and all
that comes of it is a few small numbers for each sentence. An *outline* holds these; the tokens
are found anew, which is a tenth of the work. It tells what the text alone tells: sentences that
were learned to be furniture later (``dedup.learned``) are not left out in it.

One byte of version, then a zlib stream, whose checksum tells a damaged outline from a sound one.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterable, Sequence
from itertools import accumulate, chain, pairwise
from operator import add, sub

import numpy as np
from numpy.typing import NDArray

from dedup.analyse import analyse
from dedup.model import AnalysedArticle, Article, Sentence
from dedup.tokens import tokenise

VERSION = 1
"""To be raised whenever ``analyse`` gives another result for some text."""

_QUOTED, _SPEECH, _STORY = np.uint8(1), np.uint8(2), np.uint8(4)
_WIDE = 255
"""Stands for a number that does not fit one byte; it comes after all the others, in four."""
_HEAD = 4
_COLUMNS = 6


def outline(analysed: AnalysedArticle) -> bytes:
    """The outline of an article as ``analyse`` gave it: 60 to 100 bytes as a rule."""
    found = analysed.sentences
    reasons = list(dict.fromkeys(s.furniture for s in found if s.furniture is not None))
    columns = _columns(found, reasons)
    values, lengths = _runs(analysed)
    head = (len(analysed.words), analysed.per_word, len(found), len(values))
    packed = _packed([*head, *chain(*columns), *values, *lengths])
    packer = zlib.compressobj(6, zlib.DEFLATED, 9, 1)  # a small window is soon made ready
    names = json.dumps([analysed.language, *reasons]).encode()
    return bytes([VERSION]) + packer.compress(packed + names) + packer.flush()


def recall(article: Article, kept: bytes) -> AnalysedArticle:
    """What ``analyse`` gives for the article, by the outline that was kept of it.

    An outline of another version, a damaged one or none costs the whole analysis.
    """
    return _filled_in(article, kept) or analyse(article)


def _filled_in(article: Article, kept: bytes) -> AnalysedArticle | None:
    if not kept or kept[0] != VERSION:
        return None
    try:
        numbers, names = _unpacked(zlib.decompress(kept[1:]))
        language, *reasons = json.loads(names)
        tokens, per_word, sentences, runs = numbers[:_HEAD]
    except (zlib.error, ValueError):
        return None
    words, begins, ends, hashes = tokenise(article.text)
    values = _HEAD + _COLUMNS * sentences
    if len(words) != tokens or len(numbers) != values + 2 * runs:
        return None
    columns = [numbers[at : at + sentences] for at in range(_HEAD, values, sentences or 1)]
    flags = _flags(numbers[values : values + runs], numbers[values + runs :])
    return AnalysedArticle(
        article=article,
        language=language,
        per_word=per_word,
        words=words,
        begins=begins,
        ends=ends,
        hashes=hashes,
        quoted=(flags & _QUOTED) != 0,
        speech=(flags & _SPEECH) != 0,
        story=(flags & _STORY) != 0,
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


def _runs(analysed: AnalysedArticle) -> tuple[list[int], list[int]]:
    """The flags of the tokens: what so many in a row have, and how many these are."""
    quoted, speech, story = (
        has.view(np.uint8) for has in (analysed.quoted, analysed.speech, analysed.story)
    )
    flags = quoted * _QUOTED | speech * _SPEECH | story * _STORY
    if not len(flags):
        return [], []
    bounds = [0, *((flags[1:] != flags[:-1]).nonzero()[0] + 1).tolist(), len(flags)]
    return flags[bounds[:-1]].tolist(), [end - begin for begin, end in pairwise(bounds)]


def _flags(values: Sequence[int], lengths: Sequence[int]) -> NDArray[np.uint8]:
    """The inverse of ``_runs``."""
    runs = (bytes((value,)) * length for value, length in zip(values, lengths, strict=True))
    return np.frombuffer(b"".join(runs), dtype=np.uint8)


def _packed(numbers: Sequence[int]) -> bytes:
    """How many they are, a byte for each, and four more for each that does not fit."""
    narrow = bytes([n if 0 <= n < _WIDE else _WIDE for n in numbers])
    wide = [n for n in numbers if not 0 <= n < _WIDE] if _WIDE in narrow else []
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
