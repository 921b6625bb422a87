"""The package itself as one file, for workers of a cluster that do not have it."""

import hashlib
import io
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import segaudit
from segaudit.files import TemporaryFolder

_ANY_DAY = (1980, 1, 1, 0, 0, 0)  # the same files make the same archive
_SKIPPED = {"__pycache__", "_data"}
# Lives as long as the process: a cluster fetches the file from here whenever it gets a new worker.
_FOLDER: list[TemporaryFolder] = []


def ship_package(session: Any, *, connect: bool) -> None:  # noqa: ANN401 - a SparkSession
    """Let every worker of a cluster import this package, from now on."""
    archive = str(_archive())
    if connect:
        session.addArtifacts(archive, pyfile=True)
    else:
        session.sparkContext.addPyFile(archive)


@cache
def _archive() -> Path:
    """Make the archive, once; its name tells its content, so that another version never takes its place."""
    content = package_bytes()
    _FOLDER.append(TemporaryFolder("segaudit-ship-"))
    path = _FOLDER[0].path / f"segaudit-{hashlib.sha256(content).hexdigest()[:16]}.zip"
    path.write_bytes(content)
    return path


def package_bytes() -> bytes:
    """Return the package with its rules as a zip archive that Python imports from."""
    top = Path(segaudit.__file__).resolve().parent
    installed = top / "_data" / "rules"
    rules = installed if installed.is_dir() else top.parent / "rules"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for root, inside in ((top, "segaudit"), (rules, "segaudit/_data/rules")):
            for file in sorted(root.rglob("*")):
                parts = file.relative_to(root).parts
                if file.is_file() and not _SKIPPED.intersection(parts):
                    entry = zipfile.ZipInfo("/".join((inside, *parts)), _ANY_DAY)
                    archive.writestr(entry, file.read_bytes(), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
