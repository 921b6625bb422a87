"""Figures that marks are given for: of the segments."""

from collections.abc import Mapping

from segaudit.audit.whole.figures import Figure, FigureOf
from segaudit.model.audit import AuditedSegments
from segaudit.model.audit_measured import Measured
from segaudit.model.audit_rules import AuditRules
from segaudit.model.decisions import SchemaCounts
from segaudit.model.proofs import CONTAINMENTS, PairProof, PairVerdict
from segaudit.model.scorecard import Answer
from segaudit.model.segments import Assignment, Schema

UNPLACED = "unplaced"  # what schemas call it that say nothing else
_ALIKE = ("segments.same-decision", "segments.same-treatment", "segments.same-outcome", "rules.same-segment")
_MISSIZED = ("segments.empty", "segments.tiny", "segments.broad")


def needed_filled(measured: Measured, _: AuditRules) -> Figure:
    """Return how well the fields are filled that segments read."""
    if measured.segments is None or not measured.segments.enrichment.source.rows:
        return Figure(value=None)
    states = measured.segments.enrichment.states
    value = sum(state.share_filled for state in states) / len(states) if states else None
    return Figure(value=value, counts={"fields": len(states)})


def proved_sound(measured: Measured, _: AuditRules) -> Figure:
    """Return the share of segments and schemas of which no contradiction is proved."""
    found = measured.segments
    units = _segments(found) + len(_placing(found))
    if found is None or not units:
        return Figure(value=None)
    facts = found.proofs.facts
    modes = {schema.id: schema.assign for schema in found.overlap.rules.schemas}
    meeting = [pair for pair in facts.pairs if collides(pair, modes.get(pair.schema))]
    faulty = {(pair.schema, name) for pair in meeting for name in (pair.a, pair.b)}
    faulty |= {(item.schema, item.segment) for item in facts.unreachable}
    faulty |= {(item.schema, item.segment) for item in facts.shadowed}
    meant = {schema.id for schema, _ in _placing(found) if not leaves_on_purpose(schema)}
    gaps = {gap.schema for gap in facts.gaps if gap.schema in meant}
    wrong = min(units, len(faulty) + len(gaps))
    return Figure(value=1 - wrong / units, counts={"segments": len(faulty), "gaps": len(gaps)})


def collides(pair: PairProof, assign: Assignment | None) -> bool:
    """Tell whether two segments are proved to share a record although each record is to have one."""
    return assign is Assignment.EXACTLY_ONE and (pair.verdict is PairVerdict.OVERLAP or pair.verdict in CONTAINMENTS)


def distinct(measured: Measured, _: AuditRules) -> Figure:
    """Return the share of segments that are treated otherwise than all others."""
    found = measured.segments
    number = _segments(found)
    if found is None or not number:
        return Figure(value=None)
    pairs = sum(item.rule in _ALIKE for item in (*found.overlap.findings, *found.proofs.findings))
    return Figure(value=1 - min(pairs, number) / number, counts={"pairs": pairs})


def answered(question: str, *, of_data: bool = True) -> FigureOf:
    """Return a figure: of segments for which a question of the scorecard could be answered, the share with a yes."""

    def figure(measured: Measured, _: AuditRules) -> Figure:
        found = measured.segments
        if found is None or (of_data and not found.scorecard.source.rows):
            return Figure(value=None)
        marks = [mark.answer for card in found.scorecard.cards for mark in card.marks if mark.question == question]
        yes, no, unknown = (marks.count(answer) for answer in (Answer.YES, Answer.NO, Answer.OPEN))
        value = yes / (yes + no) if yes + no else None
        return Figure(value=value, counts={"yes": yes, "no": no, "unknown": unknown})

    return figure


def placed(measured: Measured, _: AuditRules) -> Figure:
    """Return the share of records that have a segment, on average over the schemas that are to place all."""
    found = measured.segments
    schemas = _placing(found)
    if found is None or not schemas or not found.overlap.source.rows:
        return Figure(value=None)
    rows = found.overlap.source.rows
    shares = [1 - min(rows, unplaced_rows(schema, counted)) / rows for schema, counted in schemas]
    return Figure(value=sum(shares) / len(shares), counts={"schemas": len(schemas)})


def unplaced_rows(schema: Schema, counted: SchemaCounts) -> int:
    """Return the records without a segment that should have one: what is left over by name is left over on purpose."""
    return sum(item.rows for item in counted.unplaced if not item.decided or not leaves_on_purpose(schema))


