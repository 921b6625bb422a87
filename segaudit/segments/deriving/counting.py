"""What became of derived fields: how many were told, how sure, and which cells told nothing."""

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine
from segaudit.model.derived import AddedField, DerivedCount
from segaudit.segments.deriving.relation import GIVEN, SURE, VALUE, Relation, Step

_MOST_VALUES = 50
_MOST_UNTOLD = 20
_LONGEST_CELL = 80  # characters


def count_derived(added: AddedField, relation: Relation, engine: Engine) -> DerivedCount:
    """Count what became of one derived field."""
    step = next(step for step in relation.steps if step.position == added.value)
    value, given = exp.column(VALUE, table=step.table), exp.column(GIVEN, table=step.table)
    sure = exp.cast(exp.column(SURE, table=step.table), "DOUBLE")
    is_given = exp.func("COALESCE", given, exp.false())
    sums = [
        exp.func("COUNT", exp.Star()),
        exp.func("SUM", exp.Case().when(is_given.copy(), exp.Literal.number(1)).else_(exp.Literal.number(0))),
        exp.func("COUNT", value.copy()),
        exp.func("AVG", sure),
    ]
    at = (step.position,)
    rows, with_something, derived, average = engine.fetch(relation.select(at, sums).sql(dialect=engine.dialect))[0]
    untold = exp.and_(is_given.copy(), value.copy().is_(exp.null()))
    return DerivedCount(
        field=added.field,
        sources=added.sources,
        rows=int(with_something or 0),
        derived=int(derived),
        blank=int(rows) - int(with_something or 0),
        average_sure=None if average is None else round(float(average), 4),
        values=_most(value, exp.not_(value.copy().is_(exp.null())), step, _MOST_VALUES, relation, engine),
        untold=_most(_cells(step), untold, step, _MOST_UNTOLD, relation, engine),
    )


def _cells(step: Step) -> exp.Expr:
    """Return the cells a field was to be told from, as one text."""
    cells = [exp.func("TRIM", exp.column(f"k{number}", table=step.table)) for number in range(step.shown)]
    blank = exp.Literal.string("")
    told = [exp.func("NULLIF", cell, blank) for cell in cells]
    joined = (
        told[0] if len(told) == 1 else exp.Anonymous(this="CONCAT_WS", expressions=[exp.Literal.string(" | "), *told])
    )
    return exp.Substring(this=joined, start=exp.Literal.number(1), length=exp.Literal.number(_LONGEST_CELL))


def _most(  # noqa: PLR0913, PLR0917 - what one query is made of
    value: exp.Expr, where: exp.Expr, step: Step, limit: int, relation: Relation, engine: Engine
) -> tuple[tuple[str, int], ...]:
    """Return the most frequent values of a column, most first, then by name."""
    selected = [exp.alias_(value.copy(), "found"), exp.alias_(exp.func("COUNT", exp.Star()), "n")]
    query = relation.select((step.position,), selected).where(where.copy()).group_by("found")
    query = query.order_by(exp.column("n").desc(), exp.column("found")).limit(limit)
    return tuple((str(found), int(count)) for found, count in engine.fetch(query.sql(dialect=engine.dialect)))
