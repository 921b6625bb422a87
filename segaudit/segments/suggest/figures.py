"""Groups of records counted: members, and what they came to; two groups held against each other."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from segaudit.engine.protocol import Engine
from segaudit.model.suggestions import Outcome, SegmentMeasure
from segaudit.segments.statistics.amounts import Values, compare_values, equivalent_values, median_interval, shift
from segaudit.segments.statistics.power import smallest_effect
from segaudit.segments.statistics.rates import (
    Clustered,
    Counted,
    compare_rates,
    deflated,
    equivalence,
    newcombe,
    wilson,
)

MEMBERS = "suggest_members"  # the table of the search, with a column m<i> for each segment that is judged
_PARTS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """A group of records."""

    members: int
    measured: int  # of them, those the outcome is known of
    hits: float  # of a rate; of an amount the sum
    effective: Counted  # of a rate, as tests may take it: records that share what they came to weigh less
    values: Values | None = None  # of an amount

    @property
    def value(self) -> float | None:
        """Return the rate, or the median amount; None of nothing."""
        if self.values is not None:
            return float(np.median(self.values)) if len(self.values) else None
        return self.hits / self.measured if self.measured else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One group less another."""

    a: float
    b: float
    difference: float
    low: float
    high: float
    test: str
    p: float
    p_equivalent: float | None

    @property
    def relative(self) -> float:
        """Return the difference by the second group's value."""
        return self.difference / abs(self.b) if self.b else float("inf") if self.difference else 0.0


def count_groups(  # noqa: PLR0913 - which records, by what
    conditions: Sequence[str],
    outcome: Outcome | None,
    engine: Engine,
    *,
    relation: str = MEMBERS,
    place: int = 0,
    half: int | None = None,
) -> list[Counts]:
    """Count groups of records in one scan.

    Args:
        conditions: SQL over the relation, one for each group; records may be in several.
        outcome: What they came to; None: only members are counted.
        engine: Where the relation is.
        relation: MEMBERS, or MEMBERS with more columns.
        place: Of the outcome in the relation's columns n<i>, y<i>.
        half: Only records of this half.
    """
    if not conditions:
        return []
    where = "" if half is None else f" WHERE half = {half}"
    n, y = (f"n{place}", f"y{place}") if outcome is not None else ("0", "0")
    sums = ", ".join(
        f"count(*) FILTER (WHERE {item}) AS g{i}, coalesce(sum({n}) FILTER (WHERE {item}), 0) AS n{i}, "
        f"coalesce(sum({y}) FILTER (WHERE {item}), 0) AS x{i}"
        for i, item in enumerate(conditions)
    )
    whole = ", ".join(
        f"sum(g{i}), sum(n{i}), sum(x{i}), count(*) FILTER (WHERE n{i} > 0), sum(x{i} * x{i}), sum(x{i} * n{i}), "
        f"sum(n{i} * n{i})"
        for i in range(len(conditions))
    )
    # Records that share what they came to are one cluster; where each has its own, a row is one already.
    group = " GROUP BY leader" if _is_clustered(outcome, relation, engine) else ""
    row = engine.fetch(f"SELECT {whole} FROM (SELECT {sums} FROM {relation}{where}{group})")[0]
    found = []
    for i, item in enumerate(conditions):
        members, measured, hits, clusters, *squares = (float(part or 0) for part in row[_PARTS * i : _PARTS * (i + 1)])
        counted = Counted(hits, measured)
        if group and outcome is not None and outcome.is_rate:
            counted = deflated(counted, Clustered(int(clusters), *squares))
        values = None
        if outcome is not None and not outcome.is_rate:
            both = f"{where} AND {item}" if where else f" WHERE {item}"
            values = engine.arrow(f"SELECT y{place} AS y FROM {relation}{both} AND n{place} > 0 ORDER BY draw, _row")
            values = values.column("y").to_numpy().astype(np.float64)
        found.append(Counts(members=int(members), measured=int(measured), hits=hits, effective=counted, values=values))
    return found


def joined(a: Counts, b: Counts) -> Counts:
    """Return two groups that share no record as one."""
    values = np.concatenate([a.values, b.values]) if a.values is not None and b.values is not None else None
    one, other = a.effective, b.effective
    return Counts(
        members=a.members + b.members,
        measured=a.measured + b.measured,
        hits=a.hits + b.hits,
        effective=Counted(one.hits + other.hits, one.n + other.n),
        values=values,
    )


def _is_clustered(outcome: Outcome | None, relation: str, engine: Engine) -> bool:
    if outcome is None:
        return False
    return bool(engine.fetch(f"SELECT EXISTS (SELECT 1 FROM {relation} WHERE leader <> _row)")[0][0])


def compare(a: Counts, b: Counts, *, alpha: float, margin: float) -> Difference | None:
    """Hold two groups against each other; None if nothing can be told.

    Args:
        a: One.
        b: The other.
        alpha: Of the interval.
        margin: Difference relative to what both have together that does not matter.
    """
    if a.values is not None and b.values is not None:
        test, moved = compare_values(a.values, b.values), shift(a.values, b.values, alpha=alpha)
        if test is None or moved is None or a.value is None or b.value is None:
            return None
        both = float(np.median(np.concatenate([a.values, b.values])))
        return Difference(
            a=a.value,
            b=b.value,
            difference=moved.estimate,
            low=moved.interval.low,
            high=moved.interval.high,
            test=test.name,
            p=test.p,
            p_equivalent=equivalent_values(a.values, b.values, margin=margin * abs(both)),
        )
    one, other = a.effective, b.effective
    if not one.n or not other.n:
        return None
    found = compare_rates(one, other)
    if found is None:
        return None
    interval = newcombe(one, other, alpha=alpha)
    together = (one.hits + other.hits) / (one.n + other.n)
    return Difference(
        a=one.rate,
        b=other.rate,
        difference=one.rate - other.rate,
        low=interval.low,
        high=interval.high,
        test=found.name,
        p=found.p,
        p_equivalent=equivalence(one, other, margin=margin * together),
    )


def detectable(counts: Counts, *, alpha: float, power: float) -> float | None:
    """Return the smallest relative change two halves of a group could show of their own rate; None: none, or no rate.

    A group without a single hit shows none.
    """
    if counts.values is not None:
        return None
    return smallest_effect(counts.effective.n / 2, counts.effective.rate, alpha=alpha, power=power)


def measure(  # noqa: PLR0913 - what a measure says
    schema: str, segment: str, counts: Counts, rows: int, *, alpha: float, power: float
) -> SegmentMeasure:
    """Return a group as a segment's measure."""
    low = high = None
    if counts.values is not None:
        found = median_interval(counts.values, alpha=alpha)
        low, high = (found.low, found.high) if found else (None, None)
    elif counts.measured:
        interval = wilson(counts.effective, alpha=alpha)
        low, high = interval.low, interval.high
    return SegmentMeasure(
        schema=schema,
        segment=segment,
        members=counts.members,
        share=counts.members / rows if rows else 0.0,
        measured=counts.measured,
        hits=None if counts.values is not None else int(counts.hits),
        value=counts.value,
        low=low,
        high=high,
        detectable=detectable(counts, alpha=alpha, power=power),
    )
