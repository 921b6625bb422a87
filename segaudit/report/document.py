"""A document: blocks in reading order, drawn by one renderer for each medium."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

_ONE_PERCENT = 0.01


class Tone(StrEnum):
    """What a cell or line says at a glance; a renderer may colour by it, never by it alone."""

    PLAIN = "plain"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Cell:
    """A table's cell."""

    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A table's column."""

    title: str
    numeric: bool = False  # aligned to the right
    optional: bool = False  # the first to go when there is little room


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A paragraph or a line."""

    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table; each row has a cell for each column."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


Block: TypeAlias = Heading | Text | Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What one command has to say."""

    blocks: tuple[Block, ...]

    def tables(self) -> tuple[Table, ...]:
        """Return the tables, in order."""
        return tuple(block for block in self.blocks if isinstance(block, Table))


def cells(values: Sequence[str | Cell]) -> tuple[Cell, ...]:
    """Return a row of cells, plain text standing for plain cells."""
    return tuple(value if isinstance(value, Cell) else Cell(value) for value in values)


def percent_beside(share: float, limits: Sequence[float]) -> str:
    """Return a share so that people see on which side of the limits it lies: 79.6 % is not 80 %."""
    rounded = round(share, 2)
    if any(share < limit <= rounded for limit in limits):
        return f"{int(share * 1000) / 10:.1f}%"
    return percent(share)


def percent(share: float) -> str:
    """Return a share as people read it: whole percents, but never 0 % for some or 100 % for not all."""
    if 0 < share < _ONE_PERCENT:
        return "<1%"
    if 1 - _ONE_PERCENT < share < 1:
        return ">99%"
    return f"{share:.0%}"
