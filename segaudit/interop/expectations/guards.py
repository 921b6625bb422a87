"""What a check applies to, as GX's condition on rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from segaudit.interop.expectations.clauses import CannotSayError, Wording
from segaudit.interop.expectations.conjuncts import alternatives_of, conjuncts_of
from segaudit.model.conditions import Clause, Condition, MissingPolicy
from segaudit.model.fields import NUMERIC_TYPES, TEXT_TYPES, ColumnReading, FieldType
from segaudit.sql.kinds.texts import FALSE_WORDS, TRUE_WORDS
from segaudit.text.folding import fold

_COMPARED = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<=", "before": "<", "on_or_after": ">="}
_EQUAL = {"eq": True, "in": True, "ne": False, "not_in": False}
_UNQUOTABLE = "`"  # the library marks columns with it and cannot say one itself


@dataclass(frozen=True, slots=True)
class Guard:
    """GX's condition on rows; None where the expectation itself passes over the rows the check does not apply to."""

    condition: Mapping[str, Any] | None


def guard_of(when: Condition, expect: Clause, wording: Wording) -> Guard:
    """Return the rows a check applies to.

    Raises:
        CannotSayError: GX's conditions cannot say it.
    """
    ways = alternatives_of(when, wording.readings)
    if len(ways) == 1:
        joined = _joined(_parts(ways[0], expect, wording))
        return Guard(joined[0] if joined else None)
    found = [part for way in ways for part in _joined(_parts(way, expect, wording))]
    if len(found) < len(ways):
        raise CannotSayError("GX's row_condition cannot say to which rows it applies")
    return Guard({"type": "or", "conditions": found})


def _joined(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return conditions as one that wants all; none where there is nothing to want."""
    return [{"type": "and", "conditions": parts}] if len(parts) > 1 else parts


def _parts(when: Condition, expect: Clause, wording: Wording) -> list[dict[str, Any]]:
    return [part for clause in conjuncts_of(when) if not _implied(clause, expect) for part in _said(clause, wording)]


def asks_for(when: Condition, field: str) -> bool:
    """Tell whether a condition asks for a field to be filled."""
    try:
        return any(
            clause.field == field and clause.operator == "known" and clause.operand for clause in conjuncts_of(when)
        )
    except CannotSayError:
        return False


def _implied(clause: Clause, expect: Clause) -> bool:
    """Tell whether a clause only leaves out the rows of which what is expected cannot be told anyway."""
    if clause.operator != "known" or not clause.operand or expect.options.missing is MissingPolicy.EXCLUDE:
        return False
    pair = expect.operator.endswith("_field") and clause.field == expect.operand
    decided = expect.operator in {"known", "unknown", "valid", "never", "ever"}
    return pair or (clause.field == expect.field and not decided)


def _said(clause: Clause, wording: Wording) -> list[dict[str, Any]]:
    reading = wording.reading(clause.field)
    if _UNQUOTABLE in reading.column.header:
        raise CannotSayError(f'GX cannot name the column "{reading.column.header}" in a row_condition')
    if clause.options.missing is not MissingPolicy.UNKNOWN and clause.options.missing_stated:
        raise CannotSayError("GX's row_condition has no say in what a missing value means")
    typed = reading.column.position in wording.typed
    if clause.operator in {"known", "ever"} and clause.operand:
        return _filled(reading, wording, typed=typed)
    if typed and clause.operator in _COMPARED:
        bound = clause.operand if reading.type in NUMERIC_TYPES else f"{_day(clause, wording)}T00:00:00"
        return [_comparison(reading, _COMPARED[clause.operator], bound)]
    if typed and reading.type in NUMERIC_TYPES and clause.operator == "eq":
        return [_comparison(reading, "==", clause.operand)]
    if reading.type is FieldType.BOOL and clause.operator in {"is", "eq"}:
        words = TRUE_WORDS if clause.operand else FALSE_WORDS
        return [_among(reading, "IN", wording, lambda text: text in words)]
    if reading.type in TEXT_TYPES and clause.operator in _EQUAL and clause.options.fold_case and clause.options.trim:
        return _spelled(clause, reading, wording)
    raise CannotSayError(f'GX\'s row_condition cannot say "{clause.operator}"')


def _day(clause: Clause, wording: Wording) -> object:
    return wording.as_of if clause.operand == "as_of" else clause.operand


def _spelled(clause: Clause, reading: ColumnReading, wording: Wording) -> list[dict[str, Any]]:
    """Return the condition that a cell says one of some words, in any of the spellings this file has for them."""
    words = [str(item) for item in (clause.operand if isinstance(clause.operand, tuple) else (clause.operand,))]
    folded = {fold(word) for word in words}
    if _EQUAL[clause.operator]:
        return [_among(reading, "IN", wording, folded.__contains__, words)]
    return [*_filled(reading, wording, typed=False), _among(reading, "NOT_IN", wording, folded.__contains__, words)]


def _among(
    reading: ColumnReading,
    operator: str,
    wording: Wording,
    wanted: Callable[[str], bool],
    words: list[str] | None = None,
) -> dict[str, Any]:
    found = wording.spellings.of(reading, wanted)
    if found is None:
        raise CannotSayError(f'"{reading.column.header}" has too many spellings to list in a row_condition')
    return _comparison(reading, operator, list(dict.fromkeys([*(words or ()), *found])))


def _filled(reading: ColumnReading, wording: Wording, *, typed: bool) -> list[dict[str, Any]]:
    present = {"type": "nullity", "column": {"name": reading.column.header}, "is_null": False}
    words = wording.spellings.missing_cells(reading)
    return [present] if typed or not words else [present, _comparison(reading, "NOT_IN", list(words))]


def _comparison(reading: ColumnReading, operator: str, parameter: object) -> dict[str, Any]:
    column = {"name": reading.column.header}
    return {"type": "comparison", "column": column, "operator": operator, "parameter": parameter}
