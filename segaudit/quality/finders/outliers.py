"""Numbers, amounts and dates that cannot be: beyond what a field allows, or far from all others of the column.

Sizes and revenues of real companies span five orders of magnitude without a gap. So distance is measured on a
logarithmic scale where all numbers are positive, in quartile ranges, which a few wild cells do not move; and a cell is
only suspected if it lies beyond the fence *and* beyond a gap that no other cell fills.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from segaudit.model.fields import NUMERIC_TYPES, ColumnReading, FieldType
from segaudit.model.quality import Check, Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.fillers import CLOCK_STARTS, FIRST_DAYS
from segaudit.quality.finders.asking import ask, names_of, share_of
from segaudit.quality.finders.reading import read_rows, read_values, sample_of
from segaudit.quality.finders.stand_in_numbers import is_filler_number

_LEAST_ROWS = 30
_LEAST_DISTINCT = 12
_FENCE = 3.0  # quartile ranges from the nearer quartile
_FAR = 20
_GAP = 0.5  # quartile ranges to the next cell inwards
_MOST = 0.005  # of the rows: what is more frequent is a part of the column
_ALWAYS_ODD = 2  # rows: so few may stand apart in a table of any size
_MOST_VALUES = 200
_NEGATIVE = 0.01  # of the rows
_OLDEST = 110  # years
_CERTAIN = 0.95

_BOUNDS: Mapping[str, tuple[float, float]] = {
    "deal_probability": (0, 100),
    "latitude": (-90, 90),
    "longitude": (-180, 180),
    "household_size": (1, 30),
    "children_count": (0, 30),
    "age": (0, _OLDEST),
    "employees": (0, 3_000_000),  # the largest employers have a little over two million
}
_HUNDREDS = frozenset({"intent_score", "lead_score", "engagement_score", "fit_score"})
_NOT_BELOW_ZERO = frozenset(
    "annual_revenue total_funding income orders_count page_views form_submissions emails_opened_count deals_count "
    "emails_clicked_count open_deals_count credit_score founded_year birth_year".split()
)
_FIRST_YEAR = 1900
_OLDEST_COMPANY = 500
_LONG = 1e15  # beyond it a number is shown by its exponent


@dataclass(frozen=True, slots=True)
class _Found:
    """A cell that cannot be, by its text in one column."""

    text: str
    rows: int
    confidence: float
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spread:
    """The middle of a column's values: days for dates."""

    low: float  # first quartile
    high: float  # third quartile
    tenth: float
    rows: int
    positive: bool  # (nearly) none is below zero, and the quartiles are of those above

    def depth(self, value: float) -> float:
        """Return how many quartile ranges a value lies outside of the quartiles; 0 within."""
        if self.positive and value > self.high:
            width = math.log(self.high / self.low)
            return math.log(value / self.high) / width if width > 0 else 0.0
        width = self.high - self.low
        return max(value - self.high, self.low - value, 0.0) / width if width > 0 else 0.0


def find_outliers(data: QualityData, check: Check) -> Iterable[Suspicion]:
    """Yield values beyond a field's bounds, with confidence, and values far from all others, with less.

    Settings: ``fence`` and ``gap`` (quartile ranges), ``most`` (share of rows), ``bounds: false`` to leave out the
    bounds of fields, ``not_in`` (fields to leave alone).
    """
    spared = frozenset(names_of(check, "not_in", ()))
    for reading in data.readings:
        measures = data.coverage[reading.column.position]
        if reading.column.field in spared or not measures.filled or not _can_be_told(reading):
            continue
        if measures.lowest is None or measures.highest is None:
            continue
        found: list[_Found] = []
        if measures.filled >= _LEAST_ROWS and measures.distinct >= _LEAST_DISTINCT:
            found += _far_off(data, reading, check)
        if check.settings.get("bounds", True):
            found += _beyond_bounds(data, reading)
        # What cannot be at all is said of a cell before what is only far off.
        for each in {each.text: each for each in found}.values():
            yield Suspicion(
                check=check.id,
                position=reading.column.position,
                value=each.text,
                rows=each.rows,
                confidence=each.confidence,
                because=each.because,
            )


def _can_be_told(reading: ColumnReading) -> bool:
    return reading.type in NUMERIC_TYPES or reading.type is FieldType.DATE


