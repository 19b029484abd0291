"""What newsrooms do to wire copy, each as a pure function from article to article.

Where an operation chooses, it takes the random generator from its caller: the same seed gives the
same article. Sentences keep their origin through every edit (see ``article``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random

from .article import UNSPACED, Article, Paragraph, Sentence, length
from .house import House, Site


def publish(article: Article, identity: str, source: str, hours: float) -> Article:
    """The same text under another outlet's name, some hours later."""
    later = article.published_at + timedelta(hours=hours)
    return replace(article, id=identity, source=source, published_at=later)


def retitle(article: Article, title: str, *, printed: bool = False) -> Article:
    """Another headline; ``printed`` also sets it as the first line of the text."""
    article = replace(article, title=title)
    if not printed:
        return article
    return replace(article, dateline="", paragraphs=((Sentence(title),), *article.paragraphs))


def crop(article: Article, share: float, rules: House) -> Article:
    """Cut from the end, as editors do: keep whole paragraphs, about ``share`` of the words."""
    blocks = unbroken(article, rules)
    sizes = [_size(block, article.language) for block in blocks]
    kept = [sum(sizes[: count + 1]) / sum(sizes) for count in range(len(blocks))]
    best = min(range(len(blocks)), key=lambda count: abs(kept[count] - share))
    return replace(article, paragraphs=_flat(blocks[: best + 1]))


def relead(article: Article, lead: Paragraph) -> Article:
    """A new first paragraph in place of the old one; the dateline goes with it."""
    return replace(article, dateline="", paragraphs=(lead, *article.paragraphs[1:]))


def reorder(article: Article, rng: Random, rules: House) -> Article:
    """Shuffle the paragraphs after the first; a quotation over two of them stays in one piece."""
    first, *rest = unbroken(article, rules)
    shuffled = rest.copy()
    while shuffled == rest:
        rng.shuffle(shuffled)
    return replace(article, paragraphs=_flat([first, *shuffled]))


def synonyms(article: Article, rules: House) -> Article:
    """Put other words for the phrases the language's table knows, each text edited once."""
    table = dict(rules.synonyms)
    table |= {_capital(phrase): _capital(other) for phrase, other in rules.synonyms}
    phrases = "|".join(re.escape(phrase) for phrase in sorted(table, key=len, reverse=True))
    edge = "" if article.language in UNSPACED else r"\b"
    pattern = re.compile(f"{edge}(?:{phrases}){edge}")
    return edited(article, lambda text: pattern.sub(lambda found: table[found[0]], text))


def restyle(article: Article, rules: House, style: str) -> Article:
    """Apply one house style: figures, numbers in words, or forms of names, dates and units."""

    def apply(text: str) -> str:
        for pattern, other in rules.styles[style]:
            text = re.sub(pattern, other, text)
        return text

    return replace(edited(article, apply), title=apply(article.title))


def requote(article: Article, rules: House, number: int) -> Article:
    """Set the language's own quotation marks as its ``number``-th other pair."""
    (opening, closing), (other_opening, other_closing) = rules.quotes[0], rules.quotes[number]

    def swap(text: str) -> str:
        return text.replace(opening, other_opening).replace(closing, other_closing)

    return edited(article, swap)


def furnish(article: Article, site: Site, rules: House, rng: Random) -> Article:
    """Put a site's page furniture before, inside and after the story."""
    headlines = iter(rng.sample(rules.headlines, len(rules.headlines)))
    author = rng.choice(rules.authors)

    def fill(lines: Sequence[str]) -> tuple[Paragraph, ...]:
        filled = []
        for line in lines:
            text = line.replace("{author}", author).replace("{title}", article.title)
            while "{headline}" in text:
                text = text.replace("{headline}", next(headlines), 1)
            filled.append((Sentence(text),))
        return tuple(filled)

    story = article.paragraphs
    if article.dateline:
        opening = Sentence(article.dateline + story[0][0].text, story[0][0].origin)
        story = ((opening, *story[0][1:]), *story[1:])
    blocks = (*fill(site.before), *story[:2], *fill(site.middle), *story[2:], *fill(site.after))
    return replace(article, source=site.name, dateline="", paragraphs=blocks)


def merge(first: Article, second: Article, bridge: str) -> Article:
    """Two wires in one article, one after the other."""
    blocks = (*first.paragraphs, (Sentence(bridge),), *second.paragraphs)
    return replace(first, dateline="", paragraphs=blocks)


