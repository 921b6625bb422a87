"""Work on an engine done side by side, where that is faster."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from segaudit.engine.protocol import Engine

_Came = TypeVar("_Came")


def side_by_side(engine: Engine, works: Sequence[Callable[[], _Came]]) -> list[_Came]:
    """Return what came of several works that ask an engine for things, in their order.

    DuckDB, in this process, does some of them at a time, in threads; a cluster is busy with one. None may make a table
    that another one makes, nor read it.
    """
    from segaudit.engine.duck import DuckEngine  # noqa: PLC0415 - brings duckdb, which --help can do without

    return engine.side_by_side(works) if isinstance(engine, DuckEngine) else [work() for work in works]
