"""The files of a merge read back, cells as they were written."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from segaudit.engine.protocol import CsvLayout, Engine
from segaudit.errors import EngineError, InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedTable:
    """A golden or undo file in the engine."""

    path: Path
    table: str
    headers: tuple[str, ...]  # the original ones
    extras: tuple[str, ...]  # what stands behind them

    @property
    def columns(self) -> tuple[str, ...]:
        """The original columns, in SQL."""
        return tuple(f"c{position}" for position in range(1, len(self.headers) + 1))

    def beside(self, name: str) -> str:
        """Return the column of one of the extras, in SQL."""
        return f"c{len(self.headers) + self.extras.index(name) + 1}"

    @property
    def number(self) -> str:
        """The number of the original row, in SQL."""
        return f"CAST({self.beside('_row')} AS BIGINT)"


def load_merged(table: str, path: Path, extras: Sequence[str], engine: Engine) -> MergedTable:
    """Load a golden or undo file.

    Raises:
        InputError: There is no such file, or it is none that ``survive`` wrote.
    """
    if not path.is_file():
        raise InputError("there is no such file", where=str(path), hint="check its name")
    headers = (
        _load_parquet(table, path, engine) if path.suffix.lower() == ".parquet" else _load_csv(table, path, engine)
    )
    behind = headers[-len(extras) :]
    # A Parquet file has each name once: an equal one of the client's makes ours entity_id_2.
    if len(headers) <= len(extras) or not all(map(str.startswith, behind, extras)):
        hint = "name a file that --golden or --undo wrote; its last columns are " + ", ".join(extras)
        raise InputError("this is no file of a merge", where=str(path), hint=hint)
    loaded = MergedTable(path=path, table=table, headers=headers[: -len(extras)], extras=tuple(extras))
    row = loaded.beside("_row")
    wrong = engine.fetch(f"SELECT count(*) FROM {table} WHERE coalesce(try_cast({row} AS BIGINT), 0) < 1")[0][0]
    if wrong:
        hint = "use the file as it was written; a spreadsheet may have changed it"
        raise InputError(f"{int(wrong):,} rows have no row number in the column _row", where=str(path), hint=hint)
    return loaded


def _load_parquet(table: str, path: Path, engine: Engine) -> tuple[str, ...]:
    try:
        return engine.load_parquet(table, path)
    except EngineError as error:
        raise InputError("this is no Parquet file, or a broken one", where=str(path)) from error


def _load_csv(table: str, path: Path, engine: Engine) -> tuple[str, ...]:
    delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
    try:
        with path.open(encoding="utf-8", newline="") as file:
            headers = tuple(next(csv.reader(file, delimiter=delimiter), ()))
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            "this is no CSV file of a merge", where=str(path), hint="name the file as it was written"
        ) from error
    layout = CsvLayout(columns=max(1, len(headers)), delimiter=delimiter)
    try:
        engine.load_csv(table, path, layout, ordered=True)
    except EngineError:
        # The usual longest row is short enough to read in parallel; one cell may be longer than that.
        _load_long(table, path, layout, engine)
    return headers


def _load_long(table: str, path: Path, layout: CsvLayout, engine: Engine) -> None:
    try:
        engine.load_csv(table, path, replace(layout, longest_row=path.stat().st_size + 1), ordered=True)
    except EngineError as error:
        hint = "use the file as it was written; a spreadsheet may have changed it"
        raise InputError("the file cannot be read as a table", where=str(path), hint=hint) from error
