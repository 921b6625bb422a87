"""Days worked out before any SQL is written: durations, and the periods around a day."""

import calendar
from datetime import date, timedelta

PERIODS = ("week", "month", "quarter", "year")


def shifted(day: date, duration: str, direction: int) -> date:
    """Return the day a duration away; a month's or year's day is cut to the last one that month has.

    Args:
        day: Where to count from.
        duration: A whole number and d, w, m or y.
        direction: 1 for later, -1 for earlier.
    """
    amount, unit = int(duration[:-1]) * direction, duration[-1]
    try:
        if unit in "dw":
            return day + timedelta(days=amount * (7 if unit == "w" else 1))
        months = day.year * 12 + day.month - 1 + amount * (12 if unit == "y" else 1)
        year, month = divmod(months, 12)
        return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
    except (OverflowError, ValueError):
        return date.min if direction < 0 else date.max


def period(day: date, name: str, offset: int) -> tuple[date, date]:
    """Return the first and last day of a period: the one a day lies in (0), the one before (-1) or after (1)."""
    if name == "week":
        monday = day - timedelta(days=day.weekday()) + timedelta(weeks=offset)
        return monday, monday + timedelta(days=6)
    length = {"month": 1, "quarter": 3, "year": 12}[name]
    index = (day.year * 12 + day.month - 1) // length + offset
    return _first_of(index * length), _first_of((index + 1) * length) - timedelta(days=1)


def _first_of(months: int) -> date:
    year, month = divmod(months, 12)
    return date(year, month + 1, 1)


def resolved(value: object, as_of: date) -> object:
    """Return an operand with ``as_of`` made the day it stands for."""
    return as_of if value == "as_of" else value
