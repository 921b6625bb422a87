"""The verb that says which missing fields are worth filling, and in which records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

from segaudit.audit.borrowing import with_company_fields
from segaudit.audit.opening import InputChoices, OpenedInput, engine_chosen, open_input, today
from segaudit.audit.preparing import as_provided
from segaudit.audit.relating import Related, noted, open_related
from segaudit.audit.ruling import load_rules, word_lists
from segaudit.engine.protocol import Engine
from segaudit.files import check_output
from segaudit.ingest.columns.rulefields import declare_fields
from segaudit.ingest.files.paths import named_files
from segaudit.model.enrichment import (
    EnrichmentResult,
    FieldState,
    Need,
    PlanStep,
    StandIn,
)
from segaudit.model.fields import CatalogueField, ColumnReading
from segaudit.model.segments import RuleBook
from segaudit.segments.enrichment import add_up, best_sets, fill_order, find_spreads, measure_schema
from segaudit.segments.enrichment_effort import effort_of
from segaudit.segments.enrichment_list import find_errands, needs_of, write_list
from segaudit.segments.enrichment_standins import Ground, count_distinct, find_stand_ins, possible_stand_ins
from segaudit.segments.enrichment_tables import CLAUSES, create_clauses, find_patterns, state_column
from segaudit.segments.program import Program, build_program
from segaudit.sql.cells import INVALID, OK, PLACEHOLDER
from segaudit.sql.mixed_lists import read_mixed_lists
from segaudit.sql.records import RecordSource


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOutput:
    """The enrichment list to write."""

    path: str
    force: bool = False  # replace the file if there is one


def enrich(
    path: str | Sequence[str],
    choices: InputChoices | None = None,
    output: ListOutput | None = None,
    *,
    as_of: date | None = None,
) -> EnrichmentResult:
    """Count what filling each missing field would decide, and say in which order to fill them.

    Args:
        path: CSV, TSV, workbook or Parquet file; ``-`` is standard input. Several are parts of one table.
        choices: What to read it with, and which rules.
        output: Where to write what to fill in which record; None for nowhere.
        as_of: Day that rules count from; today if not given.

    Raises:
        SegauditError: The file or the rules cannot be read, or the list cannot be written.
    """
    choices = choices or InputChoices()
    if output is not None:
        check_output(Path(output.path), inputs=named_files(path), force=output.force)
    with engine_chosen(choices) as engine:
        rules = load_rules(choices.rules)
        day = as_of or today()
        opened = open_input(path, choices, engine, ordered=True, declare=partial(declare_fields, rules.fields))
        related = open_related(opened, choices.related, rules, choices, engine)
        return enrich_opened(noted(opened, related), related, rules, day, output, engine)


def enrich_opened(  # noqa: PLR0913, PLR0917 - a file, what it is held against, and where the list goes
    opened: OpenedInput, related: Related, rules: RuleBook, day: date, output: ListOutput | None, engine: Engine
) -> EnrichmentResult:
    """Count the same of a file that is open, its columns as the rules declare them."""
    opened = with_company_fields(opened, related, engine)
    by_field = {reading.column.field: reading for reading in opened.readings if reading.column.field}
    readings = {name: by_field[name] for name in rules.fields if name in by_field}
    program = build_program(as_provided(rules, readings), day, word_lists(opened.location))
    return _measured(program, opened, readings, related, output, engine)


def _measured(  # noqa: PLR0913, PLR0917 - as above
    program: Program,
    opened: OpenedInput,
    readings: Mapping[str, ColumnReading],
    related: Related,
    output: ListOutput | None,
    engine: Engine,
) -> EnrichmentResult:
    rules, source = program.rules, opened.source
    data = RecordSource(
        source=source,
        fields=opened.fields,
        readings=readings,
        placeholders=opened.placeholders,
        related=related.rows,
    )
    data, _ = read_mixed_lists(data, rules.fields.values(), engine)
    fields = create_clauses(program, data, engine)
    patterns = find_patterns(program, fields, engine)
    spreads = find_spreads(patterns, fields, engine)
    schemas = tuple(measure_schema(item, program, spreads) for item in patterns)
    overall = add_up(schemas)
    states = _states(program, readings, fields, source.rows, engine)
    candidates = possible_stand_ins(
        opened.readings,
        count_distinct(opened.readings, source, engine),
        source,
        word_lists(opened.location)["is_free_mail"],
    )
    stand_ins = find_stand_ins(
        overall,
        Ground(rules=rules, source=source, patterns=patterns, fields=fields, engine=engine),
        readings,
        candidates,
    )
    absent = frozenset(name for name in fields if name not in readings)
    errands = find_errands(patterns, absent, {gain.field: gain.matters for gain in overall}, engine)
    needs = needs_of(patterns)
    result = EnrichmentResult(
        source=source,
        rules=rules,
        as_of=program.as_of,
        absent_fields=tuple(sorted(absent)),
        records_open=sum(item.rows for item in errands),
        schemas=schemas,
        overall=overall,
        best=best_sets(needs, absent),
        states=states,
        stand_ins=stand_ins,
        plan=_plan(needs, states, stand_ins, opened.catalogue),
        waiting=sum(item.rows for item in errands if not item.fields),
    )
    if output is None:
        return result
    written = write_list(Path(output.path), errands, source, readings, engine)
    return replace(result, list_path=output.path, list_rows=written)


def _states(
    program: Program, readings: Mapping[str, ColumnReading], fields: Sequence[str], rows: int, engine: Engine
) -> tuple[FieldState, ...]:
    """Count how the fields the rules read are filled."""
    if not fields:
        return ()
    counts = []
    for name in fields:
        state = state_column(fields, name)
        own = [key for key, clause in program.clauses.clauses.items() if clause.field == name]
        unknown = " OR ".join(f"{key} IS NULL" for key in own) or "FALSE"
        counts += [
            f"count_if({state} <= {PLACEHOLDER})",
            f"count_if({state} = {INVALID})",
            f"count_if({state} = {OK} AND ({unknown}))",
        ]
    row = [int(count or 0) for count in engine.fetch(f"SELECT {', '.join(counts)} FROM {CLAUSES}")[0]]
    return tuple(
        FieldState(
            field=name,
            header=readings[name].column.header.strip() if name in readings else None,
            rows=rows,
            missing=row[3 * index],
            unreadable=row[3 * index + 1],
            inexact=row[3 * index + 2],
        )
        for index, name in enumerate(fields)
    )


def _plan(
    needs: Sequence[Need],
    states: Sequence[FieldState],
    stand_ins: Sequence[StandIn],
    catalogue: Mapping[str, CatalogueField],
) -> tuple[PlanStep, ...]:
    """Return the order to fill fields in, with where their values can come from."""
    by_name = {state.field: state for state in states}
    agrees: dict[str, float] = {}
    for item in stand_ins:
        agrees[item.field] = max(agrees.get(item.field, 0.0), item.share_agrees)
    left = sum(need.rows for need in needs)
    steps = []
    for step in fill_order(needs):
        left -= step.decides
        efforts = tuple(
            (name, effort_of(by_name[name], catalogue.get(name), agrees=agrees.get(name, 0.0))) for name in step.fields
        )
        steps.append(PlanStep(fields=step.fields, decides=step.decides, places=step.places, left=left, efforts=efforts))
    return tuple(steps)
