"""What an edit changed: facts by value, kinds one by one, in ten languages."""

from __future__ import annotations

import re
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from babel.dates import format_date
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.facts import Fact, agree, classify, facts_in, figured, sentence_kind
from dedup.lexicon import lexicon
from dedup.model import Edit, EditKind, EditOp
from dedup.quotations import quotations
from dedup.tokens import tokenise
from dedup.words import Words, align_words

LANGUAGES = ("ar", "de", "en", "es", "fr", "it", "nl", "pt", "ru", "zh")
SUNDAY = date(2025, 1, 5)
unhurried = settings(deadline=None)  # the first look into a calendar takes its time


def words(text: str) -> Words:
    tokens, begins, ends, _ = tokenise(text)
    speech = quotations(text, 0, len(text))
    quoted = [any(b <= at < e for b, e in speech) for at in begins.tolist()]
    return Words(text, tokens, begins.tolist(), ends.tolist(), quoted)


def facts(text: str, language: str = "en", day: date | None = None) -> list[Fact]:
    return list(facts_in(words(text), language=language, day=day))


def classified(a: Words, b: Words, language: str = "en") -> tuple[Edit, ...]:
    found = (facts_in(a, language=language), facts_in(b, language=language))
    return classify(align_words(a.words, b.words).steps, a, b, found, language=language)


def values(text: str, kind: str, language: str = "en", day: date | None = None) -> list[str]:
    return [fact.value for fact in facts(text, language, day) if fact.kind == kind]


def changes(
    left: str,
    right: str,
    language: str = "en",
    left_day: date | None = None,
    right_day: date | None = None,
) -> list[tuple[str, str, str]]:
    """The changes of substance: (kind, words left, words right)."""
    a, b = words(left), words(right)
    found = (
        facts_in(a, language=language, day=left_day),
        facts_in(b, language=language, day=right_day),
    )
    edits = classify(align_words(a.words, b.words).steps, a, b, found, language=language)
    return [
        (
            edit.kind.value,
            left[edit.left.begin : edit.left.end],
            right[edit.right.begin : edit.right.end],
        )
        for edit in edits
        if edit.kind not in {None, EditKind.WORDING}
    ]


# Numbers


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


# Dates

CALENDARS = "en en_GB es de fr it pt nl ru ar zh ja tr pl uk sv da fi cs hu el id vi ro hi".split()


@pytest.mark.parametrize("locale", CALENDARS)
def test_long_dates_of_many_locales(locale: str) -> None:
    for month in range(1, 13):
        day = date(2025, month, 1 + 2 * month)
        text = format_date(day, "long", locale=locale)
        assert values(text, "date", locale.partition("_")[0]) == [day.isoformat()], text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on Jan. 4", "--01-04"),
        ("on January 4th, 2025", "2025-01-04"),
        ("4 January", "--01-04"),
        ("2025-01-04", "2025-01-04"),
        ("13/01/2025", "2025-01-13"),
        ("January 3-4", "--01-03/04"),
        ("in March", "--03"),
        ("in May 2024", "2024-05"),
        ("in 2014", "2014"),
        ("Saturday", "weekday 5"),
        ("yesterday", "day -1"),
        ("at 9:33 PM", "T21:33"),
    ],
)
def test_dates_as_far_as_they_are_given(text: str, expected: str) -> None:
    assert values(text, "date") == [expected]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Um 20.50 Uhr fiel der Strom aus.", "de", ["T20:50"]),
        ("Um 20:50 Uhr fiel der Strom aus.", "de", ["T20:50"]),
        ("It began at 09.30 GMT.", "en", ["T09:30"]),
        ("Der Kurs lag bei 20.50 Euro.", "de", []),
    ],
)
def test_a_time_of_day_may_be_written_with_a_point(
    text: str, language: str, expected: list[str]
) -> None:
    assert values(text, "date", language) == expected


def test_words_that_are_months_too() -> None:
    assert values("they may march on", "date") == []
    assert values("The march went on. May they win.", "date") == []


def test_the_day_of_publication_resolves_what_is_relative() -> None:
    assert values("yesterday", "date", day=SUNDAY) == ["2025-01-04"]
    assert values("last year", "date", day=SUNDAY) == ["2024"]
    assert values("last month", "date", day=SUNDAY) == ["2024-12"]


