"""Whether the workers of a cluster can do what they will be asked to."""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import segaudit
from segaudit.engine.spark.starting.installed import installed_version
from segaudit.errors import SegauditError

# Whatever functions on workers import. Those with a version must be of the driver's: what they tell depends on it.
NEEDED = ("duckdb", "pyarrow", "numpy", "rapidfuzz")
_SAME = ("duckdb",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a worker is like."""

    host: str
    missing: tuple[str, ...]  # libraries that cannot be imported
    versions: tuple[tuple[str, str], ...]


def look_at_workers(session: Any, *, tasks: int) -> list[Seen]:  # noqa: ANN401 - a SparkSession
    """Run a tiny job of several tasks, wherever they land, and return what the workers are like.

    Raises:
        Exception: Whatever Spark says; the caller explains it.
    """
    from pyspark.sql.functions import udf  # noqa: PLC0415 - what is told of workers can be told without Spark

    look = udf(_looker((*NEEDED, "segaudit")), "string", useArrow=False)  # so that pyarrow may be what is missing
    rows = session.range(0, tasks, 1, tasks).select(look("id").alias("seen"))
    told = (json.loads(row["seen"]) for row in rows.collect())
    return [
        Seen(host=item["host"], missing=tuple(item["missing"]), versions=tuple(sorted(item["versions"].items())))
        for item in told
    ]


def _looker(names: Sequence[str]) -> Callable[[int], str]:
    """Return the function of the job.

    Made here and not named by its module, it travels as code: a worker that has no segaudit can tell so.
    """

    def look(_: int) -> str:
        import importlib  # noqa: PLC0415 - on the worker
        import json  # noqa: PLC0415 - as above
        import socket  # noqa: PLC0415 - as above

        missing, versions = [], {}
        for name in names:
            try:
                versions[name] = str(getattr(importlib.import_module(name), "__version__", ""))
            except Exception:  # noqa: BLE001 - broken is as good as missing
                missing.append(name)
        return json.dumps({"host": socket.gethostname(), "missing": missing, "versions": versions})

    return look


def judge_workers(seen: Sequence[Seen], where: str) -> None:
    """Make sure that every worker has what it needs.

    Raises:
        SegauditError: A library is missing or another version; says which, and where.
    """
    missing: dict[tuple[str, ...], set[str]] = {}
    for worker in seen:
        if worker.missing:
            missing.setdefault(worker.missing, set()).add(worker.host)
    if missing:
        said = "; ".join(f"{_hosts(hosts)}: {', '.join(names)}" for names, hosts in sorted(missing.items()))
        names = tuple(dict.fromkeys(name for group in missing for name in group))
        raise SegauditError(f"workers lack what they need ({said})", where=where, hint=mend(names))
    other: dict[str, set[str]] = {}
    for worker in seen:
        for name, version in worker.versions:
            if _differs(name, version):
                other.setdefault(f"{name} {version}", set()).add(worker.host)
    if other:
        said = "; ".join(f"{_hosts(hosts)}: {what}" for what, hosts in sorted(other.items()))
        names = tuple(dict.fromkeys(what.partition(" ")[0] for what in other))
        ours = ", ".join(f"{name} {_version(name)}" for name in names)
        raise SegauditError(
            f"workers have other versions ({said}) than this machine ({ours}): answers could differ",
            where=where,
            hint=mend(names),
        )


def _differs(name: str, version: str) -> bool:
    if name == "segaudit":
        return version != segaudit.__version__
    return name in _SAME and version.split(".")[:2] != _version(name).split(".")[:2]


def _version(name: str) -> str:
    return segaudit.__version__ if name == "segaudit" else installed_version(name) or ""


def _hosts(hosts: set[str], most: int = 3) -> str:
    named = sorted(hosts)[:most]
    return ", ".join(named) + (f" and {len(hosts) - most:,} more" if len(hosts) > most else "")


def mend(names: Sequence[str]) -> str:
    """Return how to bring libraries to workers."""
    wanted = " ".join(f"'{name}=={_version(name)}'" if _version(name) else name for name in names if name != "segaudit")
    python = f"Python {sys.version_info.major}.{sys.version_info.minor}"
    if not wanted:
        return "leave segaudit.ship out, so that it is sent there; or install the same version on every worker"
    return (
        f"in the {python} of every worker: pip install {wanted}; or send an environment along, packed with conda-pack "
        "or venv-pack: --spark-conf spark.archives=env.tar.gz#env --spark-conf spark.pyspark.python=./env/bin/python"
    )
