"""What GX says in place of a clause: expectations of which exactly the rows the clause is FALSE of are unexpected."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeAlias

from segaudit.interop.expectations import patterns
from segaudit.interop.expectations.spellings import Spellings
from segaudit.model.conditions import Clause, MissingPolicy, Operand
from segaudit.model.fields import NUMERIC_TYPES, TEXT_TYPES, ColumnReading, FieldType
from segaudit.sql.kinds.texts import FALSE_WORDS, TRUE_WORDS
from segaudit.sql.operators.calendar import period, resolved, shifted
from segaudit.text.folding import fold, fold_case

Expected: TypeAlias = tuple[str, dict[str, Any]]  # type without "expect_", kwargs
_LONGEST_LIST = 500  # words in one regular expression
_DAY = timedelta(days=1)
# Opposites that the language of segments has no word for.
ON_OR_AFTER_FIELD, ON_OR_BEFORE_FIELD = "on_or_after_field", "on_or_before_field"
PRESENCE = frozenset({"known", "unknown", "never", "ever"})


class CannotSayError(Exception):
    """GX has no expectation for a clause; the message says why, in words for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What is needed to put clauses into the library's words."""

    readings: Mapping[str, ColumnReading]  # by rule field
    as_of: date
    spellings: Spellings
    typed: frozenset[int]  # positions of columns that are read as numbers or dates, not as text

    def reading(self, field: str) -> ColumnReading:
        """Return the column of a field.

        Raises:
            CannotSayError: The file has none, or a header that two columns share.
        """
        reading = self.readings.get(field)
        if reading is None:
            raise CannotSayError(f'the file has no column for "{field}"')
        if self.spellings.table.reading_of(reading.column.header) is None:
            raise CannotSayError(f'several columns are called "{reading.column.header}"')
        if reading.type is FieldType.MULTI:
            raise CannotSayError("GX does not look into cells that hold several values")
        return reading


def expected_of(clause: Clause, wording: Wording) -> list[Expected]:
    """Return the expectations that stand for a clause; no row is unexpected by more than one of them.

    Raises:
        CannotSayError: There are none.
    """
    reading = wording.reading(clause.field)
    if clause.options.missing is MissingPolicy.ERROR:
        raise CannotSayError("the run is to stop at a missing value, which a suite cannot do")
    if clause.operator in PRESENCE:
        return _presence(clause, reading, wording)
    if clause.operator in {"valid", "invalid"}:
        made = _readable(clause, reading, wording)
    elif clause.operator.endswith("_field"):
        made = [_pair(clause, wording)]
    elif reading.type in NUMERIC_TYPES:
        made = [_numbers(clause, reading.column.header)]
    elif reading.type is FieldType.DATE:
        made = [_dates(clause, reading.column.header, wording.as_of)]
    elif reading.type is FieldType.BOOL and clause.operator in {"is", "eq"}:
        # Of what is neither yes nor no it cannot be told.
        wrong = FALSE_WORDS if clause.operand else TRUE_WORDS
        regex = {"column": reading.column.header, "regex": f"(?i){patterns.whole(wrong)}"}
        made = [("column_values_to_not_match_regex", regex)]
    elif reading.type in TEXT_TYPES:
        made = [_texts(clause, reading, wording)]
    else:
        raise CannotSayError(f'GX has no expectation for "{clause.operator}" on values of type {reading.type.value}')
    if clause.options.missing is MissingPolicy.EXCLUDE:
        return [*_filled(reading, wording), *made]
    return made


def _presence(clause: Clause, reading: ColumnReading, wording: Wording) -> list[Expected]:
    if bool(clause.operand) is (clause.operator in {"known", "ever"}):
        return _filled(reading, wording)
    column = {"column": reading.column.header}
    if reading.column.position in wording.typed:
        return [("column_values_to_be_null", column)]
    return [("column_values_to_match_regex", column | {"regex": patterns.blank_or(wording.spellings.missing(reading))})]


def _filled(reading: ColumnReading, wording: Wording) -> list[Expected]:
    """Return that a cell is there, and that it is more than white space or a word for nothing."""
    column = {"column": reading.column.header}
    missing = wording.spellings.missing(reading)
    present: Expected = ("column_values_to_not_be_null", column)
    if reading.column.position in wording.typed or not missing:
        return [present]
    return [present, ("column_values_to_not_match_regex", column | {"regex": patterns.blank_or(missing)})]


