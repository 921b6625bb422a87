"""Where what was read is written: Parquet in a folder, once, with the facts of each task.

Where executors see the folder as files, they write Parquet themselves, two and a half times as fast as by way of the
Java machine; the driver takes in only what tasks that ended well have named. Elsewhere Spark writes.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from segaudit.engine.spark.attempts import WRITTEN, Attempt, begin, parts_in, said_of, take_in, task_number
from segaudit.engine.spark.files import Files
from segaudit.engine.spark.flows import Flow
from segaudit.engine.spark.numbering import Stretch, numbered, numbers_of
from segaudit.engine.spark.remote import is_whole
from segaudit.engine.uris import is_uri

_PLACE = "_task int, _piece int, _at bigint"
_FACT = "_fact"
_LOOKED_AT, _FEW = 10_000, 0.3  # rows, and the share of them up to which different values are few
_TOLD = "_facts.json"  # what all tasks said, written last: who finds it need not read again
Reader = Callable[[Iterator[Any]], Iterator[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What a task says of a piece it has read.

    Attributes:
        task: Number of the task, from 0.
        piece: Number of the piece within the task, from 0.
        said: What the reader said of it.
    """

    task: int
    piece: int
    said: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """What is written: the folder, and the columns of the tables beside the place of each row.

    Attributes:
        folder: Path that driver and executors see, or a URI.
        texts: Columns of text.
        flags: Columns that are true or false, behind them.
    """

    folder: str
    texts: Sequence[str]
    flags: Sequence[str] = ()

    def write(self, session: Any, frame: Any, read: Reader, *, again: bool = False) -> list[Fact]:  # noqa: ANN401 - SparkSession, DataFrame
        """Write what a reader makes of a DataFrame, unless an earlier run has and ended well.

        Args:
            session: Where to.
            frame: Rows to hand over.
            read: Arrow batches -> pyarrow.Table of rows, and after those of a piece a dict of facts.
            again: What is written already was read wrongly: it is replaced.
        """
        if is_uri(self.folder):
            if again or not is_whole(session, self.folder):
                rows = _Rows(read=read, texts=tuple(self.texts), flags=tuple(self.flags))
                frame.mapInArrow(rows, self._schema(_FACT)).write.mode("overwrite").parquet(self.folder)
            found = session.read.schema(self._schema(_FACT)).parquet(self.folder).where(f"{_FACT} IS NOT NULL")
            return [_fact(*row) for row in found.select("_task", "_piece", _FACT).collect()]
        whole = Path(self.folder, _TOLD)
        if whole.is_file() and not again:
            return [Fact(**fact) for fact in json.loads(whole.read_text())]
        whole.unlink(missing_ok=True)
        begin(self.folder)
        done = frame.mapInArrow(_Files(read=read, folder=self.folder), WRITTEN).collect()
        take_in(self.folder, {int(task): str(file) for task, file, _ in done})
        told = sorted((int(task), str(facts)) for task, _, facts in done)
        found = [_fact(task, piece, said) for task, facts in told for piece, said in enumerate(json.loads(facts))]
        whole.parent.mkdir(parents=True, exist_ok=True)
        being_written = whole.with_name(f"{_TOLD}.part")
        being_written.write_text(json.dumps([asdict(fact) for fact in found]))
        being_written.rename(whole)
        return found

    def add(self, session: Any, table: Any) -> None:  # noqa: ANN401 - SparkSession; pyarrow.Table of all columns
        """Write more rows, their places among the columns."""
        if is_uri(self.folder):
            rows = session.createDataFrame(table).selectExpr("*", f"CAST(NULL AS STRING) AS {_FACT}")
            rows.write.mode("overwrite").parquet(self._ends)
            return
        import pyarrow.parquet as pq  # noqa: PLC0415 - heavy

        Path(self.folder).mkdir(parents=True, exist_ok=True)
        pq.write_table(table, Path(self.folder, "ends.parquet"))

    def numbered(self, session: Any, stretches: Sequence[Stretch]) -> Flow:  # noqa: ANN401 - a SparkSession
        """Return what was written, with ``_row`` before it: 1, 2, ... through all stretches in the order given."""
        columns = [*self.texts, *self.flags]
        if is_uri(self.folder):
            folders = [self.folder, *([self._ends] if is_whole(session, self._ends) else [])]
            found = session.read.schema(self._schema(_FACT)).parquet(*folders)
            return Flow(numbered(found.where(f"{_FACT} IS NULL"), stretches, columns))
        files = parts_in(self.folder)
        if not files:
            return Flow(numbered(session.createDataFrame([], self._schema()), stretches, columns))
        rows = session.read.schema(self._schema()).parquet(pattern_free(as_path(self.folder)))
        return Flow(numbered(rows, stretches, columns), files=Files.of(files, numbers_of(stretches)))

    @property
    def _ends(self) -> str:
        """Where storage with a scheme holds the rows added: apart, so that a later run replaces them."""
        return f"{self.folder}-ends"

    def _schema(self, more: str = "") -> str:
        columns = [*(f"{name} string" for name in self.texts), *(f"{name} boolean" for name in self.flags), _PLACE]
        return ", ".join([*columns, *([f"{more} string"] if more else [])])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Files:
    """A task that writes a file of its own."""

    read: Reader
    folder: str

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        """Write the tables; yield one row: the task, its file, its facts."""
        import pyarrow as pa  # noqa: PLC0415 - on the executor

        task, facts = task_number(), []
        with Attempt(self.folder, task) as attempt:
            for table, said in _placed(self.read(batches), task):
                if said is not None:
                    facts.append(said)
                    continue
                attempt.write(table, **_encodings(table) if not attempt.name else {})
        yield said_of(pa, task, attempt.name, json.dumps(facts))


