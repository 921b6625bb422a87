"""The verb that says what is wrong with a table, where, how sure it is, and what to do."""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from segaudit.audit.gates import export_checks, judge_by_gate, open_gate, write_docs
from segaudit.audit.opening import InputChoices, OpenedInput, engine_chosen, open_input, today
from segaudit.audit.ruling import word_lists
from segaudit.audit.schemas import SCHEMA_FAILURES, export_contract, judge_by_schema
from segaudit.engine.protocol import Engine
from segaudit.files import check_output
from segaudit.ingest.files.paths import named_files
from segaudit.model.fields import CatalogueField, ColumnReading
from segaudit.model.quality import Check, ColumnRemark, Suspicion
from segaudit.model.quality_result import QualityResult
from segaudit.model.segments import RuleField
from segaudit.quality.contract import absent_field, compile_contract, fields_of
from segaudit.quality.contract_judge import CELL_FAILURES, ROW_FAILURES, create_failures
from segaudit.quality.coverage import measure_columns
from segaudit.quality.data import QualityData
from segaudit.quality.finders import FINDERS
from segaudit.quality.findings import judge_issues
from segaudit.quality.fixes import write_fixes, write_issues
from segaudit.quality.issues import Failures, count_issues, create_issues
from segaudit.rulebook.checks import load_checks
from segaudit.sql.records import RecordSource

# Bytes: pandas, polars, pandera and pyarrow, what they hold of a batch of rows, and what the finders found.
_LIBRARIES = 650_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityOutputs:
    """Files to write beside the result; None: not asked for."""

    issues: str | None = None
    fixes: str | None = None  # folder
    contract: str | None = None  # the row contract the table suggests: .yaml or .py
    suite: str | None = None  # the checks of rows for great_expectations elsewhere
    data_docs: str | None = None  # folder of pages with what great_expectations says
    force: bool = False  # replace what is there


