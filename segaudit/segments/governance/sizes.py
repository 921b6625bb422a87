"""How large segments are: empty, tiny, broad, uneven, too small to be measured."""

from collections.abc import Iterator, Mapping, Sequence

from segaudit.errors import InputError
from segaudit.model.decisions import Finding, SchemaCounts, SegmentPower
from segaudit.model.scorecard import Standards
from segaudit.model.segments import Governance, RuleBook, Schema, Segment
from segaudit.segments.statistics.power import size_needed, smallest_effect
from segaudit.text.folding import fold

_MOST_NAMED = 5
_FEWEST_UNEVEN = 3  # segments; of two, one is always broad or both are alike


def judge_sizes(schema: Schema, counted: SchemaCounts, rows: int, governance: Governance) -> Iterator[Finding]:
    """Judge segments that are empty, tiny or broad."""
    placed = rows - sum(item.rows for item in counted.unplaced)
    for item in counted.segments:
        where = f"{schema.id}.{item.segment}"
        if item.members == 0 and item.undecided < rows:
            yield Finding(
                rule="segments.empty",
                severity="warning",
                where=where,
                message="no record is in it" + (f"; {item.undecided:,} cannot be told" if item.undecided else ""),
                hint="check its criteria against the values the file holds, or retire it",
            )
        elif 0 < item.members < max(governance.smallest_members, governance.smallest_share * rows):
            yield Finding(
                rule="segments.tiny",
                severity="warning",
                where=where,
                message=f"{item.members:,} records ({item.members / rows:.1%}) are too few to steer by",
                hint="merge it with its neighbour unless each record is worth a person's time",
            )
        if placed and item.members > governance.largest_share * placed and len(counted.segments) > 1:
            yield Finding(
                rule="segments.broad",
                severity="warning",
                where=where,
                message=f"it holds {item.members / placed:.0%} of the placed records",
                hint="split it if parts of it should be treated differently",
            )


def judge_evenness(counted: SchemaCounts, least: float) -> Iterator[Finding]:
    """Judge whether a schema's segments divide the members so unevenly that it works like one with far fewer.

    Args:
        counted: The schema.
        least: Effective number of segments by their number, below which it is told.
    """
    even, number = counted.evenness, sum(item.members > 0 for item in counted.segments)
    if number < _FEWEST_UNEVEN or even.effective >= least * number:
        return
    yield Finding(
        rule="segments.concentrated",
        severity="warning",
        where=counted.schema,
        message=f"{number} segments with members divide them as {even.effective:.1f} of one size would "
        f"(Herfindahl index {even.herfindahl:.2f}, the largest has {even.largest:.0%})",
        hint="merge the small ones, or split the largest where its parts should be treated differently",
    )


def measure_powers(rules: RuleBook, counts: Sequence[SchemaCounts], standards: Standards) -> tuple[SegmentPower, ...]:
    """Return for each segment that says what it is measured by whether it is large enough for that.

    Its members are thought of as divided in two arms, the one treated as before and the other as is to be tried.
    """
    members = {(item.schema, item.segment): item.members for counted in counts for item in counted.segments}
    found = [
        measure_power(schema, segment, members[schema.id, segment.id], standards)
        for schema, segment in rules.segments()
        if not segment.suppress
    ]
    return tuple(item for item in found if item is not None)


def measure_power(schema: Schema, segment: Segment, members: int, standards: Standards) -> SegmentPower | None:
    """Return whether a segment is large enough to be measured; None if nothing says by what, or from which baseline."""
    measure = segment.documentation.get("measure")
    if not isinstance(measure, dict) or not measure.get("primary"):
        return None
    metric = metric_name(measure)
    usual = standards.metrics.get(metric)
    baseline, relative = _number(measure, "baseline"), _number(measure, "detect_relative")
    assumed = tuple(name for name, value in (("baseline", baseline), ("detect_relative", relative)) if value is None)
    if usual is not None:
        baseline = usual.baseline if baseline is None else baseline
        relative = usual.detect_relative if relative is None else relative
    if baseline is None or relative is None:
        return None
    tested = {"alpha": standards.limit("alpha"), "power": standards.limit("power")}
    try:
        needed: int | None = size_needed(baseline, relative, **tested)
    except InputError:
        needed = None
    return SegmentPower(
        schema=schema.id,
        segment=segment.id,
        metric=metric,
        baseline=baseline,
        relative=relative,
        assumed=assumed,
        members=members,
        arm=members // 2,
        arm_needed=needed,
        smallest=smallest_effect(members // 2, baseline, **tested),
    )


def metric_name(measure: Mapping[str, object]) -> str:
    """Return what a segment is measured by, as the metrics are named: ``Reply rate`` is ``reply_rate``."""
    return fold(str(measure.get("primary", ""))).replace(" ", "_").replace("-", "_")


def _number(measure: Mapping[str, object], key: str) -> float | None:
    value = measure.get(key)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def judge_powers(schema: Schema, powers: Sequence[SegmentPower]) -> Iterator[Finding]:
    """Judge which segments of a schema are too small to measure what they are to be measured by."""
    mine = [item for item in powers if item.schema == schema.id and item.members]
    small = [item for item in mine if not item.enough and item.arm_needed is not None]
    if not small:
        return
    named = [
        f"{item.segment} ({item.metric}: {item.arm:,} in each arm, {item.arm_needed or 0:,} needed)"
        for item in small[:_MOST_NAMED]
    ]
    more = f" and {len(small) - _MOST_NAMED:,} more" if len(small) > _MOST_NAMED else ""
    yield Finding(
        rule="segments.unmeasurable",
        severity="warning",
        where=schema.id,
        message=f"{len(small)} of {len(mine)} segments are too small to see the change they are to be measured by: "
        f"{', '.join(named)}{more}",
        hint="merge them, measure something that happens more often, or expect to see larger changes only",
    )
