"""Columns that say the same as another."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

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
    """Return pairs of columns that agree in most of a sample of rows; columns are compared row by row, not in pairs."""
    positions = [reading.column.position for reading in data.readings if _tells(data, reading.column.position)]
    if len(positions) < 2:  # noqa: PLR2004 - a pair
        return []
    step = max(1, data.source.rows // SAMPLE) * max(1, min(data.source.rows, SAMPLE) // _SAMPLE)
    selected = ", ".join(data.source.column(position) for position in positions)
    rows = data.engine.fetch(f"SELECT {selected} FROM {sample_of(data)} WHERE _row % {step} = 0")
    shared: Counter[Pair] = Counter()
    filled: Counter[int] = Counter()
    for row in rows:
        alike: dict[str, list[int]] = {}
        for position, cell in zip(positions, row, strict=True):
            if cell is not None and (text := fold(cell)):
                filled[position] += 1
                alike.setdefault(text, []).append(position)
        shared.update(pair for same in alike.values() if len(same) > 1 for pair in _pairs(same))
    # How many rows both fill is at least as many as they share, and at most what the emptier one fills.
    return [pair for pair, n in shared.most_common() if n >= _LEAST_SHARED and _may_be_equal(pair, n, rows, positions)][
        :_MOST_PAIRS
    ]


def _may_be_equal(pair: Pair, shared: int, rows: Sequence[Sequence[str | None]], positions: Sequence[int]) -> bool:
    first, second = positions.index(pair[0]), positions.index(pair[1])
    return shared >= _LIKELY * sum(bool(row[first] and row[second]) for row in rows)


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
    likely = [pair for alike in by_size.values() for pair in _pairs(alike) if pair not in copies]
    told: set[int] = set()
    for first, second in likely[:_MOST_PAIRS]:
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
