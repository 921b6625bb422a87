"""Which engine a command works on: the options, what they lead to, and what is said where Spark cannot be had."""

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import segaudit
from segaudit.audit.opening import InputChoices, engine_chosen
from segaudit.engine.duck import DuckEngine
from segaudit.engine.opening import EngineChoice, choose_engine, open_engine
from segaudit.errors import InputError, SegauditError
from tests.rules_support import run

TOP = Path(segaudit.__file__).resolve().parents[1]
ON_SPARK = ["--engine", "spark", "--master", "yarn", "--spark-conf", "a=b", "--spark-conf", "c=d=e", "--work", "w"]
MEANT = EngineChoice(name="spark", master="yarn", settings=(("a", "b"), ("c", "d=e")), work="w")
OPTIONS = ("--engine", "--master", "--spark-conf", "--work")

# Every command that goes through a user's table, with the least it needs. {0} is a file, {1} a folder to write to.
RUNS = {
    "assign": ["assign", "{0}", "-o", "{1}/o.csv"],
    "audit": ["audit", "{0}", "-o", "{1}/audit"],
    "coverage": ["coverage", "{0}"],
    "dedupe": ["dedupe", "{0}"],
    "derive": ["derive", "{0}", "-o", "{1}/o.csv"],
    "drift": ["drift", "{0}", "{0}"],
    "enrich": ["enrich", "{0}"],
    "explain": ["explain", "{0}", "--record", "1"],
    "fields": ["fields", "{0}"],
    "init": ["init", "{0}", "-o", "{1}/w.yaml"],
    "link": ["link", "{0}", "{1}/other.csv"],
    "overlap": ["overlap", "{0}"],
    "performance": ["performance", "{0}"],
    "quality": ["quality", "{0}"],
    "scorecard": ["scorecard", "{0}"],
    "suggest": ["suggest", "{0}"],
    "test plan": ["test", "plan", "--baseline", "0.1", "--relative", "0.5", "--file", "{0}"],
    "test read": ["test", "read", "{0}", "--assignment", "{0}", "--outcome", "Name"],
    "workspace": ["workspace", "{0}"],
}


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A small export."""
    (tmp_path / "other.csv").write_text("Email,Name\nann@example.com,Ann\n")
    path = tmp_path / "export.csv"
    path.write_text("Email,Name\nann@example.com,Ann\nbob@example.com,Bob\n")
    return path


def told(error: SegauditError) -> str:
    """Return a message as one line."""
    return " | ".join(str(error).splitlines()).replace("  hint: ", "")


# ------------------------------------------------------------------------------------------------------------- options


@pytest.mark.parametrize("command", sorted(RUNS))
def test_options_reach_the_engine(command: str, export: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command that goes through a table opens the engine its options name."""
    opened: list[EngineChoice] = []

    def refuse(choice: EngineChoice, *, beside: int = 0) -> None:
        del beside
        opened.append(choice)
        raise SegauditError("no engine today")

    monkeypatch.setattr("segaudit.audit.opening.open_engine", refuse)
    ran = run(*(part.format(export, export.parent) for part in RUNS[command]), *ON_SPARK)
    assert (ran.code, ran.err.splitlines()[-1], opened) == (2, "no engine today", [MEANT])


@pytest.mark.parametrize("command", [["rules", "check"], ["rules", "docs"], ["demo"], ["undo"], ["rules", "prove"]])
@pytest.mark.parametrize("option", OPTIONS)
def test_commands_without_a_choice(command: list[str], option: str) -> None:
    """A command that has no choice of engine says so, and which have one."""
    ran = run(*command, option, "spark")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"{option}: `segaudit {' '.join(command)}` has no choice of engine")
    assert "overlap, assign and audit" in ran.err


def test_other_wrong_options_lead_to_the_help() -> None:
    """An option that is nobody's is answered as before."""
    assert "--help" in run("coverage", "a.csv", "--colour").err


@pytest.mark.parametrize("master", ["local", "local[*]", "spark://host:7077", "sc://host"])
def test_a_master_means_spark(master: str) -> None:
    """Whoever names a master need not name the engine."""
    assert choose_engine(master=master) == EngineChoice(name="spark", master=master)


