"""The verbs as a library: each reads its input, measures, judges, and returns one result object."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from segaudit.engine.duck import DuckEngine
from segaudit.engine.protocol import Engine
from segaudit.errors import OutputError
from segaudit.files import check_output
from segaudit.ingest.fieldmap import declare_fields, map_columns
from segaudit.ingest.options import ReadOptions
from segaudit.ingest.read import read_source
from segaudit.ingest.types import find_types
from segaudit.ingest.usermap import UserMap, read_map
from segaudit.model.coverage import CoverageResult
from segaudit.model.checks import RulesCheck, RulesTested
from segaudit.model.decisions import AssignResult, OverlapResult
from segaudit.model.fields import CatalogueField, ColumnReading, FieldMap, Placeholder
from segaudit.model.segments import RuleBook, RuleField
from segaudit.model.source import Source
from segaudit.quality.coverage import measure_coverage
from segaudit.rulebook.lints import lint_rules
from segaudit.rulebook.load import load_rulebook
from segaudit.rulebook.location import RulesLocation, data_folder
from segaudit.rulebook.tables import load_catalogue, load_cutoffs, load_list, load_placeholders, load_presets
from segaudit.segments.decide import create_decisions, create_tags
from segaudit.segments.governance import judge_segments
from segaudit.segments.output import check_format, count_tags, write_tagged
from segaudit.segments.overlap import field_coverage, measure_overlap
from segaudit.segments.program import Program, build_program
from segaudit.segments.records import RecordSource
from segaudit.segments.testing import run_tests
from segaudit.sql.operators import OPERATORS, Operator


@dataclass(frozen=True, slots=True, kw_only=True)
class InputChoices:
    """What a user may choose about the input; None leaves it to the file."""

    rules: str | None = None
    map: str | None = None
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    memory_limit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """A file in the engine, with its columns mapped and typed."""

    source: Source
    fields: FieldMap
    readings: tuple[ColumnReading, ...]
    catalogue: Mapping[str, CatalogueField]
    placeholders: tuple[Placeholder, ...]
    location: RulesLocation


def coverage(path: str, choices: InputChoices | None = None) -> CoverageResult:
    """Measure how much of each column of a file is filled, and how good that is.

    Args:
        path: CSV, TSV, workbook or Parquet file; ``-`` is standard input.
        choices: What to read it with.

    Raises:
        SegauditError: The file cannot be read as a table, or a choice is not possible.
    """
    choices = choices or InputChoices()
    with DuckEngine(memory_limit=choices.memory_limit) as engine:
        opened = _open(path, choices, engine, ordered=False)
        return measure_coverage(
            opened.source,
            opened.readings,
            opened.fields,
            catalogue=opened.catalogue,
            placeholders=opened.placeholders,
            cutoffs=load_cutoffs(opened.location),
            engine=engine,
        )


def _open(
    path: str,
    choices: InputChoices,
    engine: Engine,
    *,
    ordered: bool,
    rule_fields: Mapping[str, RuleField] | None = None,
) -> _Opened:
    location = RulesLocation.at(choices.rules)
    catalogue = load_catalogue(location)
    placeholders = load_placeholders(location)
    options = ReadOptions(
        label="standard input" if path == "-" else path,
        sheet=choices.sheet,
        encoding=choices.encoding,
        delimiter=choices.delimiter,
        ordered=ordered,
    )
    source = read_source(path, engine, options)
    user = read_map(choices.map, source.headers) if choices.map else UserMap()
    fields = map_columns(source.headers, catalogue, load_presets(location), user)
    if rule_fields:
        fields = declare_fields(fields, rule_fields, source.name)
    readings = find_types(source, fields, placeholders, engine)
    return _Opened(
        source=source,
        fields=fields,
        readings=readings,
        catalogue=catalogue,
        placeholders=placeholders,
        location=location,
    )


def overlap(path: str, choices: InputChoices | None = None, *, as_of: date | None = None) -> OverlapResult:
    """Decide the segments of every record and count how they divide the records.

    Args:
        path: CSV, TSV, workbook or Parquet file; ``-`` is standard input.
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
    path: str,
    output: str,
    choices: InputChoices | None = None,
    *,
    as_of: date | None = None,
    force: bool = False,
    spreadsheet_safe: bool = False,
) -> AssignResult:
    """Write a copy of a file in which every record is tagged with its segments, and why.

    Args:
        path: CSV, TSV, workbook or Parquet file; ``-`` is standard input.
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
    check_output(target, inputs=(path,), force=force)
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


def load_rules(path: str | None = None) -> RuleBook:
    """Read the segment files of a rules path; None is the shipped rules.

    Raises:
        RuleErrors: With every mistake in them.
    """
    location = RulesLocation.at(path)
    return load_rulebook(location.segment_files(), load_catalogue(location))


def check_rules(path: str | None = None) -> RulesCheck:
    """Read rules and say what they leave unsaid.

    Raises:
        RuleErrors: With every mistake in them.
    """
    rules = load_rules(path)
    return RulesCheck(rules=rules, findings=lint_rules(rules))


def run_rule_tests(path: str | None = None, *, as_of: date | None = None) -> RulesTested:
    """Run the tests written in the rules.

    Raises:
        RuleErrors: With every mistake in the rules.
    """
    rules = load_rules(path)
    with DuckEngine() as engine:
        day = as_of or _today()
        return RulesTested(rules=rules, outcomes=run_tests(rules, day, _lists(RulesLocation.at(path)), engine))


def list_operators() -> tuple[Operator, ...]:
    """Return every operator criteria can use."""
    return OPERATORS


DEMO_DAY = "2026-06-30"  # the day the sample data was exported


def sample_file(name: str) -> str:
    """Return the path of a file of the sample data."""
    return str(data_folder("sample_data") / name)


def usual_bands_file() -> str:
    """Return the path of the rules that hold size and revenue bands as they are usually written."""
    return str(data_folder("rules") / "examples" / "usual_bands.yaml")


def _today() -> date:
    return datetime.now(tz=UTC).astimezone().date()


def _lists(location: RulesLocation) -> Mapping[str, tuple[str, ...]]:
    """Return the words that the operators about e-mail look up."""
    return {
        "is_free_mail": load_list(location, "free_mail_domains", "domain"),
        "is_role_address": load_list(location, "role_localparts", "localpart"),
    }


def _prepare(
    path: str, choices: InputChoices, as_of: date | None, engine: Engine
) -> tuple[RuleBook, Program, RecordSource, Source, date]:
    """Read rules and file, and compile the rules for it."""
    rules = load_rules(choices.rules)  # first: a mistake in the rules is told before a large file is read
    day = as_of or _today()
    opened = _open(path, choices, engine, ordered=True, rule_fields=rules.fields)
    by_field = {reading.column.field: reading for reading in opened.readings if reading.column.field}
    data = RecordSource(
        source=opened.source,
        fields=opened.fields,
        readings={name: by_field[name] for name in rules.fields if name in by_field},
        placeholders=opened.placeholders,
    )
    return rules, build_program(rules, day, _lists(opened.location)), data, opened.source, day


def _absent(rules: RuleBook, data: RecordSource) -> tuple[str, ...]:
    return tuple(name for name in rules.fields_read() if name not in data.readings)


def _check_new_columns(source: Source, rules: RuleBook) -> None:
    taken = {header.strip().lower() for header in source.headers}
    for schema in rules.schemas:
        if f"segment_{schema.id}" in taken:
            raise OutputError(
                f'the input already has a column "segment_{schema.id}"',
                where=source.name,
                hint="tag the file as it was exported, or rename the column",
            )
