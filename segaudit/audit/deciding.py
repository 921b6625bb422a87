"""The verbs that decide segments: overlap and assign."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path

from segaudit.audit.opening import InputChoices, open_input, today
from segaudit.audit.ruling import load_rules, word_lists
from segaudit.engine.duck import DuckEngine
from segaudit.engine.protocol import Engine
from segaudit.errors import OutputError
from segaudit.files import check_output
from segaudit.ingest.columns.rulefields import declare_fields
from segaudit.ingest.files.paths import named_files
from segaudit.model.decisions import AssignResult, OverlapResult
from segaudit.model.segments import RuleBook
from segaudit.model.source import Source
from segaudit.segments.decide import create_decisions, create_tags
from segaudit.segments.governance import judge_segments
from segaudit.segments.output import check_format, count_tags, write_tagged
from segaudit.segments.overlap import field_coverage, measure_overlap
from segaudit.segments.program import Program, build_program
from segaudit.sql.records import RecordSource


def overlap(
    path: str | Sequence[str], choices: InputChoices | None = None, *, as_of: date | None = None
) -> OverlapResult:
    """Decide the segments of every record and count how they divide the records.

    Args:
        path: CSV, TSV, workbook or Parquet file; ``-`` is standard input. Several are parts of one table.
        choices: What to read it with, and which rules.
        as_of: Day that rules count from; today if not given.

    Raises:
        SegauditError: The file or the rules cannot be read, or the rules ask for a decision the data does not allow.
    """
    choices = choices or InputChoices()
    with DuckEngine(memory_limit=choices.memory_limit) as engine:
        rules, program, data, source, day = _prepare(path, choices, as_of, engine)
        create_decisions(program, data, engine)
        counts = measure_overlap(program, engine)
        findings = judge_segments(rules, counts, source.rows, field_coverage(program, engine))
        return OverlapResult(
            source=source, rules=rules, as_of=day, absent_fields=_absent(rules, data), schemas=counts, findings=findings
        )


def assign(  # noqa: PLR0913 - each is a choice of its own
    path: str | Sequence[str],
    output: str,
    choices: InputChoices | None = None,
    *,
    as_of: date | None = None,
    force: bool = False,
    spreadsheet_safe: bool = False,
) -> AssignResult:
    """Write a copy of a file in which every record is tagged with its segments, and why.

    Args:
        path: CSV, TSV, workbook or Parquet file; ``-`` is standard input. Several are parts of one table.
        output: File to write: CSV, TSV, XLSX or Parquet, by its ending.
        choices: What to read it with, and which rules.
        as_of: Day that rules count from; today if not given.
        force: Replace the output file if there is one.
        spreadsheet_safe: In CSV, put an apostrophe before cells that a spreadsheet would run as a formula.

    Raises:
        SegauditError: The file or the rules cannot be read, or the output cannot be written.
    """
    choices = choices or InputChoices()
    target = Path(output)
    check_format(target)
    check_output(target, inputs=named_files(path), force=force)
    with DuckEngine(memory_limit=choices.memory_limit) as engine:
        rules, program, data, source, day = _prepare(path, choices, as_of, engine)
        _check_new_columns(source, rules)
        tags = create_tags(program, data, engine)
        write_tagged(source, target, tags, engine, safe=spreadsheet_safe)
        return AssignResult(
            source=source,
            rules=rules,
            as_of=day,
            absent_fields=_absent(rules, data),
            output=output,
            rows=source.rows,
            columns=tags,
            labels=count_tags(rules, engine),
        )


def _prepare(
    path: str | Sequence[str], choices: InputChoices, as_of: date | None, engine: Engine
) -> tuple[RuleBook, Program, RecordSource, Source, date]:
    """Read rules and file, and compile the rules for it."""
    rules = load_rules(choices.rules)  # first: a mistake in the rules is told before a large file is read
    day = as_of or today()
    declare = partial(declare_fields, rules.fields)
    opened = open_input(path, choices, engine, ordered=True, declare=declare)
    table = (opened.source, opened.fields, opened.readings, opened.placeholders)
    data = RecordSource.of_rules(rules.fields, table)
    return rules, build_program(rules, day, word_lists(opened.location)), data, opened.source, day


def _absent(rules: RuleBook, data: RecordSource) -> tuple[str, ...]:
    return tuple(name for name in rules.fields_read() if name not in data.readings)


def _check_new_columns(source: Source, rules: RuleBook) -> None:
    taken = {header.strip().lower() for header in source.headers}
    for schema in rules.schemas:
        for name in (f"segment_{schema.id}", f"segment_{schema.id}_reason"):
            if name in taken:
                raise OutputError(
                    f'the input already has a column "{name}"',
                    where=source.name,
                    hint="tag the file as it was exported, or rename the column",
                )
