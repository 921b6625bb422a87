"""What must be installed on this machine before Spark can be started; nothing here imports it."""

import os
import re
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from segaudit.errors import SegauditError

_INSTALL = "pip install 'segaudit[spark]'"
_LEAST_PYSPARK = 4
_FIRST_PANDAS_TOO_NEW = 3
_OF_CONNECT = ("grpc", "grpc_status", "google.rpc", "zstandard")
_CORE_JAR = re.compile(r"spark-core_[\d.]+-(\d+(?:\.\d+)+)\S*\.jar")


def check_installed() -> None:
    """Make sure that PySpark is here, in a version that works, beside a pandas it works with.

    Raises:
        SegauditError: Something is missing, too old or too new.
    """
    if not _is_there("pyspark"):
        raise SegauditError("PySpark is not installed", where="--engine spark", hint=_INSTALL)
    spark = installed_version("pyspark") or installed_version("pyspark-client")
    if spark is not None and _major(spark) < _LEAST_PYSPARK:
        hint = f"Spark 4 is needed: {_INSTALL}; the cluster needs Spark 4, too"
        raise SegauditError(f"PySpark {spark} is too old", where="--engine spark", hint=hint)
    pandas = installed_version("pandas")
    if pandas is not None and _major(pandas) >= _FIRST_PANDAS_TOO_NEW:
        raise SegauditError(
            f"pandas {pandas} is installed, which PySpark does not fully support",
            where="--engine spark",
            hint="pip install 'pandas<3'",
        )


def check_connect_client() -> None:
    """Make sure that what speaks to a Connect server is here.

    Raises:
        SegauditError: A library is missing.
    """
    missing = [name for name in _OF_CONNECT if not _is_there(name)]
    if missing:
        raise SegauditError(
            f"Spark Connect needs libraries that are not installed: {', '.join(missing)}",
            where="--master",
            hint=f"{_INSTALL} brings them",
        )


def check_server_version(server: str, *, where: str) -> None:
    """Make sure that a Connect server is one that this PySpark can speak to.

    Raises:
        SegauditError: It is too old.
    """
    if _major(server) < _LEAST_PYSPARK:
        ours = installed_version("pyspark") or installed_version("pyspark-client") or str(_LEAST_PYSPARK)
        hint = "segaudit needs a server of Spark 4 or newer"
        raise SegauditError(f"the server runs Spark {server}, and PySpark here is {ours}", where=where, hint=hint)


def check_home() -> None:
    """Make sure that SPARK_HOME, if it is set, holds the Spark that the installed PySpark belongs to.

    Raises:
        SegauditError: It is not there, or it is another version: what comes of that is told by no error of Spark.
    """
    home = os.environ.get("SPARK_HOME")
    if home is None:
        return
    if not (Path(home) / "bin" / "spark-submit").is_file():
        hint = "unset it to use the Spark that comes with PySpark, or let it name a folder with bin/spark-submit in it"
        raise SegauditError("there is no Spark in this folder", where=f"SPARK_HOME={home}", hint=hint)
    jars = (_CORE_JAR.fullmatch(file.name) for file in (Path(home) / "jars").glob("spark-core_*.jar"))
    there = next((found[1] for found in jars if found is not None), None)
    ours = installed_version("pyspark")
    if there is None or ours is None or there.split(".")[:2] == ours.split(".")[:2]:
        return
    raise SegauditError(
        f"Spark {there} is in this folder, and PySpark is {ours}: the two must be of one version",
        where=f"SPARK_HOME={home}",
        hint=f"pip install 'pyspark=={'.'.join(there.split('.')[:2])}.*', or unset SPARK_HOME",
    )


def installed_version(name: str) -> str | None:
    """Return the version of an installed distribution; None if there is none of this name."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _is_there(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except (ModuleNotFoundError, ValueError):  # of the package it would be in; of one that is kept from being imported
        return False


def _major(text: str) -> int:
    digits = re.match(r"\d+", text)
    return int(digits[0]) if digits is not None else 0
