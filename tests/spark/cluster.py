"""A Spark cluster of separate processes on the loopback interface: a master, workers, or a Spark Connect server.

Each process leads a group of its own, so that a worker dies together with its executor. Whatever happens to the tests,
the groups are killed: by ``close``, at the end of the interpreter, and by a guard that outlives a killed interpreter.
"""

import atexit
import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self, TypeVar

HOST = "127.0.0.1"
START_SECONDS = 90
# Files of a test are small, and would stay with the driver.
ON_WORKERS = ("--spark-conf", "segaudit.small=0")
# The heaps of a master or worker, which do little, and of a Spark Connect server, which is a driver.
_DAEMON_HEAP = "256m"
_SERVER_HEAP = "1g"
_FINISHED_TASK = re.compile(r"Executor: Finished task ")
# It reads the groups to kill from its standard input and kills them when that ends, which it does with whoever wrote.
_GUARD = """
import os, signal, sys
groups = set()
for line in sys.stdin:
    groups ^= {int(line)}  # told twice: ended, and its number may be another's
for group in groups:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        pass
"""
_Found = TypeVar("_Found")


def missing() -> str:
    """Return what keeps Spark from running here, or nothing."""
    if find_spec("pyspark") is None:
        return "PySpark is not installed"
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        return "Java is not installed"
    return ""


def spark_home() -> Path:
    """Return the folder of PySpark's own jars and scripts."""
    spec = find_spec("pyspark")
    if spec is None or spec.origin is None:
        raise RuntimeError(missing())
    return Path(spec.origin).parent


def wait_for(look: Callable[[], _Found | None], seconds: float, what: str) -> _Found:
    """Look several times a second until there is something; return it.

    Raises:
        TimeoutError: There is nothing yet after so many seconds.
    """
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if (found := look()) is not None:
            return found
        time.sleep(0.1)
    raise TimeoutError(f"no {what} after {seconds:.0f} s")


def end_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a process that leads a group, and all of the group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@dataclass(slots=True)
class Service:
    """One process with its children, and what it says."""

    process: subprocess.Popen[bytes]
    log: Path

    def said(self, pattern: str, seconds: float = START_SECONDS) -> str:
        """Wait until the log says something, and return the pattern's first group.

        Raises:
            RuntimeError: The process ended before it said so; carries the end of the log.
            TimeoutError: It has not said so in time.
        """

        def look() -> str | None:
            if found := re.search(pattern, self.log.read_text(errors="replace")):
                return found[1]
            if self.process.poll() is not None:
                raise RuntimeError(f"ended with {self.process.returncode}: {self.log.read_text()[-3000:]}")
            return None

        return wait_for(look, seconds, f"{pattern} in {self.log.name}")


