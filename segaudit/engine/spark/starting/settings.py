"""The settings segaudit starts Spark with; a user's own always go before them."""

import os
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import segaudit
from segaudit.engine.memory import parse_memory
from segaudit.engine.spark.starting.masters import Kind, Master
from segaudit.errors import InputError

# Statements must mean the same on every cluster, whatever it has for defaults; and batches of Arrow must be small
# enough that a worker of Python holds several: what a stage works on at once it puts together itself.
SESSION: Mapping[str, str] = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.adaptive.enabled": "true",
    "spark.sql.adaptive.skewJoin.enabled": "true",
    # What is small travels with the functions already. Reasons repeat, so their Parquet takes a hundredth of what they
    # take in memory: tables that Spark takes for small by the size of their files fill the heap.
    "spark.sql.autoBroadcastJoinThreshold": "-1",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "20000",
    "spark.sql.execution.arrow.maxBytesPerBatch": "32m",
}
_QUIET = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false"}
# Whoever manages YARN's resources is asked again for a quarter of an hour by default, if nobody answers.
_YARN = {
    "spark.hadoop.yarn.resourcemanager.connect.max-wait.ms": "20000",
    "spark.hadoop.yarn.resourcemanager.connect.retry-interval.ms": "2000",
    "spark.hadoop.ipc.client.connect.max.retries": "3",
}
_OURS = "segaudit."
_HALF = 2
_QUARTER = 4
_MIB = 1 << 20
_LEAST_HEAP, _MOST_HEAP = 1024, 4096  # MiB; the heap of a local Spark if no limit is given
_LEAST_UNDER_LIMIT = 512  # MiB; Spark refuses to start in less
_PARTITIONS_PER_CORE = 4
_LEAST_PARTITIONS = 8
LOG_VARIABLE = "SEGAUDIT_SPARK_LOG"
_LEVELS = ("ALL", "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", "OFF")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a user says to segaudit itself among the settings of Spark."""

    ship: bool = True  # segaudit.ship: send the package to the workers of a cluster
    wait: float | None = None  # segaudit.wait: seconds until a worker must have taken up work; None: as the master is
    small: int | None = None  # segaudit.small: rows up to which a file read stays with this process; None: as usual


def split_settings(settings: Sequence[tuple[str, str]]) -> tuple[Wishes, dict[str, str]]:
    """Return what is said to segaudit, and what to Spark.

    Raises:
        InputError: A setting of segaudit's does not exist, or cannot be what it is said to be.
    """
    own = {key: value for key, value in settings if key.startswith(_OURS)}
    ship = own.pop("segaudit.ship", "true").lower()
    wait = own.pop("segaudit.wait", None)
    small = own.pop("segaudit.small", None)
    if own:
        hint = "there are segaudit.ship, segaudit.small and segaudit.wait"
        raise InputError(f'there is no setting "{next(iter(own))}"', where="--spark-conf", hint=hint)
    if ship not in {"true", "false"}:
        raise InputError("segaudit.ship is true or false", where="--spark-conf", hint="segaudit.ship=false")
    try:
        seconds = float(wait) if wait is not None else None
    except ValueError:
        raise InputError(
            "segaudit.wait is a number of seconds", where="--spark-conf", hint="segaudit.wait=600"
        ) from None
    if small is not None and not small.isdecimal():
        raise InputError("segaudit.small is a number of rows", where="--spark-conf", hint="segaudit.small=0")
    of_spark = {key: value for key, value in settings if not key.startswith(_OURS)}
    rows = int(small) if small is not None else None
    return Wishes(ship=ship == "true", wait=seconds, small=rows), of_spark


def settings_for(master: Master, own: Mapping[str, str], *, memory_limit: str | None, folder: Path) -> dict[str, str]:
    """Return everything to start Spark with.

    Args:
        master: Where Spark is.
        own: What the user set; it goes before everything else.
        memory_limit: What this process and what it starts may use.
        folder: For what Spark keeps on this machine while it runs.
    """
    settings = {"spark.app.name": "segaudit", "spark.python.worker.reuse": "true", **SESSION}
    if master.kind is Kind.CONNECT:
        return {**settings, **own}
    settings |= _QUIET | {"spark.log.level": log_level()}
    settings["spark.driver.defaultJavaOptions"] = _java_options(folder, plans_only=not master.is_near)
    if master.kind is not Kind.SUBMITTED:
        settings["spark.master"] = master.url
    if master.is_loopback:
        settings |= {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}
    if master.is_near:
        settings |= _near(master, folder)
    if master.kind is Kind.YARN:
        settings |= _YARN
    if master.is_near or memory_limit is not None:
        settings["spark.driver.memory"] = f"{_heap(memory_limit)}m"
    return {**settings, **own}


def _near(master: Master, folder: Path) -> dict[str, str]:
    """Return what holds if the workers are on this machine and run this Python."""
    partitions = max(_LEAST_PARTITIONS, _PARTITIONS_PER_CORE * _cores(master))
    return {
        "spark.local.dir": str(folder),
        "spark.sql.warehouse.dir": (folder / "warehouse").as_uri(),
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.shuffle.partitions": str(partitions),
        # Other users of this machine have no say in it.
        "spark.authenticate": "true",
        # Workers find this package wherever the program was started, and nothing that only lies in that folder:
        # a client's files may be called like a library.
        "spark.executorEnv.PYTHONPATH": str(Path(segaudit.__file__).resolve().parents[1]),
        "spark.executorEnv.PYTHONSAFEPATH": "1",
    }


def _cores(master: Master) -> int:
    if "*" in master.url:
        return os.cpu_count() or 1
    digits = re.search(r"\d+", master.url)
    return int(digits[0]) if digits is not None else 1


def _heap(memory_limit: str | None) -> int:
    """Return the MiB of the JVM's heap: the rest is for workers of Python, the driver's own tables and buffers."""
    if memory_limit is not None:
        return max(_LEAST_UNDER_LIMIT, parse_memory(memory_limit) // _HALF // _MIB)
    return min(max(_LEAST_HEAP, _memory() // _QUARTER // _MIB), _MOST_HEAP)


def _memory() -> int:
    """Return the bytes of memory this machine, or the container it is, has; nothing if it does not say."""
    try:
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return 0
    try:
        return min(size, int(Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii")))
    except (OSError, ValueError):  # none, or "max"
        return size


def log_level() -> str:
    """Return the level at which Spark is to speak on standard error, ERROR if it is to be silent there."""
    asked = os.environ.get(LOG_VARIABLE, "").upper()
    if not asked:
        return "ERROR"
    return asked if asked in _LEVELS else "WARN"


def _java_options(folder: Path, *, plans_only: bool) -> str:
    """Return what the JVM is started with: where it logs to, and where temporary files go.

    One that only plans runs little of its code often enough for the second compiler to pay: starting took a tenth
    less without it.
    """
    log4j = folder / "log4j2.properties"
    options = [f"-Dlog4j2.configurationFile={log4j.as_uri()}", f"-Djava.io.tmpdir={folder}"]
    if plans_only:
        options.append("-XX:TieredStopAtLevel=1")
    return " ".join(map(shlex.quote, options))


def log4j_text() -> str:
    """Return Spark's logging as a file of Log4j: on standard error, which is where nobody sees it unless asked for."""
    return (
        f"rootLogger.level = {log_level().lower()}\n"
        "rootLogger.appenderRef.stderr.ref = stderr\n"
        # PySpark takes itself for a shell, and a shell's main class says how loud everything is.
        "logger.shell.name = org.apache.spark.api.python.PythonGatewayServer\n"
        f"logger.shell.level = {log_level().lower()}\n"
        # Which host a task failed on, for the error that is made of it.
        "logger.tasks.name = org.apache.spark.scheduler.TaskSetManager\n"
        "logger.tasks.level = warn\n"
        "appender.stderr.type = Console\n"
        "appender.stderr.name = stderr\n"
        "appender.stderr.target = SYSTEM_ERR\n"
        "appender.stderr.layout.type = PatternLayout\n"
        "appender.stderr.layout.pattern = %d{yy/MM/dd HH:mm:ss} %p %c{1}: %m%n%ex\n"
    )
