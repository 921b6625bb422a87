"""Outcomes as columns: for each row of a table what it counts for, and for each record what its rows come to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine
from segaudit.errors import InputError
from segaudit.model.performance import RECORDS_TABLE, MetricKind
from segaudit.model.segments import RuleBook, RuleField, Schema
from segaudit.segments.decide import DECISIONS
from segaudit.segments.performance_sources import ChosenMetric
from segaudit.segments.program import membership_name
from segaudit.sql.conditions import ClauseColumns, condition_verdict
from segaudit.sql.operators import Columns, Context, Part
from segaudit.sql.records import RecordSource, create_records

PER_RECORD = "performance_records"
_MOST_SEGMENTS = 62  # of a schema: the bits of a number
_IDS = {"deals": ("deal_id", "record_id")}  # a deal with several contacts may stand in the file once for each


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What conditions of metrics are compiled with."""

    fields: Mapping[str, RuleField]
    lists: Mapping[str, Sequence[str]]
    as_of: date


def create_outcomes(  # noqa: PLR0913, PLR0917 - what a metric is made of
    chosen: Sequence[ChosenMetric],
    tables: Mapping[str, RecordSource],
    links: Mapping[str, str],
    rules: RuleBook,
    meaning: Meaning,
    engine: Engine,
    *,
    per_send: bool,
) -> None:
    """Create the table of outcomes by record: ``_row``, a number for each schema, and counts for each metric.

    The number of a schema has a bit for each segment the record is in. ``n_<metric>`` and ``x_<metric>`` are the trials
    and hits of a rate, ``c_<metric>`` a cost.

    Args:
        chosen: What is measured, and where it comes from.
        tables: The main file as ``records``, and those beside it by kind.
        links: By kind: the table of which row belongs to which record.
        rules: Whose segments are decided.
        meaning: Of the conditions.
        engine: Where it all is.
        per_send: Count rows of other tables; otherwise records with at least one.
    """
    query = exp.select("d._row").from_(f"{DECISIONS} AS d")
    query = query.select(*(exp.alias_(_bits(schema), signature(schema.id)) for schema in rules.schemas))
    for table in dict.fromkeys(item.source.table for item in chosen):
        here = [item for item in chosen if item.source.table == table]
        _create_measured(table, here, tables[table], meaning, engine)
        counted = [item for item in here if not item.has_values]
        if not counted:
            continue
        joined = measured(table)
        if table != RECORDS_TABLE:
            joined = f"{joined}_by_record"
            _create_by_record(joined, table, counted, links[table], engine, per_send=per_send)
        query = query.join(f"{joined} AS t_{table}", on=f"t_{table}._row = d._row", join_type="left")
        query = query.select(*(column for item in counted for column in _of_record(item, f"t_{table}")))
    engine.create(PER_RECORD, query.sql(dialect=engine.dialect))


def measured(table: str) -> str:
    """Return the table of what each row of a table counts for: ``_row``, ``key``, and columns of metrics."""
    return f"measured_{table}"


def signature(schema: str) -> str:
    """Return the column of the segments of a schema a record is in."""
    return f"in_{schema}"


def _bits(schema: Schema) -> exp.Expr:
    if len(schema.segments) > _MOST_SEGMENTS:
        raise InputError(
            f"{len(schema.segments)} segments cannot be compared",
            where=str(schema.place),
            hint=f"{_MOST_SEGMENTS} are the most; nobody can act on so many",
        )
    total: exp.Expr = _whole(0)
    for place, segment in enumerate(schema.segments):
        member = exp.column(membership_name(schema, segment), table="d", quoted=True)
        total = exp.Add(this=total, expression=exp.Case().when(member, _whole(1 << place)).else_(_whole(0)))
    return total


def _whole(value: int) -> exp.Expr:
    return exp.cast(exp.Literal.number(value), "BIGINT")


