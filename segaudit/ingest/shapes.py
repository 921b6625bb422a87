"""What the cells of each column look like: enough to tell a header from data, and where a shifted row went wrong."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from segaudit.sql.kinds import WHITE_SPACE

_ROWS_LOOKED_AT = 200
_TYPED_FROM = 0.8  # share of a column's filled cells that are of one shape
_SMOOTHING = 0.5
_CLEARLY = math.log(10.0)  # one reading of a row is believed over another if it is ten times as likely
_TEXT, _CODE, _BLANK = "text", "code", ""
_SHAPES = (
    ("number", re.compile(r"[-+(]?[$€£¥]?\s?-?\d[\d.,' ]*\s?[%$€£)]?")),
    ("email", re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")),
    ("url", re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)),
    ("date", re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ].*)?")),
    ("time", re.compile(r"\d{1,2}:\d\d(?::\d\d)?(?:\s?[apAP]\.?[mM]\.?)?")),
    (_CODE, re.compile(r"(?=\S*\d)(?=\S*[^\W\d_])[\w./#:+-]{2,40}")),
    ("phone", re.compile(r"\+?[\d(][\d\s()./-]{6,}(?:\s?(?:x|ext\.?)\s?\d+)?")),
)
# A date of digits and dots is no number, and a year is as good a name as it is a value.
_DATE = _SHAPES[3][1]
_YEAR = re.compile(r"(?:19|20)\d\d")
_MOST_SHIFTS = 3
_WIDEST_ALIGNED = 100
# Where two cells that lost what was between them meet: a figure and a letter, a small letter and a capital.
_SEAMS = re.compile(r"(?<=\d)(?=[^\W\d_]|[$€£¥])|(?<=[^\W\d_])(?=\d)|(?<=[a-zß-ÿ])(?=[A-ZÀ-Þ])")
_UNNATURAL = math.log(50.0)  # how much less likely they meet elsewhere
_QUOTE = '"'
_SHORT = 40  # characters of a cell that is parted anywhere


def shape(cell: str) -> str:
    """Return what a cell looks like: number, date, email, ..., text; nothing if it is blank."""
    text = cell.strip(WHITE_SPACE)
    if not text:
        return _BLANK
    if _DATE.fullmatch(text):
        return "date"
    return next((name for name, pattern in _SHAPES if pattern.fullmatch(text)), _TEXT)


class ColumnShapes:
    """How often each column shows each shape, learnt from rows of the right width."""

    def __init__(self, rows: Sequence[Sequence[str]], width: int) -> None:
        """Learn.

        Args:
            rows: Data rows; the first 200 of the right width count.
            width: Columns.
        """
        whole = [row for row in rows if len(row) == width][:_ROWS_LOOKED_AT]
        self._counts = [Counter(shape(row[index]) for row in whole) for index in range(width)]
        self.typed: dict[int, str] = {}  # columns nearly all of whose filled cells have one shape, but for text
        for index, counts in enumerate(self._counts):
            filled = sum(counts.values()) - counts[_BLANK]
            name, count = max(
                ((name, count) for name, count in counts.items() if name), key=lambda pair: pair[1], default=("", 0)
            )
            if name != _TEXT and filled and count >= _TYPED_FROM * filled:
                self.typed[index] = name

    def matches(self, row: Sequence[str]) -> int:
        """Count typed columns in which a row shows the column's shape; not years and codes, which may be names."""
        return sum(
            name != _CODE and shape(row[index]) == name and not _YEAR.fullmatch(row[index].strip())
            for index, name in self.typed.items()
            if index < len(row)
        )

    def contradicts(self, row: Sequence[str]) -> int:
        """Count typed columns in which a row holds a word."""
        return sum(shape(row[index]) == _TEXT for index in self.typed if index < len(row))

    def align(self, cells: Sequence[str], delimiter: str) -> list[str] | None:
        """Put the cells of a row that is a little too wide or too narrow where they belong.

        Args:
            cells: A row with up to three cells too many, or too few.
            delimiter: What goes between two cells that were one.

        Returns:
            The row in the right width; None unless one way is far more likely than each other.
        """
        surplus = len(cells) - len(self._counts)
        if len(self._counts) > _WIDEST_ALIGNED:
            return None  # a way to read it for each column, and each looked at in every column
        row = list(cells)
        for _ in range(min(abs(surplus), _MOST_SHIFTS + 1)):
            one = self._clearly_best(_narrower(row, delimiter) if surplus > 0 else _wider(row))
            if one is None or one in (row, [*row, ""]):
                return None
            row = one
        return row if surplus and len(row) == len(self._counts) else None

    def _clearly_best(self, ways: Sequence["_Way"]) -> list[str] | None:
        likelihoods: dict[tuple[str, ...], float] = {}
        for way in ways:
            row = tuple(way.row)
            likelihoods[row] = max(self._likelihood(row) + way.prior, likelihoods.get(row, -math.inf))
        scored = sorted(likelihoods.items(), key=lambda pair: -pair[1])
        if len(scored) > 1 and scored[0][1] - scored[1][1] < _CLEARLY:
            return None
        return list(scored[0][0])

    def _likelihood(self, row: Sequence[str]) -> float:
        total = 0.0
        for cell, counts in zip(row, self._counts, strict=False):
            rows = sum(counts.values())
            total += math.log((counts[shape(cell)] + _SMOOTHING) / (rows + _SMOOTHING * (len(_SHAPES) + 2)))
        return total


@dataclass(frozen=True, slots=True)
class _Way:
    """A way to read a row, and the logarithm of how likely it is before the columns are looked at."""

    row: list[str]
    prior: float = 0.0


def _narrower(row: list[str], delimiter: str) -> list[_Way]:
    """Return each way to make one cell of two neighbours; next to a blank cell the delimiter is the surplus."""
    ways = [_Way(row)]  # what is over is at the end: no reason to touch the row
    for index in range(len(row) - 1):
        left, right = row[index], row[index + 1]
        joined = left + right if not left.strip() or not right.strip() else left + delimiter + right
        ways.append(_Way([*row[:index], joined, *row[index + 2 :]]))
    return ways


def _wider(row: list[str]) -> list[_Way]:
    """Return each way to put in a blank cell, or to part a cell in two."""
    ways = [_Way([*row[:index], "", *row[index:]]) for index in range(len(row) + 1)]
    for index, cell in enumerate(row):
        natural = {found.start() for found in _SEAMS.finditer(cell)}
        positions = range(1, len(cell)) if len(cell) <= _SHORT else sorted(natural)
        for position in positions:
            parted = [*row[:index], cell[:position], cell[position:], *row[index + 1 :]]
            ways.append(_Way(parted, 0.0 if position in natural else -_UNNATURAL))
        if _QUOTE in cell[1:-1]:
            left, right = cell.split(_QUOTE, 1)
            ways.append(_Way([*row[:index], left, right.removesuffix(_QUOTE), *row[index + 1 :]]))
    return ways
