"""A Spark session: the one of this process if there is one, else one of our own, quietly and without long waits."""

import atexit
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from pyspark.sql import SparkSession

from segaudit.engine.spark.starting.faults import explain, other_version
from segaudit.engine.spark.starting.installed import (
    check_connect_client,
    check_home,
    check_installed,
    check_server_version,
)
from segaudit.engine.spark.starting.java import check_java
from segaudit.engine.spark.starting.jvm import Jvm, Overdue
from segaudit.engine.spark.starting.masters import Kind, Master, check_reachable, is_remote, master_meant, master_of
from segaudit.engine.spark.starting.preparing import prepare_workers, set_settings
from segaudit.engine.spark.starting.settings import SESSION, log4j_text, settings_for, split_settings
from segaudit.engine.spark.starting.waiting import GivenUp, within
from segaudit.errors import InputError, SegauditError
from segaudit.files import TemporaryFolder

# Seconds a standalone master or a Connect server may take to answer, once somebody listens there: both are quick, but
# the machine here may be busy.
_REGISTERING = 60
_LEAVING = 10  # seconds a Connect server may take to let a session go
_REMOTE_MODE = "SPARK_CONNECT_MODE_ENABLED"  # PySpark sets it, and then starts no other Spark in this process


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A session, and whether it is ours to stop."""

    session: SparkSession
    own: bool


@dataclass(slots=True, kw_only=True)
class _Running:
    """What goes with a session, and how to leave it."""

    jvm: Jvm | None = None
    folder: TemporaryFolder | None = None
    first_remote: bool = False  # PySpark was not bound to Connect servers before
    lent: dict[str, str | None] | None = None  # somebody else's session: its settings as they were


_RUNNING: dict[SparkSession, _Running] = {}


def enter_session(
    master: str | None,
    settings: Sequence[tuple[str, str]] = (),
    *,
    work: str | None = None,
    memory_limit: str | None = None,
) -> Entered:
    """Return the session of this process, in a notebook or within spark-submit; else open one.

    Args:
        master: Where Spark is; None: as the environment says, else on this machine.
        settings: Of Spark; ``segaudit.ship`` and ``segaudit.wait`` are our own.
        work: Folder all workers see; asked for here, so that a cluster without one is told before it is started.
        memory_limit: What this process and what it starts may use, like ``2GB``.

    Raises:
        SegauditError: There is no such master, it cannot be reached, or its workers cannot do what is needed.
    """
    found = active_session()
    if found is None:
        _check_work(master_meant(master), work)
        session = open_session(master, settings, memory_limit=memory_limit)
        try:
            _check_work(master_of(session), work)
        except InputError:
            close_session(session)
            raise
        return Entered(session=session, own=True)
    there = master_of(found)
    if master is not None and not (there.url and there.url == master_meant(master).url):
        hint = "stop it (spark.stop()), or leave --master out to use it"
        problem = f"this process has a Spark session already, on {there.shown}"
        raise SegauditError(problem, where=master_meant(master).shown, hint=hint)
    _check_work(there, work)
    wishes, own = split_settings(settings)
    session, is_ours = _beside(found)
    try:
        set_settings(session, own)
        prepare_workers(session, there, wishes)
    except BaseException:
        close_session(session)
        raise
    return Entered(session=session, own=is_ours)


def active_session() -> SparkSession | None:
    """Return the session this process has; None if it has none."""
    found: SparkSession | None = SparkSession.getActiveSession()
    if found is None:
        # Of this thread only; a context without one is somebody's all the same.
        context = getattr(sys.modules.get("pyspark.core.context"), "SparkContext", None)
        if context is not None and context._active_spark_context is not None:  # noqa: SLF001 - where PySpark keeps it
            found = SparkSession.builder.getOrCreate()
    return found


def open_session(
    master: str | None = None, settings: Sequence[tuple[str, str]] = (), *, memory_limit: str | None = None
) -> SparkSession:
    """Open a session of our own; ``close_session`` ends it.

    Args:
        master: Where Spark is; None: as the environment says, else on this machine.
        settings: Of Spark; ``segaudit.ship`` and ``segaudit.wait`` are our own.
        memory_limit: What this process and what it starts may use, like ``2GB``.

    Raises:
        SegauditError: Java, PySpark or a library is missing or does not fit, the master cannot be reached, or its
            workers cannot do what is needed.
    """
    check_installed()
    meant = master_meant(master)
    wishes, own = split_settings(settings)
    check_reachable(meant)
    session = _connected(meant, own) if meant.kind is Kind.CONNECT else _started(meant, own, memory_limit)
    try:
        jvm = _RUNNING[session].jvm
        prepare_workers(session, master_of(session), wishes, str if jvm is None else jvm.said)
    except BaseException:
        close_session(session)
        raise
    return session


def close_session(session: SparkSession) -> None:
    """Leave a session: stop it and its JVM if it was opened here; give it back as it was if it was not."""
    running = _RUNNING.pop(session, None)
    if running is None:
        return
    if running.lent is not None:
        for key, value in running.lent.items():
            with suppress(Exception):  # it may have been stopped meanwhile
                session.conf.unset(key) if value is None else session.conf.set(key, value)
    elif running.jvm is None:
        _disconnect(session, first=running.first_remote)
    else:
        with suppress(Exception):  # as above
            session.stop()
        running.jvm.end()
    if running.folder is not None:
        running.folder.close()


def _disconnect(session: SparkSession, *, first: bool, politely: bool = True) -> None:
    """Leave a Connect server, which is told so if it still answers."""
    if politely:
        with suppress(Exception, GivenUp):
            within(_LEAVING, session.stop)
    session.release_session_on_close = False
    with suppress(Exception):
        session.stop()
    if first:
        os.environ.pop(_REMOTE_MODE, None)


@atexit.register
def _close_all() -> None:
    for session in list(_RUNNING):
        close_session(session)


def _started(master: Master, own: Mapping[str, str], memory_limit: str | None) -> SparkSession:
    """Start a JVM with Spark's driver in it."""
    if master.kind is not Kind.SUBMITTED:
        check_home()
        check_java()
    folder = TemporaryFolder("segaudit-spark-")
    place = folder.path
    (place / "log4j2.properties").write_text(log4j_text(), encoding="utf-8")
    jvm = Jvm()
    try:
        settings = settings_for(master, own, memory_limit=memory_limit, folder=place)
        jvm.start(master, settings, seconds=_REGISTERING if master.kind is Kind.STANDALONE else None)
        session: SparkSession = SparkSession.builder.config(map=settings).getOrCreate()
    except BaseException as error:
        told = _told(error, master, jvm)
        jvm.end()
        folder.close()
        if told is not None:
            raise told from error
        raise
    _RUNNING[session] = _Running(jvm=jvm, folder=folder)
    return session


