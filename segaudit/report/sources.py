"""What a file was read as, for reports of every kind."""

from typing import Any

from segaudit.model.source import Source


def source_json(source: Source) -> dict[str, Any]:
    """Return what a file was read as."""
    return {
        "name": source.name,
        "kind": source.kind,
        "rows": source.rows,
        "columns": len(source.headers),
        "bytes": source.size,
        "sha256": source.sha256,
        "encoding": source.encoding or None,
        "delimiter": source.delimiter or None,
        "sheet": source.sheet or None,
        "notes": list(source.notes),
    }


def source_line(source: Source) -> str:
    """Return in one line what a file was read as."""
    read_as = source.kind if source.kind != "csv" else f"{source.encoding} text"
    empty = "" if source.rows else ", which is a header without data rows"
    rows = "1 row" if source.rows == 1 else f"{source.rows:,} rows"
    columns = "1 column" if len(source.headers) == 1 else f"{len(source.headers):,} columns"
    return f"{rows}, {columns} ({read_as}){empty}"
