"""Calls that may never come back, given up after a while."""

import threading
from collections.abc import Callable
from typing import TypeVar

_Result = TypeVar("_Result")


class GivenUp(Exception):  # noqa: N818 - no error yet: the caller says of what
    """It took too long."""


def within(seconds: float, call: Callable[[], _Result]) -> _Result:
    """Return what a call returns, and raise what it raises, unless it takes longer; then it is left to itself.

    Raises:
        GivenUp: It takes longer.
    """
    returned: list[_Result] = []
    raised: list[BaseException] = []

    def run() -> None:
        try:
            returned.append(call())
        except BaseException as error:  # noqa: BLE001 - raised again by who waits
            raised.append(error)

    worker = threading.Thread(target=run, daemon=True)
    worker.start()
    worker.join(seconds)
    if raised:
        raise raised[0]
    if not returned:
        raise GivenUp
    return returned[0]
