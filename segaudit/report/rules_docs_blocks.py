"""What the segment dictionary is laid out in: sections of paragraphs, facts, tables and nested lists, with links.

Texts are as the rules and the data have them; each renderer makes them safe in its own way.
"""

from dataclasses import dataclass
from typing import TypeAlias

from segaudit.report.document import Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A piece of text."""

    text: str
    to: str = ""  # anchor on the page it leads to
    tone: Tone = Tone.PLAIN
    strong: bool = False


Line: TypeAlias = tuple[Span, ...]
Lines: TypeAlias = tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Para:
    """A paragraph; one with a tone of BAD is an alarm, QUIET a note."""

    line: Line
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A few numbers that say how large something is: each the number, and what it counts."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is so, name by name."""

    rows: tuple[tuple[str, Lines], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table; the first cell of a row is what the row is about."""

    title: str  # what the table shows, for those who hear it rather than see it
    columns: tuple[str, ...]
    rows: tuple[tuple[Lines, ...], ...]
    numeric: frozenset[int] = frozenset()  # columns aligned to the right


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An entry of a nested list."""

    line: Line
    children: tuple["Item", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A nested list."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the page under a heading."""

    title: str
    anchor: str
    level: int  # 2 to 4; the page's title is 1
    blocks: tuple["Block", ...]
    marks: tuple[Span, ...] = ()  # said beside the title
    card: bool = False  # a page of its own in print


Block: TypeAlias = Para | Figures | Facts | Grid | Outline | Section


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The whole dictionary."""

    title: str
    about: tuple[Line, ...]
    blocks: tuple[Block, ...]


def span(text: str, *, to: str = "", tone: Tone = Tone.PLAIN, strong: bool = False) -> Line:
    """Return a line of one piece."""
    return (Span(text=text, to=to, tone=tone, strong=strong),)


def cell(text: str, *, to: str = "", tone: Tone = Tone.PLAIN, strong: bool = False) -> Lines:
    """Return a table's cell of one line."""
    return (span(text, to=to, tone=tone, strong=strong),)
