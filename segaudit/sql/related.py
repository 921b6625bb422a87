"""Related rows: for each record, what the rows of another table that belong to it come to.

Every row of the other table is decided once; a record's verdict is worked out from how many of its rows hold, fail or
cannot be told. It is TRUE or FALSE only if it is so whatever the open rows turn out to be.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine
from segaudit.model.conditions import Condition, RelatedClause
from segaudit.model.fields import FieldType
from segaudit.sql.cells import BLANK, OK
from segaudit.sql.conditions import ClauseColumns, condition_verdict
from segaudit.sql.operators import Columns, Context, Part
from segaudit.sql.operators.calendar import resolved
from segaudit.sql.operators.expressions import decide, in_currency, interval_verdict, joined, literal
from segaudit.sql.record_parts import NO_CELL
from segaudit.sql.records import RECORDS, RecordSource, RelatedRows, create_records

_OWN = "records_own"  # the records without what related rows come to


def create_whole_records(data: RecordSource, context: Context, engine: Engine) -> None:
    """Create the records table with what was asked of related rows: a verdict for each clause.

    Without the file of a related table nothing can be told of its rows.

    Args:
        data: The records, and the tables whose rows belong to them.
        context: Of the rules; its columns say what is wanted.
        engine: Where the tables live.
    """
    columns = context.columns
    kinds = [name for name in {**columns.parts, **columns.related} if context.fields[name].type is FieldType.ROWS]
    if not kinds:
        create_records(data, context.fields, columns, engine)
        return
    create_records(data, context.fields, columns, engine, name=_OWN)
    query = exp.select("o.*").from_(f"{_OWN} AS o")
    for kind in kinds:
        clauses = columns.related.get(kind, {})
        if kind in data.related:
            _create_table(kind, data.related[kind], clauses, context, engine)
            query = query.join(f"related_{kind} AS {kind}", on=f"{kind}._row = o._row", join_type="left")
            verdicts = {name: related_verdict(name, clause, kind, context) for name, clause in clauses.items()}
        else:
            verdicts = dict.fromkeys(clauses, exp.cast(exp.null(), "BOOLEAN"))
        parts = {
            name: _part(kind, part, here=kind in data.related) for part, name in columns.parts.get(kind, {}).items()
        }
        query = query.select(*_named(verdicts | parts))
    engine.define(RECORDS, query.sql(dialect=engine.dialect))


def _part(kind: str, part: Part, *, here: bool) -> exp.Expr:
    """Return what stands for the cell of a table: how many rows belong to the record."""
    if part is Part.STATE:
        return exp.Literal.number(OK if here else BLANK)
    if not here:
        return literal(NO_CELL)
    rows = exp.func("COALESCE", exp.column("n", table=kind), exp.Literal.number(0))
    words = exp.Case().when(rows.copy().eq(exp.Literal.number(1)), literal(" row")).else_(literal(" rows"))
    return joined("", [exp.cast(rows, "TEXT"), words])


def _create_table(
    kind: str, rows: RelatedRows, clauses: Mapping[str, RelatedClause], context: Context, engine: Engine
) -> None:
    inner = ClauseColumns(replace(context, columns=Columns()))
    asked = {name: _asked_of_row(clause, inner) for name, clause in clauses.items()}
    records = f"rows_{kind}"
    create_records(rows.data, context.fields, inner.context.columns, engine, name=records)
    decided = exp.select("_row", *_named(inner.expressions), *_parts(inner)).from_(records)
    row_columns = {f"{name}__{part}": sql for name, parts in asked.items() for part, sql in parts.items()}
    each = exp.select("_row", *_named(row_columns)).from_(decided.subquery("d"))
    linked = exp.select("l._row", *[f'r."{name}"' for name in row_columns]).from_(f"{rows.links} AS l")
    linked = linked.join(each.subquery("r"), on="r._row = l.related_row")
    edges = {
        f"{name}__edge": _edge(name, clause) for name, clause in clauses.items() if clause.operator in {"first", "last"}
    }
    aggregates: dict[str, exp.Expr] = {}
    for name, clause in clauses.items():
        aggregates |= {f"{name}__{part}": sql for part, sql in _AGGREGATES[clause.operator](name).items()}
    whole = exp.select("*", *_named(edges)).from_(linked.subquery("x"))
    grouped = exp.select("_row", "COUNT(*) AS n", *_named(aggregates)).from_(whole.subquery("y")).group_by("_row")
    engine.create(f"related_{kind}", grouped.sql(dialect=engine.dialect))


def _named(columns: Mapping[str, exp.Expr]) -> list[exp.Expr]:
    return [exp.alias_(expression.copy(), name, quoted=True) for name, expression in columns.items()]


def _parts(inner: ClauseColumns) -> list[exp.Expr]:
    """Return the parts of fields that clauses look at beside conditions."""
    return [exp.column(name, quoted=True) for parts in inner.context.columns.parts.values() for name in parts.values()]


def _asked_of_row(clause: RelatedClause, inner: ClauseColumns) -> dict[str, exp.Expr]:
    """Return what has to be known of each row: whether it counts, what is tested, the value summed up, the date."""
    context, columns = inner.context, inner.context.columns
    asked = {"counts": _verdict(clause.where, inner)}
    operand = clause.operand if isinstance(clause.operand, dict) else {}
    if clause.test is not None:
        asked["meets"] = _verdict(clause.test, inner)
    if "of" in operand:
        field = context.fields[str(operand["of"])]
        ends = Part.VALUE, Part.VALUE if field.type is FieldType.DATE else Part.HIGH
        low, high = (columns.part(field.name, part) for part in ends)
        fits = in_currency(field, context)
        asked["low"] = low if fits is None else exp.Case().when(fits, low)
        asked["high"] = high if fits is None else exp.Case().when(fits.copy(), high)
    if "by" in operand:
        asked["day"] = columns.part(str(operand["by"]), Part.VALUE)
    return asked


def _verdict(condition: Condition | None, inner: ClauseColumns) -> exp.Expr:
    return exp.true() if condition is None else condition_verdict(condition, inner)


def _edge(name: str, clause: RelatedClause) -> exp.Expr:
    """Return the first or last day among the rows of the record that count."""
    extreme = "MIN" if clause.operator == "first" else "MAX"
    return exp.maybe_parse(
        f'{extreme}(CASE WHEN "{name}__counts" THEN "{name}__day" END) OVER (PARTITION BY _row)', dialect="duckdb"
    )


def _sums(name: str, parts: Mapping[str, str]) -> dict[str, exp.Expr]:
    """Return aggregates; ``{c}`` stands for whether a row counts, ``{m}`` for its test, ``{l}``, ``{h}`` for ends."""
    words = {
        "c": f'"{name}__counts"', "m": f'"{name}__meets"', "l": f'"{name}__low"', "h": f'"{name}__high"',
        "d": f'"{name}__day"', "e": f'"{name}__edge"',
    }  # fmt: skip
    return {part: exp.maybe_parse(sql.format(**words), dialect="duckdb") for part, sql in parts.items()}


_COUNTED = {
    "sure": "SUM(CASE WHEN {c} THEN 1 ELSE 0 END)",
    "may": "SUM(CASE WHEN NOT {c} THEN 0 ELSE 1 END)",
}
_GAPS = "SUM(CASE WHEN NOT {c} OR {l} IS NOT NULL THEN 0 ELSE 1 END)"  # rows that may count and have no value
# A row that may count adds to the sum, or takes from it, or does neither.
_SUMMED = _COUNTED | {
    "low": "SUM(CASE WHEN {c} THEN {l} WHEN NOT {c} OR {l} > 0 THEN 0 ELSE {l} END)",
    "high": "SUM(CASE WHEN {c} THEN {h} WHEN NOT {c} OR {h} < 0 THEN 0 ELSE {h} END)",
    "gaps": _GAPS,
}
# The greatest is no less than that of the rows that count; how great it may be, rows of which that is open say, too.
_GREATEST = _COUNTED | {
    "low": "MAX(CASE WHEN {c} THEN {l} END)",
    "high": "MAX(CASE WHEN NOT {c} THEN NULL ELSE {h} END)",
    "gaps": _GAPS,
}
_LEAST = _COUNTED | {
    "low": "MIN(CASE WHEN NOT {c} THEN NULL ELSE {l} END)",
    "high": "MIN(CASE WHEN {c} THEN {h} END)",
    "gaps": _GAPS,
}
_TESTED = {
    "fails": "SUM(CASE WHEN {c} AND NOT {m} THEN 1 ELSE 0 END)",
    "may_fail": "SUM(CASE WHEN NOT {c} OR {m} THEN 0 ELSE 1 END)",
}
_AT_EDGE = _COUNTED | {
    "undated": "SUM(CASE WHEN {c} AND {d} IS NULL THEN 1 ELSE 0 END)",
    "meets": "SUM(CASE WHEN {c} AND {d} = {e} AND {m} THEN 1 ELSE 0 END)",
    "fails": "SUM(CASE WHEN {c} AND {d} = {e} AND NOT {m} THEN 1 ELSE 0 END)",
    "there": "SUM(CASE WHEN {c} AND {d} = {e} THEN 1 ELSE 0 END)",
}
_AGGREGATES: Mapping[str, Callable[[str], dict[str, exp.Expr]]] = {
    **dict.fromkeys(("exists", "none", "at_least", "at_most", "exactly", "count"), lambda name: _sums(name, _COUNTED)),
    **dict.fromkeys(("sum", "avg"), lambda name: _sums(name, _SUMMED)),
    "max": lambda name: _sums(name, _GREATEST),
    "min": lambda name: _sums(name, _LEAST),
    "every": lambda name: _sums(name, _TESTED),
    **dict.fromkeys(("first", "last"), lambda name: _sums(name, _AT_EDGE)),
}


def related_verdict(name: str, clause: RelatedClause, alias: str, context: Context) -> exp.Expr:
    """Return the verdict of a clause over the joined table of what its rows come to; of no row its columns are NULL."""

    def part(which: str) -> exp.Expr:
        return exp.column(f"{name}__{which}", table=alias, quoted=True)

    def number(which: str) -> exp.Expr:
        return exp.func("COALESCE", part(which), exp.Literal.number(0))

    zero = exp.Literal.number(0)
    match clause.operator:
        case "exists":
            return decide(number("sure") > zero, number("may").eq(zero))
        case "none":
            return decide(number("may").eq(zero), number("sure") > zero)
        case "every":
            return decide(number("may_fail").eq(zero), number("fails") > zero)
        case "first" | "last":
            settled = exp.and_(number("undated").eq(zero), number("sure").eq(number("may")))
            meets, fails = number("meets").eq(number("there")), number("fails").eq(number("there"))
            # Of no row none is the first.
            return exp.Case().when(number("may").eq(zero), exp.false()).when(settled, decide(meets, fails))
        case "sum" | "avg" | "min" | "max":
            return _number_verdict(clause, part, number, context)
        case _:
            return interval_verdict(number("sure"), number("may"), _bounds(clause, context))


def _number_verdict(
    clause: RelatedClause, part: Callable[[str], exp.Expr], number: Callable[[str], exp.Expr], context: Context
) -> exp.Expr:
    zero = exp.Literal.number(0)
    whole = number("gaps").eq(zero)
    low, high, bounds = part("low"), part("high"), _bounds(clause, context)
    match clause.operator:
        case "sum":  # of no row it is nothing
            low, high = (exp.func("COALESCE", end, zero.copy()) for end in (low, high))
            return exp.Case().when(whole, interval_verdict(low, high, bounds))
        case "avg":
            rows = exp.Nullif(this=part("sure"), expression=zero)
            low, high = (exp.Div(this=end, expression=rows.copy()) for end in (low, high))
            closed = exp.and_(whole, number("sure").eq(number("may")))
            return exp.Case().when(closed, interval_verdict(low, high, bounds))
        case "max":
            high = exp.Case().when(whole, high)
        case _:
            low = exp.Case().when(whole, low)
    return exp.Case().when(number("sure") > zero, interval_verdict(low, high, bounds))


def _bounds(clause: RelatedClause, context: Context) -> dict[str, object]:
    operand = clause.operand if isinstance(clause.operand, dict) else {}
    bounds = operand.get("bounds", {})
    return {name: resolved(bound, context.as_of) for name, bound in bounds.items()} if isinstance(bounds, dict) else {}
