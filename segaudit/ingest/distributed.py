"""What Spark reads by itself: folders and patterns of part files, other storage, tables of a catalogue.

Nothing is mended here: a part is as regular as the first, or the whole is refused. What is on this machine is then read
as without Spark, file by file.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, cast

from segaudit.engine.protocol import CsvLayout, Engine, Parameters, Row
from segaudit.engine.spark.reading import Part, PartsLoad
from segaudit.engine.uris import TABLE, is_uri
from segaudit.errors import EngineError, InputError
from segaudit.ingest.delimited.fast import _Beginning, _beginning
from segaudit.ingest.encodings.detecting import detect_encoding
from segaudit.ingest.encodings.encoding import Encoding
from segaudit.ingest.files.file_kinds import PARQUET, TEXT, file_kind
from segaudit.ingest.files.paths import as_people_count, expand
from segaudit.ingest.options import SAMPLE_ROWS, ReadOptions
from segaudit.ingest.said import say_how_read
from segaudit.model.source import ByteLedger, Source

_HEAD = 1 << 20  # characters in which the dialect and the header are looked for
_PARQUET_MARK = "PAR1"
_UNREADABLE = "�"
_ELSEWHERE = "files of this machine may be irregular, others not: mend the export, or copy it here"


class Cluster(Protocol):
    """What is asked of an engine that reads by itself."""

    def list_parts(self, paths: Sequence[str]) -> list[Part]:
        """Return the files that URIs, folders and patterns come to."""
        ...

    def head_of(self, part: Part, characters: int) -> str:
        """Return the first lines of a file."""
        ...

    def load_csv_parts(
        self, name: str, parts: Sequence[Part], layout: CsvLayout, header: tuple[str, ...] | None
    ) -> PartsLoad:
        """Load text files of one layout as one table."""
        ...

    def load_parquet_parts(self, name: str, path: str, parts: Sequence[Part]) -> tuple[str, ...]:
        """Load a folder of Parquet files."""
        ...

    def load_catalogue(self, name: str, table: str) -> tuple[str, ...]:
        """Load a table of the catalogue."""
        ...

    def fetch(self, query: str, parameters: Parameters | None = None) -> list[Row]:
        """Return a small result."""
        ...


def read_distributed(paths: Sequence[str], engine: Engine, options: ReadOptions, workspace: Path) -> Source | None:
    """Read what Spark reads by itself.

    Args:
        paths: What the user named.
        engine: Where the table will live.
        options: What the user said about it.
        workspace: Folder for copies.

    Returns:
        None if these are files of this machine that had better be read one by one: one file, workbooks, irregular ones.

    Raises:
        InputError: It is elsewhere, and cannot be read as one regular table.
    """
    cluster = cast("Cluster", engine)
    elsewhere = any(is_uri(path) or path.startswith(TABLE) for path in paths)
    if not elsewhere and not _is_many_plain_files(paths):
        return None
    if options.sheet is not None:
        raise InputError("this is no workbook, and has no sheets", where=options.label, hint="leave --sheet out")
    try:
        if any(path.startswith(TABLE) for path in paths):
            return _read_table(paths, cluster, options)
        return _read_files(paths, cluster, options, workspace)
    except EngineError as error:
        if not elsewhere:
            return None
        hint = error.hint or _ELSEWHERE
        raise InputError(f"it cannot be read ({error.problem})", where=options.label, hint=hint) from error


def _is_many_plain_files(paths: Sequence[str]) -> bool:
    """Tell whether paths of this machine come to several files of text or Parquet, none of them packed."""
    if len(paths) == 1 and Path(paths[0]).is_dir() and any(Path(paths[0]).glob("*=*/")):
        return True
    files = [Path(path) for path in expand(paths)]
    if len(files) < 2 or not all(file.is_file() for file in files):  # noqa: PLR2004 - several
        return False
    return {file_kind(file, str(file)) for file in files} in ({TEXT}, {PARQUET})


def _read_table(paths: Sequence[str], cluster: Cluster, options: ReadOptions) -> Source:
    if len(paths) > 1:
        raise InputError("a table is read by itself", where=options.label, hint="name one table, or files only")
    name = paths[0].removeprefix(TABLE)
    headers = cluster.load_catalogue(options.table, name)
    return _typed_source(cluster, options, headers, kind="table", size=0, notes=("a table of Spark's catalogue",))


def _read_files(paths: Sequence[str], cluster: Cluster, options: ReadOptions, workspace: Path) -> Source:
    as_they_are = any(map(is_uri, paths)) or _is_partitioned(paths)
    named = paths if as_they_are else expand(paths)
    found = cluster.list_parts(named)
    if not as_they_are and len(found) < len(named):
        raise _irregular(options, "Spark hides files that begin with an underscore")
    parts = [part for part in found if part.size]
    parts.sort(key=lambda part: as_people_count(part.path))
    if not parts:
        raise InputError("there is nothing to read, or all of it is empty", where=options.label, hint="check the path")
    head = cluster.head_of(parts[0], _HEAD)
    if head.startswith(_PARQUET_MARK) or parts[0].path.endswith(".parquet"):
        if len(paths) > 1:
            raise _irregular(options, "several Parquet files are read by their folder")
        _refuse_delta(paths[0], cluster, options)
        headers = cluster.load_parquet_parts(options.table, paths[0], parts)
        size = sum(part.size for part in parts)
        return _typed_source(cluster, options, headers, kind="parquet", size=size, notes=(_count(parts),))
    if _is_partitioned(paths):
        hint = "write it as Parquet, or name the files"
        raise InputError("these are text files in folders by value", where=options.label, hint=hint)
    return _read_text(parts, head, cluster, options, workspace)


def _refuse_delta(path: str, cluster: Cluster, options: ReadOptions) -> None:
    """Refuse the folder of a Delta table: its files hold rows that were deleted, too."""
    try:
        if not cluster.list_parts([f"{path.rstrip('/')}/_delta_log"]):
            return
    except EngineError:
        return  # there is no such folder
    raise InputError("this is a Delta table", where=options.label, hint=f"name it as table:delta.`{path}`")


def _is_partitioned(paths: Sequence[str]) -> bool:
    return not is_uri(paths[0]) and any(Path(paths[0]).glob("*=*/"))


def _typed_source(  # noqa: PLR0913 - what a source is made of
    cluster: Cluster, options: ReadOptions, headers: tuple[str, ...], *, kind: str, size: int, notes: tuple[str, ...]
) -> Source:
    cells = ", ".join(f"c{position}" for position in range(1, len(headers) + 1))
    sample = cluster.fetch(f"SELECT {cells} FROM {options.table} ORDER BY _row LIMIT {SAMPLE_ROWS}")
    return Source(
        name=options.label,
        table=options.table,
        headers=headers,
        rows=int(cluster.fetch(f"SELECT count(*) FROM {options.table}")[0][0]),
        kind=kind,
        size=size,
        sample=tuple(tuple("" if cell is None else str(cell) for cell in row) for row in sample),
        notes=notes,
    )


def _read_text(parts: Sequence[Part], head: str, cluster: Cluster, options: ReadOptions, workspace: Path) -> Source:
    if _UNREADABLE in head:
        raise _irregular(options, "it is not UTF-8, or damaged")
    file = workspace / "head.csv"
    file.write_text(head, encoding="utf-8", newline="")
    encoding = detect_encoding(file, whole=False)
    beginning = _beginning(file, encoding, options)
    if beginning is None or (beginning.above and options.skip is None) or beginning.place.header_rows > 1:
        raise _irregular(options, f"{parts[0].path} does not begin like a plain table")
    layout = CsvLayout(
        columns=beginning.width,
        delimiter=beginning.dialect.delimiter,
        quote=beginning.dialect.quote,
        escape=beginning.dialect.escape,
        skip=len(beginning.above),
        header=False,
        line_end=beginning.line_end,
        watched=beginning.watched,
    )
    header = beginning.place.names if beginning.place.header_rows else None
    loaded = cluster.load_csv_parts(options.table, parts, layout, header)
    ledger = _proof(parts, loaded, beginning, layout) if loaded.proved else None
    if ledger is not None and ledger.unexplained:
        raise _irregular(options, f"{abs(ledger.unexplained):,} bytes would be lost")
    if beginning.is_repeated(loaded.load):
        raise _irregular(options, "the header stands among the rows")
    proved = () if loaded.proved else ("packed files: read by Spark, not proved byte by byte",)
    return Source(
        name=options.label,
        table=options.table,
        headers=beginning.place.names,
        rows=loaded.load.rows,
        kind="csv",
        encoding="utf-8",
        delimiter=beginning.dialect.separator,
        skip=len(beginning.above),
        header_rows=beginning.place.header_rows,
        size=sum(part.size for part in parts),
        ledger=ledger,
        sample=tuple(map(tuple, beginning.rows[:SAMPLE_ROWS])),
        notes=(_count(parts), *proved, *_said(encoding, beginning, options)),
    )


def _said(encoding: Encoding, beginning: _Beginning, options: ReadOptions) -> tuple[str, ...]:
    return say_how_read(encoding, beginning.dialect, beginning.place, beginning.rows, options)


def _proof(parts: Sequence[Part], loaded: PartsLoad, beginning: _Beginning, layout: CsvLayout) -> ByteLedger:
    """Account for every byte of all files: what was dropped or changed on the way stays unexplained."""
    between = (layout.columns - 1) * len(layout.delimiter.encode())
    files = len(parts) * beginning.place.header_rows
    header = files * len(beginning.cells.encode())
    above = loaded.above if files else 0
    line_ends = files * len(layout.line_end)
    return ByteLedger(
        file=sum(part.size for part in parts),
        mark=loaded.mark,
        header=header,
        cells=loaded.load.cell_bytes,
        delimiters=(loaded.load.rows + files) * between,
        quotes=loaded.quotes * len(layout.quote.encode()) + above - header - files * between - line_ends,
        line_ends=loaded.line_ends + line_ends,
        set_aside=loaded.above - above,
    )


def _irregular(options: ReadOptions, problem: str) -> EngineError:
    """Return what sends files of this machine to a reader that mends, and refuses others."""
    return EngineError(problem, statement=options.label, hint=_ELSEWHERE)


def _count(parts: Sequence[Part]) -> str:
    if len(parts) == 1:
        return "read by Spark"
    return f"{len(parts):,} files read by Spark as one table, in the order of their paths"
