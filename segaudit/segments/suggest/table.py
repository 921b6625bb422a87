"""The table every search reads: each record's values, its half, and what it came to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine
from segaudit.model.segments import RuleField
from segaudit.model.suggestions import Feature, FeatureKind, FeatureValue, SuggestRules
from segaudit.segments.suggest.columns import Candidate
from segaudit.segments.suggest.request import SEARCH
from segaudit.segments.suggest.spellings import Spellings, spellings_of
from segaudit.sql.operators import Columns, Part
from segaudit.sql.records import RecordSource, create_records

_CELLS = "suggest_cells"
_LEAST_DIFFERENT = 2
_EPOCH = date(1970, 1, 1)
_TYPES = {
    FeatureKind.NUMBER: "DOUBLE",
    FeatureKind.DATE: "DATE",
    FeatureKind.BOOL: "BOOLEAN",
    FeatureKind.CATEGORY: "VARCHAR",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What stands beside the features."""

    keys: str  # table: _row, record_key
    outcomes: str | None  # table: _row, n<i>, y<i> for each outcome, and leader: the record that stands for its cluster
    count: int  # of outcomes
    shared: bool = True  # records may share what they came to
    countries: Sequence[str] = ()  # spellings of countries no standard has: spelling, tab, ISO code


def create_search_table(
    candidates: Sequence[Candidate], data: RecordSource, beside: Beside, rules: SuggestRules, engine: Engine
) -> tuple[Feature, ...]:
    """Create the table every search reads, as ``StartRequest`` describes it; return what stands in it.

    Args:
        candidates: Columns that may be features; those with too few values, or too many, are none.
        data: The main file.
        beside: Keys and outcomes.
        rules: Thresholds.
        engine: Where it all lives.
    """
    known = _few_texts(candidates, data, rules, engine)
    columns = Columns()
    fields = {item.name: RuleField(name=item.name, type=item.reading.type) for item in known}
    source = replace(data, readings={item.name: item.reading for item in known}, related={})
    cells = [(item, f"x{place}", _cell(item, columns)) for place, item in enumerate(known)]
    create_records(source, fields, columns, engine, name=_CELLS)
    same = {item.name: found for item in known if (found := spellings_of(item, data, beside.countries, rules, engine))}
    query = _values_query(cells, same).sql(dialect=engine.dialect)
    outcomes = "".join(f", coalesce(o.n{i}, 0) AS n{i}, o.y{i} AS y{i}" for i in range(beside.count))
    first = ", coalesce(o.n0, 0) AS y_n, CASE WHEN o.n0 > 0 THEN o.y0 END AS y" if beside.count else ""
    joined = f"LEFT JOIN {beside.outcomes} o ON o._row = c._row" if beside.outcomes else ""
    shared = beside.shared and beside.outcomes is not None
    leader = "coalesce(o.leader, c._row)" if shared else "c._row"
    # Those that share a deal or a company's rows are in one half; who shares nothing is looked up once.
    key, first_key = ("k", f" JOIN {beside.keys} k ON k._row = {leader}") if shared else ("own", "")
    engine.create(
        SEARCH,
        f"SELECT c.*, {leader} AS leader{outcomes}{first}, "
        f"CAST(md5_number_lower({key}.record_key) % 2 AS TINYINT) AS half, "
        f"md5_number_upper(own.record_key) AS draw FROM ({query}) c {joined} "
        f"JOIN {beside.keys} own ON own._row = c._row{first_key}",
    )
    return _features([(item, name) for item, name, _ in cells], same, data, rules, engine)


def _values_query(cells: Sequence[tuple[Candidate, str, exp.Expr]], same: Mapping[str, Spellings]) -> exp.Select:
    """Return the query of each record's values; of spellings that are read as one, what they are read as."""
    query = exp.select("c._row").from_(f"{_CELLS} AS c")
    for item, name, cell in cells:
        value: exp.Expr = exp.cast(cell, _TYPES[item.kind])
        if item.name in same:
            alias = f"s_{name}"
            query = query.join(f"{same[item.name].table} AS {alias}", on=cell.eq(exp.column("folded", table=alias)),
                               join_type="left")  # fmt: skip
            value = exp.column("same", table=alias)
        query = query.select(exp.alias_(value, name))
    return query


