"""Numbers by value, in words and in digits."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stating import changes, facts, unhurried, values

from dedup.facts import agree


def spelled(n: int) -> str:
    """English number words, the slow and obvious way."""
    small = (
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
        " fifteen sixteen seventeen eighteen nineteen"
    ).split()
    tens = "twenty thirty forty fifty sixty seventy eighty ninety".split()
    if n < 20:
        return small[n]
    if n < 100:
        return tens[n // 10 - 2] + (f"-{small[n % 10]}" if n % 10 else "")
    for scale, name in (
        (10**9, "billion"),
        (10**6, "million"),
        (1000, "thousand"),
        (100, "hundred"),
    ):
        if n >= scale:
            rest = n % scale
            joined = " and " if 0 < rest < 100 else " "
            return f"{spelled(n // scale)} {name}" + (joined + spelled(rest) if rest else "")
    raise AssertionError(n)


def spelled_german(n: int) -> str:
    small = (
        "null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn"
        " fünfzehn sechzehn siebzehn achtzehn neunzehn"
    ).split()
    tens = "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig".split()
    if n < 20:
        return small[n]
    if n < 100:
        return (f"{small[n % 10]}und" if n % 10 else "") + tens[n // 10 - 2]
    scale, name = (1000, "tausend") if n >= 1000 else (100, "hundert")
    return spelled_german(n // scale) + name + (spelled_german(n % scale) if n % scale else "")


@unhurried
@given(st.integers(0, 10**12 - 1))
def test_english_number_words_have_their_value(n: int) -> None:
    assert values(f"of {spelled(n)} people", "number") == [str(n)]


@unhurried
@given(st.integers(13, 999_999))
def test_german_number_words_have_their_value(n: int) -> None:
    assert values(f"von {spelled_german(n)} Menschen", "number", "de") == [str(n)]


@unhurried
@given(st.integers(0, 10**6 - 1), st.integers(1, 6), st.sampled_from([",", ".", "٫"]))
def test_a_zero_at_the_beginning_groups_nothing(n: int, places: int, sign: str) -> None:
    digits = f"{n % 10**places:0{places}}"
    value = Fraction(int(digits), 10**places)
    assert values(f"it fell 0{sign}{digits} percent", "number") == [f"{value} %"]


@pytest.mark.parametrize(
    "written", ["0.125m", "0.125M", "0,125 million", "125,000", "٠٫١٢٥ million"]
)
def test_fractions_of_a_scale(written: str) -> None:
    assert values(f"it has {written} members", "number") == ["125000"]


@unhurried
@given(st.integers(0, 10**9), st.sampled_from([",", ".", "\u00a0", "\u202f", "’"]))
def test_digits_have_one_value_however_they_are_grouped(n: int, separator: str) -> None:
    grouped = f"{n:,}".replace(",", separator)
    found = facts(f"lost {grouped} troops")
    assert [f.value for f in found if f.kind in {"number", "date"}] == [str(n)]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("60 000 people", "en", "60000"),
        ("1.5m people", "en", "1500000"),
        ("1.5 million people", "en", "1500000"),
        ("$1.5 million", "en", "1500000 dollar"),
        ("1,500,000 dollars", "en", "1500000 dollar"),
        ("€3.5bn", "en", "3500000000 euro"),
        ("2.875 billion dollars", "en", "2875000000 dollar"),
        ("$2.875bn", "en", "2875000000 dollar"),
        ("2,875 billion dollars", "en", "2875000000000 dollar"),
        ("2.875 percent", "en", "23/8 %"),
        ("up 2.875%", "en", "23/8 %"),
        ("2.875 people", "en", "2875"),
        ("2.875 Milliarden Euro", "de", "2875000000000 euro"),
        ("five percent", "en", "5 %"),
        ("5%", "en", "5 %"),
        ("4-1/2 pct", "en", "9/2 %"),
        ("two dozen", "en", "24"),
        ("hundreds of thousands fled", "en", "100000 over"),
        ("the 3rd", "en", "3 ordinal"),
        ("dos mil millones de euros", "es", "2000000000 euro"),
        ("5 mil millones", "es", "5000000000"),
        ("treinta y cinco", "es", "35"),
        ("zweitausendfünfhundert", "de", "2500"),
        ("1,5 Millionen Euro", "de", "1500000 euro"),
        ("quatre-vingt-dix-sept", "fr", "97"),
        ("soixante et onze", "fr", "71"),
        ("dix-sept", "fr", "17"),
        ("ventidue", "it", "22"),
        ("duemila", "it", "2000"),
        ("duzentos e cinquenta", "pt", "250"),
        ("drieëndertig", "nl", "33"),
        ("11 тыс. человек", "ru", "11000"),
        ("двести пятьдесят", "ru", "250"),
        ("خمسة وعشرين شخصا", "ar", "25"),
        ("١١٬٠٠٠", "ar", "11000"),
        ("٣٫٥ في المئة", "ar", "7/2 %"),
        ("一万一千人", "zh", "11000"),
        ("1.1万人", "zh", "11000"),
        ("3500万美元", "zh", "35000000 dollar"),
        ("百分之五", "zh", "5 %"),
        ("1万1000人", "ja", "11000"),
    ],
)
def test_numbers_of_many_notations(text: str, language: str, expected: str) -> None:
    assert values(text, "number", language) == [expected]


def test_one_is_a_weak_number() -> None:
    assert [fact.weak for fact in facts("one village")] == [True]
    assert changes("near one village there", "near a single village there") == []
    assert changes("two villages", "one village") == [("number", "two", "one")]


@pytest.mark.parametrize(
    ("left", "right", "verdict"),
    [
        ("60,000", "sixty thousand", True),
        ("60,000", "61,000", False),
        ("hundreds", "340", True),
        ("hundreds", "34", False),
        ("hundreds", "thousands", False),
        ("5%", "5", True),
        ("$5", "€5", False),
        ("2000 people", "2,000 people", True),
    ],
)
def test_numbers_agree_by_value(left: str, right: str, verdict: bool) -> None:
    assert agree(facts(left)[0], facts(right)[0]) is verdict
