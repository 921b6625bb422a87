"""Delimited text in memory to a table, as strictly as the embedded engine reads a file, and measured as it is there."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, Self

from segaudit.engine.protocol import CsvLayout
from segaudit.engine.quoting import literal
from segaudit.files import TemporaryFolder

_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r)")
_CRLF = b"\r\n"
_ENDS = (b"\n", b"\r")


class Parser:
    """An embedded DuckDB of one thread: an executor runs as many tasks as it has cores."""

    MEASURES: ClassVar = ("rows", "cell_bytes", "quotes_in_cells", "rows_with_breaks", "ends_in_cells", "watched")

    def __init__(self, layout: CsvLayout) -> None:
        """Remember the layout; skip and header are not looked at."""
        self._columns = layout.columns
        self._watched = layout.watched
        self._quote = layout.quote.encode()
        self._folder = TemporaryFolder()
        self._file = self._folder.path / "block.csv"
        self._statement = _statement(self._file, layout)
        # Every text gets a row before its own: by it the reader tells the line end, and a first cell that begins with
        # a byte-order mark keeps it. (Told by its name, the line end CR LF makes the reader lose rows.)
        self._blank = layout.delimiter.encode() * (layout.columns - 1) or b"-"
        self._line_end = layout.line_end.encode()

    def __enter__(self) -> Self:
        """Open the database."""
        import duckdb  # noqa: PLC0415 - on the executor

        config: dict[str, Any] = {
            "threads": 1,
            "memory_limit": "1GB",
            "temp_directory": str(self._folder.path),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        self._connection = duckdb.connect(":memory:", config=config)
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self._connection.close()
        self._folder.close()

    def parse(self, text: bytes) -> tuple[Any, str]:
        """Return the rows of a text with ``_breaks``; or None, and why they cannot be read.

        Args:
            text: Whole records, each with a line end: at the last, the reader of lines has put one that may be another.
        """
        import duckdb  # noqa: PLC0415 - on the executor

        line_end = self._line_end or line_end_of(text, self._quote) or b"\n"
        if line_end == _CRLF and not text.endswith(_CRLF):
            text = text.removesuffix(b"\n")
        self._file.write_bytes(self._blank + line_end + text)
        try:
            table = self._connection.sql(self._statement).to_arrow_table().slice(1)
        except duckdb.Error as error:
            return None, str(error).split("\n", 1)[0]
        return table.append_column("_breaks", _with_breaks(table)), ""

    def first_record(self, text: bytes) -> tuple[tuple[str, ...], int]:
        """Return the cells of a text's first record and how many bytes it takes; nothing and 0 if it is none."""
        at, quotes = 0, 0
        while line := _LINE.match(text, at):
            at = line.end()
            quotes += line[0].count(self._quote) if self._quote else 0
            if quotes % 2:
                continue
            table, _ = self.parse(text[:at])
            if table is None or table.num_rows != 1:
                return (), 0
            row = table.select(range(self._columns)).to_pylist()[0]
            return tuple(cell or "" for cell in row.values()), at
        return (), 0

    def measured(self, table: Any) -> dict[str, int]:  # noqa: ANN401 - a pyarrow.Table
        """Return the measures of a parsed table, by MEASURES."""
        import pyarrow.compute as pc  # noqa: PLC0415 - on the executor

        cells = [text for number in range(self._columns) for text in _texts(table.column(number))]
        return {
            "rows": table.num_rows,
            "cell_bytes": sum(len(text) for text in cells),
            "quotes_in_cells": sum(_count(text, self._quote) for text in cells),
            "rows_with_breaks": int(pc.sum(table["_breaks"]).as_py() or 0),
            "ends_in_cells": sum(_count(text, end) for text in cells for end in _ENDS),
            "watched": self._rows_watched(table),
        }

    def _rows_watched(self, table: Any) -> int:  # noqa: ANN401 - a pyarrow.Table
        """Return how many rows have the cells that are watched for."""
        import pyarrow.compute as pc  # noqa: PLC0415 - on the executor

        left = table if self._watched else table.slice(0, 0)
        for place, cell in enumerate(self._watched):  # few rows have the first cell, and none are left to be looked at
            if not left.num_rows:
                break
            left = left.filter(pc.equal(pc.fill_null(left.column(place), ""), cell))
        return int(left.num_rows)


def without_lines(text: bytes, lines: int) -> int:
    """Return where a text goes on after its first physical lines."""
    at = 0
    for _ in range(lines):
        line = _LINE.match(text, at)
        at = line.end() if line else len(text)
    return at


def line_end_of(text: bytes, quote: bytes) -> bytes:
    """Return the first line end of a text that is not within quotes; empty if there is none."""
    quotes = 0
    for line in _LINE.finditer(text):
        quotes += line[0].count(quote) if quote else 0
        if quotes % 2 == 0:
            return line[0][len(line[0].rstrip(b"\r\n")) :]
    return b""


def _texts(column: Any) -> Iterator[memoryview]:  # noqa: ANN401 - a pyarrow.ChunkedArray of texts
    """Yield the bytes of a column's cells, one behind the other."""
    import numpy as np  # noqa: PLC0415 - on the executor

    for chunk in column.chunks:
        _, offsets, data = chunk.buffers()
        if data is not None and len(chunk):  # not nothing but blanks
            ends = np.frombuffer(offsets, np.int32)[chunk.offset : chunk.offset + len(chunk) + 1]
            yield memoryview(data)[ends[0] : ends[-1]]


def _count(text: memoryview, sign: bytes) -> int:
    """Return how often a sign stands in a text."""
    import numpy as np  # noqa: PLC0415 - on the executor

    if len(sign) == 1:
        return int(np.count_nonzero(np.frombuffer(text, np.uint8) == sign[0]))
    return bytes(text).count(sign) if sign else 0


def _with_breaks(table: Any) -> Any:  # noqa: ANN401 - a pyarrow.Table; a pyarrow.Array
    """Return for each row whether one of its cells has a line break."""
    import pyarrow as pa  # noqa: PLC0415 - on the executor
    import pyarrow.compute as pc  # noqa: PLC0415 - as above

    found = pa.repeat(pa.scalar(value=False), table.num_rows)
    for column in table.columns:
        for end in _ENDS:
            if any(_count(text, end) for text in _texts(column)):  # few columns have one
                found = pc.or_(found, pc.fill_null(pc.match_substring(column, end.decode()), fill_value=False))
    return found


def _statement(file: Path, layout: CsvLayout) -> str:
    columns = ", ".join(f"'c{number}': 'VARCHAR'" for number in range(1, layout.columns + 1))
    return (
        f"SELECT * FROM read_csv({literal(str(file))}, columns={{{columns}}}, auto_detect=false, header=false, "
        f"delim={literal(layout.delimiter)}, quote={literal(layout.quote)}, escape={literal(layout.escape)}, "
        f"strict_mode=true, null_padding=false, max_line_size={layout.longest_row})"
    )