def _few_texts(
    candidates: Sequence[Candidate], data: RecordSource, rules: SuggestRules, engine: Engine
) -> list[Candidate]:
    """Return the candidates without texts of which there are too many different ones to be categories."""
    texts = [item for item in candidates if item.kind is FeatureKind.CATEGORY]
    if not texts:
        return list(candidates)
    counts = ", ".join(f"approx_count_distinct({data.source.column(item.reading.column.position)})" for item in texts)
    row = engine.fetch(f"SELECT {counts} FROM {data.source.table}")[0]
    most = 4 * rules.limit("most_different")  # spellings of one value are counted here
    many = {item.name for item, count in zip(texts, row, strict=True) if count > most}
    return [item for item in candidates if item.name not in many]


def _cell(item: Candidate, columns: Columns) -> exp.Expr:
    if item.kind is FeatureKind.CATEGORY:
        return columns.part(item.name, Part.FOLD)
    value = columns.part(item.name, Part.VALUE)
    if item.kind is FeatureKind.NUMBER:  # 50-200 is no single number
        return exp.Case().when(value.eq(columns.part(item.name, Part.HIGH)), value.copy())
    return value


def _features(
    known: Sequence[tuple[Candidate, str]],
    same: Mapping[str, Spellings],
    data: RecordSource,
    rules: SuggestRules,
    engine: Engine,
) -> tuple[Feature, ...]:
    found: list[Feature] = []
    rows = int(engine.fetch(f"SELECT count(*) FROM {SEARCH}")[0][0])
    figures = _figures(known, engine)
    for item, name in known:
        filled, different, low, high, whole = figures[name]
        one = same.get(item.name)
        values = _values(item, name, one, data, rules, engine) if item.kind is FeatureKind.CATEGORY else ()
        different = len(values) if values else different
        many = item.kind is FeatureKind.CATEGORY and different > rules.limit("most_different")
        if filled < rules.limit("filled_from") * rows or different < _LEAST_DIFFERENT or many:
            continue
        found.append(
            Feature(
                name=item.name,
                header=item.reading.column.header,
                type=item.reading.type,
                kind=item.kind,
                column=name,
                declared=item.declared,
                rows_filled=filled,
                different=different,
                low=low,
                high=high,
                whole=whole,
                values=values,
                read_by=one.read_by if one else "",
                dimension=rules.dimensions.get(item.name, ""),
            )
        )
    return tuple(found)


_Figures = tuple[int, int, float | None, float | None, bool]


def _figures(known: Sequence[tuple[Candidate, str]], engine: Engine) -> Mapping[str, _Figures]:
    asked: list[str] = []
    for item, name in known:
        ordered = item.kind in {FeatureKind.NUMBER, FeatureKind.DATE}
        number = f"date_diff('day', DATE '1970-01-01', {name})" if item.kind is FeatureKind.DATE else name
        ends = f"min({number}), max({number})" if ordered else "NULL, NULL"
        whole = f"coalesce(bool_and({name} = floor({name})), false)" if item.kind is FeatureKind.NUMBER else "true"
        asked.append(f"count({name}), approx_count_distinct({name}), {ends}, {whole}")
    if not asked:
        return {}
    row = engine.fetch(f"SELECT {', '.join(asked)} FROM {SEARCH}")[0]
    parts = [row[place : place + 5] for place in range(0, len(row), 5)]
    return {
        name: (int(filled), int(different), _float(low), _float(high), bool(whole))
        for (_, name), (filled, different, low, high, whole) in zip(known, parts, strict=True)
    }


def _float(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _values(  # noqa: PLR0913, PLR0917 - what they are read from
    item: Candidate, name: str, same: Spellings | None, data: RecordSource, rules: SuggestRules, engine: Engine
) -> tuple[FeatureValue, ...]:
    """Return the values of a category, each in its most frequent spelling; one more than are looked at at most."""
    if same is not None:
        most = int(rules.limit("most_different")) + 1
        counted = engine.fetch(
            f"SELECT {name}, count(*) AS n FROM {SEARCH} WHERE {name} IS NOT NULL GROUP BY 1 "
            f"ORDER BY n DESC, 1 LIMIT {most}"
        )
        return tuple(FeatureValue(folded=str(a), written=same.names[str(a)], rows=int(n)) for a, n in counted)
    cell = f"trim(t.{data.source.column(item.reading.column.position)})"
    rows = engine.fetch(
        f"SELECT folded, first(written ORDER BY n DESC, written), sum(n) AS n FROM (SELECT s.{name} AS folded, "
        f"{cell} AS written, count(*) AS n FROM {SEARCH} s JOIN {data.source.table} t ON t._row = s._row "
        f"WHERE s.{name} IS NOT NULL GROUP BY 1, 2) GROUP BY folded ORDER BY n DESC, folded "
        f"LIMIT {int(rules.limit('most_different')) + 1}"
    )
    return tuple(FeatureValue(folded=str(a), written=str(b), rows=int(n)) for a, b, n in rows)
