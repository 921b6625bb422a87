"""The user's map of fields to columns of the target: a CSV with field, column and, where it matters, type."""

import csv
import difflib
from collections.abc import Collection, Mapping
from pathlib import Path

from segaudit.errors import InputError
from segaudit.model.exports import ColumnChoice

_LARGEST = 1_000_000  # bytes
_HINT = "its first line is field,column,type; each other line names a field of the rules and where it is found"


def read_column_map(path: str, fields: Collection[str]) -> Mapping[str, ColumnChoice]:
    """Return which column holds a field.

    Args:
        path: A CSV file. An empty column says that nothing in the target holds the field.
        fields: Of the rules; others in the map are a mistake.

    Raises:
        InputError: The file cannot be read, or a line of it is wrong.
    """
    try:
        if Path(path).stat().st_size > _LARGEST:
            raise InputError("the file is too large for a map of columns", where=path, hint=_HINT)
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise InputError(f"the map of columns cannot be read ({reason})", where=path, hint="check --columns") from None
    reader = csv.DictReader(text.splitlines())
    headers = [str(header).strip().lower() for header in reader.fieldnames or ()]
    if not {"field", "column"}.issubset(headers):
        raise InputError("the map of columns lacks a column", where=f"{path}:1", hint=_HINT)
    reader.fieldnames = headers
    found: dict[str, ColumnChoice] = {}
    for row in reader:
        given = {key: (row.get(key) or "").strip() for key in ("field", "column", "type")}
        name, where = given["field"], f"{path}:{reader.line_num}"
        if not name or name.startswith("#"):
            continue
        if name not in fields:
            close = difflib.get_close_matches(name, fields, n=1)
            hint = f'did you mean "{close[0]}"?' if close else "fields are named as in the rules"
            raise InputError(f'unknown field "{name}"', where=where, hint=hint)
        if name in found:
            raise InputError(f'field "{name}" is mapped twice', where=where, hint=f"first in line {found[name].line}")
        found[name] = ColumnChoice(column=given["column"], type=given["type"].lower(), line=reader.line_num)
    return found
