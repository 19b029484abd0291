"""What depends on the language when facts are read: number words, hedges, negations and so on.

One small table per language, ``<code>.toml``, beside this module; a language is added by adding
a file (``en.toml`` is the fullest example). A language without a table still has digits, names
by capitals, and months and weekdays from the Unicode CLDR (Babel). Data only, no behaviour.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, NamedTuple

from dedup.tokens import words_of


@dataclass(frozen=True, slots=True)
class Entry:
    """A phrase that may state a fact: its words, what it is, and its value or class.

    ``category`` is number, vague, month, weekday, date, claim, negation, caveat or spent (a
    phrase that looks like another entry and is none, so that its words are passed over).
    """

    words: tuple[str, ...]
    category: str
    value: str


class Opening(NamedTuple):
    """The phrases that one word begins, in the order in which to try them.

    ``before``: those that can stand before a certain second word, which most such words decide;
    ``alone``: those that can stand before any other, or before none.
    """

    before: Mapping[str, tuple[Entry, ...]]
    alone: tuple[Entry, ...]

    def of(self, following: str | None) -> tuple[Entry, ...]:
        """The phrases that may stand where a certain word follows."""
        return self.before.get(following, self.alone) if following is not None else self.alone


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of one language that carry facts; all normalised as tokens are.

    ``entries`` are all phrases by their first word, ``figures`` the first words of those that may
    state a number or a date.
    ``numbers`` below 100 add up, ``scales`` multiply, ``joins`` stand between ("and");
    ``weak`` number words double as articles or pronouns; ``vague`` are quantities such as
    "hundreds" with their lower bound; ``compound`` matches number words written together.
    ``titles`` are no part of a name ("Mr", "Inc"), ``ambiguous`` months are common words too,
    ``aliases`` numbers the names of one thing alike. A negation may be a suffix ("n't") and take
    a prefix with it ("n'est pas"); after one, a word of ``caveat_words`` makes a caveat. Where a
    negation of ``nobody`` stands ("no", "nobody"), a word of ``somebody`` says the contrary.
    """

    language: str
    entries: Mapping[str, Opening]
    figures: frozenset[str]
    numbers: Mapping[str, int]
    scales: Mapping[str, int]
    ordinals: Mapping[str, int]
    joins: frozenset[str]
    weak: frozenset[str]
    vague: Mapping[str, int]
    compound: re.Pattern[str] | None
    pieces: tuple[str, ...]
    units: Mapping[str, tuple[Entry, ...]]
    months: Mapping[str, tuple[Entry, ...]]
    ambiguous: frozenset[str]
    calendar_words: frozenset[str]
    titles: frozenset[str]
    aliases: Mapping[str, int]
    negation_suffixes: tuple[str, ...]
    negation_prefixes: tuple[str, ...]
    nobody: frozenset[tuple[str, ...]]
    somebody: frozenset[str]
    caveat_words: frozenset[str]


HAN = frozenset("零〇一二三四五六七八九两兩十百千万萬亿億")
"""Numerals that Chinese and Japanese write numbers and dates with."""
_FIRMS = frozenset("inc corp co ltd llc plc gmbh ag sa spa nv bv oao ooo".split())
"""What the name of a firm may end with or leave out, in any language."""
BOUNDS = ("approximate", "at_least", "at_most")
"""Classes of claims that bound the number after them."""
_FIGURES = ("number", "vague", "month", "weekday", "date")
_CLAIMS = (
    *BOUNDS, "absolute", "softer", "hedge", "hearsay", "doubting", "occasional", "confirming",
    "denying", "reporting", "telling",
)  # fmt: skip


