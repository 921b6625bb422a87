"""The spreadsheet's own charts: bars, points with their intervals, lines over time."""

import math
from collections.abc import Sequence
from typing import Any

from openpyxl.chart import BarChart as Bars
from openpyxl.chart import LineChart as Lines
from openpyxl.chart.error_bar import ErrorBars
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.chart.marker import DataPoint, Marker
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties, RegularTextRun

from segaudit.report.charts import Bar, BarChart, IntervalChart, TrendChart
from segaudit.report.document import Tone
from segaudit.report.workbook.safe import plain
from segaudit.report.workbook.series import numbers, series
from segaudit.report.workbook.styles import INK, LINE, QUIET, SERIES, TONES, Styles
from segaudit.report.workbook.tables import Written

_SHARE, _NUMBER = "0%", "#,##0.##"
_THIN, _LINE = 9525, 22225  # English metric units: three quarters of a point, 1.75 points


def draw_bars(chart: BarChart, written: Written, styles: Styles, shown: int) -> Any:  # noqa: ANN401 - has no types
    """Return horizontal bars, or stacks, the first row on top.

    Args:
        chart: What is shown.
        written: Where its numbers stand: label, each series, then the limits of rows if there are any.
        styles: For the brand's colour.
        shown: How many rows are drawn.
    """
    drawn, rows = Bars(), chart.rows[:shown]
    form = _SHARE if chart.share else _whole(value for row in rows for value in row.values)
    drawn.type, drawn.gapWidth = "bar", 45
    stacked = len(chart.series) > 1
    drawn.grouping = "stacked" if stacked else "clustered"
    drawn.overlap = 100 if stacked else -5
    texts = [plain(row.label, 80) for row in rows]
    marks = chart.marks[:shown] if chart.marks and not stacked else ()
    for place in range(len(chart.series)):
        values = [row.values[place] if place < len(row.values) else None for row in rows]
        made = series(written, place + 1, texts, values, form)
        made.graphicalProperties = GraphicalProperties(solidFill=_colour(place, styles))
        if not stacked:
            made.dPt = [_point(index, row.tone) for index, row in enumerate(rows) if row.tone is not Tone.PLAIN]
            made.dLbls = _labels()
        made.invertIfNegative = False
        drawn.series.append(made)
    if marks:
        made = series(written, len(chart.series) + 1, texts, list(marks), form)
        made.graphicalProperties = GraphicalProperties(solidFill="BFC5CF")
        drawn.series.append(made)
    drawn.x_axis.scaling.orientation = "maxMin"
    drawn.y_axis.crosses = "max"
    _finish(drawn, chart.title, form, legend=stacked or bool(marks), across=False)
    drawn.y_axis.scaling.min = min(0.0, *(value for row in rows for value in row.values), 0.0)
    if chart.share and (stacked or _reach(chart, rows) > 0.5):  # noqa: PLR2004 - half: the whole is worth seeing
        drawn.y_axis.scaling.max = max(1.0, _reach(chart, rows))
    return drawn


def draw_intervals(chart: IntervalChart, written: Written, styles: Styles, shown: int) -> Any:  # noqa: ANN401 - as above
    """Return points with a line from the lowest to the highest likely value.

    ``written`` has: label, value, lowest, highest, down to lowest, up to highest, and the reference if there is one.
    """
    drawn, rows = Lines(), chart.rows[:shown]
    form = _SHARE if chart.share else "General"
    texts = [plain(row.label, 80) for row in rows]
    points = series(written, 1, texts, [row.value for row in rows], form)
    points.graphicalProperties = GraphicalProperties(ln=LineProperties(noFill=True))
    points.marker = _marker(styles.brand, 9)
    points.dPt = [_marked(index, TONES[row.tone]) for index, row in enumerate(rows) if row.tone is not Tone.PLAIN]
    points.errBars = ErrorBars(
        errDir="y", errBarType="both", errValType="cust", noEndCap=False,
        minus=numbers(written, 4, [max(0.0, row.value - row.low) for row in rows], form),
        plus=numbers(written, 5, [max(0.0, row.high - row.value) for row in rows], form),
        spPr=GraphicalProperties(ln=LineProperties(solidFill=QUIET, w=_LINE)),
    )  # fmt: skip
    points.smooth = False
    drawn.series.append(points)
    if chart.reference is not None:
        line = series(written, 6, texts, [chart.reference[0]] * len(rows), form)
        line.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=SERIES[5], w=_LINE, prstDash="dash"))
        line.marker, line.smooth = Marker(symbol="none"), False
        drawn.series.append(line)
    _finish(drawn, chart.title, form, legend=chart.reference is not None, across=True)
    drawn.y_axis.scaling.min = min([0.0, *(row.low for row in rows)])
    drawn.y_axis.scaling.max = _round_up(max([*(row.high for row in rows), *(chart.reference or (0.0,))[:1]]))
    return drawn


