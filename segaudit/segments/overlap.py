"""How segments divide the records: sizes, overlaps, gaps, and what is undecided for lack of which field."""

from collections.abc import Iterator
from itertools import combinations

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine
from segaudit.model.decisions import PairOverlap, SchemaCounts, SegmentCounts, Unplaced
from segaudit.model.segments import Assignment, Schema, Segment
from segaudit.segments.decide import DECISIONS
from segaudit.segments.program import Program, clause_names, membership_name, verdict_column, verdicts_of
from segaudit.sql.cells import PLACEHOLDER
from segaudit.sql.operators.expressions import any_of, literal, number_true


class _Sums:
    """Counts asked for by name and fetched in one scan of the decisions."""

    def __init__(self) -> None:
        self._conditions: dict[str, exp.Expr] = {}
        self._counts: dict[str, int] = {}

    def ask(self, name: str, condition: exp.Expr) -> None:
        """Ask how many records a condition holds for."""
        self._conditions[name] = condition

    def fetch(self, engine: Engine) -> None:
        """Count everything asked for."""
        counts = [exp.func("COUNT_IF", condition) for condition in self._conditions.values()]
        if not counts:
            return
        row = engine.fetch(exp.select(*counts).from_(DECISIONS).sql(dialect=engine.dialect))[0]
        self._counts = {name: int(count or 0) for name, count in zip(self._conditions, row, strict=True)}

    def __getitem__(self, name: str) -> int:
        return self._counts[name]


def measure_overlap(program: Program, engine: Engine) -> tuple[SchemaCounts, ...]:
    """Count the decisions of every schema; one scan counts segments and pairs, one more for each schema its labels."""
    sums = _Sums()
    for schema in program.rules.schemas:
        _ask(schema, program, sums)
    sums.fetch(engine)
    return tuple(_counts(schema, program, sums, engine) for schema in program.rules.schemas)


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


def _ask(schema: Schema, program: Program, sums: _Sums) -> None:
    for segment in schema.segments:
        key = f"{schema.id}.{segment.id}"
        verdict = verdict_column(schema, segment)
        sums.ask(f"{key} matched", verdict)
        sums.ask(f"{key} members", exp.column(membership_name(schema, segment), quoted=True))
        sums.ask(f"{key} undecided", verdict.is_(exp.null()))
        for field, causes in _causes(segment, program):
            sums.ask(f"{key} undecided {field}", exp.and_(verdict.is_(exp.null()), causes))
    for a, b in _pairs(schema):
        sums.ask(f"{schema.id}.{a.id} {b.id}", exp.and_(verdict_column(schema, a), verdict_column(schema, b)))
    sums.ask(f"{schema.id} several", number_true(verdicts_of(schema)) > exp.Literal.number(1))


def _causes(segment: Segment, program: Program) -> Iterator[tuple[str, exp.Expr]]:
    for field, names in clause_names(segment, program.clauses).items():
        yield field, any_of([exp.column(name, quoted=True).is_(exp.null()) for name in names])


def _pairs(schema: Schema) -> Iterator[tuple[Segment, Segment]]:
    return combinations(schema.segments, 2)


def _counts(schema: Schema, program: Program, sums: _Sums, engine: Engine) -> SchemaCounts:
    matched = {segment.id: sums[f"{schema.id}.{segment.id} matched"] for segment in schema.segments}
    overlaps = []
    for a, b in _pairs(schema):
        both = sums[f"{schema.id}.{a.id} {b.id}"]
        overlaps.append(
            PairOverlap(
                schema=schema.id, a=a.id, b=b.id, both=both, only_a=matched[a.id] - both, only_b=matched[b.id] - both
            )
        )
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


def _segment_counts(schema: Schema, segment: Segment, program: Program, sums: _Sums) -> SegmentCounts:
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
    label = exp.column(f"segment_{schema.id}", quoted=True)
    count = exp.func("COUNT", exp.Star())
    query = exp.select(label, count).from_(DECISIONS).group_by(label.copy())
    found = {str(name): int(rows) for name, rows in engine.fetch(query.sql(dialect=engine.dialect))}
    order = [segment.id for segment in schema.segments]
    return tuple(
        sorted(found.items(), key=lambda item: (order.index(item[0]) if item[0] in order else len(order), item[0]))
    )


def _unplaced(schema: Schema, engine: Engine) -> tuple[Unplaced, ...]:
    """Count the records no segment holds for, by what leaves them out."""
    verdicts = verdicts_of(schema)
    none_holds = exp.not_(exp.paren(any_of([exp.func("COALESCE", item.copy(), exp.false()) for item in verdicts])))
    is_open = any_of([item.copy().is_(exp.null()) for item in verdicts])
    doubts = exp.column(f"undecided_{schema.id}", quoted=True)
    reason = exp.Case().when(is_open, doubts).else_(literal(""))
    query = (
        exp.select(exp.alias_(reason, "reason"), exp.alias_(exp.func("COUNT", exp.Star()), "n"))
        .from_(DECISIONS)
        .where(none_holds)
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
