"""Files that tasks write by themselves: one counts only once the driver has taken it in.

A task may run twice, or end half way; what such a run leaves behind lies apart, and goes.
"""

import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from segaudit.errors import EngineError

_ATTEMPTS = "attempts"
_GROUP_ROWS, _GROUP_BYTES = 131_072, 48_000_000  # of what is written at a time
WRITTEN = "_task int, file string, facts string"  # what a task that writes says at its end, in Spark's SQL


class Attempt:
    """On the executors: the Parquet file of a task. It is there with the first rows."""

    def __init__(self, folder: str, task: int) -> None:
        """Begin without a file.

        Args:
            folder: Where the driver will look.
            task: Number of the task.
        """
        self._folder = Path(folder, _ATTEMPTS)
        self._file = f"{task}-{secrets.token_hex(8)}.parquet"
        self._writer: Any = None

    def __enter__(self) -> Self:
        """Return the attempt itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Finish the file."""
        if self._writer is not None:
            self._writer.close()

    @property
    def name(self) -> str:
        """The file's; empty if there is none."""
        return self._file if self._writer is not None else ""

    def write(self, table: Any, **options: Any) -> None:  # noqa: ANN401 - a pyarrow.Table, and what ParquetWriter takes
        """Append rows, as a row group of their own."""
        if self._writer is None:
            import pyarrow.parquet as pq  # noqa: PLC0415 - on the executor

            self._folder.mkdir(parents=True, exist_ok=True)
            self._writer = pq.ParquetWriter(self._folder / self._file, table.schema, **options)
        self._writer.write_table(table)


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """On the executors: writes the rows of a task.

    Attributes:
        folder: Where to.
        schema: The types to write; a pyarrow.Schema.
        one_each: Write a file without rows where a task has none.
    """

    folder: str
    schema: Any
    one_each: bool = False

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        """Write the rows; yield one row: the task, its file, nothing else."""
        import pyarrow as pa  # noqa: PLC0415 - on the executor

        task = task_number()
        with Attempt(self.folder, task) as attempt:
            for table in put_together(batches, _GROUP_ROWS, _GROUP_BYTES):
                attempt.write(table.rename_columns(self.schema.names).cast(self.schema))
            if self.one_each and not attempt.name:
                attempt.write(self.schema.empty_table())
        yield said_of(pa, task, attempt.name, "")


def said_of(pa: Any, task: int, file: str, facts: str) -> Any:  # noqa: ANN401 - the module; a pyarrow.RecordBatch
    """Return the row that a task which writes ends with; see WRITTEN."""
    return pa.RecordBatch.from_pydict({"_task": pa.array([task], pa.int32()), "file": [file], "facts": [facts]})


def put_together(batches: Iterator[Any], rows: int, size: int) -> Iterator[Any]:
    """Yield batches as tables of about as many rows, or bytes."""
    import pyarrow as pa  # noqa: PLC0415 - on the executor

    held: list[Any] = []
    count = bytes_held = 0
    for batch in batches:
        if not batch.num_rows:
            continue
        held.append(batch)
        count += batch.num_rows
        bytes_held += batch.nbytes
        if count >= rows or bytes_held >= size:
            yield pa.Table.from_batches(held)
            held, count, bytes_held = [], 0, 0
    if held:
        yield pa.Table.from_batches(held)


def task_number() -> int:
    """Return the number of the task this runs in; 0 outside of Spark."""
    from pyspark import TaskContext  # noqa: PLC0415 - on the executor

    context = TaskContext.get()
    return int(context.partitionId()) if context is not None else 0


def begin(folder: str) -> None:
    """On the driver: remove what an earlier write left."""
    shutil.rmtree(Path(folder, _ATTEMPTS), ignore_errors=True)
    for old in Path(folder).glob("*.parquet"):
        old.unlink()


def take_in(folder: str, files: Mapping[int, str]) -> None:
    """On the driver: keep the files of tasks that ended well, by the number of the task; those of attempts go.

    Raises:
        EngineError: The driver does not see what executors wrote.
    """
    attempts = Path(folder, _ATTEMPTS)
    for task, name in files.items():
        if not name:
            continue
        try:
            (attempts / name).rename(file_of(folder, task))
        except FileNotFoundError:
            raise EngineError(
                f"what the workers wrote to {folder} cannot be seen here",
                statement=folder,
                hint="name a folder on storage that all machines share: --work DIR",
            ) from None
    shutil.rmtree(attempts, ignore_errors=True)


def file_of(folder: str, task: int) -> Path:
    """Return the file of a task."""
    return Path(folder, f"part-{task:08d}.parquet")


def parts_in(folder: str) -> Sequence[Path]:
    """Return the files that were taken in, in the order of the tasks, and those beside them."""
    return sorted(Path(folder).glob("*.parquet"))
