"""Whether a row is as an expectation wants it, in the sense pandas gives it; None for a row that is passed over.

A row comes as its cells: text, whole or other numbers, days as moments at midnight, None where they are missing.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

Cell: TypeAlias = Any  # str, int, float, datetime or None
Answer: TypeAlias = Callable[[Sequence[Cell]], bool | None]
Kwargs: TypeAlias = Mapping[str, Any]

_NO_TEXT = "its values are of the kind {}, and it is about text"


def _of_cell(test: Callable[[Cell], bool]) -> Answer:
    """Return a test of one cell as an answer about rows."""
    return lambda cells: None if cells[0] is None else test(cells[0])


def text_of(cell: Cell) -> str:
    """Return a cell as pandas writes it."""
    return cell.date().isoformat() if isinstance(cell, datetime) else str(cell)


def moment_of(text: str) -> datetime:
    """Return the moment a text names in any of the forms the library reads.

    Raises:
        ValueError: It names none.
        OverflowError: It names one that is too far away.
    """
    from dateutil.parser import parse  # type: ignore[import-untyped]  # noqa: PLC0415 - comes with the library

    found: datetime = parse(text)
    return found


# ------------------------------------------------------------------------------------------------------------ one cell


def _regex(kwargs: Kwargs) -> Answer:
    found = re.compile(kwargs["regex"]).search
    return _of_cell(lambda cell: found(text_of(cell)) is not None)


def _no_regex(kwargs: Kwargs) -> Answer:
    found = re.compile(kwargs["regex"]).search
    return _of_cell(lambda cell: found(text_of(cell)) is None)


def _regexes(kwargs: Kwargs) -> Answer:
    found = [re.compile(regex).search for regex in kwargs["regex_list"]]
    among = all if kwargs.get("match_on") == "all" else any
    return _of_cell(lambda cell: among(one(text_of(cell)) is not None for one in found))


def _no_regexes(kwargs: Kwargs) -> Answer:
    found = [re.compile(regex).search for regex in kwargs["regex_list"]]
    return _of_cell(lambda cell: not any(one(text_of(cell)) is not None for one in found))


def _length(kwargs: Kwargs) -> Answer:
    value = float(kwargs["value"])
    return _of_cell(lambda cell: len(text_of(cell)) == value)


def _lengths(kwargs: Kwargs) -> Answer:
    within = _within(kwargs, lambda bound: None if bound is None else float(bound))
    return _of_cell(lambda cell: within(len(text_of(cell))))


def _days(kwargs: Kwargs) -> Answer:
    return _of_cell(_within(kwargs, _moment))


def _within(kwargs: Kwargs, read: Callable[[Any], Any]) -> Callable[[Any], bool]:
    lowest, highest = read(kwargs.get("min_value")), read(kwargs.get("max_value"))
    if lowest is None and highest is None:
        raise ValueError("min_value and max_value cannot both be missing")
    if lowest is not None and highest is not None and lowest > highest:
        raise ValueError("min_value cannot be greater than max_value")
    above, below = bool(kwargs.get("strict_min")), bool(kwargs.get("strict_max"))

    def within(value: Any) -> bool:  # noqa: ANN401 - a number or a moment
        low = lowest is None or (value > lowest if above else value >= lowest)
        return low and (highest is None or (value < highest if below else value <= highest))

    return within


def _moment(bound: Any) -> datetime | None:  # noqa: ANN401 - from JSON
    if bound is None:
        return None
    if not isinstance(bound, str):
        raise TypeError("days are compared to what is no date")
    found = moment_of(bound)
    if found.tzinfo is not None:
        raise TypeError("days are compared to a moment of some time zone")
    return found


def _json(_kwargs: Kwargs) -> Answer:
    def is_json(cell: Cell) -> bool:
        try:
            json.loads(cell)
        except (TypeError, ValueError, RecursionError):
            return False
        return True

    return _of_cell(is_json)


def _json_schema(kwargs: Kwargs) -> Answer:
    from jsonschema.validators import validator_for  # noqa: PLC0415 - comes with the library; only this needs it

    schema = kwargs["json_schema"]
    kind = validator_for(schema)
    kind.check_schema(schema)
    validator = kind(schema)
    return _of_cell(lambda cell: bool(validator.is_valid(json.loads(cell))))


def _parseable(_kwargs: Kwargs) -> Answer:
    def is_date(cell: Cell) -> bool:
        try:
            moment_of(_text(cell))
        except (ValueError, OverflowError):
            return False
        return True

    return _of_cell(is_date)


def _strftime(kwargs: Kwargs) -> Answer:
    layout = str(kwargs["strftime_format"])

    def is_written_so(cell: Cell) -> bool:
        try:
            datetime.strptime(_text(cell), layout)  # noqa: DTZ007 - only whether it can be read
        except ValueError:
            return False
        return True

    return _of_cell(is_written_so)


def _text(cell: Cell) -> str:
    if not isinstance(cell, str):
        raise TypeError(_NO_TEXT.format("date" if isinstance(cell, datetime) else "number"))
    return cell


# -------------------------------------------------------------------------------------------------------- several cells

_PASSED_OVER: Mapping[str, Callable[[Sequence[Cell]], bool]] = {
    "both_values_are_missing": lambda cells: all(cell is None for cell in cells),
    "either_value_is_missing": lambda cells: any(cell is None for cell in cells),
    "neither": lambda _: False,
    "all_values_are_missing": lambda cells: all(cell is None for cell in cells),
    "any_value_is_missing": lambda cells: any(cell is None for cell in cells),
    "never": lambda _: False,
}


def _of_row(kwargs: Kwargs, test: Callable[[Sequence[Cell]], bool]) -> Answer:
    """Return a test of cells as an answer about rows; unless told otherwise, rows without any are passed over."""
    is_passed_over = _PASSED_OVER[kwargs.get("ignore_row_if") or "all_values_are_missing"]
    return lambda cells: None if is_passed_over(cells) else test(cells)


def _equal_pair(kwargs: Kwargs) -> Answer:
    # A missing cell is not the same as another one that is missing.
    return _of_row(kwargs, lambda cells: cells[0] is not None and bool(cells[0] == cells[1]))


def _greater(kwargs: Kwargs) -> Answer:
    or_equal = bool(kwargs.get("or_equal"))

    def is_greater(cells: Sequence[Cell]) -> bool:
        left, right = cells
        if left is None or right is None:
            return False
        return bool(left >= right if or_equal else left > right)

    return _of_row(kwargs, is_greater)


def _pairs(kwargs: Kwargs) -> Answer:
    listed = kwargs.get("value_pairs_set")
    wanted = None if listed is None else {(left, right) for left, right in listed}
    return _of_row(kwargs, lambda cells: wanted is None or tuple(cells) in wanted)


def _all_equal(kwargs: Kwargs) -> Answer:
    return _of_row(kwargs, lambda cells: all(cell == cells[0] for cell in cells))


def _all_different(kwargs: Kwargs) -> Answer:
    return _of_row(kwargs, lambda cells: len(set(cells)) == len(cells))


def _sum(kwargs: Kwargs) -> Answer:
    wanted = kwargs["sum_total"]

    def adds_up(cells: Sequence[Cell]) -> bool:
        if all(isinstance(cell, str) for cell in cells):
            return False  # texts put together are no number
        if any(isinstance(cell, str | datetime) for cell in cells):
            raise TypeError("only numbers can be added up")
        total = 0
        for cell in cells:
            if cell is None:
                return False
            total = total + cell  # one after the other, as pandas adds; sum() rounds otherwise in newer Pythons
        return bool(total == wanted)

    return _of_row(kwargs, adds_up)


ANSWERS: Mapping[str, Callable[[Kwargs], Answer]] = {
    "expect_column_values_to_match_regex": _regex,
    "expect_column_values_to_not_match_regex": _no_regex,
    "expect_column_values_to_match_regex_list": _regexes,
    "expect_column_values_to_not_match_regex_list": _no_regexes,
    "expect_column_value_lengths_to_equal": _length,
    "expect_column_value_lengths_to_be_between": _lengths,
    "expect_column_values_to_be_between": _days,  # of days; numbers and text are the library's
    "expect_column_values_to_be_json_parseable": _json,
    "expect_column_values_to_match_json_schema": _json_schema,
    "expect_column_values_to_be_dateutil_parseable": _parseable,
    "expect_column_values_to_match_strftime_format": _strftime,
    "expect_column_pair_values_to_be_equal": _equal_pair,
    "expect_column_pair_values_a_to_be_greater_than_b": _greater,
    "expect_column_pair_values_to_be_in_set": _pairs,
    "expect_multicolumn_values_to_be_equal": _all_equal,
    "expect_select_column_values_to_be_unique_within_record": _all_different,
    "expect_multicolumn_sum_to_equal": _sum,
}
