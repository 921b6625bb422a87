"""Looking at each byte of a file beside the reading of it."""

import threading
from pathlib import Path

_PIECE = 1 << 20


class ByteCount:
    """How often a byte stands in a file, and whether a block of others does, found beside the reading of it."""

    def __init__(self, path: Path, byte: bytes, block: bytes) -> None:
        """Begin to count.

        Args:
            path: The file.
            byte: What to count; nothing is if it is empty.
            block: What to look for; found for sure where it stands twice in a row.
        """
        self._path = path
        self._byte = byte
        self._block = block
        self._count = -1
        self._found = False
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        count = 0
        try:
            with self._path.open("rb") as file:
                while piece := file.read(_PIECE):
                    count += piece.count(self._byte) if self._byte else 0
                    self._found = self._found or self._block in piece
        except OSError:
            return  # unreadable: reading says so in its own words
        self._count = count

    def result(self) -> tuple[int, bool]:
        """Wait for the end; return the count, -1 if the file could not be read, and whether there was a block."""
        self._thread.join()
        return self._count, self._found
