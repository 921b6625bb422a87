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
from typing import Any

from segaudit.engine.exports import append_file
from segaudit.engine.quoting import file_literal, literal
from segaudit.engine.spark.flows import Flow
from segaudit.engine.spark.runs import CsvText, Form, Run, Runs, empty_part, header_bytes, unique_names
from segaudit.engine.spark.tallies import PlaceCounts, added_up
from segaudit.engine.uris import as_uri, is_uri
from segaudit.errors import EngineError


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


def _write_here(flow: Flow, path: Path, form: Form, *, as_folder: bool | None) -> PlaceCounts:
    if as_folder or (as_folder is None and path.is_dir()):
        return _write_folder(flow, path, form)
    return _write_file(flow, path, form)


def _write_elsewhere(writer: Any, path: str) -> None:  # noqa: ANN401 - a DataFrameWriter
    """Let Spark write to other storage. It would empty a folder that exists, whatever else is in it; so none may."""
    try:
        writer.mode("errorifexists").save(as_uri(path))
    except Exception as error:
        if "PATH_ALREADY_EXISTS" not in str(error):
            raise
        raise EngineError("this folder exists already", statement=as_uri(path), hint="name a new one") from error


def _write_folder(flow: Flow, path: Path, form: Form) -> PlaceCounts:
    with _parts_folder(path) as folder:
        runs, counts = _written(flow, Runs(form=form, folder=str(folder), one_each=True))
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


def _write_file(flow: Flow, path: Path, form: Form) -> PlaceCounts:
    with _parts_folder(path) as folder:
        job = Runs(form=form, folder=str(folder))
        runs: list[Run] | None = None
        counts: PlaceCounts = {}
        if flow.is_read or not _is_shuffled(flow.data):
            found, counts = _written(flow, job)
            runs = _in_order(found)
        if runs is None:
            for part in folder.iterdir():
                part.unlink()
            ordered = Flow(flow.data.repartitionByRange("_row").sortWithinPartitions("_row"))
            found, counts = _written(ordered, job)
            runs = _in_order(found)
        if runs is None:
            raise EngineError("rows have one number twice", statement=str(path))
        if form.kind == "parquet":
            _join_parquet([folder / run.file for run in runs], path, form, folder)
        else:
            _join_text([folder / run.file for run in runs], path, form)
    return counts


def _written(flow: Flow, job: Runs) -> tuple[list[Run], PlaceCounts]:
    """Let the executors write; return what tasks that ended well have written, by their first row, and counted."""
    rows = flow.through(job, "file string, first bigint, last bigint, counted string").data.collect()
    runs = sorted((Run(file=file, first=first, last=last) for file, first, last, _ in rows), key=lambda run: run.first)
    if any(not Path(job.folder, run.file).exists() for run in runs):
        raise EngineError(
            f"what the workers wrote beside {job.folder} cannot be seen here",
            statement=job.folder,
            hint="write to storage that all machines share, such as s3a://...",
        )
    return runs, added_up([counted for *_, counted in rows if counted is not None], job.form.counted)


def _in_order(runs: Sequence[Run]) -> list[Run] | None:
    """Return runs of which each begins behind the one before; None if two lie in each other."""
    apart = all(left.last < right.first for left, right in itertools.pairwise(runs))
    return list(runs) if apart else None


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
    with path.open("wb") as target:
        target.write(header_bytes(form))
        for part in parts:
            target.flush()
            append_file(part, target)
            part.unlink()


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
