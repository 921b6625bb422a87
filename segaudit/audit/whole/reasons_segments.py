"""Reasons to do something that lie in the segments: their rules, their owners, how they divide the records."""

from collections.abc import Iterator, Mapping

from segaudit.audit.whole.figures_segments import collides, leaves_on_purpose, unplaced_rows
from segaudit.audit.whole.reasons import Look, Reason, matches, share_of, some
from segaudit.model.audit import AuditedSegments
from segaudit.model.audit_measured import Measured
from segaudit.model.audit_rules import ActionRule, AuditRules
from segaudit.model.decisions import SchemaCounts
from segaudit.model.proofs import witness_words
from segaudit.model.scorecard import Answer
from segaudit.model.segments import Assignment, Schema
from segaudit.report.audit.entities import are_shipped

_NOBODY = 0.99  # share that cannot be placed, from which next to nobody can


def segment_findings(rule: ActionRule, measured: Measured, _: AuditRules) -> Iterator[Reason]:
    """Yield one reason for all of the named findings about segments."""
    found = measured.segments
    if found is None:
        return
    hits = [item for item in (*found.overlap.findings, *found.proofs.findings) if matches(item.rule, rule.rules)]
    if hits:
        # Where a finding stands in a file of rules, its place names the file and not the segment.
        names = [item.where for item in hits if ":" not in item.where]
        yield Reason(
            share=share_of(len(hits), number_of_segments(found)),
            table=found.table,
            rests_on=tuple(dict.fromkeys(item.rule for item in hits)),
            values={"n": len(hits), "segments": some(names)},
        )


def proved_overlap(_: ActionRule, measured: Measured, __: AuditRules) -> Iterator[Reason]:
    """Yield pairs of segments that share a record although each record is to have one."""
    found = measured.segments
    if found is None:
        return
    modes = {schema.id: schema.assign for schema in found.overlap.rules.schemas}
    both = {(pair.schema, pair.a, pair.b): pair.both for item in found.overlap.schemas for pair in item.overlaps}
    for pair in found.proofs.facts.pairs:
        if collides(pair, modes.get(pair.schema)):
            rows = both.get((pair.schema, pair.a, pair.b), 0)
            yield Reason(
                share=share_of(rows, found.overlap.source.rows),
                rows=rows,
                table=found.table,
                where=pair.schema,
                rests_on=("rules.overlap",),
                values={"a": pair.a, "b": pair.b, "record": witness_words(pair.witness or {}), "rows": rows},
            )


def proved_gap(_: ActionRule, measured: Measured, __: AuditRules) -> Iterator[Reason]:
    """Yield schemas that leave a gap, with a record that falls into it."""
    found = measured.segments
    if found is None:
        return
    for counted in found.overlap.schemas:
        gaps = [gap for gap in found.proofs.facts.gaps if gap.schema == counted.schema]
        schema = found.overlap.rules.schema(counted.schema)
        if gaps and schema.assign is not Assignment.ALL_MATCHES and not leaves_on_purpose(schema):
            rows = sum(item.rows for item in counted.unplaced if item.decided)
            yield Reason(
                share=share_of(rows, found.overlap.source.rows),
                rows=rows,
                table=found.table,
                where=counted.schema,
                rests_on=("rules.gap",),
                values={"schema": counted.schema, "record": witness_words(gaps[0].witness), "rows": rows},
            )


def proved_never(_: ActionRule, measured: Measured, __: AuditRules) -> Iterator[Reason]:
    """Yield segments no record can ever be in."""
    found = measured.segments
    if found is None:
        return
    facts = found.proofs.facts
    dead = [(item.schema, item.segment, "rules.unreachable") for item in facts.unreachable]
    dead += [(item.schema, item.segment, "rules.shadowed") for item in facts.shadowed]
    for schema, segment, rule in dead:
        yield Reason(
            share=share_of(1, number_of_segments(found)),
            table=found.table,
            where=f"{schema}.{segment}",
            rests_on=(rule,),
            values={"segment": f"{schema}.{segment}"},
        )


def marks(rule: ActionRule, measured: Measured, _: AuditRules) -> Iterator[Reason]:
    """Yield one reason for all segments of which a question of the scorecard is a no."""
    found = measured.segments
    if found is None:
        return
    question = str(rule.settings.get("question", ""))
    asked = [(card, mark) for card in found.scorecard.cards for mark in card.marks if mark.question == question]
    failed = [card for card, mark in asked if mark.answer is Answer.NO]
    if failed:
        yield Reason(
            share=share_of(len(failed), len(found.scorecard.cards)),
            rows=max(card.members for card in failed),
            table=found.table,
            rests_on=(f"scorecard.{question}",),
            values={"n": len(failed), "segments": some([f"{card.schema}.{card.segment}" for card in failed])},
        )


def leakage(_: ActionRule, measured: Measured, __: AuditRules) -> Iterator[Reason]:
    """Yield that people stand in two segments because they are there twice."""
    found = measured.segments
    worst = worst_leak(found)
    if found is not None and worst is not None and worst.leakage is not None:
        yield Reason(
            share=share_of(worst.leakage.records, found.overlap.source.rows),
            rows=worst.leakage.records,
            table=found.table,
            where=worst.schema,
            rests_on=("segments.leakage",),
            values={"n": worst.leakage.entities, "schema": worst.schema},
        )


