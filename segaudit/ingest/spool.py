"""A clean copy of an unruly table: UTF-8, comma, every row as wide as the header, and a column for what is over."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

from segaudit.engine.protocol import CsvLayout, Engine
from segaudit.errors import EngineError
from segaudit.ingest.options import ReadOptions

_LINE_END = "\n"


class _UnixLines:
    """A file whose lines end in a line feed, while the writer quotes cells that hold a carriage return, too."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, line: str) -> int:
        return self._file.write(line.removesuffix("\r\n") + _LINE_END)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spooled:
    """How many rows were written, and how many were narrower or wider than the header."""

    rows: int
    short: int
    long: int


def spool_rows(path: Path, width: int, rows: Iterable[Sequence[str]]) -> Spooled:
    """Write rows so that any engine can load them.

    Args:
        path: File to write.
        width: Cells in the header. The file gets one column more: cells beyond the header, written as one CSV line.
        rows: Data rows; a row without cells is an empty line and is left out.
    """
    count = short = long = 0
    # A lone surrogate cannot be written as UTF-8; it shows as a question mark instead of ending the run.
    with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
        writer = csv.writer(_UnixLines(file))
        for row in rows:
            if not row:
                continue
            count += 1
            if len(row) < width:
                short += 1
                writer.writerow([*row, *[""] * (width + 1 - len(row))])
            elif len(row) > width:
                long += 1
                writer.writerow([*row[:width], _line(row[width:])])
            else:
                writer.writerow([*row, ""])
    return Spooled(rows=count, short=short, long=long)


def load_spooled(path: Path, width: int, engine: Engine, options: ReadOptions) -> int:
    """Load a clean copy as the raw table; return its rows."""
    layout = CsvLayout(columns=width + 1, header=False, line_end=_LINE_END)
    try:
        return engine.load_csv(options.table, path, layout, ordered=options.ordered)
    except EngineError:
        # All that can be wrong with a clean copy is a row longer than usual.
        layout = replace(layout, longest_row=path.stat().st_size + 1)
        return engine.load_csv(options.table, path, layout, ordered=options.ordered)


def _line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue().removesuffix("\r\n")
