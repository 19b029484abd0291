"""What two articles, two sentences or two stretches of words can be to each other."""

from __future__ import annotations

from enum import StrEnum


class Relation(StrEnum):
    """How the left article stands to the right one, strongest first.

    The first five are *reuse*; only they put two articles into one cluster.
    """

    EXACT = "exact"
    NEAR_DUPLICATE = "near_duplicate"
    CONTAINS = "contains"
    CONTAINED_IN = "contained_in"
    PARTIAL_COPY = "partial_copy"
    SHARED_PASSAGE = "shared_passage"
    SAME_TEMPLATE = "same_template"
    NONE = "none"

    @property
    def is_reuse(self) -> bool:
        """Whether articles so related are copies and belong into one cluster."""
        return self.level >= 2

    @property
    def level(self) -> int:
        """Degree of reuse: 3 same text, 2 substantial, 1 limited or quotations only, 0 none."""
        return _LEVEL[self]

    @property
    def rank(self) -> int:
        """Position in the order of strength; 0 is strongest."""
        return _RANK[self]

    @property
    def inverse(self) -> Relation:
        """The same relation seen from the right article."""
        if self is Relation.CONTAINS:
            return Relation.CONTAINED_IN
        if self is Relation.CONTAINED_IN:
            return Relation.CONTAINS
        return self


_LEVEL = {
    Relation.EXACT: 3,
    Relation.NEAR_DUPLICATE: 3,
    Relation.CONTAINS: 3,
    Relation.CONTAINED_IN: 3,
    Relation.PARTIAL_COPY: 2,
    Relation.SHARED_PASSAGE: 1,
    Relation.SAME_TEMPLATE: 0,
    Relation.NONE: 0,
}


_RANK = {relation: rank for rank, relation in enumerate(Relation)}


UNIQUE = "unique"
"""The verdict of an article that is related to nothing stored."""


class SentenceStatus(StrEnum):
    """What became of a sentence between the left and the right article."""

    IDENTICAL = "identical"
    EDITED = "edited"
    MOVED = "moved"
    ADDED = "added"
    REMOVED = "removed"
    FURNITURE = "furniture"


class EditOp(StrEnum):
    """What happened to a run of words inside an aligned pair of sentences."""

    EQUAL = "equal"
    REPLACE = "replace"
    INSERT = "insert"
    DELETE = "delete"


class EditKind(StrEnum):
    """What kind of thing an edit changed. All but ``wording`` are changes of substance."""

    NUMBER = "number"
    DATE = "date"
    NAME = "name"
    QUOTATION = "quotation"
    NEGATION = "negation"
    CLAIM = "claim"
    WORDING = "wording"
