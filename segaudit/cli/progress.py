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


class Counted:
    """The line that says what is being done, how much of all is done, and how long the rest may take."""

    def tell(self, what: str, done: float) -> None:
        """Say what is being done now, and what share of the work is done."""


class _Counted(Counted):
    def __init__(self, progress: Any) -> None:  # noqa: ANN401 - rich is imported where it is needed
        self._progress = progress
        self._task = progress.add_task("", total=1.0)

    def tell(self, what: str, done: float) -> None:
        self._progress.update(self._task, description=what, completed=done)


@contextmanager
def counting(what: str, *, quiet: bool) -> Iterator[Counted]:
    """Show how far long work is, if standard error is a terminal."""
    if quiet or not sys.stderr.isatty():
        yield Counted()
        return
    from rich.console import Console  # noqa: PLC0415 - rich is needed on terminals only
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415 - as above

    columns = (
        BarColumn(bar_width=20),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeRemainingColumn(compact=True),
        TextColumn("{task.description}"),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True) as progress:
        work = _Counted(progress)
        work.tell(what, 0.0)
        yield work
