"""Whether there is a Java that Spark runs on."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from segaudit.errors import SegauditError

_LEAST = 17
_PATIENCE = 60  # seconds; a busy machine takes a few
_VERSION = re.compile(r'version "(?:1\.)?(\d+)')
_GET_ONE = (
    "install Java 17 or 21: `apt install openjdk-17-jre-headless`, `dnf install java-17-openjdk-headless`, "
    "`brew install openjdk@17`; or let JAVA_HOME name the folder of one"
)


def check_java() -> None:
    """Make sure that the Java which Spark will start is there, and new enough.

    Raises:
        SegauditError: It is not.
    """
    java, where = _java()
    try:
        ran = subprocess.run(  # noqa: S603 - the program Spark itself would start
            [java, "-version"], capture_output=True, timeout=_PATIENCE, check=False, text=True, errors="replace"
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SegauditError(f"Java does not start ({error})", where=where, hint=_GET_ONE) from error
    said = ran.stderr + ran.stdout
    found = _VERSION.search(said)
    if ran.returncode or found is None:
        words = next((line.strip() for line in said.splitlines() if line.strip()), f"exit code {ran.returncode}")
        raise SegauditError(f"Java does not start ({words})", where=where, hint=_GET_ONE)
    if int(found[1]) < _LEAST:
        raise SegauditError(f"Java {found[1]} is too old: Spark 4 needs {_LEAST} or newer", where=where, hint=_GET_ONE)


def _java() -> tuple[str, str]:
    """Return the program Spark starts, and what says so: JAVA_HOME goes before the PATH."""
    home = os.environ.get("JAVA_HOME")
    if not home:
        java = shutil.which("java")
        if java is None:
            raise SegauditError("Spark needs Java, and there is none", where="--engine spark", hint=_GET_ONE)
        return java, java
    where = f"JAVA_HOME={home}"
    program = Path(home) / "bin" / ("java.exe" if os.name == "nt" else "java")
    if not program.is_file():
        hint = f"let it name the folder of a Java 17 or newer, or unset it{_or_path()}"
        raise SegauditError("there is no Java in this folder", where=where, hint=hint)
    return str(program), where


def _or_path() -> str:
    found = shutil.which("java")
    return f": there is one on the PATH, {found}" if found is not None else ""
