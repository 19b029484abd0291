"""Outcomes: what is answered to whoever sent an article, and what is to be noted about it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dedup.analyse import left_out
from dedup.matches import verdict_of
from dedup.model import AnalysedArticle, Article, Match, Outcome

REPLACED = "Another version of the article came in at the same time and has taken its place."
REMOVED = "The article was removed by somebody else at the same time."


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of one article after it was linked, was found unchanged, or was checked.

    ``gone``: others replaced or removed it in between.
    """

    analysed: AnalysedArticle
    matches: tuple[Match, ...]
    cluster_id: str | None
    compared: int = 0
    notes: tuple[str, ...] = ()
    gone: bool = False

    def outcome(self, id: str, status: str | None, min_story_words: int) -> Outcome:
        """The answer about the article of that id; ``status`` is None if it was not stored."""
        notes = self.notes
        if self.analysed.story_words < min_story_words:
            notes += (
                f"The story has fewer than {min_story_words} words: "
                "it was compared for exactness only.",
            )
        return Outcome(
            id=id,
            status=status,
            verdict=verdict_of(self.matches),
            matches=self.matches,
            cluster_id=self.cluster_id,
            left_out=left_out(self.analysed),
            notes=notes,
            compared=self.compared,
        )


def noted(outcome: Outcome, sent: Article) -> Outcome:
    """The outcome, with a note if the article is stored under another id than it was sent with."""
    if outcome.id == sent.id:
        return outcome
    note = f"Articles with this URL are one article, which is stored as {outcome.id!r}"
    if sent.id_given:
        note += f"; {sent.id!r} is another name of it"
    return replace(outcome, notes=(*outcome.notes, f"{note}."))
