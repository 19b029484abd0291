"""Names: capitalised words in mid-sentence, and whether two spellings are one name.

Capitals tell nothing at the beginning of a sentence, in a headline set in capitals, for German
nouns, or in scripts without case: there a name is doubtful (``weak``) or not seen at all.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from rapidfuzz.distance import Indel

from dedup.facts.beginnings import CAPITAL
from dedup.lexicon import Lexicon
from dedup.word_runs import is_function_word
from dedup.words import Words

_SPELLING = 0.85
_SIMILAR = 0.7
"""Indel similarity from which two different words are spellings of one name."""
_ENDINGS = frozenset(
    "s n an ans ian ians ese ish i is er ers ch che chen cher isch ische a e o os as es en em "
    "ien ienne iens ano ana anos anas nais naise".split()
)
"""Endings that make an adjective, a plural or a people's name of a name in Latin script."""
_OPENERS = "\"“”„«»‘’'([—–-*•"
_ENDERS = ".!?…:\n\r\u2028\u2029"
_NOUNS_IN_CAPITALS = frozenset({"de", "lb"})


Name = tuple[str, int, bool]
"""A name: its words in normal form, where it ends, whether it is doubtful."""


def read_name(side: Words, at: int, marks: bytes, lexicon: Lexicon) -> Name | None:
    """The run of capitalised words from word ``at`` on, titles left out, or None.

    ``marks`` says of each word what can begin with it; ``at`` is one with a capital.
    """
    words = side.words
    first, last = words[at], at + 1
    if first in lexicon.calendar_words:
        return None
    while (
        last < len(words)
        and marks[last] & CAPITAL
        and words[last] not in lexicon.calendar_words
        and _runs_on(side, last, lexicon)
    ):
        last += 1
    if last == at + 1:
        return _lone(side, at, last, lexicon)
    kept = [word for word in words[at:last] if word not in lexicon.titles]
    if kept == [first]:
        return _lone(side, at, last, lexicon)
    if kept and kept[0] == first and is_function_word(first) and _opens(side, at, lexicon):
        del kept[0]
    if not kept or kept == ["i"]:
        return None
    weak = len(kept) == 1 and lexicon.language in _NOUNS_IN_CAPITALS
    return _known(" ".join(kept), lexicon), last, weak


def _lone(side: Words, at: int, last: int, lexicon: Lexicon) -> Name | None:
    """The name that word ``at`` alone is: a doubtful one where it begins a sentence."""
    word = side.words[at]
    if word == "i" or word in lexicon.titles:
        return None
    opening = _opens(side, at, lexicon)
    if opening and is_function_word(word):
        return None
    return _known(word, lexicon), last, opening or lexicon.language in _NOUNS_IN_CAPITALS


def _known(name: str, lexicon: Lexicon) -> str:
    """One and the same for all names of one thing."""
    alias = lexicon.aliases.get(name)
    return name if alias is None else f"={alias}"


def _runs_on(side: Words, at: int, lexicon: Lexicon) -> bool:
    """Whether the capital of word ``at`` can belong to a name that the word before is part of."""
    text, begin = side.text, side.begins[at]
    between = text[side.ends[at - 1] : begin]
    if between == " " and text[begin - 2].isalnum():
        return True
    return not between.strip(" -‑\u00a0.'’") and not _opens(side, at, lexicon)


def _opens(side: Words, at: int, lexicon: Lexicon) -> bool:
    """Whether word ``at`` begins a sentence, so that its capital tells nothing."""
    i = side.begins[at] - 1
    text = side.text
    if i > 0 and text[i] == " " and text[i - 1].isalnum():
        return False
    quoted = False
    while i >= 0 and (text[i] in _OPENERS or text[i] in " \t\u00a0"):
        quoted = quoted or text[i] in _OPENERS
        i -= 1
    if i < 0 or quoted:
        return True
    if text[i] not in _ENDERS:
        return False
    if text[i] == "." and at:
        before = side.words[at - 1]
        return not (before in lexicon.titles or len(before) == 1)
    return True


@lru_cache(maxsize=1 << 14)
def names_agree(left: str, right: str) -> bool | None:
    """Whether two names can be one: True, False for two spellings, None for different names.

    One name may be part of the other, its initials, an adjective of it, or differ in accents.
    """
    if left[0] == "=" or right[0] == "=":
        return True if left == right else None
    a, b = _plain(left).split(), _plain(right).split()
    if "".join(a) == "".join(b) or set(a) <= set(b) or set(b) <= set(a):
        return True
    if _initials(a) == "".join(b) or _initials(b) == "".join(a):
        return True
    rest_a = [w for w in a if w not in b]
    rest_b = [w for w in b if w not in a]
    answers = [_same_word(x, y) for x in rest_a for y in rest_b]
    if False in answers:
        return False
    return True if True in answers or a[-1] == b[-1] else None


def spelled_alike(a: str, b: str) -> bool:
    """Whether two words, not names, are one word in two spellings ("neighbour", "sceptical")."""
    return (
        a[:1] == b[:1]
        and a.isalpha()
        and b.isalpha()
        and min(len(a), len(b)) >= 5
        and Indel.normalized_similarity(a, b) >= _SPELLING
    )


def _same_word(a: str, b: str) -> bool | None:
    """True for a word and its inflected form, False for two spellings, None for two words."""
    shared = 0
    while shared < min(len(a), len(b)) and a[shared] == b[shared]:
        shared += 1
    ends = a[shared:], b[shared:]
    if shared >= 3:
        latin = a.isascii() and b.isascii()
        if latin and all(not e or e in _ENDINGS for e in ends):
            return True
        if not latin and shared >= 4 and all(len(e) <= 3 for e in ends):
            return True
    longest = max(len(a), len(b))
    if longest >= 4 and Indel.normalized_similarity(a, b) >= _SIMILAR:
        return False
    return None


def _initials(words: list[str]) -> str:
    return "".join(w[0] for w in words) if len(words) > 1 else ""


def _plain(name: str) -> str:
    """A name without accents and without titles' dots."""
    if name.isascii():
        return name
    decomposed = unicodedata.normalize("NFKD", name)
    return "".join(c for c in decomposed if not unicodedata.combining(c))
