"""Two engines given the same, and what they answer beside each other."""

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from segaudit.engine.duck import DuckEngine
from segaudit.engine.protocol import Engine

Answer = tuple[list[tuple[str, str]], list[tuple[Any, ...]]]  # columns with their types, and rows

_DIGITS = 12  # what sums of fractions agree in, whatever the order they were added in


@dataclass(frozen=True, slots=True, kw_only=True)
class Twins:
    """The embedded engine, and Spark with every table on the cluster."""

    embedded: Engine
    cluster: Engine

    def load(self, name: str, table: pa.Table) -> None:
        """Give both the same table."""
        for engine in (self.embedded, self.cluster):
            engine.load_arrow(name, table)

    def create(self, name: str, query: str, parameters: Mapping[str, Any] | None = None) -> None:
        """Create the same table in both."""
        for engine in (self.embedded, self.cluster):
            engine.create(name, query, dict(parameters or {}))

    def agree(self, query: str, parameters: Mapping[str, Any] | None = None, *, ordered: bool = False) -> int:
        """Assert that both give the same columns, types and rows; return how many rows.

        Args:
            query: What to ask.
            parameters: Of the query.
            ordered: The order of the rows must be the same as well.
        """
        expected, found = (answer(engine, query, parameters) for engine in (self.embedded, self.cluster))
        assert found[0] == expected[0], query
        mine, theirs = (rows if ordered else sorted(rows, key=repr) for _, rows in (found, expected))
        assert mine == theirs, query
        return len(mine)


@contextmanager
def twins(session: Any, *, small_rows: int = 0) -> Iterator[Twins]:
    """Open both engines; unless told otherwise, no table is small enough to stay off the cluster."""
    from segaudit.engine.spark.engine import SparkEngine  # noqa: PLC0415 - an optional package

    with DuckEngine(threads=1) as embedded, SparkEngine(session, small_rows=small_rows) as cluster:
        yield Twins(embedded=embedded, cluster=cluster)


def answer(engine: Engine, query: str, parameters: Mapping[str, Any] | None = None) -> Answer:
    """Return what an engine answers, in a form that can be compared."""
    table = engine.arrow(query, dict(parameters or {}))
    columns = [(field.name, str(field.type)) for field in table.schema]
    cells = [column.to_pylist() for column in table.itercolumns()]
    return columns, [tuple(map(plain, row)) for row in zip(*cells, strict=True)]


def plain(value: Any) -> Any:
    """Return a value that equals another if it means the same: fractions rounded to what all orders of adding give."""
    if isinstance(value, float):
        return "NaN" if math.isnan(value) else float(f"{value:.{_DIGITS}g}") + 0.0  # no minus before nothing
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return [plain(item) for item in value]
    return value