@dataclass(slots=True)
class Cluster:
    """A master and its workers, of one core each; use it as a context manager."""

    folder: Path  # logs, work folders of the workers, settings
    executor_memory: str = "1g"
    worker_memory: str = "1200m"
    cores: int = 1
    settings: dict[str, str] = field(default_factory=dict)  # Spark's own, for every driver
    master_url: str = ""
    workers: list[Service] = field(default_factory=list)
    _master: Service | None = None
    _ui: str = ""
    _services: list[Service] = field(default_factory=list)
    _guard: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start the master."""
        atexit.register(self.close)
        (self.folder / "tmp").mkdir(parents=True, exist_ok=True)
        self._guard = subprocess.Popen([sys.executable, "-c", _GUARD], stdin=subprocess.PIPE, start_new_session=True)
        try:
            self._write_settings()
            ports = ["--host", HOST, "--port", "0", "--webui-port", "0"]
            self._master = self._daemon("master", "org.apache.spark.deploy.master.Master", ports)
            self.master_url = self._master.said(r"Starting Spark master at (spark://\S+)")
            self._ui = f"http://{HOST}:" + self._master.said(r"'MasterUI' on port (\d+)")
            wait_for(self._page, START_SECONDS, "answer of the master's page")
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Kill everything, whatever happened."""
        self.close()

    def close(self) -> None:
        """Kill every process that was started."""
        for service in self._services:
            self.end(service.process)
        self._services.clear()
        self.workers.clear()
        if self._guard is not None:
            self._guard.kill()
            self._guard.wait()
            if self._guard.stdin is not None:
                with contextlib.suppress(BrokenPipeError):
                    self._guard.stdin.close()
            self._guard = None
        atexit.unregister(self.close)

    def add_worker(self) -> Service:
        """Start a worker and wait until the master counts it among the living."""
        name = f"worker{len(list(self.folder.glob('worker*.log'))) + 1}"
        before = self.alive()
        memory = ["--cores", str(self.cores), "--memory", self.worker_memory]
        place = ["--host", HOST, "--port", "0", "--webui-port", "0", "--work-dir", str(self.folder / name)]
        worker = self._daemon(name, "org.apache.spark.deploy.worker.Worker", [*place, *memory, self.master_url])
        self.workers.append(worker)
        wait_for(lambda: self.alive() > before or None, START_SECONDS, f"living {name}")
        return worker

    def kill_worker(self, index: int = 0) -> None:
        """Kill one worker with its executor and what that runs."""
        worker = self.workers[index]
        self.end(worker.process)
        self._services.remove(worker)

    def state(self) -> dict[str, Any]:
        """Return what the master says of workers and applications."""
        return wait_for(self._page, START_SECONDS, "answer of the master's page")

    def _page(self) -> dict[str, Any] | None:
        try:
            with urllib.request.urlopen(f"{self._ui}/json/", timeout=10) as answer:  # noqa: S310 - the master's own
                told: dict[str, Any] = json.load(answer)
        except OSError:  # the page listens before there is anything on it
            return None
        return told

    def alive(self) -> int:
        """Return how many workers the master believes to be there."""
        return sum(worker["state"] == "ALIVE" for worker in self.state()["workers"])

    def finished_tasks(self, index: int) -> int:
        """Return how many tasks the executors of one worker have finished, of all applications so far."""
        name = self.workers[index].log.stem
        logs = (self.folder / name).glob("app-*/*/stderr")
        return sum(len(_FINISHED_TASK.findall(log.read_text(errors="replace"))) for log in logs)

    def environment(self) -> dict[str, str]:
        """Return the variables a driver of this cluster is started with."""
        return {
            **os.environ,
            "PYSPARK_PYTHON": sys.executable,
            "SPARK_HOME": str(spark_home()),
            "SPARK_CONF_DIR": str(self.folder / "conf"),
            # Who is killed leaves what it shuffled and unpacked, so that goes where the rest does.
            "SPARK_LOCAL_DIRS": str(self.folder / "local"),
            "SPARK_DAEMON_JAVA_OPTS": self._java_temporary(),
            "TMPDIR": str(self.folder / "tmp"),
            "SPARK_LOCAL_IP": HOST,
        }

    def bury(self) -> None:
        """Forget workers that have died."""
        self.workers = [worker for worker in self.workers if worker.process.poll() is None]

    def watch(self, process: subprocess.Popen[bytes]) -> None:
        """Have a process that leads a group, and all of that, die with this interpreter."""
        if self._guard is not None and self._guard.stdin is not None:
            self._guard.stdin.write(f"{process.pid}\n".encode())
            self._guard.stdin.flush()

    def end(self, process: subprocess.Popen[bytes]) -> None:
        """End a process that is watched, whether or not it has ended itself."""
        end_group(process)
        self.watch(process)  # a second time: no longer

    def start_connect_server(self, master: str = "local[1]", settings: Sequence[str] = ()) -> str:
        """Start a Spark Connect server and return its address, ``sc://host:port``."""
        options = ["spark.connect.grpc.binding.address=" + HOST, "spark.connect.grpc.binding.port=0", *settings]
        configured = [part for option in options for part in ("--conf", option)]
        server = self._start(
            "connect",
            [
                str(spark_home() / "bin" / "spark-submit"),
                *("--master", master, *configured),
                *("--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "spark-internal"),
            ],
            _SERVER_HEAP,
        )
        port = server.said(r"Spark Connect server started at: \S*:(\d+)")
        return f"sc://{HOST}:{port}"

    def _java_temporary(self) -> str:
        return f"-Djava.io.tmpdir={self.folder / 'tmp'}"

    def _write_settings(self) -> None:
        settings = {
            "spark.executor.memory": self.executor_memory,
            "spark.driver.memory": "1g",
            "spark.driver.host": HOST,
            "spark.driver.bindAddress": HOST,
            "spark.ui.enabled": "false",
            "spark.driver.defaultJavaOptions": self._java_temporary(),
            "spark.executor.defaultJavaOptions": self._java_temporary(),
            **self.settings,
        }
        conf = self.folder / "conf"
        conf.mkdir(exist_ok=True)
        lines = (f"{key} {value}\n" for key, value in settings.items())
        (conf / "spark-defaults.conf").write_text("".join(lines), encoding="utf-8")

    def _daemon(self, name: str, main: str, arguments: Sequence[str]) -> Service:
        return self._start(name, [str(spark_home() / "bin" / "spark-class"), main, *arguments], _DAEMON_HEAP)

    def _start(self, name: str, command: Sequence[str], heap: str) -> Service:
        log = self.folder / f"{name}.log"
        with log.open("wb") as target:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=target,
                stderr=subprocess.STDOUT,
                env={**self.environment(), "SPARK_DAEMON_MEMORY": heap},
                start_new_session=True,
            )
        self.watch(process)
        service = Service(process, log)
        self._services.append(service)
        return service
