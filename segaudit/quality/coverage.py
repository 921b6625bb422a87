"""Coverage: how much of each column is filled, how much of that can be read, and what that makes of it.

Cells are counted by their distinct values: each column is grouped once, and only its distinct values are classified.
Where more is asked of them afterwards, the classified values are kept as tables; to measure alone, one query does.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from segaudit.engine.beside import side_by_side
from segaudit.engine.protocol import Engine, Parameters
from segaudit.model.coverage import ColumnCoverage, ColumnMeasures, CoverageResult, Cutoffs, Quality
from segaudit.model.fields import CatalogueField, ColumnReading, FieldMap, FieldType, Placeholder
from segaudit.model.source import Source
from segaudit.quality.staleness import count_stale
from segaudit.quality.suspects import find_suspects
from segaudit.sql.cells import (
    BLANK,
    INVALID,
    OK,
    PLACEHOLDER,
    WORDS_OF_K,
    classified_cells,
    shared_parameters,
)
from segaudit.sql.kinds import KINDS, SAME_READING, WHITE_SPACE
from segaudit.sql.kinds.styles import choose_style
from segaudit.sql.values import classify_columns, read_values

_FREQUENT = 10
_MOST_TOGETHER = 64  # columns of one statement: what it takes to work out grows faster than their number
_MEASURES = 11  # of every kind; the evidence of its styles comes on top
_MANY_ROWS = 100_000  # from which columns are classified side by side
_UNRELIABLE_FROM = 0.10  # a type that was only found, not declared, is dropped above this share of invalid cells


@dataclass(frozen=True, slots=True)
class _Measured:
    """One column as it was read."""

    measures: ColumnMeasures
    evidence: dict[str, int]


def measure_coverage(  # noqa: PLR0913 - a measurement needs all of what was decided before it
    source: Source,
    readings: Sequence[ColumnReading],
    fields: FieldMap,
    *,
    catalogue: Mapping[str, CatalogueField],
    placeholders: Sequence[Placeholder],
    cutoffs: Cutoffs,
    as_of: date,
    engine: Engine,
    dated: Mapping[int, tuple[int, int]] | None = None,
) -> CoverageResult:
    """Measure and judge every column of a source; counts are exact.

    Args:
        source: The table.
        readings: How its columns are read.
        fields: What its columns were mapped to.
        catalogue: Which fields are core.
        placeholders: Words that stand for a missing value.
        cutoffs: The shares at which the verdict changes.
        as_of: Day the ages of values count from.
        engine: Where the table is.
        dated: Columns that another dates: their position -> the position of the date column, and how many days old a
            value may be.
    """
    settled = measure_columns(source, readings, fields, placeholders, engine)
    by_position = {reading.column.position: reading for reading, _ in settled}
    stale = {
        position: count_stale(source, (by_position[position], by_position[dating]), most, placeholders, as_of, engine)
        for position, (dating, most) in (dated or {}).items()
    }
    columns = judge_columns(settled, catalogue, cutoffs, stale)
    return CoverageResult(source=source, fields=fields, cutoffs=cutoffs, as_of=as_of, columns=columns)


def judge_columns(
    settled: Iterable[tuple[ColumnReading, ColumnMeasures]],
    catalogue: Mapping[str, CatalogueField],
    cutoffs: Cutoffs,
    stale: Mapping[int, int],
) -> tuple[ColumnCoverage, ...]:
    """Return the verdict on each column that was measured; ``stale`` are the rows older than may be, by position."""
    return tuple(
        _judged(reading, measures, catalogue, cutoffs, stale.get(reading.column.position))
        for reading, measures in settled
    )


def judge(measures: ColumnMeasures, cutoffs: Cutoffs, stale: int = 0) -> Quality:
    """Return the verdict on a column from its counts; ``stale`` of its rows are older than they may be."""
    if not measures.rows or measures.filled / measures.rows < cutoffs.source_below:
        return Quality.NEEDS_DATA_SOURCE
    if (measures.filled - measures.invalid - stale) / measures.rows >= cutoffs.good_from:
        return Quality.GOOD
    return Quality.NEEDS_ENRICHMENT


def _judged(
    reading: ColumnReading,
    measures: ColumnMeasures,
    catalogue: Mapping[str, CatalogueField],
    cutoffs: Cutoffs,
    stale: int | None,
) -> ColumnCoverage:
    field = reading.column.field
    return ColumnCoverage(
        position=reading.column.position,
        column=reading.column.header,
        field=field,
        type=reading.type,
        type_source=reading.type_source,
        core=field is not None and field in catalogue and catalogue[field].core,
        measures=measures,
        quality=judge(measures, cutoffs, stale or 0),
        notes=reading.notes,
        stale=stale,
    )


def measure_columns(  # noqa: PLR0913 - a measurement needs all of what was decided before it
    source: Source,
    readings: Sequence[ColumnReading],
    fields: FieldMap,
    placeholders: Sequence[Placeholder],
    engine: Engine,
    *,
    keep: bool = False,
) -> list[tuple[ColumnReading, ColumnMeasures]]:
    """Measure the columns as their first rows suggest, and again those where all of the rows say otherwise.

    Args:
        source: The table.
        readings: How its columns are read.
        fields: What its columns were mapped to.
        placeholders: Words that stand for a missing value.
        engine: Where the table is.
        keep: Leave each column's different cells, as they are read after all, as a table of classify_values.

    Returns:
        For each column, in order, how it is read after all, and its exact counts.
    """
    if keep:
        _classify(source, readings, placeholders, engine)
    measured = _measure(source, readings, placeholders, engine, keep=keep)
    for revise in (_in_style, _if_reliable):
        revised = [revise(reading, measured[reading.column.position], fields) for reading in readings]
        changed = [
            after
            for before, after in zip(readings, revised, strict=True)
            if (after.type, after.style) != (before.type, before.style)
        ]
        if keep:
            _classify(source, changed, placeholders, engine, anew=True)
        measured |= _measure(source, changed, placeholders, engine, keep=keep)
        readings = revised
    settled = [(reading, measured[reading.column.position].measures) for reading in readings]
    return [(reading, replace(found, suspects=find_suspects(reading.type, found))) for reading, found in settled]


def _classify(
    source: Source,
    readings: Sequence[ColumnReading],
    placeholders: Sequence[Placeholder],
    engine: Engine,
    *,
    anew: bool = False,
) -> None:
    """Create the tables of columns' different cells; of many rows, a column beside another."""
    together = [[reading] for reading in readings] if source.rows > _MANY_ROWS else [readings]
    side_by_side(
        engine, [partial(classify_columns, source, some, placeholders, engine, anew=anew) for some in together]
    )


