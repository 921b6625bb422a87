"""The user's own map of columns to fields: the --map file."""

import csv
import re
from collections.abc import Sequence
from pathlib import Path

from segaudit.errors import InputError
from segaudit.ingest.columns.fieldmap import UserMap
from segaudit.model.fields import VALUE_TYPES, FieldType
from segaudit.rulebook.yaml_nodes import load_plain

_FIELD_NAME = re.compile(r"[a-z][a-z0-9_]*")
_SHOWN = 12  # headers of a hint


def read_map(path: str, headers: Sequence[str]) -> UserMap:
    """Read a --map file: CSV with the columns ``header,field,type``, or YAML.

    YAML holds ``columns:`` (header: field, or header: {field: ..., type: ...}, or header: null to leave a column
    alone), and, if wanted, ``date_order: dmy|mdy`` and ``decimal: point|comma``.

    Raises:
        InputError: The file cannot be read, names a column the data does not have, or an unknown type.
    """
    file = Path(path)
    if not file.is_file():
        raise InputError("there is no such map file", where=path, hint="check --map")
    entries, date_order, decimal = _csv_map(file) if file.suffix.lower() == ".csv" else _yaml_map(file)
    fields: dict[str, str | None] = {}
    types: dict[str, FieldType] = {}
    present = {header.strip(): header for header in headers}
    for header, (name, kind) in entries.items():
        if header.strip() not in present:
            raise InputError(
                f'the data has no column "{header}"', where=path, hint="its columns are: " + _some(headers)
            )
        column = present[header.strip()]
        if name is not None and not _FIELD_NAME.fullmatch(name):
            raise InputError(f'"{name}" is no field name', where=path, hint="lower case, digits and _ only")
        if kind:
            if kind not in {item.value for item in VALUE_TYPES}:
                raise InputError(f'unknown type "{kind}"', where=path, hint="types are " + ", ".join(VALUE_TYPES))
            types[column] = FieldType(kind)
        if name is not None or not kind:
            fields[column] = name
    _check_style("date_order", date_order, ("dmy", "mdy"), path)
    _check_style("decimal", decimal, ("point", "comma"), path)
    return UserMap(fields=fields, types=types, date_order=date_order, decimal=decimal)


def _check_style(key: str, value: str | None, allowed: Sequence[str], path: str) -> None:
    if value is not None and value not in allowed:
        raise InputError(f'{key} cannot be "{value}"', where=path, hint=f"write {' or '.join(allowed)}")


def _some(headers: Sequence[str]) -> str:
    shown = ", ".join(f'"{header}"' for header in headers[:_SHOWN])
    return shown + (f" and {len(headers) - _SHOWN} more" if len(headers) > _SHOWN else "")


def _csv_map(file: Path) -> tuple[dict[str, tuple[str | None, str]], str | None, str | None]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            reader = csv.DictReader(opened, restval="")
            if "header" not in (reader.fieldnames or ()) or "field" not in (reader.fieldnames or ()):
                raise InputError("a map in CSV begins with the line header,field,type", where=f"{file}:1")
            return (
                {row["header"]: (row["field"].strip() or None, row.get("type", "").strip()) for row in reader},
                None,
                None,
            )
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            f"the map cannot be read ({error})", where=str(file), hint="save it as CSV in UTF-8"
        ) from error


def _yaml_map(file: Path) -> tuple[dict[str, tuple[str | None, str]], str | None, str | None]:
    document = load_plain(file)
    columns = document.get("columns") if isinstance(document, dict) else None
    if not isinstance(columns, dict):
        raise InputError(
            "a map file holds `columns:` with header: field below it", where=str(file), hint="columns: {Mail: email}"
        )
    entries: dict[str, tuple[str | None, str]] = {}
    for header, target in columns.items():
        if isinstance(target, dict):
            entries[str(header)] = (_optional(target.get("field")), _optional(target.get("type")) or "")
        else:
            entries[str(header)] = (_optional(target), "")
    return entries, _optional(document.get("date_order")), _optional(document.get("decimal"))


def _optional(value: object) -> str | None:
    return None if value is None else str(value)
