"""The work folder: tables of the cluster as Parquet, written once and found again after a failure."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from segaudit.engine.spark.attempts import WRITTEN, Writing, begin, file_of, parts_in, take_in
from segaudit.engine.spark.files import Files
from segaudit.engine.spark.flows import Flow
from segaudit.engine.spark.landing import as_path, pattern_free
from segaudit.engine.spark.remote import WHOLE, is_whole, remove
from segaudit.engine.spark.types import spark_schema
from segaudit.files import TemporaryFolder

_GROUP_ROWS = 131_072  # of what is written at a time


class Kept:
    """Where tables are written. A folder of its own goes with the engine; one that was named stays if work fails."""

    def __init__(self, session: Any, folder: str | None) -> None:  # noqa: ANN401 - a SparkSession
        """Use a folder, or make one.

        Args:
            session: Who writes.
            folder: A path or URI that driver and executors see; None for a temporary one on this machine.
        """
        self._session = session
        self._temporary = None if folder is not None else TemporaryFolder("segaudit-spark-")
        if folder is not None and "://" not in folder:
            folder = str(Path(folder).absolute())
        # Within a named folder nothing else is ours.
        self.folder = (
            f"{(folder or '').rstrip('/')}/segaudit-kept" if self._temporary is None else str(self._temporary.path)
        )
        self.reused = 0
        self._by_task: dict[str, dict[int, str]] = {}

    @property
    def is_near(self) -> bool:
        """Whether this process sees the folder itself."""
        return "://" not in self.folder

    def path(self, key: str) -> str:
        """Return where the table of a key is, or will be."""
        return f"{self.folder}/{key}"

    def write(self, flow: Flow, key: str) -> Flow:
        """Write rows, unless they are there already and whole; return them as read from there."""
        path = self.path(key)
        if self._is_whole(path):
            self.reused += 1
        elif self.is_near and flow.is_worked_out:
            self._by_task[key] = self._written_by_tasks(flow, path)
        else:
            flow.data.write.mode("overwrite").parquet(as_path(path) if self.is_near else path)
        return self._read(path, flow.schema)

    def put(self, table: Any, key: str) -> Flow:  # noqa: ANN401 - a pyarrow.Table
        """Write a table this process has, without the Java machine; return it as read from there.

        The folder must be near.
        """
        import pyarrow.parquet as pq  # noqa: PLC0415 - heavy

        path = self.path(key)
        if self._is_whole(path):
            self.reused += 1
        else:
            begin(path)
            Path(path).mkdir(parents=True, exist_ok=True)
            pq.write_table(table, file_of(path, 0), row_group_size=_GROUP_ROWS)
            Path(path, WHOLE).touch()
        return self._read(path, spark_schema(table.schema))

    def _read(self, path: str, schema: Any) -> Flow:  # noqa: ANN401 - a StructType
        if not self.is_near:
            return Flow(self._session.read.schema(schema).parquet(path))
        files = parts_in(path)
        if not files:
            return Flow(self._session.createDataFrame([], schema))
        return Flow(self._session.read.schema(schema).parquet(pattern_free(as_path(path))), files=Files.of(files))

    @staticmethod
    def _written_by_tasks(flow: Flow, path: str) -> dict[int, str]:
        import pyarrow.parquet as pq  # noqa: PLC0415 - heavy
        from pyspark.sql.pandas.types import to_arrow_schema  # noqa: PLC0415 - no one pays for Spark who does not use it

        begin(path)
        schema = to_arrow_schema(flow.schema)
        writing = Writing(folder=path, schema=schema, one_each=flow.is_read)
        done = flow.through(writing, WRITTEN).data.collect()
        Path(path).mkdir(parents=True, exist_ok=True)
        take_in(path, {int(task): str(file) for task, file, _ in done})
        if not any(file for _, file, _ in done):
            pq.write_table(schema.empty_table(), file_of(path, 0))
        Path(path, WHOLE).touch()
        return {int(task): str(file_of(path, int(task))) for task, file, _ in done if file}

    def by_task(self, key: str) -> Mapping[int, str]:
        """Return the files of a table by the tasks that wrote them in this run; none, if it was written otherwise."""
        return self._by_task.get(key, {})

    def small(self, key: str, most: int) -> Any:  # noqa: ANN401 - a pyarrow.Table
        """Return a written table if it has at most so many rows; None if it has more."""
        import pyarrow.parquet as pq  # noqa: PLC0415 - heavy

        path = Path(self.path(key))
        rows = sum(pq.read_metadata(part).num_rows for part in path.glob("*.parquet"))
        return pq.read_table(path) if rows <= most else None

    def _is_whole(self, path: str) -> bool:
        return Path(path, WHOLE).exists() if self.is_near else is_whole(self._session, path)

    def close(self, *, failed: bool) -> None:
        """Remove what was written, unless it may be of use after a failure."""
        if self._temporary is not None:
            self._temporary.close()
        elif failed:
            return
        elif self.is_near:
            shutil.rmtree(self.folder, ignore_errors=True)
        else:
            remove(self._session, self.folder)
