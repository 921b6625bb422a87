"""What was decided about a text file, in words."""

from collections.abc import Iterator, Sequence

from segaudit.ingest.delimited.dialect import Dialect
from segaudit.ingest.doubts import may_be_data
from segaudit.ingest.encodings.encoding import Encoding
from segaudit.ingest.layout import HeaderPlace
from segaudit.ingest.options import ReadOptions

_DELIMITER_NAMES = {
    ",": "comma",
    ";": "semicolon",
    "\t": "tab",
    "|": "bar",
    " ": "space",
    ", ": "comma and space",
}


def say_how_read(
    encoding: Encoding, dialect: Dialect, place: HeaderPlace, rows: Sequence[Sequence[str]], options: ReadOptions
) -> tuple[str, ...]:
    """Return the decisions a reader of the report would want to check; nothing about the usual ones.

    Args:
        encoding: What the file is in.
        dialect: How it is written.
        place: Where the header is.
        rows: The first rows below it.
        options: What the user said.
    """
    notes = []
    if encoding.why:
        notes.append(encoding.why)
    elif encoding.name not in {"utf-8", "utf-8-sig"}:
        notes.append(f"encoding read as {encoding.name}")
    return (*notes, *_on_dialect(dialect), *_on_header(place, rows, options))


def _on_dialect(dialect: Dialect) -> Iterator[str]:
    if not dialect.separator:
        yield "read as one column: a comma separates nothing here (--delimiter comma if it does)"
    elif dialect.delimiter != ",":
        yield f"cells are separated by {_DELIMITER_NAMES.get(dialect.delimiter, repr(dialect.delimiter))}"
    if dialect.quote == "'":
        yield "cells are quoted by apostrophes"
    if dialect.quote != dialect.escape:
        yield "quotes within cells are escaped by a backslash"
    if dialect.wrapped:
        yield "each row stood in quotes as a whole and was unwrapped"


def _on_header(place: HeaderPlace, rows: Sequence[Sequence[str]], options: ReadOptions) -> Iterator[str]:
    if not place.header_rows:
        yield "there is no header row: the first row is data, and columns are numbered (--header-rows 1 if not)"
    elif place.header_rows > 1:
        yield f"{place.header_rows} header rows make the names of the columns (--header-rows 1 if not)"
    elif options.header_rows is None and may_be_data(place.names, rows):
        yield "the first row was taken for the header, and looks like the others (--header-rows 0 if it is data)"