@unhurried
@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 6))
def test_a_weekday_is_the_last_one_that_was(today: date, back: int) -> None:
    meant = today - timedelta(days=back)
    [fact] = facts(f"{meant:%A}", day=today)
    written = facts(f"{meant:%B} {meant.day}, {meant.year}")[0]
    assert agree(fact, written) is True
    other = facts(f"{meant + timedelta(days=3):%d %B %Y}")[0]
    assert agree(fact, other) is False


@pytest.mark.parametrize(
    ("left", "right", "verdict"),
    [
        ("Jan. 4", "4 January 2025", True),
        ("January", "Jan. 4", True),
        ("Jan. 4", "Jan. 5", False),
        ("2024", "2025", False),
        ("Saturday", "Friday", False),
        ("Saturday", "Jan. 4", None),
        ("last week", "previously", False),
    ],
)
def test_dates_agree_as_far_as_they_go(left: str, right: str, verdict: bool | None) -> None:
    assert agree(facts(left)[0], facts(right)[0]) is verdict


# Names


@pytest.mark.parametrize(
    ("left", "right", "verdict"),
    [
        ("Volodymyr Zelensky", "Zelensky", True),
        ("Mr Zelensky", "President Zelensky", True),
        ("Makhnovka", "Makhnivka", False),
        ("Zelensky", "Zelenskyy", False),
        ("Ukraine", "Ukrainian", True),
        ("Erdoğan", "Erdogan", True),
        ("United States", "US", True),
        ("World Health Organization", "WHO", True),
        ("Sumy", "Kharkiv", None),
        ("Kim Jong Un", "Kim Jong Il", None),
    ],
)
def test_names_are_one_or_two(left: str, right: str, verdict: bool | None) -> None:
    one, other = facts(f"he met {left} there")[0], facts(f"he met {right} there")[0]
    assert agree(one, other) is verdict
    assert agree(other, one) is verdict


def test_capitals_that_tell_nothing() -> None:
    assert all(fact.weak for fact in facts("Villages were lost"))
    assert values("Zelensky Claims Heavy Losses Near Kursk Border", "name") == []
    assert all(fact.weak for fact in facts("in dem Dorf", "de"))


# Kinds of edits


