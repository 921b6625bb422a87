"""Recorded runs: what a history holds, who may write it, and what becomes of it when things go wrong."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent
from typing import Any

import duckdb
import pytest

from segaudit.audit.history import history_file
from segaudit.errors import InputError
from segaudit.segments.history.overdue import days_of
from segaudit.segments.history.store import TABLES, open_history
from tests.rules_support import Ran, run, write

RULES = """
    fields: {score: {type: number}, nickname: {type: enum, sensitive: true}}
    schemas:
      heat:
        assign: first_match
        refresh: weekly
        segments:
          hot: {criteria: {score: {gte: 70}}, refresh: daily}
          warm: {criteria: {score: {gte: 30}}}
      flags:
        assign: all_matches
        segments:
          even: {criteria: {score: {in: [40, 80]}}}
          high: {criteria: {score: {gte: 50}}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with rules and a list of three records."""
    write(tmp_path / "rules.yaml", RULES)
    write(tmp_path / "list.csv", "Record ID,score,nickname\nkay-1,80,Bo\nkay-2,40,Bo\nkay-3,10,\n")
    return tmp_path


def record(folder: Path, day: str, *options: object, file: str = "list.csv") -> Ran:
    """Record a run of overlap."""
    history = f"--record={folder / 'h.duckdb'}"
    return run("overlap", folder / file, "--rules", folder / "rules.yaml", "--as-of", day, history, *options)


def told(folder: Path, *options: object) -> dict[str, Any]:
    """Return what the history holds."""
    ran = run("history", folder / "h.duckdb", "--rules", folder / "rules.yaml", "--format", "json", *options)
    assert ran.code == 0, ran.err
    found: dict[str, Any] = json.loads(ran.out)
    return found


def rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    """Return rows of the history file, in order."""
    with duckdb.connect(str(folder / "h.duckdb"), read_only=True) as history:
        return sorted(history.execute(query).fetchall())


def test_run_is_recorded_whole(folder: Path) -> None:
    """A run holds its day, input and sizes and, by id, each record's label; of all matches each segment is counted."""
    ran = record(folder, "2026-05-01")
    assert (ran.code, ran.err) == (0, f"Recorded as run 1 in {folder / 'h.duckdb'}: 3 of 3 records by their id\n")
    found = told(folder)
    (first,) = found["runs"]
    assert (first["as_of"], first["input"], first["rows"], first["key"]) == ("2026-05-01", "list.csv", 3, "Record ID")
    assert len(first["sha256"]) == len(first["rules_sha256"]) == 64
    sizes = {(item["schema"], item["label"]): item["records"] for item in found["sizes"]["segments"]}
    assert sizes == {
        ("heat", "hot"): [1], ("heat", "warm"): [1], ("heat", "unplaced"): [1],
        ("flags", "even"): [2], ("flags", "high"): [1], ("flags", "unplaced"): [1],
    }  # fmt: skip
    labels = rows(
        folder,
        "SELECT k.key, l.schema_id, l.label FROM records r JOIN keys k USING (key_id) "
        "JOIN profile_labels l ON l.run = r.run AND l.profile = r.profile",
    )
    assert labels == [
        ("kay-1", "flags", "even; high"), ("kay-1", "heat", "hot"),
        ("kay-2", "flags", "even"), ("kay-2", "heat", "warm"),
        ("kay-3", "flags", "unplaced"), ("kay-3", "heat", "unplaced"),
    ]  # fmt: skip


def test_assign_records_what_it_tags(folder: Path) -> None:
    """Assign records, too, after its file is written; an id stands in the history once, however many runs there are."""
    record(folder, "2026-05-01")
    ran = run(
        "assign", folder / "list.csv", "-o", folder / "out.csv", "--rules", folder / "rules.yaml",
        "--as-of", "2026-05-02", "--record", folder / "h.duckdb",
    )  # fmt: skip
    assert (ran.code, (folder / "out.csv").exists()) == (0, True)
    assert [item["command"] for item in told(folder)["runs"]] == ["overlap", "assign"]
    assert rows(folder, "SELECT key FROM keys") == [("kay-1",), ("kay-2",), ("kay-3",)]


def test_ids_may_stay_out(folder: Path) -> None:
    """--record-without-ids keeps counts only, and values of sensitive fields are never kept."""
    ran = record(folder, "2026-05-01", "--record-without-ids")
    assert "counts only" in ran.err
    assert rows(folder, "SELECT key FROM keys") == rows(folder, "SELECT * FROM records") == []
    kept = dict(rows(folder, "SELECT f.name, f.why FROM fields f WHERE kind IS NULL"))
    assert kept["nickname"] == "it is sensitive: its values are not kept"
    assert rows(folder, "SELECT value FROM bins WHERE value = 'bo'") == []
    assert told(folder)["notes"] == ["some runs were recorded without ids: their records cannot be found again"]


def test_repeated_ids_are_not_followed(folder: Path) -> None:
    """A record whose id another one has cannot be found again, and is counted all the same."""
    cells = "".join(f"{number},40,\n" for number in range(30))
    write(folder / "twice.csv", f"Record ID,score,nickname\n{cells}7,80,\n")
    record(folder, "2026-05-01", file="twice.csv")
    (found,) = told(folder)["runs"]
    assert (found["rows"], found["followed"]) == (31, 29)


def test_the_same_run_again_is_said(folder: Path) -> None:
    """The same file, rules and day are recorded again, and it is said."""
    record(folder, "2026-05-01")
    assert "the same file, rules and day as run 1" in record(folder, "2026-05-01").err


def test_numbers_are_never_given_twice(folder: Path) -> None:
    """Forgotten runs leave nothing behind but their number."""
    for day in ("2026-05-01", "2026-05-02"):
        record(folder, day)
    write(folder / "list.csv", "Record ID,score,nickname\nkay-2,40,Bo\n")
    record(folder, "2026-05-03")
    ran = run("history", "forget", "1", "2", "--file", folder / "h.duckdb")
    assert (ran.code, ran.out.startswith("Took runs 1, 2 out of")) == (0, True)
    assert [item["number"] for item in told(folder)["runs"]] == [3]
    assert rows(folder, "SELECT key FROM keys") == [("kay-2",)]
    assert b"kay-3" not in (folder / "h.duckdb").read_bytes()
    run("history", "prune", folder / "h.duckdb", "--keep", "0")
    record(folder, "2026-05-04")
    assert [item["number"] for item in told(folder)["runs"]] == [4]


def test_prune_keeps_the_newest_days(folder: Path) -> None:
    """Prune keeps runs by the day they are of, not by when they were recorded; an unknown run is refused."""
    for day in ("2026-05-03", "2026-05-01", "2026-05-02"):
        record(folder, day)
    run("history", "prune", folder / "h.duckdb", "--keep", "2")
    assert [(item["number"], item["as_of"]) for item in told(folder)["runs"]] == [(3, "2026-05-02"), (1, "2026-05-03")]
    ran = run("history", "forget", "7", "--file", folder / "h.duckdb")
    assert (ran.code, "there is no run 7\n  hint: its runs are: 3, 1" in ran.err) == (2, True)


def test_sizes_and_sprawl_over_time(folder: Path) -> None:
    """Sizes are told run by run; segments that came and went are named; of a retired one the size ends."""
    record(folder, "2026-05-01")
    renamed = dedent(RULES).replace("warm:", "tepid:")
    write(folder / "rules.yaml", renamed)
    write(folder / "list.csv", "Record ID,score,nickname\nkay-1,80,\nkay-2,75,\n")
    record(folder, "2026-05-08")
    found = told(folder, "--as-of", "2026-05-08")
    sizes = {item["label"]: item["records"] for item in found["sizes"]["segments"] if item["schema"] == "heat"}
    assert sizes == {"hot": [1, 2], "tepid": [None, 0], "warm": [1, None], "unplaced": [1, None]}
    assert found["sprawl"] == [{"run": 2, "schema": "heat", "segments": 2, "added": ["tepid"], "retired": ["warm"]}]
    shown = run("history", folder / "h.duckdb", "--rules", folder / "rules.yaml", "--as-of", "2026-05-08").out
    assert "▄█" in shown.replace("▃", "▄")
    assert "retired" in shown


@pytest.mark.parametrize(
    ("day", "overdue"),
    [
        ("2026-05-02", []),
        ("2026-05-03", [("heat.hot", 1)]),
        ("2026-05-08", [("heat.hot", 6)]),
        ("2026-05-09", [("heat.hot", 7), ("heat", 1)]),
    ],
)
def test_overdue(folder: Path, day: str, overdue: list[tuple[str, int]]) -> None:
    """What is to be refreshed daily is overdue on the second day, what is weekly on the eighth."""
    record(folder, "2026-05-01")
    found = told(folder, "--as-of", day)["overdue"]
    assert [(item["where"], item["late"]) for item in found] == overdue
    code = run(
        "history", folder / "h.duckdb", "--rules", folder / "rules.yaml", "--as-of", day, "--fail-on", "warning"
    ).code
    assert code == bool(overdue)


def test_cadences() -> None:
    """A cadence is a word of the list or a length; words without a number of days are none."""
    words = {"monthly": "30", "never": ""}
    assert [days_of(text, words) for text in ("Monthly", "2w", "6m", "never", "now and then")] == [
        30, 14, 180, None, None,
    ]  # fmt: skip


def test_usual_place(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The history lies beside the workspace file, in the list's folder or given with --with; else in this folder."""
    monkeypatch.chdir(folder)
    assert history_file(None, ["sub/list.csv"]) == "segaudit-history.duckdb"
    write(folder / "sub" / "segaudit.yaml", "version: 1")
    assert history_file(None, ["sub/list.csv"]) == "sub/segaudit-history.duckdb"
    assert history_file(None, ["-"], ["sub/segaudit.yaml"]) == "sub/segaudit-history.duckdb"
    assert history_file("own.duckdb", ["sub/list.csv"]) == "own.duckdb"


def test_list_is_never_the_history(folder: Path) -> None:
    """--record followed by the list's name does not write to the list; nothing is decided before that is said."""
    before = (folder / "list.csv").read_bytes()
    other = write(folder / "other.csv", "Record ID,score\n1,2\n")
    ran = run("overlap", "--record", folder / "list.csv", other, "--rules", folder / "rules.yaml")
    assert (ran.code, "this is no history of runs" in ran.err, ran.out) == (2, True, "")
    assert (folder / "list.csv").read_bytes() == before


def test_strange_files_are_refused(folder: Path) -> None:
    """What is no database, no history, or one of a newer version is refused, and stays as it is."""
    assert "there is no history here" in run("history", folder / "none.duckdb").err
    with duckdb.connect(str(folder / "other.duckdb")) as other:
        other.execute("CREATE TABLE runs (run INTEGER)")
    assert "this database is no history of segaudit" in run("history", folder / "other.duckdb").err
    record(folder, "2026-05-01")
    with duckdb.connect(str(folder / "h.duckdb")) as history:
        history.execute("UPDATE segaudit_history SET version = 2")
    ran = record(folder, "2026-05-02")
    assert (ran.code, "a newer segaudit made this history" in ran.err) == (2, True)
    with duckdb.connect(str(folder / "h.duckdb")) as history:
        history.execute("UPDATE segaudit_history SET version = 1")
        history.execute("ALTER TABLE runs DROP COLUMN sha256")
    assert "this is no history that segaudit has made" in run("history", folder / "h.duckdb").err


def test_crafted_file_reaches_no_other(folder: Path) -> None:
    """Views in place of tables are refused: what a file holds is never run."""
    with duckdb.connect(str(folder / "h.duckdb")) as history:
        for table, columns in TABLES.items():
            history.execute(f"CREATE TABLE {table} ({columns})")
        history.execute("INSERT INTO segaudit_history VALUES (1, 0, 0)")
        history.execute("ALTER TABLE runs RENAME TO own")
        history.execute(f"CREATE VIEW runs AS SELECT own.* FROM own, read_csv('{folder / 'list.csv'}')")  # noqa: S608 - our own file
    assert "this is no history that segaudit has made" in run("history", folder / "h.duckdb").err


def test_cut_file_is_said(folder: Path) -> None:
    """Half a file is an error with a way out, not a fault of ours."""
    record(folder, "2026-05-01")
    whole = (folder / "h.duckdb").read_bytes()
    (folder / "h.duckdb").write_bytes(whole[: len(whole) // 2])
    ran = run("history", folder / "h.duckdb")
    assert (ran.code, "put back a copy" in ran.err, "at fault" in ran.err) == (2, True, False)


def child(folder: Path, code: str) -> subprocess.Popen[str]:
    """Start a program of its own in the folder."""
    return subprocess.Popen(
        [sys.executable, "-c", dedent(code)], cwd=folder, stdout=subprocess.PIPE, text=True, start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent), "TMPDIR": str(folder)},
    )  # fmt: skip


@contextmanager
def holding(folder: Path) -> Iterator[int]:
    """Let another process have the history; yield its number."""
    code = """
        import duckdb, sys
        history = duckdb.connect("h.duckdb")
        print("here", flush=True)
        sys.stdin.read()
    """
    other = subprocess.Popen(
        [sys.executable, "-c", dedent(code)], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdin is not None
    assert other.stdout is not None
    try:
        assert other.stdout.readline() == "here\n"
        yield other.pid
    finally:
        other.stdin.close()
        other.wait()
        other.stdout.close()


def test_one_writer_at_a_time(folder: Path) -> None:
    """Whoever comes while another process has the history waits a bounded time, and is told which process it is."""
    record(folder, "2026-05-01")
    with holding(folder) as pid, pytest.raises(InputError) as caught, open_history(folder / "h.duckdb", wait=0.3):
        pass
    assert f"process {pid} has the history" in str(caught.value)
    assert "within 0.3 seconds" in str(caught.value)
    assert record(folder, "2026-05-02").code == 0


KILLED = """
    import os, signal
    from segaudit.segments.history import {module} as module
    from segaudit.cli.main import main
    import sys
    def die(*_, **__):
        os.kill(os.getpid(), signal.SIGKILL)
    module.{name} = die
    sys.argv = ["segaudit", "overlap", "list.csv", "--rules", "rules.yaml", "--as-of", "2026-05-02",
                "--record=h.duckdb", "-q"]
    main()
"""


@pytest.mark.parametrize("before", [True, False])
def test_killed_half_way(folder: Path, *, before: bool) -> None:
    """A run that is killed while it is written is not there; earlier ones are, and the next can be recorded."""
    if before:
        record(folder, "2026-05-01")
    died = child(folder, KILLED.format(module="writing", name="_write_records"))
    died.communicate()
    assert died.returncode == -signal.SIGKILL
    runs = [item["as_of"] for item in told(folder)["runs"]]
    assert runs == (["2026-05-01"] if before else [])
    assert record(folder, "2026-05-03").code == 0
    assert [item["as_of"] for item in told(folder)["runs"]] == [*runs, "2026-05-03"]


def test_killed_once_written(folder: Path) -> None:
    """A run that was committed is there, even if the process was killed before it could tidy up."""
    code = """
        import os, signal
        from segaudit.audit.history import Recorder
        import segaudit.audit.history as audit
        import segaudit.segments.history.writing as writing
        import contextlib
        opened = writing.open_history
        @contextlib.contextmanager
        def killed(*given, **options):
            with opened(*given, **options) as history:
                yield history
                os.kill(os.getpid(), signal.SIGKILL)
        writing.open_history = killed
        import segaudit
        from segaudit.audit.opening import InputChoices
        segaudit.overlap("list.csv", InputChoices(rules="rules.yaml"), recorder=Recorder(file="h.duckdb"))
    """
    died = child(folder, code)
    died.communicate()
    assert died.returncode == -signal.SIGKILL
    assert [item["number"] for item in told(folder)["runs"]] == [1]
