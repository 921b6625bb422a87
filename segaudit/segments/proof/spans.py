"""What clauses on numbers and dates ask for, as spans of the number line; a date is the number of its day."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction

from segaudit.model.conditions import Clause, Operand
from segaudit.model.fields import NUMERIC_TYPES, FieldType
from segaudit.model.spans import Span
from segaudit.sql.operators.calendar import period, resolved, shifted
from segaudit.sql.operators.expressions import numbers

# A negative operator asks for what its positive one leaves.
POSITIVE = {
    "ne": "eq",
    "not_in": "in",
    "not_in_file": "in_file",
    "not_between": "between",
    "not_within_last": "within_last",
    "not_contains": "contains",
    "not_matches": "matches",
    "has_none": "has_any",
    "ne_field": "eq_field",
}


def spans_of(clause: Clause, kind: FieldType, as_of: date) -> tuple[Span, ...] | None:
    """Return the spans a clause asks for, a negative operator's as those of its positive one.

    None: the operator asks for no span.
    """
    name = POSITIVE.get(clause.operator, clause.operator)
    if kind in NUMERIC_TYPES:
        found = _number_spans(name, clause.operand)
        return tuple(span.whole() for span in found) if found and kind is FieldType.INT else found
    return _date_spans(name, clause.operand, as_of) if kind is FieldType.DATE else None


def _number_spans(name: str, operand: Operand) -> tuple[Span, ...] | None:
    if name not in {"eq", "in", "between", "range", *_BOUNDS}:
        return None
    ends = [Fraction(repr(end)) for end in numbers(operand)]
    if name in {"eq", "in"}:
        return tuple(Span(low=end, high=end) for end in ends)
    if name in {"between", "range"}:
        return (Span(low=ends[0], high=ends[1], high_in=name == "between"),)
    return (_BOUNDS[name](ends[0]),)


_BOUNDS: dict[str, Callable[[Fraction], Span]] = {
    "gt": lambda end: Span(low=end, low_in=False),
    "gte": lambda end: Span(low=end),
    "lt": lambda end: Span(high=end, high_in=False),
    "lte": lambda end: Span(high=end),
}


def _days(first: object = None, last: object = None, *, after: int = 0, before: int = 0) -> Span:
    """Return the span from a first to a last day, moved by whole days."""
    return Span(
        low=Fraction(first.toordinal() + after) if isinstance(first, date) else None,
        high=Fraction(last.toordinal() - before) if isinstance(last, date) else None,
    )


def _date_spans(name: str, operand: Operand, as_of: date) -> tuple[Span, ...] | None:
    if name in {"eq", "in", "on"}:
        items = operand if isinstance(operand, tuple) else (operand,)
        return tuple(_days(day, day) for day in (resolved(item, as_of) for item in items))
    if name == "between" and isinstance(operand, tuple):
        return (_days(*(resolved(end, as_of) for end in operand)),)
    if name in _PERIODS:
        return (_days(*period(as_of, str(operand), _PERIODS[name])),)
    test = _FROM_DAY.get(name)
    if test is not None:
        return (test(resolved(operand, as_of)),)
    length = _FROM_LENGTH.get(name)
    return (length(str(operand), as_of),) if length is not None else None


_PERIODS = {"last": -1, "this": 0, "next": 1}
_FROM_DAY: dict[str, Callable[[object], Span]] = {
    "before": lambda day: _days(last=day, before=1),
    "after": lambda day: _days(first=day, after=1),
    "on_or_before": lambda day: _days(last=day),
    "on_or_after": lambda day: _days(first=day),
}
_FROM_LENGTH: dict[str, Callable[[str, date], Span]] = {
    "within_last": lambda length, as_of: _days(shifted(as_of, length, -1), as_of),
    "before_last": lambda length, as_of: _days(last=shifted(as_of, length, -1), before=1),
    "within_next": lambda length, as_of: _days(as_of, shifted(as_of, length, 1)),
    "after_next": lambda length, as_of: _days(first=shifted(as_of, length, 1), after=1),
    "older_than": lambda length, as_of: _days(last=shifted(as_of, length, -1), before=1),
    "newer_than": lambda length, as_of: _days(first=shifted(as_of, length, -1)),
}
