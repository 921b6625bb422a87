"""A clock for suites and tests that would run for ever."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from segaudit.errors import InputError

ENDLESS = "look for a regular expression that repeats repetitions"


class TooLongError(BaseException):
    """Time is up; libraries catch whatever is an Exception."""


@contextmanager
def limited(seconds: int) -> Iterator[None]:
    """Stop what runs for ever, where the system has an alarm clock for it.

    Raises:
        TooLongError: Time is up.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TooLongError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def deadline(path: str, seconds: int) -> Iterator[None]:
    """Stop a suite when its time is up; see limited.

    Raises:
        InputError: Time is up.
    """
    try:
        with limited(seconds):
            yield
    except TooLongError:
        raise InputError(f"the suite was stopped after {seconds:,} seconds", where=path, hint=ENDLESS) from None
