"""What a run that failed has left in its work folder, a later one takes up."""

from collections import defaultdict
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from segaudit.engine.protocol import CsvLayout
from segaudit.engine.spark.attempts import begin
from segaudit.engine.spark.remote import is_whole

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


Answers: TypeAlias = dict[str, list[bool]]  # whether what lies at a place was whole when it was asked, in order


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Answers:
    """What was asked of storage with a scheme, by the last part of the place."""
    found: Answers = defaultdict(list)

    def told(session: Session, place: str) -> bool:
        found[place.rpartition("/")[2]].append(is_whole(session, place))
        return found[place.rpartition("/")[2]][-1]

    for module in ("landing", "kept"):
        monkeypatch.setattr(f"segaudit.engine.spark.{module}.is_whole", told)
    return found


def run_grouping(session: Session, file: Path, work: str, *, fails: bool = False) -> list[tuple[Any, ...]]:
    """Read a file and make tables of it, some of which rows have to meet for; return rows of them."""
    from segaudit.engine.spark.engine import SparkEngine  # noqa: PLC0415 - an optional package

    with SparkEngine(session, work=work, small_rows=0) as engine:
        engine.load_csv("raw", file, LAYOUT, ordered=True)
        engine.create("groups", "SELECT c1, COUNT(*) AS held, MIN(_row) AS first FROM raw GROUP BY c1")
        engine.create(
            "ranked", "SELECT c1, held, row_number() OVER (PARTITION BY held ORDER BY first) AS place FROM groups"
        )
        if fails:
            raise StoppedError
        return sorted(engine.fetch("SELECT r._row, r.c2, g.held, g.place FROM raw r JOIN ranked g USING (c1)"))


def test_storage_with_a_scheme_is_taken_up_and_tidied(local_session: Session, tmp_path: Path, asked: Answers) -> None:
    """What Spark wrote to a URI is not written again after a failure, ends of pieces included; nothing stays."""
    file, work = tmp_path / "list.csv", tmp_path / "work"
    cells = [f"cell {number}\nof two lines" for number in range(20)]
    file.write_text("\n".join(["a,b", *(f'{number % 3},"{cell}"' for number, cell in enumerate(cells))]) + "\n")
    held = [7, 7, 6]
    rows = [(n + 1, cell, held[n % 3], [1, 2, 1][n % 3]) for n, cell in enumerate(cells)]
    session = local_session
    usual = session.conf.get("spark.sql.files.maxPartitionBytes")
    session.conf.set("spark.sql.files.maxPartitionBytes", "50b")
    try:
        with pytest.raises(StoppedError):
            run_grouping(session, file, f"file://{work}", fails=True)
        firsts = {place: answers[0] for place, answers in asked.items()}
        assert len(firsts) > 2
        assert {whole for place, whole in firsts.items() if not place.endswith("-ends")} == {False}
        assert [place for place in firsts if place.endswith("-ends")]
        asked.clear()
        assert run_grouping(session, file, f"file://{work}") == rows
        assert set(firsts) <= set(asked)
        assert {asked[place][0] for place in firsts} == {True}
    finally:
        session.conf.set("spark.sql.files.maxPartitionBytes", usual)
    assert not list(work.rglob("*"))
