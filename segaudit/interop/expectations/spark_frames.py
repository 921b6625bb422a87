"""The engine's table as great_expectations sees it on Spark: the same cells as on pandas, and none of them here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, Protocol, cast

from segaudit.engine.protocol import Engine
from segaudit.interop.expectations.frames import ROW, ClientTable, Held, cell_query, held_as, remark_of
from segaudit.interop.expectations.row_tests import RowTests
from segaudit.model.fields import ColumnReading

_JOINED = 16  # tables at a time: statements stay short enough to be planned, whatever a suite names
_TYPES = {Held.TEXT: "VARCHAR", Held.WHOLE: "BIGINT", Held.NUMBER: "DOUBLE", Held.DATE: "TIMESTAMP"}
_NUMBERS = count(1)


class ClusterEngine(Engine, Protocol):
    """An engine whose tables Spark holds."""

    is_cluster: bool

    def frame_of(self, query: str) -> Any:  # noqa: ANN401 - a DataFrame
        """Return the rows of a query as a DataFrame of Spark."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterFrame:
    """Columns of a table on Spark."""

    data: Any  # DataFrame: _row, e1, e2, ..., and a column of answers for each row test
    names: Mapping[str, str]  # header -> e1: what a client's headers are called never gets to Spark
    held: Mapping[str, Held]  # by header
    remarks: tuple[str, ...]  # what could not be handed over as it is


def on_cluster(engine: Engine) -> ClusterEngine | None:
    """Return the engine if its tables are Spark's."""
    return cast("ClusterEngine", engine) if getattr(engine, "is_cluster", False) else None


def cluster_names(table: ClientTable, headers: Iterable[str]) -> dict[str, str]:
    """Return what columns are called in a ClusterFrame, by header."""
    found = table.readings_of(headers)
    return {reading.column.header: f"e{number}" for number, reading in enumerate(found, start=1)}


def read_cluster_frame(
    table: ClientTable, engine: ClusterEngine, headers: Iterable[str], tests: RowTests
) -> ClusterFrame:
    """Return some columns of a table on Spark, with the answers of row tests beside them.

    What is missing is the same as on pandas; see read_frame.

    Args:
        table: The file.
        engine: Its engine.
        headers: Columns to hand over.
        tests: About columns by their names in the frame, see cluster_names.

    Raises:
        EngineError: The cluster cannot do it.
    """
    readings = table.readings_of(headers)
    names = cluster_names(table, headers)
    prefix = f"suite{next(_NUMBERS)}"
    cells = _created(table, engine, readings, prefix) if readings else table.source.table
    listed = ", ".join([ROW, *(f"e{k}, l{k}" for k in range(1, len(readings) + 1))])
    if tests.tests:
        engine.map_batches(f"{prefix}_tested", f"SELECT {listed} FROM {cells}", tests)
        cells, listed = f"{prefix}_tested", ", ".join([listed, *(test.into for test in tests.tests)])
    data = engine.frame_of(f"SELECT {listed} FROM {cells}")
    return ClusterFrame(
        data=data.drop(*(f"l{k}" for k in range(1, len(readings) + 1))),
        names=names,
        held={reading.column.header: held_as(reading) for reading in readings},
        remarks=_remarks(data, readings),
    )


def _created(table: ClientTable, engine: Engine, readings: Sequence[ColumnReading], prefix: str) -> str:
    """Create the table of all columns beside each other: ``_row``, the cells e1, e2, ... and whether one was lost."""
    parts = []
    for k, reading in enumerate(readings, start=1):
        query = cell_query(table, reading)
        kind = _TYPES[held_as(reading)]
        engine.create(
            f"{prefix}_c{k}",
            f"SELECT _row, CAST({query.cell} AS {kind}) AS e{k}, {query.lost} AS l{k} FROM {query.relation}",
            query.parameters,
        )
        parts.append((f"{prefix}_c{k}", [f"e{k}", f"l{k}"]))
    level = 0
    while len(parts) > 1:
        level += 1
        some = [parts[start : start + _JOINED] for start in range(0, len(parts), _JOINED)]
        parts = [_joined(engine, f"{prefix}_j{level}_{number}", group) for number, group in enumerate(some)]
    return parts[0][0]


def _joined(engine: Engine, name: str, parts: Sequence[tuple[str, list[str]]]) -> tuple[str, list[str]]:
    """Put tables of the same rows beside each other."""
    first = parts[0][0]
    cells = ", ".join(f"{table}.{column}" for table, columns in parts for column in columns)
    joins = " ".join(f"JOIN {table} ON {first}.{ROW} = {table}.{ROW}" for table, _ in parts[1:])
    engine.create(name, f"SELECT {first}.{ROW} AS {ROW}, {cells} FROM {first} {joins}")
    return name, [column for _, columns in parts for column in columns]


def _remarks(data: Any, readings: Sequence[ColumnReading]) -> tuple[str, ...]:  # noqa: ANN401 - a DataFrame
    from pyspark.sql import functions as f  # noqa: PLC0415 - no one pays for Spark who does not use it

    typed = [(k, reading) for k, reading in enumerate(readings, start=1) if held_as(reading) is not Held.TEXT]
    if not typed:
        return ()
    (counts,) = data.agg(*[f.count_if(f.col(f"l{k}")).alias(f"l{k}") for k, _ in typed]).collect()
    return tuple(remark_of(reading, lost) for (_, reading), lost in zip(typed, counts, strict=True) if lost)