def _readable(clause: Clause, reading: ColumnReading, wording: Wording) -> list[Expected]:
    column = {"column": reading.column.header}
    wants_valid = bool(clause.operand) is (clause.operator == "valid")
    if not wants_valid or not patterns.has_shape(reading.type):
        raise CannotSayError(f"GX does not read {reading.type.value} values as they are written here")
    regex = _or_missing(reading, wording, patterns.shape(reading.type))
    fits: Expected = ("column_values_to_match_regex", column | {"regex": regex})
    # A missing cell is not valid, and it is not invalid either.
    return [*_filled(reading, wording), fits] if clause.operator == "valid" else [fits]


def _or_missing(reading: ColumnReading, wording: Wording, pattern: str) -> str:
    missing = wording.spellings.missing(reading)
    return f"{patterns.blank_or(missing)}|{pattern}" if missing else pattern


def _numbers(clause: Clause, header: str) -> Expected:
    column = {"column": header}
    operand = clause.operand
    bounds: dict[str, Callable[[Any], dict[str, Any]]] = {
        "gt": lambda low: {"min_value": low, "strict_min": True},
        "gte": lambda low: {"min_value": low},
        "lt": lambda high: {"max_value": high, "strict_max": True},
        "lte": lambda high: {"max_value": high},
        "between": lambda pair: {"min_value": pair[0], "max_value": pair[1]},
        "range": lambda pair: {"min_value": pair[0], "max_value": pair[1], "strict_max": True},
    }
    if clause.operator in bounds:
        return "column_values_to_be_between", column | bounds[clause.operator](operand)
    listed = list(operand) if isinstance(operand, tuple) else [operand]
    if clause.operator in {"eq", "in"}:
        return "column_values_to_be_in_set", column | {"value_set": listed}
    if clause.operator in {"ne", "not_in"}:
        return "column_values_to_not_be_in_set", column | {"value_set": listed}
    raise CannotSayError(f'GX has no expectation for "{clause.operator}"')


def _pair(clause: Clause, wording: Wording) -> Expected:
    """Return the expectation about two columns that stands for a clause.

    Raises:
        CannotSayError: There is none.
    """
    one, other = wording.reading(clause.field), wording.reading(str(clause.operand))
    ends = {"above": (one, other), "below": (other, one)}
    ways = {
        "gt_field": ("above", False), "gte_field": ("above", True), "after_field": ("above", False),
        "lt_field": ("below", False), "lte_field": ("below", True), "before_field": ("below", False),
        ON_OR_AFTER_FIELD: ("above", True), ON_OR_BEFORE_FIELD: ("below", True),
    }  # fmt: skip
    kwargs: dict[str, Any] = {"ignore_row_if": "either_value_is_missing"}
    if clause.operator in ways:
        way, or_equal = ways[clause.operator]
        first, second = ends[way]
        kwargs |= {"column_A": first.column.header, "column_B": second.column.header, "or_equal": or_equal}
        return "column_pair_values_a_to_be_greater_than_b", kwargs
    if clause.operator == "eq_field" and one.column.position in wording.typed:
        kwargs |= {"column_A": one.column.header, "column_B": other.column.header}
        return "column_pair_values_to_be_equal", kwargs
    raise CannotSayError("GX compares two columns of text letter by letter, not as people read them")


def _dates(clause: Clause, header: str, as_of: date) -> Expected:
    spans = _spans(clause.operand, as_of)
    if clause.operator not in spans:
        raise CannotSayError(f'GX has no expectation for "{clause.operator}"')
    first, last = spans[clause.operator]()
    kwargs: dict[str, Any] = {"column": header}
    if first is not None:
        kwargs["min_value"] = f"{first}T00:00:00"
    if last is not None:  # a moment of the last day is still on it
        kwargs |= {"max_value": f"{last + _DAY}T00:00:00", "strict_max": True}
    return "column_values_to_be_between", kwargs


def _spans(operand: Operand, as_of: date) -> Mapping[str, Callable[[], tuple[date | None, date | None]]]:
    """Return the first and last day of each operator that asks for a span of days."""

    def day(value: object = operand) -> date:
        found = resolved(value, as_of)
        if not isinstance(found, date):
            raise TypeError(found)
        return found

    def away(direction: int) -> date:
        return shifted(as_of, str(operand), direction)

    pair = operand if isinstance(operand, tuple) else (operand, operand)
    return {
        "on": lambda: (day(), day()),
        "eq": lambda: (day(), day()),
        "before": lambda: (None, day() - _DAY),
        "on_or_before": lambda: (None, day()),
        "after": lambda: (day() + _DAY, None),
        "on_or_after": lambda: (day(), None),
        "between": lambda: (day(pair[0]), day(pair[-1])),
        "within_last": lambda: (away(-1), as_of),
        "before_last": lambda: (None, away(-1) - _DAY),
        "within_next": lambda: (as_of, away(1)),
        "after_next": lambda: (away(1) + _DAY, None),
        "this": lambda: period(as_of, str(operand), 0),
        "last": lambda: period(as_of, str(operand), -1),
        "next": lambda: period(as_of, str(operand), 1),
    }


