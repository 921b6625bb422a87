"""Counting a byte of a file beside the reading of it."""

import threading
from pathlib import Path

_PIECE = 1 << 20


class ByteCount:
    """How often a byte stands in a file, counted beside the reading of it."""

    def __init__(self, path: Path, byte: bytes) -> None:
        """Begin to count."""
        self._path = path
        self._byte = byte
        self._count = -1
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        count = 0
        try:
            with self._path.open("rb") as file:
                while piece := file.read(_PIECE):
                    count += piece.count(self._byte)
        except OSError:
            return  # unreadable: reading says so in its own words
        self._count = count

    def result(self) -> int:
        """Wait for the count; -1 if the file could not be read."""
        self._thread.join()
        return self._count