@pytest.mark.parametrize(
    ("language", "kind", "left", "right"),
    [
        ("en", "number", "Some {11,000} troops are there.", "Around {12,000} troops are there."),
        ("en", "wording", "He lost five men.", "He lost 5 men."),
        ("en", "wording", "along the 1,000-km front line", "along the 1,000km front line"),
        ("en", "number", "Prices rose {3.5 percent} in March.", "Prices rose {3.6}% in March."),
        ("en", "number", "It cost ${5 million} in all.", "It cost €{5 million} in all."),
        ("en", "number", "It cost 1.5 {million} in all.", "It cost 1.5 {billion} in all."),
        ("en", "date", "It was released on {Saturday}.", "It was released on {Friday}."),
        ("en", "wording", "It was out on Jan. 4 at noon.", "It was out on January 4 at noon."),
        ("en", "date", "He reported it {last week}.", "He reported it {previously}."),
        (
            "en",
            "name",
            "They shelled {Makhnovka} overnight.",
            "They shelled {Makhnivka} overnight.",
        ),
        (
            "en",
            "wording",
            "He spoke to Mr Zelensky there.",
            "He spoke to President Zelensky there.",
        ),
        ("en", "name", "It hit the {Sumy} region again.", "It hit the {Kharkiv} region again."),
        ("en", "negation", "He said the man was armed.", "He said the man was {not} armed."),
        ("en", "negation", "She did {not} resign on Friday.", "She resigned on Friday."),
        ("en", "negation", "The mayor {didn't} resign then.", "The mayor resigned then."),
        ("en", "wording", "It was not far from the border.", "It was close to the border."),
        ("en", "wording", "He provided no details.", "He did not provide details."),
        ("en", "claim", "the {sole} supplier of coal", "a {key} supplier of coal"),
        ("en", "claim", "He {said} it was over.", "He {claimed} it was over."),
        ("en", "wording", "He said it was over.", "He told them it was over."),
        ("en", "claim", "The army has taken it.", "The army has {reportedly} taken it."),
        ("en", "claim", "The army took it, officials {said}.", "The army took it."),
        ("en", "claim", "{Up to} 60 people were hurt.", "60 people were hurt."),
        ("en", "claim", "{About} 60 people were hurt.", "{More than} 60 people were hurt."),
        ("en", "wording", "Some 60 people were hurt.", "Around 60 people were hurt."),
        ("en", "wording", "Some 60 people were hurt.", "60 people were hurt."),
        ("de", "number", "Es starben {11.000} Soldaten.", "Es starben {12.000} Soldaten."),
        ("de", "negation", "Er werde {nicht} zurücktreten.", "Er werde zurücktreten."),
        ("de", "claim", "Der Mann hat {angeblich} gestohlen.", "Der Mann hat gestohlen."),
        ("es", "number", "Murieron {once mil} soldados.", "Murieron {12.000} soldados."),
        ("es", "claim", "El {único} proveedor cerró.", "Un {importante} proveedor cerró."),
        ("fr", "negation", "Il n'est {pas} venu à Paris.", "Il est venu à Paris."),
        ("it", "negation", "Il ministro {non} si è dimesso.", "Il ministro si è dimesso."),
        ("pt", "negation", "O ministro {não} renunciou.", "O ministro renunciou."),
        ("nl", "negation", "De minister is {niet} afgetreden.", "De minister is afgetreden."),
        ("ru", "number", "Около {11} тысяч солдат там.", "Около {12} тысяч солдат там."),
        ("ru", "negation", "Он {не} сообщил подробностей.", "Он сообщил подробности."),
        ("ru", "name", "Бои шли у села {Махновка}.", "Бои шли у села {Махнивка}."),
        ("ru", "wording", "Он встретил Зеленского там.", "Он ждал Зеленский там."),
        ("ru", "claim", "{Единственный} поставщик угля.", "{Ключевой} поставщик угля."),
        ("ar", "number", "قال الرئيس إن {11} ألف جندي قتلوا", "قال الرئيس إن {12} ألف جندي قتلوا"),
        ("zh", "number", "约{1.1}万名士兵部署在该地区。", "约{1.2}万名士兵部署在该地区。"),
        ("zh", "negation", "他说会议{不}会取消。", "他说会议会取消。"),
        ("zh", "claim", "这是该国{唯一}的煤炭供应商。", "这是该国{主要}的煤炭供应商。"),
        ("zh", "claim", "他{表示}局势稳定。", "他{声称}局势稳定。"),
        ("tr", "number", "Saldırıda {11.000} kişi öldü.", "Saldırıda {12.000} kişi öldü."),
    ],
)
def test_changes_of_substance(language: str, kind: str, left: str, right: str) -> None:
    """Braces hold the words that must be marked; nothing else may be."""
    marked = [re.findall(r"{(.*?)}", text) for text in (left, right)]
    ours, theirs = ("".join(found) for found in marked)
    left, right = (re.sub("[{}]", "", text) for text in (left, right))
    assert changes(left, right, language) == [(kind, ours, theirs)] * (kind != "wording")
    assert changes(right, left, language) == [(kind, theirs, ours)] * (kind != "wording")


def test_a_date_in_other_words_is_wording_when_the_day_is_known() -> None:
    left, right = "He spoke on Saturday about it.", "He spoke on Jan. 4 about it."
    assert changes(left, right) == []
    assert changes(left, right, left_day=SUNDAY, right_day=SUNDAY) == []
    assert changes(left, right, left_day=SUNDAY + timedelta(days=3)) == []
    other = "He spoke on Jan. 2 about it."
    assert changes(left, other, left_day=SUNDAY, right_day=SUNDAY) == [
        ("date", "Saturday", "Jan. 2")
    ]


def test_a_number_is_named_on_its_own_words() -> None:
    left, right = words("Some 11,000 people were there."), words("About 12,000 persons are there.")
    edits = classified(left, right)
    assert [(edit.op.value, edit.kind) for edit in edits] == [
        ("replace", EditKind.WORDING),
        ("replace", EditKind.NUMBER),
        ("replace", EditKind.WORDING),
        ("equal", None),
    ]


def test_figures_that_only_changed_places_are_alike() -> None:
    assert (
        changes("It killed five men and wounded ten.", "It wounded ten men and killed five.") == []
    )


