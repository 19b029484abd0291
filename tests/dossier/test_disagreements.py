"""What counts as a disagreement, who says what, and what is none."""

from __future__ import annotations

import pytest
from telling import article, differences, told

from dedup.alike import alike
from dedup.analyse import analyse
from dedup.compare import compare
from dedup.findings import Disagreement
from dedup.model import Article, EditKind
from dedup.passages import Passages
from dedup.readings import reading
from dedup.settings import Settings
from dedup.units import prepare

ABOARD = "It had {} passengers and a crew of nine aboard when it struck the rocks."


def one(*sentences: str) -> list[tuple[str, dict[str, tuple[str, ...]]]]:
    """What two articles disagree on that differ in their first chosen sentence."""
    articles = tuple(article(str(n), s) for n, s in enumerate(sentences, 1))
    return told(differences(*articles), articles)


@pytest.mark.parametrize(
    ("left", "right", "kind", "words"),
    [
        (ABOARD.format("214"), ABOARD.format("241"), "number", {"214", "241"}),
        (ABOARD.format("214"), ABOARD.format("forty"), "number", {"214", "forty"}),
        (
            "The fire cost the owners $20,000 in repairs, the company wrote in a letter.",
            "The fire cost the owners $25,000 in repairs, the company wrote in a letter.",
            "number",
            {"$20,000", "$25,000"},
        ),
        (
            "The last inspection took place on Monday in the yard at Vesterhavn.",
            "The last inspection took place on Friday in the yard at Vesterhavn.",
            "date",
            {"Monday", "Friday"},
        ),
        (
            "Its master, Inspector Wendy Willson, was brought ashore with a broken arm.",
            "Its master, Inspector Wendy Wilson, was brought ashore with a broken arm.",
            "name",
            {"Inspector Wendy Willson", "Inspector Wendy Wilson"},
        ),
        (
            '"We saw nothing but just one light near the village," the pilot told reporters.',
            '"We saw nothing but a single light near the village," the pilot told reporters.',
            "quotation",
            {"just one", "a single"},
        ),
        (
            "The yard is the sole supplier of spare parts to the ageing fleet.",
            "The yard is a key supplier of spare parts to the ageing fleet.",
            "claim",
            {"sole", "key"},
        ),
        (
            "The mate said that the radar had failed before the ship left its berth.",
            "The mate alleged that the radar had failed before the ship left its berth.",
            "claim",
            {"said", "alleged"},
        ),
        (
            "The radar had reportedly failed before the ship left its berth in the harbour.",
            "The radar had failed before the ship left its berth in the harbour.",
            "claim",
            {"reportedly", ""},
        ),
        (
            "The company will stop selling tickets at the pier from January on.",
            "The company will not stop selling tickets at the pier from January on.",
            "negation",
            {"", "not"},
        ),
        (
            "No one was found on the shore after the accident, the coast guard wrote.",
            "Someone was found on the shore after the accident, the coast guard wrote.",
            "negation",
            {"No one", "Someone"},
        ),
        (
            "Nobody was hurt when the ferry struck the rocks, the coast guard wrote.",
            "Three people were hurt when the ferry struck the rocks, the coast guard wrote.",
            "negation",
            {"Nobody", "Three people"},
        ),
        (
            "No oil had leaked into the harbour by noon, the coast guard wrote.",
            "Some oil had leaked into the harbour by noon, the coast guard wrote.",
            "negation",
            {"No", "Some"},
        ),
    ],
)
def test_a_disagreement(left: str, right: str, kind: str, words: set[str]) -> None:
    [(found, said)] = one(left, right)
    assert found == kind
    assert set(said) == words


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (ABOARD.format("60,000"), ABOARD.format("sixty thousand")),
        (ABOARD.format("some 214"), ABOARD.format("around 214")),
        (
            "It struck the rocks 12 metres from the pier of the old harbour.",
            "It struck the rocks 39ft from the pier of the old harbour.",
        ),
        (
            "The yard had warned of the rudder last week in a letter to the owners.",
            "The yard had previously warned of the rudder in a letter to the owners.",
        ),
        (
            "It had collided with the pier of the Trade Center in an earlier year.",
            "It had collided with the pier of the Trade Centre in an earlier year.",
        ),
        (
            '"We are socialised into that behaviour from the first day," the mate explained.',
            '"We are socialized into that behavior from the first day," the mate explained.',
        ),
        (
            '"The crew behaved well," the pilot said. "By this time there was no light."',
            '"The crew behaved well. There was no light."',
        ),
        (
            "The minister thanked Sergeant Vickers and his men for what they had done.",
            "The minister thanked Sgt Vickers and his men for what they had done.",
        ),
    ],
)
def test_no_disagreement(left: str, right: str) -> None:
    assert one(left, right) == []
    assert one(right, left) == []


def test_who_says_what_in_three_articles() -> None:
    articles = (
        article("1", ABOARD.format("214")),
        article("2", ABOARD.format("241")),
        article("3", ABOARD.format("214")),
        article("4", ABOARD.format("two hundred and forty-one")),
        article("5"),
    )
    [(kind, said)] = told(differences(*articles), articles)
    assert kind == "number"
    assert said == {
        "214": ("1", "3"),
        "241": ("2",),
        "two hundred and forty-one": ("4",),
    }
    # two notations of one figure are one version
    assert len(differences(*articles)[0].variants) == 2


