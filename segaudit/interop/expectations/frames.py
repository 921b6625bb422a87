"""The engine's table as great_expectations sees it: original headers, numbers and dates where columns are read so."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from segaudit.engine.protocol import Engine, Parameters
from segaudit.errors import InputError
from segaudit.interop.expectations.library import load_pandas
from segaudit.model.fields import NUMERIC_TYPES, ColumnReading, FieldType, Placeholder
from segaudit.model.source import Source
from segaudit.sql.cells import BLANK, INVALID, PLACEHOLDER, cell_parameters, classified_cells
from segaudit.sql.kinds import KINDS

MOST_CELLS = 5_000_000  # of the columns a suite names: about 1 GB in pandas
_MOST_WHOLE = "9e18"  # what 64 bits hold
_FIRST_DAY, _LAST_DAY = date(1678, 1, 1), date(2262, 1, 1)  # what pandas keeps as nanoseconds
ROW = "_row"


class Held(StrEnum):
    """As what the cells of a column are handed over."""

    TEXT = "text"
    WHOLE = "whole"  # numbers
    NUMBER = "number"
    DATE = "date"  # moments at midnight


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientTable:
    """A file in the engine, its columns typed."""

    source: Source
    readings: Sequence[ColumnReading]  # in the file's order, position 1 first
    placeholders: Sequence[Placeholder]
    engine: Engine

    def reading_of(self, header: str) -> ColumnReading | None:
        """Return the column with a header; None if there is none or more than one."""
        found = [reading for reading in self.readings if reading.column.header == header]
        return found[0] if len(found) == 1 else None

    def readings_of(self, headers: Iterable[str]) -> list[ColumnReading]:
        """Return the columns with some headers, each once."""
        found = (self.reading_of(header) for header in dict.fromkeys(headers))
        return [reading for reading in found if reading is not None]


def held_as(reading: ColumnReading) -> Held:
    """Return as what a column's cells are handed over."""
    if reading.type is FieldType.DATE:
        return Held.DATE
    if reading.type is FieldType.INT:
        return Held.WHOLE
    return Held.NUMBER if reading.type in NUMERIC_TYPES else Held.TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class CellQuery:
    """What reads a column: ``relation`` has ``_row``, and the two expressions are about its rows."""

    relation: str
    parameters: Parameters
    cell: str  # the cell as it is handed over; NULL where it is missing
    lost: str  # whether it is neither missing nor what the column holds


def cell_query(table: ClientTable, reading: ColumnReading) -> CellQuery:
    """Return what reads a column: one sense of blank, of words for nothing and of numbers, wherever a suite is run."""
    column = table.source.column(reading.column.position)
    relation = classified_cells(f"(SELECT _row, {column} AS v FROM {table.source.table})", reading)
    parameters = cell_parameters(reading.column.field, reading.type, table.placeholders)
    held = held_as(reading)
    if held is Held.TEXT:
        cell, lost = f"CASE WHEN state > {BLANK} THEN v END", "FALSE"
    else:
        how = KINDS[reading.type].readings[reading.style]
        # A range such as 50-200 is no number that a suite could compare.
        single = f" AND ({how.high}) = value" if how.high else ""
        short = f" AND abs(value) < {_MOST_WHOLE}" if held is Held.WHOLE else ""
        known = f"state > {INVALID}{single}{short}"
        cell, lost = f"CASE WHEN {known} THEN value END", f"state > {PLACEHOLDER} AND NOT ({known})"
    return CellQuery(relation=relation, parameters=parameters, cell=cell, lost=lost)


def remark_of(reading: ColumnReading, lost: int) -> str:
    """Return what to say of cells that could not be handed over as what the column holds."""
    what = "date" if reading.type is FieldType.DATE else "single number"
    return f'{lost:,} cells of "{reading.column.header}" are no {what} and count as missing'


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Columns of a table in pandas; the index is _row."""

    cells: Any  # pandas.DataFrame
    remarks: tuple[str, ...]  # what could not be handed over as it is


def read_frame(table: ClientTable, headers: Iterable[str]) -> Frame:
    """Return some columns of a table as a pandas frame.

    Blank cells are missing. In a column of numbers or dates placeholders are missing too, and so is what cannot be
    read, of which a remark says how much there is; a column of text keeps what it says, placeholders included.

    Raises:
        InputError: There are more cells than pandas should be given.
    """
    readings = table.readings_of(headers)
    cells = len(readings) * table.source.rows
    if cells > MOST_CELLS:
        raise InputError(
            f"the suite looks at {cells:,} cells, which is more than pandas is given",
            where=table.source.name,
            hint=f"add --engine spark (pip install 'segaudit[spark]'): there it has no bound; on pandas {MOST_CELLS:,} "
            "are the most (rows x columns it names), so otherwise split the suite by its columns or sample the rows",
        )
    pd = load_pandas()
    columns, remarks = {}, []
    for reading in readings:
        columns[reading.column.header], lost = _column(table, reading)
        if lost:
            remarks.append(remark_of(reading, lost))
    index = pd.RangeIndex(1, table.source.rows + 1, name=ROW)
    return Frame(cells=pd.DataFrame(columns, index=index), remarks=tuple(remarks))


def _column(table: ClientTable, reading: ColumnReading) -> tuple[Any, int]:
    """Return a column as a pandas series, and how many cells are neither missing nor what it holds."""
    query = cell_query(table, reading)
    rows = table.engine.fetch(
        f"SELECT {query.cell}, {query.lost} FROM {query.relation} ORDER BY _row", query.parameters
    )
    values, lost = [value for value, _ in rows], sum(1 for _, unread in rows if unread)
    match held_as(reading):
        case Held.TEXT:
            held: dict[str, str] = {}  # each different text once
            return _series([None if value is None else held.setdefault(value, value) for value in values], "object"), 0
        case Held.DATE:
            return _dates(values), lost
        case Held.WHOLE:
            return _series([None if value is None else int(value) for value in values], "Int64"), lost
        case Held.NUMBER:
            pd = load_pandas()
            numbers = _series([pd.NA if value is None else float(value) for value in values], "Float64")
            return numbers.astype("float64"), lost


def _series(values: list[Any], dtype: str) -> Any:  # noqa: ANN401 - a pandas series
    pd = load_pandas()
    return pd.Series(values, index=pd.RangeIndex(1, len(values) + 1, name=ROW), dtype=dtype)


def _dates(values: list[date | None]) -> Any:  # noqa: ANN401 - a pandas series
    """Return days as pandas usually keeps them, or less finely where one lies beyond what it then keeps."""
    filled = [value for value in values if value is not None]
    moments = [None if value is None else datetime(value.year, value.month, value.day) for value in values]  # noqa: DTZ001 - a day has no time zone
    kept = not filled or (min(filled) >= _FIRST_DAY and max(filled) <= _LAST_DAY)
    return _series(moments, "datetime64[ns]" if kept else "datetime64[us]")