def _told(error: BaseException, master: Master, jvm: Jvm) -> SegauditError | None:
    """Return what to tell of a JVM or a context that did not start, while there is still somebody to ask."""
    if isinstance(error, Overdue):
        return other_version(master)
    if isinstance(error, Exception) and not isinstance(error, SegauditError):
        return explain(error, master, jvm.said())
    return None


def _connected(master: Master, own: Mapping[str, str]) -> SparkSession:
    """Open a session on a Connect server."""
    check_connect_client()
    first = _REMOTE_MODE not in os.environ
    try:
        session: SparkSession = SparkSession.builder.remote(master.url).create()
    except Exception as error:
        if first:
            os.environ.pop(_REMOTE_MODE, None)
        raise explain(error, master) from error
    try:
        version = within(_REGISTERING, lambda: str(session.version))
    except GivenUp as error:
        _disconnect(session, first=first, politely=False)
        hint = "is this the port of the Connect server, 15002 unless told otherwise; does it want ;use_ssl=true ?"
        raise SegauditError("no Spark Connect server answers there", where=master.shown, hint=hint) from error
    except Exception as error:
        _disconnect(session, first=first, politely=False)
        raise explain(error, master) from error
    _RUNNING[session] = _Running(first_remote=first)
    try:
        check_server_version(version, where=master.shown)
        set_settings(session, own)
    except BaseException:
        close_session(session)
        raise
    return session


def _beside(session: SparkSession) -> tuple[SparkSession, bool]:
    """Return a session beside somebody else's, with settings of its own, and whether it is ours to stop.

    Where Spark cannot part the two (Connect before 4.3), it is the same one, and gets its settings back in the end.
    """
    if not is_remote(session):
        return session.newSession(), False  # stopping it would stop the other, too
    try:
        ours = session.newSession()
    except Exception:  # noqa: BLE001 - not there, or not there for Connect
        if session not in _RUNNING:
            _RUNNING[session] = _Running(lent={key: session.conf.get(key, None) for key in SESSION})
        return session, False
    _RUNNING[ours] = _Running()
    return ours, True


def _check_work(master: Master, work: str | None) -> None:
    """Make sure a cluster has a place for tables that all of it sees.

    Raises:
        InputError: It has none.
    """
    if master.kind is Kind.SUBMITTED and not master.url:  # known once it has been asked
        return
    if work is None and not master.is_near and not (master.kind is Kind.STANDALONE and master.is_loopback):
        raise InputError(
            "a cluster needs a folder that all its workers and this machine see",
            where="--work",
            hint="name one, like --work s3a://bucket/segaudit, hdfs:///user/me/segaudit or a shared disk",
        )
