"""The work folder: tables of the cluster as Parquet, written once and found again after a failure."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any


class Kept:
    """Where tables are written. A folder of its own goes with the engine; one that was named stays if work fails."""

    def __init__(self, folder: str | None) -> None:
        """Use a folder, or make one.

        Args:
            folder: A path or URI that driver and executors see; None for a temporary one on this machine.
        """
        self._temporary = None if folder is not None else tempfile.TemporaryDirectory(prefix="segaudit-spark-")
        if folder is not None and "://" not in folder:
            folder = str(Path(folder).absolute())
        # Within a named folder nothing else is ours.
        self.folder = f"{(folder or '').rstrip('/')}/segaudit-kept" if self._temporary is None else self._temporary.name
        self.reused = 0

    @property
    def is_near(self) -> bool:
        """Whether this process sees the folder itself."""
        return "://" not in self.folder

    def path(self, key: str) -> str:
        """Return where the table of a key is, or will be."""
        return f"{self.folder}/{key}"

    def write(self, session: Any, data: Any, key: str) -> Any:  # noqa: ANN401 - a SparkSession; DataFrames
        """Write a DataFrame, unless it is there already and whole; return it as read from there."""
        path = self.path(key)
        if not self._is_whole(path):
            data.write.mode("overwrite").parquet(path)
        else:
            self.reused += 1
        return session.read.schema(data.schema).parquet(path)

    def small(self, key: str, most: int) -> Any:  # noqa: ANN401 - a pyarrow.Table
        """Return a written table if it has at most so many rows; None if it has more."""
        import pyarrow.parquet as pq  # noqa: PLC0415 - heavy

        path = Path(self.path(key))
        rows = sum(pq.read_metadata(part).num_rows for part in path.glob("*.parquet"))
        return pq.read_table(path) if rows <= most else None

    def _is_whole(self, path: str) -> bool:
        return self.is_near and (Path(path) / "_SUCCESS").exists()

    def close(self, *, failed: bool) -> None:
        """Remove what was written, unless it may be of use after a failure."""
        if self._temporary is not None:
            self._temporary.cleanup()
        elif not failed and self.is_near:
            shutil.rmtree(self.folder, ignore_errors=True)


def key_of(parts: Iterable[str]) -> str:
    """Return a name made of everything a table depends on: the same for the same work."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode())
        digest.update(b"\0")
    return digest.hexdigest()[:24]
