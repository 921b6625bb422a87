"""Files that are written of a table and what stands beside it, as statements of DuckDB."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from segaudit.engine.protocol import Export
from segaudit.engine.quoting import identifier, literal

_COPY_BUFFER = 1 << 22  # bytes
_AT_ONCE = 4  # files


def rows_query(export: Export, rows: tuple[int, int] | None = None) -> str:
    """Return the query of an export, or of the part of it between two row numbers, both included."""
    base = [written_cell(f"b.{identifier(column)}", safe=export.spreadsheet_safe) for column in export.base_columns]
    beside = [f"d.{identifier(column)}" for column in export.beside_columns]
    named = ", ".join(
        f"{cell} AS {identifier(f'o{position}')}" for position, cell in enumerate([*base, *beside], start=1)
    )
    part = f" WHERE _row BETWEEN {rows[0]} AND {rows[1]}" if rows else ""
    # Both sides are in _row's order, so rows meet by position; a join would lose the order.
    return (
        f"SELECT {named} FROM (SELECT * FROM {identifier(export.base)}{part}) b "
        f"POSITIONAL JOIN (SELECT * FROM {identifier(export.beside)}{part} ORDER BY _row) d"
    )


def csv_statement(path: Path, export: Export, *, rows: tuple[int, int] | None = None, header: bool = True) -> str:
    """Return the statement that writes an export as CSV, or a part of it.

    Args:
        path: File to write.
        export: What to write.
        rows: First and last row number of the part; None for all.
        header: Write the header first.
    """
    names, query = list(export.headers), rows_query(export, rows)
    as_names = header and unique_names(names) == names
    if as_names:
        renamed = ", ".join(f"o{index} AS {identifier(name)}" for index, name in enumerate(names, start=1))
        query = f"SELECT {renamed} FROM ({query})"
    elif header:
        # As column names, two equal headers would be told apart by a suffix; so the header goes in as a row.
        query = f"SELECT {', '.join(literal(name) for name in names)} UNION ALL {query}"
    return (
        f"COPY ({query}) TO {literal(str(path))} "
        f"(FORMAT csv, HEADER {str(as_names).lower()}, DELIMITER {literal(export.delimiter)})"
    )


def parquet_statement(path: Path, export: Export) -> str:
    """Return the statement that writes an export as Parquet."""
    names = unique_names([header.strip() or f"column_{index}" for index, header in enumerate(export.headers, start=1)])
    renamed = ", ".join(f"o{index} AS {identifier(name)}" for index, name in enumerate(names, start=1))
    query = f"SELECT {renamed} FROM ({rows_query(export)})"
    return f"COPY ({query}) TO {literal(str(path))} (FORMAT parquet, COMPRESSION zstd)"


def written_cell(column: str, *, safe: bool) -> str:
    """Return what is written of a column; ``safe``: with an apostrophe before what a spreadsheet would run."""
    if not safe:
        return column
    starts_formula = f"regexp_matches({column}, '^[=+@\\t\\r-]')"
    return f"CASE WHEN {starts_formula} THEN {literal(chr(39))} || {column} ELSE {column} END"


def unique_names(names: Sequence[str]) -> list[str]:
    """Number names that stand twice, whatever their case: a Parquet file has each once."""
    seen: dict[str, int] = {}
    unique = []
    for name in names:
        count = seen[name.lower()] = seen.get(name.lower(), 0) + 1
        unique.append(name if count == 1 else f"{name}_{count}")
    return unique


def append_files(parts: Sequence[Path], path: Path) -> None:
    """Append files to one that is there, in their order; each is removed as soon as it is copied.

    The system does it without the bytes passing through here, where it can, several files at a time.
    """
    at = path.stat().st_size
    places = []
    for part in parts:
        places.append((part, path, at))
        at += part.stat().st_size
    if len(parts) <= 1:
        for place in places:
            _copy_to(place)
        return
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - takes 5 ms, and few files are in parts

    with ThreadPoolExecutor(_AT_ONCE) as workers:
        for _ in workers.map(_copy_to, places):
            pass


def _copy_to(place: tuple[Path, Path, int]) -> None:
    """Copy a file into another one, from a byte of it on, and remove it."""
    part, path, at = place
    with part.open("rb", buffering=0) as source, path.open("r+b", buffering=0) as target:
        target.seek(at)
        left = part.stat().st_size
        try:
            while left and (copied := os.copy_file_range(source.fileno(), target.fileno(), left)):
                left -= copied
        except (AttributeError, OSError):
            pass  # another system, or two file systems: copied below from where it stopped
        target.seek(at + source.tell())
        shutil.copyfileobj(source, target, _COPY_BUFFER)
    part.unlink()
