"""Verdicts and comparisons as text for a terminal.

Every difference is marked by signs first and by colour second: ``[-left out-]``, ``{+put in+}``,
the kind of a change of substance in brackets behind it. What a program would read is the JSON
form of ``service.schemas``; this is for eyes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rich.console import Group, RenderableType
from rich.padding import Padding
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


def printable(text: str) -> str:
    """The text on one line, its control characters made visible.

    An article is somebody else's text: an escape sequence in it must not steer the terminal.
    """
    return " ".join(text.split()).translate(_CONTROLS)


def outcome_view(outcome: Outcome, stored: int) -> RenderableType:
    """The verdict on one article, its matches with their reasons, strongest first.

    ``stored`` is the number of articles it was compared with.
    """
    parts: list[RenderableType] = [Text(f"verdict: {outcome.verdict}", "bold")]
    parts += [_indented(_match(match)) for match in outcome.matches]
    if outcome.left_out:
        parts.append(Text(f"{_count(len(outcome.left_out), 'sentence')} left out as furniture"))
    parts += [Text(f"note: {note}") for note in outcome.notes]
    parts.append(Text(f"compared with {_count(stored, 'stored article')}", "dim"))
    return Group(*parts)


def comparison_view(
    left: Article, right: Article, comparison: Comparison, furniture: bool = False
) -> RenderableType:
    """Two articles sentence by sentence, with the words that differ marked in place.

    ``furniture`` shows the sentences that belong to the page too; otherwise they are counted.
    """
    parts: list[RenderableType] = [
        _heading("left", left),
        _heading("right", right),
        _facts(comparison),
        Text(),
    ]
    folded = 0
    for pair in comparison.pairs:
        if pair.status is SentenceStatus.FURNITURE and not furniture:
            folded += 1
            continue
        parts.append(_label(pair))
        parts.append(_indented(_sentence(left.text, right.text, pair)))
    if folded:
        text = f"{_count(folded, 'sentence')} of page furniture not shown (--furniture shows them)"
        parts.append(Text(text, "dim"))
    return Group(*parts)


def marked(left: str, right: str, span: Span, edits: Iterable[Edit]) -> Text:
    """One sentence of ``left`` with the way to ``right`` marked in it.

    Taking out what stands in ``{+ +}`` gives the left sentence back, white space apart. A run
    that only changed place inside the sentence stands where the left text has it, unmarked.
    """
    result = Text()
    position = span.begin
    for edit in edits:
        if edit.op is EditOp.EQUAL:
            continue
        _append(result, left[position : edit.left.begin])
        position = max(position, edit.left.end)
        _append_edit(result, left, right, edit)
    _append(result, left[position : span.end])
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
    if edit.op is EditOp.INSERT:
        result.append(" ")


def _append(result: Text, text: str) -> None:
    """Add text, its runs of white space as one space, none of them doubled at the seam."""
    if text[:1].isspace():
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
        words.append(f"{_percent(pair.similarity)} of the words kept")
    if pair.furniture:
        words.append(pair.furniture)
    return Text(f"{_SIGN[pair.status]} {', '.join(words)}", _STYLE[pair.status])


def _heading(side: str, article: Article) -> Text:
    line = Text(f"{side + ':':<7}", "dim").append(printable(article.id), "bold")
    if article.title:
        line.append(f"  {printable(article.title)}")
    return line


def _match(match: Match) -> RenderableType:
    head = Text(printable(match.id), "bold")
    return Group(head, _indented(_facts(match)))


def _facts(of: Match | Comparison) -> RenderableType:
    lines = [
        Text(f"{of.relation}, score {of.score:.2f}", "bold"),
        *(Text(f"- {printable(reason)}") for reason in of.reasons),
        Text(
            f"reused: {_percent(of.narrative_reuse)} as narrative, "
            f"{_percent(of.quotation_reuse)} as quotation; "
            f"contained: {_percent(of.containment.left_in_right)} of left in right, "
            f"{_percent(of.containment.right_in_left)} of right in left; "
            f"resemblance {of.resemblance:.2f}"
        ),
        Text(f"sentences: {_counts(of.sentences)}"),
    ]
    if any(of.changes.values()):
        lines.append(Text(f"changes: {_counts(of.changes)}"))
    return Group(*lines)


def _counts(counts: Mapping[SentenceStatus, int] | Mapping[EditKind, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "none"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _percent(share: float) -> str:
    return f"{share * 100:.0f} %"


def _indented(part: RenderableType) -> Padding:
    return Padding(part, (0, 0, 0, 2))
