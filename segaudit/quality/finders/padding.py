"""Cells with blanks around what they hold: nothing to see, and another value to every look-up but ours."""

from collections.abc import Iterator

from segaudit.model.quality import Check, ColumnRemark, Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.finders.asking import ask, holding, measures, share_of
from segaudit.sql.values import KEPT_TRIMMED

_LONGEST = 200  # bytes; blanks around a longer text are nobody's look-up
_MOST_ROWS = 20_000  # of a column, that are named one by one
_FIXED_WIDTH = 0.5  # share of the filled cells from which the export pads all of them
_CONFIDENCE = 0.95
_PADDED = f"padded AND strlen(v) <= {_LONGEST} AND {KEPT_TRIMMED} <> ''"


def find_padding(data: QualityData, check: Check) -> Iterator[Suspicion | ColumnRemark]:
    """Yield short cells that begin or end with blanks, tabs or line ends, and the cell without them.

    Where most cells of a column do, that is how the file was written: one remark says so. Settings: ``whole_column``
    (share of the filled cells), ``most_rows``.
    """
    every = [reading.column.position for reading in data.readings]
    for position in holding(data, every, "padded"):
        padded = f"SELECT v, {KEPT_TRIMMED} AS t, n FROM {data.grouped(position)} WHERE {_PADDED}"
        rows = int(ask(data, f"SELECT coalesce(sum(n), 0) FROM ({padded})")[0][0])
        filled = measures(data, position).filled
        if rows > share_of(check, "whole_column", _FIXED_WIDTH) * filled:
            message = f"{rows:,} of {filled:,} cells have blanks around them, as in files of fixed width"
            yield ColumnRemark(
                check=check.id, positions=(position,), message=message, rows=rows, rows_checked=filled, confidence=0.5
            )
            continue
        most = int(share_of(check, "most_rows", _MOST_ROWS))
        query = (
            f"SELECT r._row, p.v, p.t FROM {data.source.table} r JOIN ({padded}) p "
            f"ON r.{data.source.column(position)} = p.v ORDER BY r._row LIMIT {most}"
        )
        for row, cell, meant in ask(data, query) if rows else ():
            yield Suspicion(
                check=check.id,
                position=position,
                value=str(cell),
                row=int(row),
                suggestion=str(meant),
                confidence=_CONFIDENCE,
                because="blanks around the value, which nobody sees",
            )
        if rows > most:
            message = f"{rows - most:,} more cells have blanks around them; the first {most:,} are listed"
            yield ColumnRemark(check=check.id, positions=(position,), message=message, rows=rows - most, confidence=0.5)
