"""A Spark session: opened quietly, closed without a trace, and found where there is one already."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import segaudit
from segaudit.errors import SegauditError
from tests.spark.cluster import ON_WORKERS

TOP = Path(segaudit.__file__).resolve().parents[1]
SMALL = ["--master", "local[2]", "--spark-conf", "spark.driver.memory=1g", *ON_WORKERS]
# Opens a session of its own, says what it is like, and what is left after it was closed.
OPENING = """
import glob, json, os, signal, sys
from segaudit.engine.spark.session import close_session, open_session

def look(batches):
    import os, sys, pyarrow, segaudit
    for batch in batches:
        told = [sys.executable, segaudit.__file__, str(os.getcwd() in sys.path)]
        yield pyarrow.RecordBatch.from_pydict({"told": told})

before = signal.getsignal(signal.SIGINT)
session = open_session("local[2]", (("spark.driver.memory", "1g"), ("spark.sql.shuffle.partitions", "3")))
same = signal.getsignal(signal.SIGINT) == before
keys = ["spark.master", "spark.sql.session.timeZone", "spark.sql.shuffle.partitions", "spark.driver.host",
        "spark.sql.ansi.enabled", "spark.sql.adaptive.skewJoin.enabled",
        "spark.sql.autoBroadcastJoinThreshold", "spark.sql.execution.arrow.maxBytesPerBatch",
        "spark.ui.enabled", "spark.authenticate", "spark.app.name"]
settings = {key: session.conf.get(key) for key in keys}
rows = session.range(0, 1, 1, 1).mapInArrow(look, "told string").collect()
jvm = session.sparkContext._gateway.proc
close_session(session)
close_session(session)
print(json.dumps({
    "settings": settings, "told": [row["told"] for row in rows], "same_ctrl_c": same, "ended": jvm.poll() is not None,
    "python": os.environ.get("PYSPARK_PYTHON"),
}))
"""
TWICE = """
from segaudit.engine.spark.session import close_session, open_session
for _ in range(2):
    session = open_session("local[1]", (("spark.driver.memory", "1g"),))
    print(session.range(5).count())
    close_session(session)
"""


@pytest.fixture
def place(needs_spark: None, tmp_path: Path) -> Iterator[Path]:  # noqa: ARG001 - asked for, so that it skips
    """A folder to run in, and beside it one for temporary files; both must be as before in the end."""
    folder, temporary = tmp_path / "a place", tmp_path / "t m p"
    folder.mkdir()
    temporary.mkdir()
    (folder / "duckdb.py").write_text("raise SystemExit('a file of the client was run')\n")
    (folder / "export.csv").write_text("Email,Country\nann@example.com,DE\nbob@example.com,\n")
    before = sorted(path.name for path in folder.iterdir())
    yield folder
    assert sorted(path.name for path in folder.iterdir()) == before
    assert list(temporary.iterdir()) == []


def started(place: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python as a user would who has nothing set for Spark."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PYSPARK", "SPARK_"))}
    own |= {"PYTHONPATH": str(TOP), "TMPDIR": str(place.parent / "t m p"), "PYTHONSAFEPATH": "1"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=place, env=own | environment, capture_output=True, text=True, check=False
    )


def test_a_session_of_our_own(place: Path) -> None:
    """It says nothing, keeps the settings that matter, runs this Python and this package, and leaves no JVM."""
    ran = started(place, "-c", OPENING)
    assert (ran.returncode, ran.stderr) == (0, "")
    told = json.loads(ran.stdout)
    assert told["settings"] == {
        "spark.master": "local[2]",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "3",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.ansi.enabled": "true",
        "spark.sql.adaptive.skewJoin.enabled": "true",
        "spark.sql.autoBroadcastJoinThreshold": "-1",
        "spark.sql.execution.arrow.maxBytesPerBatch": "32m",
        "spark.ui.enabled": "false",
        "spark.authenticate": "true",
        "spark.app.name": "segaudit",
    }
    assert told["told"] == [sys.executable, segaudit.__file__, "False"]
    assert (told["same_ctrl_c"], told["ended"], told["python"]) == (True, True, None)


def test_one_after_the_other(place: Path) -> None:
    """A session that was closed does not stand in the way of the next."""
    ran = started(place, "-c", TWICE)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "5\n5\n", "")


def test_a_command_is_as_quiet_on_spark(place: Path) -> None:
    """A command prints on Spark what it prints on DuckDB, and nothing beside."""
    outs = [
        started(place, "-m", "segaudit", "coverage", "export.csv", "--format", "csv", *more) for more in ([], SMALL)
    ]
    assert [(ran.returncode, ran.stderr) for ran in outs] == [(0, ""), (0, "")]
    assert outs[1].stdout == outs[0].stdout


def test_spark_speaks_if_asked(place: Path) -> None:
    """Its log goes to standard error if the environment asks for it."""
    command = ["-m", "segaudit", "coverage", "export.csv", *SMALL, "-q"]
    assert " INFO SparkContext: " in started(place, *command, SEGAUDIT_SPARK_LOG="INFO").stderr


def test_too_little_memory(place: Path) -> None:
    """What Spark refuses to start with is one message."""
    ran = started(place, "-m", "segaudit", "coverage", "export.csv", *SMALL, "--spark-conf", "spark.driver.memory=200m")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("local[2]: Spark has too little memory to start\n  hint: give it more")


def test_a_master_that_never_answers(place: Path) -> None:
    """Somebody who listens on the master's port and is none does not hold the program for minutes."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"spark://127.0.0.1:{silent.getsockname()[1]}"
        script = (
            "import segaudit.engine.spark.session as s\n"
            "s._REGISTERING = 3\n"
            "try:\n"
            f"    s.open_session({url!r})\n"
            "except Exception as error:\n"
            "    print(type(error).__name__, error)\n"
        )
        ran = started(place, "-c", script)
    assert ran.stdout.startswith(f"SegauditError {url}: what answers there takes no application of Spark")
    assert (ran.returncode, ran.stderr) == (0, "")


