"""What was set aside of several tables, in one file: a column names the table."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from segaudit.errors import OutputError
from segaudit.files import TemporaryFolder, check_output, whole_file
from segaudit.ingest.aside import REJECTS_HEADER

_HEADER = ("table", *REJECTS_HEADER)
_FIRST_LINES = {",".join(header).encode() for header in (_HEADER, REJECTS_HEADER)}
_LONGEST_HEADER = 100  # bytes


class TableRejects:
    """Takes the rejects of each table, and writes them out once all tables are read."""

    def __init__(self, wanted: str | None, inputs: Sequence[str]) -> None:
        """Begin.

        Args:
            wanted: The file to write; None for none.
            inputs: Files that are never written to.

        Raises:
            OutputError: The file is something else than earlier rejects, or cannot be written.
        """
        self._path = None if wanted is None else Path(wanted)
        self._tables: list[str] = []
        if self._path is not None:
            _check(self._path, tuple(inputs))
        self._folder = TemporaryFolder()

    def __enter__(self) -> Self:
        """Return it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Take the copies away."""
        self._folder.close()

    def of(self, table: str) -> str | None:
        """Return the file that takes the rejects of a table; None if nobody wants them."""
        if self._path is None:
            return None
        self._tables.append(table)
        return str(self._file(table))

    def write(self) -> None:
        """Write what all tables have put there.

        Raises:
            OutputError: The file cannot be written.
        """
        if self._path is None:
            return
        with whole_file(self._path) as temporary, temporary.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(_HEADER)
            for table in filter(lambda name: self._file(name).exists(), self._tables):  # not of one passed over
                with self._file(table).open(encoding="utf-8", newline="") as file:
                    rows = csv.reader(file)
                    next(rows)
                    writer.writerows((table, *row) for row in rows)

    def _file(self, table: str) -> Path:
        return self._folder.path / f"{table}.csv"


def is_rejects(path: Path) -> bool:
    """Tell whether a file holds what segaudit has set aside, of tables or of one."""
    try:
        with path.open("rb") as file:
            return file.readline(_LONGEST_HEADER).strip() in _FIRST_LINES
    except OSError:
        return False


def _check(path: Path, inputs: tuple[str, ...]) -> None:
    """Refuse a place for the rejects before any work is done; an earlier file of them may be replaced."""
    check_output(path, inputs=inputs, force=True)
    if path.exists() and not is_rejects(path):
        raise OutputError("this file exists already, and holds no rejects", where=str(path), hint="choose another name")
