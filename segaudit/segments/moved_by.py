"""What moved a record from one label to another: its cells, the day, or the rules."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlglot import expressions as exp

from segaudit.model.conditions import Clause, RelatedClause, clauses_of, segment_refs_of
from segaudit.model.segments import Schema, Segment
from segaudit.segments.labels import holds, named
from segaudit.segments.program import Layer, Program
from segaudit.segments.views import TagView
from segaudit.sql.cells import OK
from segaudit.sql.conditions import membership_column
from segaudit.sql.operators import Part
from segaudit.sql.operators.expressions import any_of, joined, literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """The earlier file, its cells decided anew."""

    table: str  # of its raw cells
    labels: Mapping[str, str]  # schema -> its column of labels there
    reasons: Mapping[str, str]  # schema -> its column of reasons, where it has one
    today: str  # table of labels, clauses and cells by the rules and day of this run
    then: str | None  # table of labels by the rules of this run and the day it was tagged on; None: not known


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What is held against what."""

    program: Program
    tags: TagView  # what this run tags records with
    own: str  # table of each record's label by itself, clauses and cells
    earlier: Earlier
    of_the_day: frozenset[str]  # columns of clauses that hang on the day rules count from
    of_companies: frozenset[str] = frozenset()  # fields that are not the record's own but its company's


def compared_layer(program: Program) -> Layer:
    """Return what both files need so that their records can be compared: clauses, memberships, cells."""
    columns = program.clauses.context.columns
    fields = [name for name in program.rules.fields_read() if name in columns.parts]
    layer: Layer = {name: exp.column(name, quoted=True) for layer in program.layers for name in layer}
    for name in fields:
        for part in (Part.CELL, Part.STATE):
            layer[_part(name, part)] = columns.part(name, part)
    return layer


def _part(field: str, part: Part) -> str:
    return f"{field}__{part.value}"


def moved_by(schema: Schema, comparison: Comparison, was: exp.Expr) -> exp.Expr:
    """Return what moved a record that no exception and no entity moved.

    The old cells are decided today. Where that gives another label than the record has now, its cells moved it; where
    it gives another one than the record had, the day or the rules did.
    """
    program, earlier, of_the_day = comparison.program, comparison.earlier, comparison.of_the_day
    label = f"segment_{schema.id}"
    by_today, now = named(label, "p"), named(label, "o")
    cells = exp.Case().when(by_today.neq(now), _cells_moved(schema, program, was))
    if earlier.then is not None:
        by_then = named(label, "h")
        day = exp.Case().when(by_today.copy().neq(by_then), _day(schema, program, of_the_day))
        rules = exp.Case().when(by_then.copy().neq(was.copy()), _not_the_day(schema, comparison.of_companies))
        return joined("; ", [cells, day, rules])
    dated = _dated(schema, program, of_the_day)
    otherwise = _not_the_day(schema, comparison.of_companies)
    day_or_rules = exp.Case().when(dated, _day(schema, program, of_the_day)).else_(otherwise)
    return joined("; ", [cells, exp.Case().when(by_today.copy().neq(was.copy()), day_or_rules)])


def _not_the_day(schema: Schema, of_companies: frozenset[str]) -> exp.Expr:
    clauses = [item for _, item in _clauses(schema)]
    related = sorted({item.field for item in clauses if isinstance(item, RelatedClause)})
    lent = sorted({item.field for item in clauses} & of_companies)
    others = [f"the rows of {', '.join(related)}"] * bool(related) + [f"its company ({', '.join(lent)})"] * bool(lent)
    return literal(f"the rules, or {' or '.join(others)}" if others else "the rules")


def _clauses(schema: Schema) -> Iterator[tuple[Segment, Clause]]:
    for segment in schema.segments:
        for condition in (segment.criteria, *segment.exclude):
            for clause in clauses_of(condition):
                yield segment, clause


def _day_fields(schema: Schema, program: Program, of_the_day: frozenset[str]) -> list[str]:
    """Return the fields whose value the schema holds against the day."""
    names = [item.field for _, item in _clauses(schema) if program.clauses.name(item) in of_the_day]
    return [name for name in dict.fromkeys(names) if name in program.clauses.context.columns.parts]


