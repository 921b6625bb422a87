"""Unruly text files to a raw table: record by record, everything accounted for, by way of a clean copy."""

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from segaudit.engine.protocol import Engine
from segaudit.errors import InputError
from segaudit.ingest.aside import NUL_BLOCK, NULS, Aside, reason_above
from segaudit.ingest.body import OTHER_TABLE, BodySorter
from segaudit.ingest.delimited.dialect import Dialect, detect_dialect
from segaudit.ingest.delimited.lines import LONGEST_LINE, Lines, read_blocks, split_lines
from segaudit.ingest.delimited.records import Record, RecordReader, Stretch
from segaudit.ingest.delimited.spool import Spooled, load_spooled, spool_blocks
from segaudit.ingest.encodings.detecting import detect_encoding
from segaudit.ingest.encodings.encoding import Encoding
from segaudit.ingest.encodings.stated import stated_encoding
from segaudit.ingest.encodings.texts import encoded_length, mended, open_text
from segaudit.ingest.encodings.utf8 import is_whole
from segaudit.ingest.layout import HeaderPlace, find_header, may_repeat
from segaudit.ingest.ledger import LedgerBook, book_above
from segaudit.ingest.options import SAMPLE_ROWS, ReadOptions
from segaudit.ingest.said import say_how_read
from segaudit.ingest.shapes import ColumnShapes
from segaudit.model.source import EXTRA_HEADER, ByteLedger, Source

_HEAD = 1 << 20  # characters in which the dialect and the header are looked for
_SAMPLE_RECORDS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """A file to read, and what the user said of it."""

    path: Path
    encoding: Encoding
    options: ReadOptions
    clean: Path  # takes the copy

    def length(self, text: str) -> int:
        """Return the bytes of a text in the file's encoding."""
        return encoded_length(text, self.encoding)

    def mended(self, text: str) -> str:
        """Return a text with characters for the bytes that were none."""
        return mended(text, self.encoding)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """What a table begins with."""

    dialect: Dialect
    place: HeaderPlace
    first_line: int  # physical line of the header, or of the first row
    header: list[Record]  # its rows
    repeated: list[str]  # the cells of a row that is the header again; none if a row like it is data
    shapes: ColumnShapes
    above: str = ""  # what stands above it, if that is known


@dataclass(frozen=True, slots=True, kw_only=True)
class _Copied:
    """What was read of a table."""

    spooled: Spooled
    sorter: BodySorter
    ledger: ByteLedger
    sample: tuple[tuple[str, ...], ...]


def read_carefully(path: Path, engine: Engine, options: ReadOptions, workspace: Path, aside: Aside) -> Source:
    """Read a text file whatever state it is in.

    Raises:
        InputError: The file holds no table, or the stated encoding does not fit.
    """
    if options.encoding is None:
        encoding = detect_encoding(path, whole=True)
    else:
        encoding = stated_encoding(options.encoding, path)
    job = _Job(path=path, encoding=encoding, options=options, clean=workspace / "clean.csv")
    layout = _find_layout(job, options.skip)
    before = aside.mark()
    copied = _copy(job, layout, aside)
    elsewhere = _chosen_table(job, copied)
    if elsewhere is not None:
        aside.back_to(before)
        layout = replace(_find_layout(job, elsewhere - 1), above=OTHER_TABLE)
        copied = _copy(job, layout, aside)
    return _loaded(job, engine, layout, copied)


def _find_layout(job: _Job, skip: int | None) -> _Layout:
    """Find the dialect and the header in a file's beginning, or from a line on if that is given."""
    skipped = skip or 0
    with open_text(job.path, job.encoding, job.options.label) as file:
        passed = sum(bool(file.readline(LONGEST_LINE)) for _ in range(skipped))
        text = file.read(_HEAD)
        complete = not file.read(1)
    if passed and not text:
        lines = f"all of its {passed:,} lines" if passed > 1 else "its only line"
        raise InputError(f"--skip {skip} passes over {lines}", where=job.options.label, hint="skip fewer")
    dialect = detect_dialect(text, delimiter=job.options.delimiter, quote=job.options.quote, escape=job.options.escape)
    records = _sample(text, dialect, None, complete=complete)
    widths = Counter(len(record.cells) for record in records)
    usual = max(widths, key=lambda width: (widths[width], width), default=1)
    if usual > 1:
        # Once it is known how wide a row is, a damaged one can be told from the others.
        records = _sample(text, dialect, usual, complete=complete)
    rows = [[] if record.how == NULS else record.cells for record in records]
    place = find_header(rows, header_rows=job.options.header_rows, above=None if skip is None else 0)
    if text and not text.strip("\r\n"):  # blank lines are rows of a single blank cell
        place = HeaderPlace(above=0, header_rows=0, names=("Column 1",))
    elif not any(cell.strip() for row in rows for cell in row):
        problem = "the file holds no header row" if text else "the file is empty"
        raise InputError(problem, where=job.options.label, hint="check that it is the right export")
    place = replace(place, names=tuple(map(job.mended, place.names)))
    body = place.above + place.header_rows
    return _Layout(
        dialect=dialect,
        place=place,
        first_line=skipped + (records[place.above].line if records else 1),
        header=records[place.above : body],
        repeated=rows[body - 1] if place.header_rows and may_repeat(rows[body - 1], rows[body:]) else [],
        shapes=ColumnShapes(rows[body:], len(place.names)),
    )


