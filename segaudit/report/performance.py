"""What segments came to, on paper: the table segments x metrics, the verdicts, what they may rest on."""

from dataclasses import asdict
from typing import Any

from segaudit.model.performance import (
    Comparison,
    Confounding,
    Estimate,
    Metric,
    MetricKind,
    MetricTable,
    PerformanceResult,
    SchemaPerformance,
    Standing,
    Stratification,
)
from segaudit.report.document import Cell, Column, Document, Heading, Table, Text, Tone, cells
from segaudit.report.safety import shown
from segaudit.report.segments import rules_json
from segaudit.report.sources import reading_texts, source_json, source_line

Blocks = list[Heading | Text | Table]
_TONES = {Standing.BETTER: Tone.GOOD, Standing.WORSE: Tone.BAD, Standing.EQUIVALENT: Tone.PLAIN}
_CORRECTIONS = {"holm": "Holm", "bh": "Benjamini-Hochberg"}
_UNITS = {
    "record": "Rates are of records: a person who was written to three times counts once, because what one person does "
    "three times is not what three people do.",
    "send": "Rates are of sends. Sends to one person are alike: intervals are wider than their number suggests.",
}
_OUTCOMES = {Confounding.TURNS: Tone.BAD, Confounding.FADES: Tone.WARN, Confounding.HOLDS: Tone.GOOD}
_TENS, _LARGE = 0.1, 100


def performance_document(result: PerformanceResult) -> Document:
    """Return what segments came to, as people read it; the first table has every figure."""
    blocks: Blocks = [
        Heading(text=f"Performance of the segments of {shown(result.source.name, longest=200)}"),
        Text(text=f"{source_line(result.source)}; as of {result.as_of.isoformat()}"),
        *reading_texts(result.source),
        Text(text=_UNITS[result.unit]),
        *(Text(text=note, tone=Tone.WARN) for note in result.notes),
    ]
    measured = [schema for schema in result.schemas if schema.tables and _filled(schema) > 1]
    idle = [schema.schema for schema in result.schemas if schema not in measured]
    if idle and result.schemas:
        blocks.append(Text(text=f"Nothing to compare, for all are in one segment or in none: {', '.join(idle)}."))
    if measured:
        blocks.append(_figures(measured))
    for schema in measured:
        blocks += _schema_blocks(schema, result)
    blocks += _directional(result)
    blocks += _not_computable(result)
    return Document(blocks=tuple(blocks))


def _filled(schema: SchemaPerformance) -> int:
    return sum(members > 0 for _, members in schema.segments)


def _figures(schemas: list[SchemaPerformance]) -> Table:
    """Return all figures, one line for each segment and metric."""
    columns = (
        Column(title="Schema"),
        Column(title="Metric"),
        Column(title="Segment"),
        Column(title="Of", numeric=True),
        Column(title="Hits", numeric=True, optional=True),
        Column(title="Figure", numeric=True),
        Column(title="95% interval", numeric=True),
        Column(title="Small: drawn in", numeric=True, optional=True),
        Column(title="Verdict"),
    )
    rows = []
    for schema in schemas:
        filled = [name for name, members in schema.segments if members]
        for name, members in schema.segments:
            rows.append(cells([schema.schema, "Members", name, "", "", f"{members:,}", "", "", ""]))
        for table in schema.tables:
            rows += [_figure(schema, table, estimate) for estimate in table.estimates if estimate.segment in filled]
    return Table(columns=columns, rows=tuple(rows))


def _figure(schema: SchemaPerformance, table: MetricTable, estimate: Estimate) -> tuple[Cell, ...]:
    metric = table.metric
    said = schema.against_reference(metric.id, estimate.segment)
    verdict = Cell(_against(said), _TONES.get(said.standing, Tone.QUIET)) if said else Cell("", Tone.QUIET)
    return cells(
        [
            schema.schema,
            f"{metric.name} (directional)" if metric.directional else metric.name,
            estimate.segment,
            f"{estimate.n:,}",
            "" if estimate.hits is None else f"{estimate.hits:,}",
            _number(estimate.value, metric),
            _interval(estimate.low, estimate.high, metric),
            _number(estimate.shrunk, metric) if estimate.shrunk is not None else "",
            verdict,
        ]
    )


def _against(said: Comparison) -> str:
    return f"{said.standing.value}, against {said.against}" if said.standing in _TONES else said.standing.value


def _number(value: float | None, metric: Metric) -> str:
    if value is None:
        return "-"
    match metric.kind:
        case MetricKind.RATE:
            return _share(value)
        case MetricKind.DAYS:
            return f"{value:,.0f} days"
        case _:
            return f"{value:,.0f}" if abs(value) >= _LARGE else f"{value:,.2f}"


def _share(value: float) -> str:
    return f"{value:.2%}" if abs(value) < _TENS else f"{value:.1%}"


def _interval(low: float | None, high: float | None, metric: Metric) -> str:
    if low is None:
        return ""
    return f"{_number(low, metric)} to {_number(high, metric)}" if high is not None else f"from {_number(low, metric)}"


def _schema_blocks(schema: SchemaPerformance, result: PerformanceResult) -> Blocks:
    name = _CORRECTIONS[result.correction]
    blocks: Blocks = [Heading(text=f"{schema.schema}: what may be said")]
    blocks += [Text(text=note, tone=Tone.WARN) for note in schema.notes]
    blocks.append(
        Text(
            text=f"{schema.family:,} comparisons, corrected together by {name} at {result.alpha:g}; segments are "
            f"compared with {_reference(schema.reference)} and with each other."
        )
    )
    told = [item for item in schema.comparisons if item.standing in _TONES]
    if told:
        blocks.append(_verdicts(told, {table.metric.id: table.metric for table in schema.tables}))
    small = sum(item.standing is Standing.TOO_SMALL for item in schema.comparisons)
    if small:
        blocks.append(Text(text=f"Too small to say: {small:,} comparisons.", tone=Tone.QUIET))
    if schema.stratified is not None:
        blocks += _strata_blocks(schema.stratified)
    blocks += _diagnosis_blocks(schema)
    return blocks