def test_other_quantities_in_a_rewritten_passage_are_no_disagreement() -> None:
    left = "He is the sixth son of a farmer and was born in a village near the capital in spring."
    right = "He is 21, comes from the country and grew up with two brothers in spring."
    assert changes(left, right) == []


# Quotations

JUST = '"In battles near just one village the army lost a battalion," Zelensky said.'


def test_words_of_a_quotation() -> None:
    assert changes(JUST, JUST.replace("just one", "a single")) == [
        ("quotation", "just one", "a single")
    ]
    assert changes(JUST, JUST.replace("battles ", "")) == [("quotation", "battles", "")]


def test_spelling_and_notation_in_a_quotation_are_wording() -> None:
    left = '"My neighbour lost five percent of it and I am sceptical," he said.'
    right = '"My neighbor lost 5 per cent of it and I am skeptical," he said.'
    assert changes(left, right) == []


def test_a_number_in_a_quotation_is_a_number() -> None:
    assert changes(
        '"We lost 40 good men there," he said.', '"We lost 50 good men there," he said.'
    ) == [("number", "40", "50")]


def test_the_bounds_of_a_quotation_move() -> None:
    left = 'Russian forces, he said, "continue to expend vast numbers of their own personnel."'
    right = "“Russian forces continue to expend vast numbers of their own personnel,” he said."
    assert changes(left, right) == [("quotation", "Russian forces", "Russian forces")]


def test_a_quotation_turned_into_report() -> None:
    right = "Battles near that village cost the army a battalion, Zelensky said."
    assert {kind for kind, _, _ in changes(JUST, right)} == {"quotation"}


def test_a_borrowed_term_is_no_quotation() -> None:
    assert (
        changes("They suffered heavy losses there.", "They suffered “significant” losses there.")
        == []
    )


def test_a_quotation_that_ends_a_sentence_earlier_is_not_altered() -> None:
    left = '"This is significant. We shall go on," he said.'
    assert changes(left, '"This is significant," he said.') == []


# Whole sentences


@pytest.mark.parametrize(
    ("language", "caveat", "plain"),
    [
        ("en", "The claims could not be independently verified.", "Both sides exchanged blows."),
        ("en", "The report is unconfirmed.", "He confirmed the report."),
        ("de", "Das konnte nicht unabhängig überprüft werden.", "Die Lage ist ruhig."),
        ("es", "Los datos no pudieron ser verificados.", "La situación es tranquila."),
        ("fr", "Ces informations n'ont pas pu être vérifiées.", "Le calme règne."),
        ("it", "La notizia non è stata verificata.", "La situazione è calma."),
        ("pt", "Os dados não puderam ser verificados.", "A situação é calma."),
        ("nl", "De cijfers konden niet worden geverifieerd.", "Het is rustig."),
        ("ru", "Эти данные не удалось проверить независимо.", "Ситуация спокойная."),
        ("ar", "لم يتسن التحقق من هذه المعلومات", "الوضع هادئ"),
        ("zh", "这一说法无法独立核实。", "局势平静。"),
    ],
)
def test_a_caveat_is_a_claim(language: str, caveat: str, plain: str) -> None:
    assert sentence_kind(facts_in(words(caveat), language=language)) is EditKind.CLAIM
    assert sentence_kind(facts_in(words(plain), language=language)) is EditKind.WORDING


def test_a_sentence_that_only_one_side_has() -> None:
    nothing, caveat = words(""), words("However, the claims could not be independently verified.")
    [edit] = classified(nothing, caveat)
    assert (edit.op, edit.kind) == (EditOp.INSERT, EditKind.CLAIM)
    [edit] = classified(caveat, nothing)
    assert (edit.op, edit.kind) == (EditOp.DELETE, EditKind.CLAIM)


# What always holds

VOCABULARY = (
    "the of army troops Kursk Sumy Zelensky said claimed reportedly not no some about 11,000"
    ' 12,000 five Saturday Jan. 4 were killed wounded village sole key only " " .'
).split()
prose = st.lists(st.sampled_from(VOCABULARY), max_size=22).map(" ".join)


