"""Parquet files, folders of them and tables of a catalogue to texts c1, c2, ... and ``_row``."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from segaudit.engine.quoting import file_literal
from segaudit.engine.spark.casting import FileCells, FileRows, FrameCells
from segaudit.engine.spark.flows import Flow
from segaudit.engine.spark.landing import Fact, Landing, as_path, pattern_free
from segaudit.engine.spark.numbering import Stretch
from segaudit.engine.spark.reading import Part, list_parts
from segaudit.engine.uris import is_uri
from segaudit.errors import EngineError

_AT_ONCE = 128_000_000  # bytes of a file that a task reads
_NO_PLACE = "CAST(0 AS BIGINT) AS _file", "CAST(0 AS BIGINT) AS _start"
_PLACE = "xxhash64(_metadata.file_path) AS _file", "_metadata.file_block_start AS _start"


def read_parquet(
    session: Any,  # noqa: ANN401 - a SparkSession
    path: str,
    *,
    folder: str,
    parts: Sequence[Part] | None = None,
) -> tuple[Flow, tuple[str, ...]]:
    """Read a Parquet file, or a folder of them, every cell as the text that the embedded engine casts it to.

    Args:
        session: Where to.
        path: A file or folder of this machine that executors see, or a URI.
        folder: Where it is written: a path that driver and executors see, or a URI.
        parts: Its files, in the order in which rows are numbered; None: that of their paths.

    Returns:
        Rows of ``_row``, in the order of files and rows, and c1, c2, ...; and the names of the columns.

    Raises:
        EngineError: A file is none of Parquet, or files have different columns.
    """
    if not is_uri(path) and Path(path).is_file():
        return _from_files(session, [Path(path)], folder)
    parts = list_parts(session, [path]) if parts is None else parts
    if not is_uri(path) and not any(Path(path).glob("*=*/")):
        return _from_files(session, [Path(part.path.removeprefix("file:")) for part in parts], folder)
    where = path if is_uri(path) else pattern_free(as_path(path))
    return _from_frame(session, session.read.parquet(where), folder, [part.key for part in parts])


def read_table(session: Any, name: str, *, folder: str) -> tuple[Flow, tuple[str, ...]]:  # noqa: ANN401 - as above
    """Read a table or view of Spark's catalogue; its rows are numbered, but only files have an order.

    Args:
        session: Where to.
        name: The table, as Spark's SQL names it.
        folder: Where its texts are written.
    """
    return _from_frame(session, session.table(name), folder, [])


def _from_frame(session: Any, frame: Any, folder: str, files: Sequence[int]) -> tuple[Flow, tuple[str, ...]]:  # noqa: ANN401 - SparkSession, DataFrames
    headers = tuple(frame.columns)
    placed = frame.selectExpr("*", *(_PLACE if files else _NO_PLACE))
    landing = Landing(folder=folder, texts=[f"c{number}" for number in range(1, len(headers) + 1)])
    facts = landing.write(session, placed, FrameCells(columns=len(headers), zone=_zone()))
    order = {key: number for number, key in enumerate(files)}

    def place(fact: Fact) -> tuple[int, int, int]:
        return order.get(fact.said["file"], len(order)), fact.said["start"], fact.task

    return _numbered(session, landing, sorted(facts, key=place)), headers


def _from_files(session: Any, files: Sequence[Path], folder: str) -> tuple[Flow, tuple[str, ...]]:  # noqa: ANN401 - a SparkSession
    """Read files that executors see as such: by the embedded engine itself, which knows types that Spark does not."""
    stretches: list[FileRows] = []
    headers: tuple[str, ...] = ()
    for number, file in enumerate(files):
        names, bounds = _bounds(file)
        if number and names != headers:
            raise EngineError(
                f"{file.name} has other columns than {files[0].name}", statement=str(file), hint="name one of them"
            )
        headers = names
        stretches += [FileRows(file=str(file.absolute()), begin=begin, end=end) for begin, end in bounds]
    landing = Landing(folder=folder, texts=[f"c{number}" for number in range(1, len(headers) + 1)])
    wanted = session.range(0, len(stretches), 1, max(1, len(stretches)))
    facts = landing.write(session, wanted, FileCells(stretches=stretches, headers=headers, zone=_zone()))
    return _numbered(session, landing, sorted(facts, key=lambda fact: int(fact.said["stretch"]))), headers


def _bounds(file: Path) -> tuple[tuple[str, ...], list[tuple[int, int]]]:
    """Return a file's columns, and the stretches of its rows that are worth a task."""
    import duckdb  # noqa: PLC0415 - heavy
    import pyarrow as pa  # noqa: PLC0415 - heavy
    import pyarrow.parquet as pq  # noqa: PLC0415 - as above

    try:
        with duckdb.connect(":memory:") as connection:
            described = connection.sql(f"SELECT * FROM read_parquet({file_literal(str(file))})")
            names = tuple(described.columns)
        about = pq.read_metadata(file)
    except (duckdb.Error, pa.ArrowException, OSError) as error:
        raise EngineError(str(error).split("\n", 1)[0], statement=str(file)) from error
    bounds, begin, end, size = [], 0, 0, 0
    for number in range(about.num_row_groups):
        group = about.row_group(number)
        end += group.num_rows
        size += group.total_byte_size
        if size > _AT_ONCE:
            bounds.append((begin, end))
            begin, size = end, 0
    return names, [*bounds, (begin, end)] if end > begin or not bounds else bounds


def _numbered(session: Any, landing: Landing, facts: Sequence[Fact]) -> Flow:  # noqa: ANN401 - a SparkSession
    stretches = [Stretch(task=fact.task, piece=fact.piece, rows=fact.said["rows"]) for fact in facts]
    return landing.numbered(session, stretches)


def _zone() -> str:
    """Return the time zone that the embedded engine of this machine writes points in time in."""
    import duckdb  # noqa: PLC0415 - heavy

    with duckdb.connect(":memory:") as connection:
        return str(connection.execute("SELECT current_setting('TimeZone')").fetchall()[0][0])
