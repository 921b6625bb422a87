"""Questions to the table that several finders ask: cells by what is in them, and cells side by side."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from threading import Lock
from typing import TypeVar, cast
from weakref import WeakKeyDictionary

from segaudit.engine.protocol import Engine, Row
from segaudit.model.coverage import ColumnMeasures
from segaudit.model.quality import Check
from segaudit.model.source import Source
from segaudit.quality.data import Counted, QualityData
from segaudit.sql.cells import INVALID
from segaudit.sql.kinds import WHITE_SPACE, trimmed
from segaudit.sql.values import KEPT_TRIMMED

_Thing = TypeVar("_Thing")


@dataclass(slots=True, kw_only=True)
class _Kept:
    """What several finders need of a source, by what they call it."""

    source: Source
    things: dict[str, object] = field(default_factory=dict)
    locks: dict[str, Lock] = field(default_factory=dict)  # finders work side by side; one makes it, others wait


# By engine and table.
_MADE: WeakKeyDictionary[Engine, dict[str, _Kept]] = WeakKeyDictionary()
_LOCK = Lock()  # of the above


def cells(data: QualityData, **columns: int) -> str:
    """Return the relation of some columns' trimmed cells under names of ours, with ``_row``; a missing cell is ''.

    It needs the parameter white_space, which ``ask`` gives.
    """
    selected = ", ".join(
        f"coalesce({trimmed(data.source.column(position))}, '') AS {name}" for name, position in columns.items()
    )
    return f"(SELECT _row, {selected} FROM {data.source.table})"


def ask(data: QualityData, query: str, **parameters: object) -> list[Row]:
    """Return the result of a query over ``cells``."""
    return data.engine.fetch(query, {"white_space": WHITE_SPACE, **parameters})


def holding(data: QualityData, positions: Iterable[int], condition: str) -> list[int]:
    """Return those of some columns of which a raw cell ``v`` meets an SQL condition of ours."""
    asked = " UNION ALL ".join(
        f"SELECT {position} AS position FROM {data.grouped(position)} HAVING bool_or({condition})"
        for position in positions
    )
    return [int(position) for (position,) in data.engine.fetch(f"{asked} ORDER BY position")] if asked else []


def placeholders(data: QualityData, position: int) -> frozenset[str]:
    """Return the words that stand for a missing value in a column, in lower case."""
    return frozenset(data.parameters(position)["placeholders"])


def once(data: QualityData, key: str, make: Callable[[], _Thing]) -> _Thing:
    """Return what was made under a key, and make it where it was not yet; it lives as long as the engine."""
    with _LOCK:
        of_engine = _MADE.setdefault(data.engine, {})
        kept = of_engine.get(data.source.table)
        if kept is None or kept.source is not data.source:  # another file was read into the same table
            kept = of_engine[data.source.table] = _Kept(source=data.source)
        lock = kept.locks.setdefault(key, Lock())
    with lock:
        if key not in kept.things:
            kept.things[key] = make()
        return cast(_Thing, kept.things[key])


def table_of(data: QualityData, name: str, query: str, **parameters: object) -> str:
    """Return the name of a table made from a query, once; ``name`` is a word of ours."""

    def make() -> str:
        space = {"white_space": WHITE_SPACE} if "$white_space" in query else {}
        data.engine.create(table, query, space | parameters)
        return table

    table = f"{data.source.table}_{name}"
    return once(data, f"table {name}", make)


def different(data: QualityData, position: int) -> str:
    """Return the relation of a column's different filled cells ``t``, trimmed, with their ``rows``."""

    def make() -> str:
        grouped = data.grouped(position)
        # Only what has blanks around it is grouped anew; the rest differs already.
        padded = f"(SELECT v, {KEPT_TRIMMED} AS t, n FROM {grouped} WHERE padded)"
        merged = table_of(
            data,
            f"padded_{position}",
            f"SELECT t, CAST(sum(n) AS BIGINT) AS rows FROM (SELECT t, n FROM {padded} UNION ALL "
            f"SELECT v, n FROM {grouped} WHERE v IN (SELECT t FROM {padded})) WHERE t <> '' GROUP BY t",
        )
        spaced = table_of(data, f"spaced_{position}", f"SELECT v FROM {padded} UNION ALL SELECT t FROM {merged}")
        data.engine.define(
            view,
            f"SELECT v AS t, n AS rows FROM {grouped} ANTI JOIN {spaced} USING (v) WHERE v <> '' "
            f"UNION ALL SELECT t, rows FROM {merged}",
        )
        return view

    view = f"{data.source.table}_different_{position}"
    return once(data, f"different {position}", make)


def matching(data: QualityData, position: int, condition: str, **parameters: object) -> list[Counted]:
    """Return the different filled cells ``t`` of a column that meet an SQL condition, with their rows; most first."""
    query = f"SELECT t, rows FROM {different(data, position)} WHERE {condition} ORDER BY rows DESC, t"
    missing = placeholders(data, position)
    found = data.engine.fetch(query, dict(parameters))
    return [(str(value), int(rows)) for value, rows in found if str(value).lower() not in missing]


def unread(data: QualityData, position: int) -> list[Counted]:
    """Return the different cells that cannot be read as the column's type, with their rows; most first."""
    if not measures(data, position).invalid:
        return []
    query = (
        f"SELECT {KEPT_TRIMMED} AS t, sum(n) AS rows FROM {data.grouped(position)} WHERE state = {INVALID} "
        "GROUP BY t ORDER BY rows DESC, t"
    )
    found = once(data, f"unread {position}", lambda: ask(data, query))
    return [(str(value), int(rows)) for value, rows in found]


def measures(data: QualityData, position: int) -> ColumnMeasures:
    """Return the exact counts of a column."""
    return data.coverage[position]


def few(data: QualityData, position: int, most: int) -> bool:
    """Tell whether a column holds at most so many different values, and any at all."""
    return 0 < measures(data, position).distinct <= most


def names_of(check: Check, setting: str, otherwise: Iterable[str]) -> tuple[str, ...]:
    """Return a setting that is a list of names."""
    given = check.settings.get(setting)
    return tuple(map(str, given)) if isinstance(given, list | tuple) else tuple(otherwise)


def share_of(check: Check, setting: str, otherwise: float) -> float:
    """Return a setting that is a number."""
    given = check.settings.get(setting, otherwise)
    return float(given) if isinstance(given, int | float) else otherwise


def positions(data: QualityData, *fields: str) -> tuple[int, ...]:
    """Return the positions of the columns that provide some fields, in the order of the fields."""
    found = (data.of_field(field) for field in fields)
    return tuple(reading.column.position for reading in found if reading is not None)
