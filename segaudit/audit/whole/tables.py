"""Each table by itself: coverage, quality, and who is twice in it, all measured over the one table that was read."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from segaudit.audit.identity import find_identity
from segaudit.audit.measuring import dated_columns
from segaudit.audit.opening import OpenedInput
from segaudit.audit.quality import check_quality, measure_quality_data
from segaudit.audit.whole.missing import measure_missing
from segaudit.audit.whole.samples import sample_entities
from segaudit.audit.whole.steps import Steps
from segaudit.audit.whole.writing import DataFiles
from segaudit.audit.workspace_opening import OpenedWorkspace
from segaudit.engine.protocol import Engine
from segaudit.model.audit import AuditedTable, EntitySample
from segaudit.model.coverage import CoverageResult
from segaudit.model.identity import IdentityResult
from segaudit.model.segments import RuleBook
from segaudit.model.workspace import WorkspaceTable
from segaudit.quality.coverage import judge_columns
from segaudit.quality.data import QualityData
from segaudit.quality.staleness import count_stale
from segaudit.rulebook.tables import load_cutoffs

MERGED_FROM = 0.9  # estimated precision from which a list of merges is written
EVENTS = frozenset({"deals", "activities", "campaign_outcomes"})  # kinds whose rows happen: two that are alike are two


def opened_table(workspace: OpenedWorkspace, table: WorkspaceTable) -> OpenedInput:
    """Return a table of a workspace as every verb takes one."""
    rules = workspace.rules
    return OpenedInput(
        source=table.source,
        fields=table.fields,
        readings=workspace.readings(table.name),
        catalogue=rules.catalogue,
        placeholders=tuple(rules.placeholders),
        location=rules.location,
    )


def audit_table(  # noqa: PLR0913, PLR0917 - what a table is judged by
    table: WorkspaceTable,
    opened: OpenedInput,
    rules: RuleBook,
    day: date,
    engine: Engine,
    files: DataFiles,
    steps: Steps,
) -> AuditedTable:
    """Judge a table by itself; its entities stand in the engine afterwards."""
    steps.begin("quality", f"Checking {table.name}")
    data = measure_quality_data(opened, day, engine)
    covered = _coverage(opened, data, rules, day, engine)
    quality, _ = check_quality(opened, data, None, steps.say)
    files.write_issues(table.name, quality.checks, data, engine)
    files.write_fixes(table.name, data, engine)
    missing = measure_missing(covered, opened.placeholders, engine, read=_read(rules))
    steps.end("quality")
    identity, samples = None, tuple[EntitySample, ...]()
    if table.kind not in EVENTS and opened.source.rows:
        steps.begin("identity", f"Looking for duplicates in {table.name}")
        identity, samples = _identity(table.name, opened, day, engine, files, steps)
        steps.end("identity")
    return AuditedTable(
        name=table.name,
        where=table.where,
        kind=table.kind,
        source=opened.source,
        coverage=covered,
        quality=quality,
        missing=missing,
        identity=identity,
        samples=samples,
    )


def _read(rules: RuleBook) -> Collection[str]:
    return frozenset(rules.fields_read())


def _coverage(opened: OpenedInput, data: QualityData, rules: RuleBook, day: date, engine: Engine) -> CoverageResult:
    """Return the coverage of columns that quality has measured."""
    readings = {reading.column.position: reading for reading in data.readings}
    stale = {
        position: count_stale(
            opened.source, (readings[position], readings[dating]), most, opened.placeholders, day, engine
        )
        for position, (dating, most) in dated_columns(opened, rules.fields).items()
    }
    cutoffs = load_cutoffs(opened.location)
    settled = [(reading, data.coverage[reading.column.position]) for reading in data.readings]
    return CoverageResult(
        source=opened.source,
        fields=opened.fields,
        cutoffs=cutoffs,
        as_of=day,
        columns=judge_columns(settled, opened.catalogue, cutoffs, stale),
    )


def _identity(  # noqa: PLR0913, PLR0917 - as above
    name: str, opened: OpenedInput, day: date, engine: Engine, files: DataFiles, steps: Steps
) -> tuple[IdentityResult, tuple[EntitySample, ...]]:
    run = find_identity(opened, day, engine, progress=steps.say)
    if run.result.of_events is not None or not run.result.in_several:
        return run.result, ()
    # A list of merges is carried out; one that is often wrong does harm that nobody takes back row by row.
    sure = run.result.precision.value >= MERGED_FROM
    survival = files.write_merges(name, opened, day, engine) if sure else None
    files.write_duplicates(name, opened, engine)
    samples = sample_entities(
        opened=opened,
        day=day,
        records=run.records,
        gathered=run.gathered,
        found=run.found,
        engine=engine,
        survived=survival is not None,
    )
    return replace(run.result, survival=survival), samples
