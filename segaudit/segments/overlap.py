"""How segments divide the records: sizes, overlaps, gaps, and what is undecided for lack of which field."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine
from segaudit.model.decisions import SchemaCounts, SegmentCounts, Unplaced
from segaudit.model.segments import Assignment, Schema, Segment
from segaudit.segments.decide import DECISIONS
from segaudit.segments.intersections import (
    ask_taken,
    combine_schema,
    count_per_entity,
    count_per_record,
    find_conflicts,
    find_taken,
)
from segaudit.segments.overlap_pairs import pair_overlap
from segaudit.segments.overlap_tally import RECORDS_OF, Sums, create_tally, holds, none_of
from segaudit.segments.program import (
    Program,
    clause_names,
    membership_name,
    schema_label,
    verdict_column,
    verdicts_of,
)
from segaudit.sql.cells import PLACEHOLDER
from segaudit.sql.operators.expressions import any_of, literal, number_true

OVERLAP = "overlap_counts"  # how the decisions come out together, and how many records do


def measure_overlap(program: Program, engine: Engine) -> tuple[SchemaCounts, ...]:
    """Count the decisions of every schema; one scan for all of it, and one more for each schema's doubts.

    The tables of OVERLAP stay behind: how the decisions come out together, for who asks more of them.
    """
    _create_counts(program, engine)
    sums = Sums()
    for schema in program.rules.schemas:
        _ask(schema, sums)
        for segment in schema.segments:
            for number, (field, _) in enumerate(_causes(segment, program)):
                sums.ask(f"{schema.id}.{segment.id} undecided {field}", _lacking(schema, segment, number))
    sums.fetch(OVERLAP, engine)
    return tuple(_counts(schema, program, sums, engine) for schema in program.rules.schemas)


def measure_meetings(
    program: Program, counts: Sequence[SchemaCounts], engine: Engine, *, by_entity: bool
) -> tuple[SchemaCounts, ...]:
    """Return the counts of measure_overlap with how segments meet: combinations, what is taken, conflicts.

    Args:
        program: What was decided and counted.
        counts: Of its schemas.
        engine: Where the decisions are.
        by_entity: Count by entity too; the table of shared entities is there.
    """
    sums = Sums()
    schemas = program.rules.schemas
    for schema in schemas:
        ask_taken(schema, sums)
    sums.fetch(OVERLAP, engine)
    entities = count_per_entity(schemas, OVERLAP, engine) if by_entity else None
    return tuple(
        replace(
            counted,
            combinations=combine_schema(schema, OVERLAP, engine),
            per_record=count_per_record(schema, OVERLAP, engine),
            per_entity=entities[number] if entities is not None else None,
            taken=find_taken(schema, sums),
            conflict_pairs=find_conflicts(schema, counted, engine),
        )
        for number, (schema, counted) in enumerate(zip(schemas, counts, strict=True))
    )


def field_coverage(program: Program, engine: Engine) -> dict[str, float]:
    """Return the share of records in which a field with a wanted coverage is filled."""
    columns = program.state_columns()
    if not columns:
        return {}
    shares = [
        exp.func("AVG", exp.Case().when(exp.column(name, quoted=True) > PLACEHOLDER, literal(1.0)).else_(literal(0.0)))
        for name in columns
    ]
    row = engine.fetch(exp.select(*shares).from_(DECISIONS).sql(dialect=engine.dialect))[0]
    return {field: float(share or 0.0) for field, share in zip(columns.values(), row, strict=True)}


def _create_counts(program: Program, engine: Engine) -> None:
    """Create OVERLAP: verdicts, memberships, and whether a segment is open for lack of a field, with ``records``."""
    columns: dict[str, exp.Expr] = {}
    for schema, segment in program.rules.segments():
        verdict = verdict_column(schema, segment)
        columns[verdict.name] = verdict
        for number, (_, causes) in enumerate(_causes(segment, program)):
            columns[_lacking(schema, segment, number).name] = exp.and_(verdict.is_(exp.null()), causes)
    create_tally(f"{OVERLAP}_verdicts", columns, DECISIONS, engine)
    members = [
        exp.alias_(_member(schema, segment), membership_name(schema, segment), quoted=True)
        for schema, segment in program.rules.segments()
    ]
    engine.define(OVERLAP, exp.select("*", *members).from_(f"{OVERLAP}_verdicts").sql(dialect=engine.dialect))


def _member(schema: Schema, segment: Segment) -> exp.Expr:
    held = holds(verdict_column(schema, segment))
    if schema.assign is not Assignment.FIRST_MATCH:
        return held
    earlier = schema.segments[: schema.segments.index(segment)]
    return exp.and_(held, *(exp.not_(holds(verdict_column(schema, item))) for item in earlier))


def _lacking(schema: Schema, segment: Segment, number: int) -> exp.Column:
    return exp.column(f"l{number}__{schema.id}__{segment.id}", quoted=True)


def _ask(schema: Schema, sums: Sums) -> None:
    for segment in schema.segments:
        key = f"{schema.id}.{segment.id}"
        verdict = verdict_column(schema, segment)
        sums.ask(f"{key} matched", verdict)
        sums.ask(f"{key} members", exp.column(membership_name(schema, segment), quoted=True))
        sums.ask(f"{key} undecided", verdict.is_(exp.null()))
    for a, b in _pairs(schema):
        sums.ask(f"{schema.id}.{a.id} {b.id}", exp.and_(verdict_column(schema, a), verdict_column(schema, b)))
    sums.ask(f"{schema.id} several", number_true(verdicts_of(schema)) > exp.Literal.number(1))
    sums.ask(f"{schema.id} all", exp.true())


def _causes(segment: Segment, program: Program) -> Iterator[tuple[str, exp.Expr]]:
    for field, names in clause_names(segment, program.clauses).items():
        yield field, any_of([exp.column(name, quoted=True).is_(exp.null()) for name in names])


def _pairs(schema: Schema) -> Iterator[tuple[Segment, Segment]]:
    return combinations(schema.segments, 2)


def _counts(schema: Schema, program: Program, sums: Sums, engine: Engine) -> SchemaCounts:
    matched = {segment.id: sums[f"{schema.id}.{segment.id} matched"] for segment in schema.segments}
    rows = sums[f"{schema.id} all"]
    overlaps = [
        pair_overlap(schema.id, (a.id, b.id), sums[f"{schema.id}.{a.id} {b.id}"], (matched[a.id], matched[b.id]), rows)
        for a, b in _pairs(schema)
    ]
    several = sums[f"{schema.id} several"]
    return SchemaCounts(
        schema=schema.id,
        labels=_labels(schema, engine),
        segments=tuple(_segment_counts(schema, segment, program, sums) for segment in schema.segments),
        overlaps=tuple(overlaps),
        unplaced=_unplaced(schema, engine),
        conflicts=several if schema.assign is Assignment.EXACTLY_ONE else 0,
        in_several=several,
    )


def _segment_counts(schema: Schema, segment: Segment, program: Program, sums: Sums) -> SegmentCounts:
    key = f"{schema.id}.{segment.id}"
    by_field = [(field, sums[f"{key} undecided {field}"]) for field, _ in _causes(segment, program)]
    return SegmentCounts(
        schema=schema.id,
        segment=segment.id,
        name=segment.name,
        matched=sums[f"{key} matched"],
        members=sums[f"{key} members"],
        undecided=sums[f"{key} undecided"],
        undecided_by_field=tuple(sorted(((f, n) for f, n in by_field if n), key=lambda item: (-item[1], item[0]))),
    )


def _labels(schema: Schema, engine: Engine) -> tuple[tuple[str, int], ...]:
    label = exp.alias_(schema_label(schema), "label")
    query = exp.select(label, f"SUM({RECORDS_OF})").from_(OVERLAP).group_by("1")
    found = {str(name): int(rows) for name, rows in engine.fetch(query.sql(dialect=engine.dialect))}
    order = [segment.id for segment in schema.segments]
    return tuple(
        sorted(found.items(), key=lambda item: (order.index(item[0]) if item[0] in order else len(order), item[0]))
    )


def _unplaced(schema: Schema, engine: Engine) -> tuple[Unplaced, ...]:
    """Count the records no segment holds for, by what leaves them out."""
    verdicts = verdicts_of(schema)
    is_open = any_of([item.copy().is_(exp.null()) for item in verdicts])
    doubts = exp.column(f"undecided_{schema.id}", quoted=True)
    reason = exp.Case().when(is_open, doubts).else_(literal(""))
    query = (
        exp.select(exp.alias_(reason, "reason"), exp.alias_(exp.func("COUNT", exp.Star()), "n"))
        .from_(DECISIONS)
        .where(none_of(verdicts))
        .group_by("1")
    )
    rows = [(str(text or ""), int(count)) for text, count in engine.fetch(query.sql(dialect=engine.dialect))]
    return tuple(
        Unplaced(
            schema=schema.id,
            reason=f"cannot tell: {text}" if text else "matches no segment",
            rows=count,
            decided=not text,
        )
        for text, count in sorted(rows, key=lambda row: (-row[1], row[0]))
    )
