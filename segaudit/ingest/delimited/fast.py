"""Delimited text files to a raw table: straight through the engine if every byte is accounted for, else carefully."""

import csv
import io
from dataclasses import dataclass, replace
from pathlib import Path

from segaudit.engine.protocol import CsvLayout, CsvLoad, Engine
from segaudit.errors import EngineError
from segaudit.ingest.aside import NUL_BLOCK, Aside, reason_above
from segaudit.ingest.delimited.counting import ByteCount
from segaudit.ingest.delimited.dialect import Dialect, detect_dialect, lines_of, sample_rows
from segaudit.ingest.encodings.detecting import detect_encoding
from segaudit.ingest.encodings.encoding import Encoding
from segaudit.ingest.encodings.texts import open_text
from segaudit.ingest.footers import ends_in_footer
from segaudit.ingest.layout import HeaderPlace, find_header, has_names, may_repeat
from segaudit.ingest.options import SAMPLE_ROWS, ReadOptions
from segaudit.ingest.said import say_how_read
from segaudit.model.source import ByteLedger, Source
from segaudit.rulebook.tables import Footers

_HEAD = 1 << 20  # characters in which the dialect and the header are looked for
_FIELD_LIMIT = 2**31 - 1
_TAIL = 1 << 16  # bytes in which a footer is looked for
_LINES_LOOKED_AT = 10


