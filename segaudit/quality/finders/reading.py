"""The cells of a column as they are read: those that hold a value, each different one once or row by row."""

from segaudit.model.fields import ColumnReading
from segaudit.quality.data import Counted, QualityData
from segaudit.quality.finders.asking import ask, placeholders
from segaudit.sql.cells import OK, classified_cells
from segaudit.sql.values import KEPT_TRIMMED

FEW = 20_000  # different values of a column, up to which all of them are fetched
SAMPLE = 20_000  # rows


def picked(data: QualityData, position: int, pattern: str, *, few: int = FEW) -> list[Counted]:
    """Return the different values of a column; of one with very many, those that begin as a pattern of ours."""
    if data.coverage[position].distinct <= few:
        return data.values(position)
    query = (
        f"SELECT {KEPT_TRIMMED} AS t, sum(n) AS rows FROM {data.grouped(position)} WHERE regexp_matches(v, $pattern) "
        "GROUP BY t HAVING t <> '' ORDER BY rows DESC, t"
    )
    missing = placeholders(data, position)
    # Blanks around a cell are rare, and are let through by the pattern rather than taken off of every cell.
    found = ask(data, query, pattern=f"^\\s*(?:{pattern})")
    return [(str(value), int(rows)) for value, rows in found if str(value).lower() not in missing]


def sample_of(data: QualityData) -> str:
    """Return the relation of a part of the rows, as many from the end of the file as from its beginning.

    It is read where it is asked for: a finder looks at one column or two, and copying all of them costs far more.
    """
    every = max(1, data.source.rows // SAMPLE)
    return f"(SELECT * FROM {data.source.table} WHERE _row % {every} = 0)"


def read_values(data: QualityData, reading: ColumnReading) -> str:
    """Return the relation of a column's different values: ``t`` as written, ``value`` as read, ``n`` rows.

    It needs the parameter white_space.
    """
    return f"(SELECT t, value, n FROM {data.read(reading.column.position)} WHERE state = {OK})"


def read_rows(data: QualityData, reading: ColumnReading, *, beside: str = "", table: str = "") -> str:
    """Return the relation of a column's cells that hold a value: ``_row``, ``t``, ``value``, ``beside`` as ``k``.

    It needs the parameters of the column. What is read is settled before it is filtered: the engine would otherwise
    push the filter through the reading and work each step out several times for each row.

    Args:
        data: Where they are.
        reading: The column.
        beside: An expression of ours over the row's numbered columns.
        table: Where to read them from; the source itself if empty.
    """
    column = data.source.column(reading.column.position)
    rows = f"(SELECT _row, {column} AS v, {beside or 'NULL'} AS k FROM {table or data.source.table})"
    columns = "_row, t, value, k"
    settled = f"WITH read AS MATERIALIZED (SELECT {columns}, state FROM {classified_cells(rows, reading)})"
    return f"({settled} SELECT {columns} FROM read WHERE state = {OK})"
