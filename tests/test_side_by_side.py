"""Work done side by side on the embedded engine."""

import threading
import time
from collections.abc import Callable
from functools import partial

import pytest

from segaudit.engine.beside import side_by_side
from segaudit.engine.duck import DuckEngine
from segaudit.errors import EngineError


def squares(engine: DuckEngine, name: str, number: int) -> int:
    """Make a table of a number and return the square of what stands there."""
    engine.create(name, f"SELECT {number} AS n")
    (number,) = engine.fetch(f"FROM {name}")[0]
    return int(number) ** 2


def works_of(engine: DuckEngine, count: int) -> list[Callable[[], int]]:
    """Return works that each make a table of their own."""
    return [partial(squares, engine, f"t{number}", number) for number in range(count)]


def test_results_come_in_the_order_of_the_works() -> None:
    """What came of the third work stands third, however long the first took."""
    with DuckEngine() as engine:

        def slow() -> int:
            time.sleep(0.05)
            return squares(engine, "slow", 9)

        assert side_by_side(engine, [slow, *works_of(engine, 4)]) == [81, 0, 1, 4, 9]


def test_tables_that_were_made_are_there_afterwards() -> None:
    """A table made in a thread is a table of the engine, and so is one made from Arrow batches."""
    with DuckEngine() as engine:

        def copy() -> int:
            engine.map_batches("copied", "SELECT 7 AS n", lambda batch: batch)
            return 0

        side_by_side(engine, [*works_of(engine, 2), copy])
        assert engine.fetch("SELECT t1.n, copied.n FROM t1, copied") == [(1, 7)]


def test_two_works_run_at_a_time() -> None:
    """Two works that wait for each other both come to their end."""
    meeting = threading.Barrier(2, timeout=20)
    with DuckEngine() as engine:
        assert sorted(side_by_side(engine, [meeting.wait, meeting.wait])) == [0, 1]


@pytest.mark.parametrize("memory", [None, "1GB"])
def test_work_within_work_is_done_in_place(memory: str | None) -> None:
    """A work may itself ask for several things, under a memory limit and without one."""
    with DuckEngine(memory_limit=memory) as engine:

        def asking() -> list[list[tuple[int, ...]]]:
            return engine.fetch_all([("SELECT 1", {}), ("SELECT $n", {"n": 2})])

        assert side_by_side(engine, [asking, asking]) == [[[(1,)], [(2,)]]] * 2


def test_a_fault_is_told_and_the_engine_goes_on() -> None:
    """The error of one work is raised, what is left is not begun, and the engine has all its cores again."""
    begun = []
    with DuckEngine() as engine:
        cores = engine.fetch("SELECT current_setting('threads')")

        def wrong() -> int:
            return len(engine.fetch("SELECT * FROM nowhere"))

        def long() -> int:
            begun.append(1)
            return len(engine.fetch("SELECT sum(a.range * b.range) FROM range(2000000) a, range(2000000) b"))

        with pytest.raises(EngineError, match="nowhere"):
            side_by_side(engine, [wrong, *[long] * 20])
        assert len(begun) < 20
        assert engine.fetch("SELECT current_setting('threads')") == cores
        assert squares(engine, "after", 3) == 9