def _dated(schema: Schema, program: Program, of_the_day: frozenset[str]) -> exp.Expr:
    """Return whether a field that is held against the day had a value."""
    fields = _day_fields(schema, program, of_the_day)
    return any_of([named(_part(name, Part.STATE), "p").eq(exp.Literal.number(OK)) for name in fields])


def _day(schema: Schema, program: Program, of_the_day: frozenset[str]) -> exp.Expr:
    """Return that the day moved a record, with what is held against it: ``the day: last_engaged_on 2026-02-01``."""
    told = [
        exp.Case().when(
            named(_part(name, Part.STATE), "p").eq(exp.Literal.number(OK)),
            joined("", [literal(f"{name} "), named(_part(name, Part.CELL), "p")]),
        )
        for name in _day_fields(schema, program, of_the_day)
    ]
    return (
        joined(": ", [literal("the day"), exp.Nullif(this=joined(", ", told), expression=literal(""))])
        if told
        else (literal("the day"))
    )


def _cells_moved(schema: Schema, program: Program, was: exp.Expr) -> exp.Expr:
    """Return the cells that changed and the clauses that decide otherwise for it, of the segments left and entered."""
    label = named(f"segment_{schema.id}", "t")
    names = [item.id for item in schema.segments]
    is_named = {name: exp.or_(holds(was, name), holds(label, name)) for name in names}
    nowhere = exp.not_(exp.paren(any_of(list(is_named.values()))))
    by_field: dict[str, dict[str, list[exp.Expr]]] = {}
    for segment, clause in _clauses(schema):
        columns = by_field.setdefault(clause.field, {})
        columns.setdefault(program.clauses.name(clause), []).append(is_named[segment.id])
    told = [_field_moved(field, columns, nowhere, program) for field, columns in by_field.items()]
    refs = {
        f"{ref.schema}.{ref.segment}": membership_column(ref)
        for segment in schema.segments
        for condition in (segment.criteria, *segment.exclude)
        for ref in segment_refs_of(condition)
    }
    told += [_verdict_moved(column.name, literal(f"in {name}"), exp.true()) for name, column in refs.items()]
    return joined("; ", told)


def _field_moved(field: str, columns: Mapping[str, list[exp.Expr]], nowhere: exp.Expr, program: Program) -> exp.Expr:
    """Return ``employees 480 -> 620: is at least 501``; NULL where nothing about the field is decided otherwise."""
    verdicts = []
    for name, segments in columns.items():
        words = program.words(program.clauses.clauses[name]).removeprefix(f"{field} ")
        verdicts.append(_verdict_moved(name, literal(words), exp.or_(nowhere.copy(), *(s.copy() for s in segments))))
    told = exp.Nullif(this=joined(", ", verdicts), expression=literal(""))
    head = literal(f"{field}: ")
    if field in program.clauses.context.columns.parts:
        old, new = named(_part(field, Part.CELL), "p"), named(_part(field, Part.CELL), "o")
        changed = joined("", [literal(f"{field} "), old, literal(" -> "), new, literal(": ")])
        head = exp.Case().when(old.copy().neq(new.copy()), changed).else_(head)
    return exp.Case().when(exp.not_(told.is_(exp.null())), joined("", [head, told.copy()]))


def _verdict_moved(name: str, words: exp.Expr, matters: exp.Expr) -> exp.Expr:
    """Return a clause's words with what it says now, NULL where it says what it said."""
    old, new = named(name, "p"), named(name, "o")
    differs = exp.NullSafeNEQ(this=old, expression=new)
    verdict = (
        exp.Case()
        .when(new.copy(), words)
        .when(new.copy().is_(exp.null()), joined("", [literal("cannot tell: "), words.copy()]))
        .else_(joined("", [literal("not: "), words.copy()]))
    )
    return exp.Case().when(exp.and_(exp.paren(differs), exp.paren(matters)), verdict)
