"""The rows of the synoptic table, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service.view import marks
from service.view.marks import Run
from service.view.prose import Furniture
from service.view.signs import Tag


@dataclass(frozen=True, slots=True)
class CellView:
    """One article's form of one sentence; ``void`` if it has none.

    Of what it left out of the base's sentence, ``lost`` is of substance, ``left_out`` wording.
    ``letters`` are versions of disputed words that it has without showing them, ``elsewhere``
    what it says of the matter in a sentence of its own.
    """

    tags: tuple[Tag, ...]
    runs: tuple[Run, ...] = ()
    left_out: tuple[Run, ...] = ()
    lost: tuple[Run, ...] = ()
    quotation: bool = False
    void: bool = False
    letters: tuple[str, ...] = ()
    elsewhere: tuple[Run, ...] = ()

    @property
    def words_left_out(self) -> str:
        """How much of the base's wording is not here."""
        more = "more " if self.lost else ""
        count = marks.words_in(self.left_out)
        return f"{count} {more}{'word' if count == 1 else 'words'} left out"


@dataclass(frozen=True, slots=True)
class TableRow:
    """One sentence across the columns; ``kinds`` are those of the disagreements in it."""

    number: str
    anchor: str
    cells: tuple[CellView, ...]
    kinds: tuple[str, ...]
    shape: str = "row"


@dataclass(frozen=True, slots=True)
class KeptRow:
    """Sentences that every column has unchanged."""

    number: str
    summary: str
    texts: tuple[str, ...]
    shape: str = "kept"


@dataclass(frozen=True, slots=True)
class Group:
    """One column's part of a folded row: a count and the sentences, or that it has none."""

    tag: Tag
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupRow:
    """Sentences of single columns, folded."""

    word: str
    number: str
    cells: tuple[Group, ...]
    shape: str = "group"


@dataclass(frozen=True, slots=True)
class PageRow:
    """Page furniture of each column, counted and folded."""

    cells: tuple[Furniture | None, ...]
    shape: str = "page"


AnyRow = TableRow | KeptRow | GroupRow | PageRow


@dataclass(frozen=True, slots=True)
class Table:
    """The table's rows for the columns (article ids, base first).

    ``differing`` is how many rows hold a disagreement; ``anchors`` says by the number of a
    point in which row it stands, and under which number.
    """

    columns: tuple[str, ...]
    rows: tuple[AnyRow, ...]
    differing: int
    anchors: Mapping[int, tuple[str, str]]
