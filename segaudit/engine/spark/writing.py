"""Rows to files: a folder of part files, or one file, cells as the embedded engine writes them.

The executors write, each with an embedded DuckDB. What they write where they see files is put together in the order of
``_row`` without passing through this process; to other storage Spark carries the finished text.
"""

import contextlib
import io
import itertools
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from segaudit.engine.exports import append_files
from segaudit.engine.quoting import file_literal, literal
from segaudit.engine.spark.flows import Flow
from segaudit.engine.spark.runs import NO_ORDER, WROTE, CsvText, Form, Run, Runs, empty_part, header_bytes, unique_names
from segaudit.engine.spark.tallies import PlaceCounts, added_up
from segaudit.engine.uris import as_uri, is_uri
from segaudit.errors import EngineError


class Writer(Protocol):
    """Lets the executors write part files."""

    def __call__(self, folder: str, *, one_each: bool) -> Flow:
        """Return the rows of tasks that wrote; see runs.WROTE.

        Args:
            folder: Where to.
            one_each: Each file stands by itself, with the header; otherwise each is a run of rows in their order.
        """
        ...


def write_csv(  # noqa: PLR0913 - a file needs all of it
    flow: Flow,
    path: str,
    headers: Sequence[str],
    *,
    delimiter: str = ",",
    spreadsheet_safe: bool = False,
    safe_columns: int | None = None,
    as_folder: bool | None = None,
    counted: Sequence[int] = (),
) -> PlaceCounts:
    """Write rows as UTF-8 CSV.

    Args:
        flow: ``_row``, and then the cells in the order of the headers.
        path: File or folder to write, which is replaced; or URI of a new folder.
        headers: One for each column.
        delimiter: Between cells.
        spreadsheet_safe: Put an apostrophe before cells that a spreadsheet would run as a formula.
        safe_columns: Only in that many columns, from the first; None: in all.
        as_folder: Write a folder of part files, each with the header, in no order; otherwise one file, in ``_row``'s.
            None: a folder, if there is one.
        counted: Columns whose texts are counted if the executors write, by their places from 0.

    Returns:
        What was counted.

    Raises:
        EngineError: It cannot be written.
    """
    safe = (len(headers) if safe_columns is None else safe_columns) if spreadsheet_safe else 0
    form = Form(kind="csv", headers=tuple(headers), delimiter=delimiter, safe=safe, counted=tuple(counted))
    if is_uri(path):
        text = flow.through(CsvText(form=form), "value string").data
        _write_elsewhere(text.write.option("lineSep", "\n").format("text"), path)
        return {}
    return _write_here(flow, Path(path), form, as_folder=as_folder)


def write_parquet(
    flow: Flow, path: str, headers: Sequence[str], *, as_folder: bool | None = None, counted: Sequence[int] = ()
) -> PlaceCounts:
    """Write rows as Parquet; see write_csv."""
    names = unique_names([header.strip() or f"column_{number}" for number, header in enumerate(headers, start=1)])
    form = Form(kind="parquet", headers=tuple(names), counted=tuple(counted))
    if is_uri(path):
        _write_elsewhere(flow.data.drop("_row").toDF(*names).write.format("parquet"), path)
        return {}
    return _write_here(flow, Path(path), form, as_folder=as_folder)


def write_csv_by(
    writer: Writer, path: Path, headers: Sequence[str], *, delimiter: str, counted: Sequence[int]
) -> PlaceCounts | None:
    """Let a writer write a file as CSV, or a folder of part files if there is one.

    Args:
        writer: What the executors do.
        path: File or folder to write, which is replaced.
        headers: One for each column.
        delimiter: Between cells.
        counted: Columns whose texts the writer counts, by their places from 0.

    Returns:
        What was counted; None if its files cannot be put in order: nothing is written then.
    """
    form = Form(kind="csv", headers=tuple(headers), delimiter=delimiter, counted=tuple(counted))
    write = _write_folder if path.is_dir() else _write_file
    try:
        return write([writer], path, form)
    except _OutOfOrderError:
        return None


class _OutOfOrderError(EngineError):
    """The files that were written cannot be put in order."""


def _write_here(flow: Flow, path: Path, form: Form, *, as_folder: bool | None) -> PlaceCounts:
    def row_by_row(folder: str, *, one_each: bool) -> Flow:
        return flow.through(Runs(form=form, folder=folder, one_each=one_each), WROTE)

    def in_order(folder: str, *, one_each: bool) -> Flow:
        ordered = Flow(flow.data.repartitionByRange("_row").sortWithinPartitions("_row"))
        return ordered.through(Runs(form=form, folder=folder, one_each=one_each), WROTE)

    if as_folder or (as_folder is None and path.is_dir()):
        return _write_folder([row_by_row], path, form)
    as_they_come = [row_by_row] if flow.is_read or not _is_shuffled(flow.data) else []
    return _write_file([*as_they_come, in_order], path, form)


