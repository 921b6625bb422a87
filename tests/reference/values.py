"""What a raw text cell means: its state, its value, and the amounts, dates and periods it is compared with."""

import calendar
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import TypeAlias

Truth: TypeAlias = bool | None  # True, False, or None for UNKNOWN

PLACEHOLDERS = frozenset({"n/a", "-", "unknown", "select", "null", "none", "tbd", "?"})
NUMBER_TYPES = frozenset({"int", "number", "money"})
TEXT_TYPES = frozenset({"text", "enum", "id", "email", "url", "phone"})
INFINITY = Decimal("Infinity")

_BOOLS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_SCALES = {"": 1, "k": 1_000, "m": 1_000_000, "b": 1_000_000_000}
_SYMBOLS = {"$": "usd", "€": "eur", "£": "gbp"}
_CURRENCY = r"[$€£]|usd|eur|gbp|chf|jpy|cad|aud"
_AMOUNT = re.compile(
    rf"(?P<sign>[+-]?)(?P<before>{_CURRENCY})? ?(?P<whole>[0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]+)"
    r"(?P<part>\.[0-9]+)?(?P<power>e[0-9]+)?"
    rf"(?P<scale>[kmb]?) ?(?P<after>{_CURRENCY})?"
)
_RANGE = re.compile(r"(?P<low>[^-–]*[0-9kmb]) ?[-–] ?(?P<high>[^-–]+)")
# What plainly is an address or a number, and what plainly is not; what lies between is for other tests.
_SHAPES = {
    "email": re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    "url": re.compile(r"(https?://)?[\w-]+(\.[\w-]+)+(:[0-9]+)?(/\S*)?", re.IGNORECASE),
    "phone": re.compile(r"[+(]?[0-9][0-9 ()-]{6,18}"),
}
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DURATION = re.compile(r"([0-9]+)([dwmy])")
_MONTHS_IN = {"month": 1, "quarter": 3, "year": 12}


class State(Enum):
    """What a cell holds, before anybody says what a blank means."""

    MISSING = "missing"
    OK = "ok"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """The amounts a cell may stand for; a plain number has low equal to high."""

    low: Decimal
    high: Decimal  # Infinity for "1,000+"
    currency: str | None = None  # folded code, None when the cell names none


Value: TypeAlias = str | bool | date | Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One field of one record, read as the field's type."""

    state: State
    placeholder: bool = False
    value: Value | None = None  # None: nothing to compare with, so a comparison is UNKNOWN
    never: bool = False  # a blank that is known to mean "this has not happened"


def fold(text: str) -> str:
    """Return the text without outer white space, in compatibility form and without case."""
    return unicodedata.normalize("NFKC", text.strip()).casefold()


def is_missing(raw: str | None) -> bool:
    """Say whether a raw cell holds nothing: null, white space or a placeholder word."""
    return raw is None or not raw.strip() or fold(raw) in PLACEHOLDERS


def read_cell(raw: str | None, field: Mapping[str, object]) -> Cell:
    """Read a raw cell as its field's type.

    Args:
        raw: The cell's text; None where the cell is null or no column provides the field.
        field: The field's entry under `fields`: type, currency, blank_means.

    Returns:
        The cell's state as it stands, and the value that comparisons use.
    """
    if raw is None or is_missing(raw):
        placeholder = raw is not None and bool(raw.strip())
        never, value = _read_blank(field)
        return Cell(state=State.MISSING, placeholder=placeholder, value=value, never=never)
    value = read_value(raw, str(field["type"]))
    if value is None:
        return Cell(state=State.INVALID)
    return Cell(state=State.OK, value=None if _is_other_currency(value, field) else value)


def _read_blank(field: Mapping[str, object]) -> tuple[bool, Value | None]:
    """Return whether a blank means never, and the value a blank stands for."""
    meaning = field.get("blank_means")
    if meaning is None:
        return False, None
    if field["type"] == "date" and meaning == "never":
        return True, None
    if isinstance(meaning, bool):
        return False, meaning
    if field["type"] in NUMBER_TYPES:
        amount = parse_operand(meaning)
        return False, Interval(low=amount, high=amount)
    return False, read_value(str(meaning), str(field["type"]))


def _is_other_currency(value: Value, field: Mapping[str, object]) -> bool:
    """Say whether an amount is in another currency than its money field."""
    expected = field.get("currency")
    if field["type"] != "money" or expected is None or not isinstance(value, Interval):
        return False
    return value.currency is not None and value.currency != str(expected).casefold()


