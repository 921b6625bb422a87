"""What stands under a header: data rows, and what is none: the header again, totals, notes, other tables."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from segaudit.ingest.aside import NULS, Tallies
from segaudit.ingest.delimited.dialect import Dialect
from segaudit.ingest.delimited.headings import is_heading
from segaudit.ingest.delimited.joining import join_parted
from segaudit.ingest.delimited.placing import put_in_place
from segaudit.ingest.delimited.records import Record, Stretch
from segaudit.ingest.footers import is_footer, is_note, says_one_thing
from segaudit.ingest.layout import has_names, is_header_like
from segaudit.ingest.shapes import ColumnShapes
from segaudit.rulebook.tables import Footers

HEADER_AGAIN = "the header again"
FOOTER = "a total or a note below the table"
REMARK = "a remark that begins with a hash"
HEADING = "a line of one cell between rows: a heading or a remark"
WHITE_SPACE = "a line of white space"
OTHER_TABLE = "another table"
SHORT = "the row has fewer cells than the header; what is lacking counts as blank"
LONG = "the row has more cells than the header; the surplus is kept in a column of its own"
TRAILING = "the row ended in delimiters too many"

_LONGEST_RUN = 400  # records looked at together
_LEAST_ROWS = 2  # rows of its own width that make a header-like row the header of another table
_PRINTED = frozenset(map(chr, range(0x21, 0x7F)))


@dataclass(slots=True)
class TableSpan:
    """A table found in a file."""

    first_line: int
    width: int
    rows: int


@dataclass(frozen=True, slots=True)
class Sorted:
    """A record and what it is: a data row, with its cells in order, or the reason why not."""

    record: Record
    aside: str = ""


class BodySorter:
    """Tells data rows from the rest, looking at those not like the others together with their neighbours."""

    def __init__(
        self, header: Sequence[str], width: int, shapes: ColumnShapes, footers: Footers, dialect: Dialect | None
    ) -> None:
        """Begin below a header.

        Args:
            header: The cells of its last row; empty if the table has none, or a row like it may be data.
            width: Cells of a row.
            shapes: What the columns look like.
            footers: Words that stand below tables.
            dialect: How the file is written; None in a sheet, where nothing can be shifted or broken.
        """
        self._header = [cell.strip() for cell in header] if has_names(header) else []
        self._width = width
        self._shapes = shapes
        self._footers = footers
        self._dialect = dialect
        self._elsewhere = False  # within another table
        self._after_special = False  # the row before may be none of data
        telling = (*self._header[:1], *footers.notes, *footers.totals, ":")
        # What no header, total or note begins with; a letter beyond ASCII may be one of them in another case.
        self._data_begins = _PRINTED.difference(*(word[:1].swapcase() + word[:1] for word in telling))
        self.repaired = Tallies()
        self.tables: list[TableSpan] = []  # found below the first

    @overload
    def sort(self, records: Iterable[Record]) -> Iterator[Sorted]: ...
    @overload
    def sort(self, records: Iterable[Record | Stretch]) -> Iterator[Sorted | Stretch]: ...
    def sort(self, records: Iterable[Record | Stretch]) -> Iterator[Sorted | Stretch]:
        """Yield every record once, in order; records that were joined come as one, stretches hold data rows only."""
        run: list[Record] = []
        last: Record | None = None  # held back: the next line may belong to it
        for item in self._parted(records):
            if not isinstance(item, Stretch) and not self._elsewhere and self._may_be_none(item):
                run.append(item)
                self._after_special = True
                if len(run) > _LONGEST_RUN:
                    yield from self._judge(last, run, ended=False)
                    run, last = [], None
                continue
            self._after_special = False
            if run or last is not None:
                yield from self._judge(last, run, ended=False)
                run, last = [], None
            if self._elsewhere:
                yield from map(self._of_other_table, item.records() if isinstance(item, Stretch) else (item,))
            elif isinstance(item, Stretch):
                last = item.record(len(item.rows) - 1)
                if len(item.rows) > 1:
                    yield item.part(0, len(item.rows) - 1)
            else:
                last = item
        if run or last is not None:
            yield from self._judge(last, run, ended=True)

    def _parted(self, records: Iterable[Record | Stretch]) -> Iterator[Record | Stretch]:
        """Take out of stretches what may be no data row."""
        for item in records:
            if isinstance(item, Stretch):
                start = 0
                for index in self._specials(item.rows):
                    if start < index:
                        yield item.part(start, index)
                    yield item.record(index)
                    start = index + 1
                if start < len(item.rows):
                    yield item.part(start, len(item.rows)) if start else item
            else:
                yield item

    def _specials(self, rows: Sequence[Sequence[str]]) -> list[int]:
        """Return which of some rows of the right width may still be no data rows."""
        usual = self._data_begins
        suspects = [
            index for index, row in enumerate(rows) if row[0][:1] not in usual or (not row[-1] and not any(row[1:]))
        ]
        found: list[int] = []
        last = -1 if self._after_special else None
        for index in suspects:
            if self._is_special(rows[index]) or (last == index - 1 and self._may_follow(rows[index])):
                found.append(index)
                last = index
        return found

    def _may_be_none(self, record: Record) -> bool:
        return not self._is_plain(record) or (self._after_special and self._may_follow(record.cells))

    def _may_follow(self, cells: Sequence[str]) -> bool:
        """Tell whether a row below a total, or the like, may be one more line that is no data."""
        return len(cells) == self._width and says_one_thing(cells)

    def _is_plain(self, record: Record) -> bool:
        """Tell whether a record is a data row, whatever stands around it."""
        cells = record.cells
        if len(cells) != self._width or record.how == NULS or self._is_special(cells):
            return False
        return not (record.after_blank and self._is_another_header(record))

    def _is_special(self, cells: Sequence[str]) -> bool:
        """Tell whether a row of the right width may still be no data row."""
        first = cells[0].strip()
        if self._header and first == self._header[0]:
            return [cell.strip() for cell in cells] == self._header
        return is_footer(cells, self._footers) or (not any(cells[1:]) and self._width > 1 and is_note(cells))

    def _is_another_header(self, record: Record) -> bool:
        return (
            is_header_like(record.cells)
            and self._shapes.contradicts(record.cells) > 1
            and not self._shapes.matches(record.cells)
        )

    def _judge(self, last: Record | None, run: list[Record], *, ended: bool) -> Iterator[Sorted]:
        """Decide on a run of records that are not all like the others, and the row before it.

        Args:
            last: The regular row before the run.
            run: The records; a regular one follows, unless the file has ended or the run is very long.
            ended: The table ends here.
        """
        begins = self._other_table_in(run, ended=ended)
        if begins is None:
            yield from self._judge_rows(last, run, ended=ended)
            return
        yield from self._judge_rows(last, run[:begins], ended=True)
        self._elsewhere = True
        for record in run[begins:]:
            yield self._of_other_table(record)

    def _of_other_table(self, record: Record) -> Sorted:
        """Count a record to the table it stands in; a header-like row of another width begins one more."""
        width = len(record.cells)
        if not self.tables or (record.after_blank and width != self.tables[-1].width and is_header_like(record.cells)):
            self.tables.append(TableSpan(record.line, width, -1))  # its header is no row
        self.tables[-1].rows += 1
        return Sorted(record, OTHER_TABLE)

    def _other_table_in(self, run: Sequence[Record], *, ended: bool) -> int | None:
        """Return where in a run another table begins, or None."""
        for index, record in enumerate(run):
            width = len(record.cells)
            if not is_header_like(record.cells) or record.how:
                continue
            following = [len(other.cells) for other in run[index + 1 : index + 1 + _LEAST_ROWS]]
            if width == self._width:
                if record.after_blank and self._is_another_header(record):
                    return index
                continue
            if set(following) == {width} and (len(following) == _LEAST_ROWS or ended):
                return index
        return None

    def _judge_rows(self, last: Record | None, run: Sequence[Record], *, ended: bool) -> Iterator[Sorted]:
        below = self._below(run) if ended else len(run)
        rows = list(run[:below])
        if self._dialect is not None:
            last, rows = join_parted(last, rows, self._shapes)
        if last is not None:
            yield self._row(last)
        headings = self._headings(rows, ended=ended)
        for index, record in enumerate(rows):
            if record.how == NULS:
                yield Sorted(record, NULS)
            elif index in headings:
                yield Sorted(record, HEADING)
            elif len(record.cells) == self._width and [cell.strip() for cell in record.cells] == self._header:
                yield Sorted(record, HEADER_AGAIN)
            elif len(record.cells) == 1 < self._width and record.raw.startswith("#"):
                yield Sorted(record, REMARK)
            elif len(record.cells) < self._width and not any(map(str.strip, record.cells)):
                yield Sorted(record, WHITE_SPACE)
            else:
                yield self._row(record)
        for record in run[below:]:
            yield Sorted(record, NULS if record.how == NULS else FOOTER)

    def _below(self, run: Sequence[Record]) -> int:
        """Return from which record on a run at the file's end is totals and notes."""
        for index, record in enumerate(run):
            if self._ends_table(record):
                return index
        return len(run)

    def _ends_table(self, record: Record) -> bool:
        if record.how == NULS:
            return False
        if is_footer(record.cells, self._footers):
            return True
        filled = [cell for cell in record.cells if cell.strip()]
        if self._width == 1 or len(filled) != 1:
            return False
        whole = record.after_blank or bool(record.end)
        stands_out = self._shapes.contradicts(record.cells) > 0 and (whole or self._shapes.typed.get(0) != "code")
        # A line without an end, right below the rows, may be one that was cut.
        is_below = record.after_blank or (len(record.cells) < self._width and bool(record.end))
        return stands_out or (is_note([*filled, ""]) and is_below)

    def _headings(self, rows: Sequence[Record], *, ended: bool) -> set[int]:
        """Return which records are lines of one cell between rows that are complete."""
        found: set[int] = set()
        lines: list[int] = []
        complete = True
        for index, record in enumerate(rows):
            if self._dialect is not None and is_heading(record, self._dialect, self._shapes):
                lines.append(index)
                continue
            before, complete = complete, len(record.cells) == self._width
            if before and complete:
                found.update(lines)
            lines = []
        return found.union(lines) if complete and not ended else found

    def _row(self, record: Record) -> Sorted:
        """Give a data row its cells in order, and count what had to be done."""
        out = len(record.cells) - self._width
        placed = put_in_place(record, self._dialect, self._shapes) if out and self._dialect else None
        if placed is not None:
            record.cells, record.how = placed.cells, record.how or placed.how
            out = 0
        elif out > 0 and not any(map(str.strip, record.cells[self._width :])):
            del record.cells[self._width :]
            record.how, out = record.how or TRAILING, 0
        how = record.how or (LONG if out > 0 else SHORT if out < 0 else "")
        if how and not (out < 0 and self._dialect is None):
            self.repaired.add(how, record.line)
        return Sorted(record)