def quality(  # noqa: PLR0913 - each is a choice of its own
    path: str | Sequence[str],
    choices: InputChoices | None = None,
    outputs: QualityOutputs | None = None,
    *,
    as_of: date | None = None,
    schema: str | None = None,
    gate: str | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> QualityResult:
    """Check a table's quality.

    Args:
        path: CSV, TSV, workbook or Parquet file; ``-`` is standard input. Several are parts of one table.
        choices: What to read it with.
        outputs: What to write.
        as_of: Day that checks count from; today if not given.
        schema: A client's own pandera schema, whose rules are checked besides.
        gate: Thresholds, or a suite of great_expectations, to hold the source against.
        progress: Told what is being done.

    Raises:
        SegauditError: The file or the checks cannot be read, or an output cannot be written.
    """
    choices, outputs = choices or InputChoices(), outputs or QualityOutputs()
    _check_outputs(path, outputs)
    wanted = open_gate(gate) if gate is not None else None  # a mistake in it is told before a large file is read
    day = as_of or today()
    with engine_chosen(choices, beside=_LIBRARIES) as engine:
        opened = open_input(path, choices, engine, ordered=True)
        data = measure_quality_data(opened, day, engine)
        result, run = check_quality(opened, data, schema, progress)
        if outputs.issues is not None:
            write_issues(Path(outputs.issues), result.checks, data, engine)
        if outputs.fixes is not None:
            write_fixes(Path(outputs.fixes), data, engine, inputs=named_files(path), force=outputs.force)
        if outputs.contract is not None:
            export_contract(outputs.contract, data)
        if outputs.suite is not None:
            result = replace(result, left_out=export_checks(Path(outputs.suite), run, data, _by_name(data.readings)))
        if wanted is not None:
            progress("Judging the gate")
            result = judge_by_gate(wanted, result, data, choices.rules)
        if outputs.data_docs is not None:
            write_docs(result, Path(outputs.data_docs))
        return result


def check_quality(
    opened: OpenedInput, data: QualityData, schema: str | None, progress: Callable[[str], None]
) -> tuple[QualityResult, tuple[Check, ...]]:
    """Check a table that is open and measured; its issues stand in the engine afterwards.

    Returns:
        What was found, and the checks of the rules that were run: those of a ``schema`` are not among them.
    """
    known = _known(opened.catalogue)
    checks = load_checks(opened.location.quality_files(), known, _present(data.readings), tuple(FINDERS))
    run, not_run = _runnable(checks, data.readings, opened.catalogue)
    with _without_collector():
        return replace(_judged(run, data, known, opened, schema, progress), not_run=not_run), run


@contextmanager
def _without_collector() -> Iterator[None]:
    """Keep Python's search for cycles away: it looks again and again at all that was found, where there are none."""
    is_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_on:
            gc.enable()


def _check_outputs(path: str | Sequence[str], outputs: QualityOutputs) -> None:
    for output in (outputs.issues, outputs.contract, outputs.suite):
        if output is not None:
            check_output(Path(output), inputs=named_files(path), force=outputs.force)


def measure_quality_data(opened: OpenedInput, day: date, engine: Engine) -> QualityData:
    """Return an opened table as finders see it: each column grouped once, measured, and read as all rows suggest."""
    settled = measure_columns(opened.source, opened.readings, opened.fields, opened.placeholders, engine, keep=True)
    return QualityData(
        source=opened.source,
        fields=opened.fields,
        readings=tuple(reading for reading, _ in settled),
        coverage={reading.column.position: measures for reading, measures in settled},
        placeholders=opened.placeholders,
        as_of=day,
        location=opened.location,
        engine=engine,
    )


def _known(catalogue: Mapping[str, CatalogueField]) -> dict[str, RuleField]:
    return {name: RuleField(name=name, type=item.type) for name, item in catalogue.items()}


def _name(reading: ColumnReading) -> str:
    """Return what checks call a column: its field, or a name of its own."""
    return reading.column.field or f"column_{reading.column.position}"


def _by_name(readings: Sequence[ColumnReading]) -> dict[str, ColumnReading]:
    return {_name(reading): reading for reading in readings}


def _present(readings: Sequence[ColumnReading]) -> dict[str, RuleField]:
    return {_name(reading): RuleField(name=_name(reading), type=reading.type) for reading in readings}


def _runnable(
    checks: Sequence[Check], readings: Sequence[ColumnReading], catalogue: Mapping[str, CatalogueField]
) -> tuple[tuple[Check, ...], tuple[tuple[str, str], ...]]:
    """Part the checks into those that can be run and those that cannot, with the reason."""
    by_name = _by_name(readings)
    run, not_run = [], []
    for check in checks:
        reason = _lacking(check, by_name, catalogue) if check.expect is not None else ""
        if check.expect is None and not check.finder:
            reason = "no column is of the kind it is for"
        if reason:
            not_run.append((check.id, reason))
        else:
            run.append(check)
    return tuple(run), tuple(not_run)


def _lacking(check: Check, by_name: Mapping[str, ColumnReading], catalogue: Mapping[str, CatalogueField]) -> str:
    """Return why a check of the row contract cannot be run; nothing if it can."""
    absent = absent_field(check, by_name)
    if absent is not None:
        return f"no column provides {absent}"
    for name in fields_of(check):
        if name in by_name and name in catalogue and catalogue[name].type is not by_name[name].type:
            return f"{name} is read as {by_name[name].type.value}"
    return ""


def _judged(  # noqa: PLR0913, PLR0917 - all that was decided before it
    run: tuple[Check, ...],
    data: QualityData,
    known: Mapping[str, RuleField],
    opened: OpenedInput,
    schema: str | None,
    progress: Callable[[str], None],
) -> QualityResult:
    """Run the checks and judge what they found."""
    progress("Checking rows")
    failures, checked = _check_rows(run, data, known)
    suspicions: list[tuple[int, Suspicion]] = []
    remarks: list[tuple[int, ColumnRemark]] = []
    for place, check in enumerate(run):
        if check.finder:
            progress(f"Looking for {check.title[0].lower()}{check.title[1:]}")
            for found in FINDERS[check.finder](data, check):
                if isinstance(found, Suspicion):
                    suspicions.append((place, found))
                else:
                    remarks.append((place, found))
    if schema is not None:
        progress("Checking the schema")
        own, positions, said = judge_by_schema(schema, data, data.engine)
        failures += [
            Failures(table=SCHEMA_FAILURES, index=index, check=len(run) + index, position=position, confidence=1.0)
            for index, position in enumerate(positions)
        ]
        run = (*run, *own, *(check for check, _ in said))
        remarks += [(len(run) - len(said) + number, remark) for number, (_, remark) in enumerate(said)]
    yielding = {
        place: int(str(check.settings["yields"])) for place, check in enumerate(run) if "yields" in check.settings
    }
    create_issues(data.source, failures, suspicions, yielding, data.engine)
    findings = judge_issues(
        run,
        count_issues(data.engine),
        remarks,
        checked=checked,
        coverage=data.coverage,
        readings=data.readings,
        catalogue=opened.catalogue,
    )
    return QualityResult(
        source=data.source, fields=data.fields, as_of=data.as_of, checks=run, not_run=(), findings=findings
    )


def _check_rows(
    run: tuple[Check, ...], data: QualityData, known: Mapping[str, RuleField]
) -> tuple[list[Failures], dict[int, int]]:
    """Run the row contract; return where its failures are, and of how many rows each check can be told."""
    fields = {**known, **_present(data.readings)}
    contract = compile_contract(run, fields, data.as_of, word_lists(data.location))
    positions = {_name(reading): reading.column.position for reading in data.readings}
    records = RecordSource(
        source=data.source,
        fields=data.fields,
        readings=_by_name(data.readings),
        placeholders=data.placeholders,
        classified=True,
    )
    judged = create_failures(contract, records, fields, data.engine)
    order = {id(check): place for place, check in enumerate(run)}
    places = [order[id(item.check)] for item in contract.checks]
    failures = [
        Failures(
            table=CELL_FAILURES if found.of_cells else ROW_FAILURES,
            index=item.place,
            check=place,
            position=positions[item.check.column],
            confidence=item.check.confidence,
            of_cells=found.of_cells,
        )
        for item, place, found in zip(contract.checks, places, judged, strict=True)
        if found.rows_failed
    ]
    return failures, {place: found.rows_checked for place, found in zip(places, judged, strict=True)}
