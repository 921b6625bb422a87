"""How a delimited file is written, decided from its first rows."""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_ROWS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """A delimiter, the header it gives, and the first rows under it."""

    delimiter: str
    header: tuple[str, ...]
    skip: int  # physical lines before the header that hold nothing
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
    skip, rows = _drop_empty_head(text, rows, best)
    header = tuple(rows[0]) if rows else ()
    sample = tuple(tuple(row) for row in rows[1:])
    return Dialect(
        delimiter=best,
        header=header,
        skip=skip,
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


def _drop_empty_head(text: str, rows: list[list[str]], delimiter: str) -> tuple[int, list[list[str]]]:
    """Set aside rows without content above the header; return how many physical lines they are."""
    first = next((index for index, row in enumerate(rows) if any(cell.strip() for cell in row)), len(rows))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    for _ in range(first):
        next(reader)
    return reader.line_num, rows[first:]
