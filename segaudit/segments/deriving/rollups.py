"""Roll-ups decided by the engine: one row for each record that has rows in the other table."""

from collections.abc import Mapping, Sequence

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine
from segaudit.model.fields import NUMERIC_TYPES
from segaudit.model.rollups import COMMITTEE_COLUMNS, Aggregate, Committee, Rollup
from segaudit.segments.deriving.cases import CaseRules
from segaudit.sql.conditions import ClauseColumns, condition_verdict
from segaudit.sql.operators import Columns, Context, Part
from segaudit.sql.operators.expressions import joined, literal
from segaudit.sql.records import RelatedRows, create_records

_SOURCE_ROWS = "rollup_rows"
PRESENT, MISSING = COMMITTEE_COLUMNS


def create_rollups(table: str, rollups: Sequence[Rollup], rows: RelatedRows, rules: CaseRules, engine: Engine) -> None:
    """Create a table of what rows come to: ``_row``, and for each roll-up its value, why and sure as text.

    Args:
        table: What to call it.
        rollups: All of one kind of table.
        rows: Of that table, and which record each belongs to.
        rules: What conditions are compiled with.
        engine: Where it all is.
    """
    columns = Columns()
    clauses = ClauseColumns(Context(columns=columns, as_of=rules.as_of, fields=rules.fields, lists=rules.lists))
    counts = {
        f"n{number}": condition_verdict(item.where, clauses) if item.where is not None else exp.true()
        for number, item in enumerate(rollups)
    }
    values = {
        f"v{number}": columns.part(item.field, Part.VALUE)
        for number, item in enumerate(rollups)
        if item.field is not None
    }
    create_records(rows.data, rules.fields, columns, engine, name=_SOURCE_ROWS)
    decided = exp.select("*", *_named(clauses.expressions)).from_(exp.to_table(_SOURCE_ROWS)).subquery("r")
    each = exp.select(exp.column("_row"), *_named({**counts, **values})).from_(decided).subquery("e")
    selected: list[exp.Expr] = [exp.column("_row", table="l")]
    for number, item in enumerate(rollups):
        selected += _columns_of(number, item, rules)
    query = exp.select(*selected).from_(exp.to_table(rows.links).as_("l"))
    query = query.join(each, on="e._row = l.related_row").group_by(exp.column("_row", table="l"))
    engine.create(table, query.sql(dialect=engine.dialect))


def _named(columns: Mapping[str, exp.Expr]) -> list[exp.Expr]:
    return [exp.alias_(expression.copy(), name, quoted=True) for name, expression in columns.items()]


def _columns_of(number: int, item: Rollup, rules: CaseRules) -> list[exp.Expr]:
    """Return a roll-up's value, what it was counted from, and the share of rows that could be decided."""
    counts = exp.column(f"n{number}", quoted=True)
    value = exp.column(f"v{number}", quoted=True)
    one, none = exp.Literal.number(1), exp.Literal.number(0)
    rows = exp.func("COUNT", exp.Star())
    counted = exp.func("SUM", exp.Case().when(counts.copy(), one).else_(none))
    open_rows = exp.func("SUM", exp.Case().when(counts.copy().is_(exp.null()), one).else_(none))
    why = joined(" of ", [_text(counted.copy()), exp.DPipe(this=_text(rows.copy()), expression=literal(f" {item.of}"))])
    known: exp.Expr = counts.copy().is_(exp.null())
    if item.field is not None:
        known = exp.or_(known, exp.and_(counts.copy(), value.copy().is_(exp.null())))
    sure = exp.func("AVG", exp.Case().when(known, exp.Literal.number("0.0")).else_(exp.Literal.number("1.0")))
    told = _value(item, counts, value, (rows, counted, open_rows), rules)
    return [
        exp.alias_(told, f"value{number}"),
        exp.alias_(why, f"why{number}"),
        exp.alias_(_text(exp.func("ROUND", sure, exp.Literal.number(2))), f"sure{number}"),
    ]


