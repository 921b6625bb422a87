"""A segmentation held against its governance: too many, too few, too large, too small, overlapping, open."""

from collections.abc import Iterator, Mapping

from segaudit.model.decisions import Finding, SchemaCounts, SegmentCounts
from segaudit.model.segments import Assignment, Governance, RuleBook, Schema

_UNPLACED_FROM = 0.10  # share of records no segment matches, above which it is a finding
_OPEN_FROM = 0.20  # share of records that cannot be told


def judge_segments(
    rules: RuleBook, counts: tuple[SchemaCounts, ...], rows: int, coverage: Mapping[str, float]
) -> tuple[Finding, ...]:
    """Return what a person should decide about, schema by schema.

    Args:
        rules: The segmentation and its governance.
        counts: What was measured, in the rules' order.
        rows: Records in the source.
        coverage: Share of records in which fields with a wanted coverage are filled.
    """
    findings: list[Finding] = []
    for schema, counted in zip(rules.schemas, counts, strict=True):
        findings += _number_of_segments(schema, rules.governance)
        if not rows:
            continue
        findings += _overlaps(schema, counted)
        findings += _sizes(schema, counted, rows, rules.governance)
        findings += _gaps(schema, counted, rows)
        findings += _coverage(schema, counted, rules, coverage)
        findings += _leakage(schema, counted)
    return tuple(findings)


def _number_of_segments(schema: Schema, governance: Governance) -> Iterator[Finding]:
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
            message=f"{number} segments are fewer than the {low} to start with",
            hint="fine if each has a treatment of its own; otherwise split the largest",
        )


def _overlaps(schema: Schema, counted: SchemaCounts) -> Iterator[Finding]:
    if schema.assign is Assignment.ALL_MATCHES:
        return
    exclusive = schema.assign is Assignment.EXACTLY_ONE
    for pair in counted.overlaps:
        if not pair.both:
            continue
        if exclusive:
            yield Finding(
                rule="segments.conflict",
                severity="error",
                where=schema.id,
                message=f"{pair.both:,} records match both {pair.a} and {pair.b}, and may match only one",
                hint="move a boundary so that each value belongs to one segment",
            )
        elif pair.only_b == 0:
            yield Finding(
                rule="segments.shadowed",
                severity="warning",
                where=f"{schema.id}.{pair.b}",
                message=f"every record that matches {pair.b} is taken by {pair.a} before it",
                hint=f"put {pair.b} first, or make it ask for something {pair.a} does not",
            )


def _sizes(schema: Schema, counted: SchemaCounts, rows: int, governance: Governance) -> Iterator[Finding]:
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


def _gaps(schema: Schema, counted: SchemaCounts, rows: int) -> Iterator[Finding]:
    outside = sum(item.rows for item in counted.unplaced if item.decided)
    open_rows = sum(item.rows for item in counted.unplaced if not item.decided)
    if schema.assign is not Assignment.ALL_MATCHES and outside > _UNPLACED_FROM * rows:
        yield Finding(
            rule="segments.gap",
            severity="warning",
            where=schema.id,
            message=f"{outside:,} records ({outside / rows:.0%}) match no segment",
            hint="widen a boundary or add a segment for them",
        )
    if open_rows > _OPEN_FROM * rows:
        fields = _open_fields(counted.segments)
        yield Finding(
            rule="segments.undecided",
            severity="error" if open_rows > rows / 2 else "warning",
            where=schema.id,
            message=f"{open_rows:,} records ({open_rows / rows:.0%}) cannot be placed for lack of data: {fields}",
            hint="fill these fields, or choose criteria that read better-covered ones",
        )


def _open_fields(segments: tuple[SegmentCounts, ...]) -> str:
    totals: dict[str, int] = {}
    for item in segments:
        for field, rows in item.undecided_by_field:
            totals[field] = max(totals.get(field, 0), rows)
    ranked = sorted(totals.items(), key=lambda pair: (-pair[1], pair[0]))
    return ", ".join(f"{field} ({rows:,})" for field, rows in ranked[:5])


def _coverage(
    schema: Schema, counted: SchemaCounts, rules: RuleBook, coverage: Mapping[str, float]
) -> Iterator[Finding]:
    for segment, item in zip(schema.segments, counted.segments, strict=True):
        lacking = dict(item.undecided_by_field)
        for field in segment.fields:
            wanted = rules.fields[field].min_coverage
            if wanted is None or field not in coverage or coverage[field] >= wanted:
                continue
            yield Finding(
                rule="segments.coverage",
                severity="warning",
                where=f"{schema.id}.{segment.id}",
                message=f"it reads {field}, which is filled in {coverage[field]:.0%} of records and should be in "
                f"{wanted:.0%}; {lacking.get(field, 0):,} records cannot be told for lack of it",
                hint="enrich the field before relying on this segment, or segment on a better-covered one",
            )


def _leakage(schema: Schema, counted: SchemaCounts) -> Iterator[Finding]:
    if counted.leakage is None or not counted.leakage.entities:
        return
    found = counted.leakage
    whose = "1 entity has" if found.entities == 1 else f"{found.entities:,} entities have"
    yield Finding(
        rule="segments.leakage",
        severity="warning",
        where=schema.id,
        message=f"{whose} records with different labels, {found.records:,} records in all",
        hint="merge the duplicates, or let `segaudit assign --resolve` give all records of an entity one label",
    )
