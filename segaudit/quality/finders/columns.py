"""Columns that say nothing: one value in every row, or hardly a row with any."""

from collections.abc import Iterable

from segaudit.model.quality import Check, ColumnRemark
from segaudit.quality.data import QualityData
from segaudit.quality.finders.asking import share_of

_LEAST_ROWS = 20  # for a table of fewer rows nothing is said
_ALWAYS = 0.98  # of the rows: what is blank otherwise is a flag, and says something
_HARDLY = 0.02


def find_constant(data: QualityData, check: Check) -> Iterable[ColumnRemark]:
    """Yield a remark for each column that holds one value in nearly all rows.

    Settings: ``filled`` (least share of rows), ``least_rows``.
    """
    for reading in data.readings:
        measures = data.coverage[reading.column.position]
        always = share_of(check, "filled", _ALWAYS) * measures.rows
        if measures.rows < share_of(check, "least_rows", _LEAST_ROWS):
            continue
        if measures.distinct == 1 and measures.filled >= always:
            yield ColumnRemark(
                check=check.id,
                positions=(reading.column.position,),
                message=f"all {measures.filled:,} filled rows say the same",
                rows=measures.filled,
                rows_checked=measures.rows,
            )


def find_near_empty(data: QualityData, check: Check) -> Iterable[ColumnRemark]:
    """Yield a remark for each column that hardly a row fills.

    Settings: ``share`` (of rows that are filled, below which a column is nearly empty), ``least_rows``.
    """
    for reading in data.readings:
        measures = data.coverage[reading.column.position]
        if measures.rows < share_of(check, "least_rows", _LEAST_ROWS):
            continue
        if measures.filled < share_of(check, "share", _HARDLY) * measures.rows:
            filled = (
                f"{measures.filled:,} of {measures.rows:,} rows are filled" if measures.filled else "no row is filled"
            )
            placeholder = f"; {measures.placeholder:,} hold a placeholder" if measures.placeholder else ""
            yield ColumnRemark(
                check=check.id,
                positions=(reading.column.position,),
                message=filled + placeholder,
                rows=measures.rows - measures.filled,
                rows_checked=measures.rows,
            )
