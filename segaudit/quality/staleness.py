"""How many values are older than they may be, where another column says when they were last looked at."""

from collections.abc import Sequence
from datetime import date, timedelta

from segaudit.engine.protocol import Engine
from segaudit.model.fields import ColumnReading, Placeholder
from segaudit.model.source import Source
from segaudit.sql.cells import INVALID, OK, cell_parameters, classified_cells

_STALE, _DATED = "stale_dates", "stale_values"


def count_stale(  # noqa: PLR0913, PLR0917 - two columns and how both are read
    source: Source,
    pair: tuple[ColumnReading, ColumnReading],
    most_days: int,
    placeholders: Sequence[Placeholder],
    as_of: date,
    engine: Engine,
) -> int:
    """Count the filled, readable cells of a column whose date beside them is more than some days ago.

    Args:
        source: The table.
        pair: The column, and the one that dates it.
        most_days: How old a value may be.
        placeholders: Words that stand for a missing value.
        as_of: Day that ages count from.
        engine: Where the table is.
    """
    # Each column has words of its own that mean nothing is there, so the two are read one after the other.
    for name, reading, least in ((_DATED, pair[0], INVALID + 1), (_STALE, pair[1], OK)):
        cells = classified_cells(
            f"(SELECT _row, {source.column(reading.column.position)} AS v FROM {source.table})", reading
        )
        parameters = cell_parameters(reading.column.field, reading.type, placeholders)
        if name == _STALE:
            parameters["limit"] = as_of - timedelta(days=most_days)
        older = " AND value < $limit" if name == _STALE else ""
        engine.create(name, f"SELECT _row FROM {cells} WHERE state >= {least}{older}", parameters)
    return int(engine.fetch(f"SELECT count(*) FROM {_DATED} SEMI JOIN {_STALE} USING (_row)")[0][0])
