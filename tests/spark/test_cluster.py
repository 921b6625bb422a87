"""A real cluster: a master and two workers as processes of their own, and workers that die while it works."""

import csv
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.rules_support import run, write
from tests.spark.cluster import HOST, ON_WORKERS, Cluster, wait_for
from tests.worlds.contacts import make_contacts
from tests.worlds.world import write_world

TOP = Path(__file__).resolve().parents[2]
RUN_SECONDS = 900  # far more than a run takes: a test that waits for ever tells nobody anything
# More than the driver keeps to itself, so that the cluster has something to do.
ROWS, PEOPLE = 120_000, 6_000
READ = "_facts.json"  # is in the work folder once the file has been read, which is about half of the work
# What a batch function is like to Spark: it sleeps so that there is a middle to be killed in.
PLAIN_JOB = """
import sys, time
from pyspark.sql import SparkSession

def slow(batches):
    for batch in batches:
        time.sleep(0.1)
        yield batch

session = SparkSession.builder.master(sys.argv[1]).config("spark.sql.shuffle.partitions", 4).getOrCreate()
numbers = session.range(0, 200_000, 1, 20).mapInArrow(slow, "id long")
print(numbers.repartition(4, "id").mapInArrow(slow, "id long").selectExpr("sum(id)").first()[0])
"""
SKEWED_RULES = """
    fields: {employees: {type: int}, last_name: {type: text}, company_name: {type: text}}
    schemas:
      buyers:
        assign: all_matches
        else: nobody
        segments:
          many_deals: {criteria: {deals: {at_least: 3}}}
          won: {criteria: {deals: {exists: {where: {is_won: {is: true}}}}}}
          smith: {criteria: {last_name: {eq: Smith}}, rank_within: {by: employees, order: desc}}
"""


@dataclass(slots=True)
class Driver:
    """A program that has the cluster work, as a process of its own."""

    process: subprocess.Popen[bytes]
    said: Path
    complained: Path

    def ended(self, seconds: float = RUN_SECONDS) -> int:
        """Wait for its end and return its exit code."""
        return self.process.wait(timeout=seconds)

    def errors(self) -> str:
        """Return what it wrote on standard error."""
        return self.complained.read_text(encoding="utf-8", errors="replace")


@pytest.fixture
def start(cluster: Cluster, tmp_path: Path) -> Iterator[Callable[..., Driver]]:
    """Return a function that starts Python with arguments as a driver of the cluster."""
    drivers: list[Driver] = []

    def started(*arguments: object) -> Driver:
        said, complained = (tmp_path / f"driver{len(drivers)}.{end}" for end in ("out", "err"))
        with said.open("wb") as out, complained.open("wb") as err:
            command = [sys.executable, *map(str, arguments)]
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env=cluster.environment(),
                cwd=TOP,
                start_new_session=True,
            )
        cluster.watch(process)
        drivers.append(Driver(process, said, complained))
        return drivers[-1]

    yield started
    for driver in drivers:
        cluster.end(driver.process)


@pytest.fixture
def two_workers(cluster: Cluster) -> Cluster:
    """Return the cluster with two living workers, whatever the test before did to it."""
    cluster.bury()
    while len(cluster.workers) < 2:
        cluster.add_worker()
    return cluster


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the benchmark's file of 20 columns, with rows for some work."""
    path = tmp_path_factory.mktemp("wide") / "wide.csv"
    maker = TOP / "tests" / "benchmarks" / "wide.py"
    subprocess.run([sys.executable, str(maker), str(ROWS), str(path)], check=True, stdout=subprocess.DEVNULL)
    return path


