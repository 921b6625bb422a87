"""A rule book as the queries that decide it: clauses, verdicts, memberships, labels, reasons.

Each layer adds columns to the one below, so every clause is worked out once, however many segments use it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlglot import expressions as exp

from segaudit.model.conditions import Clause, MissingPolicy, SegmentRef, clauses_of, segment_refs_of
from segaudit.model.fields import FieldType
from segaudit.model.segments import Assignment, RuleBook, RuleField, Schema, Segment
from segaudit.segments.reasons import ask_for_texts, schema_doubts, schema_reason
from segaudit.sql.conditions import ClauseColumns, clause_words, condition_verdict
from segaudit.sql.operators import Columns, Context, Part
from segaudit.sql.operators.expressions import any_of, joined, literal, number_true

Layer = dict[str, exp.Expr]


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """Everything the queries over the records table are made of."""

    rules: RuleBook
    as_of: date
    columns: Columns  # parts of fields the records table must hold
    clauses: ClauseColumns
    layers: tuple[Layer, ...]  # clauses, then verdicts and memberships in the order they need each other

    def decided(self, source: str) -> exp.Select:
        """Return the query that adds every layer to a records table."""
        query = exp.select("*").from_(exp.to_table(source))
        for layer in self.layers:
            query = exp.select("*", *_named(layer), copy=False).from_(query.subquery("d", copy=False), copy=False)
        return query

    def labels(self, schemas: Sequence[Schema]) -> Layer:
        """Return the label of each schema, over the decided columns."""
        return {f"segment_{schema.id}": schema_label(schema) for schema in schemas}

    def reasons(self, schemas: Sequence[Schema]) -> Layer:
        """Return the reason of each schema's label, over the decided columns and labels."""
        return {f"segment_{schema.id}_reason": schema_reason(schema, self.clauses) for schema in schemas}

    def doubts(self) -> tuple[exp.Expr, ...]:
        """Return for each schema which fields leave some of its segments open, over the decided columns."""
        return tuple(schema_doubts(schema, self.clauses, cells=False) for schema in self.rules.schemas)

    def state_columns(self) -> dict[str, str]:
        """Return the columns that tell whether a field with a wanted coverage is filled, with the field."""
        return {
            self.columns.part(name, Part.STATE).name: name
            for name in self.rules.fields_read()
            if self.rules.fields[name].min_coverage is not None
        }

    def strict_clauses(self) -> tuple[tuple[str, Clause], ...]:
        """Return the clauses that may not be UNKNOWN of any record, with their columns."""
        return tuple(
            (name, clause)
            for name, clause in self.clauses.clauses.items()
            if clause.options.missing is MissingPolicy.ERROR
        )

    def words(self, clause: Clause) -> str:
        """Return a clause as people read it."""
        return clause_words(clause, self.kind(clause))

    def kind(self, clause: Clause) -> FieldType:
        """Return the type of the field a clause reads."""
        return self.rules.fields[clause.field].type


def build_program(
    rules: RuleBook, as_of: date, lists: Mapping[str, Sequence[str]], *, bucket_by: str = "record_id"
) -> Program:
    """Compile a rule book.

    Args:
        rules: What to decide.
        as_of: Day that rules count from.
        lists: Words the operators is_free_mail and is_role_address look up.
        bucket_by: The field whose hash decides a record's bucket.
    """
    columns = Columns()
    fields = {bucket_by: RuleField(name=bucket_by, type=FieldType.ID), **rules.fields}
    context = Context(columns=columns, as_of=as_of, fields=fields, lists=lists, bucket_by=bucket_by)
    clauses = ClauseColumns(context)
    levels = _levels(rules)
    verdict_layers: list[Layer] = []
    for level in range(max(levels.values(), default=0) + 1):
        here = [(schema, segment) for schema, segment in rules.segments() if levels[schema.id, segment.id] == level]
        verdict_layers.append({verdict_name(s, g): _verdict(g, clauses) for s, g in here})
        verdict_layers.append({membership_name(s, g): _membership(s, g) for s, g in here})
    program = Program(
        rules=rules, as_of=as_of, columns=columns, clauses=clauses, layers=(clauses.expressions, *verdict_layers)
    )
    # Asked for now, so that the records table holds them.
    program.state_columns()
    ask_for_texts(rules.fields_read(), clauses)
    return program