def _encodings(table: Any) -> dict[str, Any]:  # noqa: ANN401 - a pyarrow.Table
    """Return how a file is written that begins with these rows: in half the time that the defaults take.

    A dictionary is tried in vain for a column of different values, and nobody asks for their least and their greatest.
    Numbers that count up take a bit each if told by their steps; by default eight bytes.
    """
    import pyarrow.compute as pc  # noqa: PLC0415 - on the executor

    head = table.slice(0, _LOOKED_AT)
    few = [name for name in head.column_names if pc.count_distinct(head[name]).as_py() < _FEW * head.num_rows]
    return {
        "use_dictionary": [name for name in few if name != "_at"],
        "column_encoding": {"_at": "DELTA_BINARY_PACKED"},
        "write_statistics": False,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """A task that hands its rows, and its facts among them, to Spark."""

    read: Reader
    texts: tuple[str, ...]
    flags: tuple[str, ...]

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        """Yield the tables, and a row of nothing else for each fact."""
        import pyarrow as pa  # noqa: PLC0415 - on the executor

        task, piece = task_number(), 0
        for table, said in _placed(self.read(batches), task):
            if said is None:
                yield from table.append_column(_FACT, pa.nulls(table.num_rows, pa.string())).to_batches()
            else:
                yield self._fact(task, piece, json.dumps(said))
                piece += 1

    def _fact(self, task: int, piece: int, said: str) -> Any:  # noqa: ANN401 - pyarrow.RecordBatch
        import pyarrow as pa  # noqa: PLC0415 - on the executor

        cells = {name: pa.nulls(1, pa.string()) for name in self.texts}
        flags = {name: pa.nulls(1, pa.bool_()) for name in self.flags}
        place = {"_task": pa.array([task], pa.int32()), "_piece": pa.array([piece], pa.int32())}
        return pa.RecordBatch.from_pydict({**cells, **flags, **place, "_at": pa.nulls(1, pa.int64()), _FACT: [said]})


def _placed(read: Iterator[Any], task: int) -> Iterator[tuple[Any, Any]]:
    """Yield tables with the place of each row, and facts as they are."""
    import numpy as np  # noqa: PLC0415 - on the executor
    import pyarrow as pa  # noqa: PLC0415 - on the executor

    piece, at = 0, 0
    for item in read:
        if isinstance(item, dict):
            piece, at = piece + 1, 0
            yield None, item
            continue
        rows = item.num_rows
        places = {
            "_task": pa.repeat(pa.scalar(task, pa.int32()), rows),
            "_piece": pa.repeat(pa.scalar(piece, pa.int32()), rows),
            "_at": pa.array(np.arange(at, at + rows)),
        }
        at += rows
        table = item
        for name, column in places.items():
            table = table.append_column(name, column)
        yield table, None


def _fact(task: int, piece: int, said: str | dict[str, Any]) -> Fact:
    return Fact(task=task, piece=piece, said=json.loads(said) if isinstance(said, str) else said)


def as_path(path: str) -> str:
    """Return a path of this machine as Spark takes it for one, whatever its default file system."""
    return f"file:{Path(path).absolute()}"


def pattern_free(path: str) -> str:
    """Return a path for Spark in which no sign stands for others."""
    return "".join(f"\\{sign}" if sign in "*?[]{}\\" else sign for sign in path)
