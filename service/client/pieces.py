"""A batch in pieces that are sent one after the other.

Each is as much as the service stores at a time, and is sent before its answers are read: httpx
cannot do both at once, and two sides that only write wait for each other for ever.
"""

from __future__ import annotations

from service.answers import BatchLine

MOST_LINES = 64
MOST_BYTES = 1024 * 1024


class Piece:
    """Lines that are sent together, and where they stand in the whole batch."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []
        self._bytes = 0
        self._before = 0

    def has_room(self, line: bytes) -> bool:
        """Whether one more line may go with these."""
        return not self.lines or (
            len(self.lines) < MOST_LINES and self._bytes + len(line) <= MOST_BYTES
        )

    def add(self, line: bytes) -> None:
        """Put a line behind the others."""
        self.lines.append(line)
        self._bytes += len(line)

    def placed(self, answers: list[BatchLine]) -> list[BatchLine]:
        """The answers about these lines, numbered as in the whole batch; the next piece begins."""
        numbered = [a.model_copy(update={"line": a.line + self._before}) for a in answers]
        self._before += len(self.lines)
        self.lines, self._bytes = [], 0
        return numbered
