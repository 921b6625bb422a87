"""Which engine a run works on, and the opening of it: DuckDB in this process, or Spark."""

import weakref
from collections.abc import Sequence
from dataclasses import dataclass

from segaudit.engine.protocol import Engine
from segaudit.errors import InputError

DUCKDB, SPARK = "duckdb", "spark"
ENGINES = (DUCKDB, SPARK)


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineChoice:
    """What a user chose about the engine, free of contradictions."""

    name: str = DUCKDB
    master: str | None = None  # Spark's master or Connect server; None: what the environment says, else this machine
    settings: tuple[tuple[str, str], ...] = ()  # of Spark, each key once
    work: str | None = None  # folder or URI that all workers see; None: a temporary one on this machine
    memory_limit: str | None = None  # like 2GB


def choose_engine(
    name: str | None = None,
    *,
    master: str | None = None,
    settings: Sequence[str] = (),
    work: str | None = None,
    memory_limit: str | None = None,
) -> EngineChoice:
    """Return what a user means.

    Args:
        name: ``duckdb`` or ``spark``; None is DuckDB, or Spark if a master is named.
        master: Where Spark is.
        settings: Settings of Spark, each ``key=value``; the last one of a key counts.
        work: Where Spark writes tables on the way.
        memory_limit: Most memory this process and what it starts may use.

    Raises:
        InputError: There is no such engine, a setting is none, or something is said of Spark where DuckDB is at work.
    """
    if name is not None and name not in ENGINES:
        raise InputError(f'there is no engine "{name}"', where="--engine", hint="engines are duckdb and spark")
    chosen = name or (SPARK if master is not None else DUCKDB)
    if chosen == DUCKDB:
        for option, given in (("--master", master), ("--spark-conf", settings), ("--work", work)):
            if given:
                raise InputError(
                    "this is said of Spark, and DuckDB is at work", where=option, hint="add --engine spark"
                )
    pairs = dict(_setting(text) for text in settings)
    return EngineChoice(name=chosen, master=master, settings=tuple(pairs.items()), work=work, memory_limit=memory_limit)


def _setting(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        hint = "write it like spark.executor.memory=2g"
        raise InputError(f'"{text}" is no setting', where="--spark-conf", hint=hint)
    return key.strip(), value.strip()


def open_engine(choice: EngineChoice, *, beside: int = 0) -> Engine:
    """Open the engine of a run. Use it as a context manager, or close it.

    Args:
        choice: Which one.
        beside: Bytes this process needs for itself beyond what every command does: heavy libraries.

    Raises:
        SegauditError: Spark is not installed, or cannot be started or reached; or the memory is too little.
    """
    if choice.name == DUCKDB:
        from segaudit.engine.duck import DuckEngine  # noqa: PLC0415 - brings duckdb, which --help can do without

        return DuckEngine(memory_limit=choice.memory_limit, beside=beside)
    return _open_spark(choice, beside)


def _open_spark(choice: EngineChoice, beside: int) -> Engine:
    """Open Spark; nothing of it is imported by a run that does without."""
    from segaudit.engine.spark.starting.installed import check_installed  # noqa: PLC0415 - Spark is asked for

    check_installed()  # before the modules that import it
    from segaudit.engine.spark.engine import SparkEngine  # noqa: PLC0415 - imports pyspark
    from segaudit.engine.spark.places import SMALL_ROWS  # noqa: PLC0415 - as above
    from segaudit.engine.spark.session import close_session, enter_session  # noqa: PLC0415 - as above
    from segaudit.engine.spark.starting.settings import split_settings  # noqa: PLC0415 - as above

    wishes, _ = split_settings(choice.settings)
    entered = enter_session(choice.master, choice.settings, work=choice.work, memory_limit=choice.memory_limit)
    try:
        engine = SparkEngine(
            entered.session,
            work=choice.work,
            memory_limit=choice.memory_limit,
            beside=beside,
            own_session=entered.own,
            small_files=SMALL_ROWS if wishes.small is None else wishes.small,
        )
    except BaseException:
        close_session(entered.session)
        raise
    # Beyond the session there is a JVM to end, or a lent session to give back; whatever becomes of the engine.
    weakref.finalize(engine, close_session, entered.session)
    return engine
