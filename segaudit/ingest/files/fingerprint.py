"""The SHA-256 of a file, worked out beside the reading of it."""

import threading
from pathlib import Path


class Fingerprint:
    """Begins when it is made; ``result`` waits for the end."""

    def __init__(self, path: Path) -> None:
        """Begin."""
        self._path = path
        self._digest = ""
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        try:
            with self._path.open("rb") as file:
                import hashlib  # noqa: PLC0415 - takes 4 ms, and only some outputs show a fingerprint

                self._digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            self._digest = ""  # unreadable: reading says so in its own words

    def result(self) -> str:
        """Return the digest; empty if the file could not be read."""
        self._thread.join()
        return self._digest
