"""What charts show, whoever draws them: HTML as SVG, a workbook as its own charts, Markdown as a table.

Every chart has a summary in words, which says what the picture shows to those who do not see it. Shares are 0-1.
"""

from dataclasses import dataclass
from typing import TypeAlias

from segaudit.report.document import Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar, or one stack."""

    label: str
    values: tuple[float, ...]  # one for each series
    said: str = ""  # written at its end; empty: the value
    tone: Tone = Tone.PLAIN
    to: str = ""  # anchor it leads to


@dataclass(frozen=True, slots=True, kw_only=True)
class BarChart:
    """Horizontal bars: coverage, spellings, sizes."""

    title: str
    summary: str
    series: tuple[str, ...]  # what the parts of a stack are; one where bars are plain
    rows: tuple[Bar, ...]
    share: bool = False  # values are shares of 1
    limits: tuple[tuple[float, str], ...] = ()  # lines across all bars, and what they are
    marks: tuple[float | None, ...] = ()  # a limit of its own in each row; or none at all
    mark: str = ""  # what it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A value, and the interval it is believed to be in."""

    label: str
    low: float
    value: float
    high: float
    said: str = ""
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalChart:
    """Values with intervals, beside each other on one scale."""

    title: str
    summary: str
    rows: tuple[Interval, ...]
    share: bool = True
    reference: tuple[float, str] | None = None  # a line across, and what it is


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixChart:
    """A square for each pair of a row and a column, the darker the more; None is an empty one."""

    title: str
    summary: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[float | None, ...], str], ...]  # label, shares of 1, said at its end
    presence: bool = False  # squares say there or not there, instead of how much


@dataclass(frozen=True, slots=True, kw_only=True)
class SetChart:
    """How sets meet, as an UpSet chart draws it."""

    title: str
    summary: str
    sets: tuple[tuple[str, int], ...]  # name, size
    meets: tuple[tuple[tuple[int, ...], int], ...]  # places of the sets, records in exactly these


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowChart:
    """What went from where to where: a Sankey chart of one step."""

    title: str
    summary: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    flows: tuple[tuple[int, int, int], ...]  # place before, place after, records


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Two records that were compared."""

    a: int
    b: int
    probability: float
    said: str = ""
    joined: bool = True  # they are taken for one


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphChart:
    """A few records and how alike they are."""

    title: str
    summary: str
    nodes: tuple[str, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendChart:
    """Values over runs or days."""

    title: str
    summary: str
    points: tuple[str, ...]  # names of the runs, oldest first
    lines: tuple[tuple[str, tuple[float | None, ...]], ...]  # name, a value for each run
    share: bool = False


Chart: TypeAlias = BarChart | IntervalChart | MatrixChart | SetChart | FlowChart | GraphChart | TrendChart