def _create_measured(
    table: str, chosen: Sequence[ChosenMetric], data: RecordSource, meaning: Meaning, engine: Engine
) -> None:
    columns = Columns()
    context = Context(columns=columns, as_of=meaning.as_of, fields=meaning.fields, lists=meaning.lists)
    clauses = ClauseColumns(context)
    asked: dict[str, exp.Expr] = {}
    for item in chosen:
        asked |= _asked(item, clauses)
    key = next((columns.part(name, Part.VALUE) for name in _IDS.get(table, ()) if name in data.readings), None)
    own = exp.column("_row")
    asked["key"] = own if key is None else _first_of(key)
    records = f"performance_{table}_rows"
    create_records(data, meaning.fields, columns, engine, name=records)
    decided = exp.select("*", *_named(clauses.expressions)).from_(exp.to_table(records)).subquery("d")
    engine.create(measured(table), exp.select("_row", *_named(asked)).from_(decided).sql(dialect=engine.dialect))


def _first_of(key: exp.Column) -> exp.Expr:
    first: exp.Expr = exp.maybe_parse(f'MIN("_row") OVER (PARTITION BY "{key.name}")', dialect="duckdb")
    return exp.Case().when(key.copy().is_(exp.null()), exp.column("_row")).else_(first)


def _asked(item: ChosenMetric, clauses: ClauseColumns) -> dict[str, exp.Expr]:
    """Return what a metric asks of each row."""
    name, source, columns = item.metric.id, item.source, clauses.context.columns
    counts = exp.true() if item.of is None else condition_verdict(item.of, clauses)
    if source.hit is not None:
        hit = condition_verdict(source.hit, clauses)
        known = exp.and_(counts.copy(), exp.not_(exp.paren(hit.copy()).is_(exp.null())))
        return {f"n_{name}": _one_if(known), f"x_{name}": _one_if(exp.and_(counts, hit))}
    if source.since is not None and source.until is not None:
        since, until = (columns.part(field, Part.VALUE) for field in (source.since, source.until))
        days = exp.DateDiff(this=until, expression=since, unit=exp.Var(this="DAY"))
        in_order = exp.and_(counts, exp.GTE(this=until.copy(), expression=since.copy()))
        return {f"v_{name}": exp.Case().when(in_order, exp.cast(days, "DOUBLE"))}
    value = columns.part(str(source.value), Part.VALUE)
    asked: dict[str, exp.Expr] = {f"v_{name}": exp.Case().when(counts, exp.cast(value, "DOUBLE"))}
    if item.metric.kind is not MetricKind.COST:
        asked[f"u_{name}"] = columns.part(str(source.value), Part.CURRENCY)
    return asked


def _one_if(condition: exp.Expr) -> exp.Expr:
    return exp.Case().when(condition, exp.Literal.number(1)).else_(exp.Literal.number(0))


def _create_by_record(  # noqa: PLR0913 - what it is made of
    name: str, table: str, chosen: Sequence[ChosenMetric], links: str, engine: Engine, *, per_send: bool
) -> None:
    columns: list[str] = []
    for item in chosen:
        metric = item.metric.id
        if item.is_rate:
            how = "SUM" if item.counts_rows(per_send=per_send) else "MAX"
            columns += [f"{how}(m.n_{metric}) AS n_{metric}", f"{how}(m.x_{metric}) AS x_{metric}"]
        else:
            columns.append(f"SUM(m.v_{metric}) AS v_{metric}")
    engine.create(
        name,
        f"SELECT l._row, {', '.join(columns)} FROM {links} l JOIN {measured(table)} m ON m._row = l.related_row "
        "GROUP BY l._row",
    )


def _of_record(item: ChosenMetric, alias: str) -> list[exp.Expr]:
    name, none = item.metric.id, exp.Literal.number(0)
    if not item.is_rate:
        return [exp.alias_(exp.func("COALESCE", exp.column(f"v_{name}", table=alias), none), f"c_{name}")]
    counts: list[exp.Expr] = [
        exp.func("COALESCE", exp.column(f"{part}_{name}", table=alias), none.copy()) for part in "nx"
    ]
    if item.source.base == "members":
        counts[0] = exp.Literal.number(1)
    return [exp.alias_(count, f"{part}_{name}") for part, count in zip("nx", counts, strict=True)]


def _named(columns: Mapping[str, exp.Expr]) -> list[exp.Expr]:
    return [exp.alias_(expression.copy(), name, quoted=True) for name, expression in columns.items()]
