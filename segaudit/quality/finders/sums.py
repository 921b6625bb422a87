"""Laws of arithmetic that nearly every row keeps, nobody having said so, and the rows that break one.

A yearly amount is twelve monthly ones, an expected amount the amount times its chance, a total the sum of two parts.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, permutations
from math import log10

import numpy as np

from segaudit.model.quality import Check, Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.finders.asking import share_of
from segaudit.quality.finders.cells.breaks import Break, explained
from segaudit.quality.finders.cells.row_values import Numbers, joined, number_columns, row_values

_LEAST_ROWS = 30  # that keep a law and say something of it
_LEAST_DIFFERENT = 10  # different results among them
_LEAST_PARTS = 3  # different values of each part
_HOLDS = 0.9  # share of the rows that keep a law, from which it is one
_FINE = 0.02  # of the usual result: rounding beyond makes anything hold
_HALF = 0.51  # of a unit: results are rounded either way
_MOST_LAWS = 30
_PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")  # cells whose notation a suggestion can keep
_MOST_ROWS = 20_000
_SLIPS = (100.0, 1000.0, 0.01, 0.001)  # times: a decimal sign that was lost, or a percentage taken for a share
_EQUAL = 1e-6
_LIKELY, _LIKELIER = 0.6, 0.85  # where _HOLDS do, and where all others do


@dataclass(frozen=True, slots=True, kw_only=True)
class _Law:
    """What a column follows from: ``factor`` times one other, two multiplied, one less a percentage, or two added."""

    result: int
    parts: tuple[int, ...]
    kind: str  # key of _SQL
    factor: float
    decimals: int  # of the results
    slack: float  # by which a result may differ
    share: float  # of the rows looked at


# Result by x1 (and x2), with the factor; the same for arrays and for the engine.
_SQL = {
    "times": "{factor} * x1",
    "product": "{factor} * x1 * x2",
    "less": "x1 * (1 - x2 / 100)",
    "sum": "x1 + x2",
}
_SAYS = {"product": "{0} times {1}", "less": "{0} less {1} per cent", "sum": "{0} and {1} together"}


def find_broken_sums(data: QualityData, check: Check) -> Iterator[Suspicion]:
    """Yield the results of rows that break a law of arithmetic which nearly all others keep.

    Any part of it may be the wrong one, so nothing is suggested, unless a cell is in several broken laws. Settings:
    ``holds`` (share of the rows).
    """
    readings = number_columns(data)
    if len(readings) < 2:  # noqa: PLR2004 - a result and what it follows from
        return
    values = row_values(data, readings, "sums").values
    holds = share_of(check, "holds", _HOLDS)
    by_row: dict[int, list[Break]] = defaultdict(list)
    for law in _laws(values, holds)[:_MOST_LAWS]:
        for broken in _broken(data, law, holds):
            by_row[broken.row].append(broken)
    for breaks in by_row.values():
        yield from explained(breaks, check.id)


def _laws(values: Mapping[int, Numbers], holds: float) -> list[_Law]:
    """Return the laws, those of one other column first; a column follows from one law only."""
    slack = {position: _unit(numbers) for position, numbers in values.items()}
    fine = [position for position, unit in slack.items() if unit <= _FINE * _usual(values[position])]
    found: dict[int, _Law] = {}
    for part, result in permutations(fine, 2):
        # Of a yearly and a monthly amount, the larger follows from the smaller.
        law = None if result in found else _times(values, part, result, slack, holds)
        if law is not None and law.factor > 1 and found.get(part, law).parts != (result,):
            found[result] = law
    for first, second in combinations(values, 2):
        for kind, factor, parts in _of_two(first, second):
            x1, x2 = (values[part] for part in parts)
            expected = _expected(kind, factor, x1, x2)
            for result in fine:
                if result in parts or result in found:
                    continue
                law = _holding(values, result, parts, kind, factor, expected, slack[result], holds)
                if law is not None:
                    found[result] = law
    return list(found.values())


def _of_two(first: int, second: int) -> tuple[tuple[str, float, tuple[int, int]], ...]:
    both = (first, second)
    return (
        ("product", 1.0, both),
        ("product", 0.01, both),
        ("less", 1.0, both),
        ("less", 1.0, (second, first)),
        ("sum", 1.0, both),
    )


def _expected(kind: str, factor: float, x1: Numbers, x2: Numbers) -> Numbers:
    if kind == "product":
        return factor * x1 * x2
    return x1 * (1 - x2 / 100) if kind == "less" else x1 + x2


def _unit(numbers: Numbers) -> float:
    """Return the last decimal place in which numbers differ: 1, 0.1 or 0.01."""
    known = numbers[~np.isnan(numbers)]
    for unit in (1.0, 0.1):
        if np.mean(np.abs(known / unit - np.round(known / unit)) < 1e-6) > 0.99:  # noqa: PLR2004 - but for slips
            return unit
    return 0.01


def _usual(numbers: Numbers) -> float:
    sizes = np.abs(numbers[~np.isnan(numbers) & (numbers != 0)])
    return float(np.median(sizes)) if sizes.size else 0.0


def _times(
    values: Mapping[int, Numbers], part: int, result: int, slack: Mapping[int, float], holds: float
) -> _Law | None:
    x, y = values[part], values[result]
    known = ~np.isnan(x) & ~np.isnan(y) & (x != 0) & (y != 0)
    if known.sum() < _LEAST_ROWS:
        return None
    median = float(np.median(y[known] / x[known]))
    factor = float(round(median))
    # Of 1 they are copies; an odd factor is a currency's, and may change.
    if factor <= 1 or abs(median - factor) > 0.5 * slack[result] / _usual(x):
        return None
    return _holding(values, result, (part,), "times", factor, factor * x, slack[result], holds)


def _holding(  # noqa: PLR0913, PLR0917 - a law, and what it is held against
    values: Mapping[int, Numbers],
    result: int,
    parts: tuple[int, ...],
    kind: str,
    factor: float,
    expected: Numbers,
    unit: float,
    holds: float,
) -> _Law | None:
    """Return the law if enough rows keep it, in which no part is such that the law says nothing."""
    y = values[result]
    known = ~np.isnan(expected) & ~np.isnan(y)
    telling = known & (expected != 0)
    for place, part in enumerate(parts):  # what adds nothing, or multiplies by one
        telling &= values[part] != _idle(kind, place, factor)
    if telling.sum() < _LEAST_ROWS:
        return None
    kept = telling & (np.abs(y - expected) <= _HALF * unit)
    share = float(kept.sum() / telling.sum())
    if share < holds or len(np.unique(y[kept])) < _LEAST_DIFFERENT:
        return None
    if any(len(np.unique(values[part][kept])) < _LEAST_PARTS for part in parts):
        return None
    return _Law(
        result=result,
        parts=parts,
        kind=kind,
        factor=factor,
        decimals=round(-log10(unit)),
        slack=_HALF * unit,
        share=share,
    )


def _idle(kind: str, place: int, factor: float) -> float:
    """Return the value of a part with which the law says no more than that two columns are equal."""
    if kind == "product":
        return 1.0 / factor
    return 0.0 if kind == "sum" or place else float("nan")


def _broken(data: QualityData, law: _Law, holds: float) -> Iterator[Break]:
    """Yield the rows that break a law."""
    expected = _SQL[law.kind].format(factor=repr(law.factor))
    columns = (law.result, *law.parts)
    rows = f"(SELECT *, {expected} AS expected FROM {joined(data, *columns)})"
    broken = f"abs(x0 - expected) > {law.slack!r}"
    ((count, wrong),) = data.engine.fetch(f"SELECT count(*), count(*) FILTER ({broken}) FROM {rows}")
    if not 0 < wrong <= (1 - holds) * count:
        return
    headers = [data.reading(part).column.header.strip() for part in law.parts]
    told = f"{law.factor:g} times {headers[0]}" if law.kind == "times" else _SAYS[law.kind].format(*headers)
    told += " / 100" if law.factor < 1 else ""
    told += f" would be {{:,.10g}}, as it is in {count - wrong:,} of {count:,} rows"
    sure = _LIKELY + (_LIKELIER - _LIKELY) * max(0.0, 1 - (wrong / count) / (1 - _HOLDS))
    raw = ", ".join(f"v{place}" for place in range(len(columns)))
    query = f"SELECT _row, x0, expected, {raw} FROM {rows} WHERE {broken} ORDER BY _row LIMIT {_MOST_ROWS}"
    for row, found, right, *cells in data.engine.fetch(query):
        yield Break(
            row=int(row),
            cells=dict(zip(columns, map(str, cells), strict=True)),
            blamed=law.result,
            sure=round(sure, 2),
            because=told.format(right) + _hint(found, right),
            right={law.result: f"{right:.{law.decimals}f}"} if _PLAIN.fullmatch(str(cells[0])) else {},
        )


def _hint(found: float, right: float) -> str:
    """Return what explains the difference, where something does."""
    if found and found == -right:
        return "; the sign differs"
    times = next((times for times in _SLIPS if right and abs(found / right / times - 1) < _EQUAL), None)
    return "" if times is None else f"; it is {times:g} times as much"