@unhurried
@given(prose, prose, st.sampled_from(LANGUAGES))
def test_cutting_loses_no_word(left: str, right: str, language: str) -> None:
    a, b = words(left), words(right)
    edits = classified(a, b, language)
    for side, which in ((a, "left"), (b, "right")):
        spans = [getattr(edit, which) for edit in edits]
        held = [at for s in spans for at in side.begins if s.begin <= at < s.end]
        assert sorted(held) == side.begins
    for edit in edits:
        assert (edit.kind is None) == (edit.op is EditOp.EQUAL)
        ours = a.text[edit.left.begin : edit.left.end]
        theirs = b.text[edit.right.begin : edit.right.end]
        assert (edit.op is EditOp.INSERT) == (not ours)
        assert (edit.op is EditOp.DELETE) == (not theirs)


anything = st.text(
    st.sampled_from("aZ0159 .,'\"“”-/%$€:\nـ零一万千年月日不ก٣٫½Ⅳßİ한é\u200d\ud800")
    | st.characters(),
    max_size=40,
)


@unhurried
@given(anything, anything, st.sampled_from([*LANGUAGES, "ja", "und", "xx", "../x", ""]))
def test_no_text_is_too_odd(left: str, right: str, language: str) -> None:
    a, b = words(left), words(right)
    edits = classified(a, b, language)
    held = [at for e in edits for at in a.begins if e.left.begin <= at < e.left.end]
    assert sorted(held) == a.begins


@pytest.mark.parametrize(
    "text", ["9" * 5000, "一" * 5000, "123 " * 2000, "1万" * 2000, "million " * 999]
)
def test_endless_numbers_are_no_trouble(text: str) -> None:
    assert all(len(fact.value) < 100 for fact in facts(text) if fact.kind is EditKind.NUMBER)


@pytest.mark.parametrize("language", ["de", "nl", "it"])
def test_endless_compounds_are_no_trouble(language: str) -> None:
    pieces = sorted(lexicon(language).pieces)
    assert facts("".join(pieces * 20) + "x", language) == []
    assert facts(pieces[0] * 2000, language) == []


@unhurried
@given(prose, st.sampled_from(LANGUAGES))
def test_a_sentence_does_not_differ_from_itself(text: str, language: str) -> None:
    side = words(text)
    edits = classified(side, side, language)
    assert [edit.kind for edit in edits] == [None] * len(edits)


@unhurried
@given(prose, st.sampled_from(LANGUAGES))
def test_facts_stand_where_they_say(text: str, language: str) -> None:
    side = words(text)
    found = facts_in(side, language=language)
    for fact in found:
        assert fact.begin == side.begins[fact.first]
        assert fact.end == side.ends[fact.last - 1]
        assert agree(fact, fact)
    for one, other in pairwise(found):
        assert one.last <= other.first


@unhurried
@given(prose, prose)
def test_agreement_is_mutual(left: str, right: str) -> None:
    for one in facts(left):
        for other in facts(right):
            assert agree(one, other) is agree(other, one)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_is_complete(language: str) -> None:
    table = lexicon(language)
    classes = {
        entry.value
        for opening in table.entries.values()
        for group in (opening.alone, *opening.before.values())
        for entry in group
    }
    for name in ("absolute", "softer", "hedge", "doubting", "reporting", "approximate", "at_least"):
        assert name in classes
    assert table.caveat_words


def test_a_language_without_a_table_still_has_figures() -> None:
    assert values("11 000 personer den 4 januari 2025", "number", "sv") == ["11000"]
    assert values("11 000 personer den 4 januari 2025", "date", "sv") == ["2025-01-04"]
    assert facts("whatever", "und") == []
    assert Fraction(values("1.5", "number", "xx")[0]) == Fraction(3, 2)


@pytest.mark.parametrize("language", [*LANGUAGES, "und"])
@unhurried
@given(st.data())
def test_without_a_word_that_may_begin_a_figure_there_is_none(
    language: str, data: st.DataObject
) -> None:
    table = lexicon(language)
    telling = [*table.entries, *table.numbers, *table.scales, *table.ordinals, *table.vague]
    some = [*sorted(telling), *"5 60,000 ١١ 1st 4-Jan 三百 didn't drei-zehn fünfundzwanzig".split()]
    text = " ".join(data.draw(st.lists(st.sampled_from([*some, "Berlin", "the"]), max_size=8)))
    figures = [f for f in facts(text, language) if f.kind in {EditKind.NUMBER, EditKind.DATE}]
    assert any(map(figured(language).__getitem__, words(text).words)) or not figures
