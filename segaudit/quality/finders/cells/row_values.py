"""The numbers and days of some rows side by side, as arrays: what laws between columns are looked for in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from segaudit.model.fields import NUMERIC_TYPES, ColumnReading, FieldType
from segaudit.quality.data import QualityData
from segaudit.quality.finders.asking import measures, table_of
from segaudit.sql.cells import OK

Numbers: TypeAlias = NDArray[np.float64]

_LOOKED_AT = 4_000  # rows; a law that holds shows on fewer
_LEAST_FILLED = 20  # cells
_LEAST_DIFFERENT = 3
_MOST_COLUMNS = 16  # of numbers, and of dates


@dataclass(frozen=True, slots=True, kw_only=True)
class RowValues:
    """Numbers, or days since 1970, of the same rows by position; NaN where a cell says none or a range."""

    values: Mapping[int, Numbers]


def number_columns(data: QualityData) -> Sequence[ColumnReading]:
    """Return the first columns of numbers that differ from row to row."""
    return _columns(data, NUMERIC_TYPES)


def date_columns(data: QualityData) -> Sequence[ColumnReading]:
    """Return the first columns of dates that differ from row to row."""
    return _columns(data, frozenset({FieldType.DATE}))


def _columns(data: QualityData, types: frozenset[FieldType]) -> Sequence[ColumnReading]:
    found = [
        reading
        for reading in data.of_type(*sorted(types))
        if (counted := measures(data, reading.column.position)).filled - counted.invalid >= _LEAST_FILLED
        and counted.distinct >= _LEAST_DIFFERENT
    ]
    return found[:_MOST_COLUMNS]


def row_values(data: QualityData, readings: Sequence[ColumnReading], name: str) -> RowValues:
    """Return the values of some columns, of all rows of a small table and of some of a large one.

    Which rows are taken depends on what they hold. ``name`` is a word of ours for these columns.
    """
    columns = {reading.column.position: data.source.column(reading.column.position) for reading in readings}
    listed = ", ".join(columns.values())
    share = -(-data.source.rows // _LOOKED_AT)
    where = f" WHERE hash({listed}) % {share} = 0" if share > 1 else ""
    rows = table_of(data, f"rows_{name}", f"SELECT _row, {listed} FROM {data.source.table}{where}")
    asked = " UNION ALL ".join(
        f"SELECT {position} AS position, r._row, {_as_number(data.reading(position))} AS value FROM {rows} r "
        f"JOIN {data.grouped(position)} x ON r.{column} = x.v WHERE x.state = {OK}"
        for position, column in columns.items()
    )
    numbered = {
        int(row): place for place, (row,) in enumerate(data.engine.fetch(f"SELECT _row FROM {rows} ORDER BY _row"))
    }
    values = {position: np.full(len(numbered), np.nan) for position in columns}
    for position, row, value in data.engine.fetch(
        f"SELECT position, _row, value FROM ({asked}) WHERE value IS NOT NULL"
    ):
        values[int(position)][numbered[int(row)]] = value
    return RowValues(values=values)


def _as_number(reading: ColumnReading) -> str:
    """Return the SQL of a cell's number; a date is days since 1970, unless it stands at the end of a calendar."""
    if reading.type is FieldType.DATE:
        days = "CAST(date_diff('day', DATE '1970-01-01', CAST(x.value AS DATE)) AS DOUBLE)"
        return f"CASE WHEN x.value BETWEEN DATE '1902-01-01' AND DATE '2199-12-31' THEN {days} END"
    return "CASE WHEN x.high = x.value THEN CAST(x.value AS DOUBLE) END"


def joined(data: QualityData, *positions: int) -> str:
    """Return the relation of all rows in which some columns hold values: ``_row``, ``x0``, ``x1``, ... and ``v0``, ...

    The values are numbers, as in RowValues; beside them the raw cells.
    """
    selected, joins, known = [], [], []
    for place, position in enumerate(positions):
        number = _as_number(data.reading(position)).replace("x.", "")
        selected.append(f"j{place}.value AS x{place}, j{place}.v AS v{place}")
        joins.append(
            f"JOIN (SELECT v, {number} AS value FROM {data.grouped(position)} WHERE state = {OK}) j{place} "
            f"ON r.{data.source.column(position)} = j{place}.v"
        )
        known.append(f"j{place}.value IS NOT NULL")
    tables, where = f"{data.source.table} r {' '.join(joins)}", " AND ".join(known)
    return f"(SELECT r._row, {', '.join(selected)} FROM {tables} WHERE {where})"
