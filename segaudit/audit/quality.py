"""The verb that says what is wrong with a table, where, how sure it is, and what to do."""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from segaudit.audit.gates import export_checks, judge_by_gate, open_gate, write_docs
from segaudit.audit.looking import by_name, present_fields, run_checks
from segaudit.audit.opening import InputChoices, OpenedInput, engine_chosen, open_input, today
from segaudit.audit.schemas import SCHEMA_FAILURES, export_contract, judge_by_schema
from segaudit.engine.protocol import Engine
from segaudit.files import check_output
from segaudit.ingest.files.paths import named_files
from segaudit.model.fields import CatalogueField, ColumnReading
from segaudit.model.quality import Check
from segaudit.model.quality_result import QualityResult
from segaudit.model.segments import RuleField
from segaudit.quality.contract import absent_field, fields_of
from segaudit.quality.contract_judge import load_pandera
from segaudit.quality.coverage import measure_columns
from segaudit.quality.data import QualityData
from segaudit.quality.finders import FINDERS
from segaudit.quality.findings import judge_issues
from segaudit.quality.fixes import write_fixes, write_issues
from segaudit.quality.issues import Failures, count_issues, create_issues
from segaudit.rulebook.checks import load_checks

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
        opened = _open_input(path, choices, engine)
        data = measure_quality_data(opened, day, engine)
        result, run = check_quality(opened, data, schema, progress)
        if outputs.issues is not None:
            write_issues(Path(outputs.issues), result.checks, data, engine)
        if outputs.fixes is not None:
            write_fixes(Path(outputs.fixes), data, engine, inputs=named_files(path), force=outputs.force)
        if outputs.contract is not None:
            export_contract(outputs.contract, data)
        if outputs.suite is not None:
            result = replace(result, left_out=export_checks(Path(outputs.suite), run, data, by_name(data.readings)))
        if wanted is not None:
            progress("Judging the gate")
            result = judge_by_gate(wanted, result, data, choices.rules)
        if outputs.data_docs is not None:
            write_docs(result, Path(outputs.data_docs))
        return result


def _open_input(path: str | Sequence[str], choices: InputChoices, engine: Engine) -> OpenedInput:
    """Read a file, and beside it import what its rows are judged by: a second that would be waited for afterwards."""
    # A thread of its own and none of the engine's: those share the cores with each other, and reading takes them all.
    with ThreadPoolExecutor(1) as beside:
        loaded = beside.submit(load_pandera)
        opened = open_input(path, choices, engine, ordered=True)
        loaded.result()
    return opened


def check_quality(
    opened: OpenedInput, data: QualityData, schema: str | None, progress: Callable[[str], None]
) -> tuple[QualityResult, tuple[Check, ...]]:
    """Check a table that is open and measured; its issues stand in the engine afterwards.

    Returns:
        What was found, and the checks of the rules that were run: those of a ``schema`` are not among them.
    """
    known = _known(opened.catalogue)
    checks = load_checks(opened.location.quality_files(), known, present_fields(data.readings), tuple(FINDERS))
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


def _runnable(
    checks: Sequence[Check], readings: Sequence[ColumnReading], catalogue: Mapping[str, CatalogueField]
) -> tuple[tuple[Check, ...], tuple[tuple[str, str], ...]]:
    """Part the checks into those that can be run and those that cannot, with the reason."""
    named = by_name(readings)
    run, not_run = [], []
    for check in checks:
        reason = _lacking(check, named, catalogue) if check.expect is not None else ""
        if check.expect is None and not check.finder:
            reason = "no column is of the kind it is for"
        if reason:
            not_run.append((check.id, reason))
        else:
            run.append(check)
    return tuple(run), tuple(not_run)


def _lacking(check: Check, named: Mapping[str, ColumnReading], catalogue: Mapping[str, CatalogueField]) -> str:
    """Return why a check of the row contract cannot be run; nothing if it can."""
    absent = absent_field(check, named)
    if absent is not None:
        return f"no column provides {absent}"
    for name in fields_of(check):
        if name in named and name in catalogue and catalogue[name].type is not named[name].type:
            return f"{name} is read as {named[name].type.value}"
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
    found = run_checks(run, data, known, FINDERS, progress)
    failures, remarks = found.failures, found.remarks
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
    always = {place for place, check in enumerate(run) if check.expect is not None and place not in yielding}
    create_issues(data.source, failures, found.suspicions, yielding, data.engine, always=always)
    findings = judge_issues(
        run,
        count_issues(data.engine),
        remarks,
        checked=found.checked,
        coverage=data.coverage,
        readings=data.readings,
        catalogue=opened.catalogue,
    )
    return QualityResult(
        source=data.source, fields=data.fields, as_of=data.as_of, checks=run, not_run=(), findings=findings
    )