def _texts(clause: Clause, reading: ColumnReading, wording: Wording) -> Expected:
    column = {"column": reading.column.header}
    if clause.operator == "length":
        return _length(clause, reading, wording)
    if not clause.options.trim:
        raise CannotSayError("the clause looks at the white space around a value")
    pattern, negative = _pattern(clause, reading)
    flag = "(?i)" if clause.options.fold_case else ""
    missing, unreadable = wording.spellings.missing(reading), wording.spellings.unreadable(reading)
    if negative and not unreadable and not any(re.search(flag + pattern, word) for word in missing):
        return "column_values_to_not_match_regex", column | {"regex": flag + pattern}
    wanted = patterns.unless(pattern) if negative else pattern
    if unreadable:  # what cannot be read cannot be told either
        wanted = f"{patterns.unless(patterns.shape(reading.type))}|{wanted}"
    return "column_values_to_match_regex", column | {"regex": flag + _or_missing(reading, wording, wanted)}


def _pattern(clause: Clause, reading: ColumnReading) -> tuple[str, bool]:
    """Return the pattern of cells a clause is about, and whether it wants them to be otherwise."""
    operator, operand = clause.operator, clause.operand
    folding = fold if clause.options.fold_case else str.strip
    listed = operand if isinstance(operand, tuple) else (operand,)
    words = [folding(str(word)) for word in listed]
    if len(words) > _LONGEST_LIST:
        raise CannotSayError(f"the list has more than {_LONGEST_LIST} words, too many for a regular expression")
    listed_words = patterns.any_of(dict.fromkeys(words))
    made: dict[str, tuple[str, bool]] = {
        "contains": (listed_words, False),
        "not_contains": (listed_words, True),
        "contains_word": (rf"(?<!\w){listed_words}(?!\w)", False),
        "starts_with": (f"^{patterns.SPACE}{listed_words}", False),
        "ends_with": (f"{listed_words}{patterns.SPACE}$", False),
        "like": (patterns.like(words[0]), False),
    }
    if operator in {"eq", "in", "in_file", "ne", "not_in", "not_in_file"}:
        return patterns.whole(dict.fromkeys(words)), operator.startswith("n")
    if operator in made:
        return made[operator]
    if operator in {"matches", "not_matches"}:
        return _written(str(operand), fold_letters=clause.options.fold_case), operator == "not_matches"
    if operator == "domain_in" and reading.type is FieldType.EMAIL:
        return rf"@(?:[^@]*\.)?{patterns.any_of(word.removeprefix('@') for word in words)}{patterns.SPACE}$", False
    raise CannotSayError(f'GX has no expectation for "{operator}"')


def _written(pattern: str, *, fold_letters: bool) -> str:
    """Return a pattern of the rules for cells that are not trimmed."""
    if "[:" in pattern or "(?" in pattern.replace("(?:", ""):
        raise CannotSayError("the regular expression is written as only our engine reads it")
    if fold_letters:
        pattern = "".join(letter if letter.isascii() else fold_case(letter) for letter in pattern)
    return patterns.anchored_to_trimmed(pattern)


def _length(clause: Clause, reading: ColumnReading, wording: Wording) -> Expected:
    counts = clause.operand if isinstance(clause.operand, dict) else {}
    low = max([int(float(str(counts[k]))) + s for k, s in (("gte", 0), ("gt", 1), ("eq", 0)) if k in counts], default=0)
    highs = [int(float(str(counts[k]))) - s for k, s in (("lte", 0), ("lt", 1), ("eq", 0)) if k in counts]
    if "ne" in counts or not counts:
        raise CannotSayError("GX has no expectation for texts that are not of a length")
    high = min(highs) if highs else None
    column = {"column": reading.column.header}
    spellings = wording.spellings
    if spellings.padded(reading) or spellings.missing(reading) or spellings.unreadable(reading):
        repeat = f"{{{low},{'' if high is None else high}}}"
        pattern = f"{patterns.START}{patterns.ANYTHING}{repeat}{patterns.END}"
        if spellings.unreadable(reading):
            pattern = f"{patterns.unless(patterns.shape(reading.type))}|{pattern}"
        return "column_values_to_match_regex", column | {"regex": _or_missing(reading, wording, pattern)}
    bounds = {"min_value": low} | ({} if high is None else {"max_value": high})
    return "column_value_lengths_to_be_between", column | bounds
