"""The history file: made, opened, locked and checked.

It is a DuckDB database. One process writes at a time, and nobody reads meanwhile; whoever comes waits a bounded time.
A run is written in one transaction, so that it is there whole or not at all, whenever the power goes.
"""

import os
import re
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from segaudit.errors import EngineError, InputError, OutputError
from segaudit.files import TemporaryFolder, no_room

VERSION = 1  # of the tables below
WAIT = 20.0  # seconds for others to be done
_PAUSE = 0.1
_MEMORY = "300MB"
_BLOCK = "65536"  # bytes; smaller blocks are not compressed, and each column of each table takes one at least
_MARK = "segaudit_history"
_CLOSED = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
_MAGIC = b"DUCK"  # at the 9th byte of every DuckDB file
_OTHER_FILE = "name another file, or none: segaudit-history.duckdb is then made beside the workspace file"

# A record is followed by a number for its id, so that the id itself stands there once, however many runs there are;
# which labels it had, in all schemas together, is one small number: its profile.
TABLES: Mapping[str, str] = {
    _MARK: "version INTEGER, last_run INTEGER, last_key BIGINT",
    "runs": "run INTEGER, recorded_at TIMESTAMP, as_of DATE, command VARCHAR, input VARCHAR, row_count BIGINT, "
    "sha256 VARCHAR, rules VARCHAR, rules_sha256 VARCHAR, version VARCHAR, key_header VARCHAR, followed BIGINT",
    "sizes": "run INTEGER, place INTEGER, schema_id VARCHAR, label VARCHAR, kind VARCHAR, records BIGINT",
    "profiles": "run INTEGER, profile INTEGER, records BIGINT",
    "profile_labels": "run INTEGER, profile INTEGER, schema_id VARCHAR, label VARCHAR",
    "keys": "key_id BIGINT, key VARCHAR",
    "records": "run INTEGER, key_id BIGINT, profile INTEGER",
    "fields": "run INTEGER, place INTEGER, name VARCHAR, header VARCHAR, type VARCHAR, row_count BIGINT, "
    "filled BIGINT, usable BIGINT, different BIGINT, kind VARCHAR, others BIGINT, why VARCHAR",
    "bins": "run INTEGER, field INTEGER, place INTEGER, upper DOUBLE, value VARCHAR, records BIGINT",
}


def create_history(path: Path) -> None:
    """Make an empty history file; it appears whole. One that somebody else makes meanwhile stays.

    Raises:
        OutputError: The folder cannot be written to.
    """
    if not path.parent.is_dir():
        raise OutputError(f'there is no folder "{path.parent}"', where=str(path), hint="make it first")
    temporary = path.with_name(f".{path.name[:40]}.{secrets.token_hex(6)}")
    try:
        with _faults_told(path), new_database(temporary) as connection:
            make_tables(connection)
        with suppress(FileExistsError):
            try:
                os.link(temporary, path)
            except OSError as error:
                if isinstance(error, FileExistsError):
                    raise
                if not path.exists():  # a disk without links
                    temporary.replace(path)
    except OSError as error:
        raise OutputError(f"the history cannot be written ({error.strerror})", where=str(path)) from error
    finally:
        for left in (temporary, temporary.with_name(f"{temporary.name}.wal")):
            left.unlink(missing_ok=True)


def new_database(path: Path) -> duckdb.DuckDBPyConnection:
    """Return a database that is made anew, in blocks as small as can be compressed."""
    return duckdb.connect(str(path), config={"default_block_size": _BLOCK})


