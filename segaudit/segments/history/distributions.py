"""How the values of a column are spread, from its classified cells: what runs record and drift compares."""

from dataclasses import replace
from datetime import date

from segaudit.engine.protocol import Engine
from segaudit.model.coverage import ColumnMeasures
from segaudit.model.fields import NUMERIC_TYPES, ColumnReading, FieldType
from segaudit.model.history import Distribution, FieldMeasures
from segaudit.model.source import Source
from segaudit.sql.cells import OK
from segaudit.sql.kinds import WHITE_SPACE
from segaudit.sql.values import read_values, values_table

NUMBERS, AGES, VALUES = "numbers", "ages", "values"
MOST_VALUES = 1000  # different values that are told apart
_TENTHS = 10
_RECORDS_PER_VALUE = 5  # on average, from which values are kinds of record and not names of single ones
_WORDS = frozenset({FieldType.TEXT, FieldType.ENUM, FieldType.MULTI, FieldType.BOOL})


def name_of(reading: ColumnReading) -> str:
    """Return what a column is called from run to run: its field, else its header."""
    return reading.column.field or reading.column.header.strip().lower()


def measure_field(  # noqa: PLR0913 - a measurement needs all of what was decided before it
    source: Source,
    reading: ColumnReading,
    measures: ColumnMeasures,
    engine: Engine,
    *,
    as_of: date | None,
    sensitive: bool = False,
) -> FieldMeasures:
    """Return one column, with how its values are spread where that says something of records as a whole.

    Args:
        source: The table; the column's classified cells are there.
        reading: How the column is read.
        measures: What was counted of it.
        engine: Where the table is.
        as_of: Day the ages of dates count from; None: they have none.
        sensitive: Keep no value of it.
    """
    kind, why = _kind(reading.type, measures, as_of, sensitive=sensitive)
    spread = None
    if kind == VALUES:
        spread = count_values(source, reading, engine)
    elif kind:
        numbers = _numbers(source, reading, _number(kind, as_of))
        spread = _in_bins(Distribution(kind=kind, uppers=_tenths(numbers, engine)), numbers, engine)
    return FieldMeasures(
        name=name_of(reading),
        header=reading.column.header,
        type=reading.type,
        rows=measures.rows,
        filled=measures.filled,
        usable=measures.filled - measures.invalid,
        different=measures.distinct,
        distribution=spread,
        why=why,
    )


def _kind(kind: FieldType, measures: ColumnMeasures, as_of: date | None, *, sensitive: bool) -> tuple[str, str]:
    """Return how the values of a column are told apart; else nothing, and why."""
    if kind in NUMERIC_TYPES:
        return NUMBERS, ""
    if kind is FieldType.DATE:
        return (AGES, "") if as_of is not None else ("", "it is not known from which day its ages count")
    if sensitive:
        return "", "it is sensitive: its values are not kept"
    if kind not in _WORDS:
        return "", "its values tell single records apart"
    if measures.distinct > MOST_VALUES or measures.distinct * _RECORDS_PER_VALUE > measures.filled:
        return "", "it has too many different values for its records"
    return VALUES, ""


def count_values(source: Source, reading: ColumnReading, engine: Engine) -> Distribution:
    """Count the values of a column, in small letters; beyond the most frequent they are counted together."""
    relation = read_values(source, reading)
    found = engine.fetch(
        f"SELECT word, n, total FROM (SELECT *, sum(n) OVER () AS total FROM (SELECT lower(t) AS word, sum(n) AS n "
        f"FROM {relation} WHERE state = {OK} GROUP BY word)) ORDER BY n DESC, word LIMIT {MOST_VALUES}",
        {"white_space": WHITE_SPACE},
    )
    counts = tuple(int(rows) for _, rows, _ in found)
    total = int(found[0][2]) if found else 0
    return Distribution(
        kind=VALUES, values=tuple(str(word) for word, _, _ in found), counts=counts, others=total - sum(counts)
    )


def recount(
    spread: Distribution, source: Source, reading: ColumnReading, engine: Engine, *, as_of: date | None
) -> Distribution | None:
    """Count a column of another table the way one was counted; None if it is read as something else now."""
    if spread.kind == VALUES:
        return count_values(source, reading, engine) if reading.type in _WORDS else None
    fits = reading.type in NUMERIC_TYPES if spread.kind == NUMBERS else reading.type is FieldType.DATE
    if not fits or (spread.kind == AGES and as_of is None):
        return None
    return _in_bins(spread, _numbers(source, reading, _number(spread.kind, as_of)), engine)


def _number(kind: str, as_of: date | None) -> str:
    """Return the SQL of a classified cell's number."""
    if kind == NUMBERS or as_of is None:
        return "CAST(value AS DOUBLE)"
    return f"CAST(date_diff('day', CAST(value AS DATE), DATE '{as_of.isoformat()}') AS DOUBLE)"


def _numbers(source: Source, reading: ColumnReading, value: str) -> str:
    table = values_table(source, reading.column.position)
    return f"(SELECT {value} AS x, n FROM {table} WHERE state = {OK} AND value IS NOT NULL)"


def _tenths(numbers: str, engine: Engine) -> tuple[float, ...]:
    """Return where each tenth of the records ends, without those that end where another does."""
    ends = ", ".join(f"min(x) FILTER (upto * {_TENTHS} >= total * {tenth})" for tenth in range(1, _TENTHS))
    row = engine.fetch(
        f"SELECT {ends}, max(x) FROM (SELECT x, sum(n) OVER (ORDER BY x) AS upto, sum(n) OVER () AS total "
        f"FROM (SELECT x, sum(n) AS n FROM {numbers} GROUP BY x))"
    )[0]
    found = sorted({float(end) for end in row[:-1] if end is not None})
    return tuple(end for end in found if end < float(row[-1]))


def _in_bins(spread: Distribution, numbers: str, engine: Engine) -> Distribution:
    """Return a distribution with the numbers counted in its bins."""
    place = " + ".join(["0", *(f"CASE WHEN x > {upper!r} THEN 1 ELSE 0 END" for upper in spread.uppers)])
    found = engine.fetch(f"SELECT {place} AS place, sum(n) FROM {numbers} GROUP BY place")
    counts = {int(number): int(rows) for number, rows in found}
    return replace(spread, counts=tuple(counts.get(number, 0) for number in range(len(spread.uppers) + 1)))
