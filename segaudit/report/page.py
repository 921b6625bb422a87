"""What pages are laid out in: sections of paragraphs, facts, tables, charts and findings, with links.

A page is drawn as HTML, as Markdown, or as a workbook. Texts are as the rules and the data have them; each renderer
makes them safe in its own way.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from segaudit.report.charts import Chart
from segaudit.report.document import Tone


class Form(StrEnum):
    """How a number is written."""

    COUNT = "count"
    SHARE = "share"  # 0-1, read as percent
    AMOUNT = "amount"  # with decimals where it has some


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A piece of text."""

    text: str
    to: str = ""  # anchor on the page it leads to
    tone: Tone = Tone.PLAIN
    strong: bool = False
    number: float | None = None  # what the text says as a number: tables are sorted by it, workbooks calculate with it
    form: Form = Form.COUNT  # of the number
    language: str = ""  # of the text, where it is not the page's


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
    sortable: bool = False  # readers may order it otherwise


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
class Score:
    """A mark out of 100 for one part of the whole; None: it could not be judged."""

    name: str
    value: float | None
    weight: float  # 0-1, of all
    before: float | None = None  # the last time
    note: str = ""
    to: str = ""  # anchor of the section that tells more


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Marks beside each other, and what they come to."""

    title: str
    total: Score
    items: tuple[Score, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that was found, with what it rests on and what to do."""

    id: str  # anchor
    severity: str  # "error", "warning" or "note"
    severity_name: str  # as the reader calls it
    group: str  # by which findings are filtered: a dimension, or what part of the audit it is of
    table: str  # the file it is about; empty: all, or the rules
    title: str
    message: Line
    rows: int | None = None  # records it concerns
    share: float | None = None
    facts: tuple[tuple[str, Lines], ...] = ()  # columns, first rows, examples, why, how to mend


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Findings, worst first; readers may filter them."""

    title: str
    items: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """Blocks that a screen shows when they are asked for, and paper always."""

    title: str
    blocks: tuple["Block", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the page under a heading."""

    title: str
    anchor: str
    level: int  # 2 to 4; the page's title is 1
    blocks: tuple["Block", ...]
    marks: tuple[Span, ...] = ()  # said beside the title
    card: bool = False  # a page of its own in print


Block: TypeAlias = Para | Figures | Facts | Grid | Outline | Scores | Findings | Fold | Chart | Section


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """Whose page it is."""

    agency: str = ""
    client: str = ""
    logo: str = ""  # data: address of a picture that was checked; empty: none
    colour: str = ""  # "#rrggbb" that headings and charts take; empty: the house's


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The whole of it."""

    title: str
    about: tuple[Line, ...]
    blocks: tuple[Block, ...]
    language: str = "en"
    brand: Brand = Brand()


def span(text: str, *, to: str = "", tone: Tone = Tone.PLAIN, strong: bool = False) -> Line:
    """Return a line of one piece."""
    return (Span(text=text, to=to, tone=tone, strong=strong),)


def cell(text: str, *, to: str = "", tone: Tone = Tone.PLAIN, strong: bool = False) -> Lines:
    """Return a table's cell of one line."""
    return (span(text, to=to, tone=tone, strong=strong),)


def amount(text: str, number: float | None, form: Form = Form.COUNT, *, tone: Tone = Tone.PLAIN) -> Lines:
    """Return a table's cell that says a number."""
    return ((Span(text=text, number=number, form=form, tone=tone),),)
