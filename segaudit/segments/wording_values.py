"""Values as people read them: 20M of a field in dollars as $20M, 30d as 30 days, 0.04 as 4%."""

import re
from collections.abc import Sequence
from datetime import date

from segaudit.model.conditions import Operand
from segaudit.model.fields import FieldType
from segaudit.model.segments import RuleField

_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
_SCALES = ((10**9, "B"), (10**6, "M"), (10**3, "K"))
_CENTS = 100  # a scaled amount may have two decimals: 1.25M
_LENGTH = re.compile(r"([0-9]+)([dwmy])")
_UNITS = {"d": "day", "w": "week", "m": "month", "y": "year"}
_YEARS = range(1000, 10_000)
_PLAIN_WORD = re.compile(r"\S(?:[^,;\"]*\S)?")
_MOST_LISTED = 20
_LONGEST_NUMBER = 1e15  # written out; it also catches what is no number at all
_COMPARED = {"eq": "", "ne": "not ", "gt": "above ", "gte": "at least ", "lt": "below ", "lte": "at most "}


def field_words(name: str) -> str:
    """Return a field's name as people say it."""
    return name.replace("_", " ").strip() or name


def value_words(value: Operand, field: RuleField) -> str:
    """Return one value of a field, or several as alternatives."""
    if isinstance(value, tuple):
        return listed([value_words(item, field) for item in value], "or")
    if isinstance(value, dict):
        return ", ".join(f"{key} {value_words(item, field)}" for key, item in value.items())
    if isinstance(value, str):
        if field.type is FieldType.DATE and value == "as_of":
            return "today"
        return value if _PLAIN_WORD.fullmatch(value) else f'"{value}"'
    return _scalar_words(value, field)


def _scalar_words(value: float | date, field: RuleField) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    return amount_words(float(value), field)


def amount_words(number: float, field: RuleField) -> str:
    """Return a number of a field: money in its currency and scaled where that is exact, years without a comma."""
    if field.type is FieldType.MONEY:
        return _money_words(number, field.currency or "")
    if field.name.endswith("year") and number in _YEARS:
        return f"{number:.0f}"
    return number_words(number)


def number_words(number: float) -> str:
    """Return a number: ``2,000``, ``0.5``."""
    if not -_LONGEST_NUMBER < number < _LONGEST_NUMBER:
        return f"{number:.6g}"
    if number == int(number):
        return f"{int(number):,}"
    return f"{number:,.6f}".rstrip("0").rstrip(".")


def _money_words(number: float, currency: str) -> str:
    sign, size = "-" if number < 0 else "", abs(number)
    told = number_words(size)
    for scale, letter in _SCALES:
        if scale <= size < _LONGEST_NUMBER:
            hundredths = size * _CENTS / scale
            told = f"{number_words(hundredths / _CENTS)}{letter}" if hundredths == int(hundredths) else told
            break
    if currency in _SIGNS:
        return f"{sign}{_SIGNS[currency]}{told}"
    return f"{currency} {sign}{told}".strip()


def share_words(share: float) -> str:
    """Return a share as a percentage, without rounding away what somebody wrote: ``4%``, ``0.5%``."""
    return f"{number_words(round(share * 100, 4))}%"


def length_words(length: str) -> str:
    """Return a length of time such as ``30d``; what is none stays as it is."""
    match = _LENGTH.fullmatch(length)
    if match is None:
        return length
    return f"{int(match[1]):,} {_UNITS[match[2]]}{'' if int(match[1]) == 1 else 's'}"


def bound_words(bounds: Operand, field: RuleField | None = None) -> str:
    """Return comparisons such as ``{"gte": 2.0, "lt": 5.0}``: ``at least 2 and below 5``."""
    if not isinstance(bounds, dict):
        return f"exactly {_number(bounds, field)}"
    told = [f"{_COMPARED.get(name, f'{name} ')}{_number(bound, field)}" for name, bound in bounds.items()]
    return listed([f"exactly {words}" if name == "eq" else words for name, words in zip(bounds, told, strict=True)])


def _number(value: Operand, field: RuleField | None) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return amount_words(float(value), field) if field is not None else number_words(float(value))
    return str(value)


def listed(words: Sequence[str], last: str = "and") -> str:
    """Return words as a list in a sentence; of very many the first."""
    if len(words) > _MOST_LISTED:
        words = [*words[:_MOST_LISTED], f"{len(words) - _MOST_LISTED:,} more"]
    return "".join(words) if len(words) <= 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"
