"""Conditions on rows, as suites state them: read as data and applied here.

The library applies them through pandas.query, which evaluates text; a suite from elsewhere never gets that far.
Accepted are GX's condition objects (comparison, nullity, and, or) and its notation ``col("Status") == "open"``.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from segaudit.errors import InputError

_HINT = 'write it as GX 1.x does: {"type": "comparison", "column": {"name": "..."}, "operator": "==", "parameter": ...}'
_MOST = 100  # parts of one condition, as in the library
_NOTATION = re.compile(
    r'\s*col\("(?P<column>[^"]+)"\)\s*(?:(?P<known>\.notnull\(\))|(?P<operator>==|!=|<=|>=|<|>)\s*'
    r"(?:(?P<number>[+-]?[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?)"
    r"""|(?P<date>date\()?(?P<quote>["'])(?P<text>[^"']*)(?P=quote)(?(date)\)|)))\s*""",
    re.IGNORECASE,
)
_COMPARED: Mapping[str, Callable[[Any, Any], Any]] = {
    "==": lambda cells, bound: cells == bound,
    "!=": lambda cells, bound: cells != bound,
    "<": lambda cells, bound: cells < bound,
    "<=": lambda cells, bound: cells <= bound,
    ">": lambda cells, bound: cells > bound,
    ">=": lambda cells, bound: cells >= bound,
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """A column against a value, or against several for IN and NOT_IN."""

    column: str
    operator: str
    value: Any  # text, number, or a tuple of them


@dataclass(frozen=True, slots=True)
class Nullity:
    """Whether a cell is missing."""

    column: str
    missing: bool


@dataclass(frozen=True, slots=True)
class Combined:
    """Several conditions, of which all or any have to hold."""

    parts: tuple["RowCondition", ...]
    all_of: bool


RowCondition: TypeAlias = Comparison | Nullity | Combined


def read_row_condition(value: Any, parser: Any, where: str) -> RowCondition | None:  # noqa: ANN401 - from JSON
    """Read what a suite states in row_condition; None if nothing.

    Raises:
        InputError: It is text for an interpreter, or none of the library's conditions.
    """
    if value in (None, ""):
        return None
    if isinstance(value, dict):
        return _object(value, where, [0])
    if isinstance(value, str) and parser not in {"pandas", "python", "spark", "sql"}:
        found = _NOTATION.fullmatch(value)
        if found is not None:
            return _notated(found)
        raise InputError("the row_condition cannot be read", where=where, hint=_HINT)
    raise InputError("the row_condition is code, which is not run here", where=where, hint=_HINT)


def _notated(found: re.Match[str]) -> RowCondition:
    if found["known"]:
        return Nullity(found["column"], missing=False)
    value = float(found["number"]) if found["number"] is not None else found["text"]
    return Comparison(found["column"], found["operator"], value)


def _object(value: Any, where: str, count: list[int]) -> RowCondition:  # noqa: ANN401 - from JSON
    count[0] += 1
    kind = value.get("type") if isinstance(value, dict) else None
    if count[0] > _MOST:
        raise InputError("the row_condition is too long", where=where, hint=f"{_MOST} parts are the most")
    if kind in {"and", "or"} and isinstance(value.get("conditions"), list) and value["conditions"]:
        parts = tuple(_object(part, where, count) for part in value["conditions"])
        return Combined(parts, all_of=kind == "and")
    column = value.get("column") if isinstance(value, dict) else None
    name = column.get("name") if isinstance(column, dict) else None
    if isinstance(name, str) and kind == "nullity" and isinstance(value.get("is_null"), bool):
        return Nullity(name, missing=value["is_null"])
    if isinstance(name, str) and kind == "comparison":
        return _comparison(name, value, where)
    problem = "the row_condition is code, which is not run here" if kind == "pass_through" else "it cannot be read"
    raise InputError(problem if kind == "pass_through" else f"the row_condition: {problem}", where=where, hint=_HINT)


def _comparison(name: str, value: Mapping[str, Any], where: str) -> Comparison:
    operator, parameter = value.get("operator"), value.get("parameter")
    if operator in {"IN", "NOT_IN"} and isinstance(parameter, list) and all(map(_plain, parameter)):
        return Comparison(name, str(operator), tuple(parameter))
    if operator in _COMPARED and _plain(parameter):
        return Comparison(name, str(operator), parameter)
    raise InputError("the row_condition: it cannot be read", where=where, hint=_HINT)


def _plain(value: Any) -> bool:  # noqa: ANN401 - from JSON
    return isinstance(value, str | int | float | bool)


def columns_of(condition: RowCondition | None) -> tuple[str, ...]:
    """Return the columns a condition looks at."""
    match condition:
        case None:
            return ()
        case Combined():
            return tuple(dict.fromkeys(column for part in condition.parts for column in columns_of(part)))
        case _:
            return (condition.column,)


def rows_where(frame: Any, condition: RowCondition, dated: Collection[str]) -> Any:  # noqa: ANN401 - a pandas frame in, a mask out
    """Return which rows of a frame a condition holds for; a missing cell compares to nothing, as in the library.

    Args:
        frame: pandas.DataFrame.
        condition: What has to hold.
        dated: Columns of days, against which text is read as a date.

    Raises:
        TypeError: A column of text is compared to a number, or the other way round.
        ValueError: A column of days is compared to what is no date.
    """
    match condition:
        case Combined():
            masks = [rows_where(frame, part, dated) for part in condition.parts]
            held = masks[0]
            for mask in masks[1:]:
                held = held & mask if condition.all_of else held | mask
            return held
        case Nullity():
            missing = frame[condition.column].isna()
            return missing if condition.missing else ~missing
        case Comparison():
            return _held(frame[condition.column], condition, is_dated=condition.column in dated)


def _held(cells: Any, condition: Comparison, *, is_dated: bool) -> Any:  # noqa: ANN401 - a pandas series in, a mask out
    several = isinstance(condition.value, tuple)
    values = [
        datetime.fromisoformat(value) if is_dated and isinstance(value, str) else value
        for value in (condition.value if several else (condition.value,))
    ]
    if several:
        among = cells.isin(values)
        return among if condition.operator == "IN" else ~among
    filled = cells.notna()
    compared = _COMPARED[condition.operator](cells[filled], values[0]).astype(bool)
    # Nothing is not the same as any value, and GX says so too.
    return compared.reindex(cells.index, fill_value=condition.operator == "!=")
