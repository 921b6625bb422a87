"""Rows that a line break inside a cell without quotes has parted: their pieces put together."""

from collections.abc import Sequence

from segaudit.ingest.aside import NULS
from segaudit.ingest.delimited.records import Record
from segaudit.ingest.shapes import ColumnShapes

JOINED = "a line break inside a cell without quotes; its lines were joined"
_LONG_LINE = 20  # characters from which a line alone is prose rather than a cell


def join_parted(
    last: Record | None, rows: Sequence[Record], shapes: ColumnShapes
) -> tuple[Record | None, list[Record]]:
    """Put the pieces of rows together.

    Args:
        last: The row before.
        rows: What follows it.
        shapes: What the columns look like.

    Returns:
        Both as they are then.
    """
    joined: list[Record] = []
    for record in rows:
        before = joined[-1] if joined else last
        if before is None or record.after_blank or not _continues(before, record, shapes):
            joined.append(record)
            continue
        whole = _join(before, record)
        if joined:
            joined[-1] = whole
        else:
            last = whole
    return last, joined


def _continues(before: Record, record: Record, shapes: ColumnShapes) -> bool:
    """Tell whether a line is the rest of the record before it."""
    cells = [*before.cells[:-1], before.cells[-1] + "\n" + record.cells[0], *record.cells[1:]]
    if (
        record.raw.startswith("#")
        or NULS in {before.how, record.how}
        or len(cells) > shapes.width
        or len(record.cells) == shapes.width
        or not before.cells[-1].strip()
    ):
        return False
    if len(before.cells) == shapes.width:
        # A row was complete. Text that goes on in the midst of a sentence belongs to its last cell, if the line can be
        # no row of its own; what begins anew may as well be a heading between groups of rows.
        alone = record.cells[0].strip()
        is_prose = " " in alone and len(alone) >= _LONG_LINE
        is_no_row = shapes.contradicts([alone]) > 0 or is_prose
        return alone[:1].islower() and shapes.width - 1 not in shapes.typed and is_no_row
    own = shapes.matches(record.cells)
    return shapes.contradicts(record.cells) > 0 and shapes.matches(cells) > own


def _join(before: Record, record: Record) -> Record:
    cells = [*before.cells[:-1], before.cells[-1] + before.end + record.cells[0], *record.cells[1:]]
    return Record(
        before.line, cells, before.raw + before.end + record.raw, record.end, JOINED, after_blank=before.after_blank
    )
