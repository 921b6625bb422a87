"""Physical lines that can be looked at before they are taken, and given back however many they were."""

import io
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import TextIO

from segaudit.errors import InputError

MOST_AHEAD = 1024  # lines looked at together
_AT_ONCE = 1 << 18  # characters read together
LONGEST_LINE = 1 << 28  # characters of a line; what is longer is no text


class Lines:
    """The lines of a text, one after the other.

    What is given back is held as text: a line takes 60 bytes beside its characters, and there may be millions.
    """

    def __init__(self, blocks: Iterable[list[str]]) -> None:
        """Begin.

        Args:
            blocks: Lines, their line ends included, those together that are held together.
        """
        self._blocks = iter(blocks)
        self._held: list[str] = []
        self._taken = 0  # how many of those
        self._back: deque[str] = deque()  # texts of whole lines that come next
        self.number = 0  # of the line taken last

    def ahead(self, most: int = MOST_AHEAD) -> list[str]:
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
        return split_lines(self._back.popleft()) if self._back else next(self._blocks, [])


def split_lines(text: str) -> list[str]:
    """Return the physical lines of a text, line ends included."""
    return io.StringIO(text, newline="").readlines()


def read_blocks(file: TextIO, label: str) -> Iterator[list[str]]:
    """Yield the physical lines of a file, some thousands together: one by one takes three times as long.

    Raises:
        InputError: A line is longer than any text's.
    """
    begun: list[str] = []  # pieces of a line whose end was not seen yet
    length = 0
    while piece := file.read(_AT_ONCE):
        begun.append(piece)
        length += len(piece)
        if "\n" in piece or "\r" in piece:
            lines = split_lines("".join(begun))
            # What ends in a carriage return may go on with a line feed.
            begun = [] if lines[-1].endswith("\n") else [lines.pop()]
            length = sum(map(len, begun))
            if lines:
                yield lines
        elif length >= LONGEST_LINE:
            raise InputError("one line is longer than a text file's can be", where=label, hint="export it as CSV again")
    if begun:
        yield split_lines("".join(begun))