def make_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables of an empty history."""
    for table, columns in TABLES.items():
        connection.execute(f"CREATE TABLE {table} ({columns})")
    connection.execute(f"INSERT INTO {_MARK} VALUES ({VERSION}, 0, 0)")


@contextmanager
def open_history(path: Path, *, write: bool = False, wait: float = WAIT) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a history file, and keep it from being written to by others for as long as it is open.

    Args:
        path: The file.
        write: Nobody else may read, either.
        wait: Seconds to wait for others.

    Raises:
        InputError: There is no such file, it is no history, a newer segaudit made it, it is damaged, or others have it
            for longer than that.
    """
    _check_kind(path)
    connection = _connect(path, write=write, wait=wait)
    with TemporaryFolder() as spill:
        try:
            with _faults_told(path):
                # The file may come from anywhere: what it holds can reach no other.
                connection.execute(f"SET temp_directory='{spill}'")
                connection.execute(f"SET memory_limit='{_MEMORY}'")
                connection.execute("SET enable_external_access=false")
                _check_tables(path, connection)
                yield connection
        finally:
            connection.close()


def _check_kind(path: Path) -> None:
    """Refuse what is no database, before it is opened as something else."""
    try:
        with path.open("rb") as file:
            head = file.read(12)
    except FileNotFoundError:
        hint = "record a run first: segaudit overlap FILE --record"
        raise InputError("there is no history here", where=str(path), hint=hint) from None
    except OSError as error:
        raise InputError(f"the history cannot be read ({error.strerror})", where=str(path)) from error
    if head[8:] != _MAGIC:
        raise InputError("this is no history of runs", where=str(path), hint=_OTHER_FILE)


def _connect(path: Path, *, write: bool, wait: float) -> duckdb.DuckDBPyConnection:
    until = time.monotonic() + wait
    while True:
        try:
            before = path.stat().st_ino
            connection = duckdb.connect(str(path), read_only=not write, config={**_CLOSED})
        except FileNotFoundError:
            raise InputError("there is no history here", where=str(path)) from None
        except duckdb.Error as error:
            if "lock" not in str(error):
                raise _damaged(path, error) from error
            if time.monotonic() >= until:
                raise _held(path, error, wait) from error
        else:
            # `history prune` puts a new file in the place of the old one. Whoever waited must not write to the old.
            if path.exists() and path.stat().st_ino == before:
                return connection
            connection.close()
        time.sleep(_PAUSE)


def _held(path: Path, error: Exception, wait: float) -> InputError:
    found = re.search(r"PID (\d+)", str(error))
    who = f"process {found[1]}" if found else "another process"
    return InputError(
        f"{who} has the history, and did not let go of it within {wait:g} seconds",
        where=str(path),
        hint="wait for that run to end, then try again; runs that are there are safe",
    )


def _damaged(path: Path, error: Exception) -> InputError:
    said = str(error).split("\n", 1)[0]
    return InputError(
        f"the history cannot be opened ({said})", where=str(path), hint="put back a copy, or record to another file"
    )


@contextmanager
def _faults_told(path: Path) -> Iterator[None]:
    """Raise what goes wrong in the database as errors of our own, and Ctrl-C as what it is."""
    try:
        yield
    except duckdb.InterruptException:
        raise KeyboardInterrupt from None
    except duckdb.Error as error:
        if words := no_room(error):
            raise EngineError(words, statement="") from error
        raise _damaged(path, error) from error


def _check_tables(path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    found = connection.execute(
        "SELECT table_name, list(column_name || ' ' || data_type ORDER BY column_index) FROM duckdb_columns() "
        "WHERE NOT internal AND table_name IN (SELECT table_name FROM duckdb_tables()) GROUP BY table_name"
    ).fetchall()
    columns = {str(table): list(kinds) for table, kinds in found}
    if not columns.get(_MARK, [""])[0].startswith("version "):
        raise InputError("this database is no history of segaudit", where=str(path), hint=_OTHER_FILE)
    told = connection.execute(f"SELECT max(version) FROM {_MARK}").fetchone()
    version = told[0] if told is not None else None
    if isinstance(version, int) and version > VERSION:
        raise InputError(
            f"a newer segaudit made this history (its version is {version}, and {VERSION} is what this one knows)",
            where=str(path),
            hint="update segaudit, or record to another file",
        )
    if version != VERSION or any(columns.get(table) != kinds.split(", ") for table, kinds in TABLES.items()):
        raise InputError("this is no history that segaudit has made", where=str(path), hint=_OTHER_FILE)
