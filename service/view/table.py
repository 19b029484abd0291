"""A synopsis as the rows of the synoptic table.

The base column stands plain; every other column shows its own words with what it put in marked,
and folds away what it left out. Runs of sentences kept by all fold; so do, where no fact is
touched, sentences that the base alone has (in place) and sentences it lacks (at the end).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import groupby

from dedup.model import (
    AnalysedArticle,
    Cell,
    Row,
    SentenceStatus,
    Span,
    Synopsis,
)
from service.view import marks
from service.view.disputes import Disputed, Disputes
from service.view.marks import Run
from service.view.numbers import Numbers
from service.view.prose import Furniture, furniture
from service.view.signs import QUOTATION, Sign, Tag, moved_tag, status_tag
from service.view.table_kinds import (
    AnyRow,
    CellView,
    Group,
    GroupRow,
    KeptRow,
    PageRow,
    Table,
    TableRow,
)
from service.view.words import amount, shown

FOLD_FROM = 2
"""So many rows of one sort in a row fold into one."""


def table(
    synopsis: Synopsis,
    articles: Mapping[str, AnalysedArticle],
    beside: Set[str],
    disputes: Disputes,
) -> Table:
    """Lay a synopsis out.

    ``articles`` holds the base and every column, by id; those in ``beside`` are no copies, so
    that a sentence they lack was not dropped by them.
    """
    view = _View(synopsis, articles, beside, disputes)
    rows = tuple(view.rows())
    return Table(
        columns=view.columns,
        rows=rows,
        differing=sum(isinstance(row, TableRow) and bool(row.kinds) for row in rows),
        anchors=view.anchors,
    )


class _View:
    """What all rows need to know: the columns, base first, and their sentence numbers."""

    def __init__(
        self,
        synopsis: Synopsis,
        articles: Mapping[str, AnalysedArticle],
        beside: Set[str],
        disputes: Disputes,
    ) -> None:
        self.base = synopsis.base_id
        self.beside = beside
        self.disputes = disputes
        others = [c.article.id for c in synopsis.columns if c.article.id != self.base]
        self.columns = (self.base, *others)
        self.articles = articles
        self.numbers = {id: Numbers(articles[id].sentences) for id in self.columns}
        self.found = [(row, self._cells(row)) for row in synopsis.rows]
        self.anchors: dict[int, tuple[str, str]] = {}
        self.told = {
            disputed.point
            for row, cells in self.found
            if row.base is not None
            for disputed in self._points(row, cells)
        }

    def _cells(self, row: Row) -> dict[str, Cell]:
        return {
            c.article_id: c
            for c in row.cells
            if c.article_id != self.base
            and c.span is not None
            and c.status is not SentenceStatus.FURNITURE
        }

    def _points(self, row: Row, cells: Mapping[str, Cell]) -> list[Disputed]:
        """The disputed words that stand in a row."""
        spans = {id: cell.span for id, cell in cells.items() if cell.span}
        if row.base is not None:
            spans[self.base] = row.base
        return [d for id, span in spans.items() for d in self.disputes.within(id, span)]

    def rows(self) -> Iterator[AnyRow]:
        late: list[tuple[Row, dict[str, Cell]]] = []
        for sort, group in groupby(self.found, key=lambda item: self.sort(*item)):
            run = list(group)
            if sort == "added":
                late += run
            elif sort == "kept" and len(run) >= FOLD_FROM:
                yield self._kept([row for row, _ in run])
            elif sort == "alone" and len(run) >= FOLD_FROM:
                yield self._alone([row for row, _ in run])
            else:
                yield from (self._row(row, cells) for row, cells in run)
        if late:
            yield self._added([cells for _, cells in late])
        page = tuple(self._page(id) for id in self.columns)
        if any(page):
            yield PageRow(page)

    def sort(self, row: Row, cells: Mapping[str, Cell]) -> str:
        """Which rows may fold together."""
        points = {disputed.point for disputed in self._points(row, cells)}
        # a point that a sentence of the base tells already needs no row of its own
        if points - (self.told if row.base is None else set()) or len(self.columns) == 1:
            return "differs"
        if row.base is None:
            return "added"
        if not cells:
            return "alone"
        kept = all(c.status is SentenceStatus.IDENTICAL and not c.moved for c in cells.values())
        return "kept" if kept and len(cells) == len(self.columns) - 1 else "changed"

    def _row(self, row: Row, cells: Mapping[str, Cell]) -> TableRow:
        number = self.numbers[self.base].words(row.base) if row.base else "+"
        at = row.base or next(c.span for c in cells.values() if c.span)
        anchor = f"row{number}" if row.base else f"new{at.begin}"
        found = self._points(row, cells)
        for disputed in found:
            self.anchors.setdefault(disputed.point, (anchor, number))
        points = {disputed.point for disputed in found}
        return TableRow(
            number=number,
            anchor=anchor,
            cells=(
                self._base_cell(row.base, points),
                *(self._cell(row.base, id, cells.get(id), points) for id in self.columns[1:]),
            ),
            kinds=tuple(dict.fromkeys(disputed.kind for disputed in found)),
        )

    def _base_cell(self, span: Span | None, points: Set[int]) -> CellView:
        letters, elsewhere = self._elsewhere(self.base, points, span)
        if span is None:
            tag = self._lacking(self.base, dropped=False)
            return CellView((tag,), void=True, letters=letters, elsewhere=elsewhere)
        sentences = self.articles[self.base].sentences
        quotation = all(s.quotation for s in sentences if s.begin < span.end and span.begin < s.end)
        return CellView(
            (QUOTATION,) if quotation else (),
            marks.disputed_runs(self._text(self.base), span, self.disputes.within(self.base, span)),
            quotation=quotation,
            letters=letters,
        )

    def _elsewhere(
        self, id: str, points: Set[int], span: Span | None
    ) -> tuple[tuple[str, ...], tuple[Run, ...]]:
        """Letters of what an article does not say, and what it says in another sentence."""
        others = self.disputes.elsewhere(id, points, span)
        silent = tuple(d.letter for d in others if d.words is None)
        said = next((d for d in others if d.words and d.passage), None)
        if said is None or said.passage is None:
            return silent, ()
        return silent, marks.disputed_runs(self._text(id), said.passage, [said])

    def _cell(self, base: Span | None, id: str, cell: Cell | None, points: Set[int]) -> CellView:
        letters, elsewhere = self._elsewhere(id, points, cell.span if cell else None)
        if cell is None or cell.span is None:
            tag = self._lacking(id, dropped=base is not None)
            return CellView((tag,), void=True, letters=letters, elsewhere=elsewhere)
        disputed = self.disputes.within(id, cell.span)
        tags = [status_tag(cell.status, cell.similarity)]
        if cell.moved and base:
            tags.append(
                moved_tag(self.numbers[self.base].words(base), self.numbers[id].words(cell.span))
            )
        if cell.quotation:
            tags.append(QUOTATION)
        if base is None:
            runs = marks.disputed_runs(self._text(id), cell.span, disputed)
            return CellView(tuple(tags), runs, quotation=cell.quotation, letters=letters)
        if self._same(base, id, cell):
            letters += tuple(d.letter for d in disputed)
            return CellView(tuple(tags), letters=letters)
        gone = marks.left_out(self._text(self.base), base, cell.edits)
        return CellView(
            tuple(tags),
            marks.right_runs(self._text(id), cell.span, cell.edits, disputed),
            tuple(run for run in gone if not run.kind),
            () if disputed else tuple(run for run in gone if run.kind),
            quotation=cell.quotation,
            letters=letters,
            elsewhere=elsewhere,
        )

    def _lacking(self, id: str, *, dropped: bool) -> Tag:
        if id in self.beside:
            return Tag(Sign.DROPPED, "Not carried")
        return Tag(Sign.DROPPED, "Dropped" if dropped else "Not in this copy")

    def _same(self, base: Span, id: str, cell: Cell) -> bool:
        """Whether the base's own words stand here, so that they need not be shown again."""
        return cell.span is not None and (
            self._words(self.base, base).split() == self._words(id, cell.span).split()
        )

    def _kept(self, run: Sequence[Row]) -> KeptRow:
        spans = [row.base for row in run if row.base]
        return KeptRow(
            self._range(spans),
            f"{amount(len(spans), 'sentence')} kept by all",
            tuple(self._words(self.base, span) for span in spans),
        )

    def _alone(self, run: Sequence[Row]) -> GroupRow:
        spans = [row.base for row in run if row.base]
        texts = tuple(self._words(self.base, span) for span in spans)
        here = Group(Tag(Sign.KEPT, f"{amount(len(texts), 'sentence')} only here"), texts)
        others = (Group(self._lacking(id, dropped=True)) for id in self.columns[1:])
        return GroupRow("Sentences", self._range(spans), (here, *others))

    def _added(self, run: Sequence[Mapping[str, Cell]]) -> GroupRow:
        groups = [Group(Tag(Sign.DROPPED, "Not in this copy"))]
        for id in self.columns[1:]:
            spans = sorted(
                (cells[id].span for cells in run if id in cells), key=lambda s: s.begin if s else 0
            )
            texts = tuple(self._words(id, span) for span in spans if span)
            done = "of its own" if id in self.beside else "added"
            tag = Tag(Sign.ADDED, f"{amount(len(texts), 'sentence')} {done}")
            groups.append(Group(tag, texts) if texts else Group(Tag(Sign.DROPPED, "None added")))
        return GroupRow("Added", "+", tuple(groups))

    def _page(self, id: str) -> Furniture | None:
        article = self.articles[id]
        found = [s for s in article.sentences if s.furniture is not None]
        return furniture(article.article.text, found) if found else None

    def _range(self, spans: Sequence[Span]) -> str:
        return self.numbers[self.base].words(Span(spans[0].begin, spans[-1].end))

    def _words(self, id: str, span: Span) -> str:
        return shown(self._text(id)[span.begin : span.end])

    def _text(self, id: str) -> str:
        return self.articles[id].article.text
