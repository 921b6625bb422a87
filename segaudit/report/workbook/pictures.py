"""Charts with room of their own on a sheet, and their numbers on the sheet of chart data."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from openpyxl.utils import get_column_letter

from segaudit.report.charts import BarChart, IntervalChart, TrendChart
from segaudit.report.document import Tone
from segaudit.report.words import Words
from segaudit.report.workbook.blocks import write_head
from segaudit.report.workbook.chart_grids import chart_grid, limits_said
from segaudit.report.workbook.charts import draw_bars, draw_intervals, draw_trend
from segaudit.report.workbook.parts import Drawn, Head, Table
from segaudit.report.workbook.safe import Names, clean, plain
from segaudit.report.workbook.sheet import FIRST, ROW, SheetWriter
from segaudit.report.workbook.styles import Look
from segaudit.report.workbook.tables import write_table

_MOST_BARS = 40
_MOST_LINES = 8
_PIXELS_PER_CM = 37.8
_POINTS_PER_CM = 28.35
_WIDEST = 24.0  # cm


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartRoom:
    """What charts are drawn with."""

    data: SheetWriter  # of the sheet of chart data
    names: Names  # of tables
    words: Words
    told: dict[str, list[str]] = field(default_factory=dict)  # summaries of the charts of each sheet, in order


def write_picture(writer: SheetWriter, chart: Drawn, room: ChartRoom) -> None:
    """Draw a chart in rows that hold nothing else, with its summary below; its numbers go to the chart data."""
    grid, draw = chart_grid(chart, room.words), _DRAW[type(chart)]
    write_head(room.data, Head(text=chart.title, level=4))
    written = write_table(room.data, Table(grid=grid, name=f"chart {chart.title}"), room.names, room.words)
    shown = min(_size(chart), _MOST_BARS)
    drawn = draw(chart, written, writer.styles, shown)
    drawn.width = min(_WIDEST, writer.pixels / _PIXELS_PER_CM)
    drawn.height = _height(chart, shown)
    said = _said(chart, shown, room)
    writer.keep((math.ceil(drawn.height * _POINTS_PER_CM / ROW) + 2 + len(said)) * ROW)
    writer.down()
    drawn.anchor = f"{get_column_letter(FIRST)}{writer.row}"
    writer.sheet.add_chart(drawn)
    told = f"{chart.title}. {chart.summary}" if chart.summary else chart.title
    room.told.setdefault(writer.sheet.title, []).append(plain(told, 500))
    for row in range(writer.row, writer.row + math.ceil(drawn.height * _POINTS_PER_CM / ROW) + 1):
        writer.sheet.row_dimensions[row].height = ROW
    writer.down(math.ceil(drawn.height * _POINTS_PER_CM / ROW) + 1)
    for text in said:
        writer.wide(clean(text), Look(tone=Tone.QUIET))
        writer.down()


def _size(chart: Drawn) -> int:
    return len(chart.points) if isinstance(chart, TrendChart) else len(chart.rows)


def _height(chart: Drawn, shown: int) -> float:
    if not isinstance(chart, BarChart):
        return 8.5
    each = 0.7 if not chart.marks else 0.85
    return max(4.5, 2.4 + each * shown + (0.8 if len(chart.series) > 1 or chart.marks else 0))


def _said(chart: Drawn, shown: int, room: ChartRoom) -> list[str]:
    words, said = room.words, [chart.summary] if chart.summary else []
    if isinstance(chart, IntervalChart):
        said.append(words("workbook.interval"))
    if isinstance(chart, BarChart) and chart.limits:
        said.append(limits_said(chart, words))
    if shown < _size(chart):
        sheet = room.data.sheet.title
        said.append(words("workbook.more_bars", shown=shown, all=_size(chart), sheet=sheet))
    return said


_DRAW: dict[type, Callable[..., Any]] = {BarChart: draw_bars, IntervalChart: draw_intervals, TrendChart: draw_trend}
