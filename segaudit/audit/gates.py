"""The acceptance gate: an audit's figures against thresholds, or its rows against a suite a data team wrote."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from segaudit.audit.ruling import load_rules, word_lists
from segaudit.engine.protocol import Engine
from segaudit.errors import InputError
from segaudit.files import whole_file
from segaudit.ingest.columns.rulefields import declare_fields
from segaudit.ingest.columns.types import find_types
from segaudit.interop.expectations.data_docs import write_data_docs
from segaudit.interop.expectations.export import export_suite
from segaudit.interop.expectations.frames import ClientTable
from segaudit.interop.expectations.gates import judge_gate, judge_metric_suite
from segaudit.interop.expectations.opening import is_about_metrics, read_gate
from segaudit.interop.expectations.running import run_suite
from segaudit.interop.expectations.suites import Suite
from segaudit.model.fields import ColumnReading
from segaudit.model.gates import LeftOut, Metric, SuiteRun, Threshold
from segaudit.model.quality import Check, Dimension, QualityFinding, Severity
from segaudit.model.quality_result import QualityResult
from segaudit.quality.data import QualityData
from segaudit.segments.decide import create_decisions
from segaudit.segments.overlap import measure_overlap
from segaudit.segments.program import build_program
from segaudit.sql.records import RecordSource

# Figures of the file, of each column, of each check, and of each schema or segment ("size", "size.smb").
FILE_METRICS = ("rows", "columns", "errors", "warnings", "share_duplicates")
COLUMN_METRICS = ("share_filled", "share_usable", "share_invalid", "share_placeholder", "distinct")
CHECK_METRICS = ("rows_failed", "rows_certain", "share_failed")
SEGMENT_METRICS = ("members", "share_members", "unplaced", "undecided", "conflicts", "share_unplaced")
METRICS = (*FILE_METRICS, *COLUMN_METRICS, *CHECK_METRICS, *SEGMENT_METRICS)
_KEYS = ("record_id", "contact_id", "company_id", "deal_id", "activity_id")
_NEARLY_ALL = 0.99
_FIRST_ROWS = 10
_DUPLICATES = "quality.duplicate-rows"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What --gate names, read before the data is."""

    path: str
    thresholds: tuple[Threshold, ...] = ()
    suite: Suite | None = None

    @property
    def asks_for_segments(self) -> bool:
        """Tell whether segments have to be decided for it."""
        return any(threshold.metric in SEGMENT_METRICS for threshold in self.thresholds)


def open_gate(path: str) -> Gate:
    """Read a gate file: thresholds in YAML, or a suite of great_expectations in JSON.

    Raises:
        SegauditError: The file cannot be read, or what is in it is neither.
    """
    found = read_gate(Path(path), METRICS)
    if isinstance(found, Suite):
        return Gate(path=path, suite=found)
    return Gate(path=path, thresholds=found)


def measure_figures(result: QualityResult, data: QualityData, rules: str | None, gate: Gate) -> tuple[Metric, ...]:
    """Return the figures of an audit; those of segments only if the gate asks for one."""
    segments = _of_segments(data, rules) if gate.asks_for_segments else ()
    return (*_of_file(result), *_of_columns(data), *_of_checks(result), *segments)


def judge_by_gate(gate: Gate, result: QualityResult, data: QualityData, rules: str | None) -> QualityResult:
    """Return a result with how it stands against a gate.

    Args:
        gate: From open_gate.
        result: What was found.
        data: What it was found in.
        rules: Where the segments are declared, if the gate asks for one.

    Raises:
        SegauditError: The suite is about figures and about rows, or the file is too large for pandas and not on Spark.
    """
    metrics = measure_figures(result, data, rules, gate)
    if gate.suite is None:
        return replace(result, gate=judge_gate(metrics, gate.thresholds))
    if is_about_metrics(gate.suite, metrics, data.source.headers):
        return replace(result, gate=judge_metric_suite(metrics, gate.suite))
    run = run_suite(gate.suite, _table(data))
    return replace(result, suite=run, findings=(*result.findings, *_findings(run, data)))


def _table(data: QualityData) -> ClientTable:
    return ClientTable(source=data.source, readings=data.readings, placeholders=data.placeholders, engine=data.engine)


def _findings(run: SuiteRun, data: QualityData) -> Iterator[QualityFinding]:
    """Yield what a client's suite found, as findings beside our own."""
    headers = data.source.headers
    for item in run.results:
        if item.success:
            continue
        columns = tuple(name for name in (item.column or "").split(", ") if name in headers)
        told = item.problem or f"{item.unexpected_count:,} of {item.element_count:,} rows"
        yield QualityFinding(
            rule=f"suite.{item.number}-{item.type.removeprefix('expect_').replace('_', '-')}",
            dimension=Dimension.VALIDITY,
            severity=item.severity,
            title=f"Not as the suite {run.name} expects: {item.type.removeprefix('expect_').replace('_', ' ')}",
            message=told if item.observed is None else f"{told}; observed {item.observed}",
            columns=columns,
            positions=tuple(headers.index(name) + 1 for name in columns),
            rows_checked=item.element_count,
            rows_failed=item.unexpected_count,
            rows_certain=item.unexpected_count,
            first_rows=item.rows[:_FIRST_ROWS],
            examples=(),
            why=item.notes or "The client's own data team expects this.",
            mend="Mend the cells, or change the suite if it expects too much.",
        )