# ------------------------------------------------------------------------------------- a session that is there already


def test_a_session_that_is_there(local_session: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN401 - a SparkSession
    """A notebook's session is used beside its own settings, and goes on when we have left."""
    from segaudit.engine.spark.session import close_session, enter_session  # noqa: PLC0415 - an optional package

    monkeypatch.delenv("SPARK_REMOTE", raising=False)
    local_session.conf.set("spark.sql.session.timeZone", "Asia/Tokyo")
    try:
        entered = enter_session(None, (("spark.sql.shuffle.partitions", "7"),))
        zones = [session.conf.get("spark.sql.session.timeZone") for session in (entered.session, local_session)]
        assert (entered.own, zones) == (False, ["UTC", "Asia/Tokyo"])
        assert entered.session.conf.get("spark.sql.shuffle.partitions") == "7"
        assert enter_session("local[2]").own is False
        close_session(entered.session)
        assert local_session.range(3).count() == 3
    finally:
        local_session.conf.set("spark.sql.session.timeZone", "UTC")


def test_another_master_than_the_sessions(local_session: Any) -> None:  # noqa: ANN401, ARG001 - it must be there
    """One process has one Spark: naming another master says so."""
    from segaudit.engine.spark.session import enter_session  # noqa: PLC0415 - an optional package

    with pytest.raises(SegauditError, match=r"this process has a Spark session already, on local\[2\]"):
        enter_session("local[3]")


def test_what_a_running_session_cannot_change(local_session: Any) -> None:  # noqa: ANN401, ARG001 - as above
    """A setting that only a start can set is refused, not passed over."""
    from segaudit.engine.spark.session import enter_session  # noqa: PLC0415 - an optional package

    with pytest.raises(SegauditError, match=r"spark\.driver\.memory cannot be set in a session that runs"):
        enter_session(None, (("spark.driver.memory", "7g"),))


def test_workers_tell_what_they_have(local_session: Any) -> None:  # noqa: ANN401 - as above
    """The tiny job that looks at workers comes back with what they have."""
    from segaudit.engine.spark.starting.workers import NEEDED, judge_workers, look_at_workers  # noqa: PLC0415 - as above

    seen = look_at_workers(local_session, tasks=3)
    assert [(worker.host, worker.missing) for worker in seen] == [(socket.gethostname(), ())] * 3
    assert {name for name, _ in seen[0].versions} == {*NEEDED, "segaudit"}
    judge_workers(seen, "local[2]")


def test_a_cluster_needs_a_folder(needs_spark: None, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001 - as above
    """A cluster without a folder all see is told before anything is started."""
    from segaudit.engine.spark import session  # noqa: PLC0415 - an optional package

    monkeypatch.setattr(session, "active_session", lambda: None)
    with pytest.raises(SegauditError, match="a cluster needs a folder that all its workers and this machine see"):
        session.enter_session("spark://somewhere:7077")