@pytest.fixture(scope="module")
def skewed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of contacts, all named Smith and three in ten at one company, and of its deals."""
    folder, draw = tmp_path_factory.mktemp("skewed"), random.Random(9)  # noqa: S311 - made-up data
    first_names = ("Ann", "Bob", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hal")
    with (folder / "contacts.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(
            ["Record ID", "First Name", "Last Name", "Email", "Company", "Associated Company IDs", "employees"]
        )
        for number in range(1, ROWS + 1):
            company = 1 if draw.random() < 0.3 else draw.randrange(2, ROWS // 4)
            first = draw.choice(first_names)
            email = f"{first}.smith{draw.randrange(ROWS)}@company{company}.example".lower()
            rows.writerow([number, first, "Smith", email, f"Company {company}", company, draw.randrange(1, 900)])
    with (folder / "deals.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["Record ID", "Deal Name", "Deal Stage", "Amount", "Is Closed Won", "Associated Contact IDs"])
        for number in range(1, ROWS // 2 + 1):
            contact = 7 if draw.random() < 0.3 else draw.randrange(1, ROWS + 1)
            rows.writerow([number, f"Deal {number}", "open", draw.randrange(9_999), draw.random() < 0.2, contact])
    write(folder / "rules.yaml", SKEWED_RULES)
    return folder


def records(path: Path) -> list[tuple[str, ...]]:
    """Return the header of a CSV, or of a folder of parts of one, and then its rows in an order of their own."""
    parts = sorted(path.rglob("*.csv")) if path.is_dir() else [path]
    headers, rows = set(), []
    for part in parts:
        with part.open(encoding="utf-8", newline="") as file:
            header, *others = map(tuple, csv.reader(file))
        headers.add(header)
        rows += others
    assert len(headers) == 1
    return [*headers, *sorted(rows)]


def embedded(*arguments: object) -> None:
    """Run the program on the embedded engine, in this process."""
    ran = run(*arguments, "-q")
    assert ran.code == 0, ran.err


def on_cluster(cluster: Cluster, work: Path) -> Sequence[object]:
    """Return the options that send a run to the cluster."""
    return ("--engine", "spark", "--master", cluster.master_url, "--work", work, *ON_WORKERS, "-q")


def tagging(source: Path, out: Path, *rules: object) -> Sequence[object]:
    """Return the arguments of a run of ``assign``."""
    chosen = rules or ("--rules", TOP / "tests" / "benchmarks" / "rules.yaml")
    return ("assign", source, "-o", out, "--as-of", "2026-01-01", *chosen)


def tasks_of_worker(cluster: Cluster, index: int, more_than: int, driver: Driver) -> None:
    """Wait until a worker has finished so many tasks, while the driver lives."""

    def look() -> bool | None:
        assert driver.process.poll() is None, driver.errors()
        return cluster.finished_tasks(index) >= more_than or None

    wait_for(look, RUN_SECONDS, f"{more_than} finished tasks")


def test_a_plain_job_outlives_a_worker(two_workers: Cluster, start: Callable[..., Driver]) -> None:
    """Spark alone works out a lost worker's share again: the sum of a range is what it is on one machine."""
    driver = start("-c", PLAIN_JOB, two_workers.master_url)
    tasks_of_worker(two_workers, 0, two_workers.finished_tasks(0) + 4, driver)
    two_workers.kill_worker(0)
    assert driver.ended() == 0, driver.errors()
    assert driver.said.read_text().split() == [str(sum(range(200_000)))]
    assert two_workers.alive() == 1


