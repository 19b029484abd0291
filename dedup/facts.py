"""What kind of change each edit is: number, date, name, quotation, negation, claim or wording.

Wording is the default and quiet; the other kinds are loud, so each must be right. Two rules keep
them so. Facts are compared by value and over the whole pair of sentences: what stands elsewhere
in the other sentence, or in another notation, has not changed. And a fact that came or went
counts only where the words around it were kept, since a rewritten passage proves nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from dedup.facts_find import Fact, agree, facts_in
from dedup.language import stem
from dedup.lexicon import lexicon
from dedup.model import Edit, EditKind, EditOp, Span
from dedup.words import Words, is_function_word

__all__ = ["Fact", "agree", "classify", "facts_in", "sentence_kind"]

_SPEECH = 5
"""Words from which a quotation is a person's words and not a borrowed term."""
_NEAR = 2
"""Within how many words of a kept word a claim still speaks of what was kept."""
_SHORT = 6
"""Words up to which an edit is local, so that a claim in it speaks of what was kept."""
_VOICES = frozenset({"reporting", "doubting", "confirming", "denying", "hedge"})
_BOUNDS = frozenset({"at_least", "at_most", "approximate"})
_ALONE = frozenset({"absolute", "hedge", "doubting", "occasional", "caveat"})
_COMPARED = frozenset({EditKind.NUMBER, EditKind.DATE, EditKind.NAME})
_ORDER = (
    EditKind.NUMBER, EditKind.DATE, EditKind.NAME, EditKind.NEGATION, EditKind.CLAIM,
    EditKind.QUOTATION,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Step:
    """An edit by word positions: left words a..b, right words c..d."""

    op: EditOp
    a: int
    b: int
    c: int
    d: int


@dataclass(frozen=True, slots=True)
class _Mark:
    """Words inside a step that changed in substance; one side may be empty."""

    a: int
    b: int
    c: int
    d: int
    kind: EditKind


def classify(
    edits: Iterable[Edit],
    left: Words,
    right: Words,
    *,
    language: str,
    left_day: date | None = None,
    right_day: date | None = None,
) -> tuple[Edit, ...]:
    """The edits with their kinds, split where only part of one changes a fact.

    ``edits`` are those of ``align_words`` for the same ``left`` and ``right``; ``language`` is a
    primary subtag; the days are those of publication, by which "Saturday" can be told to be
    "Jan. 4". Equal edits keep kind None, except that words kept while the marks of a quotation
    moved over them, or a currency sign changed, become replacements. Cost: some 40 microseconds
    for two sentences of 25 words.
    """
    steps = [_step(edit, left, right) for edit in edits]
    if not left.words or not right.words:
        whole = sentence_kind(right if right.words else left, language=language)
        return tuple(_edit(left, right, step, whole) for step in steps)
    if all(step.op is EditOp.EQUAL for step in steps) and left.quoted == right.quoted:
        return tuple(_edit(left, right, step, None) for step in steps)
    change = _Change(
        left,
        right,
        steps,
        facts_in(left, language=language, day=left_day),
        facts_in(right, language=language, day=right_day),
        language,
    )
    marks = sorted(change.marks(), key=lambda mark: _ORDER.index(mark.kind))
    out: list[Edit] = []
    for step in steps:
        base: EditKind | None = change.base(step)
        inside = _fitting(step, marks, base)
        for piece, kind in _pieces(step, inside, base):
            out.append(_edit(left, right, piece, kind))
    return tuple(out)


def sentence_kind(side: Words, *, language: str) -> EditKind:
    """What the coming or going of a whole sentence changes: a claim if it is a caveat."""
    caveat = any(f.value == "caveat" for f in facts_in(side, language=language))
    return EditKind.CLAIM if caveat else EditKind.WORDING


class _Change:
    """The facts of a pair of sentences that one side states and the other does not."""

    def __init__(
        self,
        left: Words,
        right: Words,
        steps: Sequence[_Step],
        left_facts: Sequence[Fact],
        right_facts: Sequence[Fact],
        language: str,
    ) -> None:
        self.left, self.right, self.language = left, right, language
        self.steps = steps
        self.partner = [-1] * len(left.words)
        for step in steps:
            if step.op is EditOp.EQUAL:
                self.partner[step.a : step.b] = range(step.c, step.d)
        self.kept_right = [False] * len(right.words)
        for j in self.partner:
            if j >= 0:
                self.kept_right[j] = True
        self.all_left, self.all_right = left_facts, right_facts
        self.alike: list[tuple[Fact, Fact]] = []
        self.gone = list(left_facts)
        self.came: list[Fact] = []
        for fact in right_facts:
            same = (g for g in self.gone if g.value == fact.value and g.kind is fact.kind)
            match = next(same, None) or next((g for g in self.gone if agree(g, fact)), None)
            if match is None:
                self.came.append(fact)
            else:
                self.gone.remove(match)
                self.alike.append((match, fact))

    def marks(self) -> Iterator[_Mark]:
        """All marks; they may contradict each other across steps of a pair."""
        taken: set[Fact] = set()
        for gone in self.gone:
            for came in self.came:
                if gone.kind is came.kind and not taken & {gone, came}:
                    found = list(self._pair(gone, came))
                    if found:
                        taken |= {gone, came}
                        yield from found
        yield from self._bounds()
        for facts, is_left in ((self.gone, True), (self.came, False)):
            for fact in facts:
                if fact not in taken and self._stands_alone(fact, is_left):
                    yield from self._single(fact, is_left)
        yield from self._moved_marks()

    def base(self, step: _Step) -> EditKind | None:
        """The kind of what is left of a step when its facts are taken out."""
        if step.op is EditOp.EQUAL:
            return None
        ours = _share(self.left.quoted, step.a, step.b)
        theirs = _share(self.right.quoted, step.c, step.d)
        if step.a == step.b:
            ours = _inside(self.left.quoted, step.a)
        if step.c == step.d:
            theirs = _inside(self.right.quoted, step.c)
        if ours > 0.5 and theirs > 0.5:
            return EditKind.WORDING if self._only_alike(step) else EditKind.QUOTATION
        if step.op is EditOp.REPLACE:
            if ours > 0.5 and theirs == 0 and _speech(self.left.quoted, step.a, step.b):
                return EditKind.QUOTATION
            if theirs > 0.5 and ours == 0 and _speech(self.right.quoted, step.c, step.d):
                return EditKind.QUOTATION
        return EditKind.WORDING

    def _only_alike(self, step: _Step) -> bool:
        """Whether a step only writes the same facts differently."""
        covered_left = {i for f, _ in self.alike for i in range(f.first, f.last)}
        covered_right = {j for _, f in self.alike for j in range(f.first, f.last)}
        return covered_left.issuperset(range(step.a, step.b)) and covered_right.issuperset(
            range(step.c, step.d)
        )

    def _pair(self, gone: Fact, came: Fact) -> Iterator[_Mark]:
        """The marks of two facts that face each other and disagree."""
        if gone.kind is EditKind.NEGATION or (gone.weak and came.weak):
            return
        for step in self.steps:
            a, b = max(step.a, gone.first), min(step.b, gone.last)
            c, d = max(step.c, came.first), min(step.d, came.last)
            if a < b and c < d and self._conflict(gone, came, step):
                if step.op is not EditOp.EQUAL:
                    yield _Mark(a, b, c, d, gone.kind)
                elif not self._touched(gone, came):
                    yield _Mark(a, b, self.partner[a], self.partner[b - 1] + 1, gone.kind)
        if gone.kind in _COMPARED and self._share_a_word(gone, came):
            for step in self.steps:
                if step.op is EditOp.DELETE and step.a < gone.last and gone.first < step.b:
                    a, b = max(step.a, gone.first), min(step.b, gone.last)
                    yield _Mark(a, b, step.c, step.c, gone.kind)
                if step.op is EditOp.INSERT and step.c < came.last and came.first < step.d:
                    c, d = max(step.c, came.first), min(step.d, came.last)
                    yield _Mark(step.a, step.a, c, d, gone.kind)

    def _conflict(self, gone: Fact, came: Fact, step: _Step) -> bool:
        if gone.kind is EditKind.CLAIM:
            classes = {gone.value, came.value}
            if classes == {"absolute", "softer"}:
                return True
            return classes <= _VOICES and classes != {"reporting", "confirming"}
        verdict = agree(gone, came)
        if gone.kind is EditKind.NAME:
            if gone.weak or came.weak:
                return False
            if verdict is False:
                return True
            return self._bare(step, gone, came, 0)
        if verdict is not False:
            return False
        if self._share_a_word(gone, came):
            return True
        if gone.kind is EditKind.NUMBER:
            unit, other = gone.value.partition(" ")[2], came.value.partition(" ")[2]
            if unit != other and "over" not in (unit, other):
                return False
            return self._bare(step, gone, came, 1) or self._same_context(gone, came)
        return self._bare(step, gone, came, 2)

    def _share_a_word(self, gone: Fact, came: Fact) -> bool:
        return any(came.first <= j < came.last for j in self.partner[gone.first : gone.last])

    def _touched(self, gone: Fact, came: Fact) -> bool:
        return min(self.partner[gone.first : gone.last]) < 0 or not all(
            self.kept_right[came.first : came.last]
        )

    def _bare(self, step: _Step, gone: Fact, came: Fact, words: int) -> bool:
        """Whether a step holds at most so many words of content beside the two facts."""
        return (
            len(self._content(True, step.a, step.b, gone)) <= words
            and len(self._content(False, step.c, step.d, came)) <= words
        )

    def _content(self, is_left: bool, first: int, last: int, but: Fact) -> list[str]:
        side = self.left if is_left else self.right
        table = lexicon(self.language)
        spent = {
            i
            for f in (self.all_left if is_left else self.all_right)
            if f.kind is EditKind.CLAIM and f.value in _BOUNDS
            for i in range(f.first, f.last)
        }
        return [
            side.words[i]
            for i in range(first, last)
            if not but.first <= i < but.last
            and i not in spent
            and not is_function_word(side.words[i])
            and side.words[i] not in table.titles
        ]

    def _same_context(self, gone: Fact, came: Fact) -> bool:
        """Whether what is counted has the same name on both sides."""
        ours = [stem(w, self.language) for w in self.left.words[gone.last : gone.last + 2]]
        theirs = [stem(w, self.language) for w in self.right.words[came.last : came.last + 2]]
        return any(w in theirs and not is_function_word(w) for w in ours)

    def _bounds(self) -> Iterator[_Mark]:
        """ "up to 60" beside "60", "at least" beside "about": the bound of a number changed."""
        for ours, theirs in self.alike:
            if ours.kind is not EditKind.NUMBER:
                continue
            before = _bound_of(ours, self.all_left), _bound_of(theirs, self.all_right)
            classes = {fact.value if fact else "approximate" for fact in before}
            if len(classes) == 1:
                continue
            for fact, is_left in zip(before, (True, False), strict=True):
                if fact is not None:
                    yield from self._single(fact, is_left)

    def _stands_alone(self, fact: Fact, is_left: bool) -> bool:
        """Whether a fact that one side lacks is by itself a change of substance."""
        if fact.kind is EditKind.NEGATION:
            step = self._step_of(fact, is_left)
            if step is None:
                return False
            nothing = Fact(fact.kind, "", 0, 0, Span(0, 0))
            ours = self._content(True, step.a, step.b, fact if is_left else nothing)
            theirs = self._content(False, step.c, step.d, nothing if is_left else fact)
            return {stem(w, self.language) for w in ours} == {
                stem(w, self.language) for w in theirs
            }
        if fact.kind is not EditKind.CLAIM:
            return False
        if fact.value == "reporting":
            return self._attribution_gone(is_left)
        return fact.value in _ALONE and self._near_kept(fact, is_left)

    def _attribution_gone(self, is_left: bool) -> bool:
        """Whether the other side names no source at all, for narrative on both sides."""
        others = self.all_right if is_left else self.all_left
        if any(f.kind is EditKind.CLAIM and f.value in _VOICES for f in others):
            return False
        return not any(self.left.quoted) and not any(self.right.quoted)

    def _near_kept(self, fact: Fact, is_left: bool) -> bool:
        step = self._step_of(fact, is_left)
        if step is None:
            return False
        first, last = (step.a, step.b) if is_left else (step.c, step.d)
        if last - first <= _SHORT:
            return True
        kept = [j >= 0 for j in self.partner] if is_left else self.kept_right
        begin = max(fact.first - 1 - _NEAR, 0)
        return any(kept[begin : fact.first]) or any(kept[fact.last : fact.last + 1 + _NEAR])

    def _step_of(self, fact: Fact, is_left: bool) -> _Step | None:
        """The one step that holds all words of a fact, unless they were kept."""
        for step in self.steps:
            first, last = (step.a, step.b) if is_left else (step.c, step.d)
            if first <= fact.first and fact.last <= last:
                return step if step.op is not EditOp.EQUAL else None
        return None

    def _single(self, fact: Fact, is_left: bool) -> Iterator[_Mark]:
        step = self._step_of(fact, is_left)
        if step is None:
            return
        if is_left:
            at = _proportional(fact.first, step.a, step.b, step.c, step.d)
            yield _Mark(fact.first, fact.last, at, at, fact.kind)
        else:
            at = _proportional(fact.first, step.c, step.d, step.a, step.b)
            yield _Mark(at, at, fact.first, fact.last, fact.kind)

    def _moved_marks(self) -> Iterator[_Mark]:
        """Words kept while the bounds of a quotation moved over them."""
        ours, theirs = self.left.quoted, self.right.quoted
        for step in self.steps:
            if step.op is not EditOp.EQUAL:
                continue
            i = step.a
            while i < step.b:
                shift = step.c - step.a
                if bool(ours[i]) == bool(theirs[i + shift]):
                    i += 1
                    continue
                begin = i
                while i < step.b and bool(ours[i]) != bool(theirs[i + shift]):
                    i += 1
                if self._borders_speech(begin, i, shift):
                    yield _Mark(begin, i, begin + shift, i + shift, EditKind.QUOTATION)

    def _borders_speech(self, begin: int, end: int, shift: int) -> bool:
        """Whether words quoted on one side adjoin, there, words quoted on both sides."""
        quoted_left = bool(self.left.quoted[begin])
        if quoted_left:
            beside = [i for i in (begin - 1, end) if 0 <= i < len(self.left.words)]
            return any(
                self.left.quoted[i] and self.partner[i] >= 0 and self.right.quoted[self.partner[i]]
                for i in beside
            )
        back = {j: i for i, j in enumerate(self.partner) if j >= 0}
        near = [j for j in (begin + shift - 1, end + shift) if 0 <= j < len(self.right.words)]
        return any(self.right.quoted[j] and j in back and self.left.quoted[back[j]] for j in near)


def _bound_of(number: Fact, facts: Sequence[Fact]) -> Fact | None:
    for fact in facts:
        is_bound = fact.kind is EditKind.CLAIM and fact.value in _BOUNDS
        if is_bound and 0 <= number.first - fact.last <= 1:
            return fact
    return None


def _proportional(at: int, first: int, last: int, other_first: int, other_last: int) -> int:
    """Where on the other side of a step a place lies, by its share of the way."""
    return other_first + (other_last - other_first) * (at - first) // max(last - first, 1)


def _share(quoted: Sequence[bool], first: int, last: int) -> float:
    return sum(map(bool, quoted[first:last])) / (last - first) if last > first else 0.0


def _inside(quoted: Sequence[bool], at: int) -> float:
    """1 when a place between words lies in or at a quotation."""
    return float(any(quoted[max(at - 1, 0) : at + 1]))


def _speech(quoted: Sequence[bool], first: int, last: int) -> bool:
    """Whether words belong to a quotation long enough to be direct speech."""
    while first > 0 and quoted[first - 1]:
        first -= 1
    while last < len(quoted) and quoted[last]:
        last += 1
    return sum(map(bool, quoted[first:last])) >= _SPEECH


def _fitting(step: _Step, marks: Sequence[_Mark], base: EditKind | None) -> list[_Mark]:
    """The marks inside a step that do not cross, the more telling kinds first."""
    chosen: list[_Mark] = []
    for mark in marks:
        inside = step.a <= mark.a <= mark.b <= step.b and step.c <= mark.c <= mark.d <= step.d
        if not inside or (mark.a == mark.b and mark.c == mark.d):
            continue
        if step.op is EditOp.EQUAL and mark.b - mark.a != mark.d - mark.c:
            continue
        if base is EditKind.QUOTATION and mark.kind not in _COMPARED:
            continue
        if all(
            (mark.b <= other.a and mark.d <= other.c) or (other.b <= mark.a and other.d <= mark.c)
            for other in chosen
        ):
            chosen.append(mark)
    return sorted(chosen, key=lambda mark: (mark.a, mark.c, mark.b, mark.d))


def _pieces(
    step: _Step, marks: Sequence[_Mark], base: EditKind | None
) -> Iterator[tuple[_Step, EditKind | None]]:
    a, c = step.a, step.c
    for mark in marks:
        if a < mark.a or c < mark.c:
            yield _Step(step.op, a, mark.a, c, mark.c), base
        yield _Step(EditOp.REPLACE, mark.a, mark.b, mark.c, mark.d), mark.kind
        a, c = mark.b, mark.d
    if a < step.b or c < step.d:
        yield _Step(step.op, a, step.b, c, step.d), base


def _step(edit: Edit, left: Words, right: Words) -> _Step:
    a, b = _range(left, edit.left)
    c, d = _range(right, edit.right)
    return _Step(edit.op, a, b, c, d)


def _range(side: Words, span: Span) -> tuple[int, int]:
    first = bisect_left(side.begins, span.begin)
    if span.begin == span.end:
        return first, first
    return first, bisect_left(side.begins, span.end, lo=first)


def _edit(left: Words, right: Words, step: _Step, kind: EditKind | None) -> Edit:
    op = step.op
    if op is not EditOp.EQUAL:
        if step.a == step.b:
            op = EditOp.INSERT
        elif step.c == step.d:
            op = EditOp.DELETE
        else:
            op = EditOp.REPLACE
    return Edit(op, _span(left, step.a, step.b), _span(right, step.c, step.d), kind)


def _span(side: Words, first: int, last: int) -> Span:
    if first < last:
        return Span(int(side.begins[first]), int(side.ends[last - 1]))
    if first:
        return Span(int(side.ends[first - 1]), int(side.ends[first - 1]))
    here = int(side.begins[0]) if len(side.words) else 0
    return Span(here, here)