def _sample(text: str, dialect: Dialect, width: int | None, *, complete: bool) -> list[Record]:
    """Return the records of a file's beginning; a last one that is cut is left out."""
    reader = RecordReader(Lines([split_lines(text)]), dialect, width)
    records = list(itertools.islice(reader, _SAMPLE_RECORDS))
    if complete:
        return records
    whole = [record for record in records if reader.open_from is None or record.line < reader.open_from]
    widths = {len(record.cells) for record in whole}
    if reader.open_from is not None and not any(len(record.cells) in widths for record in records[len(whole) :]):
        return whole  # what follows stands within one long cell
    return records if len(records) == _SAMPLE_RECORDS else records[:-1] or records


def _copy(job: _Job, layout: _Layout, aside: Aside) -> _Copied:
    """Write the data rows to a clean copy, and set the rest aside."""
    options = job.options
    width = len(layout.place.names)
    sorter = BodySorter(layout.repeated, width, layout.shapes, options.words(), layout.dialect)
    book = LedgerBook(job.path.stat().st_size, len(job.encoding.mark), layout.dialect, job.length)
    desk = _Desk(job, sorter, book, aside)
    with open_text(job.path, job.encoding, options.label) as file:
        lines = Lines(read_blocks(file, options.label))
        desk.set_above_aside(lines, layout)
        desk.take_header(lines, layout)
        reader = RecordReader(lines, layout.dialect, width)
        spooled = spool_blocks(job.clean, width, desk.blocks(reader))
    book.blank(reader.blank)
    return _Copied(spooled=spooled, sorter=sorter, ledger=book.close(), sample=tuple(desk.sample))


class _Desk:
    """Where every record is booked: as a row of the table, or set aside."""

    def __init__(self, job: _Job, sorter: BodySorter, book: LedgerBook, aside: Aside) -> None:
        self._job = job
        self._sorter = sorter
        self._book = book
        self._aside = aside
        self.sample: list[tuple[str, ...]] = []

    def set_above_aside(self, lines: Lines, layout: _Layout) -> None:
        """Book the lines above the header."""
        above = [lines.next() or "" for _ in range(layout.first_line - 1)]
        for title in book_above(above, layout.dialect, self._book):
            reason = layout.above or reason_above(title.raw)
            self._aside.put(title.line, reason, self._job.mended(title.raw))

    def take_header(self, lines: Lines, layout: _Layout) -> None:
        """Book the header as it was read when it was found."""
        for record in layout.header:
            text = record.raw + record.end
            while text and (taken := lines.next()):
                if NUL_BLOCK in taken and not text.startswith(taken):
                    taken = self._behind_nuls(lines.number, taken)
                if taken.strip("\r\n") or text.startswith(taken):
                    text = text[len(taken) :]
                else:
                    self._book.blank({taken: 1})
            self._book.header(record)
            if record.how:
                self._sorter.repaired.add(record.how, layout.first_line)

    def _behind_nuls(self, line: int, text: str) -> str:
        """Set aside what stands in a line up to the end of its NUL bytes; return the rest."""
        end = text.rindex(NUL_BLOCK) + len(NUL_BLOCK)
        self._book.aside(Record(line, [], text[:end]))
        self._aside.put(line, NULS, self._job.mended(text[:end]))
        return text[end:]

    def blocks(self, reader: RecordReader) -> Iterator[Sequence[Sequence[str]]]:
        """Yield the data rows' cells, those together that need no looking at each."""
        for item in self._sorter.sort(reader.stretches()):
            if isinstance(item, Stretch):
                self._book.stretch(item)
                rows, text = item.rows, item.text
            elif item.aside:
                self._aside.put(item.record.line, item.aside, self._job.mended(item.record.raw))
                self._book.aside(item.record)
                continue
            else:
                self._book.row(item.record)
                rows, text = [item.record.cells], item.record.raw
            if not text.isascii() and not is_whole(text):
                rows = [[self._job.mended(cell) for cell in row] for row in rows]
            self.sample += map(tuple, rows[: SAMPLE_ROWS - len(self.sample)])
            yield rows


def _chosen_table(job: _Job, copied: _Copied) -> int | None:
    """Return the line on which the table to read begins if it is not the first: the one asked for, or the longest."""
    others = copied.sorter.tables
    number = job.options.table_number
    if number is not None:
        if not 1 <= number <= len(others) + 1:
            found = "is 1 table" if not others else f"are {len(others) + 1} tables"
            raise InputError(f"there is no table {number}", where=job.options.label, hint=f"there {found} in the file")
        return others[number - 2].first_line if number > 1 else None
    longest = max(others, key=lambda table: table.rows, default=None)
    return longest.first_line if longest and longest.rows > copied.spooled.rows else None


def _loaded(job: _Job, engine: Engine, layout: _Layout, copied: _Copied) -> Source:
    """Load the clean copy, and say how the file was read."""
    options, names = job.options, layout.place.names
    if copied.ledger.unexplained:
        raise InputError(
            f"{abs(copied.ledger.unexplained):,} bytes of the file could not be accounted for",
            where=options.label,
            hint="nothing was reported on it; try --encoding and --delimiter, or export it as CSV again",
        )
    rows = load_spooled(job.clean, len(names), engine, options, copied.spooled)
    return Source(
        name=options.label,
        table=options.table,
        headers=(*names, EXTRA_HEADER) if copied.spooled.long else names,
        rows=rows,
        kind="csv",
        encoding=job.encoding.name.removesuffix("-sig"),
        delimiter=layout.dialect.separator,
        skip=layout.first_line - 1,
        header_rows=layout.place.header_rows,
        size=job.path.stat().st_size,
        repaired=copied.sorter.repaired.result(),
        ledger=copied.ledger,
        sample=copied.sample,
        notes=say_how_read(job.encoding, layout.dialect, layout.place, copied.sample, options),
    )