def test_figures_come_before_names_before_quotations_before_claims() -> None:
    claim = "The yard is the {} supplier of spare parts to the ageing fleet."
    quote = '"We saw nothing but {} light near the village," the pilot told reporters.'
    left = article("1", claim.format("sole"), quote.format("just one"), ABOARD.format("214"))
    right = article("2", claim.format("key"), quote.format("a single"), ABOARD.format("241"))
    kinds = [d.kind for d in differences(left, right)]
    assert kinds == [EditKind.NUMBER, EditKind.QUOTATION, EditKind.CLAIM]


def test_a_figure_in_a_sentence_that_is_not_aligned() -> None:
    left = article(
        "1",
        "Assessments in the capital say that some 11,000 North Korean troops are deployed in the "
        "Kursk region, where Ukrainian forces hold ground after an incursion in August.",
    )
    right = article(
        "2",
        "",
        "Russia has stationed approximately 12,000 North Korean soldiers in the Kursk region to "
        "assist in ousting Ukrainian forces.",
    )
    [(kind, said)] = told(differences(left, right, beside=frozenset({"2"})), (left, right))
    assert kind == "number"
    assert said == {"11,000": ("1",), "12,000": ("2",)}


def test_other_figures_elsewhere_are_other_figures() -> None:
    left = article("1", "Some 11,000 North Korean troops are deployed in the Kursk region now.")
    right = article("2", "", "Last year 12,000 South Korean tourists visited the Alps by coach.")
    assert differences(left, right) == []


def test_an_article_beside_disagrees_in_facts_and_not_in_claims() -> None:
    claim = "The yard is the {} supplier of spare parts to the ageing fleet."
    left = article("1", claim.format("sole"), ABOARD.format("214"))
    right = article("2", claim.format("key"), ABOARD.format("241"))
    kinds = [d.kind for d in differences(left, right, beside=frozenset({"2"}))]
    assert kinds == [EditKind.NUMBER]


def test_a_caveat_that_only_some_have() -> None:
    caveat = "The claims could not be independently verified."
    articles = (article("1"), article("2", caveat), article("3", caveat))
    [(kind, said)] = told(differences(*articles), articles)
    assert kind == "claim"
    assert said["not be independently verified"] == ("2", "3")
    assert said[""] == ("1",)


def test_the_same_name_misspelt_twice_is_told_once() -> None:
    long = "Its master, {}, was brought ashore. {} had sailed for the line for ten years."
    left = article("1", long.format("Steven Sotloff", "Sotloff"))
    right = article("2", long.format("Steven Soltoff", "Soltoff"))
    [found] = differences(left, right)
    assert found.kind is EditKind.NAME


def test_sayings_stand_in_their_texts() -> None:
    articles = (article("1", ABOARD.format("214")), article("2", ABOARD.format("241")))
    texts = {a.id: a.text for a in articles}

    def holds(found: Disagreement) -> None:
        assert len(found.variants) > 1
        for variant in found.variants:
            for saying in variant.sayings:
                assert saying.words is not None
                assert saying.passage is not None
                assert saying.passage.begin <= saying.words.begin
                assert saying.words.end <= saying.passage.end <= len(texts[saying.article_id])

    for found in differences(*articles):
        holds(found)


@pytest.mark.parametrize(
    ("left", "right", "kind", "words"),
    [
        (
            "The last inspection took place on Jan. 4 in the yard at Vesterhavn.",
            "The last inspection took place on January 4 in the yard at Vesterhavn.",
            EditKind.DATE,
            ("Jan. 4", "January 4"),
        ),
        (ABOARD.format("some 214"), ABOARD.format("around 214"), EditKind.CLAIM, None),
        (ABOARD.format("60,000"), ABOARD.format("sixty thousand"), EditKind.NUMBER, None),
        (
            "The yard had warned of the rudder last week in a letter to the owners.",
            "The yard had previously warned of the rudder in a letter to the owners.",
            None,
            None,
        ),
    ],
)
def test_worded_differently_alike_in_fact(
    left: str, right: str, kind: EditKind | None, words: tuple[str, str] | None
) -> None:
    articles = article("1", left), article("2", right)
    found = rewordings(*articles)
    if kind is None:
        assert found == ()
        return
    [reworded] = found
    assert reworded.kind is kind
    if words:
        said = [
            texts.text[s.words.begin : s.words.end]
            for texts, s in zip(articles, (reworded.left, *reworded.right), strict=True)
            if s.words
        ]
        assert tuple(said) == words


def rewordings(left: Article, right: Article) -> tuple[object, ...]:
    """What two articles word differently and yet say alike."""
    a, b = prepare(analyse(left)), prepare(analyse(right))
    base = Passages(a)
    return alike(base, [reading(base, Passages(b), compare(a, b, Settings()))])


def test_any_two_texts_can_be_held_against_each_other() -> None:
    odd = ["", "«»", "1 2 3", "Ünïcödé 12 “x” \u202e", "。。。12人が死亡した。"]
    for left in odd:
        for right in odd:
            articles = Article("1", left or " "), Article("2", right or " ")
            differences(*articles)
