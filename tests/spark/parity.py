"""Two engines given the same, and what they answer beside each other."""

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

import pyarrow as pa

from segaudit.engine.duck import DuckEngine
from segaudit.engine.protocol import Engine

Session: TypeAlias = Any  # a SparkSession: an optional package, not imported here
Cell: TypeAlias = Any  # as an Arrow table gives it
Answer: TypeAlias = tuple[list[tuple[str, str]], list[tuple[Any, ...]]]  # columns with their types, and rows

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
def twins(session: Session, *, small_rows: int = 0) -> Iterator[Twins]:
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


def plain(value: Cell) -> Cell:
    """Return a value that equals another if it means the same: fractions rounded to what all orders of adding give."""
    if isinstance(value, float):
        return "NaN" if math.isnan(value) else float(f"{value:.{_DIGITS}g}") + 0.0  # no minus before nothing
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return [plain(item) for item in value]
    return value


def awkward_tables() -> dict[str, pa.Table]:
    """Return tables of cells and names that engines disagree on; ``e`` has no rows."""
    day, moment = dt.date, dt.datetime
    days = [day(2024, 1, 31), day(1899, 12, 30), day(1582, 10, 10), day(1, 1, 1), None, day(9998, 12, 31)]
    moments = [moment(2024, 1, 31, 23, 59, 59, 999999), None, moment(1582, 10, 10), moment(1, 1, 1)]
    lists = [["a", "b"], [], None, ["a", None], ["é"], ["b", "a"]]
    return {
        "t": pa.table(
            {
                "_row": pa.array(range(1, 13), pa.int64()),
                "s": ["Ann", "ann", "", "İstanbul", "Straße", None, "🚀", "a'b\"c", "Ann", "  x ", "é", None],
                "g": ["a", "b", "a", None, "b", "a", "c", "c", None, "a", "b", "a"],
                "n": pa.array([1, 2, None, 4, 5, 6, -7, 8, 9, 10, 0, 2**53 + 1], pa.int64()),
                "x": pa.array([0.5, -0.25, None, 1e10, 0.0, -0.0, 3.75, None, 2.5, 2.5, -1.0, 0.125], pa.float64()),
                "b": pa.array([True, False, None] * 4),
                "day": pa.array([*days, day(2024, 2, 29), days[0], *days[:4]], pa.date32()),
                "seen": pa.array(moments * 3, pa.timestamp("us")),
                "l": pa.array(lists * 2, pa.list_(pa.string())),
                "k": pa.array([1, 1, 2, 2, 3, 3, None, None, 4, 4, 5, 5], pa.int64()),
            }
        ),
        "u": pa.table(
            {
                "k": pa.array([1, 1, 2, None, 3, 7, 8, None], pa.int64()),
                "s": ["Ann", None, "é", "🚀", "x", "Ann", "ann", None],
                "v": pa.array([10, 20, 30, 40, 50, 60, 70, 80], pa.int64()),
            }
        ),
        "e": pa.table({"k": pa.array([], pa.int64()), "s": pa.array([], pa.string()), "v": pa.array([], pa.int64())}),
        "odd names": pa.table(
            {
                "a b": [1, 2, 3],
                'q"uote': ["x", "y", None],
                "select": [True, False, None],
                "Ünïcode": [1.5, 2.5, None],
                "dot.ted": ["p", "q", "r"],
                "CamelCase": [1, 1, 2],
                "back`tick": [3, 4, 5],
                "comma,semi;(x)=": ["1", "2", "3"],
            }
        ),
    }


WIDE_TYPES = (  # a statement that gives a table of every type that has to travel as another
    "SELECT _row, CAST(n AS HUGEINT) * 1000000000000000 AS h, CAST(abs(coalesce(n, 3)) AS UBIGINT) AS ub, "
    "CAST(_row AS UTINYINT) AS ut, CAST(_row AS SMALLINT) AS si, CAST(x AS DECIMAL(18,3)) AS de, "
    "CAST(_row AS UINTEGER) AS ui, CAST(x AS FLOAT) AS f, {'a': s, 'n': n} AS st, [n, _row] AS ln, l, "
    "CAST(seen AS TIME) AS tm, g, s FROM t"
)