def embed(story: Article, own: Article, bridge: str) -> Article:
    """A whole wire story inside a longer report of one's own."""
    blocks = (*own.paragraphs[:1], (Sentence(bridge),), *story.paragraphs, *own.paragraphs[1:])
    return replace(own, dateline="", paragraphs=blocks)


def borrow(own: Article, sentences: Sequence[Sentence]) -> Article:
    """A report of one's own with a paragraph of borrowed sentences after its second."""
    blocks = (*own.paragraphs[:2], tuple(sentences), *own.paragraphs[2:])
    return replace(own, paragraphs=blocks)


def correct(article: Article, correction: tuple[str, str]) -> Article:
    """Correct a figure wherever it stands, the headline included."""
    wrong, right = correction
    pattern = re.compile(rf"(?<!\d){re.escape(wrong)}(?!\d)")
    title = pattern.sub(right, article.title)
    return replace(edited(article, lambda text: pattern.sub(right, text)), title=title)


def substitute(article: Article, sentences: Mapping[int, str]) -> Article:
    """Put hand-written sentences in the places given: trimmed quotations, reported speech."""
    place = iter(range(10_000))
    blocks = tuple(
        tuple(replace(old, text=sentences.get(next(place), old.text)) for old in block)
        for block in article.paragraphs
    )
    return replace(article, paragraphs=blocks)


def hard_wrap(article: Article, width: int) -> Article:
    """Break the lines as teleprinters and mail programs do."""
    return replace(article, width=width)


def typeset(article: Article, variant: str) -> Article:
    """The same words in other code points, by a variant of ``TYPOGRAPHY``."""
    return edited(article, TYPOGRAPHY[variant])


def edited(article: Article, change: Callable[[str], str]) -> Article:
    """Change the text of every sentence; origins stay."""
    blocks = tuple(
        tuple(replace(sentence, text=change(sentence.text)) for sentence in block)
        for block in article.paragraphs
    )
    return replace(article, paragraphs=blocks)


def unbroken(article: Article, rules: House) -> list[tuple[Paragraph, ...]]:
    """The paragraphs, those joined that one quotation runs over."""
    opening, closing = rules.quotes[0]
    blocks: list[tuple[Paragraph, ...]] = []
    runs_on = False
    for block in article.paragraphs:
        if runs_on:
            blocks[-1] = (*blocks[-1], block)
        else:
            blocks.append((block,))
        text = "".join(sentence.text for sentence in block)
        runs_on = text.count(opening) > text.count(closing)
    return blocks


def _size(blocks: Sequence[Paragraph], language: str) -> float:
    return sum(length(sentence.text, language) for block in blocks for sentence in block)


def _flat(blocks: Sequence[Sequence[Paragraph]]) -> tuple[Paragraph, ...]:
    return tuple(block for joined in blocks for block in joined)


def _capital(phrase: str) -> str:
    return phrase[:1].upper() + phrase[1:]


def _full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalnum() else c for c in text)


def _ligatures(text: str) -> str:
    for letters, ligature in (("ffi", "ﬃ"), ("ffl", "ﬄ"), ("ff", "ﬀ"), ("fi", "ﬁ"), ("fl", "ﬂ")):
        text = text.replace(letters, ligature)
    return text


TYPOGRAPHY: Mapping[str, Callable[[str], str]] = {
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "non_breaking": lambda text: re.sub(r"(?<=\b\w) |(?<=\b\w\w) |(?<=\d) ", "\u00a0", text),
    "ligatures": _ligatures,
    "soft_hyphens": lambda text: re.sub(r"([^\W\d_]{5})(?=[^\W\d_]{4})", "\\1\u00ad", text),
    "zero_width": lambda text: re.sub(r"([^\W\d_]{4})(?=[^\W\d_]{4})", "\\1\u200b", text),
    "full_width": _full_width,
    "spaced_digits": lambda text: re.sub(r"(?<=[^\W\da-z])(?=\d)|(?<=\d)(?=[^\W\da-z])", " ", text),
    "tatweel": lambda text: re.sub(r"(?<=\w\w[سشصضكلم])(?=[^\W\d_]{2})", "\u0640", text),
    "direction_marks": lambda text: re.sub(r"(?<=[.،:»])|(?=«)", "\u200f", text),
}
"""Ways to write the same characters, by name."""