def _in_style(reading: ColumnReading, measured: _Measured, fields: FieldMap) -> ColumnReading:
    """Return the reading in the style that all rows speak for."""
    style, note = choose_style(reading.type, measured.evidence, fields)
    if style != reading.style:
        return replace(reading, style=style, notes=(note,))
    return replace(reading, notes=(note,)) if note else reading


def _if_reliable(reading: ColumnReading, measured: _Measured, _: FieldMap) -> ColumnReading:
    """Return the reading, or plain text where a type that was only found does not hold."""
    measures = measured.measures
    if reading.type_source == "found" and measures.invalid > _UNRELIABLE_FROM * measures.filled:
        return replace(reading, type=FieldType.TEXT, style="", notes=())
    return reading


def _measure(
    source: Source,
    readings: Sequence[ColumnReading],
    placeholders: Sequence[Placeholder],
    engine: Engine,
    *,
    keep: bool,
) -> dict[int, _Measured]:
    """Measure columns, by position; those read the same way in one query, as far as that pays."""
    alike: dict[tuple[FieldType, str], list[ColumnReading]] = {}
    for reading in readings:
        alike.setdefault((SAME_READING.get(reading.type, reading.type), reading.style), []).append(reading)
    if not alike:
        return {}
    groups = [
        group[start : start + _MOST_TOGETHER]
        for group in alike.values()
        for start in range(0, len(group), _MOST_TOGETHER)
    ]
    queries = [
        kept_coverage_query(source, group) if keep else coverage_query(source, group, placeholders) for group in groups
    ]
    results = engine.fetch_all(queries)
    measured = {}
    for group, rows in zip(groups, results, strict=True):
        found = {int(k): row for k, *row in rows}
        for k, reading in enumerate(group, start=1):
            nothing = (None,) * (_MEASURES + len(KINDS[reading.type].evidence))  # of a table without rows
            measured[reading.column.position] = _measured(source, reading, found.get(k, nothing))
    return measured


