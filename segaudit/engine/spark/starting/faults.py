"""What Spark says when it cannot start or run, in words that name the mend."""

import re
import sys

from segaudit.engine.spark.starting.installed import installed_version
from segaudit.engine.spark.starting.masters import Kind, Master
from segaudit.engine.spark.starting.settings import LOG_VARIABLE
from segaudit.engine.spark.starting.workers import NEEDED, mend
from segaudit.errors import SegauditError

_LONGEST = 300  # characters of Spark's own words
_HOST = re.compile(r"\(TID \d+\) \(([^\s()]+) executor")
_NO_MODULE = re.compile(r"No module named '([\w.]+)'")
_PYTHONS = re.compile(r"different version:? ['\"]?(\d+\.\d+)['\"]? than that in driver:? ['\"]?(\d+\.\d+)")
_NO_PYTHON = re.compile(r"Cannot run program \"([^\"]+)\"")
_TOO_LITTLE = re.compile(r"(?:System|Executor) memory .{0,40}must be at least")
_CHATTER = re.compile(r"WARNING: |Picked up |NOTE: |Using Spark's default|Setting default log level")
_REASON = re.compile(r"(?:Caused by: )?(?:[\w$]+\.)+\w*(?:Exception|Error)(?:: .*)?")
"""What a stack trace begins with, and each reason below it."""


def explain(error: BaseException, master: Master, said: str = "") -> SegauditError:
    """Return what to tell of an error that Spark raised while it was started, or asked to do a first job.

    Args:
        error: What was raised.
        master: Where Spark is, or should be.
        said: What its JVM wrote.
    """
    words = _words(error)
    text = f"{words}\n{said}"
    for says in (_pythons_differ, _no_python, _no_module, _gone, _no_functions, _too_little_memory, _java_too_new):
        told = says(text, master)
        if told is not None:
            return told
    return SegauditError(
        f"Spark cannot be started: {_deepest_reason(words, said)}",
        where=master.shown,
        hint=f"{LOG_VARIABLE}=INFO in the environment lets Spark itself tell more",
    )


def hint_for(text: str) -> str:
    """Return how to mend what failed later on, in a job; nothing if that is not known."""
    found = _NO_MODULE.search(text)
    if found is not None:
        return mend((found[1].partition(".")[0],))
    return ""


def _pythons_differ(text: str, master: Master) -> SegauditError | None:
    found = _PYTHONS.search(text)
    if found is None:
        return None
    if master.kind is Kind.CONNECT:
        hint = f"run segaudit on Python {found[1]}, or let the server's PYSPARK_PYTHON name a Python {found[2]}"
    else:
        hint = (
            f"run segaudit on Python {found[1]}, or name a Python {found[2]} that the workers have: "
            f"--spark-conf spark.pyspark.python=/usr/bin/python{found[2]}"
        )
    return SegauditError(
        f"workers run Python {found[1]}{_at(text)}, and segaudit runs on Python {found[2]}",
        where=master.shown,
        hint=hint,
    )


def _no_python(text: str, master: Master) -> SegauditError | None:
    found = _NO_PYTHON.search(text)
    if found is None:
        return None
    wanted = f"{sys.version_info.major}.{sys.version_info.minor}"
    return SegauditError(
        f'workers have no Python at "{found[1]}"{_at(text)}',
        where=master.shown,
        hint=f"name a Python {wanted} that they have: --spark-conf spark.pyspark.python=/usr/bin/python{wanted}",
    )


def _no_module(text: str, master: Master) -> SegauditError | None:
    """A library is missing; which others are is not told."""
    found = _NO_MODULE.search(text)
    if found is None:
        return None
    host = _HOST.search(text)
    at, name = host[1] if host is not None else master.shown, found[1].partition(".")[0]
    return SegauditError(f"workers lack what they need ({at}: {name})", where=master.shown, hint=mend(NEEDED))


def _gone(text: str, master: Master) -> SegauditError | None:
    if not re.search(r"All masters are unresponsive|local class incompatible|InvalidClassException", text):
        return None
    return other_version(master)


def other_version(master: Master) -> SegauditError:
    """Return what to tell of a master that answers, but does not take the application."""
    ours = installed_version("pyspark") or "4"
    return SegauditError(
        f"what answers there takes no application of Spark {ours}: a master of another version, or none at all",
        where=master.shown,
        hint="8080 is the master's web page, which tells its version and its port, mostly 7077; "
        f"pip install 'pyspark==<that version>' here, or run Spark {ours} there",
    )


def no_worker(master: Master, seconds: float) -> SegauditError:
    """Return what to tell if no worker takes up work."""
    return SegauditError(
        f"no worker has taken up work within {seconds:,.0f} seconds",
        where=master.shown,
        hint="are there workers, with free cores and enough memory for spark.executor.memory? "
        f"--spark-conf segaudit.wait={max(600, seconds * 5):.0f} waits longer",
    )


def _no_functions(text: str, master: Master) -> SegauditError | None:
    refused = re.search(
        r"(?i)(?:python|udf|user.defined|mapInArrow|map_partitions|mapPartitions).{0,120}"
        r"(?:not (?:supported|allowed|enabled|permitted)|disabled|forbidden|unsupported|denied)"
        r"|(?:not (?:supported|allowed|permitted)|unsupported|disabled).{0,120}"
        r"(?:python|udf|mapInArrow|map_partitions)",
        text,
    )
    if refused is None:
        return None
    return SegauditError(
        f"the server does not run Python functions ({_short(refused[0])})",
        where=master.shown,
        hint="segaudit reads cells with them; ask for a server, or a cluster's access mode, that allows them",
    )


def _too_little_memory(text: str, master: Master) -> SegauditError | None:
    if _TOO_LITTLE.search(text) is None:
        return None
    hint = "give it more: --memory-limit 2GB, or --spark-conf spark.driver.memory=1g and spark.executor.memory=1g"
    return SegauditError("Spark has too little memory to start", where=master.shown, hint=hint)


def _java_too_new(text: str, master: Master) -> SegauditError | None:
    if not re.search(r"getSubject is (?:not supported|supported only)|Unsupported class file major version", text):
        return None
    hint = "let JAVA_HOME name the folder of a Java 17 or 21"
    return SegauditError("this Spark does not run on a Java this new", where=master.shown, hint=hint)


def _at(text: str) -> str:
    found = _HOST.search(text)
    return f" (on {found[1]})" if found is not None else ""


def _words(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - an error of Java asks the JVM for its words, and that may be gone
        return type(error).__name__


def _deepest_reason(words: str, said: str) -> str:
    """Return the deepest reason that is told, which says most; else what the JVM said first."""
    lines = [line.strip() for line in f"{words}\n{said}".splitlines()]
    causes = [line for line in lines if line.startswith("Caused by: ")]
    if reasons := causes or [line for line in lines if _REASON.match(line)]:
        return _short(reasons[-1].removeprefix("Caused by: "))
    spoken = [line for line in said.splitlines() if line.strip() and not _CHATTER.match(line)]
    return _short(spoken[0] if spoken else words) or "it does not say why"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}..."
