"""Reasons: the one line that says why a record got its label, with the values that decided it."""

from collections.abc import Iterable, Sequence

from sqlglot import expressions as exp

from segaudit.model.conditions import (
    Clause,
    Condition,
    Group,
    GroupKind,
    PredicateRef,
    SegmentRef,
    clauses_of,
    segment_refs_of,
)
from segaudit.model.segments import Assignment, Schema, Segment
from segaudit.sql.cells import BLANK, INVALID, PLACEHOLDER
from segaudit.sql.conditions import (
    GROUP_WORDS,
    ClauseColumns,
    clause_words,
    condition_verdict,
    membership_column,
    score_words,
)
from segaudit.sql.operators import Part
from segaudit.sql.operators.expressions import any_of, joined, literal, number_true


def schema_reason(schema: Schema, clauses: ClauseColumns) -> exp.Expr:
    """Return why a schema tags a record as it does, over the decided columns."""
    verdicts = [(segment, _verdict(schema, segment)) for segment in schema.segments]
    whys = [(verdict, _why(segment.criteria, clauses)) for segment, verdict in verdicts]
    some = any_of([_holds(verdict) for _, verdict in verdicts])
    unknown = any_of([verdict.copy().is_(exp.null()) for _, verdict in verdicts])
    doubts = schema_doubts(schema, clauses, cells=True)
    nothing = (
        exp.Case()
        .when(unknown, joined("", [literal("cannot tell: "), doubts]))
        .else_(joined("", [literal("matches no segment: "), _values(schema, clauses)]))
    )
    if schema.assign is Assignment.FIRST_MATCH:
        return _waterfall(verdicts, whys, clauses).else_(nothing)
    named = [
        exp.Case().when(verdict.copy(), joined("", [literal(f"{segment.id}: "), why.copy()]))
        for (segment, verdict), (_, why) in zip(verdicts, whys, strict=True)
    ]
    single = exp.Case()
    for verdict, why in whys:
        single = single.when(verdict.copy(), why.copy())
    told = joined("; ", named) if schema.assign is Assignment.ALL_MATCHES else single
    if schema.assign is Assignment.EXACTLY_ONE and len(named) > 1:
        conflict = joined("", [literal("matches more than one segment: "), joined("; ", named)])
        told = (
            exp.Case()
            .when(number_true([verdict for _, verdict in verdicts]) > exp.Literal.number(1), conflict)
            .else_(single)
        )
    open_too = exp.Case().when(unknown.copy(), joined("", [literal("cannot tell the others: "), doubts.copy()]))
    return exp.Case().when(some, joined("; ", [told, open_too])).else_(nothing)


def _waterfall(
    verdicts: Sequence[tuple[Segment, exp.Column]],
    whys: Sequence[tuple[exp.Column, exp.Expr]],
    clauses: ClauseColumns,
) -> exp.Case:
    """Return the reason of the first segment that holds, and which before it could not be told."""
    reason = exp.Case()
    for index, (verdict, why) in enumerate(whys):
        earlier = [
            exp.Case().when(
                before.copy().is_(exp.null()),
                joined("", [literal(f"cannot tell {segment.id}: "), _segment_doubts(segment, clauses)]),
            )
            for segment, before in verdicts[:index]
        ]
        reason = reason.when(verdict.copy(), joined("; ", [why.copy(), *earlier]) if earlier else why.copy())
    return reason


def _verdict(schema: Schema, segment: Segment) -> exp.Column:
    return exp.column(f"v__{schema.id}__{segment.id}", quoted=True)


def _holds(verdict: exp.Expr) -> exp.Expr:
    return exp.func("COALESCE", verdict.copy(), exp.false())


def _why(condition: Condition, clauses: ClauseColumns) -> exp.Expr:
    """Return why a condition that holds does, naming of alternatives those that hold."""
    match condition:
        case Clause():
            return joined(
                "",
                [
                    literal(f"{_words(condition, clauses)} ("),
                    clauses.context.columns.part(condition.field, Part.CELL),
                    literal(")"),
                ],
            )
        case PredicateRef():
            return joined("", [literal(f"{condition.name}: "), _why(condition.condition, clauses)])
        case SegmentRef():
            return literal(f"in {condition.schema}.{condition.segment}")
        case Group():
            return _why_group(condition, clauses)


def _why_group(group: Group, clauses: ClauseColumns) -> exp.Expr:
    if group.kind is GroupKind.ALL:
        return joined(" and ", [_why(member, clauses) for member in group.members])
    if group.kind in {GroupKind.ANY, GroupKind.AT_LEAST}:
        told = [exp.Case().when(condition_verdict(member, clauses), _why(member, clauses)) for member in group.members]
        return joined(" and ", told)
    words = condition_words(group, clauses)
    fields = dict.fromkeys(clause.field for clause in clauses_of(group))
    cells = [joined("", [literal(f"{name} is "), clauses.context.columns.part(name, Part.CELL)]) for name in fields]
    return joined("", [literal(f"{words} ("), joined(", ", cells), literal(")")]) if cells else literal(words)