def _reference(reference: str) -> str:
    words = {"rest": "the rest (the records of all other segments)", "best": "the best segment of each metric"}
    return words.get(reference, reference)


def _verdicts(told: list[Comparison], metrics: dict[str, Metric]) -> Table:
    columns = (
        Column(title="Metric"),
        Column(title="Segment"),
        Column(title="is"),
        Column(title="against"),
        Column(title="Difference", numeric=True),
        Column(title="95% interval", numeric=True, optional=True),
        Column(title="Why", optional=True),
    )
    rows = tuple(
        cells(
            [
                metrics[item.metric].name,
                item.segment,
                Cell(item.standing.value, _TONES[item.standing]),
                item.against,
                _difference(item.difference, metrics[item.metric]),
                _between(item, metrics[item.metric]),
                item.reason,
            ]
        )
        for item in told
    )
    return Table(columns=columns, rows=rows)


def _difference(value: float | None, metric: Metric) -> str:
    if value is None:
        return ""
    if metric.kind is MetricKind.RATE:
        return f"{100 * value:+.2f} points"
    sign = "+" if value >= 0 else "-"
    return sign + _number(abs(value), metric)


def _between(item: Comparison, metric: Metric) -> str:
    if item.low is None or item.high is None:
        return ""
    return f"{_difference(item.low, metric)} to {_difference(item.high, metric)}"


def _strata_blocks(found: Stratification) -> Blocks:
    field = shown(found.field)
    why = "as asked" if found.chosen else "the field that goes most with segment and outcome"
    blocks: Blocks = [
        Text(
            text=f"Like compared with like, by {field} ({why}: V {found.with_segment:.2f} with the segment, "
            f"{found.with_outcome:.2f} with {found.outcome or 'an outcome'}). Another field: --stratify FIELD."
        )
    ]
    if not found.comparisons:
        return [*blocks, Text(text="There is no verdict on a rate to look at.", tone=Tone.QUIET)]
    columns = tuple(Column(title=title) for title in ("Metric", "Segment", "Verdict", f"Within {field}", "Why"))
    rows = tuple(
        cells(
            [
                item.metric,
                item.segment,
                f"{item.crude.value}, against {item.against}",
                Cell(item.outcome.value, _OUTCOMES.get(item.outcome, Tone.QUIET)),
                item.reason,
            ]
        )
        for item in found.comparisons
    )
    return [*blocks, Table(columns=columns, rows=rows)]


def _diagnosis_blocks(schema: SchemaPerformance) -> Blocks:
    if not schema.diagnoses:
        return []
    columns = (Column(title="Weak segment"), Column(title="Look at"), Column(title="Because"))
    rows = tuple(cells([item.segment, Cell(item.cause, Tone.WARN), item.reason]) for item in schema.diagnoses)
    return [Table(columns=columns, rows=rows)]


def _directional(result: PerformanceResult) -> Blocks:
    metrics = {table.metric.id: table.metric for schema in result.schemas for table in schema.tables}
    return [
        Text(text=f"{metric.name} is directional: {metric.directional}.", tone=Tone.WARN)
        for metric in metrics.values()
        if metric.directional
    ]


def _not_computable(result: PerformanceResult) -> Blocks:
    if not result.not_computable:
        return []
    columns = (Column(title="Not computable"), Column(title="Because"))
    rows = tuple(cells([item.name, item.reason]) for item in result.not_computable)
    return [Table(columns=columns, rows=rows)]


def performance_json(result: PerformanceResult) -> dict[str, Any]:
    """Return what segments came to, as JSON-ready values."""
    return {
        "schema_version": "1",
        "command": "performance",
        "source": source_json(result.source),
        "rules": rules_json(result.rules),
        "metrics_file": result.metrics.file,
        "as_of": result.as_of.isoformat(),
        "absent_fields": list(result.absent_fields),
        "unit": result.unit,
        "alpha": result.alpha,
        "correction": _CORRECTIONS[result.correction],
        "schemas": [_schema_json(schema) for schema in result.schemas],
        "not_computable": [asdict(item) for item in result.not_computable],
        "notes": list(result.notes),
    }


def _schema_json(schema: SchemaPerformance) -> dict[str, Any]:
    return {
        "schema": schema.schema,
        "segments": [{"id": name, "members": members} for name, members in schema.segments],
        "reference": schema.reference,
        "comparisons_corrected_together": schema.family,
        "metrics": [_metric_json(table) for table in schema.tables],
        "comparisons": [asdict(item) for item in schema.comparisons],
        "stratified": asdict(schema.stratified) if schema.stratified else None,
        "diagnoses": [asdict(item) for item in schema.diagnoses],
        "notes": list(schema.notes),
    }


def _metric_json(table: MetricTable) -> dict[str, Any]:
    metric = table.metric
    return {
        "id": metric.id,
        "name": metric.name,
        "kind": metric.kind.value,
        "good": "higher" if metric.higher_is_better else "lower",
        "directional": bool(metric.directional),
        "source": table.source,
        "denominator": table.denominator,
        "margin_relative": metric.margin,
        "segments": [asdict(estimate) for estimate in table.estimates],
        "all": asdict(table.rest) if table.rest else None,
        "notes": list(table.notes),
    }