def test_duckdb_unless_asked() -> None:
    """Without a word it is DuckDB, with the memory it may have."""
    assert choose_engine(memory_limit="512MB") == EngineChoice(name="duckdb", memory_limit="512MB")
    with open_engine(choose_engine()) as engine:
        assert isinstance(engine, DuckEngine)


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"name": "sprak"}, '--engine: there is no engine "sprak" | engines are duckdb and spark'),
        ({"name": "duckdb", "master": "local"}, "--master: this is said of Spark, and DuckDB is at work"),
        ({"settings": ["a=b"]}, "--spark-conf: this is said of Spark, and DuckDB is at work | add --engine spark"),
        ({"work": "w"}, "--work: this is said of Spark, and DuckDB is at work | add --engine spark"),
        ({"name": "spark", "settings": ["a"]}, '--spark-conf: "a" is no setting | write it like spark.executor.memory'),
        ({"name": "spark", "settings": ["=b"]}, '--spark-conf: "=b" is no setting'),
    ],
)
def test_contradictions(said: dict[str, Any], problem: str) -> None:
    """What cannot be meant is refused before anything is opened."""
    with pytest.raises(InputError) as caught:
        choose_engine(**said)
    assert told(caught.value).startswith(problem)


def test_choices_of_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """The Python API names the engine as the command line does; of a setting given twice the last one counts."""
    opened: list[tuple[EngineChoice, int]] = []
    monkeypatch.setattr("segaudit.audit.opening.open_engine", lambda choice, beside: opened.append((choice, beside)))
    choices = InputChoices(engine="spark", master="local[2]", spark_conf=("a=1", "b=2", "a=3"), memory_limit="2GB")
    engine_chosen(choices, beside=7)
    pairs = (("a", "3"), ("b", "2"))
    assert opened == [(EngineChoice(name="spark", master="local[2]", settings=pairs, memory_limit="2GB"), 7)]


def test_help_does_without_spark() -> None:
    """Neither --help nor a run on DuckDB imports anything of Spark's."""
    look = (
        "import sys, segaudit.cli.coverage, segaudit.cli.quality, segaudit.audit.opening as o\n"
        "print('duckdb' in sys.modules)\n"
        "o.engine_chosen(o.InputChoices()).close()\n"
        "print([name for name in sys.modules if 'spark' in name or name == 'py4j'])"
    )
    ran = subprocess.run([sys.executable, "-c", look], cwd=TOP, capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines() == ["False", "[]"]


# --------------------------------------------------------------------------------------- where Spark cannot be had


@pytest.fixture
def closed_port() -> int:
    """A port of this machine nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.mark.parametrize("master", ["spark://127.0.0.1:{}", "sc://127.0.0.1:{}"])
def test_the_command_tells_it(master: str, closed_port: int, export: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the command line it is one message with a way out."""
    pytest.importorskip("pyspark")
    # Other tests may have one open in this process, which would be told first.
    monkeypatch.setattr("segaudit.engine.spark.session.active_session", lambda: None)
    ran = run("coverage", export, "--master", master.format(closed_port), "--work", export.parent / "work")
    assert (ran.code, ran.out) == (2, "")
    assert f"127.0.0.1 refuses port {closed_port}" in ran.err
    assert ran.err.splitlines()[-1].startswith("  hint: ")


def test_no_pyspark(export: Path) -> None:
    """Without PySpark the message says what to install."""
    block = (
        "import sys\n"
        "class Block:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.partition('.')[0] == 'pyspark':\n"
        "            raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Block())\n"
        "from segaudit.cli.main import main\n"
        "main()\n"
    )
    command = [sys.executable, "-c", block, "coverage", str(export), "--engine", "spark"]
    ran = subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=False)
    said = "--engine spark: PySpark is not installed\n  hint: pip install 'segaudit[spark]'\n"
    assert (ran.returncode, ran.stdout, ran.stderr) == (2, "", said)


def test_no_java(export: Path) -> None:
    """Without Java the message says how to get one."""
    pytest.importorskip("pyspark")
    environment = {name: value for name, value in os.environ.items() if name not in {"JAVA_HOME", "SPARK_HOME"}}
    ran = subprocess.run(
        [sys.executable, "-m", "segaudit", "coverage", str(export), "--master", "local[1]"],
        env=environment | {"PATH": str(export.parent), "PYTHONPATH": str(TOP)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("--engine spark: Spark needs Java, and there is none\n  hint: install Java 17 or 21")
