"""Two segments held against each other in one metric: the difference, its interval, and the tests, uncorrected."""

from dataclasses import dataclass, replace

import numpy as np

from segaudit.model.performance import Metric, MetricKind
from segaudit.segments.performance_counts import SchemaFigures
from segaudit.segments.performance_sources import ChosenMetric
from segaudit.segments.statistics.amounts import (
    Values,
    compare_values,
    equivalent_values,
    pooled_median,
    shift,
)
from segaudit.segments.statistics.rates import Counted, compare_rates, equivalence, newcombe

REST = "rest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """A comparison before it is corrected for all others that are made."""

    metric: Metric
    segment: str
    against: str
    is_reference: bool
    shared: int = 0  # records in both: then there is nothing to compare
    n: float = 0
    other_n: float = 0
    value: float | None = None
    other: float | None = None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    test: str = ""
    p: float | None = None
    margin: float | None = None
    p_equivalent: float | None = None


def draft_comparisons(
    item: ChosenMetric, figures: SchemaFigures, reference: str, *, alpha: float, pairs: bool
) -> list[Drafted]:
    """Compare each segment with the reference, and the segments with each other.

    Args:
        item: A rate, an amount or days.
        figures: Of the schema.
        reference: "rest", "best" or a segment.
        alpha: Of the intervals.
        pairs: Compare the segments with each other, too.
    """
    standard = reference if reference != "best" else best_segment(item, figures)
    drafts: list[Drafted] = []
    names = figures.segments
    for place, name in enumerate(names):
        if standard == REST:
            drafts.append(_against_rest(item, figures, place, alpha))
        elif standard in names and name != standard:
            drafts.append(_pair(item, figures, (place, names.index(standard)), alpha, is_reference=True))
    if pairs:
        drafts += [
            _pair(item, figures, (a, b), alpha, is_reference=False)
            for a in range(len(names))
            for b in range(a + 1, len(names))
            if standard not in {names[a], names[b]}
        ]
    return drafts


def best_segment(item: ChosenMetric, figures: SchemaFigures) -> str:
    """Return the segment with the best figure; the first of several, "rest" if none has any."""
    found: list[tuple[float, int]] = []
    for place in range(len(figures.segments)):
        if item.is_rate:
            counted = figures.counted(item.metric.id, figures.inside(place))
            value = counted.rate if counted.n else None
        else:
            values = figures.values_in(item.metric.id, place)
            value = float(np.median(values)) if len(values) else None
        if value is not None:
            found.append((-value if item.metric.higher_is_better else value, place))
    return figures.segments[min(found)[1]] if found else REST


def _against_rest(item: ChosenMetric, figures: SchemaFigures, place: int, alpha: float) -> Drafted:
    metric = item.metric.id
    blank = Drafted(metric=item.metric, segment=figures.segments[place], against=REST, is_reference=True)
    if item.is_rate:
        a, b = (figures.effective(metric, mask) for mask in (figures.inside(place), figures.outside(place)))
        return _rates(blank, a, b, alpha)
    return _values(blank, figures.values_in(metric, place), figures.values_out(metric, place), alpha)


def _pair(
    item: ChosenMetric, figures: SchemaFigures, places: tuple[int, int], alpha: float, *, is_reference: bool
) -> Drafted:
    one, other = places
    metric = item.metric.id
    blank = Drafted(
        metric=item.metric,
        segment=figures.segments[one],
        against=figures.segments[other],
        is_reference=is_reference,
        shared=figures.shared(metric, one, other),
    )
    if blank.shared:
        return blank
    if item.is_rate:
        a, b = (figures.effective(metric, figures.inside(place)) for place in places)
        return _rates(blank, a, b, alpha)
    return _values(blank, figures.values_in(metric, one), figures.values_in(metric, other), alpha)


def _rates(blank: Drafted, a: Counted, b: Counted, alpha: float) -> Drafted:
    if not a.n or not b.n:
        return replace(blank, n=a.n, other_n=b.n, value=a.rate if a.n else None, other=b.rate if b.n else None)
    test, interval = compare_rates(a, b), newcombe(a, b, alpha=alpha)
    margin = blank.metric.margin * (a.hits + b.hits) / (a.n + b.n)
    return replace(
        blank,
        n=a.n,
        other_n=b.n,
        value=a.rate,
        other=b.rate,
        difference=a.rate - b.rate,
        low=interval.low,
        high=interval.high,
        test=test.name if test else "",
        p=test.p if test else None,
        margin=margin,
        p_equivalent=equivalence(a, b, margin=margin),
    )


def _values(blank: Drafted, a: Values, b: Values, alpha: float) -> Drafted:
    medians = [float(np.median(values)) if len(values) else None for values in (a, b)]
    sizes = replace(blank, n=len(a), other_n=len(b), value=medians[0], other=medians[1])
    test, moved = compare_values(a, b), shift(a, b, alpha=alpha)
    if test is None or moved is None:
        return sizes
    margin = blank.metric.margin * abs(pooled_median((a, b)))
    return replace(
        sizes,
        difference=moved.estimate,
        low=moved.interval.low,
        high=moved.interval.high,
        test=test.name,
        p=test.p,
        margin=margin,
        p_equivalent=equivalent_values(a, b, margin=margin),
    )


def is_compared(metric: Metric) -> bool:
    """Tell whether segments are compared in a metric; sums and costs are only told."""
    return metric.kind in {MetricKind.RATE, MetricKind.AMOUNT, MetricKind.DAYS}
