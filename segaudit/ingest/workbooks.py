"""Workbooks (xlsx, xls, xlsb, ods) to a raw table, one sheet at a time, by way of a clean copy."""

import datetime as dt
import itertools
from collections.abc import Sequence
from pathlib import Path

from segaudit.engine.protocol import Engine
from segaudit.errors import InputError
from segaudit.ingest.alias import under_name
from segaudit.ingest.options import SAMPLE_ROWS, ReadOptions
from segaudit.ingest.spool import load_spooled, spool_rows
from segaudit.model.source import Source

_EXACT = 1e15  # a float below it shows a whole number to the last digit


def read_workbook(path: Path, kind: str, engine: Engine, options: ReadOptions, workspace: Path) -> Source:
    """Read one sheet: the one asked for, else the first that holds a table.

    Raises:
        InputError: The workbook is protected, damaged or empty, or has no such sheet.
    """
    import python_calamine as calamine  # noqa: PLC0415 - only workbooks need it

    try:
        book = calamine.CalamineWorkbook.from_path(str(_named_by_kind(path, kind, workspace)))
        names = book.sheet_names
        chosen, rows = _choose(book, names, options)
    except calamine.PasswordError as error:
        raise InputError(
            "the workbook is protected by a password",
            where=options.label,
            hint="open it in Excel, take the protection off (File > Info) and save a copy",
        ) from error
    except (calamine.CalamineError, OSError) as error:
        raise InputError(
            f"the workbook cannot be read ({error})", where=options.label, hint="save it anew as .xlsx"
        ) from error
    header, body, above = _split_header(rows)
    if not header:
        raise InputError(f'sheet "{chosen}" is empty', where=options.label, hint=_sheet_hint(names))
    clean = workspace / "clean.csv"
    spooled = spool_rows(clean, len(header), body)
    count = load_spooled(clean, len(header), engine, options)
    notes = [f'read sheet "{chosen}" of {len(names)}: {", ".join(names)}'] if len(names) > 1 else []
    if above:
        notes.append(f"{'1 empty row' if above == 1 else f'{above:,} empty rows'} above the header passed over")
    return Source(
        name=options.label,
        table=options.table,
        headers=header,
        rows=count,
        kind=kind,
        sheet=chosen,
        size=path.stat().st_size,
        sample=tuple(tuple(row) for row in itertools.islice(body, SAMPLE_ROWS)),
        notes=tuple(notes) + ((f"{spooled.short:,} rows are shorter than the header",) if spooled.short else ()),
    )


def _named_by_kind(path: Path, kind: str, workspace: Path) -> Path:
    """Return the file under a name that ends in what it is: half the .xls files there are hold something newer."""
    return path if path.suffix.lower() == f".{kind}" else under_name(path, workspace / f"workbook.{kind}")


def _choose(book: "object", names: Sequence[str], options: ReadOptions) -> tuple[str, list[list[str]]]:
    if options.sheet is not None:
        name = _named_sheet(options.sheet, names, options.label)
        return name, _cells(book, name)
    if not names:
        raise InputError("the workbook has no sheets", where=options.label)
    second_best: tuple[str, list[list[str]]] = names[0], []
    for name in names:
        rows = _cells(book, name)
        filled = sum(1 for row in rows if any(row))
        if filled > 1:
            return name, rows
        if filled and not second_best[1]:
            second_best = name, rows
    return second_best


def _named_sheet(wanted: str, names: Sequence[str], label: str) -> str:
    if wanted in names:
        return wanted
    if wanted.isdecimal() and 1 <= int(wanted) <= len(names):
        return names[int(wanted) - 1]
    folded = {name.strip().casefold(): name for name in names}
    if wanted.strip().casefold() in folded:
        return folded[wanted.strip().casefold()]
    raise InputError(f'there is no sheet "{wanted}"', where=label, hint=_sheet_hint(names))


def _sheet_hint(names: Sequence[str]) -> str:
    return "its sheets are: " + ", ".join(f'"{name}"' for name in names)


def _cells(book: object, name: str) -> list[list[str]]:
    sheet = book.get_sheet_by_name(name)  # type: ignore[attr-defined]
    return [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]


def _text(cell: object) -> str:
    """Return a cell as the text a CSV export of the sheet would hold."""
    match cell:
        case str():
            return cell
        case bool():
            return "TRUE" if cell else "FALSE"
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < _EXACT else repr(cell)
        case dt.datetime():
            return cell.isoformat(sep=" ") if cell.time() != dt.time() else cell.date().isoformat()
        case dt.date() | dt.time():
            return cell.isoformat()
        case _:
            return str(cell)


def _split_header(rows: list[list[str]]) -> tuple[tuple[str, ...], list[list[str]], int]:
    """Take the first row that holds anything as the header; drop empty rows and columns right of all cells."""
    above = next((index for index, row in enumerate(rows) if any(cell.strip() for cell in row)), len(rows))
    table = rows[above:]
    if not table:
        return (), [], above
    width = max((_width(row) for row in table), default=0)
    header = tuple([*table[0], *[""] * width][:width])
    return header, [row[:width] for row in table[1:] if any(row)], above


def _width(row: Sequence[str]) -> int:
    return next((index for index in range(len(row), 0, -1) if row[index - 1].strip()), 0)
