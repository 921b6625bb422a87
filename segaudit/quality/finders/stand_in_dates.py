"""Which days stand for a missing date, and which days hold far more rows than the days around them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from segaudit.model.fields import ColumnReading
from segaudit.model.quality import Check, ColumnRemark
from segaudit.quality.data import QualityData
from segaudit.quality.fillers import CLOCK_STARTS, FIRST_DAYS
from segaudit.quality.finders.asking import ask, share_of
from segaudit.quality.finders.reading import read_values
from segaudit.quality.finders.stand_in_words import Evidence

_BORN = frozenset({"birth_date"})
_MOST_DAYS = 20_000  # cells that are written differently; a column of timestamps to the second has more
_LEAST_DAYS = 20  # for a day to stand out from
_LEAST_ROWS = 20
_TIMES_USUAL = 20
_TIMES_NEXT = 5
_MOST_SPIKES = 3
_OLD = 15  # years
_USUAL_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a column: how it is written, and rows."""

    text: str
    day: date
    rows: int


def days_of(data: QualityData, reading: ColumnReading, check: Check) -> list[Day]:
    """Return the days of a column as they are written; of a column with very many, only those that may be fillers."""
    measures = data.coverage[reading.column.position]
    many = measures.distinct > share_of(check, "most_days", _MOST_DAYS)
    if many and not _may_hold_first_day(measures.lowest, measures.highest):
        return []
    fillers = sorted(FIRST_DAYS | CLOCK_STARTS)
    # All of our own making: the days stand in the statement.
    only = " WHERE value IN (" + ", ".join(f"DATE '{day}'" for day in fillers) + ")" if many else ""
    found = ask(
        data,
        f"SELECT t, CAST(value AS VARCHAR), sum(n) AS rows FROM {read_values(data, reading)}{only} "
        "GROUP BY ALL ORDER BY rows DESC, t",
    )
    return [Day(str(text), date.fromisoformat(day), int(rows)) for text, day, rows in found]


def _may_hold_first_day(lowest: str | None, highest: str | None) -> bool:
    return bool(lowest and highest) and (str(lowest)[:10] <= max(CLOCK_STARTS) or str(highest)[:4] > "2900")


def judge_days(days: Sequence[Day], field: str | None) -> Iterator[tuple[Day, Evidence]]:
    """Yield the days that stand for a missing date."""
    by_day: dict[date, int] = {}
    for each in days:
        by_day[each.day] = by_day.get(each.day, 0) + each.rows
    for each in days:
        iso = each.day.isoformat()
        if iso in FIRST_DAYS:
            # A register of old events has other days of that time.
            near = sum(
                rows for day, rows in by_day.items() if day != each.day and abs(day.year - each.day.year) <= _OLD
            )
            if near <= by_day[each.day]:
                yield each, Evidence(confidence=0.95, because="is a day on which calendars begin or end")
        elif iso in CLOCK_STARTS:
            yield from _clock_start(each, by_day, born=field in _BORN)


def _clock_start(each: Day, by_day: dict[date, int], *, born: bool) -> Iterator[tuple[Day, Evidence]]:
    rows = by_day[each.day]
    near = [count for day, count in by_day.items() if day != each.day and abs(day.year - each.day.year) <= _OLD]
    if not near and not born:
        yield each, Evidence(confidence=0.95, because="is the day on which a computer's clock begins")
    elif rows >= _TIMES_NEXT * max(near, default=1):
        yield each, Evidence(confidence=0.9, because=f"is the day a computer's clock begins, in {rows:,} rows")


def find_spikes(
    days: Iterable[Day], position: int, field: str | None, check: Check
) -> Iterator[ColumnRemark | tuple[Day, Evidence]]:
    """Yield remarks on days with far more rows than others; a first of January as day of birth is a stand-in."""
    by_day: dict[date, list[Day]] = {}
    for each in days:
        if each.day.isoformat() not in FIRST_DAYS:
            by_day.setdefault(each.day, []).append(each)
    counts = sorted(((sum(d.rows for d in same), day) for day, same in by_day.items()), reverse=True)
    if len(counts) < _LEAST_DAYS:
        return
    total = sum(rows for rows, _ in counts)
    usual = median(rows for rows, _ in counts)
    spikes = [
        (rows, day)
        for rows, day in counts[:_MOST_SPIKES]
        if rows >= max(_LEAST_ROWS, share_of(check, "spike", _TIMES_USUAL) * usual, _USUAL_SHARE * total)
    ]
    rest = max((rows for rows, day in counts if (rows, day) not in spikes), default=0)
    for rows, day in spikes:
        if rows < _TIMES_NEXT * rest:
            continue
        if field in _BORN and (day.month, day.day) == (1, 1):
            evidence = Evidence(confidence=0.8, because=f"is a first of January that {rows:,} people share")
            yield from ((each, evidence) for each in by_day[day])
            continue
        yield ColumnRemark(
            check=check.id,
            positions=(position,),
            message=f"{rows:,} of {total:,} rows say {day.isoformat()}, another day {usual:.0f} as a rule and "
            f"{rest:,} at most: an import or a default rather than the day it happened",
            rows=rows,
            rows_checked=total,
            confidence=0.6,
        )
