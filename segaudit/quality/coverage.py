"""Coverage: how much of each column is filled, how much of that can be read, and what that makes of it.

Cells are counted by their distinct values: each column is grouped once, and only its distinct values are classified.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from segaudit.engine.protocol import Engine, Parameters
from segaudit.model.coverage import ColumnCoverage, ColumnMeasures, CoverageResult, Cutoffs, Quality
from segaudit.model.fields import CatalogueField, ColumnReading, FieldMap, FieldType, Placeholder
from segaudit.model.source import Source
from segaudit.quality.suspects import find_suspects
from segaudit.sql.cells import BLANK, INVALID, OK, PLACEHOLDER, cell_parameters, classified_cells
from segaudit.sql.kinds import KINDS
from segaudit.sql.kinds.styles import choose_style

_FREQUENT = 10
_UNRELIABLE_FROM = 0.10  # a type that was only found, not declared, is dropped above this share of invalid cells


@dataclass(frozen=True, slots=True)
class _Measured:
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
    engine: Engine,
) -> CoverageResult:
    """Measure and judge every column of a source; counts are exact."""
    columns = []
    for reading in readings:
        settled, measures = _measure_settled(source, reading, fields, placeholders, engine)
        columns.append(_judged(settled, measures, catalogue, cutoffs))
    return CoverageResult(source=source, fields=fields, cutoffs=cutoffs, columns=tuple(columns))


def judge(measures: ColumnMeasures, cutoffs: Cutoffs) -> Quality:
    """Return the verdict on a column from its counts."""
    if not measures.rows or measures.filled / measures.rows < cutoffs.source_below:
        return Quality.NEEDS_DATA_SOURCE
    if (measures.filled - measures.invalid) / measures.rows >= cutoffs.good_from:
        return Quality.GOOD
    return Quality.NEEDS_ENRICHMENT


def _judged(
    reading: ColumnReading,
    measures: ColumnMeasures,
    catalogue: Mapping[str, CatalogueField],
    cutoffs: Cutoffs,
) -> ColumnCoverage:
    field = reading.column.field
    return ColumnCoverage(
        position=reading.column.position,
        column=reading.column.header,
        field=field,
        type=reading.type,
        type_source=reading.type_source,
        core=field in catalogue and catalogue[field].core,
        measures=replace(measures, suspects=find_suspects(reading.type, measures)),
        quality=judge(measures, cutoffs),
        notes=reading.notes,
    )


def _measure_settled(  # noqa: PLR0913 - see measure_coverage
    source: Source,
    reading: ColumnReading,
    fields: FieldMap,
    placeholders: Sequence[Placeholder],
    engine: Engine,
) -> tuple[ColumnReading, ColumnMeasures]:
    """Measure a column as its first rows suggest, and again where all of its rows say otherwise."""
    measured = _measure(source, reading, placeholders, engine)
    style, note = choose_style(reading.type, measured.evidence, fields)
    if style != reading.style:
        reading = replace(reading, style=style, notes=(note,))
        measured = _measure(source, reading, placeholders, engine)
    elif note:
        reading = replace(reading, notes=(note,))
    measures = measured.measures
    if reading.type_source == "found" and measures.invalid > _UNRELIABLE_FROM * measures.filled:
        reading = replace(reading, type=FieldType.TEXT, style="", notes=())
        measures = _measure(source, reading, placeholders, engine).measures
    return reading, measures


def _measure(
    source: Source, reading: ColumnReading, placeholders: Sequence[Placeholder], engine: Engine
) -> _Measured:
    query, parameters = coverage_query(source, reading, placeholders)
    row = engine.fetch(query, parameters)[0]
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
    source: Source, reading: ColumnReading, placeholders: Sequence[Placeholder]
) -> tuple[str, Parameters]:
    """Return the one query that measures a column, with its parameters."""
    kind = KINDS[reading.type]
    parameters = cell_parameters(reading.column.field, reading.type, placeholders)
    cells = classified_cells(
        f"(SELECT {source.column(reading.column.position)} AS v, count(*) AS n FROM {source.table} GROUP BY 1)",
        reading,
    )
    low, high = (f"{end}(value) FILTER (state = {OK})" for end in ("min", "max"))
    ordered = kind.ordered
    as_text = (ordered.replace("value", low), ordered.replace("value", high)) if ordered else ("NULL", "NULL")
    # Values that stand once are no frequent values; leaving them out spares sorting columns of unique ones.
    frequent = f"max(struct_pack(n := n, v := v), {_FREQUENT}) FILTER (n > 1 AND state >= {INVALID})"
    unread = f"max(struct_pack(n := n, v := v), {_FREQUENT}) FILTER (state = {INVALID})"
    evidence = "".join(f", sum(n) FILTER ({test})" for test in kind.evidence.values())
    return (
        f"SELECT sum(n), sum(n) FILTER (state = {BLANK}), sum(n) FILTER (state = {PLACEHOLDER}), "
        f"sum(n) FILTER (state = {INVALID}), count(characters), min(characters), max(characters), "
        f"{as_text[0]}, {as_text[1]}, {frequent}, {unread}{evidence} "
        f"FROM (SELECT *, CASE WHEN state >= {INVALID} THEN length(t) END AS characters FROM {cells})",
        parameters,
    )
