"""What is done to a session before work begins: its settings, and its workers."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from segaudit.engine.spark.starting.faults import explain, no_worker
from segaudit.engine.spark.starting.masters import Kind, Master, is_remote
from segaudit.engine.spark.starting.settings import SESSION, Wishes
from segaudit.engine.spark.starting.shipping import ship_package
from segaudit.engine.spark.starting.waiting import GivenUp, within
from segaudit.engine.spark.starting.workers import judge_workers, look_at_workers
from segaudit.errors import InputError, SegauditError

_STARTING = {Kind.STANDALONE: 60, Kind.CONNECT: 120}  # seconds until a worker takes up work
_QUEUEING = 300  # as above, where resources are asked for first
_FEWEST_TASKS, _MOST_TASKS = 4, 256


def set_settings(session: Any, own: Mapping[str, str]) -> None:  # noqa: ANN401 - a SparkSession
    """Set what can be set in a session that runs.

    Raises:
        InputError: A setting of the user's cannot.
    """
    for key, value in SESSION.items():
        with suppress(Exception):  # some servers allow few, and those that matter most are Spark's own defaults
            session.conf.set(key, value)
    for key, value in own.items():
        try:
            session.conf.set(key, value)
        except Exception as error:
            hint = "set it where the session or the server is started"
            raise InputError(f"{key} cannot be set in a session that runs", where="--spark-conf", hint=hint) from error


def prepare_workers(session: Any, master: Master, wishes: Wishes, said: Callable[[], str] = str) -> None:  # noqa: ANN401 - as above
    """Send the package to workers elsewhere, and make sure they can do what is needed.

    Raises:
        SegauditError: They cannot.
    """
    if master.is_near:
        return
    seconds = wishes.wait if wishes.wait is not None else _STARTING.get(master.kind, _QUEUEING)
    try:
        if wishes.ship:
            ship_package(session, connect=is_remote(session))
        _look(session, master, seconds)
    except GivenUp as error:
        raise no_worker(master, seconds) from error
    except SegauditError:
        raise
    except Exception as error:
        raise explain(error, master, said()) from error


def _look(session: Any, master: Master, seconds: float) -> None:  # noqa: ANN401 - as above
    """Look at the workers that are there; and again, if there are more of them afterwards."""
    cores = _cores(session)
    while True:
        tasks = min(max(2 * cores, _FEWEST_TASKS), _MOST_TASKS)
        judge_workers(within(seconds, partial(look_at_workers, session, tasks=tasks)), master.shown)
        now = _cores(session)
        if now <= cores:
            return
        cores = now


def _cores(session: Any) -> int:  # noqa: ANN401 - as above
    """Return how many cores the cluster has for us now; 0 if it does not say."""
    return 0 if is_remote(session) else int(session.sparkContext.defaultParallelism)