def leaves_on_purpose(schema: Schema) -> bool:
    """Tell whether a schema has a label of its own for records no segment matches, such as "outside the programme"."""
    return schema.otherwise != UNPLACED


def one_label(measured: Measured, _: AuditRules) -> Figure:
    """Return the share of records not in two segments at once: by their criteria, or because they are there twice."""
    found = measured.segments
    if found is None or not found.overlap.source.rows or not found.overlap.schemas:
        return Figure(value=None)
    rows = found.overlap.source.rows
    conflicts = [item.conflicts for item in found.overlap.schemas]
    leaking = [item.leakage.records if item.leakage is not None else 0 for item in found.overlap.schemas]
    shares = [1 - min(rows, a + b) / rows for a, b in zip(conflicts, leaking, strict=True)]
    return Figure(
        value=sum(shares) / len(shares), counts={"conflicts": sum(conflicts), "leaking": max(leaking, default=0)}
    )


def sized(measured: Measured, _: AuditRules) -> Figure:
    """Return the share of segments that are neither empty, tiny nor too broad."""
    found = measured.segments
    number = _segments(found)
    if found is None or not number or not found.overlap.source.rows:
        return Figure(value=None)
    wrong = len({item.where for item in found.overlap.findings if item.rule in _MISSIZED})
    return Figure(value=1 - min(number, wrong) / number, counts={"segments": wrong})


def few_enough(measured: Measured, _: AuditRules) -> Figure:
    """Return how near schemas are to the number of segments that governance allows: 1 up to it, 0 where it stops."""
    found = measured.segments
    if found is None or not _segments(found):
        return Figure(value=None)
    bounds = found.overlap.rules.governance
    room = max(1, bounds.stop_above - bounds.warn_above)
    numbers = [len(schema.segments) for schema in found.overlap.rules.schemas]
    shares = [1 - min(room, max(0, number - bounds.warn_above)) / room for number in numbers]
    return Figure(value=sum(shares) / len(shares), counts={"segments": sum(numbers), "most": max(numbers)})


def outcomes_known(measured: Measured, _: AuditRules) -> Figure:
    """Return the share of the outcomes that are asked for and could be told."""
    if measured.segments is None or measured.segments.performance is None:
        return Figure(value=None)
    result = measured.segments.performance
    known = {table.metric.id for schema in result.schemas for table in schema.tables}
    unknown = {item.metric for item in result.not_computable} - known
    number = len(known) + len(unknown)
    return Figure(value=len(known) / number if number else None, counts={"known": len(known), "metrics": number})


def affordable(measured: Measured, _: AuditRules) -> Figure:
    """Return the hours a quarter there are for segments, by those that serving them takes; 1 if there are enough."""
    hours = measured.segments.overlap.hours if measured.segments is not None else None
    if hours is None or hours.capacity is None or hours.needed <= 0:
        return Figure(value=None)
    counts = {"needed": round(hours.needed), "capacity": round(hours.capacity)}
    return Figure(value=min(1.0, hours.capacity / hours.needed), counts=counts)


def _segments(found: AuditedSegments | None) -> int:
    return sum(len(schema.segments) for schema in found.overlap.rules.schemas) if found is not None else 0


def _placing(found: AuditedSegments | None) -> list[tuple[Schema, SchemaCounts]]:
    """Return the schemas in which every record should have a segment."""
    if found is None:
        return []
    pairs = zip(found.overlap.rules.schemas, found.overlap.schemas, strict=True)
    return [pair for pair in pairs if pair[0].assign is not Assignment.ALL_MATCHES]


SEGMENT_FIGURES: Mapping[str, FigureOf] = {
    "needed_filled": needed_filled,
    "proved_sound": proved_sound,
    "distinct": distinct,
    "owned": answered("owner", of_data=False),
    "treated": answered("treatment", of_data=False),
    "kept_up": answered("cadence", of_data=False),
    "placed": placed,
    "one_label": one_label,
    "measurable": answered("measurable"),
    "sized": sized,
    "few_enough": few_enough,
    "reachable": answered("reachable"),
    "able_to_buy": answered("able_to_buy"),
    "enough_data": answered("enough_data"),
    "outcomes_known": outcomes_known,
    "affordable": affordable,
}
