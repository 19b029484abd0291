"""Texts cut into runs: what stands, what was put in, what was left out, and of which kind.

Two tiers: wording is marked quietly; a change of substance is loud and its kind written out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from dedup.model import Edit, EditKind, EditOp, Span
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
    """A stretch of text with one mark. ``kind`` is set on changes of substance only."""

    text: str
    mark: Mark = Mark.PLAIN
    kind: str = ""
    whole: bool = False

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
    return _runs(text, span, changes)


def right_runs(text: str, span: Span, edits: Iterable[Edit]) -> tuple[Run, ...]:
    """The right side of a pair: what the left side has not is marked."""
    changes = [(e.right, Mark.INS, _kind(e)) for e in edits if e.op is not EditOp.EQUAL]
    return _runs(text, span, changes)


def whole_run(text: str, span: Span, mark: Mark, edits: Sequence[Edit] = ()) -> tuple[Run, ...]:
    """A sentence that only one side has; its words are all the change there is."""
    kind = next((_kind(e) for e in edits if substance(e)), "")
    return (Run(shown(text[span.begin : span.end]), mark, kind, whole=True),)


def disputed_runs(text: str, span: Span, edits: Iterable[Edit]) -> tuple[Run, ...]:
    """The base of several pairs: the words that some other side changed in substance."""
    changes = {(e.left, Mark.FACT, _kind(e)) for e in edits if substance(e)}
    return _runs(text, span, changes)


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


def _runs(text: str, span: Span, changes: Iterable[tuple[Span, Mark, str]]) -> tuple[Run, ...]:
    runs: list[Run] = []
    at = span.begin
    for change, mark, kind in sorted(changes, key=lambda c: (c[0].begin, c[0].end)):
        begin, end = max(change.begin, at), min(change.end, span.end)
        if begin >= end:
            continue
        _append(runs, Run(text[at:begin]))
        _append(runs, Run(text[begin:end], mark, kind))
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
    if before and before.mark is run.mark is not Mark.PLAIN and before.kind == run.kind:
        if gap:
            runs.pop()
        runs[-1] = replace(before, text=before.text + gap + run.text)
    else:
        runs.append(run)
