"""What every Spark test may ask for. Spark tests run in one process: each session holds a Java machine of its own."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.spark.cluster import HOST, Cluster, missing


@pytest.fixture(scope="session")
def needs_spark() -> None:
    """Skip, with the reason, where Spark cannot run."""
    if reason := missing():
        pytest.skip(reason)


@pytest.fixture(scope="session")
def local_session(needs_spark: None) -> Iterator[Any]:  # noqa: ARG001 - asked for, so that it skips
    """One small session inside this process for all tests that need no cluster of their own."""
    from pyspark.sql import SparkSession  # noqa: PLC0415 - an optional package

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("SPARK_LOCAL_IP", HOST)
    builder = SparkSession.builder.master("local[2]").appName("segaudit tests")
    settings = {
        "spark.driver.memory": "1g",
        "spark.driver.host": HOST,
        "spark.sql.shuffle.partitions": "4",
        "spark.sql.session.timeZone": "UTC",
        "spark.ui.enabled": "false",
    }
    for key, value in settings.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture(scope="module")
def cluster(
    needs_spark: None,  # noqa: ARG001 - asked for, so that it skips
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Cluster]:
    """A master and two workers of one core each, as separate processes; a test that kills one adds another."""
    folder: Path = tmp_path_factory.mktemp("cluster")
    with Cluster(folder) as started:
        started.add_worker()
        started.add_worker()
        yield started
