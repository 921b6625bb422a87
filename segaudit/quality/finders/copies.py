"""Columns that say the same as another."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from segaudit.model.quality import Check, ColumnRemark
from segaudit.quality.data import QualityData
from segaudit.quality.finders.asking import ask, cells, share_of
from segaudit.quality.finders.reading import SAMPLE, sample_of
from segaudit.text.folding import fold

_SAMPLE = 2_000  # rows that pairs are looked for in
_LEAST_SHARED = 10  # rows of them that both columns fill
_LIKELY = 0.9
_EQUAL = 0.98  # of the rows that both fill
_BEYOND_CHANCE = 0.95  # how far agreement goes beyond what two columns of these values have anyway (Cohen's kappa)
_LEAST_DISTINCT = 3
_MOST_RECODED = 1_000  # different values
_MOST_PAIRS = 40

Pair = tuple[int, int]
IntArray: TypeAlias = NDArray[np.integer]


def find_copies(data: QualityData, check: Check) -> Iterable[ColumnRemark]:
    """Yield a remark for each pair of columns that are equal in nearly all rows, or of which one is the other's code.

    Settings: ``equal`` (share of rows), ``recoded: false`` to leave out codes.
    """
    copies: set[Pair] = set()
    for first, second in _likely_pairs(data):
        both, same, folded = _count_equal(data, first, second)
        if both and folded >= share_of(check, "equal", _EQUAL) * both and _kappa(data, first, second, both, folded):
            copies.add((first, second))
            otherwise = "" if same == folded else f", {folded - same:,} of them but for case and blanks"
            yield ColumnRemark(
                check=check.id,
                positions=(second, first),
                message=f"equals {data.source.headers[first - 1]} in {folded:,} of {both:,} rows both fill{otherwise}",
                rows=folded,
                rows_checked=both,
                confidence=folded / both,
            )
    if check.settings.get("recoded", True):
        yield from _recoded(data, check, copies)


def _likely_pairs(data: QualityData) -> list[Pair]:
    """Return pairs of columns that agree in most of a sample of rows, those that share most rows first."""
    positions = [reading.column.position for reading in data.readings if _tells(data, reading.column.position)]
    if len(positions) < 2:  # noqa: PLR2004 - a pair
        return []
    step = max(1, data.source.rows // SAMPLE) * max(1, min(data.source.rows, SAMPLE) // _SAMPLE)
    selected = ", ".join(data.source.column(position) for position in positions)
    rows = data.engine.fetch(f"SELECT {selected} FROM {sample_of(data)} WHERE _row % {step} = 0")
    if not rows:
        return []
    codes = _coded(rows)
    leaders, shared = _agreeing(codes)
    given = np.array([[bool(cell) for cell in row] for row in rows], dtype=np.float32)  # exact: counts of few rows
    both = given.T @ given
    likely = (shared >= _LEAST_SHARED) & (shared >= _LIKELY * both.astype(np.float64))
    first, second = np.nonzero(np.triu(likely, 1))
    met = _first_met(codes, first, second)
    # Of pairs that share as many rows, the one that a row shows first: by its cell, then by its columns.
    order = np.lexsort((second, first, leaders[met, first], met, -shared[first, second]))[:_MOST_PAIRS]
    return [(positions[first[k]], positions[second[k]]) for k in order]


def _coded(rows: Sequence[Sequence[str | None]]) -> IntArray:
    """Return the cells as numbers, equal ones but for case and accents the same; -1 where a cell is blank."""
    numbers: dict[str, int] = {"": -1}
    folded: dict[str | None, int] = {None: -1}
    for row in rows:
        for cell in row:
            if cell is not None and cell not in folded:
                folded[cell] = numbers.setdefault(fold(cell), len(numbers))
    return np.array([[folded[cell] for cell in row] for row in rows], dtype=np.int32)


def _agreeing(codes: IntArray) -> tuple[IntArray, IntArray]:
    """Return in each row the first column with the same cell, and of each two columns the rows they share.

    Columns are compared all at once, row by row: their pairs are too many to go through one by one.
    """
    rows, columns = codes.shape
    leaders = np.empty((rows, columns), dtype=np.int32)
    shared = np.zeros((columns, columns), dtype=np.int32)
    for k, row in enumerate(codes):
        equal = (row[:, None] == row) & (row >= 0)
        leaders[k] = equal.argmax(axis=1)
        shared += equal
    return leaders, shared


def _first_met(codes: IntArray, first: IntArray, second: IntArray) -> IntArray:
    """Return for each pair of columns the first row in which they agree; each pair does in one."""
    met = np.zeros(len(first), dtype=np.intp)
    left = np.arange(len(first))
    for k, row in enumerate(codes):
        cells = row[first[left]]
        agree = (cells >= 0) & (cells == row[second[left]])
        met[left[agree]] = k
        left = left[~agree]
        if not len(left):
            break
    return met


def _pairs(positions: Sequence[int]) -> Iterator[Pair]:
    return ((first, second) for k, first in enumerate(positions) for second in positions[k + 1 :])


def _tells(data: QualityData, position: int) -> bool:
    measures = data.coverage[position]
    return measures.filled >= _LEAST_SHARED and measures.distinct > 1


def _count_equal(data: QualityData, first: int, second: int) -> tuple[int, int, int]:
    """Return the rows that both columns fill, those with equal cells, and those equal but for case and blanks."""
    folded = "regexp_replace(lower({}), '\\s+', ' ', 'g')"
    query = (
        "SELECT count(*), count(*) FILTER (a = b), "
        f"count(*) FILTER (a = b OR {folded.format('a')} = {folded.format('b')}) "
        f"FROM {cells(data, a=first, b=second)} WHERE a <> '' AND b <> ''"
    )
    both, same, alike = ask(data, query)[0]
    return int(both), int(same), int(alike)


def _kappa(data: QualityData, first: int, second: int, both: int, equal: int) -> bool:
    """Tell whether two columns agree far more than chance would make them: two flags that are nearly always "no" do."""
    shares = [_shares(data, position) for position in (first, second)]
    chance = sum(share * shares[1].get(value, 0.0) for value, share in shares[0].items())
    return chance < 1 and (equal / both - chance) / (1 - chance) >= _BEYOND_CHANCE


def _shares(data: QualityData, position: int) -> Mapping[str, float]:
    """Return the most frequent values of a column with their share of the filled rows; the rest makes no difference."""
    measures = data.coverage[position]
    return {fold(value): rows / measures.filled for value, rows in measures.frequent}


def _recoded(data: QualityData, check: Check, copies: set[Pair]) -> Iterator[ColumnRemark]:
    """Yield pairs in which each value of one column always stands beside the same value of the other."""
    by_size: dict[tuple[int, int], list[int]] = {}
    for reading in data.readings:
        measures = data.coverage[reading.column.position]
        # Of columns whose values hardly recur, every pair is one to one.
        if _LEAST_DISTINCT <= measures.distinct <= min(_MOST_RECODED, measures.filled // 3):
            by_size.setdefault((measures.distinct, measures.filled), []).append(reading.column.position)
    likely = (pair for alike in by_size.values() for pair in _pairs(alike) if pair not in copies)
    told: set[int] = set()
    for first, second in islice(likely, _MOST_PAIRS):
        if second in told:
            continue
        pairs = data.tuples(first, second, most=_MOST_RECODED + 1)
        rows = sum(count for _, count in pairs)
        sides = [{values[k] for values, _ in pairs} for k in (0, 1)]
        if rows and len(pairs) == len(sides[0]) == len(sides[1]):
            told.add(second)
            yield ColumnRemark(
                check=check.id,
                positions=(second, first),
                message=f"stands for {data.source.headers[first - 1]}: each of its {len(pairs):,} values always stands "
                "beside one and the same value of it",
                rows=rows,
                rows_checked=rows,
                confidence=0.5,
            )
