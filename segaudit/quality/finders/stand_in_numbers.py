"""Which numbers stand for a missing value: a digit held down or counted along, where no other number is near."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from segaudit.quality.data import Counted
from segaudit.quality.fillers import digits_of, is_counting, is_held_key
from segaudit.quality.finders.stand_in_words import Evidence

_HELD = 5  # 9999 may be a count, 99999 a hand left on the key
_HELD_IF_OFTEN = 4
_OFTEN = 5  # times as often as any number that is no filler
_FILLERS = 20  # that could have been typed at each size of number: as many chances to be wrong
_BY_CHANCE = 0.05
_RARELY_BY_CHANCE = 0.005
_LIKELY = 0.75
_NEAR = 0.1  # of the number itself
_CODES = frozenset({"-1", "-9", "-99", "-999", "-9999"})
_CODE_ROWS = 3
_APART = 5  # times the largest other number, for 99 and 999 beside small ones
_PLAIN = re.compile(r"[^0-9.,-]+")
_DECIMALS = re.compile(r"[.,]0{1,2}$")
_FRACTION = re.compile(r"[.,]\d{1,2}$|[.]\d{3}$")


@dataclass(frozen=True, slots=True)
class _Numbers:
    """The other numbers of a column, smallest first, with their rows."""

    sizes: Sequence[float]
    rows: Sequence[int]
    share: float  # of the column's different numbers that are here

    def near(self, size: float) -> Sequence[int]:
        """Return the rows of each number near a size."""
        first, last = bisect_left(self.sizes, size * (1 - _NEAR)), bisect_right(self.sizes, size * (1 + _NEAR))
        return self.rows[first:last]

    @property
    def most(self) -> int:
        """Return the rows of the most frequent number."""
        return max(self.rows)

    @property
    def has_negative(self) -> bool:
        """Tell whether a number is below zero."""
        return bool(self.sizes) and self.sizes[0] < 0


def judge_numbers(
    values: Sequence[Counted], beside: Sequence[Counted], *, share: float = 1.0
) -> list[tuple[str, int, Evidence]]:
    """Return the numbers of a column that are fillers, with their rows.

    Args:
        values: The column's different values with their rows, or those of them that may be fillers.
        beside: The values to compare them with.
        share: Of the column's different values that are among these.
    """
    candidates = [(value, rows) for value, rows in values if _filler_digits(value)]
    if not candidates:
        return []
    taken = {value for value, _ in candidates}
    others = _others([(value, rows) for value, rows in beside if value not in taken], share)
    judged = ((value, rows, _judge(value, rows, others)) for value, rows in candidates)
    return [(value, rows, evidence) for value, rows, evidence in judged if evidence]


def is_filler_number(text: str) -> bool:
    """Tell whether a number is one digit held down, or counts up or down, whatever is beside it."""
    digits = _filler_digits(text)
    return len(digits) >= _HELD


def _filler_digits(text: str) -> str:
    """Return the digits of a number that may be a filler; empty if it may not."""
    plain = _DECIMALS.sub("", text.strip())
    if any(character.isalpha() for character in plain) or plain.endswith("+"):
        return ""
    digits, signed = digits_of(plain), _PLAIN.sub("", plain)
    if is_counting(digits) and not is_held_key(digits, 1) and _FRACTION.search(plain):
        return ""  # 123.45 is an amount
    nines = bool(digits) and not digits.strip("9") and len(digits) > 1
    return digits if nines or is_held_key(digits, _HELD_IF_OFTEN) or is_counting(digits) or signed in _CODES else ""


def _others(values: Sequence[Counted], share: float) -> _Numbers:
    read = sorted((size, rows) for value, rows in values if (size := _size(value)) is not None)
    return _Numbers([size for size, _ in read], [rows for _, rows in read], share)


def _size(text: str) -> float | None:
    try:
        return float(_PLAIN.sub("", text).replace(",", ""))
    except ValueError:
        return None


def _judge(text: str, rows: int, others: _Numbers) -> Evidence | None:
    digits, size = _filler_digits(text), _size(_DECIMALS.sub("", text))
    if size is None or not others.sizes or not digits.strip("0"):
        return None
    what = "repeats one digit" if len(set(digits)) == 1 else "counts up or down"
    if size < 0:
        return _judge_negative(text, rows, others)
    if len(digits) < _HELD:
        return _judge_short(digits, size, rows, others, what)
    # How likely any filler of this size is there by chance, if numbers near it are spread evenly.
    near = others.near(size)
    chance = _FILLERS * len(near) / others.share / max(2 * _NEAR * size, 1.0)
    in_rows = f"in {rows:,} {'row' if rows == 1 else 'rows'}"
    if chance <= _BY_CHANCE:
        # One row may be what it says, however it looks; a long run of nines is not.
        nines = not digits.strip("9") and len(digits) > _HELD
        sure = 0.95 if chance <= _RARELY_BY_CHANCE else 0.9
        confidence = sure if rows >= _CODE_ROWS or nines else _LIKELY
        return Evidence(confidence=confidence, because=f"{what}, {in_rows}, where numbers of its size are rare")
    if rows >= _OFTEN * max(near, default=rows):
        return Evidence(confidence=0.9, because=f"{what}, {in_rows}, far more than any number of its size")
    return None


def _judge_negative(text: str, rows: int, others: _Numbers) -> Evidence | None:
    if others.has_negative:
        return None
    digits = digits_of(text)
    if is_held_key(digits, _HELD_IF_OFTEN - 1):
        return Evidence(confidence=0.95, because="repeats one digit below zero, where all other numbers are above")
    if rows >= _CODE_ROWS:
        return Evidence(confidence=0.85, because="is the one number below zero, and recurs")
    return None


def _judge_short(digits: str, size: float, rows: int, others: _Numbers, what: str) -> Evidence | None:
    """Judge 99, 999, 9999 and 1111, which are counts as well."""
    largest = others.sizes[-1]
    if not digits.strip("9") and size >= _APART * largest and rows >= _CODE_ROWS and len(others.sizes) > _CODE_ROWS:
        return Evidence(confidence=0.85, because=f"{what} and is far above all other numbers, in {rows:,} rows")
    if len(digits) >= _HELD_IF_OFTEN and rows >= _CODE_ROWS and rows >= _OFTEN * others.most:
        return Evidence(confidence=0.9, because=f"{what}, {rows / others.most:.0f} times as often as any other number")
    return None