def export_checks(
    path: Path, checks: Sequence[Check], data: QualityData, readings: Mapping[str, ColumnReading]
) -> tuple[LeftOut, ...]:
    """Write the checks of rows as a suite for great_expectations elsewhere; return those it cannot say.

    Raises:
        OutputError: The file cannot be written.
    """
    unique = [name for name in _KEYS if name in readings and _is_key(data, readings[name])]
    suite = export_suite(
        [check for check in checks if check.expect is not None],
        _table(data),
        name=Path(data.source.name).stem,
        as_of=data.as_of,
        readings=readings,
        unique=unique,
    )
    with whole_file(path) as temporary:
        temporary.write_text(suite.text, encoding="utf-8")
    return tuple(suite.left_out)


def _is_key(data: QualityData, reading: ColumnReading) -> bool:
    """Tell whether a column of ids has each once, or nearly: then one that stands twice is a fault."""
    found = data.coverage[reading.column.position]
    return bool(found.rows) and found.distinct >= _NEARLY_ALL * found.rows


def write_docs(result: QualityResult, folder: Path) -> None:
    """Write what great_expectations says of the gate as pages that open offline.

    Raises:
        InputError: There was no gate, so there is nothing to show.
        OutputError: The folder cannot be written.
    """
    raw = [found.raw for found in (result.gate, result.suite) if found is not None]
    if not raw:
        raise InputError("there is nothing to show", where="--data-docs", hint="add --gate FILE")
    write_data_docs(raw, folder)


def _of_file(result: QualityResult) -> Iterator[Metric]:
    severities = [finding.severity for finding in result.findings]
    repeated = sum(finding.rows_failed for finding in result.findings if finding.rule == _DUPLICATES)
    yield Metric(name="rows", value=result.source.rows)
    yield Metric(name="columns", value=len(result.source.headers))
    yield Metric(name="errors", value=severities.count(Severity.ERROR))
    yield Metric(name="warnings", value=severities.count(Severity.WARNING))
    yield Metric(name="share_duplicates", value=_share(repeated, result.source.rows))


def _of_columns(data: QualityData) -> Iterator[Metric]:
    for reading in data.readings:
        found = data.coverage[reading.column.position]
        figures: Mapping[str, float | None] = {
            "share_filled": _share(found.filled, found.rows),
            "share_usable": _share(found.filled - found.invalid, found.rows),
            "share_invalid": _share(found.invalid, found.filled),
            "share_placeholder": _share(found.placeholder, found.rows),
            "distinct": found.distinct,
        }
        for name, value in figures.items():
            yield Metric(name=name, column=reading.column.header, field=reading.column.field, value=value)


def _of_checks(result: QualityResult) -> Iterator[Metric]:
    """Yield the figures of each check that was run; of several columns the rows add up, and the worst share counts."""
    by_check: dict[str, list[QualityFinding]] = {check.id: [] for check in result.checks}
    for finding in result.findings:
        by_check[finding.rule.removeprefix("quality.")].append(finding)
    for check, findings in by_check.items():
        yield Metric(name="rows_failed", column=check, value=sum(finding.rows_failed for finding in findings))
        yield Metric(name="rows_certain", column=check, value=sum(finding.rows_certain for finding in findings))
        share = max((finding.share_failed for finding in findings), default=0.0)
        yield Metric(name="share_failed", column=check, value=share)


def _of_segments(data: QualityData, path: str | None) -> Iterator[Metric]:
    rules = load_rules(path)
    program = build_program(rules, data.as_of, word_lists(data.location))
    engine: Engine = data.engine
    # The rules may name the column or the type of a field; the figures are those of `segaudit overlap`.
    fields = declare_fields(rules.fields, data.fields, data.source.name)
    readings = find_types(data.source, fields, data.placeholders, engine)
    records = RecordSource.of_rules(rules.fields, (data.source, fields, readings, data.placeholders))
    create_decisions(program, records, engine)
    for schema in measure_overlap(program, engine):
        unplaced = sum(item.rows for item in schema.unplaced)
        undecided = sum(item.rows for item in schema.unplaced if not item.decided)
        yield Metric(name="unplaced", column=schema.schema, value=unplaced)
        yield Metric(name="share_unplaced", column=schema.schema, value=_share(unplaced, data.source.rows))
        yield Metric(name="undecided", column=schema.schema, value=undecided)
        yield Metric(name="conflicts", column=schema.schema, value=schema.conflicts)
        for segment in schema.segments:
            name = f"{segment.schema}.{segment.segment}"
            yield Metric(name="members", column=name, value=segment.members)
            yield Metric(name="share_members", column=name, value=_share(segment.members, data.source.rows))
            yield Metric(name="undecided", column=name, value=segment.undecided)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