def _beyond_bounds(data: QualityData, reading: ColumnReading) -> Iterator[_Found]:
    low, high, why = _bounds(data, reading)
    measures = data.coverage[reading.column.position]
    below = low is not None and _number(measures.lowest, reading) < low
    above = high is not None and _number(measures.highest, reading) > high
    if not below and not above:
        return
    for text, value, rows in _values_outside(data, reading, low, high):
        if not _is_stand_in(text, reading, value):
            yield _Found(text, rows, _CERTAIN, f"{_shown(value, reading)} is {why}")


def _bounds(data: QualityData, reading: ColumnReading) -> tuple[float | None, float | None, str]:
    field, today = reading.column.field or "", data.as_of
    oldest = date(today.year - _OLDEST, 1, 1)
    if reading.type is FieldType.DATE:
        if field == "birth_date":
            return oldest.toordinal(), today.toordinal(), f"no birthday of anybody alive on {today.isoformat()}"
        return date(_FIRST_YEAR, 1, 1).toordinal(), None, f"a day before {_FIRST_YEAR}"
    years = {
        "birth_year": (oldest.year, today.year, f"no birth year of anybody alive in {today.year}"),
        "founded_year": (_OLDEST_COMPANY, today.year, "no year in which a company was founded"),
    }
    if field in years:
        return years[field]
    if field in _HUNDREDS and _keeps_to_hundred(data, reading):
        return 0, 100, "off the scale from 0 to 100 that the others keep to"
    if field in _BOUNDS:
        return *_BOUNDS[field], "more or less than can be"
    return (0, None, "below zero") if field in _NOT_BELOW_ZERO else (None, None, "")


def _keeps_to_hundred(data: QualityData, reading: ColumnReading) -> bool:
    """Tell whether a score keeps to 0-100: nearly all cells do, and they come close to 100."""
    inside, near = data.engine.fetch(
        f"SELECT avg(CAST(value BETWEEN 0 AND 100 AS INTEGER)), count(*) FILTER (value BETWEEN 90 AND 100) "
        f"FROM {_sampled(data, reading)}",
        data.parameters(reading.column.position),
    )[0]
    return inside is not None and float(inside) >= 1 - 2 * _MOST and int(near) > 0


def _far_off(data: QualityData, reading: ColumnReading, check: Check) -> Iterator[_Found]:
    spread = _spread(data, reading)
    fence, gap = share_of(check, "fence", _FENCE), share_of(check, "gap", _GAP)
    measures = data.coverage[reading.column.position]
    if spread is None or spread.high <= spread.low:
        return
    yield from _below_zero(data, reading, spread)
    ends = (_number(measures.lowest, reading), _number(measures.highest, reading))
    if all(spread.depth(end) < fence for end in ends):
        return
    low, high = _fences(spread, fence / 2)  # from half way, so that the gap can be seen
    outside = _values_outside(data, reading, low, high)
    most = share_of(check, "most", _MOST) * spread.rows
    for side in (
        [found for found in outside if found[1] > spread.high],
        [
            found
            for found in outside
            if found[1] < spread.low and not (spread.positive and reading.type in NUMERIC_TYPES)
        ],
    ):
        side.sort(key=lambda found: spread.depth(found[1]))
        for text, value, rows in _beyond_gap(side, spread, fence, gap, most):
            if _is_stand_in(text, reading, value):
                continue
            depth = spread.depth(value)
            confidence = min(0.5 + 0.1 * (depth - fence), 0.85)
            # A thousand of them tells no more than twenty.
            far = f"{depth:.0f} quartile ranges away" if depth <= _FAR else "far from all others"
            because = (
                f"{_shown(value, reading)} is {far}; half of the column lies between "
                f"{_shown(spread.low, reading)} and {_shown(spread.high, reading)}"
            )
            yield _Found(text, rows, round(confidence, 2), because)


