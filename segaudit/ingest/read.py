"""The one way in: paths to a raw table, whatever the files are."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from segaudit.engine.protocol import Engine
from segaudit.errors import EngineError, InputError, OutputError
from segaudit.files import TemporaryFolder, check_output, whole_file
from segaudit.ingest.aside import REJECTS_HEADER, SEPARATOR, Aside
from segaudit.ingest.delimited.fast import read_delimited
from segaudit.ingest.files.file_kinds import PARQUET, TEXT
from segaudit.ingest.files.fingerprint import Fingerprint
from segaudit.ingest.files.incoming import Incoming, receive
from segaudit.ingest.files.paths import named_files
from segaudit.ingest.options import SAMPLE_ROWS, ReadOptions
from segaudit.model.source import Source

_TOLD = 3  # findings named when --strict refuses


def read_source(path: str | Sequence[str], engine: Engine, options: ReadOptions, *, fingerprint: bool = True) -> Source:
    """Read a file into the engine as a raw table; or several that are parts of one table.

    Args:
        path: A file, ``-`` for standard input, a pattern, or several of them. An archive counts as what is in it.
        engine: Where the table will live, under ``options.table``.
        options: What the user said about the file.
        fingerprint: Work out the SHA-256; where nobody is shown it, that saves 0.17 s of a core for each 250 MB.

    Raises:
        InputError: A file is missing, empty, no table, or not a part of the same table as the others.
        OutputError: The rejects cannot be written where they are wanted.
    """
    paths = [path] if isinstance(path, str) else list(path)
    if options.rejects is not None:
        _check_rejects(Path(options.rejects), paths)
    with TemporaryFolder() as workspace:
        if getattr(engine, "is_cluster", False):
            from segaudit.ingest.distributed import read_distributed  # noqa: PLC0415 - only Spark reads by itself

            if source := read_distributed(paths, engine, options, workspace):
                return source
        arrival = receive(paths, options.label, workspace)
        digests = [Fingerprint(original) for original, _, _ in arrival.originals] if fingerprint else []
        with Aside(workspace / "rejects.csv", options.label) as aside:
            try:
                source = _read_all(arrival.files, engine, options, workspace, aside)
            except (OSError, InputError):
                arrival.check()  # a file that changed explains whatever went wrong with it
                raise
            aside_now = (*source.set_aside, *aside.take())  # of several files, each has taken its own
            source = replace(source, set_aside=aside_now, notes=(*arrival.notes, *source.notes))
        arrival.check()
        if options.strict:
            _check_plain(source)
        if options.rejects is not None:
            with whole_file(Path(options.rejects)) as rejects:
                shutil.copyfile(aside.path, rejects)
        return replace(source, sha256="+".join(digest.result() for digest in digests))


def _read_all(files: Sequence[Incoming], engine: Engine, options: ReadOptions, workspace: Path, aside: Aside) -> Source:
    if len(files) == 1:
        return _read(files[0], engine, options, workspace, aside)
    from segaudit.ingest.parts import read_parts  # noqa: PLC0415 - most tables are one file

    return read_parts(files, _read, engine, options, workspace, aside)


def _read(file: Incoming, engine: Engine, options: ReadOptions, workspace: Path, aside: Aside) -> Source:
    aside.label = file.label
    options = replace(options, label=file.label)
    if file.kind == PARQUET:
        return _read_parquet(file.path, engine, options)
    if file.kind == TEXT:
        if options.sheet is not None:
            raise InputError("a text file has no sheets", where=options.label, hint="leave --sheet out")
        return read_delimited(file.path, engine, options, workspace, aside)
    from segaudit.ingest.books.workbooks import read_workbook  # noqa: PLC0415 - text files do without

    return read_workbook(file.path, file.kind, engine, options, workspace, aside)


def _read_parquet(path: Path, engine: Engine, options: ReadOptions) -> Source:
    try:
        headers = engine.load_parquet(options.table, path)
    except EngineError as error:
        raise InputError(
            f"the Parquet file cannot be read ({error.problem})", where=options.label, hint="export it again"
        ) from error
    cells = ", ".join(f"c{position}" for position in range(1, len(headers) + 1))
    sample = engine.fetch(f"SELECT {cells} FROM {options.table} ORDER BY _row LIMIT {SAMPLE_ROWS}")
    return Source(
        name=options.label,
        table=options.table,
        headers=headers,
        rows=int(engine.fetch(f"SELECT count(*) FROM {options.table}")[0][0]),
        kind="parquet",
        size=path.stat().st_size,
        sample=tuple(tuple("" if cell is None else str(cell) for cell in row) for row in sample),
    )


def _check_rejects(rejects: Path, paths: Sequence[str]) -> None:
    """Refuse a place for the rejects before any work is done; an earlier file of rejects may be replaced.

    Raises:
        OutputError: The file is something else, or cannot be written.
    """
    earlier = False
    if rejects.is_file():
        with rejects.open("rb") as file:
            earlier = file.readline().strip() == ",".join(REJECTS_HEADER).encode()
    if rejects.exists() and not earlier and rejects.is_file():
        check_output(rejects, inputs=named_files(paths), force=True)
        raise OutputError(
            "this file exists already, and holds no rejects", where=str(rejects), hint="choose another name"
        )
    check_output(rejects, inputs=named_files(paths), force=earlier)


def _check_plain(source: Source) -> None:
    """Refuse what is more or less than one plain table.

    Raises:
        InputError: Something was set aside, or read otherwise than it stands there.
    """
    tallies = [tally for tally in (*source.set_aside, *source.repaired) if tally.what != SEPARATOR]
    if tallies:
        place = "row" if source.sheet else "line"
        first = "; ".join(
            f"{tally.file + ', ' if tally.file else ''}{place} {tally.first_line:,}: {tally.what}"
            for tally in tallies[:_TOLD]
        )
        raise InputError(
            f"the file is not one plain table ({first})",
            where=source.name,
            hint="mend the export, or leave --strict out to read it all the same",
        )
