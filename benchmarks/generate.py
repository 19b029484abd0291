"""A generated corpus: any number of articles with realistic word frequencies, some of them copies.

Words are drawn by Zipf's law with Mandelbrot's offset (exponent 1.05) from a vocabulary of
invented words; every story has its own people, places and figures, so that two stories share
what two real stories share: common words and phrases, not passages. One article in ``copies``
is an edited copy of one of the last ``reach`` articles: cropped, re-led, reordered, reworded here
and there. The same seed gives the same corpus.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from dedup.model import Article

_ONSETS = "b c ch cl d dr f fl g gr h j k l m n p pl pr qu r s sh sl st str t tr v w z".split()
_VOWELS = "a e i o u ai ea ee ou io".split()
_CODAS = ["", "", "", "n", "r", "s", "t", "l", "nd", "st", "ck", "m", "rd"]
_COMMON = (
    "the of to and a in said that for it is on was by with as at from its be has have he are an"
    " not will which would had but were their they been after or who his this more about up one"
    " year also than last new two first could other when officials government people percent"
).split()


@dataclass(frozen=True, slots=True)
class Made:
    """A generated article and the id it was copied from, if it was."""

    article: Article
    original: str | None


def vocabulary(size: int, rng: np.random.Generator) -> list[str]:
    """Distinct lower-case words, the commonest first; the very commonest are English."""
    words = list(_COMMON)
    seen = set(words)
    while len(words) < size:
        syllables = int(rng.integers(1, 4)) + (len(words) > 300)
        word = "".join(
            _ONSETS[int(rng.integers(len(_ONSETS)))]
            + _VOWELS[int(rng.integers(len(_VOWELS)))]
            + _CODAS[int(rng.integers(len(_CODAS)))]
            for _ in range(syllables)
        )
        if word not in seen:
            seen.add(word)
            words.append(word)
    return words


def articles(
    count: int, *, seed: int = 1, words: int = 350, copies: int = 10, reach: int = 20_000
) -> Iterator[Made]:
    """``count`` articles of about ``words`` words each, one in ``copies`` an edited copy."""
    rng = np.random.default_rng(seed)
    lexicon = vocabulary(30_000, rng)
    weights = 1.0 / (np.arange(len(lexicon)) + 2.7) ** 1.05
    cumulative = np.cumsum(weights / weights.sum())
    start = datetime(2026, 1, 1, tzinfo=UTC)
    recent: deque[tuple[str, list[list[str]]]] = deque(maxlen=reach)
    for number in range(count):
        original = None
        if recent and number % copies == copies - 1:
            original, story = recent[int(rng.integers(len(recent)))]
            sentences = _edited(story, lexicon, cumulative, rng)
        else:
            sentences = _story(words, lexicon, cumulative, rng)
        id = f"made-{seed}-{number}"
        if original is None:
            recent.append((id, sentences))
        yield Made(
            Article(
                id=id,
                text=_typeset(sentences),
                source=f"Outlet {number % 97}",
                published_at=start + timedelta(seconds=20 * number),
                language="en",
            ),
            original,
        )


def _draw(
    count: int, lexicon: list[str], cumulative: np.ndarray, rng: np.random.Generator
) -> list[str]:
    places = np.searchsorted(cumulative, rng.random(count)).clip(max=len(lexicon) - 1)
    return [lexicon[i] for i in places.tolist()]


def _story(
    words: int, lexicon: list[str], cumulative: np.ndarray, rng: np.random.Generator
) -> list[list[str]]:
    """Sentences of 12 to 30 words, some with a name, some with a figure of this story."""
    names = [lexicon[i].capitalize() for i in rng.integers(3000, len(lexicon), 6).tolist()]
    figures = [f"{int(n):,}" for n in rng.integers(3, 90_000, 4)]
    lengths: list[int] = []
    while sum(lengths) < words:
        lengths.append(int(rng.integers(12, 31)))
    drawn = _draw(sum(lengths), lexicon, cumulative, rng)
    out: list[list[str]] = []
    at = 0
    for length in lengths:
        sentence = drawn[at : at + length]
        at += length
        sentence[int(rng.integers(length))] = names[int(rng.integers(len(names)))]
        if rng.random() < 0.4:
            sentence[int(rng.integers(length))] = figures[int(rng.integers(len(figures)))]
        out.append(sentence)
    return out


def _edited(
    story: list[list[str]],
    lexicon: list[str],
    cumulative: np.ndarray,
    rng: np.random.Generator,
) -> list[list[str]]:
    """Keep a head of 50 to 100 % of the sentences, a new lead before, one word in 12 changed."""
    kept = max(3, int(len(story) * rng.uniform(0.5, 1.0)))
    out = [list(sentence) for sentence in story[:kept]]
    for sentence in out:
        for i in np.flatnonzero(rng.random(len(sentence)) < 1 / 12).tolist():
            sentence[i] = _draw(1, lexicon, cumulative, rng)[0]
    if rng.random() < 0.5:
        out.insert(0, _draw(int(rng.integers(15, 26)), lexicon, cumulative, rng))
    return out


def _typeset(sentences: list[list[str]]) -> str:
    typeset = [f"{s[0].capitalize()} {' '.join(s[1:])}." for s in sentences]
    return "\n\n".join(" ".join(typeset[i : i + 2]) for i in range(0, len(typeset), 2))
