"""Commas that separate no cells: those of decimal numbers, of names with the surname first, and of prose."""

import re
from collections import Counter
from collections.abc import Sequence

from segaudit.ingest.shapes import shape

_NEARLY_ALL = 0.9
_MOSTLY = 2 / 3
_LEAST_LINES = 2
_PAIR = 2
_MONEY = r"\s*[-+(]?\s?[$€£¥]?\s?{}\s?[%$€£¥)]?\s*"
_DECIMAL = re.compile(_MONEY.format(r"(?:\d{1,3}(?:[. '\u00a0]\d{3})+|\d+),\d+"))
_GROUPED = re.compile(_MONEY.format(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?"))


def is_one_column(lines: Sequence[str]) -> bool:
    """Tell whether a file whose lines hold commas has one column all the same.

    Its first line, the header, has no comma. The others are single numbers; or texts in which a blank follows every
    comma, as in "Lee, Ann", without making rows of three cells or more. What speaks against a title above a table of
    two columns is that none of those holds anything but words.
    """
    header, *values = lines
    commas = [value for value in values if "," in value]
    if "," in header or len(values) < _LEAST_LINES or len(commas) < _MOSTLY * len(values):
        return False
    if all(_DECIMAL.fullmatch(value) or _GROUPED.fullmatch(value) for value in commas):
        return True
    texts = [value.split(", ") for value in commas]
    width, count = Counter(map(len, texts)).most_common(1)[0]
    parts = [part for text in texts for part in text]
    return (
        (width == _PAIR or count < _MOSTLY * len(texts))
        and not any("," in part or part.startswith('"') for part in parts)
        and sum(shape(part) == "text" for part in parts) >= _NEARLY_ALL * len(parts)
    )


def parts_decimals(lines: Sequence[str], delimiter: str) -> bool:
    """Tell whether lines are rows under a delimiter, as wide as the first, and all commas in them are of decimals."""
    rows = [line.split(delimiter) for line in lines]
    cells = [cell for row in rows for cell in row if "," in cell]
    return (
        len(rows[0]) > 1
        and sum(len(row) == len(rows[0]) for row in rows) >= _NEARLY_ALL * len(rows)
        and sum(bool(_DECIMAL.fullmatch(cell)) for cell in cells) >= _NEARLY_ALL * len(cells)
    )
