"""What an edit changed: its kind and the words that show it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from stating import SUNDAY, changes, classified, facts, words

from dedup.facts import sentence_kind
from dedup.model import EditKind, EditOp


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
        ("en", "negation", "{No one} was hurt.", "{Someone} was hurt."),
        ("en", "negation", "{No one} was hurt.", "{Three people} were hurt."),
        ("en", "negation", "{Nobody} was hurt.", "{Somebody} was hurt."),
        ("en", "negation", "{None} of the crew survived.", "{All} of the crew survived."),
        (
            "en",
            "negation",
            "There were {no} injuries there.",
            "There were {several} injuries there.",
        ),
        ("en", "negation", "There was {nothing} in the box.", "There was {something} in the box."),
        (
            "de",
            "negation",
            "{Niemand} wurde dort verletzt.",
            "{Drei Menschen} wurden dort verletzt.",
        ),
        ("de", "negation", "Es gab {keine} Verletzten.", "Es gab {einige} Verletzte."),
        ("es", "negation", "{Nadie} resultó herido ayer.", "{Alguien} resultó herido ayer."),
        ("fr", "negation", "Il n'y a {aucun} blessé grave.", "Il y a {quelques} blessés graves."),
        ("it", "negation", "{Nessuno} è rimasto ferito.", "{Qualcuno} è rimasto ferito."),
        ("nl", "negation", "{Niemand} raakte gewond.", "{Drie mensen} raakten gewond."),
        ("pt", "negation", "{Ninguém} ficou ferido ali.", "{Alguém} ficou ferido ali."),
        ("ru", "negation", "{Никто} не пострадал там.", "{Три человека} пострадали там."),
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


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("No one was hurt.", "Nobody was hurt."),
        ("Nobody was hurt.", "No people were hurt."),
        ("Nobody else was hurt.", "No one else was hurt."),
        ("Only he did it, and no one else.", "Only he did it."),
        ("No one was hurt.", "Everyone was safe."),
        ("Not all of the crew survived.", "Some of the crew survived."),
        ("Not everybody was hurt.", "Somebody was hurt."),
        ("There was nothing in the box.", "There was not anything in the box."),
        ("No passengers were hurt.", "Some people were hurt."),
    ],
)
def test_other_words_for_nobody(left: str, right: str) -> None:
    assert [change for change in changes(left, right) if change[0] == "negation"] == []
    assert [change for change in changes(right, left) if change[0] == "negation"] == []


def test_a_borrowed_term_is_no_quotation() -> None:
    assert (
        changes("They suffered heavy losses there.", "They suffered “significant” losses there.")
        == []
    )


def test_a_quotation_that_ends_a_sentence_earlier_is_not_altered() -> None:
    left = '"This is significant. We shall go on," he said.'
    assert changes(left, '"This is significant," he said.') == []


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
    assert sentence_kind(facts(caveat, language)) is EditKind.CLAIM
    assert sentence_kind(facts(plain, language)) is EditKind.WORDING


def test_a_sentence_that_only_one_side_has() -> None:
    nothing, caveat = words(""), words("However, the claims could not be independently verified.")
    [edit] = classified(nothing, caveat)
    assert (edit.op, edit.kind) == (EditOp.INSERT, EditKind.CLAIM)
    [edit] = classified(caveat, nothing)
    assert (edit.op, edit.kind) == (EditOp.DELETE, EditKind.CLAIM)
