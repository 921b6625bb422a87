"""Schemas and segments that are worked out less often than their rules say."""

from collections.abc import Iterator, Mapping
from datetime import date

import duckdb

from segaudit.model.history import Overdue
from segaudit.model.segments import RuleBook
from segaudit.sql.operators import OperandError
from segaudit.sql.operators.operands import duration
from segaudit.text.folding import fold

_GRACE = 1.1  # months have up to 31 days, and a job may run a little late


def last_runs(history: duckdb.DuckDBPyConnection) -> dict[str, date]:
    """Return for each schema the last day it was worked out for."""
    found = history.execute(
        "SELECT s.schema_id, max(r.as_of) FROM sizes s JOIN runs r ON r.run = s.run GROUP BY s.schema_id"
    ).fetchall()
    return {str(schema): day for schema, day in found}


def find_overdue(
    rules: RuleBook, last_on: Mapping[str, date], cadences: Mapping[str, str], day: date
) -> tuple[Overdue, ...]:
    """Return what should have been worked out again by a day, latest first.

    A segment is told apart from its schema only where it has a cadence of its own.

    Args:
        rules: They say ``refresh:``.
        last_on: Schema -> the last day it was worked out for; schemas that never were are left out.
        cadences: Word -> days; empty for words that mean no number of days.
        day: The day.
    """
    found = []
    for where, schema, refresh in _refreshed(rules):
        days = days_of(refresh, cadences)
        if days is None or schema not in last_on:
            continue
        due, age = max(days, 1), (day - last_on[schema]).days
        if age > due * _GRACE:
            late = age - due
            found.append(Overdue(where=where, refresh=refresh, days=days, last_on=last_on[schema], late=late))
    return tuple(sorted(found, key=lambda item: (-item.late, item.where)))


def _refreshed(rules: RuleBook) -> Iterator[tuple[str, str, str]]:
    for schema in rules.schemas:
        whole = schema.documentation.get("refresh")
        if whole is not None:
            yield schema.id, schema.id, str(whole)
        for segment in schema.segments:
            own = segment.documentation.get("refresh")
            if own is not None and own != whole:
                yield f"{schema.id}.{segment.id}", schema.id, str(own)


def days_of(refresh: str, cadences: Mapping[str, str]) -> int | None:
    """Return the days of a word such as ``monthly`` or a length such as ``30d``; None if it is neither."""
    told = cadences.get(fold(refresh), "")
    if told:
        return int(told) if told.isdecimal() else None
    try:
        return _length(duration(refresh))
    except OperandError:
        return None


def _length(length: str) -> int:
    number, unit = int(length[:-1]), length[-1]
    return number * {"d": 1, "w": 7, "m": 30, "y": 365}[unit]
