"""What a HubSpot filter asks of a property, as a condition of the segment language.

HubSpot passes or fails a record; a blank fails unless the filter says otherwise. So each condition says what it makes
of a missing value, and none is UNKNOWN for one.
"""

import math
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from segaudit.model.fields import NUMERIC_TYPES, TEXT_TYPES, FieldType

Condition = dict[str, Any]
_MOST_AMOUNT = 100_000  # of a length of time
_END_OF_DAY = 23
_MONTHS_IN = {"months": 1, "quarters": 3, "years": 12}
_DAYS_IN = {"days": 1, "weeks": 7}


class LostError(Exception):
    """The rules have no word for it; the message says what it is."""


_TEXT = {
    "IS_EQUAL_TO": "in",
    "IS_NOT_EQUAL_TO": "not_in",
    "CONTAINS": "contains",
    "DOES_NOT_CONTAIN": "not_contains",
    "STARTS_WITH": "starts_with",
    "ENDS_WITH": "ends_with",
    "IS_ANY_OF": "in",
    "IS_NONE_OF": "not_in",
    "IS_EXACTLY": "in",
    "IS_NOT_EXACTLY": "not_in",
}
_MULTI = {
    "IS_ANY_OF": "has_any",
    "IS_NONE_OF": "has_none",
    "IS_EXACTLY": "exactly",
    "IS_NOT_EXACTLY": "not exactly",
    "CONTAINS_ALL": "has_all",
    "DOES_NOT_CONTAIN_ALL": "not has_all",
}
_NUMBER = {
    "IS_EQUAL_TO": "eq",
    "IS_NOT_EQUAL_TO": "ne",
    "IS_GREATER_THAN": "gt",
    "IS_GREATER_THAN_OR_EQUAL_TO": "gte",
    "IS_LESS_THAN": "lt",
    "IS_LESS_THAN_OR_EQUAL_TO": "lte",
}
_KINDS: Mapping[str, FieldType] = {
    **dict.fromkeys(("MULTISTRING", "STRING"), FieldType.TEXT),
    "ENUMERATION": FieldType.ENUM,
    **dict.fromkeys(("NUMBER", "NUMBER_RANGED"), FieldType.NUMBER),
    "BOOL": FieldType.BOOL,
    **dict.fromkeys(("TIME_POINT", "TIME_RANGED"), FieldType.DATE),
}


def kind_of(operation: Mapping[str, Any]) -> FieldType | None:
    """Return the type a property must have for an operation; None if any will do, or it is not known."""
    kind = _KINDS.get(str(operation.get("operationType")))
    return FieldType.MULTI if kind is FieldType.ENUM and "ALL" in str(operation.get("operator")) else kind


def condition_of(field: str, kind: FieldType, operation: Mapping[str, Any]) -> Condition:
    """Return what an operation asks of a field.

    Raises:
        LostError: The rules have no word for it.
    """
    asked, operator = str(operation.get("operationType")), str(operation.get("operator"))
    clause = _Clause(field, with_blank=operation.get("includeObjectsWithNoValueSet") is True)
    if asked == "ALL_PROPERTY" and operator in {"IS_KNOWN", "IS_UNKNOWN"}:
        return {field: {"known" if operator == "IS_KNOWN" else "unknown": True}}
    read = _READERS.get(asked)
    if read is None:
        raise LostError(f"an operation of type {asked}")
    return read(clause, kind, operator, operation)


class _Clause:
    """Makes conditions on one field that say what a blank means."""

    def __init__(self, field: str, *, with_blank: bool) -> None:
        self.field = field
        self._with_blank = with_blank

    def says(self, operator: str, operand: object) -> Condition:
        """Return a condition; of an operator with "not " before it, the contrary."""
        name = operator.removeprefix("not ")
        turned = name != operator
        missing = "include" if self._with_blank is not turned else "exclude"
        condition: Condition = {self.field: {name: operand, "missing": missing}}
        return {"not": condition} if turned else condition


