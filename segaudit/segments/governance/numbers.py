"""How many segments there are: against what can be kept apart, and against the hours there are."""

from collections.abc import Iterator, Sequence

from segaudit.model.decisions import Finding, Hours, SchemaCounts
from segaudit.model.segments import Governance, RuleBook, Schema, Segment

_HOURS = "hours_per_quarter"


def judge_number(schema: Schema, governance: Governance) -> Iterator[Finding]:
    """Judge how many segments a schema has."""
    number = len(schema.segments)
    low, high = governance.start
    if number > governance.stop_above:
        yield Finding(
            rule="segments.too-many",
            severity="error",
            where=schema.id,
            message=f"{number} segments cannot be executed; more than {governance.stop_above} is too many",
            hint=f"start with {low} to {high}: merge those that are treated alike",
        )
    elif number > governance.warn_above:
        yield Finding(
            rule="segments.many",
            severity="warning",
            where=schema.id,
            message=f"{number} segments are more than the {governance.warn_above} that the governance allows unasked",
            hint=f"start with {low} to {high}: merge those that are treated alike",
        )
    elif number < low:
        yield Finding(
            rule="segments.few",
            severity="warning",
            where=schema.id,
            message=f"{number} {'segment is' if number == 1 else 'segments are'} fewer than the {low} to start with",
            hint="fine if each has a treatment of its own; otherwise split the largest",
        )


def measure_hours(rules: RuleBook, counts: Sequence[SchemaCounts], usual: float) -> Hours:
    """Return what serving the segments takes in a quarter; those without a member take nothing.

    Args:
        rules: The segments, and the hours there are.
        counts: Their members, in the rules' order.
        usual: Hours of a segment whose treatment does not say.
    """
    members = {(item.schema, item.segment): item.members for counted in counts for item in counted.segments}
    served = [segment for schema, segment in rules.segments() if members[schema.id, segment.id]]
    stated = [hours for segment in served if (hours := _stated(segment)) is not None]
    assumed = sum(_stated(segment) is None and not segment.suppress for segment in served)
    return Hours(
        needed=sum(stated) + assumed * usual,
        stated=len(stated),
        assumed=assumed,
        usual=usual,
        capacity=rules.governance.capacity_hours_per_quarter,
    )


def _stated(segment: Segment) -> float | None:
    treatment = segment.documentation.get("treatment")
    given = treatment.get(_HOURS) if isinstance(treatment, dict) else None
    return float(given) if isinstance(given, int | float) and not isinstance(given, bool) and given >= 0 else None


def judge_hours(hours: Hours | None) -> Iterator[Finding]:
    """Judge whether there are hours enough to serve every segment."""
    if hours is None or hours.capacity is None or hours.needed <= hours.capacity:
        return
    parts = [f"{hours.stated} say how many"] if hours.stated else []
    parts += [f"{hours.assumed} are taken to need {hours.usual:,.0f} each"] if hours.assumed else []
    yield Finding(
        rule="segments.hours",
        severity="warning",
        where="governance",
        message=f"{hours.stated + hours.assumed} segments with members need about {hours.needed:,.0f} hours a quarter "
        f"({', '.join(parts)}), and there are {hours.capacity:,.0f}",
        hint="serve fewer, merge those that are treated alike, or say treatment: {hours_per_quarter: 8}",
    )
