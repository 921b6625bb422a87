"""The rows of a sheet below its header: data, and what is set aside."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from segaudit.ingest.aside import TITLE, Aside
from segaudit.ingest.body import BodySorter
from segaudit.ingest.books.facts import MergedRange
from segaudit.ingest.books.layout import Row, SheetLayout, widened
from segaudit.ingest.delimited.records import Record
from segaudit.ingest.layout import is_header_like
from segaudit.ingest.options import SAMPLE_ROWS
from segaudit.ingest.shapes import ColumnShapes
from segaudit.rulebook.tables import Footers


class SheetBody:
    """Sorts the rows of a sheet's table.

    Attributes:
        sample: The first data rows.
        sorter: What it was sorted with.
        empty_above: Empty rows above the header.
        white_above: Those of them that hold white space.
        set_aside: Rows set aside.
    """

    def __init__(self, layout: SheetLayout, footers: Footers, aside: Aside, *, above: str = TITLE) -> None:
        """Begin; what stands above the header is set aside.

        Args:
            layout: What the sheet begins with.
            footers: Words that stand below tables.
            aside: Takes what is no data row.
            above: Why what stands above the header is none.
        """
        self._layout = layout
        self._aside = aside
        self._width = len(layout.names)
        self.sample: list[tuple[str, ...]] = []
        self.sorter = BodySorter(layout.repeated, self._width, layout.shapes, footers, None)
        titles = [(number, cells) for number, cells in layout.above if any(map(str.strip, cells))]
        for number, cells in titles:
            aside.put(number, above, _csv_line(cells))
        self.empty_above = layout.first_row - 1 - len(titles)
        self.white_above = len(layout.above) - len(titles)
        self.set_aside = len(titles)

    def rows(self, more: Iterable[Row]) -> Iterator[Sequence[str]]:
        """Yield the cells of each data row.

        Args:
            more: Rows behind the first that the layout holds.
        """
        for item in self.sorter.sort(self._records(more)):
            record = item.record
            if item.aside:
                self._aside.put(record.line, item.aside, _csv_line(record.cells))
                self.set_aside += 1
                continue
            if len(self.sample) < SAMPLE_ROWS:
                self.sample.append(tuple(record.cells))
            yield record.cells

    def merged(self, ranges: Iterable[MergedRange]) -> int:
        """Count the merged ranges that reach below the header."""
        below = self._layout.header[-1][0] if self._layout.header else self._layout.first_row - 1
        return sum(merged.bottom > below for merged in ranges)

    def _records(self, more: Iterable[Row]) -> Iterator[Record]:
        """Yield rows as wide as the table, but for those of a block that looks like a narrower table of its own."""
        before = self._layout.header[-1][0] if self._layout.header else 0
        narrower = False
        for rows in (self._layout.first, more):
            for number, cells in rows:
                after_blank = number > before + 1 and before > 0
                if after_blank:
                    narrower = len(cells) < self._width and _names_columns(cells, self._layout.shapes)
                before = number
                yield Record(number, cells if narrower else widened(cells, self._width), "", after_blank=after_blank)


def _names_columns(cells: Sequence[str], shapes: ColumnShapes) -> bool:
    """Tell whether a row is the header of another table: words where this table has numbers and dates."""
    return is_header_like(cells) and shapes.contradicts(cells) > 0 and not shapes.matches(cells)


def _csv_line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue().removesuffix("\r\n")
