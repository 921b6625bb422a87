"""The JVM of Spark's driver: started without a word on the terminal, and ended when it is no longer needed."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import IO, Any

from pyspark import SparkConf, SparkContext
from pyspark.java_gateway import launch_gateway

from segaudit.engine.spark.starting.masters import Master
from segaudit.engine.spark.starting.settings import LOG_VARIABLE

_SAID_AT_MOST = 20_000  # bytes of the end of what the JVM said
_TIDYING = 20  # seconds a JVM may take to remove what it wrote


class Overdue(Exception):  # noqa: N818 - no error yet: the caller says of what
    """The master did not take the application in time."""


class Jvm:
    """What the JVM said, and how to end it."""

    def __init__(self) -> None:
        """Begin with nothing started."""
        # Without a name: it is gone with the process, however that ends.
        self._said: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed by end()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, master: Master, settings: Mapping[str, str], *, seconds: float | None) -> Any:  # noqa: ANN401 - a SparkContext
        """Start the JVM and Spark's context in it.

        Args:
            master: Where Spark is.
            settings: All of them.
            seconds: Until when the context must be there; None: as long as it takes.

        Raises:
            Overdue: It was not.
        """
        conf = SparkConf()
        for key, value in settings.items():
            conf.set(key, value)
        loud = bool(os.environ.get(LOG_VARIABLE))
        with _surroundings(master, settings), _own_interrupts():
            if SparkContext._gateway is None:  # noqa: SLF001 - where PySpark keeps the only one
                gateway = launch_gateway(conf, {} if loud else {"stdout": self._said, "stderr": self._said})
                self._process = gateway.proc
                SparkContext._gateway, SparkContext._jvm = gateway, gateway.jvm  # noqa: SLF001 - as above
            with self._until(seconds):
                return SparkContext(conf=conf)

    @contextmanager
    def _until(self, seconds: float | None) -> Iterator[None]:
        """End the JVM if what is done takes longer: nothing else makes Spark stop asking a master."""
        if seconds is None or self._process is None:
            yield
            return
        late = threading.Event()

        def end() -> None:
            late.set()
            if self._process is not None:
                self._process.kill()

        clock = threading.Timer(seconds, end)
        clock.daemon = True
        clock.start()
        try:
            yield
        except Exception as error:
            if late.is_set():
                raise Overdue from error
            raise
        finally:
            clock.cancel()

    def said(self) -> str:
        """Return the end of what the JVM wrote on its standard error and output."""
        size = self._said.seek(0, os.SEEK_END)
        self._said.seek(max(0, size - _SAID_AT_MOST))
        return self._said.read().decode(errors="replace")

    def end(self) -> None:
        """End the JVM, and let PySpark forget it. A JVM that spark-submit started is spark-submit's."""
        self._said.close()
        if self._process is None:
            return
        gateway, SparkContext._gateway, SparkContext._jvm = SparkContext._gateway, None, None  # noqa: SLF001 - as above
        if gateway is not None:
            with suppress(Exception):  # there may be nobody to talk to
                gateway.shutdown()
        if self._process.stdin is not None:
            with suppress(OSError):
                self._process.stdin.close()  # it waits for the end of this
        try:
            self._process.wait(_TIDYING)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


@contextmanager
def _surroundings(master: Master, settings: Mapping[str, str]) -> Iterator[None]:
    """Let the environment say what PySpark reads from there only, while it starts."""
    said: dict[str, str] = {}
    if python := settings.get("spark.pyspark.python"):
        said["PYSPARK_PYTHON"] = python
    elif master.is_near:
        said["PYSPARK_PYTHON"] = sys.executable
    if master.is_loopback:
        said["SPARK_LOCAL_IP"] = "127.0.0.1"
    before = {name: os.environ.get(name) for name in said}
    os.environ.update(said)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def _own_interrupts() -> Iterator[None]:
    """Keep the program's own answer to Ctrl-C, which PySpark would replace."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    usual = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
