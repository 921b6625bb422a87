"""Reasons to do something that lie in what segments lack, and in what they came to."""

from collections.abc import Iterator, Mapping

from segaudit.audit.whole.reasons import Look, Reason, share_of, some
from segaudit.audit.whole.reasons_segments import number_of_segments
from segaudit.model.audit import AuditedSegments
from segaudit.model.audit_measured import Measured
from segaudit.model.audit_rules import ActionRule, AuditRules
from segaudit.model.enrichment import Effort, EnrichmentResult, PlanStep, StandIn
from segaudit.model.performance import Comparison, Confounding, SchemaPerformance, Standing, StratifiedComparison

# How hard it is to come by a value, easiest first: of several fields, the hardest says what a step takes.
_HARD = (Effort.DERIVE, Effort.REPAIR, Effort.CONNECT, Effort.DECIDE, Effort.MEASURE, Effort.ASK, Effort.BUY)
# A label that is confirmed is worth less than one where there was none.
_CONFIRMED = 0.25


def fill_field(rule: ActionRule, measured: Measured, _: AuditRules) -> Iterator[Reason]:
    """Yield the steps of the enrichment plan whose values come from one place: derive, repair, connect, buy, ..."""
    found = measured.segments
    if found is None or not found.enrichment.source.rows:
        return
    for step in found.enrichment.plan:
        if step.decides and _source(step) == rule.settings.get("source"):
            rows = _lacking(step, found.enrichment)
            yield Reason(
                share=share_of(step.places + _CONFIRMED * (step.decides - step.places), found.enrichment.source.rows),
                rows=rows,
                table=found.table,
                where=", ".join(step.fields),
                rests_on=("enrichment.plan",),
                values={
                    "fields": some(step.fields),
                    "rows": rows,
                    "decides": step.decides,
                    "places": step.places,
                    "column": _told_by(step, found.enrichment),
                },
            )


def _source(step: PlanStep) -> str:
    efforts = [effort for _, effort in step.efforts]
    return max(efforts, key=_HARD.index).value if efforts else ""


def _lacking(step: PlanStep, result: EnrichmentResult) -> int:
    states = [state for state in result.states if state.field in step.fields]
    return max((state.missing + state.unreadable + state.inexact for state in states), default=0)


def _told_by(step: PlanStep, result: EnrichmentResult) -> str:
    best = _best_stand_in(step.fields[0], result) if step.fields else None
    return best.column if best is not None else ""


def _best_stand_in(field: str, result: EnrichmentResult) -> StandIn | None:
    found = [item for item in result.stand_ins if item.field == field and item.fills]
    return max(found, key=lambda item: (item.decides, item.fills, -item.position), default=None)


def stand_in(_: ActionRule, measured: Measured, __: AuditRules) -> Iterator[Reason]:
    """Yield fields that one would buy, and that other columns of the same table tell of many records."""
    found = measured.segments
    if found is None:
        return
    for step in found.enrichment.plan:
        for name, effort in step.efforts:
            best = _best_stand_in(name, found.enrichment) if effort is Effort.BUY else None
            if best is not None:
                yield Reason(
                    share=share_of(best.fills, found.enrichment.source.rows),
                    rows=best.fills,
                    table=found.table,
                    where=name,
                    rests_on=("enrichment.stand-in",),
                    values={"field": name, "column": best.column, "rows": best.fills, "agrees": best.share_agrees},
                )


def not_measured(_: ActionRule, measured: Measured, __: AuditRules) -> Iterator[Reason]:
    """Yield that nothing, or not everything, can be told of what segments came to."""
    found = measured.segments
    if found is None or not found.overlap.source.rows:
        return
    if found.performance is None:
        yield Reason(share=1.0, table=found.table, rests_on=("performance.none",), values={"n": 0, "metrics": ""})
        return
    lacking = found.performance.not_computable
    known = {table.metric.id for schema in found.performance.schemas for table in schema.tables}
    names = [item.name for item in lacking if item.metric not in known]
    if names:
        yield Reason(
            share=share_of(len(names), len(names) + len(known)),
            table=found.table,
            rests_on=("performance.not-computable",),
            values={"n": len(names), "metrics": some(names)},
        )


