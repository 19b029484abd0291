"""Invented stories that share nothing unless they are made to."""

from __future__ import annotations

import random

_SYLLABLES = "ba de fi go lu ma ne pi ro su ta ve zi kla dre sto pla gri".split()


def story(seed: str, sentences: int = 14) -> str:
    """A story of invented words: the same for the same seed, unlike any other."""
    rng = random.Random(seed)
    words = ["".join(rng.choices(_SYLLABLES, k=rng.randint(2, 4))) for _ in range(400)]
    return " ".join(
        " ".join(rng.choices(words, k=rng.randint(9, 16))).capitalize() + "."
        for _ in range(sentences)
    )


def about(topic: str, seed: str, sentences: int = 12) -> str:
    """A story of its own whose every sentence names the same people and places as its topic."""
    rng = random.Random(topic)
    names = ["".join(rng.choices(_SYLLABLES, k=5)).capitalize() for _ in range(6)]
    return " ".join(
        f"{sentence.rstrip('.')} {' '.join(names)}."
        for sentence in story(seed, sentences).split(". ")
    )


def cropped(text: str, sentences: int) -> str:
    """The first sentences of a story."""
    return ". ".join(text.split(". ")[:sentences]).rstrip(".") + "."
