"""How segments divide the records: overlapping, leaving gaps, open for lack of data, parting duplicates."""

from collections.abc import Iterator, Mapping

from segaudit.model.decisions import Finding, SchemaCounts, SegmentCounts
from segaudit.model.segments import Assignment, RuleBook, Schema

_UNPLACED_FROM = 0.10  # share of records no segment matches, above which it is a finding
_OPEN_FROM = 0.20  # share of records that cannot be told


def judge_overlaps(schema: Schema, counted: SchemaCounts) -> Iterator[Finding]:
    """Judge records that match several segments of a schema where one is meant."""
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
                message=f"{pair.both:,} {'record matches' if pair.both == 1 else 'records match'} both {pair.a} "
                f"and {pair.b}, and may match only one",
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


def judge_gaps(schema: Schema, counted: SchemaCounts, rows: int) -> Iterator[Finding]:
    """Judge records without a segment."""
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


def judge_coverage(
    schema: Schema, counted: SchemaCounts, rules: RuleBook, coverage: Mapping[str, float]
) -> Iterator[Finding]:
    """Judge fields a schema reads and whose wanted coverage they lack."""
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


def judge_leakage(schema: Schema, counted: SchemaCounts) -> Iterator[Finding]:
    """Judge duplicates with different labels."""
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
