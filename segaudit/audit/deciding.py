"""The verbs that decide segments: overlap and assign."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

from segaudit.audit.opening import InputChoices, OpenedInput, open_input, today
from segaudit.audit.ruling import load_rules, word_lists
from segaudit.engine.duck import DuckEngine
from segaudit.engine.protocol import Engine
from segaudit.errors import OutputError
from segaudit.files import check_output
from segaudit.ingest.columns.rulefields import declare_fields
from segaudit.ingest.columns.types import find_types
from segaudit.ingest.files.paths import named_files
from segaudit.model.decisions import AssignResult, OverlapResult, Resolution
from segaudit.model.segments import RuleBook
from segaudit.model.source import Source
from segaudit.segments.decide import create_decisions, create_tags
from segaudit.segments.governance import judge_segments
from segaudit.segments.leakage import measure_leakage
from segaudit.segments.output import check_format, count_tags, write_tagged
from segaudit.segments.overlap import field_coverage, measure_overlap
from segaudit.segments.program import Program, build_program
from segaudit.segments.resolving import ENTITY_ID, count_relabelled, create_entity_tags
from segaudit.sql.records import RecordSource

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    """Rules, and a file to decide by them."""

    rules: RuleBook
    program: Program
    data: RecordSource
    day: date
    resolution: Resolution | None

    @property
    def source(self) -> Source:
        """The file."""
        return self.data.source

    def absent(self) -> tuple[str, ...]:
        """Return the fields rules read and no column provides."""
        return tuple(name for name in self.rules.fields_read() if name not in self.data.readings)


def overlap(
    path: str | Sequence[str],
    choices: InputChoices | None = None,
    *,
    as_of: date | None = None,
    resolve: bool | str = False,
    progress: Progress = lambda _: None,
) -> OverlapResult:
    """Decide the segments of every record and count how they divide the records.

    Args:
        path: CSV, TSV, workbook or Parquet file; ``-`` is standard input. Several are parts of one table.
        choices: What to read it with, and which rules.
        as_of: Day that rules count from; today if not given.
        resolve: Count by entity too, and tell which have records in different segments. True: find which records are
            one entity, as dedupe does; a text: the file its --clusters wrote.
        progress: Told what is being done.

    Raises:
        SegauditError: The file or the rules cannot be read, or the rules ask for a decision the data does not allow.
    """
    choices = choices or InputChoices()
    with _engine(choices, resolve) as engine:
        found = _prepare(path, choices, as_of, engine, resolve=resolve, progress=progress)
        create_decisions(found.program, found.data, engine)
        counts = measure_overlap(found.program, engine)
        if found.resolution is not None:
            counts = measure_leakage(found.program, counts, engine)
        findings = judge_segments(found.rules, counts, found.source.rows, field_coverage(found.program, engine))
        return OverlapResult(
            source=found.source,
            rules=found.rules,
            as_of=found.day,
            absent_fields=found.absent(),
            schemas=counts,
            findings=findings,
            resolution=found.resolution,
        )


def assign(  # noqa: PLR0913 - each is a choice of its own
    path: str | Sequence[str],
    output: str,
    choices: InputChoices | None = None,
    *,
    as_of: date | None = None,
    resolve: bool | str = False,
    force: bool = False,
    spreadsheet_safe: bool = False,
    progress: Progress = lambda _: None,
) -> AssignResult:
    """Write a copy of a file in which every record is tagged with its segments, and why.

    Args:
        path: CSV, TSV, workbook or Parquet file; ``-`` is standard input. Several are parts of one table.
        output: File to write: CSV, TSV, XLSX or Parquet, by its ending.
        choices: What to read it with, and which rules.
        as_of: Day that rules count from; today if not given.
        resolve: Add each record's entity, and give all records of an entity one label. True: find which records are
            one entity, as dedupe does; a text: the file its --clusters wrote.
        force: Replace the output file if there is one.
        spreadsheet_safe: In CSV, put an apostrophe before cells that a spreadsheet would run as a formula.
        progress: Told what is being done.

    Raises:
        SegauditError: The file or the rules cannot be read, or the output cannot be written.
    """
    choices = choices or InputChoices()
    target = Path(output)
    check_format(target)
    inputs = (*named_files(path), resolve) if isinstance(resolve, str) else named_files(path)
    check_output(target, inputs=inputs, force=force)
    with _engine(choices, resolve) as engine:
        found = _prepare(path, choices, as_of, engine, resolve=resolve, progress=progress)
        by_entity = found.resolution is not None
        _check_new_columns(found.source, found.rules, (ENTITY_ID,) if by_entity else ())
        create = create_entity_tags if by_entity else create_tags
        tags = create(found.program, found.data, engine)
        write_tagged(found.source, target, tags, engine, safe=spreadsheet_safe)
        return AssignResult(
            source=found.source,
            rules=found.rules,
            as_of=found.day,
            absent_fields=found.absent(),
            output=output,
            rows=found.source.rows,
            columns=tags,
            labels=count_tags(found.rules, engine),
            resolution=found.resolution,
            relabelled=count_relabelled(found.program, engine) if by_entity else (),
        )


def _engine(choices: InputChoices, resolve: bool | str) -> DuckEngine:  # noqa: FBT001 - handed on as it was given
    beside = 0
    if resolve is not False:
        from segaudit.audit.resolving import libraries  # noqa: PLC0415 - brings numpy and pyarrow

        beside = libraries(resolve)
    return DuckEngine(memory_limit=choices.memory_limit, beside=beside)


def _prepare(  # noqa: PLR0913 - what it hands on
    path: str | Sequence[str],
    choices: InputChoices,
    as_of: date | None,
    engine: Engine,
    *,
    resolve: bool | str,
    progress: Progress,
) -> _Prepared:
    """Read rules and file, find the entities if they are asked for, and compile the rules for the file."""
    rules = load_rules(choices.rules)  # first: a mistake in the rules is told before a large file is read
    day = as_of or today()
    resolution = None
    if resolve is False:
        declare = partial(declare_fields, rules.fields)
        opened = open_input(path, choices, engine, ordered=True, declare=declare)
    else:
        from segaudit.audit.resolving import load_clusters, resolve_entities  # noqa: PLC0415 - brings numpy, pyarrow

        if isinstance(resolve, str):
            load_clusters(resolve, engine)
        # Entities are what dedupe says they are, whatever the rules declare of the columns.
        found = open_input(path, choices, engine, ordered=True)
        opened = _declared(found, rules, engine)
        resolution = resolve_entities(found, engine, resolve, progress)
        progress("Deciding the segments")
    table = (opened.source, opened.fields, opened.readings, opened.placeholders)
    data = RecordSource.of_rules(rules.fields, table)
    program = build_program(rules, day, word_lists(opened.location))
    return _Prepared(rules=rules, program=program, data=data, day=day, resolution=resolution)


def _declared(opened: OpenedInput, rules: RuleBook, engine: Engine) -> OpenedInput:
    """Return a file with its columns as the rules declare them."""
    fields = declare_fields(rules.fields, opened.fields, opened.source.name)
    readings = find_types(opened.source, fields, opened.placeholders, engine)
    return replace(opened, fields=fields, readings=readings)


def _check_new_columns(source: Source, rules: RuleBook, more: Sequence[str]) -> None:
    taken = {header.strip().lower() for header in source.headers}
    tags = [name for schema in rules.schemas for name in (f"segment_{schema.id}", f"segment_{schema.id}_reason")]
    for name in (*more, *tags):
        if name in taken:
            raise OutputError(
                f'the input already has a column "{name}"',
                where=source.name,
                hint="tag the file as it was exported, or rename the column",
            )
