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
    return spool_blocks(path, width, ((row,) for row in rows if row))


def spool_blocks(path: Path, width: int, blocks: Iterable[Sequence[Sequence[str]]]) -> Spooled:
    """Write rows that come some together; see spool_rows. Where it is more than one, all are as wide as the header."""
    count = short = long = size = quotes = length = 0
    texts: list[str] = []
    # A lone surrogate cannot be written as UTF-8; it shows as a question mark instead of ending the run.
    # The mark keeps one that stands at the beginning of the first cell from being taken for the file's.
    with path.open("w", encoding="utf-8-sig", errors="replace", newline="") as file:
        for rows in blocks:
            count += len(rows)
            cells: list[str] = []
            if len(rows) == 1:
                short += len(rows[0]) < width
                long += len(rows[0]) > width
                cells = [*rows[0][:width], *[""] * (width - len(rows[0])), _line(rows[0][width:])]
                text = ",".join(cells) + _LINE_END
            else:
                text = ",\n".join((*map(",".join, rows), ""))
            commas = len(rows) * width
            size += (len(text) if text.isascii() else len(text.encode("utf-8", "replace"))) - commas - len(rows)
            quotes += text.count('"')
            if text.count(",") != commas or '"' in text or text.count(_LINE_END) != len(rows) or "\r" in text:
                text = _quoted(cells) + _LINE_END if cells else _marked(rows)
            texts.append(text)
            length += len(text)
            if length > _AT_ONCE:
                file.write("".join(texts))
                texts, length = [], 0
        file.write("".join(texts))
    return Spooled(rows=count, short=short, long=long, cell_bytes=size, quotes=quotes)


def _marked(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as wide as the header as CSV, those in quotes that hold a sign."""
    commas = len(rows[0]) - 1
    return "".join(
        [
            (
                line
                if line.count(",") == commas and '"' not in line and "\n" not in line and "\r" not in line
                else _quoted(row)
            )
            + ",\n"
            for row, line in zip(rows, map(",".join, rows), strict=True)
        ]
    )


def _quoted(row: Sequence[str]) -> str:
    # Several times as fast as the writer of the csv module, which looks at each character.
    return ",".join(['"' + cell.replace('"', '""') + '"' if cell else "" for cell in row])


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
    """Return cells as one CSV line; nothing for none."""
    if not cells:
        return ""
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue().removesuffix("\r\n")