def weak_segments(rule: ActionRule, measured: Measured, _: AuditRules) -> Iterator[Reason]:
    """Yield segments that come off badly for one cause: the message, or the fit."""
    for found, schema in _performances(measured):
        for item in schema.diagnoses:
            if item.cause == rule.settings.get("cause"):
                members = dict(schema.segments).get(item.segment, 0)
                yield Reason(
                    share=share_of(members, found.overlap.source.rows),
                    rows=members,
                    table=found.table,
                    where=f"{schema.schema}.{item.segment}",
                    rests_on=(f"performance.{item.cause}",),
                    values={"segment": f"{schema.schema}.{item.segment}", "rows": members, "reason": item.reason},
                )


def better_segments(rule: ActionRule, measured: Measured, _: AuditRules) -> Iterator[Reason]:
    """Yield segments that are better than the others beyond chance, in the first of some metrics that shows it."""
    wanted = rule.settings.get("metrics")
    metrics = [str(item) for item in wanted] if isinstance(wanted, list) else []
    for found, item in better_ones(measured, metrics):
        schema, hit = item
        members = dict(schema.segments).get(hit.segment, 0)
        yield Reason(
            share=share_of(members, found.overlap.source.rows),
            rows=members,
            table=found.table,
            where=f"{schema.schema}.{hit.segment}",
            rests_on=("performance.better",),
            values={
                "segment": f"{schema.schema}.{hit.segment}",
                "metric": hit.metric,
                "value": float(hit.value or 0.0),
                "other": float(hit.other or 0.0),
                "rows": members,
            },
        )


def better_ones(
    measured: Measured, metrics: list[str]
) -> Iterator[tuple[AuditedSegments, tuple[SchemaPerformance, Comparison]]]:
    """Yield each segment that is better than its reference, with the first metric that shows it."""
    for found, schema in _performances(measured):
        turned = {(item.metric, item.segment) for item in _turned(schema)}
        for segment, _ in schema.segments:
            said = (schema.against_reference(metric, segment) for metric in metrics)
            hit = next((item for item in said if item is not None and item.standing is Standing.BETTER), None)
            if hit is not None and (hit.metric, segment) not in turned:
                yield found, (schema, hit)


def too_small_to_test(_: ActionRule, measured: Measured, __: AuditRules) -> Iterator[Reason]:
    """Yield that some segments are too small to show the change they are to be measured by."""
    found = measured.segments
    if found is None:
        return
    filled = [item for item in found.overlap.powers if item.members]  # nobody would test in an empty one
    small = [item for item in filled if not item.enough]
    if small:
        worst = min(small, key=lambda item: (item.arm, item.schema, item.segment))
        yield Reason(
            share=share_of(len(small), number_of_segments(found)),
            table=found.table,
            rests_on=("segments.unmeasurable",),
            values={
                "n": len(small),
                "of": len(filled),
                "segment": f"{worst.schema}.{worst.segment}",
                "arm": worst.arm,
                "needed": worst.arm_needed or 0,
            },
        )


def too_small_to_say(_: ActionRule, measured: Measured, __: AuditRules) -> Iterator[Reason]:
    """Yield that most comparisons of segments rest on too few records to say anything."""
    said = [item for _, schema in _performances(measured) for item in schema.comparisons if item.is_reference]
    tested = [item for item in said if item.standing is not Standing.NOT_COMPARED]
    small = [item for item in tested if item.standing is Standing.TOO_SMALL]
    if small and measured.segments is not None:
        yield Reason(
            share=share_of(len(small), len(tested)),
            table=measured.segments.table,
            rests_on=("performance.too-small",),
            values={"n": len(small), "of": len(tested)},
        )


def _performances(measured: Measured) -> Iterator[tuple[AuditedSegments, SchemaPerformance]]:
    found = measured.segments
    if found is not None and found.performance is not None:
        yield from ((found, schema) for schema in found.performance.schemas)


def _turned(schema: SchemaPerformance) -> list[StratifiedComparison]:
    """Return verdicts that do not hold when like is compared with like."""
    checked = schema.stratified.comparisons if schema.stratified is not None else ()
    return [item for item in checked if item.outcome in {Confounding.TURNS, Confounding.FADES}]


USE_LOOKS: Mapping[str, Look] = {
    "fill_field": fill_field,
    "stand_in": stand_in,
    "not_measured": not_measured,
    "weak_segments": weak_segments,
    "better_segments": better_segments,
    "too_small_to_test": too_small_to_test,
    "too_small_to_say": too_small_to_say,
}