def _beyond_gap(
    side: Sequence[tuple[str, float, int]], spread: _Spread, fence: float, gap: float, most: float
) -> Sequence[tuple[str, float, int]]:
    """Return the values beyond the first gap behind the fence, unless they are too many to be odd."""
    depths = [spread.depth(value) for _, value, _ in side]
    # Of very many values the nearest are not here, and whether there is a gap before the first cannot be told.
    before = [fence / 2 if len(side) < _MOST_VALUES // 2 else max(depths), *depths]
    start = next(
        (k for k, depth in enumerate(depths) if depth >= fence and depth - before[k] >= gap),
        len(side),
    )
    beyond = side[start:]
    return beyond if sum(rows for _, _, rows in beyond) <= max(most, _ALWAYS_ODD) else ()


def _below_zero(data: QualityData, reading: ColumnReading, spread: _Spread) -> Iterator[_Found]:
    """Yield amounts and counts below zero where nearly none is."""
    lowest = _number(data.coverage[reading.column.position].lowest, reading)
    if lowest >= 0 or reading.type not in NUMERIC_TYPES or spread.tenth < 0 or reading.column.field in _BOUNDS:
        return
    below = _values_outside(data, reading, 0, None)
    rows = sum(count for _, _, count in below)
    if len(below) == _MOST_VALUES or rows > _NEGATIVE * spread.rows:
        return
    # A column that is not known may hold refunds or changes.
    confidence = 0.7 if reading.column.field else 0.5
    because = f"is below zero, as {rows:,} of {spread.rows:,} rows are"
    for text, value, count in below:
        if not _is_stand_in(text, reading, value):
            yield _Found(text, count, confidence, because)


def _fences(spread: _Spread, times: float) -> tuple[float, float]:
    width = spread.high - spread.low
    if spread.positive:
        return spread.low - times * width, spread.high * (spread.high / spread.low) ** times
    return spread.low - times * width, spread.high + times * width


def _number_sql(reading: ColumnReading) -> str:
    return "date_diff('day', DATE '0001-01-01', value) + 1" if reading.type is FieldType.DATE else "value"


def _sampled(data: QualityData, reading: ColumnReading) -> str:
    return read_rows(data, reading, table=sample_of(data))


def _spread(data: QualityData, reading: ColumnReading) -> _Spread | None:
    number = _number_sql(reading)
    all_over, above_zero, below = data.engine.fetch(
        "SELECT quantile_cont(x, [0.1, 0.25, 0.75]), quantile_cont(x, [0.1, 0.25, 0.75]) FILTER (x > 0), "
        "avg(CAST(x < 0 AS INTEGER)) "
        f"FROM (SELECT CAST({number} AS DOUBLE) AS x FROM {_sampled(data, reading)})",
        data.parameters(reading.column.position),
    )[0]
    if not all_over:
        return None
    # Zeros of a column of amounts (deals that were lost) say nothing about how far the others lie apart.
    positive = reading.type is not FieldType.DATE and float(below) <= _NEGATIVE and above_zero is not None
    tenth, low, high = map(float, above_zero if positive else all_over)
    filled = data.coverage[reading.column.position]
    return _Spread(low=low, high=high, tenth=tenth, rows=filled.filled - filled.invalid, positive=positive)


def _values_outside(
    data: QualityData, reading: ColumnReading, low: float | None, high: float | None
) -> list[tuple[str, float, int]]:
    """Return the cells outside of a closed interval, the farthest first: as written, as number, and rows."""
    number = _number_sql(reading)
    tests = [f"x < {low!r}"] * (low is not None) + [f"x > {high!r}"] * (high is not None)
    found = ask(
        data,
        "SELECT t, x, sum(n) AS rows "
        f"FROM (SELECT t, n, CAST({number} AS DOUBLE) AS x FROM {read_values(data, reading)}) "
        f"WHERE {' OR '.join(tests)} GROUP BY t, x ORDER BY abs(x) DESC, t LIMIT {_MOST_VALUES}",
    )
    return [(str(text), float(value), int(rows)) for text, value, rows in found if math.isfinite(float(value))]


def _number(text: str | None, reading: ColumnReading) -> float:
    if text is None:
        return 0.0
    if reading.type is FieldType.DATE:
        return (
            float(date.fromisoformat(text[:10]).toordinal())
            if text[:1].isdigit() and len(text) == len("2026-06-30")
            else 0.0
        )
    return float(text)


def _shown(value: float, reading: ColumnReading) -> str:
    if reading.type is FieldType.DATE:
        return date.fromordinal(max(1, round(value))).isoformat()
    return f"{value:.0f}" if value == int(value) and abs(value) < _LONG else f"{value:g}"


def _is_stand_in(text: str, reading: ColumnReading, value: float) -> bool:
    """Tell whether a value is a filler, which the finder of stand-ins reports."""
    if reading.type is FieldType.DATE:
        shown = _shown(value, reading)
        return shown in FIRST_DAYS or shown in CLOCK_STARTS
    return is_filler_number(text)
