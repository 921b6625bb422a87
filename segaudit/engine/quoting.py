"""Names, texts and files as DuckDB's SQL writes them."""

from pathlib import Path


def identifier(name: str) -> str:
    """Return a name quoted for SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def file_literal(path: Path | str) -> str:
    """Return a file to read as SQL writes it: brackets, stars and question marks in its name stand for themselves."""
    return literal("".join(f"[{sign}]" if sign in "*?[" else sign for sign in str(path)))
