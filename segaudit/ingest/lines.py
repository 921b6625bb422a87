"""Physical lines that can be looked at before they are taken, and given back however many they were."""

import io
from collections import deque
from collections.abc import Iterable, Sequence

_MOST = 1024  # lines held at a time
_MOST_CHARACTERS = 1 << 18  # in those lines, but for a single long one


class Lines:
    """The lines of a text, one after the other.

    What is given back is held as text: a line takes 60 bytes beside its characters, and there may be millions.
    """

    def __init__(self, source: Iterable[str], first_line: int = 1) -> None:
        """Begin.

        Args:
            source: Lines, their line ends included.
            first_line: Number of the first of them.
        """
        self._source = iter(source)
        self._held: list[str] = []
        self._taken = 0  # how many of those
        self._back: deque[str] = deque()  # texts of whole lines that come next
        self.number = first_line - 1  # of the line taken last

    def ahead(self, most: int = _MOST) -> list[str]:
        """Return some of the lines that come next, without taking them; none at the end only."""
        if self._taken == len(self._held):
            self._held, self._taken = self._read(), 0
        return self._held[self._taken : self._taken + most]

    def take(self, count: int) -> None:
        """Take as many of the lines that were looked at."""
        self._taken += count
        self.number += count

    def next(self) -> str | None:
        """Take a line; None at the end."""
        if self._taken == len(self._held):
            self._held, self._taken = self._read(), 0
            if not self._held:
                return None
        self._taken += 1
        self.number += 1
        return self._held[self._taken - 1]

    def give_back(self, texts: Sequence[str], count: int) -> None:
        """Give back the lines taken last.

        Args:
            texts: What they were, in order: one line each, or several.
            count: How many lines these are.
        """
        self.number -= count
        if count <= self._taken:
            self._taken -= count
            return
        if rest := "".join(self._held[self._taken :]):
            self._back.appendleft(rest)
        self._back.extendleft(filter(None, reversed(texts)))
        self._held, self._taken = [], 0

    def _read(self) -> list[str]:
        if self._back:
            return split_lines(self._back.popleft())
        lines, length = [], 0
        for line in self._source:
            lines.append(line)
            length += len(line)
            if length >= _MOST_CHARACTERS or len(lines) == _MOST:
                break
        return lines


def split_lines(text: str) -> list[str]:
    """Return the physical lines of a text, line ends included."""
    return io.StringIO(text, newline="").readlines()
