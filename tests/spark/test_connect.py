"""Spark Connect: the session is a client of a server, over the loopback interface."""

import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.rules_support import run
from tests.spark.cluster import ON_WORKERS, Cluster
from tests.spark.test_cluster import TOP, records, tagging

ROWS = 5_000
RUN_SECONDS = 600
PLAIN_JOB = """
import sys
from pyspark.sql import SparkSession

def same(batches):
    yield from batches

session = SparkSession.builder.remote(sys.argv[1]).getOrCreate()
print(session.range(0, 1_000, 1, 3).mapInArrow(same, "id long").selectExpr("sum(id)").first()[0])
"""


@pytest.fixture(scope="module")
def served(needs_spark: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Cluster, str]]:  # noqa: ARG001 - asked for, so that it skips
    """Return the address of a Spark Connect server."""
    if find_spec("grpc") is None or find_spec("grpc_status") is None:
        pytest.skip("what Spark Connect's client needs is not installed: pip install 'pyspark[connect]'")
    with Cluster(tmp_path_factory.mktemp("connect")) as cluster:
        yield cluster, cluster.start_connect_server(settings=["spark.sql.shuffle.partitions=4"])


def driven(served: tuple[Cluster, str], *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run Python with arguments to its end."""
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        env=served[0].environment(),
        cwd=TOP,
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )


def test_the_server_runs_python_functions(served: tuple[Cluster, str]) -> None:
    """A function over Arrow batches runs on the server's executors."""
    ran = driven(served, "-c", PLAIN_JOB, served[1])
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split() == [str(sum(range(1_000)))]


def test_assign_is_the_same_through_connect(served: tuple[Cluster, str], tmp_path: Path) -> None:
    """A client of the server tags every row as the embedded engine does."""
    source = tmp_path / "wide.csv"
    maker = TOP / "tests" / "benchmarks" / "wide.py"
    subprocess.run([sys.executable, str(maker), str(ROWS), str(source)], check=True, stdout=subprocess.DEVNULL)
    outs = [tmp_path / "embedded.csv", tmp_path / "connect.csv"]
    assert run(*tagging(source, outs[0]), "-q").code == 0
    given = ("--engine", "spark", "--master", served[1], "--work", tmp_path / "work", *ON_WORKERS, "-q")
    ran = driven(served, "-m", "segaudit", *tagging(source, outs[1]), *given)
    assert ran.returncode == 0, ran.stderr
    assert records(outs[1]) == records(outs[0])
