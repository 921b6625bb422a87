"""Sheets whose cells stand far apart: wide runs of blank columns are neither written out nor read."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import compress

from segaudit.ingest.books.facts import MergedRange, SheetFacts

MOST_BLANK = 100  # blank columns next to each other that are kept, as a table may have them

Gaps = Sequence[tuple[int, int]]  # runs of columns left out, 1-based, both ends included, in order


class ColumnBook:
    """Notes which columns of a sheet hold anything, and folds its rows as they are written out."""

    def __init__(self) -> None:
        """Begin with a sheet that holds nothing."""
        self._filled = bytearray()  # by column: 1 if it is kept
        self._whole = 0  # columns up to here are kept, for a row without a gap reaches so far

    def fold(self, number: int, cells: list[str]) -> list[str]:
        """Return a row as it is written out: its number with the gaps in it, then the cells that are left."""
        gaps = list(_gaps(cells)) if len(cells) > MOST_BLANK else []
        if not gaps:
            self._whole = max(self._whole, len(cells))
            return [str(number), *cells]
        self._filled.extend(bytes(max(0, len(cells) - len(self._filled))))
        head, left = [str(number)], []
        after = 0
        for first, end in (*gaps, (len(cells), len(cells))):
            self._filled[after:first] = b"\1" * (first - after)
            left += cells[after:first]
            after = end
        head += [f"{first}+{end - first}" for first, end in gaps]
        return [" ".join(head), *left]

    def close(self, facts: SheetFacts) -> None:
        """Let what is known of a sheet speak of the columns that are left, once all its rows have passed."""
        self._filled[: self._whole] = b"\1" * min(self._whole, len(self._filled))
        blank = ((run_first, run_end) for run_first, run_end in _runs(self._filled) if run_end - run_first > MOST_BLANK)
        facts.gaps = [(first + 1, end) for first, end in blank]
        if not facts.gaps:
            return
        facts.width = placed(facts.width, facts.gaps)
        hidden = (_placed(first, last, facts.gaps) for first, last in facts.hidden_ranges)
        facts.hidden_ranges = [ends for ends in hidden if ends is not None]
        facts.merged = list(_merged(facts.merged, facts.gaps))


def unfold(fields: Sequence[str], gaps: Gaps) -> tuple[int, list[str]]:
    """Return the number and the cells of a row that was written out, without the columns that are left out.

    Args:
        fields: The row as ``fold`` returned it.
        gaps: What is left out of the whole sheet; a row may lack more.
    """
    number, *own = fields[0].split(" ")
    if not own:
        return int(number), list(fields[1:])
    cells: list[str] = []
    taken, column = 1, 0  # fields, and columns of the sheet, that are done
    for first, length in (map(int, gap.split("+")) for gap in own):
        cells += fields[taken : taken + first - column]
        taken += first - column
        column = first + length
        cells += [""] * (placed(column, gaps) - len(cells))
    return int(number), cells + list(fields[taken:])


def placed(column: int, gaps: Gaps) -> int:
    """Return where a column of the sheet stands among those left; of one left out, where the last before it does."""
    return column - sum(min(last, column) - first + 1 for first, last in gaps if first <= column)


def reach(columns: int, gaps: Gaps) -> int:
    """Return how far a row of so many cells reaches in the sheet."""
    for first, last in gaps:
        if columns >= first:
            columns += last - first + 1
    return columns


def gap_letters(gap: tuple[int, int]) -> str:
    """Return a gap as a sheet names its columns, such as ``C to XFC``."""
    return f"{_letters(gap[0])} to {_letters(gap[1])}"


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _gaps(cells: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the runs of blank cells too long to be written out: index of the first, and of the next filled."""
    if all(cells[MOST_BLANK :: MOST_BLANK + 1]):  # each such run crosses one of these
        return
    after = 0
    for index in compress(range(len(cells)), cells):
        if index - after > MOST_BLANK:
            yield after, index
        after = index + 1


def _runs(filled: bytes | bytearray) -> Iterator[tuple[int, int]]:
    """Yield the runs of zeros: index of the first, and of the next that is none."""
    at = filled.find(0)
    while at >= 0:
        end = filled.find(1, at)
        yield at, len(filled) if end < 0 else end
        at = -1 if end < 0 else filled.find(0, end)


def _placed(first: int, last: int, gaps: Gaps) -> tuple[int, int] | None:
    """Return where some columns stand among those left; None if none of them is."""
    ends = placed(first - 1, gaps) + 1, placed(last, gaps)
    return ends if ends[0] <= ends[1] else None


def _merged(ranges: Iterable[MergedRange], gaps: Gaps) -> Iterator[MergedRange]:
    for cells in ranges:
        ends = _placed(cells.left, cells.right, gaps)
        if ends is not None:
            yield MergedRange(top=cells.top, left=ends[0], bottom=cells.bottom, right=ends[1])
