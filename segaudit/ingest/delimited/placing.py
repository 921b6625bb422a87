"""Irregular rows put in place: cells where their columns say they belong, or as another delimiter has them."""

from dataclasses import replace

from segaudit.ingest.delimited.aligning import align
from segaudit.ingest.delimited.cells import CellScanner
from segaudit.ingest.delimited.dialect import DELIMITERS, Dialect
from segaudit.ingest.delimited.mending import OTHER_DELIMITER, Mended
from segaudit.ingest.delimited.records import Record
from segaudit.ingest.shapes import ColumnShapes

ALIGNED = "a delimiter too many or too few had shifted the cells; they were put back"
_MOSTLY = 0.8  # of the columns with a shape of their own, that a row under another delimiter has to show


def put_in_place(record: Record, dialect: Dialect, shapes: ColumnShapes) -> Mended | None:
    """Return a row's cells in the right width, and how that was done; None if it cannot be told."""
    aligned = _aligned(record.cells, record.raw, dialect, shapes)
    if aligned is not None:
        return Mended(aligned, ALIGNED)
    told = sum(index < len(record.cells) for index in shapes.typed)
    if 2 * len(record.cells) > shapes.width and 2 * shapes.shown_by(record.cells) >= told:
        return None  # it keeps to the delimiter of the file
    for delimiter in (*DELIMITERS, " "):
        other = replace(dialect, delimiter=delimiter)
        cells = CellScanner(other).cells(record.raw) if delimiter != dialect.delimiter else None
        placed = _aligned(cells, record.raw, other, shapes) if cells else None
        if placed and shapes.typed and shapes.shown_by(placed) >= _MOSTLY * len(shapes.typed):
            return Mended(placed, OTHER_DELIMITER)
    return None


def _aligned(cells: list[str], raw: str, dialect: Dialect, shapes: ColumnShapes) -> list[str] | None:
    mark = dialect.quote
    escaped = {cell: cell.replace(mark, dialect.escape + mark) if mark else cell for cell in cells}
    quoted = {cell for cell in cells if mark and f"{mark}{escaped[cell]}{mark}" in raw}
    return align(cells, quoted, dialect.delimiter, shapes)
