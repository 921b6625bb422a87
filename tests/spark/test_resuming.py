"""What a run that failed has left in its work folder, a later one takes up."""

from pathlib import Path
from typing import Any, TypeAlias

import pytest

from segaudit.engine.protocol import CsvLayout
from segaudit.engine.spark.attempts import begin

Session: TypeAlias = Any  # a SparkSession: Spark is an optional package
LAYOUT = CsvLayout(columns=2, header=True)


class StoppedError(Exception):
    """What ends a run."""


def run(session: Session, file: Path, work: Path, *, fails: bool = False) -> list[tuple[Any, ...]]:
    """Read a file with an engine of its own; return its rows."""
    from segaudit.engine.spark.engine import SparkEngine  # noqa: PLC0415 - an optional package

    with SparkEngine(session, work=str(work)) as engine:
        assert engine.load_csv("raw", file, LAYOUT, ordered=True).rows == len(file.read_text().splitlines()) - 1
        if fails:
            raise StoppedError
        return sorted(engine.fetch("SELECT _row, c1, c2 FROM raw"))


def test_a_file_is_read_once_though_the_run_fails(
    local_session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second run has its rows from what the first wrote; a file that changed is read anew, and nothing stays."""
    file, work = tmp_path / "list.csv", tmp_path / "work"
    file.write_text("a,b\nx,1\ny,2\n")
    begun: list[str] = []

    def counted(folder: str) -> None:
        begun.append(folder)
        begin(folder)

    monkeypatch.setattr("segaudit.engine.spark.landing.begin", counted)
    with pytest.raises(StoppedError):
        run(local_session, file, work, fails=True)
    assert len(begun) == 1
    assert run(local_session, file, work) == [(1, "x", "1"), (2, "y", "2")]
    assert len(begun) == 1
    with pytest.raises(StoppedError):
        run(local_session, file, work, fails=True)
    file.write_text("a,b\nx,1\ny,2\nz,3\n")
    assert run(local_session, file, work) == [(1, "x", "1"), (2, "y", "2"), (3, "z", "3")]
    assert len(begun) == 3
    assert not list(work.rglob("*.parquet"))
