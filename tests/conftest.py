"""What every test may ask for."""

import atexit
import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from segaudit.engine.duck import DuckEngine

# How long an example takes depends on who else uses the machine: that is no reason for a test to fail.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
os.environ.pop("COLUMNS", None)  # output is as wide as it says


@pytest.fixture(scope="session")
def engine() -> Iterator[DuckEngine]:
    """One engine for all tests that leave nothing behind but tables of their own making."""
    with DuckEngine(threads=2) as opened:
        yield opened


def pytest_configure() -> None:
    """Keep the engine's library from listing its own objects when the process ends, after every result is printed."""
    atexit.register(lambda: os.dup2(os.open(os.devnull, os.O_WRONLY), 2))