def worst_leak(found: AuditedSegments | None) -> SchemaCounts | None:
    """Return the schema in which most entities have several labels; None if none has."""
    schemas = found.overlap.schemas if found is not None else ()
    leaking = [item for item in schemas if item.leakage is not None and item.leakage.entities]
    return max(leaking, key=lambda item: item.leakage.entities if item.leakage else 0, default=None)


def too_many_segments(rule: ActionRule, measured: Measured, __: AuditRules) -> Iterator[Reason]:
    """Yield that there are more segments than governance allows in a schema, or than there are hours for."""
    found = measured.segments
    if found is None:
        return
    bounds, hours = found.overlap.rules.governance, found.overlap.hours
    crowded = [schema.id for schema in found.overlap.rules.schemas if len(schema.segments) > bounds.warn_above]
    if rule.settings.get("cause") == "number":
        if crowded:
            yield Reason(
                share=share_of(len(crowded), len(found.overlap.schemas)),
                table=found.table,
                rests_on=("segments.many",),
                values={"n": len(crowded), "schemas": some(crowded), "most": bounds.warn_above},
            )
    elif hours is not None and hours.capacity is not None and hours.needed > hours.capacity:
        yield Reason(
            share=share_of(hours.needed - hours.capacity, hours.needed),
            table=found.table,
            rests_on=("segments.hours",),
            values={
                "n": hours.stated + hours.assumed,  # empty ones take no hours
                "assumed": hours.assumed,
                "usual": round(hours.usual),
                "needed": round(hours.needed),
                "capacity": round(hours.capacity),
            },
        )


def open_schema(rule: ActionRule, measured: Measured, _: AuditRules) -> Iterator[Reason]:
    """Yield schemas in which too many records cannot be told, with the fields that leave them open."""
    found = measured.segments
    if found is None:
        return
    rows = found.overlap.source.rows
    if rule.settings.get("shipped"):
        if (foreign := strangers(measured)) is not None:
            values = {"without": foreign[0], "schemas": foreign[1]}
            yield Reason(share=share_of(*foreign), table=found.table, rests_on=("segments.undecided",), values=values)
        return
    for counted in found.overlap.schemas:
        undecided = sum(item.rows for item in counted.unplaced if not item.decided)
        if share_of(undecided, rows) >= rule.from_share and undecided:
            yield Reason(
                share=share_of(undecided, rows),
                rows=undecided,
                table=found.table,
                where=counted.schema,
                rests_on=("segments.undecided",),
                values={"rows": undecided, "schema": counted.schema, "fields": some(lacking(counted))},
            )


def strangers(measured: Measured) -> tuple[int, int] | None:
    """Return how many segmentations can place nobody, of how many; None unless they are the shipped ones and most do.

    Then they were made for another business, and what is wrong with them is nothing for this client to mend.
    """
    found = measured.segments
    if found is None or not found.overlap.schemas or not are_shipped(found.overlap.rules):
        return None
    nobody = sum(is_open_to_all(counted, found.overlap.source.rows) for counted in found.overlap.schemas)
    number = len(found.overlap.schemas)
    return (nobody, number) if 2 * nobody >= number else None


def is_open_to_all(counted: SchemaCounts, rows: int) -> bool:
    """Tell whether a schema can place nobody, or next to nobody."""
    undecided = sum(item.rows for item in counted.unplaced if not item.decided)
    return rows > 0 and undecided >= _NOBODY * rows


def lacking(counted: SchemaCounts) -> list[str]:
    """Return the fields that leave records of a schema open, those of most records first."""
    most: dict[str, int] = {}
    for item in counted.segments:
        for name, rows in item.undecided_by_field:
            most[name] = max(most.get(name, 0), rows)
    return [name for name, _ in sorted(most.items(), key=lambda pair: (-pair[1], pair[0]))]


def worst_placed(found: AuditedSegments) -> tuple[SchemaCounts, int] | None:
    """Return the schema with most records that should have a segment and have none, and how many; None if all have."""
    pairs = zip(found.overlap.rules.schemas, found.overlap.schemas, strict=True)
    placing = [(pair[1], unplaced_rows(*pair)) for pair in pairs if _places(pair[0])]
    worst = max(placing, key=lambda item: item[1], default=None)
    return worst if worst is not None and worst[1] else None


def _places(schema: Schema) -> bool:
    return schema.assign is not Assignment.ALL_MATCHES


def number_of_segments(found: AuditedSegments) -> int:
    """Return how many segments there are."""
    return sum(len(schema.segments) for schema in found.overlap.rules.schemas)


SEGMENT_LOOKS: Mapping[str, Look] = {
    "segment_findings": segment_findings,
    "proved_overlap": proved_overlap,
    "proved_gap": proved_gap,
    "proved_never": proved_never,
    "marks": marks,
    "leakage": leakage,
    "too_many_segments": too_many_segments,
    "open_schema": open_schema,
}
