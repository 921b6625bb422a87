"""Reading what stands behind an operator: numbers with scales, dates, durations, texts, and lists of them."""

import math
import re
from collections.abc import Callable
from datetime import date

from segaudit.model.conditions import Operand, Scalar
from segaudit.model.fields import NUMERIC_TYPES, TEXT_TYPES, FieldType
from segaudit.model.segments import RuleField
from segaudit.sql.operators.operator import OperandError, Parser

_SCALES = {"": 1, "k": 10**3, "m": 10**6, "b": 10**9}
_NUMBER = re.compile(r"([+-]?[0-9][0-9_,]*(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)\s*([kmbKMB]?)")
_DURATION = re.compile(r"([0-9]+)\s*([dwmy])")
_TRUE = {"true": True, "yes": True, "false": False, "no": False}
_PAIR = 2  # bounds: a lower and an upper one
AS_OF = "as_of"  # stands for the day the run counts from


def number(value: object, _: RuleField | None = None) -> float:
    """Read a number, which may have a scale: ``20M``, ``250K``, ``1.2B``."""
    if isinstance(value, bool):
        raise OperandError("takes a number")
    if isinstance(value, int | float):
        return _finite(float(value))
    match = _NUMBER.fullmatch(str(value).strip()) if isinstance(value, str) else None
    if match is None:
        raise OperandError("takes a number, such as 500, 20M or 1.2B")
    # Rounded as the cells are: 1.001K is 1001 on both sides.
    return _finite(round(float(match[1].replace(",", "").replace("_", "")) * _SCALES[match[2].lower()], 6))


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise OperandError("takes a number that can be written out")
    return number


def text(value: object, _: RuleField | None = None) -> str:
    """Read a text; a number counts as the text it is written as."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    raise OperandError("takes a text")


def day(value: object, _: RuleField | None = None) -> Scalar:
    """Read a date: ISO, or ``as_of``."""
    if isinstance(value, str):
        if value.strip() == AS_OF:
            return AS_OF
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            pass
    raise OperandError("takes a date written 2026-01-31, or as_of")


def duration(value: object, _: RuleField | None = None) -> str:
    """Read a length of time: ``30d``, ``2w``, ``6m``, ``1y``."""
    match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise OperandError("takes a length of time: 30d, 2w, 6m or 1y")
    return match[1] + match[2]


def flag(value: object, _: RuleField | None = None) -> bool:
    """Read true or false."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in _TRUE:
        return _TRUE[value.lower()]
    raise OperandError("takes true or false")


def of_type(value: object, field: RuleField) -> Operand:
    """Read a value of the field's own type."""
    if field.type in NUMERIC_TYPES:
        return number(value)
    if field.type is FieldType.DATE:
        return day(value)
    if field.type is FieldType.BOOL:
        return flag(value)
    return text(value)


_MOST_LISTED = 1000  # of what each cell is held against one by one


def list_of(item: Parser, *, texts_looked_up: bool = False) -> Parser:
    """Return a reader of a list of items; one item alone stands for a list of one.

    Args:
        item: Reads one.
        texts_looked_up: A text is looked up in the list, however long it is.
    """

    def read(value: object, field: RuleField) -> Operand:
        items = value if isinstance(value, list | tuple) else [value]
        if not items:
            raise OperandError("takes a list with something in it")
        if len(items) > _MOST_LISTED and not (texts_looked_up and field.type in TEXT_TYPES):
            raise OperandError(f"takes a list of at most {_MOST_LISTED:,}; this one has {len(items):,}")
        return tuple(item(part, field) for part in items)

    return read


def pair_of(item: Callable[[object], Scalar]) -> Parser:
    """Return a reader of a lower and an upper bound."""

    def read(value: object, _: RuleField) -> Operand:
        if not isinstance(value, list | tuple) or len(value) != _PAIR:
            raise OperandError("takes a lower and an upper bound: [51, 500]")
        low, high = item(value[0]), item(value[1])
        if isinstance(low, float) and isinstance(high, float) and low > high:
            raise OperandError(f"has its bounds the wrong way round: {value[0]} is above {value[1]}")
        if isinstance(low, date) and isinstance(high, date) and low > high:
            raise OperandError(f"has its bounds the wrong way round: {low} is after {high}")
        return (low, high)

    return read


COMPARISONS = ("eq", "ne", "gt", "gte", "lt", "lte")


def count(value: object, _: RuleField) -> Operand:
    """Read how many: a number, or comparisons such as ``{gte: 2, lt: 5}`` or ``{between: [2, 5]}``."""
    if not isinstance(value, dict):
        return {"eq": number(value)}
    read: dict[str, Operand] = {}
    for key, bound in value.items():
        if key == "between" and isinstance(bound, list | tuple) and len(bound) == _PAIR:
            read |= {"gte": number(bound[0]), "lte": number(bound[1])}
        elif key in COMPARISONS:
            read[key] = number(bound)
        else:
            raise OperandError("takes a number or comparisons: {gte: 2}, {between: [2, 5]}")
    if not read:
        raise OperandError("takes a number or comparisons: {gte: 2}, {between: [2, 5]}")
    return read
