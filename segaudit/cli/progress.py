"""What a waiting user sees: one line on a terminal that says what is being done; nothing elsewhere."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_PATIENCE = 1.0  # seconds that need no explanation


class Work:
    """The line that says what is being done."""

    def say(self, what: str) -> None:
        """Say that something else is being done now."""

    def stop(self) -> None:
        """Take the line away: others have something to say."""


class _Shown(Work):
    def __init__(self, status: Any, timer: threading.Timer) -> None:  # noqa: ANN401 - rich is imported where it is needed
        self._status, self._timer = status, timer

    def say(self, what: str) -> None:
        self._status.update(what)

    def stop(self) -> None:
        self._timer.cancel()
        self._status.stop()


@contextmanager
def working(what: str, *, quiet: bool) -> Iterator[Work]:
    """Show what is going on once it takes longer than a second, if standard error is a terminal."""
    if quiet or not sys.stderr.isatty():
        yield Work()
        return
    from rich.console import Console  # noqa: PLC0415 - rich is needed on terminals only
    from rich.status import Status  # noqa: PLC0415 - as above

    status = Status(what, console=Console(stderr=True))
    timer = threading.Timer(_PATIENCE, status.start)
    timer.daemon = True
    timer.start()
    work = _Shown(status, timer)
    try:
        yield work
    finally:
        work.stop()
