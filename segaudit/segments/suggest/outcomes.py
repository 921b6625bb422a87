"""What records came to: a metric, or a column of the file; as numbers for each record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine
from segaudit.errors import InputError
from segaudit.model.fields import NUMERIC_TYPES, ColumnReading, FieldType
from segaudit.model.performance import RECORDS_TABLE, Metric, MetricKind, MetricRules
from segaudit.model.segments import RuleField
from segaudit.model.suggestions import Outcome, SuggestRules
from segaudit.rulebook.suggest import did_you_mean
from segaudit.segments.performance_columns import PER_RECORD, measured
from segaudit.segments.performance_sources import ChosenMetric
from segaudit.sql.operators import Columns, Part
from segaudit.sql.records import RecordSource, create_records
from segaudit.text.folding import fold, fold_header

OUTCOMES = "suggest_outcomes"
_CLUSTERS = "suggest_clusters"
_FIELD = "outcome"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An outcome that could be taken: SQL over a table with ``_row``."""

    id: str
    name: str
    is_rate: bool
    higher_is_better: bool
    made_of: tuple[str, ...]
    table: str
    n: str  # SQL: 1 where the outcome is known, else 0
    y: str  # SQL: 1 or 0, or the amount
    words: str  # where it comes from
    position: int | None = None  # of its column in the file
    links: str | None = None  # table of which row belongs to which record, where rows may be shared


def metric_source(item: ChosenMetric, links: Mapping[str, str]) -> Source | None:
    """Return a metric as an outcome of each record; None if it is none."""
    metric, table = item.metric, item.source.table
    needs = [name for group in item.source.needs for name in group]
    made_of = (*needs, *metric.decides, *(() if table == RECORDS_TABLE else (table,)))
    where = "columns of the file" if table == RECORDS_TABLE else f"the rows of {table} that belong to each record"
    if item.is_rate:
        name = metric.name
        several = item.counts_rows(per_send=False)
        words = f"{where}; a hit is a record with at least one" if several or table != RECORDS_TABLE else where
        return Source(
            id=metric.id, name=name, is_rate=True, higher_is_better=metric.higher_is_better, made_of=made_of,
            table=PER_RECORD, n=f"CAST(n_{metric.id} > 0 AS INTEGER)",
            y=f"CASE WHEN n_{metric.id} > 0 THEN CAST(x_{metric.id} > 0 AS INTEGER) END",
            words=words, links=links.get(table),
        )  # fmt: skip
    if metric.kind is MetricKind.AMOUNT and table == RECORDS_TABLE:
        value = f"v_{metric.id}"
        return Source(
            id=metric.id, name=metric.name, is_rate=False, higher_is_better=metric.higher_is_better, made_of=made_of,
            table=measured(RECORDS_TABLE), n=f"CAST({value} IS NOT NULL AS INTEGER)", y=value, words=where,
        )  # fmt: skip
    return None


def column_source(
    reading: ColumnReading, value: str | None, data: RecordSource, rules: SuggestRules, engine: Engine
) -> Source | None:
    """Return a column as an outcome; None if it says neither yes or no nor an amount.

    Args:
        reading: Of the column.
        value: Which of its values is a hit; None: yes, 1, or the amount itself.
        data: The file.
        rules: Which words make more of it worse.
        engine: Where it is.
    """
    columns, header = Columns(), reading.column.header
    is_text = value is not None or reading.type not in {*NUMERIC_TYPES, FieldType.BOOL}
    part = columns.part(_FIELD, Part.FOLD if is_text and _has_text(reading) else Part.VALUE)
    kind = FieldType.ENUM if is_text and _has_text(reading) else reading.type
    cells = f"suggest_outcome_{reading.column.position}"
    source = RecordSource(
        source=data.source, fields=data.fields, readings={_FIELD: reading}, placeholders=data.placeholders
    )
    create_records(source, {_FIELD: RuleField(name=_FIELD, type=kind)}, columns, engine, name=cells)
    cell = f'"{part.name}"'
    words = set(_words(header))
    made = {
        "made_of": (reading.column.field,) if reading.column.field else (),
        "id": reading.column.field or header,
        "higher_is_better": not words & set(rules.worse),
        "table": cells,
        "n": f"CAST({cell} IS NOT NULL AS INTEGER)",
        "words": f'column "{header}"',
        "position": reading.column.position,
    }
    if value is not None:
        hit = _hit(reading, cell, value)
        return Source(name=f"{header} = {value}", is_rate=True, y=f"CAST({hit} AS INTEGER)", **made)  # type: ignore[arg-type]
    if reading.type is FieldType.BOOL:
        return Source(name=header, is_rate=True, y=f"CAST({cell} AS INTEGER)", **made)  # type: ignore[arg-type]
    if reading.type not in NUMERIC_TYPES:
        return None
    low, high, different = engine.fetch(f"SELECT min({cell}), max({cell}), count(DISTINCT {cell}) FROM {cells}")[0]
    is_rate = different == 2 and (low, high) == (0, 1)  # noqa: PLR2004 - yes and no
    return Source(name=header, is_rate=is_rate, y=f"CAST({cell} AS DOUBLE)", **made)  # type: ignore[arg-type]


