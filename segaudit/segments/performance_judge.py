"""What may be said of segments: comparisons corrected as one family, and their verdicts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from segaudit.errors import InputError
from segaudit.model.performance import Comparison, Metric, MetricKind, Standing
from segaudit.segments.performance_compare import Drafted, draft_comparisons, is_compared
from segaudit.segments.performance_counts import SchemaFigures
from segaudit.segments.performance_sources import ChosenMetric
from segaudit.segments.statistics.corrections import CORRECTION_NAMES, Correction, corrected
from segaudit.segments.statistics.power import POWER, size_needed

_LEAST_RELATIVE = 0.001  # a seen difference below it is none


@dataclass(frozen=True, slots=True, kw_only=True)
class Standards:
    """By what differences are judged."""

    alpha: float
    correction: Correction
    reference: str  # "rest", "best" or a segment
    settings: Mapping[str, float]  # of the metrics' file


def compare_segments(
    chosen: Sequence[ChosenMetric], figures: SchemaFigures, standards: Standards
) -> tuple[tuple[Comparison, ...], int]:
    """Compare the segments of a schema in all metrics.

    All comparisons of the schema are corrected together, so that chance finds a difference anywhere in the table with
    no more than ``alpha``.

    Returns:
        The comparisons, and how many were tested.
    """
    pairs = len(figures.segments) <= standards.settings["most_segments"]
    drafts = [
        draft
        for item in chosen
        if is_compared(item.metric)
        for draft in draft_comparisons(item, figures, standards.reference, alpha=standards.alpha, pairs=pairs)
    ]
    adjusted = corrected([draft.p for draft in drafts], standards.correction)
    alike = corrected([draft.p_equivalent for draft in drafts], standards.correction)
    judged = tuple(_judged(draft, p, same, standards) for draft, p, same in zip(drafts, adjusted, alike, strict=True))
    return judged, sum(p is not None for p in adjusted)


def _judged(draft: Drafted, p: float | None, same: float | None, standards: Standards) -> Comparison:
    needed = _needed(draft, standards.alpha)
    standing, reason = _standing(draft, p, same, needed, standards)
    return Comparison(
        metric=draft.metric.id,
        segment=draft.segment,
        against=draft.against,
        is_reference=draft.is_reference,
        standing=standing,
        reason=reason,
        value=draft.value,
        other=draft.other,
        difference=draft.difference,
        low=draft.low,
        high=draft.high,
        test=draft.test,
        p=draft.p,
        p_corrected=p,
        margin=draft.margin,
        p_equivalent=same,
        needed=needed if standing is Standing.TOO_SMALL else None,
    )


def _standing(
    draft: Drafted, p: float | None, same: float | None, needed: int | None, standards: Standards
) -> tuple[Standing, str]:
    """Return the verdict, and by which rule it was reached."""
    if draft.shared:
        return Standing.NOT_COMPARED, f"{draft.shared:,} are in both segments; compare each with the rest"
    if not draft.n or not draft.other_n:
        empty = draft.segment if not draft.n else draft.against
        return Standing.TOO_SMALL, f"{empty} has nothing to measure"
    if p is None:
        few = draft.metric.kind is not MetricKind.RATE
        return Standing.TOO_SMALL, "too few values" if few else "nobody is a hit, or everybody"
    name = CORRECTION_NAMES[standards.correction]
    told = f"{draft.test} p = {p:.2g} ({name})"
    differs = p <= standards.alpha
    if same is not None and same <= standards.alpha:
        beside = "; they differ, but by less than that" if differs else ""
        return Standing.EQUIVALENT, (
            f"apart by less than {draft.metric.margin:.0%} of what both have: TOST p = {same:.2g} ({name}){beside}"
        )
    if differs and draft.difference:
        good = (draft.difference > 0) is draft.metric.higher_is_better
        return Standing.BETTER if good else Standing.WORSE, f"{told}, at most {standards.alpha:g}"
    smaller, more = min(draft.n, draft.other_n), ""
    if needed is not None and needed > smaller:
        more = f"; the smaller has {smaller:,.0f}, and this difference alone would need {needed:,} of each"
    return Standing.TOO_SMALL, f"{told}, above {standards.alpha:g}{more}"


def _needed(draft: Drafted, alpha: float) -> int | None:
    """Return how many records of each the seen difference of two rates would need, tested alone."""
    if draft.metric.kind is not MetricKind.RATE or draft.value is None or draft.other is None or draft.other == 0:
        return None
    relative = draft.value / draft.other - 1
    if abs(relative) < _LEAST_RELATIVE:
        return None
    try:
        return size_needed(draft.other, relative, alpha=alpha, power=POWER)
    except InputError:  # one of them is 0 or all
        return None


def metric_of(chosen: Sequence[ChosenMetric], metric: str) -> Metric:
    """Return a metric by id."""
    return next(item.metric for item in chosen if item.metric.id == metric)
