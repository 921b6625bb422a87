"""What one operator says about one field of one record: TRUE, FALSE or UNKNOWN."""

import operator
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias, TypeVar

from tests.reference.places import decide_country, decide_region, decide_state
from tests.reference.values import (
    NUMBER_TYPES,
    TEXT_TYPES,
    Cell,
    Interval,
    State,
    Truth,
    Value,
    date_operand,
    fold,
    parse_operand,
    period,
    shift,
)

Test = TypeVar("Test")

PRESENCE = frozenset({"known", "unknown", "valid", "invalid", "placeholder", "older_than", "newer_than"})
PLACES = frozenset({"country_in", "region_in", "state_in"})
TWO_FIELD = frozenset(f"{name}_field" for name in ("eq", "ne", "gt", "gte", "lt", "lte", "before", "after"))
# What reads a file beside the rules, and what looks at other records.
LEFT_OUT = frozenset({"in_file", "not_in_file", "top_percent", "bottom_percent"})
# Lists that operators look up, as far as tests need them.
FREE_MAIL = ("gmail.com", "web.de")
ROLES = ("info", "sales")
DISPOSABLE = ("mailinator.com",)
# A negative operator is its positive one turned round, so UNKNOWN stays UNKNOWN.
NEGATIVES = {
    "ne": "eq",
    "not_in": "in",
    "not_contains": "contains",
    "not_matches": "matches",
    "not_between": "between",
    "not_within_last": "within_last",
    "has_none": "has_any",
    "ne_field": "eq_field",
}
_PERIODS = {"last": -1, "this": 0, "next": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a clause reads text and dates."""

    as_of: date
    case: str = "fold"  # fold | exact
    trim: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One field of the record at hand: its declared type and its cell."""

    type: str
    cell: Cell
    currency: str | None = None


def negate(truth: Truth) -> Truth:
    """Turn TRUE and FALSE round and leave UNKNOWN."""
    return None if truth is None else not truth


def decide(name: str, operand: object, column: Column, reading: Reading) -> Truth:
    """Apply one operator with an operand written in the rules.

    Args:
        name: The operator, as the rules write it.
        operand: What stands beside it.
        column: The field it is about.
        reading: How text and dates are read.

    Returns:
        TRUE, FALSE or UNKNOWN (None), before any `missing` policy.

    Raises:
        NotImplementedError: The operator is outside what this reading covers.
        ValueError: The operator does not exist for the field's type.
    """
    if name in LEFT_OUT:
        raise NotImplementedError(name)
    if name in PRESENCE:
        return _decide_presence(name, operand, column.cell, reading)
    if name in ("never", "ever"):
        return _decide_ever(name, operand, column)
    if name in NEGATIVES:
        return negate(decide(NEGATIVES[name], operand, column, reading))
    if column.cell.never:
        return False
    if column.cell.value is None:
        return None
    return _compare(name, operand, column.type, column.cell.value, reading)


def _compare(name: str, operand: object, field_type: str, value: Value, reading: Reading) -> Truth:
    """Compare a value that is there with an operand, by the kind of the value."""
    if isinstance(value, Interval):
        return _lookup(_NUMBER, name, field_type)(value, operand)
    if isinstance(value, bool):
        return _lookup(_BOOL, name, field_type)(value, operand)
    if isinstance(value, date):
        return _lookup(_DATE, name, field_type)(value, operand, reading.as_of)
    if field_type == "multi":
        return _lookup(_MULTI, name, field_type)(_tokens(value, reading), operand, reading)
    return _lookup(_TEXT, name, field_type)(value, operand, reading)


def _lookup(table: Mapping[str, Test], name: str, field_type: str) -> Test:
    """Return the function of an operator, or say that the type does not have it."""
    if name not in table:
        raise ValueError(f"no operator {name!r} for a field of type {field_type}")
    return table[name]


def decide_place(name: str, operand: object, column: Column, country: Column | None) -> Truth:
    """Apply a place operator; a state is read with the country beside it, where the record has one."""
    if not isinstance(column.cell.value, str):
        return None
    wanted = [_text_operand(item) for item in _listed(operand)]
    if name == "state_in":
        beside = country.cell.value if country is not None else None
        return decide_state(column.cell.value, beside if isinstance(beside, str) else None, wanted)
    return (decide_country if name == "country_in" else decide_region)(column.cell.value, wanted)


def decide_fields(name: str, left: Column, right: Column, reading: Reading) -> Truth:
    """Compare two fields of one record; UNKNOWN where either has no value to compare."""
    if name in NEGATIVES:
        return negate(decide_fields(NEGATIVES[name], left, right, reading))
    if left.cell.value is None or right.cell.value is None:
        return None
    if left.currency and right.currency and left.currency.casefold() != right.currency.casefold():
        return None
    compare = _pair_test(name.removesuffix("_field"), left.type, right.type)
    return compare(left.cell.value, right.cell.value, reading)


def _pair_test(name: str, left: str, right: str) -> "PairTest":
    """Return how two fields of these types are compared."""
    kinds = (
        (NUMBER_TYPES, _NUMBER_PAIRS),
        (TEXT_TYPES, _TEXT_PAIRS),
        (frozenset({"date"}), _DATE_PAIRS),
        (frozenset({"bool"}), _BOOL_PAIRS),
    )
    for kind, table in kinds:
        if left in kind and right in kind:
            return _lookup(table, name, left)
    raise ValueError(f"no comparison between {left} and {right}")


# ------------------------------------------------------------------------------------------------------------ presence


def _decide_presence(name: str, operand: object, cell: Cell, reading: Reading) -> bool:
    """Say what is in the cell as it stands, whatever a blank means."""
    if name in ("older_than", "newer_than"):
        if cell.state is not State.OK or not isinstance(cell.value, date):
            return False
        limit = shift(reading.as_of, operand, -1)
        return cell.value < limit if name == "older_than" else cell.value >= limit
    holds = {
        "known": cell.state is not State.MISSING,
        "unknown": cell.state is State.MISSING,
        "valid": cell.state is State.OK,
        "invalid": cell.state is State.INVALID,
        "placeholder": cell.placeholder,
    }[name]
    return holds is _flag(operand)


def _decide_ever(name: str, operand: object, column: Column) -> Truth:
    """Say whether a date is there at all; an unreadable one leaves it open."""
    if column.type != "date":
        raise ValueError(f"no operator {name!r} for a field of type {column.type}")
    if column.cell.state is State.INVALID:
        return None
    happened = column.cell.value is not None
    return (happened if name == "ever" else not happened) is _flag(operand)


def _flag(operand: object) -> bool:
    """Return an operand that can only be true or false."""
    if not isinstance(operand, bool):
        raise TypeError(f"not true or false: {operand!r}")
    return operand


def _listed(operand: object) -> Sequence[object]:
    """Return a list operand as it is, and anything else as a list of one."""
    return operand if isinstance(operand, list) else [operand]


def _pair(operand: object) -> tuple[object, object]:
    """Return the two ends of a `between` or `range`."""
    low, high = _listed(operand)
    return low, high


# ------------------------------------------------------------------------------------------------------------- numbers


def _settle(*, always: bool, nowhere: bool) -> Truth:
    """Return TRUE where every amount of the interval passes, FALSE where none does, else UNKNOWN."""
    if always:
        return True
    return False if nowhere else None


def _point(operand: object) -> Interval:
    """Return an operand as an interval of one amount."""
    amount = parse_operand(operand)
    return Interval(low=amount, high=amount)


def _eq(left: Interval, right: Interval) -> Truth:
    """Two amounts are the same only where neither is a range."""
    same = left.low == left.high == right.low == right.high
    return _settle(always=same, nowhere=left.high < right.low or left.low > right.high)


def _gt(left: Interval, right: Interval) -> Truth:
    return _settle(always=left.low > right.high, nowhere=left.high <= right.low)


def _gte(left: Interval, right: Interval) -> Truth:
    return _settle(always=left.low >= right.high, nowhere=left.high < right.low)


def _number_in(value: Interval, operand: object) -> Truth:
    """An amount is in a list; a range that touches the list stays open."""
    amounts = [parse_operand(item) for item in _listed(operand)]
    hit = any(value.low <= amount <= value.high for amount in amounts)
    return _settle(always=hit and value.low == value.high, nowhere=not hit)


def _number_between(value: Interval, operand: object) -> Truth:
    """Both ends belong to `between`."""
    low, high = (parse_operand(end) for end in _pair(operand))
    return _settle(always=low <= value.low and value.high <= high, nowhere=value.high < low or value.low > high)


def _number_range(value: Interval, operand: object) -> Truth:
    """The lower end belongs to `range`, the upper does not."""
    low, high = (parse_operand(end) for end in _pair(operand))
    return _settle(always=low <= value.low and value.high < high, nowhere=value.high < low or value.low >= high)


_NUMBER: dict[str, Callable[[Interval, object], Truth]] = {
    "eq": lambda value, operand: _eq(value, _point(operand)),
    "gt": lambda value, operand: _gt(value, _point(operand)),
    "gte": lambda value, operand: _gte(value, _point(operand)),
    "lt": lambda value, operand: _gt(_point(operand), value),
    "lte": lambda value, operand: _gte(_point(operand), value),
    "in": _number_in,
    "between": _number_between,
    "range": _number_range,
}
_BOOL: dict[str, Callable[[bool, object], Truth]] = {
    "is": lambda value, operand: value is _flag(operand),
    "eq": lambda value, operand: value is _flag(operand),
    "in": lambda value, operand: any(value is _flag(item) for item in _listed(operand)),
}

# --------------------------------------------------------------------------------------------------------------- dates

DateTest: TypeAlias = Callable[[date, object, date], Truth]


def _dated(compare: Callable[[date, date], bool]) -> DateTest:
    """Compare with a date written in the rules."""
    return lambda value, operand, as_of: compare(value, date_operand(operand, as_of))


def _date_between(value: date, operand: object, as_of: date) -> bool:
    """Both days belong to `between`."""
    first, last = (date_operand(end, as_of) for end in _pair(operand))
    return first <= value <= last


def _in_period(name: str) -> DateTest:
    """Ask for a calendar period around as_of."""

    def test(value: date, operand: object, as_of: date) -> bool:
        first, last = period(as_of, operand, _PERIODS[name])
        return first <= value <= last

    return test


_DATE: dict[str, DateTest] = {
    "eq": _dated(operator.eq),
    "on": _dated(operator.eq),
    "in": lambda value, operand, as_of: any(value == date_operand(item, as_of) for item in _listed(operand)),
    "before": _dated(operator.lt),
    "after": _dated(operator.gt),
    "on_or_before": _dated(operator.le),
    "on_or_after": _dated(operator.ge),
    "between": _date_between,
    "within_last": lambda value, operand, as_of: shift(as_of, operand, -1) <= value <= as_of,
    "before_last": lambda value, operand, as_of: value < shift(as_of, operand, -1),
    "within_next": lambda value, operand, as_of: as_of <= value <= shift(as_of, operand, 1),
    "after_next": lambda value, operand, as_of: value > shift(as_of, operand, 1),
    "this": _in_period("this"),
    "last": _in_period("last"),
    "next": _in_period("next"),
}
# ---------------------------------------------------------------------------------------------------------------- text

TextTest: TypeAlias = Callable[[str, object, Reading], Truth]


def _trimmed(text: str, reading: Reading) -> str:
    return text.strip() if reading.trim else text


def _normal(text: str, reading: Reading) -> str:
    """Return text in the form that comparisons of this clause see."""
    trimmed = _trimmed(text, reading)
    return trimmed if reading.case == "exact" else unicodedata.normalize("NFKC", trimmed).casefold()


def _text_operand(operand: object) -> str:
    """Return a text operand; a whole number is taken as it is written."""
    if isinstance(operand, bool) or not isinstance(operand, str | int):
        raise TypeError(f"not a text: {operand!r}")
    return str(operand)


def _some(compare: Callable[[str, str], bool]) -> TextTest:
    """Pass where the text compares with one of the operands at least."""

    def test(value: str, operand: object, reading: Reading) -> bool:
        text = _normal(value, reading)
        return any(compare(text, _normal(_text_operand(item), reading)) for item in _listed(operand))

    return test


def _has_word(text: str, word: str) -> bool:
    """Look for a word whose neighbours are no letters, digits or underscores."""
    starts = (at for at in range(len(text)) if text.startswith(word, at))
    return any(not _is_wordy(text[max(at - 1, 0) : at] + text[at + len(word) :][:1]) for at in starts)


def _is_wordy(neighbours: str) -> bool:
    return any(char.isalnum() or char == "_" for char in neighbours)


def _like(text: str, pattern: str) -> bool:
    """Match the whole text, where % stands for any text and _ for one character."""
    parts = (".*" if char == "%" else "." if char == "_" else re.escape(char) for char in pattern)
    return re.fullmatch("".join(parts), text, re.DOTALL) is not None


def _matches(value: str, operand: object, reading: Reading) -> bool:
    """Search a regular expression anywhere in the text."""
    flags = re.NOFLAG if reading.case == "exact" else re.IGNORECASE
    return re.search(_text_operand(operand), _normal(value, reading), flags) is not None


def _domain(text: str) -> str:
    """Return the domain of a folded e-mail or web address."""
    if "@" in text and "://" not in text:
        return text.rpartition("@")[2]
    host = re.split(r"[/?#:]", text.rpartition("://")[2], maxsplit=1)[0]
    return host.removeprefix("www.")


def _domain_in(value: str, operand: object, _reading: Reading) -> bool:
    """Pass for a listed domain and for what stands under it."""
    found = _domain(fold(value))
    wanted = [fold(_text_operand(item)).removeprefix("@") for item in _listed(operand)]
    return any(found == domain or found.endswith("." + domain) for domain in wanted)


def _free_mail(value: str, operand: object, _reading: Reading) -> bool:
    return (_mail_domain(value) in FREE_MAIL) is _flag(operand)


def _disposable(value: str, operand: object, _reading: Reading) -> bool:
    return (_mail_domain(value) in DISPOSABLE) is _flag(operand)


def _role(value: str, operand: object, _reading: Reading) -> bool:
    """Look at what stands before the last @, without what a plus sign adds to it."""
    local = fold(value).rpartition("@")[0].partition("+")[0]
    return (local in ROLES) is _flag(operand)


def _mail_domain(value: str) -> str:
    return _domain(fold(value)).rstrip(".")


def _similar(value: str, operand: object, reading: Reading) -> bool:
    """Compare by Jaro and Winkler; 0.9 is similar unless the rule says otherwise."""
    asked = operand if isinstance(operand, dict) else {"to": operand}
    least = Decimal(str(asked.get("at_least", 0.9)))
    return jaro_winkler(_normal(value, reading), _normal(_text_operand(asked["to"]), reading)) >= float(least)


def jaro_winkler(one: str, other: str) -> float:
    """Return Winkler's (1990) similarity: Jaro's, raised by up to four common first letters where it is above 0.7."""
    jaro = _jaro(one, other)
    prefix = 0
    while prefix < min(4, len(one), len(other)) and one[prefix] == other[prefix]:
        prefix += 1
    return jaro + prefix * 0.1 * (1 - jaro) if jaro > 0.7 else jaro


def _jaro(one: str, other: str) -> float:
    """Return the mean share of common letters and of those in the same order; letters are common if they stand near."""
    if one == other:
        return 1.0
    reach = max(max(len(one), len(other)) // 2 - 1, 0)
    taken: set[int] = set()
    mine: list[str] = []
    for at, letter in enumerate(one):
        near = range(max(at - reach, 0), min(at + reach + 1, len(other)))
        found = next((place for place in near if place not in taken and other[place] == letter), None)
        if found is not None:
            taken.add(found)
            mine.append(letter)
    if not mine:
        return 0.0
    moved = sum(a != b for a, b in zip(mine, (other[at] for at in sorted(taken)), strict=True)) // 2
    common = len(mine)
    return (common / len(one) + common / len(other) + (common - moved) / common) / 3


def _counts(operand: object) -> object:
    """Return a bare number as a question for exactly that many."""
    return operand if isinstance(operand, dict) else {"eq": operand}


def _counted(count: int, operand: object) -> Truth:
    """Compare a count with {gte: 2} and its like; several of them mean all."""
    if not isinstance(operand, dict):
        raise TypeError(f"not a comparison: {operand!r}")
    value = Interval(low=Decimal(count), high=Decimal(count))
    wanted = {str(name): limit for name, limit in operand.items()}
    others = all(_lookup(_NUMBER, name, "count")(value, limit) for name, limit in wanted.items() if name != "ne")
    return others and ("ne" not in wanted or _eq(value, _point(wanted["ne"])) is False)


_TEXT: dict[str, TextTest] = {
    "eq": _some(operator.eq),
    "in": _some(operator.eq),
    "contains": _some(operator.contains),
    "contains_word": _some(_has_word),
    "starts_with": _some(str.startswith),
    "ends_with": _some(str.endswith),
    "like": _some(_like),
    "matches": _matches,
    "length": lambda value, operand, reading: _counted(len(_trimmed(value, reading)), _counts(operand)),
    "domain_in": _domain_in,
    "similar_to": _similar,
    "is_free_mail": _free_mail,
    "is_role_address": _role,
    "is_disposable": _disposable,
}

# --------------------------------------------------------------------------------------------------------- multi-value

TokensTest: TypeAlias = Callable[[Sequence[str], object, Reading], Truth]


def _tokens(value: str, reading: Reading) -> list[str]:
    """Split a cell at semicolons; a token is always trimmed and never empty."""
    trimmed = (token.strip() for token in value.split(";"))
    return [_normal(token, reading) for token in trimmed if token]


def _wanted(operand: object, reading: Reading) -> set[str]:
    """Return the tokens a rule asks for."""
    return {_normal(_text_operand(item).strip(), reading) for item in _listed(operand)}


def _count(tokens: Sequence[str], operand: object, _reading: Reading) -> Truth:
    """Count the tokens; a bare number asks for exactly that many."""
    return _counted(len(tokens), _counts(operand))


_MULTI: dict[str, TokensTest] = {
    "has_any": lambda tokens, operand, reading: bool(_wanted(operand, reading) & set(tokens)),
    "has_all": lambda tokens, operand, reading: _wanted(operand, reading) <= set(tokens),
    "exactly": lambda tokens, operand, reading: _wanted(operand, reading) == set(tokens),
    "count": _count,
}

# ---------------------------------------------------------------------------------------------------------- two fields

PairTest: TypeAlias = Callable[[Any, Any, Reading], Truth]

_NUMBER_PAIRS: dict[str, PairTest] = {
    "eq": lambda left, right, _: _eq(left, right),
    "gt": lambda left, right, _: _gt(left, right),
    "gte": lambda left, right, _: _gte(left, right),
    "lt": lambda left, right, _: _gt(right, left),
    "lte": lambda left, right, _: _gte(right, left),
}
_TEXT_PAIRS: dict[str, PairTest] = {
    "eq": lambda left, right, reading: _normal(left, reading) == _normal(right, reading),
}
_BOOL_PAIRS: dict[str, PairTest] = {"eq": lambda left, right, _: left is right}
_DATE_PAIRS: dict[str, PairTest] = {
    "eq": lambda left, right, _: bool(left == right),
    "before": lambda left, right, _: bool(left < right),
    "after": lambda left, right, _: bool(left > right),
}
