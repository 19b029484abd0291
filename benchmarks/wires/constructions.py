"""The constructions: which copies are made of a story, and what the truth about each pair is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from random import Random

from dedup.model import Relation

from . import operations as ops
from .article import Article, Sentence, length
from .house import House, house, quotations
from .originals import Notice, Story, originals
from .truth import Truth, by_origin, independent, reworded

SAME_WORDS = Truth((Relation.EXACT, Relation.NEAR_DUPLICATE))
"""The same words in the same order; only what surrounds or encodes them differs."""
IN_FURNITURE = Truth((Relation.NEAR_DUPLICATE, Relation.EXACT))
EDITED = Truth((Relation.NEAR_DUPLICATE,))
IN_OTHER_DIGITS = Truth((Relation.NEAR_DUPLICATE, Relation.EXACT))
"""Figures in another house's style; where that is only another script's digits, the same words."""
UNRELATED = Truth((Relation.NONE,))
QUOTES_ONLY = Truth((Relation.SHARED_PASSAGE,))
RECURRING = Truth((Relation.SAME_TEMPLATE, Relation.NONE))


@dataclass(frozen=True, slots=True)
class Pair:
    """Two articles, how the second was made, and the truth seen from the first."""

    a: Article
    b: Article
    construction: str
    truth: Truth


def pairs(language: str, seed: int) -> Iterator[Pair]:
    """Every labelled pair of one language."""
    rules = house(language)
    stories, notices = originals(language)
    for number, story in enumerate(stories):
        rng = Random(f"{seed}/{language}/{story.name}")
        after = stories[(number + 1) % len(stories)]
        yield from _same_words(story, rules, rng)
        yield from _edits(story, rules, rng)
        yield from _parts(story, after, rules, rng)
        yield from _newsrooms(story, rules, rng)
        yield from _chain(story, rules)
    yield from _unrelated(stories, rules, Random(f"{seed}/{language}"))
    for notice in notices:
        yield from _notice(notice, rules)


def _same_words(story: Story, rules: House, rng: Random) -> Iterator[Pair]:
    wire = story.original
    yield Pair(wire, _copy(story, wire, "whole", 1), "whole", Truth((Relation.EXACT,)))

    headline = ops.retitle(wire, story.rewrite.title)
    yield Pair(wire, _copy(story, headline, "headline", 1), "headline", SAME_WORDS)
    printed = ops.retitle(wire, story.rewrite.title, printed=True)
    other = ops.retitle(wire, wire.title, printed=True)
    yield Pair(
        _copy(story, other, "headline-a", 1),
        _copy(story, printed, "headline-b", 2),
        "headline",
        IN_FURNITURE,
    )
    for number, site in enumerate(rules.sites):
        page = ops.furnish(wire, site, rules, rng)
        yield Pair(wire, _copy(story, page, f"page{number}", 3), "furniture", IN_FURNITURE)
    first, second = (ops.furnish(wire, site, rules, rng) for site in rng.sample(rules.sites, 2))
    yield Pair(
        _copy(story, first, "page-a", 2),
        _copy(story, second, "page-b", 4),
        "furniture_both",
        IN_FURNITURE,
    )
    for number in range(1, len(rules.quotes)):
        marks = ops.requote(wire, rules, number)
        yield Pair(wire, _copy(story, marks, f"marks{number}", 2), "quotation_marks", SAME_WORDS)
    wrapped = ops.hard_wrap(wire, 62)
    yield Pair(wire, _copy(story, wrapped, "wrapped", 1), "hard_wrapped", SAME_WORDS)
    for variant in rules.typography:
        typeset = ops.typeset(wire, variant)
        if typeset != wire:
            yield Pair(wire, _copy(story, typeset, variant, 2), "typography", SAME_WORDS)


def _edits(story: Story, rules: House, rng: Random) -> Iterator[Pair]:
    wire = story.original
    edits = {
        "correction": ops.correct(wire, story.correction),
        "quote_trimmed": ops.substitute(wire, story.trimmed),
        "reported_speech": ops.substitute(wire, story.reported),
        "synonyms": ops.synonyms(wire, rules),
        "reorder": ops.reorder(wire, rng, rules),
    }
    for style in rules.styles:
        edits[f"style_{style}"] = ops.restyle(wire, rules, style)
    for name, edited in edits.items():
        truth = IN_OTHER_DIGITS if name == "style_figures" else EDITED
        yield Pair(wire, _copy(story, edited, name, 2), name, truth)

    lead = rng.choice(story.leads)
    yield _derived(wire, _copy(story, ops.relead(wire, lead), "relead", 3), "relead")
    update = ops.correct(ops.relead(wire, rng.choice(story.leads)), story.correction)
    update = replace(update, paragraphs=update.paragraphs[:-1])
    yield _derived(wire, _copy(story, update, "update", 5), "update")


def _parts(story: Story, after: Story, rules: House, rng: Random) -> Iterator[Pair]:
    wire = story.original
    for percent in (80, 60, 35):
        cropped = ops.crop(wire, percent / 100, rules)
        yield _derived(wire, _copy(story, cropped, f"crop{percent}", 2), f"crop_{percent}")
    page = ops.furnish(ops.crop(wire, 0.5, rules), rng.choice(rules.sites), rules, rng)
    yield _derived(wire, _copy(story, page, "crop-page", 4), "crop_furniture")

    merged = ops.merge(wire, after.original, rng.choice(rules.bridges))
    merged = _copy(story, ops.retitle(merged, after.independent.title), "merged", 6)
    yield _derived(merged, wire, "merged")
    yield _derived(merged, after.original, "merged")
    embedded = ops.embed(wire, story.independent, rng.choice(rules.bridges))
    yield _derived(_copy(story, embedded, "embedded", 8), wire, "embedded")

    half = ops.crop(wire, 0.5, rules)
    mixed = replace(story.independent, paragraphs=(*half.paragraphs, *story.independent.paragraphs))
    yield _derived(wire, _copy(story, mixed, "half", 7), "half_reused")
    narrative = _narrative(wire, rules)
    longest = max(narrative, key=lambda sentence: length(sentence.text, wire.language))
    for sentences, name in ((narrative[1:6], "five_sentences"), ([longest], "one_sentence")):
        borrowed = ops.borrow(story.independent, sentences)
        yield _derived(wire, _copy(story, borrowed, name, 7), name)

    laundered = ops.relead(ops.crop(wire, 0.75, rules), rng.choice(story.leads))
    laundered = ops.restyle(ops.synonyms(laundered, rules), rules, "names")
    laundered = ops.furnish(ops.requote(laundered, rules, 1), rng.choice(rules.sites), rules, rng)
    laundered = _copy(story, laundered, "laundered", 9)
    yield _derived(wire, laundered, "laundered")
    sibling = ops.crop(ops.restyle(wire, rules, "figures"), 0.85, rules)
    yield _derived(_copy(story, sibling, "sibling", 5), laundered, "siblings")


def _newsrooms(story: Story, rules: House, rng: Random) -> Iterator[Pair]:
    wire = story.original
    yield Pair(wire, story.rewrite, "rewrite", reworded(wire, story.rewrite))
    page = ops.furnish(story.rewrite, rng.choice(rules.sites), rules, rng)
    page = _copy(story, page, "rewrite-page", 4)
    yield Pair(wire, page, "rewrite_furniture", reworded(wire, story.rewrite))

    yield Pair(wire, story.independent, "independent", independent(wire, story.independent))
    truth = independent(story.independent, story.quotes)
    yield Pair(story.independent, story.quotes, "independent", truth)
    truth = independent(story.rewrite, story.independent)
    yield Pair(story.rewrite, story.independent, "independent", truth)

    yield Pair(wire, story.quotes, "quotes_only", QUOTES_ONLY)
    marks = ops.requote(story.quotes, rules, rng.randrange(1, len(rules.quotes)))
    marks = _copy(story, marks, "quotes-marks", 6)
    yield Pair(wire, marks, "quotes_only", QUOTES_ONLY)


def _chain(story: Story, rules: House) -> Iterator[Pair]:
    """A to B to C: B takes half of A, C takes what B added; A and C have nothing in common."""
    wire, own = story.original, story.independent
    half = ops.crop(wire, 0.5, rules)
    joint = replace(own, paragraphs=(*half.paragraphs, *own.paragraphs[1:]))
    joint = _copy(story, joint, "chain-b", 6)
    last = replace(own, paragraphs=(story.leads[-1], *own.paragraphs[1:]))
    last = _copy(story, last, "chain-c", 9)
    yield _derived(wire, joint, "chain_first")
    yield _derived(joint, last, "chain_second")
    yield Pair(wire, last, "chain_ends", independent(wire, last))


def _unrelated(stories: tuple[Story, ...], rules: House, rng: Random) -> Iterator[Pair]:
    for one, other in combinations(stories, 2):
        yield Pair(one.original, other.original, "other_story", UNRELATED)
        site = rng.choice(rules.sites)
        first, second = (
            _copy(story, ops.furnish(story.original, site, rules, rng), f"{place}-{mate.name}", 3)
            for story, mate, place in ((one, other, "left"), (other, one, "right"))
        )
        yield Pair(first, second, "other_story_same_site", UNRELATED)


def _notice(notice: Notice, rules: House) -> Iterator[Pair]:
    for one, other in combinations(notice.issues, 2):
        yield Pair(one, other, "recurring_notice", RECURRING)
    first = notice.issues[0]
    resent = ops.publish(first, f"{first.id}.resent", first.source, 0.2)
    yield Pair(first, resent, "notice_resent", Truth((Relation.EXACT,)))
    corrected = ops.publish(first, f"{first.id}.corrected", first.source, 0.5)
    corrected = ops.correct(corrected, notice.correction)
    yield Pair(first, corrected, "notice_corrected", EDITED)


def _copy(story: Story, article: Article, name: str, hours: float) -> Article:
    """The result of an operation as another outlet's article; a site keeps its own name."""
    others = (story.rewrite, story.independent, story.quotes)
    outlets = sorted({other.source for other in others} - {story.original.source})
    source = article.source
    if source == story.original.source or source in outlets:
        source = outlets[len(name) % len(outlets)]
    published = replace(article, published_at=story.original.published_at)
    return ops.publish(published, f"{story.original.id}.{name}", source, hours)


def _derived(a: Article, b: Article, construction: str) -> Pair:
    return Pair(a, b, construction, by_origin(a, b))


def _narrative(article: Article, rules: House) -> list[Sentence]:
    """The sentences without direct speech."""
    return [s for s in article.sentences() if not list(quotations(s.text, rules))]