def _value(  # noqa: PLR0911 - one for each aggregate
    item: Rollup, counts: exp.Expr, value: exp.Expr, sums: tuple[exp.Expr, exp.Expr, exp.Expr], rules: CaseRules
) -> exp.Expr:
    rows, counted, open_rows = (term.copy() for term in sums)
    none = exp.Literal.number(0)
    kept = exp.Case().when(counts.copy(), value.copy())
    match item.aggregate:
        case Aggregate.COUNT:
            return _text(counted)
        case Aggregate.ANY:
            return exp.Case().when(counted > none, literal("true")).when(open_rows.eq(none), literal("false"))
        case Aggregate.ALL:
            failed = (counted + open_rows) < rows
            return exp.Case().when(failed, literal("false")).when(open_rows.eq(none), literal("true"))
        case Aggregate.SHARE:
            decided = exp.func("NULLIF", exp.paren(rows - open_rows), none)
            share = exp.Div(this=exp.cast(counted, "DOUBLE"), expression=decided)
            return _text(exp.func("ROUND", share, exp.Literal.number(4)))
        case Aggregate.SUM:
            return _number(exp.func("COALESCE", exp.func("SUM", kept), none))
        case Aggregate.DISTINCT:
            return _text(exp.Count(this=exp.Distinct(expressions=[kept])))
        case _:
            name = {Aggregate.LATEST: "MAX", Aggregate.EARLIEST: "MIN"}.get(item.aggregate, "MODE")
            found = exp.func(name, kept)
            is_number = item.field is not None and rules.fields[item.field].type in NUMERIC_TYPES
            return _number(found) if is_number else _text(found)


def _text(value: exp.Expr) -> exp.Expr:
    return exp.cast(value, "TEXT")


def _number(value: exp.Expr) -> exp.Expr:
    """Return a number as text, whole ones without a point."""
    rounded = exp.func("ROUND", exp.cast(value, "DOUBLE"), exp.Literal.number(2))
    whole = exp.cast(rounded.copy(), "BIGINT")
    is_whole = rounded.copy().eq(exp.func("FLOOR", rounded.copy()))
    return exp.Case().when(is_whole, _text(whole)).else_(_text(rounded))


_WITHOUT_ROWS = {Aggregate.COUNT: "0", Aggregate.ANY: "false", Aggregate.SUM: "0", Aggregate.DISTINCT: "0"}


def rollup_columns(table: str, rollups: Sequence[Rollup], committee: Committee | None) -> dict[str, exp.Expr]:
    """Return the columns of records made of a table of roll-ups joined to them; without rows there is nothing to count.

    Args:
        table: The table, or what it is called in the query.
        rollups: In the order it was made for, roles of the committee included.
        committee: Whose roles become two columns in place of one each; None if none are among them.
    """
    roles = set(committee.roles) if committee is not None else set()
    columns: dict[str, exp.Expr] = {}
    for number, item in enumerate(rollups):
        if item in roles:
            continue
        value, why, sure = (exp.column(f"{name}{number}", table=table) for name in ("value", "why", "sure"))
        usual = _WITHOUT_ROWS.get(item.aggregate)
        has_rows = exp.not_(exp.column("_row", table=table).is_(exp.null()))
        columns[item.name] = value if usual is None else exp.Case().when(has_rows, value).else_(literal(usual))
        columns[f"{item.name}_from"] = exp.func("COALESCE", why, literal(f"no {item.of}"))
        columns[f"{item.name}_sure"] = exp.func("COALESCE", sure, literal("1.0"))
    if committee is not None:
        columns |= _committee_columns(table, rollups, committee)
    return columns


def _committee_columns(table: str, rollups: Sequence[Rollup], committee: Committee) -> dict[str, exp.Expr]:
    """Return which wanted roles somebody has, and which nobody is known to have."""
    numbers = {item.name: number for number, item in enumerate(rollups) if item in committee.roles}
    held = {
        name: exp.func("COALESCE", exp.column(f"value{number}", table=table), literal("")).eq(literal("true"))
        for name, number in numbers.items()
    }
    has = [exp.Case().when(test.copy(), literal(name)) for name, test in held.items()]
    lacks = [exp.Case().when(exp.not_(exp.paren(test.copy())), literal(name)) for name, test in held.items()]
    first = min(numbers.values())
    sures = [
        exp.cast(exp.func("COALESCE", exp.column(f"sure{number}", table=table), literal("1.0")), "DOUBLE")
        for number in numbers.values()
    ]
    least = exp.func("LEAST", *sures) if len(sures) > 1 else sures[0]
    why = exp.column(f"why{first}", table=table)
    # "3 of 12 contacts": what stands behind the "of" is the same for every role.
    people = exp.func("SPLIT_PART", why, literal(" of "), exp.Literal.number(2))
    whole = exp.func("COALESCE", people, literal(f"no {committee.of}"))
    sure = _text(least)
    return {
        PRESENT: joined(";", has),
        f"{PRESENT}_from": whole,
        f"{PRESENT}_sure": sure,
        MISSING: joined(";", lacks),
        f"{MISSING}_from": whole.copy(),
        f"{MISSING}_sure": sure.copy(),
    }
