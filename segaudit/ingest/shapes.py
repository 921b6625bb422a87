"""What the cells of each column look like: enough to tell a header from data, and where a shifted row went wrong."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from segaudit.sql.kinds import WHITE_SPACE

_ROWS_LOOKED_AT = 200
_TYPED_FROM = 0.8  # share of a column's filled cells that are of one shape
_SMOOTHING = 0.5
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


@lru_cache(maxsize=1 << 13)  # the same first rows are looked at for several questions
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
        self._likelihoods = [_logarithms(counts) for counts in self._counts]
        lengths = Counter(map(len, rows))
        shorter = sum(count for length, count in lengths.items() if 1 < length < width)
        self.trimmed = 0 < shorter >= lengths[1]  # rows leave out the blank cells at their end
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

    def shown_by(self, row: Sequence[str]) -> int:
        """Count typed columns in which a row shows the column's shape."""
        return sum(shape(row[index]) == name for index, name in self.typed.items() if index < len(row))

    def contradicts(self, row: Sequence[str]) -> int:
        """Count typed columns in which a row holds a word."""
        return sum(shape(row[index]) == _TEXT for index in self.typed if index < len(row))

    def likelihood(self, index: int, cell: str) -> float:
        """Return the logarithm of how often a column shows a cell's shape."""
        return self._likelihoods[index][shape(cell)]

    @property
    def width(self) -> int:
        """Columns."""
        return len(self._counts)


def _logarithms(counts: Counter[str]) -> dict[str, float]:
    """Return for each shape the logarithm of how often a column shows it."""
    names = (*(name for name, _ in _SHAPES), _TEXT, _BLANK)
    return {name: math.log((counts[name] + _SMOOTHING) / (counts.total() + _SMOOTHING * len(names))) for name in names}
