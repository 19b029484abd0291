"""Topics and guessed languages: many articles together against one word after the other."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import stopwordsiso
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.analyse import analyse, analyse_all, without
from dedup.language import ballot, guess_languages, stem, stop_words
from dedup.learned import REASON
from dedup.model import AnalysedArticle, Article
from dedup.ragged import offsets
from dedup.topic import topics

WORDS = [
    *"the minister said river rivers flooded town towns mayor rescue boats £5 I".split(),
    *"der Fluss überschwemmte die Stadt Städte daß Boote Helfer".split(),
    *"река затопила город жители".split(),
    "東京の川が氾濫した。",
    "—",
]
texts = st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join)


def counted(analysed: AnalysedArticle) -> set[int]:
    """The 24 most frequent content words of a story, the obvious way."""
    told = zip(analysed.words, analysed.story.tolist(), strict=True)
    words = [word for word, of_story in told if of_story]
    if analysed.per_word > 1:
        words = [a + b for a, b in pairwise(words)]
    empty = stop_words(analysed.language)
    stems = [stem(w, analysed.language) for w in words if len(w) > 1 and w not in empty]
    hashes = [xxhash.xxh32_intdigest(one.encode()) for one in stems]
    return {found for found, _ in Counter(hashes).most_common(24)}


def guessed(words: list[str]) -> str:
    """The language that most stop words among the first 150 words are of, the obvious way."""
    votes: Counter[str] = Counter()
    for word in words[:150]:
        lists = [
            language
            for language in stopwordsiso.langs()
            for one in stopwordsiso.stopwords(language)
            if one.casefold() == word
        ]
        for language in lists:
            votes[language] += 1 / len(lists)  # type: ignore[assignment]
    most = max(votes.values(), default=0)
    if most < 0.02 * len(words[:150]) or not votes:
        return "und"
    return max(one for one, count in votes.items() if abs(count - most) < 1e-9)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(texts, st.sampled_from([None, "en", "de", "ru", "ja"])), max_size=5))
def test_topics_are_the_most_frequent_content_words(some: list[tuple[str, str | None]]) -> None:
    articles = [Article(str(i), t, language=language) for i, (t, language) in enumerate(some)]
    analysed = analyse_all(articles)
    assert topics(analysed) == [counted(one) for one in analysed]


@settings(deadline=None, max_examples=20)
@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=12), min_size=1, max_size=4))
def test_a_language_is_guessed_by_its_stop_words(some: list[list[str]]) -> None:
    parts = [[word.casefold() for word in words] for words in some]
    ballots = np.array([ballot(word) for words in parts for word in words], dtype=np.int64)
    at = offsets(list(map(len, parts))).tolist()
    assert guess_languages(ballots, at) == [guessed(words) for words in parts]


def test_an_article_that_says_its_language_is_read_in_it() -> None:
    text = "Der Minister sagte, daß der Fluss die Stadt überschwemmte."
    assert analyse(Article("a", text)).language == "de"
    [said, guess] = analyse_all([Article("a", text, language="nl-BE"), Article("b", text)])
    assert (said.language, guess.language) == ("nl", "de")


def test_what_was_learned_to_be_furniture_changes_no_topic() -> None:
    for text in (
        "Boats came to the town. A letter comes daily. The river flooded.",
        "川が氾濫した。登録してください。市長は語った。",
    ):
        raw = analyse(Article("a", text))
        learned = without(raw, {1: REASON})
        assert learned.story.sum() < raw.story.sum()
        assert topics([learned]) == topics([raw])
