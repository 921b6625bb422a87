"""Lines between rows that head a group of them."""

from segaudit.ingest.delimited.dialect import Dialect
from segaudit.ingest.delimited.mending import OTHER_DELIMITER
from segaudit.ingest.delimited.placing import put_in_place
from segaudit.ingest.delimited.records import Record
from segaudit.ingest.shapes import ColumnShapes, shape

_LEAST_WIDTH = 3  # in a narrower table a row may well lack all but one


def is_heading(record: Record, dialect: Dialect, shapes: ColumnShapes) -> bool:
    """Tell whether a line of one cell, if it stands between complete rows, is no row that lacks the others.

    Whoever writes the delimiters of every other row does not leave out all of one. So it is a row only if it shows what
    the first column holds, and nothing else does that; or if rows of this file end where their last filled cell does.
    """
    if len(record.cells) != 1 or record.how or shapes.width < _LEAST_WIDTH or not record.cells[0].strip():
        return False
    if record.raw.startswith("#"):
        return False  # a remark
    first = shapes.typed.get(0)
    if shapes.trimmed if first is None else shape(record.cells[0]) == first:
        return False
    placed = put_in_place(record, dialect, shapes)
    return placed is None or placed.how != OTHER_DELIMITER
