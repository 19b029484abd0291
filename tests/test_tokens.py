"""Tokens against the rules read one character at a time, and the memo of their normal forms."""

from __future__ import annotations

import unicodedata

import pytest
import xxhash
from hypothesis import example, given
from hypothesis import strategies as st

from dedup.memo import Memo
from dedup.tokens import bounds, tokenise

INVISIBLE = "\u0640\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
UNSPACED = "中国คかナ𠀀"
TELLING = f"aZé9٣²Ⅷ\u0301'’ʼ.,٫٬\u00a0\u2009\u202f \n-_😀{INVISIBLE}{UNSPACED}"
texts = st.text(st.sampled_from(TELLING), max_size=20) | st.text(max_size=40)


def is_digit(c: str) -> bool:
    return unicodedata.category(c) == "Nd"


def is_letter(c: str) -> bool:
    special = c == "ʼ" or c in INVISIBLE
    return not special and unicodedata.category(c) in {"Lu", "Ll", "Lt", "Lm", "Lo", "Nl", "No"}


def is_unspaced(c: str) -> bool:
    names = (
        "CJK UNIFIED",
        "CJK COMPATIBILITY",
        "HALFWIDTH KATAKANA",
        "HIRAGANA",
        "KATAKANA",
        "THAI",
        "LAO",
        "MYANMAR",
        "KHMER",
    )
    return is_letter(c) and unicodedata.name(c, "").startswith(names)


def in_word(text: str, i: int) -> bool:
    """A letter, a digit, what belongs to them, or what joins those on its two sides."""
    c = text[i]
    if is_letter(c) or is_digit(c) or c in INVISIBLE or unicodedata.category(c)[0] == "M":
        return True
    if not 0 < i < len(text) - 1:
        return False
    digits = is_digit(text[i - 1]) and is_digit(text[i + 1])
    letters = is_letter(text[i - 1]) and is_letter(text[i + 1])
    if c in "\u00a0\u2009\u202f":
        following = list(map(is_digit, text[i + 1 : i + 5]))
        return digits and following in ([True] * 3, [True] * 3 + [False])
    return (c in "'’ʼ" and (digits or letters)) or (c in ".,٫٬" and digits)


def by_hand(text: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    last = ""  # letter
    for i, c in enumerate(text):
        if not in_word(text, i):
            continue
        letter = is_letter(c) or is_digit(c)
        cut = letter and (is_unspaced(c) or (last != "" and is_unspaced(last)))
        if found and found[-1][1] == i and not cut:
            found[-1] = (found[-1][0], i + 1)
        else:
            found.append((i, i + 1))
        last = c if letter else last
    return [(b, e) for b, e in found if any(is_letter(c) or is_digit(c) for c in text[b:e])]


@given(texts)
@example("It’s 11,000, 1.5 or 11\u00a0000; not 11\u00a00000")
@example("中\u0301a b国9")
def test_tokens_are_those_found_one_character_at_a_time(text: str) -> None:
    begins, ends = bounds(text)
    assert list(zip(begins.tolist(), ends.tolist(), strict=True)) == by_hand(text)


@given(st.text(st.sampled_from("Aé9٣'’ ,.s"), max_size=30))
def test_a_hash_is_that_of_the_normal_form(text: str) -> None:
    words, _, _, hashes = tokenise(text)
    assert hashes.tolist() == [xxhash.xxh64_intdigest(word.encode()) for word in words]
    hashes += 1  # another's hashes are not changed with them
    again = tokenise(text)
    assert again[0] == words
    assert (again[3] + 1 == hashes).all()


@pytest.mark.parametrize("limit", [1, 3, 100])
def test_a_memo_answers_the_same_and_never_outgrows_its_limit(limit: int) -> None:
    asked: list[int] = []
    memo = Memo(lambda n: asked.append(n) or n * n, limit)
    for n in (1, 2, 1, 3, 4, 1):
        assert memo[n] == n * n
        assert len(memo) <= limit
    assert limit < 100 or asked == [1, 2, 3, 4]
    assert list(map(memo.__getitem__, range(10))) == [n * n for n in range(10)]