def condition_words(condition: Condition, clauses: ClauseColumns) -> str:
    """Return a condition as people read it."""
    match condition:
        case Clause():
            return _words(condition, clauses)
        case PredicateRef():
            return condition.name
        case SegmentRef():
            return f"in {condition.schema}.{condition.segment}"
        case Group():
            if condition.kind is GroupKind.SCORE:
                return score_words(condition)
            words = [condition_words(member, clauses) for member in condition.members]
            return GROUP_WORDS[condition.kind].format(" and ".join(words), ", ".join(words), condition.at_least)


def _words(clause: Clause, clauses: ClauseColumns) -> str:
    # A reason stands in every row; which values there are beyond a few, stands in the rules.
    return clause_words(clause, clauses.context.fields[clause.field].type, shorten=True)


def ask_for_texts(fields: Iterable[str], clauses: ClauseColumns) -> None:
    """Ask the records for what reasons are made of: each field's state, and its cell as people are shown it."""
    for field in fields:
        for part in (Part.STATE, Part.CELL):
            clauses.context.columns.part(field, part)


def _values(schema: Schema, clauses: ClauseColumns) -> exp.Expr:
    """Return the filled cells of the fields a schema reads."""
    cells = []
    for name in dict.fromkeys(name for segment in schema.segments for name in segment.fields):
        state = clauses.context.columns.part(name, Part.STATE)
        told = joined("", [literal(f"{name} is "), clauses.context.columns.part(name, Part.CELL)])
        cells.append(exp.Case().when(state > exp.Literal.number(BLANK), told))
    if not cells:
        return literal("no field is read")
    nothing = literal("every field it reads is blank")
    return exp.func("COALESCE", exp.Nullif(this=joined(", ", cells), expression=literal("")), nothing)


def schema_doubts(schema: Schema, clauses: ClauseColumns, *, cells: bool) -> exp.Expr:
    """Return the fields that leave some segment of the schema open, each once, with what is wrong with it.

    Args:
        schema: Whose segments.
        clauses: Where their verdicts are.
        cells: Show what stands in the field; without, records of one kind of trouble read the same and can be counted.
    """
    by_field: dict[str, list[exp.Expr]] = {}
    refs: list[exp.Expr] = []
    for segment in schema.segments:
        is_open = _verdict(schema, segment).is_(exp.null())
        for field, causes in _causes(segment, clauses).items():
            by_field.setdefault(field, []).append(exp.and_(is_open.copy(), any_of(causes)))
        refs += [exp.and_(is_open.copy(), cause) for cause in _open_references(segment)]
    told = [exp.Case().when(any_of(causes), _trouble(field, clauses, cell=cells)) for field, causes in by_field.items()]
    if refs:
        told.append(exp.Case().when(any_of(refs), literal("a segment it refers to is undecided")))
    return joined(", ", told)


def _segment_doubts(segment: Segment, clauses: ClauseColumns) -> exp.Expr:
    told = [
        exp.Case().when(any_of(causes), _trouble(field, clauses, cell=True))
        for field, causes in _causes(segment, clauses).items()
    ]
    refs = _open_references(segment)
    if refs:
        told.append(exp.Case().when(any_of(refs), literal("a segment it refers to is undecided")))
    return joined(", ", told)


def _causes(segment: Segment, clauses: ClauseColumns) -> dict[str, list[exp.Expr]]:
    """Return for each field the conditions under which one of its clauses is UNKNOWN."""
    causes: dict[str, list[exp.Expr]] = {}
    for condition in (segment.criteria, *segment.exclude):
        for clause in clauses_of(condition):
            unknown = clauses.column(clause).is_(exp.null())
            causes.setdefault(clause.field, []).append(unknown)
    return causes


def _open_references(segment: Segment) -> list[exp.Expr]:
    refs = [ref for condition in (segment.criteria, *segment.exclude) for ref in segment_refs_of(condition)]
    return [membership_column(ref).is_(exp.null()) for ref in refs]


def _trouble(field: str, clauses: ClauseColumns, *, cell: bool) -> exp.Expr:
    """Return what keeps a field from deciding: missing, a placeholder, unreadable, or a value that leaves it open."""
    state = clauses.context.columns.part(field, Part.STATE)

    def said(words: str) -> exp.Expr:
        if not cell:
            return literal(f"{field} {words}")
        shown = clauses.context.columns.part(field, Part.CELL)
        return joined("", [literal(f"{field} {words} ("), shown, literal(")")])

    return (
        exp.Case()
        .when(state.copy().eq(exp.Literal.number(BLANK)), literal(f"{field} is missing"))
        .when(state.copy().eq(exp.Literal.number(PLACEHOLDER)), literal(f"{field} is a placeholder"))
        .when(state.copy().eq(exp.Literal.number(INVALID)), said("cannot be read"))
        .else_(said("does not decide it"))
    )
