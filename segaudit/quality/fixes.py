"""What a client's people work with: the list of issues, and files that a CRM imports to mend what is certain."""

import csv
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from segaudit.engine.protocol import Engine, Row
from segaudit.errors import OutputError
from segaudit.files import check_output, whole_file
from segaudit.model.fields import ColumnReading
from segaudit.model.quality import CERTAIN_FROM, Check
from segaudit.quality.data import QualityData
from segaudit.quality.finders.uniqueness import KEYS, own_key
from segaudit.quality.issues import ISSUES
from segaudit.text.headers import names_key
from segaudit.text.spreadsheets import spreadsheet_safe

ISSUE_HEADER = ("_row", "column", "rule", "value", "suggestion", "confidence", "because")
_NEARLY_ALL = 0.95  # share of the rows a column tells apart that numbers them
_REPAIRS = "repairs"  # position; _row; suggestion; value
_NUMBER = re.compile(r"[-+]?[\d.,' ]+%?")


def write_issues(path: Path, checks: Sequence[Check], data: QualityData, engine: Engine) -> None:
    """Write every issue as CSV, in the order of rows; made for people, so no cell can run as a formula.

    Raises:
        OutputError: The file cannot be written.
    """
    with whole_file(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(ISSUE_HEADER)
        writer.writerows(issue_rows(checks, data, engine))


def issue_rows(checks: Sequence[Check], data: QualityData, engine: Engine) -> Iterator[list[object]]:
    """Yield the cells of every issue, under ISSUE_HEADER, in the order of rows; none can run as a formula."""
    headers = data.source.headers
    for check, position, row, value, suggestion, confidence, because in _issues(engine):
        cells = [row, headers[position - 1], f"quality.{checks[check].id}", value, suggestion]
        yield [*map(_safe, cells), f"{confidence:.2f}", _safe(because)]


def _issues(engine: Engine) -> Iterator[Row]:
    """Yield the issues in the order of rows, a part of them at a time."""
    query = (
        'SELECT "check", position, _row, value, suggestion, confidence, because '
        f'FROM {ISSUES} ORDER BY _row, position, "check", suggestion, confidence, because'
    )
    yield from engine.stream(query)


def _safe(cell: object) -> object:
    """Return a cell that a spreadsheet shows and does not run; a plain number is none it would."""
    if isinstance(cell, str) and not _NUMBER.fullmatch(cell):
        return spreadsheet_safe(cell)
    return "" if cell is None else cell


def write_fixes(  # noqa: PLR0913 - a table, and where its fixes go
    folder: Path, data: QualityData, engine: Engine, *, inputs: tuple[str, ...], force: bool, undo: Path | None = None
) -> tuple[tuple[str, int], ...]:
    """Write, for each column with certain repairs, a file the CRM can import: key, new value, old value.

    Args:
        folder: Made if it is not there.
        data: What was checked.
        engine: Where the issues are.
        inputs: Files that are never written to.
        force: Replace files that exist already.
        undo: Folder for files of the same names that put back what was there; None: not asked for.

    Returns:
        The names of the files and their rows; none where no repair is certain.

    Raises:
        OutputError: The folder or a file cannot be written.
    """
    key = _key(data)
    key_column = data.source.column(key.column.position) if key else "_row"
    key_header = key.column.header if key else "_row"
    # A key that some rows share or lack finds the wrong record, or none: the row stands beside it.
    alone = key is None or _is_unique(data, key)
    for made in (folder, *([undo] if undo is not None else [])):
        _make_folder(made)
    # Of several repairs of one cell the surest is taken; two that are as sure as each other leave the cell alone.
    engine.create(
        _REPAIRS,
        "SELECT position, _row, min(suggestion) AS suggestion, min(value) AS value FROM ("
        f"SELECT * FROM {ISSUES} WHERE suggestion IS NOT NULL AND confidence >= {CERTAIN_FROM} "
        "QUALIFY confidence = max(confidence) OVER (PARTITION BY position, _row)) "
        "GROUP BY position, _row HAVING count(DISTINCT suggestion) = 1",
    )
    positions = [
        position for (position,) in engine.fetch(f"SELECT DISTINCT position FROM {_REPAIRS} ORDER BY position")
    ]
    for position in positions:
        check_output(folder / _file_name(position, data), inputs=inputs, force=force)
    written = []
    for position in positions:
        header, name = data.source.headers[position - 1], _file_name(position, data)
        rows = engine.stream(
            f"SELECT r.{key_column}, f.suggestion, f.value, f._row FROM {_REPAIRS} f "
            f"JOIN {data.source.table} r USING (_row) WHERE f.position = {int(position)} ORDER BY _row"
        )
        with ExitStack() as stack:
            writer = _writer(folder / name, stack)
            beside = [] if alone else ["_row"]
            writer.writerow([key_header, header, f"{header} (before)", *beside])
            back = _writer(undo / name, stack) if undo is not None else None
            if back is not None:
                back.writerow([key_header, header, f"{header} (fixed)", *beside])
            count = 0
            for identity, new, old, row in rows:
                count += 1
                beside = [] if alone else [row]
                writer.writerow([identity, new, old, *beside])
                if back is not None:
                    back.writerow([identity, old, new, *beside])
        written.append((name, count))
    return tuple(written)


def _key(data: QualityData) -> ColumnReading | None:
    """Return the column a CRM finds a record by: a field that is an id, a column of keys, the address; or none."""
    known = data.of_field(*KEYS)
    if known is not None and _tells_apart(data, known):
        return known  # a customer's number in a list of orders does not
    own = own_key(data, share=1.0) or own_key(data, share=_NEARLY_ALL)
    named = (reading for reading in data.readings if reading.column.field is None and names_key(reading.column.header))
    return own or next((item for item in named if _tells_apart(data, item)), None) or known or data.of_field("email")


def _tells_apart(data: QualityData, key: ColumnReading) -> bool:
    found = data.coverage[key.column.position]
    return found.distinct >= _NEARLY_ALL * data.source.rows


def _is_unique(data: QualityData, key: ColumnReading) -> bool:
    return data.coverage[key.column.position].distinct == data.source.rows


def _writer(path: Path, stack: ExitStack) -> Any:  # noqa: ANN401 - csv's writers have no type of their own
    temporary = stack.enter_context(whole_file(path))
    return csv.writer(stack.enter_context(temporary.open("w", encoding="utf-8", newline="")))


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        hint = "name a folder, or one that can be made"
        raise OutputError(f"the folder cannot be made ({error.strerror})", where=str(folder), hint=hint) from error


def _file_name(position: int, data: QualityData) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", data.source.headers[position - 1].lower()).strip("-")
    return f"{position:02d}-{words[:60] or 'column'}.csv"