def verdict_name(schema: Schema, segment: Segment) -> str:
    """Return the column of a segment's verdict: its criteria and not its exclusions."""
    return f"v__{schema.id}__{segment.id}"


def membership_name(schema: Schema, segment: Segment) -> str:
    """Return the column of a segment's membership."""
    return f"m__{schema.id}__{segment.id}"


def verdict_column(schema: Schema, segment: Segment) -> exp.Column:
    """Return a segment's verdict."""
    return exp.column(verdict_name(schema, segment), quoted=True)


def _verdict(segment: Segment, clauses: ClauseColumns) -> exp.Expr:
    criteria = condition_verdict(segment.criteria, clauses)
    excluded = [condition_verdict(condition, clauses) for condition in segment.exclude]
    return exp.and_(criteria, exp.not_(exp.paren(any_of(excluded)))) if excluded else criteria


def _membership(schema: Schema, segment: Segment) -> exp.Expr:
    """Return whether a record is in a segment; in a waterfall an earlier segment that holds takes the record."""
    verdict = verdict_column(schema, segment)
    earlier = schema.segments[: schema.segments.index(segment)]
    if schema.assign is not Assignment.FIRST_MATCH or not earlier:
        return verdict
    taken = any_of([exp.func("COALESCE", verdict_column(schema, other), exp.false()) for other in earlier])
    return exp.and_(verdict, exp.not_(exp.paren(taken)))


def _levels(rules: RuleBook) -> dict[tuple[str, str], int]:
    """Return for each segment how many layers of others it needs first; the loader has refused circles."""
    known = {(schema.id, segment.id): (schema, segment) for schema, segment in rules.segments()}
    levels: dict[tuple[str, str], int] = {}

    def level(key: tuple[str, str]) -> int:
        if key not in levels:
            schema, segment = known[key]
            needed = [(ref.schema, ref.segment) for ref in _refs(segment)]
            earlier: list[tuple[str, str]] = []
            if schema.assign is Assignment.FIRST_MATCH:
                earlier = [(schema.id, other.id) for other in schema.segments[: schema.segments.index(segment)]]
            # A membership looks at the verdicts before it in its waterfall, which may stand on the same level.
            levels[key] = max([level(item) + 1 for item in needed] + [level(item) for item in earlier], default=0)
        return levels[key]

    for key in known:
        level(key)
    return levels


def _refs(segment: Segment) -> tuple[SegmentRef, ...]:
    return tuple(ref for condition in (segment.criteria, *segment.exclude) for ref in segment_refs_of(condition))


def schema_label(schema: Schema) -> exp.Expr:
    """Return what a schema tags a record with."""
    verdicts = [(segment, verdict_column(schema, segment)) for segment in schema.segments]
    unknown = any_of([verdict.copy().is_(exp.null()) for _, verdict in verdicts])
    nothing = exp.Case().when(unknown, literal(schema.undecided_label), copy=False)
    nothing = nothing.else_(literal(schema.otherwise), copy=False)
    if schema.assign is Assignment.ALL_MATCHES:
        names = [exp.Case().when(verdict.copy(), literal(segment.id), copy=False) for segment, verdict in verdicts]
        found = joined("; ", names)
        some = any_of([exp.func("COALESCE", verdict.copy(), exp.false()) for _, verdict in verdicts])
        return exp.Case().when(some, found, copy=False).else_(nothing, copy=False)
    label = exp.Case()
    if schema.assign is Assignment.EXACTLY_ONE and len(verdicts) > 1:
        label = label.when(
            number_true(verdicts_of(schema)) > exp.Literal.number(1), literal(schema.conflict), copy=False
        )
    for segment, verdict in verdicts:
        label = label.when(verdict.copy(), literal(segment.id), copy=False)
    return label.else_(nothing, copy=False)


def verdicts_of(schema: Schema) -> list[exp.Column]:
    """Return the verdicts of a schema's segments, in order."""
    return [verdict_column(schema, segment) for segment in schema.segments]


def clause_names(segment: Segment, clauses: ClauseColumns) -> dict[str, list[str]]:
    """Return the columns of a segment's clauses by the field they read."""
    by_field: dict[str, list[str]] = {}
    for condition in (segment.criteria, *segment.exclude):
        for clause in clauses_of(condition):
            by_field.setdefault(clause.field, []).append(clauses.name(clause))
    return by_field


def _named(layer: Layer) -> list[exp.Expr]:
    return [exp.alias_(expression, name, quoted=True) for name, expression in layer.items()]