def _has_text(reading: ColumnReading) -> bool:
    return reading.type not in {*NUMERIC_TYPES, FieldType.BOOL, FieldType.DATE}


def _hit(reading: ColumnReading, cell: str, value: str) -> str:
    if reading.type is FieldType.BOOL:
        return cell if fold(value) in {"true", "yes", "1", "y"} else f"NOT {cell}"
    if reading.type in NUMERIC_TYPES:
        try:
            return f"{cell} = {float(value)!r}"
        except ValueError:
            return "false"
    return f"{cell} = {exp.Literal.string(fold(value)).sql(dialect='duckdb')}"


def _words(header: str) -> list[str]:
    return "".join(item if item.isalnum() else " " for item in header.casefold()).split()


def create_outcome_columns(sources: Sequence[Source], data: RecordSource, engine: Engine) -> None:
    """Create the table of outcomes: ``_row``, n<i> and y<i> of each, and the record that leads those that share one."""
    columns = "".join(f", s{i}.n AS n{i}, CAST(s{i}.y AS DOUBLE) AS y{i}" for i in range(len(sources)))
    joins = "".join(
        f" LEFT JOIN (SELECT _row, {item.n} AS n, {item.y} AS y FROM {item.table}) s{i} ON s{i}._row = r._row"
        for i, item in enumerate(sources)
    )
    leader = "r._row"
    links = sources[0].links if sources else None
    if links is not None:
        # Records that share a row (the contacts of a company, and its deal) share what they came to.
        engine.create(
            _CLUSTERS,
            f"SELECT l._row, min(f.leader) AS leader FROM {links} l JOIN (SELECT related_row, min(_row) AS leader "
            f"FROM {links} GROUP BY related_row) f ON f.related_row = l.related_row GROUP BY l._row",
        )
        joins += f" LEFT JOIN {_CLUSTERS} c ON c._row = r._row"
        leader = "coalesce(c.leader, r._row)"
    engine.create(OUTCOMES, f"SELECT r._row, {leader} AS leader{columns} FROM {data.source.table} r{joins}")


def as_outcome(place: int, source: Source, engine: Engine, *, chosen: bool) -> Outcome:
    """Return an outcome with what all records together came to."""
    known, total = engine.fetch(f"SELECT coalesce(sum(n{place}), 0), sum(y{place}) FROM {OUTCOMES}")[0]
    records, amount = int(known), float(total or 0)
    return Outcome(
        id=source.id,
        name=source.name,
        is_rate=source.is_rate,
        higher_is_better=source.higher_is_better,
        made_of=source.made_of,
        chosen=chosen,
        records=records,
        hits=int(amount) if source.is_rate else None,
        mean=amount / records if records else None,
        source=source.words,
    )


def is_enough(outcome: Outcome, rules: SuggestRules) -> bool:
    """Tell whether an outcome happens often enough, and fails to, for anything to rest on it."""
    least = rules.limit("least_hits")
    if outcome.hits is None:
        return outcome.records >= 2 * least
    return least <= outcome.hits <= outcome.records - least


def measured_positions(
    readings: Sequence[ColumnReading], metrics: MetricRules, outcome: Metric | None
) -> frozenset[int]:
    """Return the columns that say what records came to in one way or another: no segment is made of these.

    What customers are worth is left in where the outcome is only how they answered.
    """
    answers = outcome is not None and not outcome.decides
    names = {
        name
        for item in metrics.metrics
        if not (item.id == "value" and answers)
        for source in item.sources
        for group in source.needs
        for name in group
    }
    headers = {fold_header(header) for name, words in metrics.headers.items() if name in names for header in words}
    decided = set(outcome.decides) if outcome is not None else set()
    return frozenset(
        item.column.position
        for item in readings
        if item.column.field in names | decided or fold_header(item.column.header) in headers
    )


def named_column(
    name: str, readings: Sequence[ColumnReading], metrics: Sequence[str]
) -> tuple[ColumnReading, str | None]:
    """Return the column a user names by header or field, and the value that is a hit, if one is named.

    Raises:
        InputError: There is no such column.
    """
    for text, value in ((name, None), (name.partition("=")[0], name.partition("=")[2] or None)):
        wanted = fold_header(text)
        for reading in readings:
            if wanted == fold_header(reading.column.header) or text == reading.column.field:
                return reading, value
    headers = [reading.column.header for reading in readings]
    known = ", ".join([*metrics, *headers][:12])
    hint = did_you_mean(name, [*metrics, *headers]) or f"metrics and columns are {known}"
    raise InputError(f'there is no metric and no column "{name}"', where="--outcome", hint=hint)
