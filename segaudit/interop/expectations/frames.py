"""The engine's table as great_expectations sees it: original headers, numbers and dates where columns are read so."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from segaudit.engine.protocol import Engine
from segaudit.errors import InputError
from segaudit.interop.expectations.library import load_pandas
from segaudit.model.fields import NUMERIC_TYPES, ColumnReading, FieldType, Placeholder
from segaudit.model.source import Source
from segaudit.sql.cells import BLANK, INVALID, PLACEHOLDER, cell_parameters, classified_cells
from segaudit.sql.kinds import KINDS

MOST_CELLS = 5_000_000  # of the columns a suite names: about 1 GB in pandas
_FIRST_DAY, _LAST_DAY = date(1678, 1, 1), date(2262, 1, 1)  # what pandas keeps as nanoseconds
ROW = "_row"


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

    def is_typed(self, reading: ColumnReading) -> bool:
        """Tell whether a column's cells are handed over as numbers or dates."""
        return reading.type in NUMERIC_TYPES or reading.type is FieldType.DATE


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
    readings = [reading for header in dict.fromkeys(headers) if (reading := table.reading_of(header)) is not None]
    cells = len(readings) * table.source.rows
    if cells > MOST_CELLS:
        raise InputError(
            f"the suite looks at {cells:,} cells, which is more than pandas is given",
            where=table.source.name,
            hint=f"{MOST_CELLS:,} are the most (rows x columns it names): split the suite by its columns, take a "
            "sample of the rows, or run the suite on Spark with a GX of your own",
        )
    pd = load_pandas()
    columns, remarks = {}, []
    for reading in readings:
        typed = table.is_typed(reading)
        columns[reading.column.header], lost = _typed(table, reading, pd) if typed else (_texts(table, reading), 0)
        if lost:
            what = "date" if reading.type is FieldType.DATE else "single number"
            remarks.append(f'{lost:,} cells of "{reading.column.header}" are no {what} and count as missing')
    index = pd.RangeIndex(1, table.source.rows + 1, name=ROW)
    return Frame(cells=pd.DataFrame(columns, index=index), remarks=tuple(remarks))


def _texts(table: ClientTable, reading: ColumnReading) -> Any:  # noqa: ANN401 - a pandas series
    """Return a column's cells as they are, each different text held once."""
    cells = _query(table, reading, f"CASE WHEN state > {BLANK} THEN v END")
    held: dict[str, str] = {}
    return _series([None if cell is None else held.setdefault(cell, cell) for (cell,) in cells], table, "object")


def _query(table: ClientTable, reading: ColumnReading, *expressions: str) -> list[Any]:
    column = table.source.column(reading.column.position)
    cells = classified_cells(f"(SELECT _row, {column} AS v FROM {table.source.table})", reading)
    parameters = cell_parameters(reading.column.field, reading.type, table.placeholders)
    return table.engine.fetch(f"SELECT {', '.join(expressions)} FROM {cells} ORDER BY _row", parameters)


def _series(values: list[Any], table: ClientTable, dtype: str) -> Any:  # noqa: ANN401 - a pandas series
    pd = load_pandas()
    return pd.Series(values, index=pd.RangeIndex(1, table.source.rows + 1, name=ROW), dtype=dtype)


def _typed(table: ClientTable, reading: ColumnReading, pd: Any) -> tuple[Any, int]:  # noqa: ANN401 - the module
    """Return a column of numbers or dates, and how many cells are neither that nor missing."""
    how = KINDS[reading.type].readings[reading.style]
    # A range such as 50-200 is no number that a suite could compare.
    single = f" AND ({how.high}) = value" if how.high else ""
    known = f"state > {INVALID}{single}"
    rows = _query(table, reading, f"CASE WHEN {known} THEN value END", f"state > {PLACEHOLDER} AND NOT ({known})")
    values, lost = [value for value, _ in rows], sum(1 for _, unread in rows if unread)
    if reading.type is FieldType.DATE:
        return _dates(values, table), lost
    if reading.type is FieldType.INT:
        return _series([None if value is None else int(value) for value in values], table, "Int64"), lost
    return _series([pd.NA if value is None else float(value) for value in values], table, "Float64").astype(
        "float64"
    ), lost


def _dates(values: list[date | None], table: ClientTable) -> Any:  # noqa: ANN401 - a pandas series
    """Return days as pandas keeps them, or as they are where one lies beyond what it keeps."""
    filled = [value for value in values if value is not None]
    moments = [None if value is None else datetime(value.year, value.month, value.day) for value in values]  # noqa: DTZ001 - a day has no time zone
    kept = not filled or (min(filled) >= _FIRST_DAY and max(filled) <= _LAST_DAY)
    return _series(moments, table, "datetime64[ns]" if kept else "object")
