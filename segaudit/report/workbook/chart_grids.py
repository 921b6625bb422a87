"""The numbers of a chart as a table: what a spreadsheet draws from, and what Markdown shows instead."""

from segaudit.report.charts import Bar, BarChart, Interval, IntervalChart, MatrixChart, TrendChart
from segaudit.report.page import Form, Grid, Lines, amount, cell
from segaudit.report.words import Words
from segaudit.report.workbook.numbers import usable
from segaudit.report.workbook.parts import Drawn

_THERE, _NOT_THERE = "●", "○"


def chart_grid(chart: Drawn, words: Words, *, drawn: bool = True) -> Grid:
    """Return a chart's numbers, a row for each bar or point.

    Args:
        chart: What is shown.
        words: The reader's language.
        drawn: A chart is drawn from it: intervals are also said as distances from the value.
    """
    match chart:
        case BarChart():
            return _bar_grid(chart, words)
        case IntervalChart():
            return _interval_grid(chart, words, drawn=drawn)
        case TrendChart():
            return _trend_grid(chart, words)


def _bar_grid(chart: BarChart, words: Words) -> Grid:
    marked = bool(chart.marks) and len(chart.series) == 1
    said = any(row.said and row.said != _one(row, words, share=chart.share) for row in chart.rows)
    rows = tuple(
        (
            cell(row.label, to=row.to),
            *(_value(row.values[place] if place < len(row.values) else None, words, share=chart.share)
              for place in range(len(chart.series))),
            *((_value(chart.marks[index] if index < len(chart.marks) else None, words, share=chart.share),)
              if marked else ()),
            *((cell(row.said),) if said else ()),
        )
        for index, row in enumerate(chart.rows)
    )  # fmt: skip
    columns = (words("workbook.label"), *chart.series, *((chart.mark,) if marked else ()))
    numeric = frozenset(range(1, len(columns)))
    return Grid(
        title=chart.title, columns=(*columns, *((words("workbook.said"),) if said else ())), rows=rows, numeric=numeric
    )


def _interval_grid(chart: IntervalChart, words: Words, *, drawn: bool) -> Grid:
    names = ("label", "value", "low", "high", *(("below", "above") if drawn else ()))
    reference = chart.reference
    rows = tuple(
        (
            cell(row.label),
            *(_value(value, words, share=chart.share)
              for value in _ends(row, drawn=drawn)),
            *((_value(reference[0], words, share=chart.share),) if reference is not None else ()),
        )
        for row in chart.rows
    )  # fmt: skip
    columns = (*(words(f"workbook.{name}") for name in names), *((reference[1],) if reference is not None else ()))
    return Grid(title=chart.title, columns=columns, rows=rows, numeric=frozenset(range(1, len(columns))))


def _ends(row: Interval, *, drawn: bool) -> tuple[float, ...]:
    distances = (row.value - row.low, row.high - row.value) if drawn else ()
    return (row.value, row.low, row.high, *distances)


def _trend_grid(chart: TrendChart, words: Words) -> Grid:
    rows = tuple(
        (
            cell(point),
            *(_value(values[index] if index < len(values) else None, words, share=chart.share)
              for _, values in chart.lines),
        )
        for index, point in enumerate(chart.points)
    )  # fmt: skip
    columns = (words("workbook.label"), *(name for name, _ in chart.lines))
    return Grid(title=chart.title, columns=columns, rows=rows, numeric=frozenset(range(1, len(columns))))


def limits_said(chart: BarChart, words: Words) -> str:
    """Return the limits of a chart in words."""
    written = (f"{name} {_said(at, words, share=chart.share)}" for at, name in chart.limits)
    return words("workbook.limits", limits="; ".join(written))


def matrix_grid(chart: MatrixChart, words: Words) -> Grid:
    """Return a matrix as a table: a share, or whether something is there, for each square."""
    said = any(text for _, _, text in chart.rows)
    rows = tuple(
        (
            cell(label),
            *(_square(value, words, presence=chart.presence) for value in values),
            *((cell(text),) if said else ()),
        )
        for label, values, text in chart.rows
    )
    columns = (words("workbook.label"), *chart.columns, *((words("workbook.said"),) if said else ()))
    return Grid(title=chart.title, columns=columns, rows=rows)


def _square(value: float | None, words: Words, *, presence: bool) -> Lines:
    if presence:
        return cell(_THERE if value else _NOT_THERE)
    return _value(value, words, share=True)


def _value(value: float | None, words: Words, *, share: bool) -> Lines:
    if not usable(value):
        return cell("")
    return amount(_said(value, words, share=share), value, Form.SHARE if share else Form.AMOUNT)


def _one(row: Bar, words: Words, *, share: bool) -> str:
    """Return how a plain bar's value is written, if that is all it says."""
    return _said(row.values[0], words, share=share) if len(row.values) == 1 and usable(row.values[0]) else ""


def _said(value: float, words: Words, *, share: bool) -> str:
    if share:
        return words.share(value)
    return words.number(value) if float(value).is_integer() else words.decimal(value, 2)
