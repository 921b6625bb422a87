"""Figures of suggestions in words."""

from segaudit.model.suggestions import Evidence, Outcome
from segaudit.segments.suggest.drafts import Confirmed

_SMALL = 0.0001


def figure(value: float, outcome: Outcome) -> str:
    """Return a rate or an amount as people read it."""
    if not outcome.is_rate:
        return f"{value:,.2f}".rstrip("0").rstrip(".") if abs(value) < 100 else f"{value:,.0f}"  # noqa: PLR2004
    return f"{value:.1%}" if value >= 0.01 or value == 0 else f"{value:.2%}"  # noqa: PLR2004 - below a percent


def chance(p: float) -> str:
    """Return a p-value as people read it."""
    return f"p = {p:.2g}" if p >= _SMALL else f"p < {_SMALL:g}"


def tested(item: Confirmed, outcome: Outcome, what: str) -> Evidence:
    """Return what the half that was not searched says of a part."""
    found, (part, others) = item.difference, item.held_out
    if found is None or item.p_corrected is None:
        raise ValueError(item.draft)
    unit = "" if outcome.is_rate else " (medians)"
    return Evidence(
        statement=f"{what}: {outcome.name.lower()} {figure(found.a, outcome)} of {part.measured:,} against "
        f"{figure(found.b, outcome)} of {others.measured:,}{unit} on the half that was not searched; difference "
        f"{figure_of_difference(found.difference, outcome)}, between "
        f"{figure_of_difference(found.low, outcome)} and {figure_of_difference(found.high, outcome)}; {found.test} "
        f"{chance(item.p_corrected)}, corrected for {item.family} {'candidate' if item.family == 1 else 'candidates'} "
        f"(Holm)",
        test=found.test,
        p=found.p,
        p_corrected=item.p_corrected,
        family=item.family,
        value=found.difference,
        low=found.low,
        high=found.high,
        rows=part.measured + others.measured,
        held_out=True,
    )


def figure_of_difference(value: float, outcome: Outcome) -> str:
    """Return a difference of rates in percentage points, or of amounts."""
    if outcome.is_rate:
        return f"{100 * value:+.1f} points" if abs(value) >= 0.001 else f"{100 * value:+.2f} points"  # noqa: PLR2004
    return f"{value:+,.0f}" if abs(value) >= 100 else f"{value:+,.2f}"  # noqa: PLR2004 - small amounts have cents
