"""The parts a sheet is put together from, beside the plain blocks of a page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from segaudit.report.charts import BarChart, IntervalChart, MatrixChart, TrendChart
from segaudit.report.page import Facts, Figures, Grid, Outline, Para, Span

Drawn: TypeAlias = BarChart | IntervalChart | TrendChart  # what a spreadsheet has charts of its own for


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A heading inside a sheet."""

    text: str
    level: int  # 3 and more; the sheet's title is 2
    anchor: str = ""
    marks: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table people filter and sort."""

    grid: Grid
    name: str  # what formulas call it; made safe where it is written
    anchors: tuple[str, ...] = ()  # of its rows; empty where a row has none
    bars: Mapping[int, float | None] = field(default_factory=dict)  # columns with bars in their cells, and what is full
    arrows: frozenset[int] = frozenset()  # columns whose numbers go up or down
    share_bars: bool = True  # shares have bars too
    titled: bool = True  # its title stands above it


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat:
    """A matrix as coloured cells."""

    chart: MatrixChart


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A chart of the spreadsheet's own."""

    chart: Drawn


Part: TypeAlias = Head | Table | Heat | Picture | Para | Figures | Facts | Outline


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A part, and how many folds it is in."""

    part: Part
    depth: int = 0
