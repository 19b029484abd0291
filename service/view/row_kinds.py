"""The rows of the side-by-side page, as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dedup.model import Sentence
from service.view.marks import Run
from service.view.signs import Tag


@dataclass(frozen=True, slots=True)
class Text:
    """One article of a pair: its text, its sentences and the name it goes by."""

    text: str
    sentences: Sequence[Sentence]
    name: str


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a pair: its sentence numbers and its words."""

    number: str
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class PairRow:
    """One pair of sentences; ``changed`` if next and previous change stop here."""

    anchor: str
    left: Side | None
    right: Side | None
    tags: tuple[Tag, ...]
    kinds: tuple[str, ...]
    kept: str
    quotation: bool
    changed: bool
    substance: bool
    shape: str = "pair"


@dataclass(frozen=True, slots=True)
class FoldRow:
    """A run of sentences behind one line; ``sort`` is kept, furniture or only."""

    anchor: str
    sort: str
    summary: tuple[tuple[str, str], ...]
    left: tuple[str, ...]
    right: tuple[str, ...]
    shape: str = "fold"
    substance: bool = False

    @property
    def changed(self) -> bool:
        """Whether next and previous change stop here."""
        return self.sort == "only"


@dataclass(frozen=True, slots=True)
class MovedRow:
    """Where a right sentence stood that is shown beside its left counterpart elsewhere."""

    anchor: str
    number: str
    beside: str
    target: str
    shape: str = "moved"
    changed: bool = False
    substance: bool = False


@dataclass(frozen=True, slots=True)
class QuietRow:
    """Stands for pairs that hide while only changes of substance are shown."""

    count: int
    anchor: str = ""
    shape: str = "quiet"
    changed: bool = False
    substance: bool = False


Row = PairRow | FoldRow | MovedRow | QuietRow


@dataclass(frozen=True, slots=True)
class Hop:
    """Anchors of the previous and the next change."""

    previous: str
    next: str


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows with the ways between the changes: ``hops`` all, ``loud`` those of substance."""

    rows: tuple[Row, ...]
    hops: Mapping[str, Hop]
    loud: Mapping[str, Hop]
    left_sentences: int
    right_sentences: int
