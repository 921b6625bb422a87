"""Runs taken out of a history for good: the file is written anew, so that nothing of them is left in it."""

import secrets
from collections.abc import Sequence
from pathlib import Path

import duckdb

from segaudit.errors import InputError
from segaudit.model.history import Forgotten
from segaudit.segments.history.reading import read_runs
from segaudit.segments.history.store import TABLES, WAIT, make_tables, new_database, open_history

_BATCH = 100_000


def forget_runs(path: Path, runs: Sequence[int], *, wait: float = WAIT) -> Forgotten:
    """Take runs out of a history.

    Raises:
        InputError: The history has no such run, or cannot be opened.
    """
    with open_history(path, write=True, wait=wait) as history:
        known = [run.number for run in read_runs(history)]
        for number in runs:
            if number not in known:
                there = ", ".join(map(str, known)) or "none"
                raise InputError(f"there is no run {number}", where=str(path), hint=f"its runs are: {there}")
        return _rewrite(path, history, [number for number in known if number not in runs], list(runs))


def keep_runs(path: Path, newest: int, *, wait: float = WAIT) -> Forgotten:
    """Take all runs but the newest out of a history: those that count from the latest days."""
    with open_history(path, write=True, wait=wait) as history:
        known = [run.number for run in read_runs(history)]
        kept = known[-newest:] if newest else []
        return _rewrite(path, history, kept, [number for number in known if number not in kept])


def _rewrite(path: Path, history: duckdb.DuckDBPyConnection, kept: list[int], gone: list[int]) -> Forgotten:
    """Put a file without some runs in the place of the old, which stays locked until that is done."""
    history.execute("CHECKPOINT")
    before = path.stat().st_size
    if gone:
        temporary = path.with_name(f".{path.name[:40]}.{secrets.token_hex(6)}")
        try:
            with new_database(temporary) as new:
                _copy(history, new, kept)
            temporary.replace(path)
        finally:
            for left in (temporary, temporary.with_name(f"{temporary.name}.wal")):
                left.unlink(missing_ok=True)
    return Forgotten(file=str(path), runs=tuple(gone), left=len(kept), bytes_before=before, bytes=path.stat().st_size)


def _copy(history: duckdb.DuckDBPyConnection, new: duckdb.DuckDBPyConnection, kept: Sequence[int]) -> None:
    of_kept = f"run IN ({', '.join(map(str, kept)) or 'NULL'})"
    make_tables(new)
    new.execute("DELETE FROM segaudit_history")
    for table, columns in TABLES.items():
        wanted = f" WHERE {of_kept}" if columns.startswith("run ") else ""
        if table == "keys":
            wanted = f" WHERE key_id IN (SELECT key_id FROM records WHERE {of_kept})"
        new.register("handed_over", history.sql(f"SELECT * FROM {table}{wanted}").to_arrow_reader(_BATCH))
        new.execute(f"INSERT INTO {table} SELECT * FROM handed_over")
        new.unregister("handed_over")
