"""How a delimited file is written, decided from its first rows."""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_ROWS = 2000
_TITLES = 20  # rows in which a header is looked for
_TITLE_CELLS = 2
_TITLED_WIDTH = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """A delimiter, the header it gives, and the first rows under it."""

    delimiter: str
    header: tuple[str, ...]
    skip: int  # physical lines above the header
    titles: tuple[str, ...]  # what those lines say
    sample: tuple[tuple[str, ...], ...]  # data rows, at most 2,000


def detect_dialect(text: str, *, complete: bool, delimiter: str | None = None) -> Dialect:
    """Decide the delimiter from a file's beginning.

    Args:
        text: The beginning, decoded.
        complete: The text is the whole file; otherwise its last row is cut and ignored.
        delimiter: What the user said it is; None to find it.
    """
    candidates = (delimiter,) if delimiter else DELIMITERS
    best, rows, highest = candidates[0], _rows(text, candidates[0], complete=complete), 0.0
    for candidate in candidates:
        # A character that stands there n times makes rows of n + 1 cells at the most, and parsing takes milliseconds.
        if 1 - 1 / (text.count(candidate) + 1) <= highest:
            continue
        parsed = rows if candidate == candidates[0] else _rows(text, candidate, complete=complete)
        consistency = _consistency(parsed)
        if consistency > highest:  # the first of equals stays: the comma
            best, rows, highest = candidate, parsed, consistency
    skip, titles, rows = _above_header(text, rows, best)
    header = tuple(rows[0]) if rows else ()
    sample = tuple(tuple(row) for row in rows[1:])
    return Dialect(
        delimiter=best,
        header=header,
        skip=skip,
        titles=titles,
        sample=sample,
    )


def _rows(text: str, delimiter: str, *, complete: bool) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[list[str]] = []
    try:
        for row in reader:
            rows.append(row)
            if len(rows) > _SAMPLE_ROWS:
                return rows
    except csv.Error:
        return rows
    return rows if complete else rows[:-1]


def _consistency(rows: Sequence[Sequence[str]]) -> float:
    """Return how table-like rows are: the share of them with the most common width, for widths above one."""
    widths = Counter(len(row) for row in rows if row)
    if not widths:
        return 0.0
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    if width == 1:
        return 0.0
    # A wider table is stronger evidence: one comma in each row of prose happens, ten do not.
    return count / sum(widths.values()) * (1 - 1 / width)


def _above_header(text: str, rows: list[list[str]], delimiter: str) -> tuple[int, tuple[str, ...], list[list[str]]]:
    """Set aside what stands above the header: empty rows, and titles.

    A title is a row of one or two cells above a table of at least four columns; a row with more may be a header that
    lacks names, and taking a data row for the header would lose it.

    Returns:
        How many physical lines they are, what they say, and the rows from the header on.
    """
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows]
    # The width of the row in the middle, not of the widest: one row with too many cells makes no header a title.
    widths = sorted(count for count in filled[: 2 * _TITLES] if count)
    typical = widths[(len(widths) - 1) // 2] if widths else 0
    least = _TITLE_CELLS if typical >= _TITLED_WIDTH else 0
    first = next((index for index, count in enumerate(filled) if count > least), len(rows))
    if first > _TITLES:  # a table that is nearly empty all the way down has no titles
        first = next((index for index, count in enumerate(filled) if count), len(rows))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    for _ in range(first):
        next(reader)
    titles = tuple(" ".join(filter(None, map(str.strip, row))) for row in rows[:first])
    return reader.line_num, tuple(filter(None, titles)), rows[first:]
