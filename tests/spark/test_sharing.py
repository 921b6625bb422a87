"""Large values that functions on the cluster hold, and the pairs of records that are compared there."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from segaudit.engine.protocol import Shared
from segaudit.engine.spark.engine import SparkEngine
from segaudit.engine.spark.sharing import InFile, forget, share
from segaudit.errors import EngineError
from tests.spark.parity import Session

WEIGHTS = np.arange(1000, dtype=np.int64) * 3
NAMES = pa.array(["Smith", "Müller", "", "O'Hara"] * 50)


@pytest.fixture
def in_file(tmp_path: Path, needs_spark: None) -> InFile:  # noqa: ARG001 - asked for, so that it skips
    """Return a value in a file, as a process sees it that has not read it."""
    shared = share({"weights": WEIGHTS, "names": NAMES, "double": lambda number: 2 * number}, str(tmp_path))
    forget()
    return shared


def test_a_value_comes_back_as_it_was(in_file: InFile) -> None:
    """Arrays of numbers and texts, and functions that no module names."""
    value = in_file.value
    assert (value["weights"] == WEIGHTS).all()
    assert value["names"].equals(NAMES)
    assert value["double"](21) == 42
    assert in_file.value is value


def test_arrays_stay_in_the_file(in_file: InFile) -> None:
    """What is mapped into memory is not copied there, and nobody can write to it."""
    assert not in_file.value["weights"].flags.owndata
    with pytest.raises(ValueError, match="read-only"):
        in_file.value["weights"][0] = 1


def test_the_process_that_shares_goes_on_with_what_it_has(tmp_path: Path, in_file: InFile) -> None:
    """Nothing is read again where it is at hand."""
    value = [in_file.path]
    assert share(value, str(tmp_path)).value is value


def test_a_file_somebody_else_wrote_is_not_unpickled(in_file: InFile) -> None:
    """What a pickle does when it is read may be anything, so it must be the one that was written."""
    content = bytearray(Path(in_file.path).read_bytes())
    content[20] ^= 1
    Path(in_file.path).write_bytes(content)
    with pytest.raises(EngineError, match="not what was written"):
        _ = in_file.value


def weighing(weights: Shared[dict[str, Any]]) -> Callable[[Any], Any]:
    """Return a function that looks up the weight of each number, and tells who did."""

    def weigh(batch: pa.RecordBatch) -> pa.RecordBatch:
        numbers = batch.column("n").to_numpy()
        found = pa.array(weights.value["weights"][numbers])
        process = pa.array(np.full(len(numbers), os.getpid()))
        return pa.record_batch({"n": batch.column("n"), "weight": found, "process": process})

    return weigh


def test_workers_look_at_what_the_driver_shares(local_session: Session) -> None:
    """The function carries a path along, and each worker finds the value there, until the engine is closed."""
    with SparkEngine(local_session, small_rows=0) as engine:
        engine.load_arrow("numbers", pa.table({"n": np.arange(1000)}))
        weights = engine.share({"weights": WEIGHTS})
        assert isinstance(weights, InFile)
        engine.map_batches("weighed", "SELECT n FROM numbers", weighing(weights))
        found = engine.arrow("SELECT n, weight, process FROM weighed ORDER BY n")
        assert Path(weights.path).exists()
    assert found.column("weight").to_pylist() == WEIGHTS.tolist()
    assert os.getpid() not in found.column("process").to_pylist()
    assert not Path(weights.path).exists()
