"""The vocabulary against asking word by word, also by several threads and when it is full."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.vocabulary import Read, Vocabulary

words = st.lists(st.text("aAbB", max_size=3), max_size=40)


def fold(raw: str) -> tuple[str, int]:
    return raw.lower(), hash(raw.lower()) % 2**64


def vowels(word: str) -> int:
    return word.count("a")


def is_right(read: Read, raw: list[str]) -> bool:
    return (
        read.words == tuple(fold(one)[0] for one in raw)
        and read.hashes.tolist() == [fold(one)[1] for one in raw]
        and read.told(vowels).tolist() == [vowels(fold(one)[0]) for one in raw]
        and read.told(len).tolist() == [len(one) for one in raw]
    )


@given(st.lists(words, max_size=6), st.integers(1, 9))
def test_it_tells_of_each_word_what_is_told_of_it_alone(texts: list[list[str]], limit: int) -> None:
    vocabulary = Vocabulary(fold, limit)
    read = [vocabulary.read(text) for text in texts]
    # also of words that were read before it began anew
    assert all(map(is_right, read, texts))


def test_every_word_is_worked_out_once() -> None:
    folded: Counter[str] = Counter()
    told: Counter[str] = Counter()

    def counted(raw: str) -> tuple[str, int]:
        folded[raw] += 1
        return fold(raw)

    def telling(word: str) -> int:
        told[word] += 1
        return len(word)

    vocabulary = Vocabulary(counted, 100_000)
    raw = [f"word {i % 9000}" for i in range(20_000)]
    for begin in range(0, len(raw), 500):
        read = vocabulary.read(raw[begin : begin + 500])
        assert read.told(telling).tolist() == list(map(len, raw[begin : begin + 500]))
    assert set(folded.values()) == set(told.values()) == {1}
    assert len(folded) == len(told) == 9000


def test_a_function_may_read_words_itself() -> None:
    vocabulary = Vocabulary(fold, 100)

    def reading(word: str) -> int:
        return len(vocabulary.read([word, f"{word} again"]).words)

    assert vocabulary.read(["a", "b"]).told(reading).tolist() == [2, 2]


def test_threads_that_meet_the_same_words_agree() -> None:
    for limit in (500, 100_000):
        vocabulary = Vocabulary(fold, limit)
        random = np.random.default_rng(1)
        texts = [[f"Word{n}" for n in random.integers(0, 20_000, 300)] for _ in range(400)]

        def read(text: list[str], shared: Vocabulary = vocabulary) -> bool:
            return is_right(shared.read(text), text)

        with ThreadPoolExecutor(8) as pool:
            assert all(pool.map(read, texts))
