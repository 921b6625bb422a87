"""A clean copy of an unruly table: UTF-8, comma, every row as wide as the header, and a column for what is over."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from segaudit.engine.protocol import CsvLayout, CsvLoad, Engine
from segaudit.errors import EngineError, InputError
from segaudit.ingest.options import ReadOptions

_LINE_END = "\n"
_AT_ONCE = 1 << 18  # characters written together


@dataclass(frozen=True, slots=True, kw_only=True)
class Spooled:
    """How many rows were written, what they hold, and how many were narrower or wider than the header."""

    rows: int
    cell_bytes: int  # UTF-8
    quotes: int  # within cells
    short: int
    long: int


def spool_rows(path: Path, width: int, rows: Iterable[Sequence[str]]) -> Spooled:
    """Write rows so that any engine can load them.

    Args:
        path: File to write.
        width: Cells in the header. The file gets one column more: cells beyond the header, written as one CSV line.
        rows: Data rows; a row without cells is an empty line and is left out.
    """
    count = short = long = size = quotes = length = 0
    lines: list[str] = []
    # A lone surrogate cannot be written as UTF-8; it shows as a question mark instead of ending the run.
    # The mark keeps one that stands at the beginning of the first cell from being taken for the file's.
    with path.open("w", encoding="utf-8-sig", errors="replace", newline="") as file:
        for row in rows:
            if not row:
                continue
            count += 1
            if len(row) == width:
                cells = [*row, ""]
            else:
                short += len(row) < width
                long += len(row) > width
                cells = [*row[:width], *[""] * (width - len(row)), _line(row[width:]) if len(row) > width else ""]
            joined = ",".join(cells)
            size += (len(joined) if joined.isascii() else len(joined.encode("utf-8", "replace"))) - width
            quotes += joined.count('"')
            lines.append(_clean_line(cells, joined))
            length += len(joined)
            if length > _AT_ONCE:
                file.write(_LINE_END.join((*lines, "")))
                lines, length = [], 0
        file.write(_LINE_END.join((*lines, "")))
    return Spooled(rows=count, short=short, long=long, cell_bytes=size, quotes=quotes)


def _clean_line(cells: Sequence[str], joined: str) -> str:
    """Return a row as a CSV line; joined are its cells with commas between, which is all that most rows need."""
    is_plain = joined.count(",") < len(cells) and '"' not in joined and "\n" not in joined and "\r" not in joined
    if is_plain:
        return joined
    # Several times as fast as the writer of the csv module, which looks at each character.
    return ",".join(['"' + cell.replace('"', '""') + '"' if cell else "" for cell in cells])


def load_spooled(path: Path, width: int, engine: Engine, options: ReadOptions, spooled: Spooled) -> int:
    """Load a clean copy as the raw table; return its rows.

    Raises:
        InputError: Not all of what was written came back.
    """
    loaded = _load(path, width, engine, options)
    if (loaded.rows, loaded.cell_bytes, loaded.quotes_in_cells) != (spooled.rows, spooled.cell_bytes, spooled.quotes):
        raise InputError(
            f"of {spooled.rows:,} rows and {spooled.cell_bytes:,} bytes, {loaded.rows:,} and {loaded.cell_bytes:,} "
            "arrived in the engine",
            where=options.label,
            hint="nothing was reported on it; free some disk space and try again",
        )
    return loaded.rows


def _load(path: Path, width: int, engine: Engine, options: ReadOptions) -> CsvLoad:
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
