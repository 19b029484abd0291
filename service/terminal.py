"""Verdicts and comparisons as text for a terminal.

Every difference is marked by signs first and by colour second: ``[-left out-]``, ``{+put in+}``,
the kind of a change of substance in brackets behind it. What a program would read is the JSON
form of ``service.schemas``; this is for eyes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rich.console import Console
from rich.text import Text

from dedup.model import (
    Article,
    Comparison,
    Edit,
    EditKind,
    EditOp,
    Match,
    Outcome,
    SentencePair,
    SentenceStatus,
    Span,
)
from dedup.shares import hundredths, percent

_SIGN = {
    SentenceStatus.IDENTICAL: "=",
    SentenceStatus.EDITED: "~",
    SentenceStatus.MOVED: ">",
    SentenceStatus.REMOVED: "-",
    SentenceStatus.ADDED: "+",
    SentenceStatus.FURNITURE: "#",
}
_STYLE = {
    SentenceStatus.IDENTICAL: "dim",
    SentenceStatus.EDITED: "yellow",
    SentenceStatus.MOVED: "cyan",
    SentenceStatus.REMOVED: "red",
    SentenceStatus.ADDED: "green",
    SentenceStatus.FURNITURE: "dim",
}
_CONTROLS = {c: 0x2400 + c for c in range(0x20)} | dict.fromkeys(range(0x7F, 0xA0), 0xFFFD)


Line = tuple[int, Text]
"""How far a line is indented, and the line."""
_CLOSING = ".,;:!?)]}%\u2019\u201d\u00bb\u3002\uff0c\u3001"


def printable(text: str) -> str:
    """The text on one line, its control characters made visible.

    An article is somebody else's text: an escape sequence in it must not steer the terminal.
    """
    return " ".join(text.split()).translate(_CONTROLS)


def show(console: Console, lines: Iterable[Line]) -> None:
    """Print lines, wrapped under their indentation for a terminal, whole for a pipe."""
    for indent, text in lines:
        wrapped = (
            text.wrap(console, console.width - indent) if console.is_terminal else [text.copy()]
        )
        for line in wrapped:
            line.rstrip()
            line.pad_left(indent)
            console.print(line, soft_wrap=True)


def outcome_lines(outcome: Outcome, stored: int) -> Iterator[Line]:
    """The verdict on one article and its matches with their reasons, strongest first.

    ``stored`` is the number of articles it was compared with.
    """
    yield 0, Text(f"verdict: {outcome.verdict}", "bold")
    for match in outcome.matches:
        yield 2, Text(printable(match.id), "bold")
        yield from _facts(match, 4)
    if outcome.left_out:
        yield 0, Text(f"{_count(len(outcome.left_out), 'sentence')} left out as furniture")
    for note in outcome.notes:
        yield 0, Text(f"note: {note}")
    yield 0, Text(f"compared with {_count(stored, 'stored article')}", "dim")


def comparison_lines(
    left: Article, right: Article, comparison: Comparison, furniture: bool = False
) -> Iterator[Line]:
    """Two articles sentence by sentence, with the words that differ marked in place.

    ``furniture`` shows the sentences that belong to the page too; otherwise they are counted.
    """
    yield 0, _heading("left", left)
    yield 0, _heading("right", right)
    yield from _facts(comparison, 0)
    yield 0, Text()
    folded = 0
    for pair in comparison.pairs:
        if pair.status is SentenceStatus.FURNITURE and not furniture:
            folded += 1
        else:
            yield 0, _label(pair)
            yield 2, _sentence(left.text, right.text, pair)
    if folded:
        text = f"{_count(folded, 'sentence')} of page furniture not shown (--furniture shows them)"
        yield 0, Text(text, "dim")


def marked(left: str, right: str, span: Span, edits: Iterable[Edit]) -> Text:
    """One sentence of ``left`` with the way to ``right`` marked in it.

    Taking out what stands in ``{+ +}`` gives the left sentence back, white space apart. A run
    that only changed place inside the sentence stands where the left text has it, unmarked.
    """
    result = Text()
    position, inserted = span.begin, False
    for edit in edits:
        if edit.op is not EditOp.EQUAL:
            _append(result, left[position : edit.left.begin], inserted)
            position = max(position, edit.left.end)
            _append_edit(result, left, right, edit)
            inserted = edit.op is EditOp.INSERT
    _append(result, left[position : span.end], inserted)
    return result


def _append_edit(result: Text, left: str, right: str, edit: Edit) -> None:
    substance = edit.kind is not None and edit.kind is not EditKind.WORDING
    weight = "bold " if substance else ""
    old = printable(left[edit.left.begin : edit.left.end])
    new = printable(right[edit.right.begin : edit.right.end])
    if edit.op is EditOp.INSERT:
        _space(result)
    if old:
        result.append(f"[-{old}-]", f"{weight}red strike")
    if new:
        result.append(f"{{+{new}+}}", f"{weight}green underline")
    if substance:
        result.append(f"[{edit.kind}]", "bold")


def _append(result: Text, text: str, inserted: bool) -> None:
    """Add text, its runs of white space as one space, none of them doubled at the seam.

    Words put in before it (``inserted``) brought no white space of their own.
    """
    if text and (text[0].isspace() or (inserted and text[0] not in _CLOSING)):
        _space(result)
    result.append(printable(text))
    if text[-1:].isspace():
        _space(result)


def _space(result: Text) -> None:
    if result and not result.plain[-1].isspace():
        result.append(" ")


def _sentence(left: str, right: str, pair: SentencePair) -> Text:
    if pair.left is None:
        assert pair.right is not None
        return Text(printable(right[pair.right.begin : pair.right.end]), _STYLE[pair.status])
    if pair.status is SentenceStatus.EDITED:
        return marked(left, right, pair.left, pair.edits)
    return Text(printable(left[pair.left.begin : pair.left.end]), _STYLE[pair.status])


def _label(pair: SentencePair) -> Text:
    words: list[str] = [pair.status]
    if pair.moved and pair.status is not SentenceStatus.MOVED:
        words.append("moved")
    if pair.quotation:
        words.append("quotation")
    if pair.status is SentenceStatus.EDITED:
        words.append(f"{percent(pair.similarity)} of the words kept")
    if pair.furniture:
        words.append(pair.furniture)
    return Text(f"{_SIGN[pair.status]} {', '.join(words)}", _STYLE[pair.status])


def _heading(side: str, article: Article) -> Text:
    line = Text(f"{side + ':':<7}", "dim").append(printable(article.id), "bold")
    if article.title:
        line.append(f"  {printable(article.title)}")
    return line


def _facts(of: Match | Comparison, indent: int) -> Iterator[Line]:
    yield indent, Text(f"{of.relation}, score {of.score:.2f}", "bold")
    for reason in of.reasons:
        yield indent, Text(f"- {printable(reason)}")
    reused = (
        f"reused: {percent(of.narrative_reuse)} as narrative, "
        f"{percent(of.quotation_reuse)} as quotation"
    )
    contained = (
        f"contained: {percent(of.containment.left_in_right)} of left in right, "
        f"{percent(of.containment.right_in_left)} of right in left"
    )
    yield indent, Text(f"{reused}; {contained}; resemblance {hundredths(of.resemblance)}")
    yield indent, Text(f"sentences: {_counts(of.sentences)}")
    yield indent, Text(f"changes: {_counts(of.changes)}")


def _counts(counts: Mapping[SentenceStatus, int] | Mapping[EditKind, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "none"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
