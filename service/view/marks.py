"""Texts cut into runs: what stands, what was put in, what was left out, and of which kind.

Two tiers: wording is marked quietly; a change of substance is loud and its kind written out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from dedup.model import Edit, EditKind, EditOp, Span
from service.view.disputes import Disputed
from service.view.words import shown

LONG_RUN = 60
"""A loud run of more characters is set in normal weight: bold is for words, not for passages."""


class Mark(StrEnum):
    """What a run is."""

    PLAIN = "plain"
    INS = "ins"
    DEL = "del"
    FACT = "mark"


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text with one mark. ``kind`` is set on changes of substance only, ``letter``
    on words that copies dispute."""

    text: str
    mark: Mark = Mark.PLAIN
    kind: str = ""
    whole: bool = False
    letter: str = ""

    @property
    def long(self) -> bool:
        """Whether the run is a passage rather than words."""
        return len(self.text) > LONG_RUN


def substance(edit: Edit) -> bool:
    """Whether an edit changed more than wording."""
    return edit.op is not EditOp.EQUAL and edit.kind not in (None, EditKind.WORDING)


def left_runs(text: str, span: Span, edits: Iterable[Edit]) -> tuple[Run, ...]:
    """The left side of a pair: what the right side left out is marked."""
    changes = [(e.left, Mark.DEL, _kind(e)) for e in edits if e.op is not EditOp.EQUAL]
    return _runs(text, span, changes, ())


def right_runs(
    text: str, span: Span, edits: Iterable[Edit], disputed: Sequence[Disputed] = ()
) -> tuple[Run, ...]:
    """The right side of a pair: what the left side has not is marked, and what is disputed."""
    changes = [
        (piece, Mark.INS, _kind(e))
        for e in edits
        if e.op is not EditOp.EQUAL
        for piece in _outside(e.right, disputed)
    ]
    return _runs(text, span, changes, disputed)


def whole_run(text: str, span: Span, mark: Mark, edits: Sequence[Edit] = ()) -> tuple[Run, ...]:
    """A sentence that only one side has; its words are all the change there is."""
    kind = next((_kind(e) for e in edits if substance(e)), "")
    return (Run(shown(text[span.begin : span.end]), mark, kind, whole=True),)


def disputed_runs(text: str, span: Span, disputed: Sequence[Disputed]) -> tuple[Run, ...]:
    """A passage of which only what copies dispute is marked."""
    return _runs(text, span, (), disputed)


def left_out(text: str, span: Span, edits: Iterable[Edit]) -> tuple[Run, ...]:
    """Only what the right side left out of the left one, in order."""
    return tuple(run for run in left_runs(text, span, edits) if run.mark is Mark.DEL)


def plain_run(text: str, span: Span) -> tuple[Run, ...]:
    """A sentence without marks."""
    return (Run(shown(text[span.begin : span.end])),)


def words_in(runs: Iterable[Run]) -> int:
    """How many words the runs hold, by white space."""
    return sum(len(run.text.split()) for run in runs)


def _kind(edit: Edit) -> str:
    return str(edit.kind) if substance(edit) else ""


def _outside(span: Span, disputed: Sequence[Disputed]) -> Iterator[Span]:
    """What is left of a stretch of text without the disputed words in it."""
    at = span.begin
    for words in sorted((d.words for d in disputed if d.words), key=lambda w: w.begin):
        if words.end <= at or span.end <= words.begin:
            continue
        if at < words.begin:
            yield Span(at, words.begin)
        at = words.end
    if at < span.end:
        yield Span(at, span.end)


def _runs(
    text: str,
    span: Span,
    changes: Iterable[tuple[Span, Mark, str]],
    disputed: Sequence[Disputed],
) -> tuple[Run, ...]:
    marked = [(change, mark, kind, "") for change, mark, kind in changes]
    marked += [(d.words, Mark.FACT, d.kind, d.letter) for d in disputed if d.words]
    runs: list[Run] = []
    at = span.begin
    for change, mark, kind, letter in sorted(marked, key=lambda c: (c[0].begin, c[0].end)):
        begin, end = max(change.begin, at), min(change.end, span.end)
        if begin >= end:
            continue
        _append(runs, Run(text[at:begin]))
        _append(runs, Run(text[begin:end], mark, kind, letter=letter))
        at = end
    _append(runs, Run(text[at : span.end]))
    return tuple(replace(run, text=shown(run.text)) for run in runs)


def _append(runs: list[Run], run: Run) -> None:
    """Add a run; one that continues the mark before it across white space joins it."""
    if not run.text:
        return
    gap = ""
    before = runs[-1] if runs else None
    if before and before.mark is Mark.PLAIN and len(runs) > 1 and not before.text.strip():
        gap, before = before.text, runs[-2]
    if (
        before
        and before.mark is run.mark is not Mark.PLAIN
        and ((before.kind, before.letter) == (run.kind, run.letter))
    ):
        if gap:
            runs.pop()
        runs[-1] = replace(before, text=before.text + gap + run.text)
    else:
        runs.append(run)
