"""What a waiting user sees: one line on a terminal that says what is being done; nothing elsewhere."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_PATIENCE = 1.0  # seconds that need no explanation


@contextmanager
def working(what: str, *, quiet: bool) -> Iterator[None]:
    """Show what is going on once it takes longer than a second, if standard error is a terminal."""
    if quiet or not sys.stderr.isatty():
        yield
        return
    from rich.console import Console  # noqa: PLC0415 - rich is needed on terminals only
    from rich.status import Status  # noqa: PLC0415 - as above

    status = Status(what, console=Console(stderr=True))
    timer = threading.Timer(_PATIENCE, status.start)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        status.stop()