def _measured(source: Source, reading: ColumnReading, row: Sequence[Any]) -> _Measured:
    total, blank, placeholder, invalid, distinct, shortest, longest, low, high, frequent, odd, *evidence = row
    return _Measured(
        ColumnMeasures(
            rows=source.rows,
            filled=int(total or 0) - int(blank or 0) - int(placeholder or 0),
            blank=int(blank or 0),
            placeholder=int(placeholder or 0),
            invalid=int(invalid or 0),
            distinct=int(distinct or 0),
            shortest=shortest,
            longest=longest,
            lowest=low,
            highest=high,
            frequent=_pairs(frequent),
            suspects=(),
            invalid_frequent=_pairs(odd),
        ),
        {style: int(count or 0) for style, count in zip(KINDS[reading.type].evidence, evidence, strict=True)},
    )


def _pairs(values: Sequence[Mapping[str, object]] | None) -> tuple[tuple[str, int], ...]:
    return tuple((str(pair["v"]), int(str(pair["n"]))) for pair in values or ())


def coverage_query(
    source: Source, readings: Sequence[ColumnReading], placeholders: Sequence[Placeholder]
) -> tuple[str, Parameters]:
    """Return the query that measures columns read the same way, with its parameters.

    Its rows are the columns, each told by its place in ``readings``, from 1. A table of 20 columns takes 9 statements
    instead of 20: on 10,000 rows, working out how to run them costs four times as much as running them.
    """
    columns = [source.column(reading.column.position) for reading in readings]
    groups = " UNION ALL ".join(
        f"SELECT {k} AS k, {column} AS v, count(*) AS n FROM {source.table} GROUP BY v"
        for k, column in enumerate(columns, start=1)
    )
    cells = classified_cells(f"({groups})", readings[0], words=WORDS_OF_K)
    return _measures_of(readings[0], cells, KINDS[readings[0].type].evidence.values()), shared_parameters(
        readings, placeholders
    )


def kept_coverage_query(source: Source, readings: Sequence[ColumnReading]) -> tuple[str, Parameters]:
    """Return the query that coverage_query returns, of columns whose classified values are kept."""
    cells = " UNION ALL ".join(
        f"SELECT {k} AS k, * FROM {read_values(source, reading)}" for k, reading in enumerate(readings, start=1)
    )
    evidence = [f"speaks_{style}" for style in KINDS[readings[0].type].evidence]
    return _measures_of(readings[0], f"({cells})", evidence), {"white_space": WHITE_SPACE}


def _measures_of(reading: ColumnReading, cells: str, evidence: Iterable[str]) -> str:
    """Return the query that measures classified cells by column ``k``; ``evidence`` are tests of each cell."""
    low, high = (f"{end}(value) FILTER (state = {OK})" for end in ("min", "max"))
    ordered = KINDS[reading.type].ordered
    as_text = (ordered.replace("value", low), ordered.replace("value", high)) if ordered else ("NULL", "NULL")
    # Values that stand once are no frequent values; leaving them out spares sorting columns of unique ones.
    frequent = f"max(struct_pack(n := n, v := v), {_FREQUENT}) FILTER (n > 1 AND state >= {INVALID})"
    unread = f"max(struct_pack(n := n, v := v), {_FREQUENT}) FILTER (state = {INVALID})"
    spoken = "".join(f", sum(n) FILTER ({test})" for test in evidence)
    return (
        f"SELECT k, sum(n), sum(n) FILTER (state = {BLANK}), sum(n) FILTER (state = {PLACEHOLDER}), "
        f"sum(n) FILTER (state = {INVALID}), count(characters), min(characters), max(characters), "
        f"{as_text[0]}, {as_text[1]}, {frequent}, {unread}{spoken} "
        f"FROM (SELECT *, CASE WHEN state >= {INVALID} THEN length(t) END AS characters FROM {cells}) GROUP BY k"
    )