@lru_cache(maxsize=64)
def lexicon(language: str) -> Lexicon:
    """The lexicon of a primary language subtag; nearly empty for a language without a table."""
    resource = files(__name__).joinpath(f"{language}.toml")
    known = language.isalpha() and resource.is_file()
    table: dict[str, Any] = tomllib.loads(resource.read_text("utf-8")) if known else {}
    number, dates, names, negation, claims, caveats = (
        table.get(key, {}) for key in ("numbers", "dates", "names", "negation", "claims", "caveats")
    )
    months, weekdays = _calendar(language)
    months += dates.get("months", {}).items()
    weekdays += dates.get("weekdays", {}).items()
    numbers = (
        _ranked(number.get("words", ()), 0, 1)
        | _ranked(number.get("tens", ()), 20, 10)
        | number.get("more", {})
    )
    ordinals = _ranked(number.get("ordinals", ()), 1, 1)
    scales, vague = number.get("scales", {}), number.get("vague", {})
    entries = [
        *_entries("month", months),
        *_entries("weekday", weekdays),
        *_entries("date", _relative(dates)),
        *_entries("claim", ((p, c) for c in _CLAIMS for p in claims.get(c, ()))),
        *_entries("caveat", ((p, "caveat") for p in caveats.get("phrases", ()))),
        *_entries("negation", ((p, "not") for p in negation.get("words", ()))),
        *_entries(
            "spent", ((p, "") for t in (negation, claims, number) for p in t.get("spent", ()))
        ),
        *_entries("vague", vague.items()),
        *_entries("number", ((p, "") for p in (*numbers, *scales, *ordinals) if p.isalpha())),
    ]
    entries += _entries("number", ((numeral, "") for numeral in sorted(HAN)))
    pieces = sorted({*numbers, *scales, *number.get("joins", ())}, key=len, reverse=True)
    return Lexicon(
        language=language,
        entries=_openings(entries),
        figures=frozenset(e.words[0] for e in entries if e.category in _FIGURES),
        numbers=MappingProxyType(numbers),
        scales=MappingProxyType(scales),
        ordinals=MappingProxyType(ordinals),
        joins=frozenset(number.get("joins", ())),
        weak=frozenset(number.get("weak", ())),
        vague=MappingProxyType(vague),
        compound=re.compile(f"(?:{'|'.join(pieces)}){{2,}}") if number.get("compounds") else None,
        pieces=tuple(pieces),
        units=_by_first_word(
            _entries("unit", ((p, u) for u, ps in number.get("units", {}).items() for p in ps))
        ),
        months=_by_first_word(_entries("month", months)),
        ambiguous=frozenset(dates.get("ambiguous", ())),
        calendar_words=frozenset(e.words[0] for e in _entries("", [*months, *weekdays])),
        titles=_FIRMS.union(names.get("titles", ())),
        aliases=MappingProxyType(
            {name: n for n, group in enumerate(names.get("aliases", ())) for name in group}
        ),
        negation_suffixes=tuple(negation.get("suffixes", ())),
        negation_prefixes=tuple(negation.get("prefixes", ())),
        nobody=frozenset(
            e.words for e in _entries("", ((p, "") for p in negation.get("nobody", ())))
        ),
        somebody=frozenset(negation.get("somebody", ())),
        caveat_words=frozenset(caveats.get("after_negation", ())),
    )


def _relative(dates: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """ "yesterday" as "day -1", "last week" as "week -1", "previously" as "vague"."""
    for unit in ("day", "week", "month", "year"):
        for phrase, offset in dates.get("relative", {}).get(f"{unit}s", {}).items():
            yield phrase, f"{unit} {offset}"
    for phrase in dates.get("vague", ()):
        yield phrase, "vague"


def _ranked(forms: Iterable[str], first: int, step: int) -> dict[str, int]:
    """Forms in order of value, several of one value with spaces between."""
    return {form: first + step * rank for rank, group in enumerate(forms) for form in group.split()}


def _entries(category: str, phrases: Iterable[tuple[str, object]]) -> list[Entry]:
    told = [(phrase, str(value)) for phrase, value in phrases]
    return [
        Entry(words or (phrase,), category, value)
        for words, (phrase, value) in zip(words_of(p for p, _ in told), told, strict=True)
    ]


def _by_first_word(entries: Iterable[Entry]) -> Mapping[str, tuple[Entry, ...]]:
    """Entries by their first word, longer ones first, then in the order given."""
    found: dict[str, list[Entry]] = {}
    for entry in dict.fromkeys(entries):
        found.setdefault(entry.words[0], []).append(entry)
    return MappingProxyType(
        {word: tuple(sorted(group, key=lambda e: -len(e.words))) for word, group in found.items()}
    )


def _openings(entries: Iterable[Entry]) -> Mapping[str, Opening]:
    found: dict[str, Opening] = {}
    for word, group in _by_first_word(entries).items():
        seconds = {entry.words[1] for entry in group if len(entry.words) > 1}
        found[word] = Opening(
            {
                second: tuple(e for e in group if len(e.words) == 1 or e.words[1] == second)
                for second in seconds
            },
            tuple(entry for entry in group if len(entry.words) == 1),
        )
    return MappingProxyType(found)


def _calendar(language: str) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """Names of the months (1..12) and weekdays (0 Monday..6 Sunday) after the CLDR."""
    from babel import Locale, UnknownLocaleError
    from babel.dates import get_day_names, get_month_names

    try:
        locale = Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return [], []
    months: list[tuple[str, int]] = []
    weekdays: list[tuple[str, int]] = []
    for context in ("format", "stand-alone"):
        days = get_day_names("wide", context, locale)
        weekdays += [(days[number], number) for number in range(7)]
        for width in ("wide", "abbreviated"):
            names = get_month_names(width, context, locale)
            months += [(names[number], number) for number in range(1, 13)]
    return [(name, n) for name, n in months if not (name[0].isdigit() or name[0] in HAN)], weekdays
