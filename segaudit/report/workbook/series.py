"""Ranges of cells as a chart's series, with what the cells say kept beside the reference."""

from collections.abc import Sequence

from openpyxl.chart.data_source import (
    AxDataSource,
    NumData,
    NumDataSource,
    NumRef,
    NumVal,
    StrData,
    StrRef,
    StrVal,
)
from openpyxl.chart.series import Series, SeriesLabel
from openpyxl.utils import get_column_letter, quote_sheetname

from segaudit.report.workbook.tables import Written


def _range(written: Written, place: int, rows: int) -> str:
    letter = get_column_letter(written.column + place)
    return f"{quote_sheetname(written.sheet)}!${letter}${written.first}:${letter}${written.first + rows - 1}"


def numbers(written: Written, place: int, values: Sequence[float | None], form: str = "General") -> NumDataSource:
    """Return a column of numbers; places without one are gaps."""
    points = [NumVal(idx=index, v=repr(value)) for index, value in enumerate(values) if value is not None]
    cached = NumData(formatCode=form, ptCount=len(values), pt=points)
    return NumDataSource(numRef=NumRef(f=_range(written, place, len(values)), numCache=cached))


def labels(written: Written, texts: Sequence[str]) -> AxDataSource:
    """Return the first column as what the bars or points are called."""
    points = [StrVal(idx=index, v=text) for index, text in enumerate(texts)]
    cached = StrData(ptCount=len(texts), pt=points)
    return AxDataSource(strRef=StrRef(f=_range(written, 0, len(texts)), strCache=cached))


def series(written: Written, place: int, texts: Sequence[str], values: Sequence[float | None], form: str) -> Series:
    """Return a column as one series of a chart, named by its header; its order is the one it is added in."""
    name = f"{quote_sheetname(written.sheet)}!${get_column_letter(written.column + place)}${written.header}"
    cached = StrData(ptCount=1, pt=[StrVal(idx=0, v=written.headers[place])])
    return Series(
        tx=SeriesLabel(strRef=StrRef(f=name, strCache=cached)),
        cat=labels(written, texts),
        val=numbers(written, place, values, form),
    )
