"""What was decided about a text file, in words."""

from segaudit.ingest.dialect import Dialect
from segaudit.ingest.encoding import Encoding

_DELIMITER_NAMES = {
    ",": "comma",
    ";": "semicolon",
    "\t": "tab",
    "|": "bar",
    " ": "space",
    ", ": "comma and space",
}


def say_how_read(encoding: Encoding, dialect: Dialect, header_rows: int) -> tuple[str, ...]:
    """Return the decisions a reader of the report would want to check; nothing about the usual ones."""
    notes = []
    if encoding.why:
        notes.append(encoding.why)
    elif encoding.name not in {"utf-8", "utf-8-sig"}:
        notes.append(f"encoding read as {encoding.name}")
    if dialect.delimiter != ",":
        notes.append(f"cells are separated by {_DELIMITER_NAMES.get(dialect.delimiter, repr(dialect.delimiter))}")
    if dialect.quote == "'":
        notes.append("cells are quoted by apostrophes")
    if dialect.quote != dialect.escape:
        notes.append("quotes within cells are escaped by a backslash")
    if dialect.wrapped:
        notes.append("each row stood in quotes as a whole and was unwrapped")
    if not header_rows:
        notes.append("there is no header row: the first row is data, and columns are numbered (--header-rows 1 if not)")
    elif header_rows > 1:
        notes.append(f"{header_rows} header rows make the names of the columns (--header-rows 1 if not)")
    return tuple(notes)
