"""What depends on the language when facts are read: number words, hedges, negations and so on.

One small table per language, ``<code>.toml``, beside this module; a language is added by adding
a file (``en.toml`` is the fullest example). A language without a table still has digits, names
by capitals, and months and weekdays from the Unicode CLDR (Babel). Data only, no behaviour.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from dedup.tokens import tokenise

Phrases = Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
"""Phrases by their first word, longest first: (words, class)."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of one language that carry facts; all normalised as tokens are.

    ``numbers`` below 100 add up, ``scales`` multiply; ``weak`` number words double as articles or
    pronouns. ``vague`` are quantities such as "hundreds" with their lower bound. ``dates`` maps
    phrases to a unit and an offset ("day -1"). ``claims`` holds hedges, absolutes, bounds and verbs
    of reporting with their class, ``spent`` phrases that look like one and are none.
    """

    language: str
    numbers: Mapping[str, int]
    scales: Mapping[str, int]
    ordinals: Mapping[str, int]
    joins: frozenset[str]
    weak: frozenset[str]
    vague: Mapping[str, int]
    compounds: bool
    units: Phrases
    dates: Phrases
    months: Phrases
    weekdays: Phrases
    ambiguous: frozenset[str]
    titles: frozenset[str]
    aliases: Mapping[str, int]
    negations: Phrases
    negation_suffixes: tuple[str, ...]
    claims: Phrases
    caveat_words: frozenset[str]
    starts: frozenset[str]


_CLAIMS = (
    "absolute", "softer", "hedge", "doubting", "occasional", "confirming", "denying", "reporting",
    "approximate", "at_least", "at_most",
)  # fmt: skip


@cache
def lexicon(language: str) -> Lexicon:
    """The lexicon of a primary language subtag; nearly empty for a language without a table."""
    resource = files(__name__).joinpath(f"{language}.toml")
    known = language.isalpha() and resource.is_file()
    table: dict[str, Any] = tomllib.loads(resource.read_text("utf-8")) if known else {}
    numbers = table.get("numbers", {})
    dates = table.get("dates", {})
    negation = table.get("negation", {})
    claims = table.get("claims", {})
    caveats = table.get("caveats", {})
    names = table.get("names", {})
    months, weekdays = _calendar(language)
    values = _ranked(numbers.get("words", ()), 0, 1) | _ranked(numbers.get("tens", ()), 20, 10)
    values |= numbers.get("more", {})
    periods = [
        (phrase, f"{key.removesuffix('s')} {offset}")
        for key in ("days", "weeks", "months", "years")
        for phrase, offset in dates.get("relative", {}).get(key, {}).items()
    ]
    periods += [(phrase, "vague") for phrase in dates.get("vague", ())]
    fields: dict[str, Any] = {
        "numbers": values,
        "scales": numbers.get("scales", {}),
        "ordinals": _ranked(numbers.get("ordinals", ()), 1, 1),
        "vague": numbers.get("vague", {}),
        "months": _phrases([*months, *dates.get("months", {}).items()]),
        "weekdays": _phrases([*weekdays, *dates.get("weekdays", {}).items()]),
        "aliases": {a: n for n, group in enumerate(names.get("aliases", ())) for a in group},
        "units": _phrases((p, u) for u, ps in numbers.get("units", {}).items() for p in ps),
        "dates": _phrases(periods),
        "negations": _phrases(
            [(p, "not") for p in (*negation.get("words", ()), *negation.get("also", ()))]
            + [(p, "spent") for p in negation.get("spent", ())]
        ),
        "claims": _phrases(
            [(p, c) for c in _CLAIMS for p in claims.get(c, ())]
            + [(p, "spent") for p in claims.get("spent", ())]
            + [(p, "caveat") for key in ("words", "phrases") for p in caveats.get(key, ())]
        ),
    }
    starts = {
        word for key, value in fields.items() if key not in {"units", "aliases"} for word in value
    }
    return Lexicon(
        language=language,
        joins=frozenset(numbers.get("joins", ())),
        weak=frozenset(numbers.get("weak", ())),
        compounds=bool(numbers.get("compounds", False)),
        ambiguous=frozenset(dates.get("ambiguous", ())),
        titles=frozenset(names.get("titles", ())),
        negation_suffixes=tuple(negation.get("suffixes", ())),
        caveat_words=frozenset(caveats.get("after_negation", ())),
        starts=frozenset(starts),
        **{k: MappingProxyType(v) for k, v in fields.items()},
    )


def _ranked(forms: Iterable[str], first: int, step: int) -> dict[str, int]:
    """Forms in order of value, several of one value with spaces between."""
    return {form: first + step * rank for rank, group in enumerate(forms) for form in group.split()}


def _phrases(
    pairs: Iterable[tuple[str, object]],
) -> dict[str, tuple[tuple[tuple[str, ...], str], ...]]:
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for phrase, value in pairs:
        words = tokenise(phrase)[0] or (phrase,)
        found.setdefault(words[0], []).append((words, str(value)))
    return {
        first: tuple(sorted(dict.fromkeys(group), key=lambda entry: -len(entry[0])))
        for first, group in found.items()
    }


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
    return [(name, n) for name, n in months if not name[:1].isdigit()], weekdays
