"""Delimited text files to a raw table: straight through the engine where it can be, else by way of a clean copy."""

import csv
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from segaudit.engine.protocol import CsvLayout, Engine
from segaudit.errors import EngineError, InputError
from segaudit.ingest.dialect import Dialect, detect_dialect
from segaudit.ingest.encoding import Encoding, detect_encoding
from segaudit.ingest.options import SAMPLE_ROWS, ReadOptions
from segaudit.ingest.spool import Spooled, load_spooled, spool_rows
from segaudit.model.source import Source

_HEAD = 1 << 20
_EXTRA_HEADER = "(cells beyond the header)"
_DELIMITER_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


def read_delimited(path: Path, engine: Engine, options: ReadOptions, workspace: Path) -> Source:
    """Read a CSV or TSV file.

    Raises:
        InputError: The file has no header row, or the stated encoding does not fit.
    """
    if options.encoding is None:
        quick = detect_encoding(path, whole=False)
        source = _described(path, quick, options)
        if quick.is_utf8 and (rows := _load_as_it_is(path, engine, options, source)) is not None:
            return replace(source, rows=rows)
        encoding = detect_encoding(path, whole=True)
    else:
        encoding = Encoding(name=options.encoding, is_utf8=False)
    source = _described(path, encoding, options)
    clean = workspace / "clean.csv"
    return _load_copy(clean, engine, options, source, _spool(path, clean, source, encoding))


def _described(path: Path, encoding: Encoding, options: ReadOptions) -> Source:
    """Return what a file is, before its rows are read."""
    dialect = _dialect(path, encoding, options)
    if not dialect.header:
        raise InputError("the file holds no header row", where=options.label, hint="check that it is the right export")
    return Source(
        name=options.label,
        table=options.table,
        headers=dialect.header,
        rows=0,
        kind="csv",
        encoding=encoding.name.removesuffix("-sig"),
        delimiter=dialect.delimiter,
        size=path.stat().st_size,
        sample=dialect.sample[:SAMPLE_ROWS],
        skip=dialect.skip,
        notes=_said(encoding, dialect),
    )


def _load_as_it_is(path: Path, engine: Engine, options: ReadOptions, source: Source) -> int | None:
    """Hand the file to the engine untouched; None if some row or character is not like the others."""
    if any(len(row) != len(source.headers) for row in source.sample):
        return None
    layout = CsvLayout(columns=len(source.headers), delimiter=source.delimiter, skip=source.skip)
    try:
        rows = engine.load_csv(options.table, path, layout, ordered=options.ordered)
    except EngineError:
        return None
    return rows if rows >= len(source.sample) else None  # line ends of several kinds can mislead the engine


def _dialect(path: Path, encoding: Encoding, options: ReadOptions) -> Dialect:
    with _open(path, encoding.name, options.label) as file:
        text = file.read(_HEAD)
        complete = not file.read(1)
    return detect_dialect(text, complete=complete, delimiter=options.delimiter)


@contextmanager
def _open(path: Path, encoding: str, label: str) -> Iterator[TextIO]:
    """Open a file as text, behind its byte-order mark if it has one.

    Raises:
        InputError: There is no such encoding, or the file is not in it.
    """
    hint = "try another with --encoding, such as utf-8, cp1252 or utf-16, or leave it out to have it detected"
    try:
        opened = path.open(encoding=encoding, newline="")
    except LookupError as error:
        raise InputError(f'there is no encoding "{encoding}"', where="--encoding", hint=hint) from error
    with opened as file:
        try:
            if file.read(1) != "\ufeff":
                file.seek(0)
            yield file
        except UnicodeError as error:
            raise InputError(f"the file is not in the encoding {encoding}", where=label, hint=hint) from error


def _load_copy(clean: Path, engine: Engine, options: ReadOptions, source: Source, spooled: Spooled) -> Source:
    """Load the clean copy of a file, and say what was unruly about the file."""
    rows = load_spooled(clean, len(source.headers), engine, options)
    headers = (*source.headers, _EXTRA_HEADER) if spooled.long else source.headers
    notes = list(source.notes)
    if spooled.short:
        notes.append(f"{_rows(spooled.short)} fewer cells than the header; what is lacking counts as blank")
    if spooled.long:
        notes.append(f"{_rows(spooled.long)} more cells than the header; the surplus is kept in a column of its own")
    return replace(source, rows=rows, headers=headers, notes=tuple(notes))


def _spool(path: Path, clean: Path, source: Source, encoding: Encoding) -> Spooled:
    """Read row by row in Python and write a clean copy."""
    limit = csv.field_size_limit(2**31 - 1)
    try:
        with _open(path, encoding.name, source.name) as file:
            return spool_rows(clean, len(source.headers), _below_header(file, source))
    except csv.Error as error:
        raise InputError(f"the file cannot be read as a table ({error})", where=source.name) from error
    finally:
        csv.field_size_limit(limit)


def _below_header(file: Iterable[str], source: Source) -> Iterator[list[str]]:
    """Yield the rows below the header."""
    reader = csv.reader(file, delimiter=source.delimiter)
    header_passed = False
    for row in reader:
        if reader.line_num <= source.skip:
            continue
        if header_passed:
            yield row
        header_passed = True


def _said(encoding: Encoding, dialect: Dialect) -> tuple[str, ...]:
    notes = []
    if encoding.name not in {"utf-8", "utf-8-sig"}:
        notes.append(f"encoding read as {encoding.name}")
    if dialect.delimiter != ",":
        notes.append(f"cells are separated by {_DELIMITER_NAMES.get(dialect.delimiter, repr(dialect.delimiter))}")
    if dialect.skip:
        lines = "1 line" if dialect.skip == 1 else f"{dialect.skip:,} lines"
        said = f': "{dialect.titles[0]}"' if dialect.titles else ""
        notes.append(f"{lines} above the header set aside{said}")
    return tuple(notes)


def _rows(count: int) -> str:
    return "1 row has" if count == 1 else f"{count:,} rows have"