def draw_trend(chart: TrendChart, written: Written, styles: Styles, shown: int) -> Any:  # noqa: ANN401 - as above
    """Return lines over runs; the last ``shown`` runs are drawn by the caller's choice of rows."""
    drawn = Lines()
    form = _SHARE if chart.share else _whole(v for _, values in chart.lines for v in values if v is not None)
    texts = [plain(point, 80) for point in chart.points[:shown]]
    for place, (_, values) in enumerate(chart.lines):
        made = series(written, place + 1, texts, list(values[:shown]), form)
        colour = _colour(place, styles)
        made.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=colour, w=_LINE))
        made.marker, made.smooth = _marker(colour, 6), False
        drawn.series.append(made)
    _finish(drawn, chart.title, form, legend=len(chart.lines) > 1, across=True)
    return drawn


def _finish(drawn: Any, title: str, form: str, *, legend: bool, across: bool) -> None:  # noqa: ANN401 - as above
    drawn.title = _title(plain(title, 160))
    drawn.roundedCorners = False
    drawn.graphical_properties = GraphicalProperties(solidFill="FFFFFF", ln=LineProperties(solidFill=LINE, w=_THIN))
    for axis in (drawn.x_axis, drawn.y_axis):
        axis.delete = False
        axis.title = None
        axis.txPr = _small()
        axis.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=LINE, w=_THIN))
        axis.majorTickMark = "none"
    drawn.y_axis.number_format, drawn.y_axis.majorGridlines.spPr = (
        form,
        GraphicalProperties(ln=LineProperties(solidFill=LINE, w=_THIN)),
    )
    drawn.x_axis.tickLblSkip = 1
    drawn.x_axis.tickLblPos, drawn.y_axis.tickLblPos = "low", "nextTo" if across else "high"
    if legend:
        drawn.legend.position, drawn.legend.overlay, drawn.legend.txPr = "b", False, _small()
    else:
        drawn.legend = None


def _title(text: str) -> Title:
    properties = CharacterProperties(sz=1200, b=True, solidFill=INK)
    run = RegularTextRun(rPr=properties, t=text)
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=properties), r=[run])
    return Title(tx=Text(rich=RichText(p=[paragraph])), overlay=False, layout=Layout(ManualLayout()))


def _small() -> RichText:
    properties = CharacterProperties(sz=900, solidFill=QUIET)
    return RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=properties), endParaRPr=properties)])


def _labels() -> DataLabelList:
    """Return labels that say a value as its cell does: never 0 % for some."""
    return DataLabelList(
        showVal=True, showSerName=False, showCatName=False, showLegendKey=False, showPercent=False,
        txPr=_small(),
    )  # fmt: skip


def _point(index: int, tone: Tone) -> DataPoint:
    return DataPoint(idx=index, invertIfNegative=False, spPr=GraphicalProperties(solidFill=_tone_colour(tone)))


def _marked(index: int, colour: str) -> DataPoint:
    spot = GraphicalProperties(solidFill=colour, ln=LineProperties(noFill=True))
    return DataPoint(idx=index, marker=_marker(colour, 9), spPr=spot)


def _marker(colour: str, size: int) -> Marker:
    fill = GraphicalProperties(solidFill=colour, ln=LineProperties(solidFill=colour))
    return Marker(symbol="circle", size=size, spPr=fill)


def _tone_colour(tone: Tone) -> str:
    return {Tone.GOOD: "009E73", Tone.WARN: "E69F00", Tone.BAD: "C8452B", Tone.QUIET: "B4BBC6"}[tone]


def _colour(place: int, styles: Styles) -> str:
    return styles.brand if place == 0 else SERIES[place % len(SERIES)]


def _whole(values: Any) -> str:  # noqa: ANN401 - any numbers
    return "#,##0" if all(float(value).is_integer() for value in values) else _NUMBER


def _round_up(value: float) -> float | None:
    """Return the next number above that people would end a scale with."""
    if value <= 0:
        return None
    step = 10.0 ** math.floor(math.log10(value)) / 2
    return float(round(step * (math.floor(value / step) + 1), 12))


def _reach(chart: BarChart, rows: Sequence[Bar]) -> float:
    marks = [mark for mark in chart.marks if mark is not None]
    return max([0.0, *marks, *(sum(row.values) for row in rows)])
