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

_WIDE = 255
"""Stands for a number that does not fit one byte; it comes after all the others, in four."""
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
    return _filled_in(article, kept) or analyse(article)


def _filled_in(article: Article, kept: bytes) -> AnalysedArticle | None:
    if not kept or kept[0] != VERSION:
        return None
    try:
        numbers, names = _unpacked(zlib.decompress(kept[1:]))
        language, *reasons = json.loads(names)
        tokens, per_word, sentences, *runs = numbers[:_HEAD]
    except (zlib.error, ValueError):
        return None
    words, begins, ends, hashes = tokenise(article.text)
    sizes = [sentences] * (_COLUMNS if sentences else 0) + runs
    if len(words) != tokens or len(numbers) != _HEAD + sum(sizes):
        return None
    bounds = pairwise(accumulate(sizes, initial=_HEAD))
    *columns, quoted, speech, story = (numbers[begin:end] for begin, end in bounds)
    return AnalysedArticle(
        article=article,
        language=language,
        per_word=per_word,
        words=words,
        begins=begins,
        ends=ends,
        hashes=hashes,
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
