"""What a client's people work with: the list of issues, and files that a CRM imports to mend what is certain."""

import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from segaudit.engine.protocol import Engine, Row
from segaudit.files import whole_file
from segaudit.model.quality import CERTAIN_FROM, Check
from segaudit.quality.data import QualityData
from segaudit.quality.issues import ISSUES
from segaudit.text.spreadsheets import spreadsheet_safe

_HEADER = ("_row", "column", "rule", "value", "suggestion", "confidence", "because")
_NUMBER = re.compile(r"[-+]?[\d.,' ]+%?")
_KEYS = ("record_id", "contact_id", "company_id", "deal_id", "activity_id", "email")


def write_issues(path: Path, checks: Sequence[Check], data: QualityData, engine: Engine) -> None:
    """Write every issue as CSV, in the order of rows; made for people, so no cell can run as a formula.

    Raises:
        OutputError: The file cannot be written.
    """
    headers = data.source.headers
    with whole_file(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_HEADER)
        for check, position, row, value, suggestion, confidence, because in _issues(engine):
            cells = [row, headers[position - 1], f"quality.{checks[check].id}", value, suggestion]
            writer.writerow([*map(_safe, cells), f"{confidence:.2f}", _safe(because)])


def _issues(engine: Engine) -> Iterator[Row]:
    """Yield the issues in the order of rows, a part of them at a time."""
    query = (
        'SELECT "check", position, _row, value, suggestion, confidence, because '
        f'FROM {ISSUES} ORDER BY _row, position, "check", suggestion'
    )
    yield from engine.stream(query)


def _safe(cell: object) -> object:
    """Return a cell that a spreadsheet shows and does not run; a plain number is none it would."""
    if isinstance(cell, str) and not _NUMBER.fullmatch(cell):
        return spreadsheet_safe(cell)
    return "" if cell is None else cell


def write_fixes(folder: Path, data: QualityData, engine: Engine) -> tuple[str, ...]:
    """Write, for each column with certain repairs, a file the CRM can import: key, new value, old value.

    Returns:
        The names of the files; none where no repair is certain or the table has no key.

    Raises:
        OutputError: The folder or a file cannot be written.
    """
    key = data.of_field(*_KEYS)
    key_column = data.source.column(key.column.position) if key else "_row"
    key_header = key.column.header if key else "_row"
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for (position,) in engine.fetch(
        f"SELECT DISTINCT position FROM {ISSUES} WHERE suggestion IS NOT NULL AND confidence >= {CERTAIN_FROM} "
        "ORDER BY position"
    ):
        header = data.source.headers[position - 1]
        name = f"{position:02d}-{re.sub(r'[^a-z0-9]+', '-', header.lower()).strip('-') or 'column'}.csv"
        # Of several repairs of one cell the surest is taken; two that are as sure as each other leave the cell alone.
        rows = engine.stream(
            f"SELECT r.{key_column}, f.suggestion, f.value FROM ("
            f"SELECT _row, arg_max(suggestion, confidence) AS suggestion, any_value(value) AS value FROM {ISSUES} "
            f"WHERE position = {int(position)} AND suggestion IS NOT NULL AND confidence >= {CERTAIN_FROM} "
            "GROUP BY _row HAVING count(DISTINCT suggestion) = 1) f "
            f"JOIN {data.source.table} r USING (_row) ORDER BY _row"
        )
        with whole_file(folder / name) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([key_header, header, f"{header} (before)"])
            writer.writerows(rows)
        written.append(name)
    return tuple(written)