def _strings(operation: Mapping[str, Any]) -> list[str]:
    values = operation.get("values", operation.get("value"))
    listed = values if isinstance(values, list) else [values]
    words = [str(value) for value in listed if isinstance(value, str | int | float)]
    if not words or len(words) < len(listed):
        raise LostError("values that are no texts")
    return words


def _read_text(clause: _Clause, kind: FieldType, operator: str, operation: Mapping[str, Any]) -> Condition:
    words = _strings(operation)
    if kind is FieldType.BOOL and {word.lower() for word in words} <= {"true", "false"} and operator in _TEXT:
        values = [word.lower() == "true" for word in words]
        return clause.says("not in" if _TEXT[operator] == "not_in" else "in", values)
    table = _MULTI if kind is FieldType.MULTI else _TEXT
    if operator not in table or (kind not in TEXT_TYPES and kind is not FieldType.MULTI):
        raise LostError(f"{operator} of a property of type {kind.value}")
    return clause.says(table[operator], words)


def _read_number(clause: _Clause, kind: FieldType, operator: str, operation: Mapping[str, Any]) -> Condition:
    if kind not in NUMERIC_TYPES:
        raise LostError(f"{operator} of a number, and the property is of type {kind.value}")
    if operator in _NUMBER and "value" in operation:
        return clause.says(_NUMBER[operator], _number(operation["value"]))
    if operator in {"IS_BETWEEN", "IS_NOT_BETWEEN"}:
        low, high = _number(operation.get("lowerBound")), _number(operation.get("upperBound"))
        if low <= high:
            return clause.says("between" if operator == "IS_BETWEEN" else "not_between", [low, high])
    raise LostError(f"{operator} of a number")


def _number(value: object) -> float | int:
    if isinstance(value, str):
        written = value[:40]
        try:
            value = float(value)
        except ValueError:
            raise LostError(f'"{written}" where a number is asked for') from None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise LostError("no number where one is asked for")
    return int(value) if float(value).is_integer() and abs(value) < 2**53 else float(value)


def _read_flag(clause: _Clause, kind: FieldType, operator: str, operation: Mapping[str, Any]) -> Condition:
    value = operation.get("value")
    if kind is not FieldType.BOOL or not isinstance(value, bool) or operator not in {"IS_EQUAL_TO", "IS_NOT_EQUAL_TO"}:
        raise LostError(f"{operator} of yes or no")
    return clause.says("is", value if operator == "IS_EQUAL_TO" else not value)


# ---------------------------------------------------------------------------------------------------------------- days


def _read_point(clause: _Clause, kind: FieldType, operator: str, operation: Mapping[str, Any]) -> Condition:
    _check_days(kind, operation)
    inclusive = operation.get("endpointBehavior") == "INCLUSIVE"
    if operator == "IS_AFTER":
        return _after(clause, operation.get("timePoint"), inclusive=inclusive)
    if operator == "IS_BEFORE":
        return _before(clause, operation.get("timePoint"), inclusive=inclusive)
    raise LostError(f"{operator} of a moment")


def _read_range(clause: _Clause, kind: FieldType, operator: str, operation: Mapping[str, Any]) -> Condition:
    _check_days(kind, operation)
    low, high = operation.get("lowerBoundTimePoint"), operation.get("upperBoundTimePoint")
    from_low = operation.get("lowerBoundEndpointBehavior", "INCLUSIVE") == "INCLUSIVE"
    to_high = operation.get("upperBoundEndpointBehavior", "INCLUSIVE") == "INCLUSIVE"
    if operator == "IS_BETWEEN":
        return {"all": [_after(clause, low, inclusive=from_low), _before(clause, high, inclusive=to_high)]}
    if operator == "IS_NOT_BETWEEN":
        return {"any": [_before(clause, low, inclusive=not from_low), _after(clause, high, inclusive=not to_high)]}
    raise LostError(f"{operator} of two moments")