def _write_elsewhere(writer: Any, path: str) -> None:  # noqa: ANN401 - a DataFrameWriter
    """Let Spark write to other storage. It would empty a folder that exists, whatever else is in it; so none may."""
    try:
        writer.mode("errorifexists").save(as_uri(path))
    except Exception as error:
        if "PATH_ALREADY_EXISTS" not in str(error):
            raise
        raise EngineError("this folder exists already", statement=as_uri(path), hint="name a new one") from error


def _write_folder(writers: Sequence[Writer], path: Path, form: Form) -> PlaceCounts:
    with _parts_folder(path) as folder:
        runs, counts = _first_written(writers, folder, form, one_each=True)
        if not runs:
            runs = [empty_part(form, folder)]
        for number, run in enumerate(runs):
            (folder / run.file).rename(folder / f"part-{number:05d}.{form.kind}")
        kept = {f"part-{number:05d}.{form.kind}" for number in range(len(runs))}
        for other in folder.iterdir():
            if other.name not in kept:
                other.unlink()  # of an attempt that did not end
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        folder.rename(path)
    return counts


def _write_file(writers: Sequence[Writer], path: Path, form: Form) -> PlaceCounts:
    with _parts_folder(path) as folder:
        runs, counts = _first_written(writers, folder, form, one_each=False)
        if form.kind == "parquet":
            _join_parquet([folder / run.file for run in runs], path, form, folder)
        else:
            _join_text([folder / run.file for run in runs], path, form)
    return counts


def _first_written(
    writers: Sequence[Writer], folder: Path, form: Form, *, one_each: bool
) -> tuple[list[Run], PlaceCounts]:
    """Let the executors write, by the first writer whose files will do: those of one file lie one behind the other.

    Returns:
        The files by their first row, and what was counted.
    """
    for writer in writers:
        for part in folder.iterdir():
            part.unlink()  # of the writer before
        rows = writer(str(folder), one_each=one_each).data.collect()
        runs = [Run(file=file, first=first, last=last) for file, first, last, _ in rows]
        runs.sort(key=lambda run: run.first)
        if any(not Path(folder, run.file).exists() for run in runs):
            raise EngineError(
                f"what the workers wrote beside {folder} cannot be seen here",
                statement=str(folder),
                hint="write to storage that all machines share, such as s3a://...",
            )
        if NO_ORDER not in runs and (one_each or _are_apart(runs)):
            return runs, added_up([counted for *_, counted in rows if counted is not None], form.counted)
    raise _OutOfOrderError("rows have one number twice", statement=str(folder))


def _are_apart(runs: Sequence[Run]) -> bool:
    return all(left.last < right.first for left, right in itertools.pairwise(runs))


def _is_shuffled(frame: Any) -> bool:  # noqa: ANN401 - a DataFrame
    """Tell whether rows come out of an exchange by key, which leaves no order to go by."""
    plan = io.StringIO()
    with contextlib.redirect_stdout(plan):
        frame.explain("simple")
    return any(
        "Exchange" in line and "BroadcastExchange" not in line and "rangepartitioning" not in line
        for line in plan.getvalue().splitlines()
    )


def _join_text(parts: Sequence[Path], path: Path, form: Form) -> None:
    path.write_bytes(header_bytes(form))
    append_files(parts, path)


def _join_parquet(parts: Sequence[Path], path: Path, form: Form, folder: Path) -> None:
    import duckdb  # noqa: PLC0415 - heavy

    files = list(parts) or [folder / empty_part(form, folder).file]
    listed = ", ".join(map(file_literal, files))
    config: dict[str, Any] = {"temp_directory": str(folder), "memory_limit": "1GB"}
    with duckdb.connect(":memory:", config=config) as connection:
        try:
            rows = f"SELECT * FROM read_parquet([{listed}])"
            connection.execute(f"COPY ({rows}) TO {literal(str(path))} (FORMAT parquet, COMPRESSION zstd)")
        except duckdb.Error as error:
            raise EngineError(str(error).split("\n", 1)[0], statement=str(path)) from error


@contextmanager
def _parts_folder(path: Path) -> Iterator[Path]:
    """Yield a folder beside a path, which goes afterwards with all that is left in it."""
    folder = path.absolute().with_name(f".{path.name[:40]}.{secrets.token_hex(6)}.parts")
    try:
        folder.mkdir()
        yield folder
    except ConnectionError:
        raise  # not of a disk: Spark has gone
    except OSError as error:
        raise EngineError(f"it cannot be written ({error.strerror})", statement=str(path)) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
