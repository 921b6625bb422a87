"""Values that may stand for "missing" without being on the list; shown to the user, never counted as missing."""

from collections.abc import Sequence

from segaudit.model.coverage import ColumnMeasures
from segaudit.model.fields import NUMERIC_TYPES, FieldType
from segaudit.quality.fillers import CLOCK_STARTS, FIRST_DAYS, TYPED_TO_FILL, digits_of, is_held_key

_LEAST_ROWS = 3
_LEAST_SHARE = 0.001  # of filled rows
_STANDS_OUT = 5  # times as frequent as the next value
_MOST = 5
_PHONE_DIGITS = 7
_HELD_DIGITS = 5  # 99999 and 111111 are keys held down, however rare
_FILLER_DIGITS = 4  # 999 may be a count, 9999 is a hand left on the key
_SMALL = 100  # beside values up to this, a zero is a small number and no stand-in
_FREE = frozenset({FieldType.TEXT, FieldType.ENUM, FieldType.ID, FieldType.MULTI})


def find_suspects(kind: FieldType, measures: ColumnMeasures) -> tuple[tuple[str, int], ...]:
    """Return frequent values that look like stand-ins, with their rows.

    The evidence is that a value recurs and either cannot be read as the column's type, or holds no letter or digit,
    or is a filler number or first day of a calendar that stands out from the values beside it.
    """
    least = max(_LEAST_ROWS, _LEAST_SHARE * measures.filled)
    # Where most cells cannot be read, the type is wrong or the column is; single values are not what stands out.
    readable = measures.invalid * 2 <= measures.filled
    unread = [
        (value, rows)
        for value, rows in measures.invalid_frequent
        if readable and rows >= least and not _may_be_a_persons(kind, value)
    ]
    fillers = [
        (value, rows)
        for index, (value, rows) in enumerate(measures.frequent)
        if rows >= least and _is_filler(kind, value, index, measures.frequent)
    ]
    return tuple(dict(unread + fillers).items())[:_MOST]


def _is_filler(kind: FieldType, value: str, index: int, frequent: Sequence[tuple[str, int]]) -> bool:
    text = value.strip()
    if not any(map(str.isalnum, text)):
        return True
    if kind is FieldType.DATE:
        return text[:10] in FIRST_DAYS or text[:10] in CLOCK_STARTS
    if kind is FieldType.PHONE:
        return is_held_key(digits_of(text), 1)
    if kind in NUMERIC_TYPES:
        return is_held_key(text, _HELD_DIGITS) or (
            _is_filler_number(text) and _stands_out(index, frequent) and not _is_natural(text, frequent)
        )
    return kind in _FREE and text.lower() in TYPED_TO_FILL


def _may_be_a_persons(kind: FieldType, value: str) -> bool:
    """Tell whether a value that cannot be read may still be somebody's number or address, not to be shown unasked."""
    if kind is FieldType.PHONE:
        digits = digits_of(value)
        return len(digits) >= _PHONE_DIGITS and not is_held_key(digits, 1)
    return kind is FieldType.EMAIL and "@" in value and "." in value.partition("@")[2]


def _is_filler_number(text: str) -> bool:
    digits = text.lstrip("-").removesuffix(".0")
    return (digits in {"0", "1"} and text.startswith("-")) or digits == "0" or is_held_key(digits, _FILLER_DIGITS)


def _stands_out(index: int, frequent: Sequence[tuple[str, int]]) -> bool:
    """Tell whether a value is far more frequent than the next that is no filler."""
    rows = frequent[index][1]
    others = [
        count
        for position, (value, count) in enumerate(frequent)
        if position != index and not _is_filler_number(value.strip())
    ]
    return bool(others) and rows >= _STANDS_OUT * max(others)


def _is_natural(text: str, frequent: Sequence[tuple[str, int]]) -> bool:
    """Tell whether a zero stands among its like: in a column of counts or scores, none is an answer."""
    if _is_filler_number(text) and text.strip("-0.") != "":
        return False
    others = [value.strip().replace(",", "") for value, _ in frequent if not _is_filler_number(value.strip())]
    sizes = [abs(float(value)) for value in others if value.replace(".", "", 1).replace("-", "", 1).isdigit()]
    return any(size <= _SMALL for size in sizes)