@pytest.fixture(scope="module")
def undisturbed(wide: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return what ``assign`` writes on the embedded engine."""
    out = tmp_path_factory.mktemp("embedded") / "tagged.csv"
    embedded(*tagging(wide, out))
    return out


def test_assign_is_the_same_on_a_cluster(
    two_workers: Cluster, start: Callable[..., Driver], wide: Path, undisturbed: Path, tmp_path: Path
) -> None:
    """Two workers tag every row as the embedded engine does."""
    out = tmp_path / "tagged.csv"
    driver = start("-m", "segaudit", *tagging(wide, out), *on_cluster(two_workers, tmp_path / "work"))
    assert driver.ended() == 0, driver.errors()
    assert records(out) == records(undisturbed)


def test_assign_outlives_a_worker(
    two_workers: Cluster, start: Callable[..., Driver], wide: Path, undisturbed: Path, tmp_path: Path
) -> None:
    """A worker killed half way through takes nothing with it but time."""
    out, work = tmp_path / "tagged.csv", tmp_path / "work"
    driver = start("-m", "segaudit", *tagging(wide, out), *on_cluster(two_workers, work))
    wait_for(lambda: list(work.rglob(READ)) or None, RUN_SECONDS, "file that was read")
    two_workers.kill_worker(0)
    survivor = two_workers.finished_tasks(1)
    assert driver.ended() == 0, driver.errors()
    assert two_workers.finished_tasks(1) > survivor  # there was something left to do
    assert records(out) == records(undisturbed)


def test_dedupe_outlives_a_worker(two_workers: Cluster, start: Callable[..., Driver], tmp_path: Path) -> None:
    """The entities are the same though a worker died while records were compared."""
    people = write_world(make_contacts(PEOPLE, 1), tmp_path, "people")
    outs = [tmp_path / "embedded.csv", tmp_path / "cluster.csv"]
    words = [("dedupe", people, "--clusters", out, "--as-of", "2026-01-01") for out in outs]
    embedded(*words[0])
    work = tmp_path / "work"
    driver = start("-m", "segaudit", *words[1], *on_cluster(two_workers, work))
    wait_for(lambda: list(work.rglob("*.shared")) or None, RUN_SECONDS, "comparisons for the workers")
    two_workers.kill_worker(0)
    survivor = two_workers.finished_tasks(1)
    assert driver.ended() == 0, driver.errors()
    assert two_workers.finished_tasks(1) > survivor  # there was something left to do
    assert records(outs[1]) == records(outs[0])


def test_everybody_called_smith_does_not_stall_dedupe(
    two_workers: Cluster, start: Callable[..., Driver], skewed: Path, tmp_path: Path
) -> None:
    """The entities are the same where one name and one company are half of the list."""
    outs = [tmp_path / "embedded.csv", tmp_path / "cluster.csv"]
    words = [("dedupe", skewed / "contacts.csv", "--clusters", out, "--as-of", "2026-01-01") for out in outs]
    embedded(*words[0])
    driver = start("-m", "segaudit", *words[1], *on_cluster(two_workers, tmp_path / "work"))
    assert driver.ended() == 0, driver.errors()
    assert records(outs[1]) == records(outs[0])


def test_skewed_keys_do_not_stall_assign(
    two_workers: Cluster, start: Callable[..., Driver], skewed: Path, tmp_path: Path
) -> None:
    """Ranks within one segment of everybody, and deals of which one contact has three in ten, come out the same."""
    outs = [tmp_path / "embedded.csv", tmp_path / "cluster.csv"]
    rules = ("--rules", skewed / "rules.yaml", "--with", skewed / "deals.csv")
    embedded(*tagging(skewed / "contacts.csv", outs[0], *rules))
    words = tagging(skewed / "contacts.csv", outs[1], *rules)
    driver = start("-m", "segaudit", *words, *on_cluster(two_workers, tmp_path / "work"))
    assert driver.ended() == 0, driver.errors()
    assert records(outs[1]) == records(outs[0])


def test_a_second_run_takes_up_what_the_first_left(
    two_workers: Cluster, start: Callable[..., Driver], wide: Path, undisturbed: Path, tmp_path: Path
) -> None:
    """A run that was killed leaves whole tables in --work, and the next one works out only what is missing."""

    def finished() -> int:
        return sum(two_workers.finished_tasks(index) for index in range(2))

    before = finished()
    whole = start(
        "-m", "segaudit", *tagging(wide, tmp_path / "whole.csv"), *on_cluster(two_workers, tmp_path / "other")
    )
    assert whole.ended() == 0, whole.errors()
    needed = finished() - before
    out, work = tmp_path / "tagged.csv", tmp_path / "work"
    first = start("-m", "segaudit", *tagging(wide, out), *on_cluster(two_workers, work))
    wait_for(lambda: list(work.rglob(READ)) or None, RUN_SECONDS, "file that was read")
    first.process.send_signal(signal.SIGKILL)
    assert first.ended() == -signal.SIGKILL
    assert not out.exists()
    wait_for(lambda: not two_workers.state()["activeapps"] or None, 60, "end of the killed run")
    before = finished()
    second = start("-m", "segaudit", *tagging(wide, out), *on_cluster(two_workers, work))
    assert second.ended() == 0, second.errors()
    assert records(out) == records(undisturbed)
    assert finished() - before < needed


def test_nobody_answers_at_the_master(start: Callable[..., Driver], wide: Path, tmp_path: Path) -> None:
    """A master that is not there is said within a minute, in one message with a way out."""
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
    begun = time.monotonic()
    out = tmp_path / "tagged.csv"
    given = ("--engine", "spark", "--master", f"spark://{HOST}:{port}", "--work", tmp_path / "work")
    driver = start("-m", "segaudit", *tagging(wide, out), *given)
    assert driver.ended() == 2
    assert time.monotonic() - begun < 60
    assert f"spark://{HOST}:{port}" in driver.errors()
    assert "hint:" in driver.errors()
    assert "Traceback" not in driver.errors()
    assert not out.exists()