def read_delimited(path: Path, engine: Engine, options: ReadOptions, workspace: Path, aside: Aside) -> Source:
    """Read a CSV or TSV file.

    Args:
        path: The file.
        engine: Where the table will live.
        options: What the user said about the file.
        workspace: Folder for a clean copy.
        aside: Takes what is no data row.

    Raises:
        InputError: The file holds no table, or the stated encoding does not fit.
    """
    limit = csv.field_size_limit(_FIELD_LIMIT)
    try:
        if options.encoding is None and options.table_number in {None, 1}:
            quick = detect_encoding(path, whole=False)
            if quick.is_utf8 and (source := _read_as_it_is(path, engine, options, quick, aside)):
                return source
        from segaudit.ingest.delimited.careful import read_carefully  # noqa: PLC0415 - most files are regular and do without

        return read_carefully(path, engine, options, workspace, aside)
    finally:
        csv.field_size_limit(limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beginning:
    """What a regular file begins with."""

    dialect: Dialect
    place: HeaderPlace
    above: tuple[str, ...]  # physical lines above the header
    header: tuple[str, ...]  # and those of it
    line_end: str
    cells: str  # of the header, as one text
    rows: list[list[str]]  # the data rows of the beginning
    mark: int  # bytes of the byte-order mark

    @property
    def width(self) -> int:
        return len(self.place.names)

    @property
    def watched(self) -> tuple[str, ...]:
        """Cells of a row that would be the header once more, as the header is written; none, if no row would be."""
        names = self.place.names
        return tuple(names) if self.place.header_rows == 1 and has_names(names) else ()

    def is_repeated(self, loaded: CsvLoad) -> bool:
        """Tell whether the header stands among the rows that were loaded."""
        return bool(loaded.watched) and may_repeat(self.place.names, self.rows)

    @property
    def lines(self) -> int:
        return len(self.above) + len(self.header)


def _read_as_it_is(path: Path, engine: Engine, options: ReadOptions, encoding: Encoding, aside: Aside) -> Source | None:
    """Hand the file to the engine untouched; None unless it can be shown that all of it arrives."""
    beginning = _beginning(path, encoding, options)
    tail = _tail(path)
    if beginning is None or _has_footer(tail, beginning.dialect, options.words()):
        return None
    dialect = beginning.dialect
    layout = CsvLayout(
        columns=beginning.width,
        delimiter=dialect.delimiter,
        quote=dialect.quote,
        escape=dialect.escape,
        skip=beginning.lines,
        header=False,
        watched=beginning.watched,
    )
    count = ByteCount(path, dialect.quote.encode(), NUL_BLOCK.encode())
    try:
        loaded = engine.load_csv(options.table, path, layout, ordered=options.ordered)
    except EngineError:
        return None
    size = path.stat().st_size
    titles, above = _above(beginning, size)
    quotes, has_nuls = count.result()
    ledger = _proof(above, beginning, loaded, quotes, tail)
    if beginning.width == 1 and ledger.line_ends > loaded.rows * len(beginning.line_end) + len(beginning.line_end):
        return None  # in a single column a blank line is a row
    if ledger.unexplained or has_nuls or beginning.is_repeated(loaded):
        return None
    for line, title in titles:
        aside.put(line, reason_above(title), title)
    return Source(
        name=options.label,
        table=options.table,
        headers=beginning.place.names,
        rows=loaded.rows,
        kind="csv",
        encoding=encoding.name.removesuffix("-sig"),
        delimiter=dialect.separator,
        skip=len(beginning.above),
        header_rows=beginning.place.header_rows,
        size=size,
        ledger=ledger,
        sample=tuple(map(tuple, beginning.rows[:SAMPLE_ROWS])),
        notes=say_how_read(encoding, dialect, beginning.place, beginning.rows, options),
    )


def _beginning(path: Path, encoding: Encoding, options: ReadOptions) -> _Beginning | None:
    """Return what a file begins with; None if that is not regular."""
    with open_text(path, encoding, options.label) as file:
        text = file.read(_HEAD)
        complete = not file.read(1)
    dialect = detect_dialect(text, delimiter=options.delimiter, quote=options.quote, escape=options.escape)
    if dialect.wrapped or dialect.quote != dialect.escape or not _is_whole(text):
        return None
    lines = io.StringIO(text, newline="").readlines()
    skipped = options.skip or 0
    rows = sample_rows(lines[skipped:], dialect)
    if not complete:
        rows = rows[:-1]
    place = find_header(rows, header_rows=options.header_rows, above=None if options.skip is None else 0)
    header_ends = place.above + place.header_rows
    if not place.names or (place.above and not place.header_rows):  # a title without a header may be one after all
        return None
    if any(len(row) != len(place.names) for row in rows[place.above :]):
        return None
    above = skipped + lines_of(lines[skipped:], place.above, dialect)
    below = skipped + lines_of(lines[skipped:], header_ends, dialect)
    return _Beginning(
        dialect=dialect,
        place=place,
        above=tuple(lines[:above]),
        header=tuple(lines[above:below]),
        line_end=_line_end(lines[max(0, below - 1)]),
        cells="".join(cell for row in rows[place.above : header_ends] for cell in row),
        rows=rows[header_ends:],
        mark=len(encoding.mark),
    )


def _is_whole(text: str) -> bool:
    """Tell whether every byte was a character; those that were none came as lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _tail(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL))
        return file.read()


def _has_footer(tail: bytes, dialect: Dialect, footers: Footers) -> bool:
    """Tell whether the last row is as wide as the others and still no data row."""
    lines = io.StringIO(tail.decode("utf-8", "replace"), newline="").readlines()[-_LINES_LOOKED_AT:]
    rows = [row for row in sample_rows(lines, dialect) if row]
    return ends_in_footer(rows, footers)


def _above(beginning: _Beginning, size: int) -> tuple[list[tuple[int, str]], ByteLedger]:
    """Return the titles above the header with their lines, and the ledger of all that stands there."""
    if not beginning.above:
        return [], ByteLedger(file=size, mark=beginning.mark)
    from segaudit.ingest.ledger import LedgerBook, book_above  # noqa: PLC0415 - few files have titles

    book = LedgerBook(size, beginning.mark, beginning.dialect, lambda text: len(text.encode()))
    titles = book_above(list(beginning.above), beginning.dialect, book)
    return [(title.line, title.raw) for title in titles], book.close()


def _proof(above: ByteLedger, beginning: _Beginning, loaded: CsvLoad, quotes: int, tail: bytes) -> ByteLedger:
    """Account for every byte: whatever the engine dropped or changed stays unexplained."""
    records = loaded.rows + beginning.place.header_rows
    quote = beginning.dialect.quote
    outside = "".join(beginning.above) + beginning.cells
    within = outside.count(quote) + loaded.quotes_in_cells if quote else 0
    at_end = len(tail) - len(tail.rstrip(b"\r\n"))
    return replace(
        above,
        header=len(beginning.cells.encode()),
        cells=loaded.cell_bytes,
        delimiters=above.delimiters + records * (beginning.width - 1) * len(beginning.dialect.delimiter.encode()),
        quotes=quotes - within,
        line_ends=above.line_ends + max(0, records - 1) * len(beginning.line_end) + at_end,
    )


def _line_end(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]