def read_value(raw: str, field_type: str) -> Value | None:
    """Return the value of a cell that is not missing, or None where it is not of the field's type."""
    if field_type in NUMBER_TYPES:
        interval = parse_interval(_written(raw))
        if interval is None or (interval.currency is not None and field_type != "money"):
            return None
        return interval if field_type != "int" or _is_whole(interval) else None
    if field_type == "date":
        return parse_date(raw.strip())
    if field_type == "bool":
        return _BOOLS.get(_written(raw))
    shape = _SHAPES.get(field_type)
    if shape is not None and not shape.fullmatch(raw.strip()):
        return None
    if field_type in TEXT_TYPES or field_type == "multi":
        return raw
    raise ValueError(f"unknown field type {field_type!r}")


def _written(raw: str) -> str:
    """Return a number or a flag as it is read: only words are the same in wide letters."""
    return raw.strip().casefold()


def _is_whole(interval: Interval) -> bool:
    """Say whether both ends are whole numbers; an open end is."""
    return all(end == INFINITY or end == end.to_integral_value() for end in (interval.low, interval.high))


@cache
def parse_interval(folded: str) -> Interval | None:
    """Read "1,000", "20k", "$1.2m", "50-200" or "1,000+" from folded text; None where it is no amount."""
    text = folded.removeprefix("~").strip()
    if (plain := _AMOUNT.fullmatch(text)) is not None:
        return _amount(plain)
    if text.endswith("+") and (low := _AMOUNT.fullmatch(text[:-1].strip())) is not None:
        amount = _amount(low)
        return Interval(low=amount.low, high=INFINITY, currency=amount.currency)
    return _parse_range(text)


def _parse_range(text: str) -> Interval | None:
    """Read "50-200"; None where an end is no amount, the ends are swapped or their currencies differ."""
    ends = _RANGE.fullmatch(text)
    if ends is None:
        return None
    low, high = _AMOUNT.fullmatch(ends["low"]), _AMOUNT.fullmatch(ends["high"])
    if low is None or high is None:
        return None
    first, second = _amount(low), _amount(high)
    currencies = {first.currency, second.currency} - {None}
    if len(currencies) > 1 or first.low > second.low:
        return None
    return Interval(low=first.low, high=second.low, currency=first.currency or second.currency)


def _amount(match: re.Match[str]) -> Interval:
    """Return the plain number that an amount's text stands for."""
    written = match["whole"].replace(",", "") + (match["part"] or "") + (match["power"] or "")
    number = Decimal(written) * _SCALES[match["scale"]]
    number = -number if match["sign"] == "-" else number
    mark = match["before"] or match["after"]
    return Interval(low=number, high=number, currency=_SYMBOLS.get(mark, mark) if mark else None)


def parse_operand(operand: object) -> Decimal:
    """Return the number a rule writes, as 12, 12.5 or "20M"."""
    if isinstance(operand, bool) or not isinstance(operand, int | float | str):
        raise TypeError(f"not a number: {operand!r}")
    if not isinstance(operand, str):
        return Decimal(str(operand))
    interval = parse_interval(fold(operand))
    if interval is None or interval.low != interval.high:
        raise ValueError(f"not one number: {operand!r}")
    return interval.low


def parse_date(text: str) -> date | None:
    """Read an ISO date; None where the text is no day of the calendar."""
    if not _ISO_DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def date_operand(operand: object, as_of: date) -> date:
    """Return the date a rule writes: an ISO date or `as_of`."""
    if isinstance(operand, date):
        return operand
    day = as_of if operand == "as_of" else parse_date(str(operand))
    if day is None:
        raise ValueError(f"not a date: {operand!r}")
    return day


def shift(day: date, duration: object, direction: int) -> date:
    """Move a day by a duration such as 30d, 2w, 6m or 1y; direction is -1 for back and 1 for forward."""
    match = _DURATION.fullmatch(str(duration))
    if match is None:
        raise ValueError(f"not a duration: {duration!r}")
    count, unit = int(match[1]) * direction, match[2]
    if unit in "dw":
        return day + timedelta(days=count * (7 if unit == "w" else 1))
    return shift_months(day, count * (12 if unit == "y" else 1))


def shift_months(day: date, months: int) -> date:
    """Move a day by calendar months; a day the month does not have becomes the month's last."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def period(as_of: date, unit: object, offset: int) -> tuple[date, date]:
    """Return the first and last day of a calendar period; offset is -1 for last, 0 for this and 1 for next."""
    if unit == "week":
        start = as_of - timedelta(days=as_of.weekday()) + timedelta(weeks=offset)
        return start, start + timedelta(days=6)
    months = _MONTHS_IN[str(unit)]
    first_month = (as_of.month - 1) // months * months + 1
    start = shift_months(date(as_of.year, first_month, 1), offset * months)
    return start, shift_months(start, months) - timedelta(days=1)