def _check_days(kind: FieldType, operation: Mapping[str, Any]) -> None:
    if kind is not FieldType.DATE:
        raise LostError(f"a date, and the property is of type {kind.value}")
    parser = operation.get("propertyParser", "VALUE")
    if parser not in {"VALUE", "VALUE_WITH_ZONE_SAME_LOCAL_CONVERSION"}:
        raise LostError(f"a date read by {parser}")


def _after(clause: _Clause, point: object, *, inclusive: bool) -> Condition:
    day, is_end = _day(point)
    if isinstance(day, date):
        return clause.says("on_or_after" if inclusive and not is_end else "after", day.isoformat())
    return _from(clause, *day, over=is_end or not inclusive)


def _before(clause: _Clause, point: object, *, inclusive: bool) -> Condition:
    day, is_end = _day(point)
    if isinstance(day, date):
        return clause.says("on_or_before" if inclusive or is_end else "before", day.isoformat())
    # Before a moment is not from that moment on.
    return _until(clause, *day, over=is_end or inclusive)


def _from(clause: _Clause, days: int, months: int, *, over: bool) -> Condition:
    """Return "from a day counted from today on"; ``over``: from the day after it on."""
    days += over
    if months:
        if months < 0 and days == 0:
            return clause.says("not before_last", f"{-months}m")
        if months > 0 and days == 1:
            return clause.says("after_next", f"{months}m")
        raise LostError("a day that is months and days from today")
    if days < 0:
        return clause.says("not before_last", f"{-days}d")
    if days <= 1:
        return clause.says("after" if days else "on_or_after", "as_of")
    return clause.says("after_next", f"{days - 1}d")


def _until(clause: _Clause, days: int, months: int, *, over: bool) -> Condition:
    days += over
    if months:
        if months < 0 and days == 0:
            return clause.says("before_last", f"{-months}m")
        if months > 0 and days == 1:
            return clause.says("not after_next", f"{months}m")
        raise LostError("a day that is months and days from today")
    if days < 0:
        return clause.says("before_last", f"{-days}d")
    if days <= 1:
        return clause.says("on_or_before" if days else "before", "as_of")
    return clause.says("not after_next", f"{days - 1}d")


def _day(point: object) -> tuple[date | tuple[int, int], bool]:
    """Return a day, or how many days and months it is from today; and whether its end is meant."""
    if not isinstance(point, dict):
        raise LostError("a moment that is none")
    if point.get("timeType") == "DATE":
        parts = [point.get(key) for key in ("year", "month", "day")]
        if not all(isinstance(part, int) for part in parts):
            raise LostError("a day without year, month and day")
        try:
            return date(*map(int, map(str, parts))), point.get("hour") == _END_OF_DAY
        except (ValueError, OverflowError):
            raise LostError("a day no calendar has") from None
    reference = point.get("indexReference")
    name = reference.get("referenceType") if isinstance(reference, dict) else None
    if point.get("timeType") != "INDEXED" or name not in {"TODAY", "NOW"}:
        raise LostError(f"a moment counted from {name or point.get('timeType')}")
    return _offset(point.get("offset")), name == "NOW"


def _offset(offset: object) -> tuple[int, int]:
    """Return an offset as days and months."""
    given = offset if isinstance(offset, dict) else {}
    days = months = 0
    for unit, amount in given.items():
        if amount in {0, None}:
            continue
        if not isinstance(amount, int) or abs(amount) > _MOST_AMOUNT or unit not in {*_DAYS_IN, *_MONTHS_IN}:
            raise LostError(f"a moment {str(unit)[:20]} from today")
        days += amount * _DAYS_IN.get(unit, 0)
        months += amount * _MONTHS_IN.get(unit, 0)
    return days, months


_Read = Callable[[_Clause, FieldType, str, Mapping[str, Any]], Condition]
_READERS: Mapping[str, _Read] = {
    **dict.fromkeys(("MULTISTRING", "STRING", "ENUMERATION"), _read_text),
    **dict.fromkeys(("NUMBER", "NUMBER_RANGED"), _read_number),
    "BOOL": _read_flag,
    "TIME_POINT": _read_point,
    "TIME_RANGED": _read_range,
}
