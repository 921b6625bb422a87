"""The verbs that decide segments: overlap, and assign, which stands in tagging.py."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from segaudit.audit.excepting import settle, with_exceptions
from segaudit.audit.history import Recorder, recorded_choices, with_history
from segaudit.audit.opening import InputChoices
from segaudit.audit.preparing import Prepared, Progress, engine_for, prepare
from segaudit.audit.ruling import load_rules
from segaudit.audit.tagging import assign
from segaudit.engine.protocol import Engine
from segaudit.errors import InputError
from segaudit.files import check_output, whole_file
from segaudit.ingest.files.paths import named_files
from segaudit.model.decisions import OverlapResult, SchemaCounts
from segaudit.rulebook.lints.words import load_lint_words
from segaudit.rulebook.scorecard import load_standards
from segaudit.segments.decide import DECISIONS, create_decisions
from segaudit.segments.governance import Weighed, judge_segments
from segaudit.segments.governance.numbers import measure_hours
from segaudit.segments.governance.sizes import measure_powers
from segaudit.segments.intersections import combine_across
from segaudit.segments.leakage import measure_leakage, write_leakage
from segaudit.segments.overlap import OVERLAP, field_coverage, measure_meetings, measure_overlap

__all__ = ["LeakageOutput", "assign", "overlap"]

_NOT_COMPUTABLE = (
    (
        "segments that never differ in outcome",
        "no outcome is read here: give campaign results, deals or activities to `segaudit performance`",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakageOutput:
    """The list of entities whose records land in different segments."""

    path: str
    force: bool = False  # replace the file if there is one


def overlap(  # noqa: PLR0913 - each is a choice of its own
    path: str | Sequence[str],
    choices: InputChoices | None = None,
    *,
    as_of: date | None = None,
    resolve: bool | str = False,
    across: bool = False,
    leakage: LeakageOutput | None = None,
    recorder: Recorder | None = None,
    progress: Progress = lambda _: None,
) -> OverlapResult:
    """Decide the segments of every record and count how they divide the records.

    Args:
        path: CSV, TSV, workbook or Parquet file; ``-`` is standard input. Several are parts of one table.
        choices: What to read it with, and which rules.
        as_of: Day that rules count from; today if not given.
        resolve: Count by entity too, and tell which have records in different segments. True: find which records are
            one entity, as dedupe does; a text: the file its --clusters wrote.
        across: Count how the members of all schemas' segments meet, too.
        leakage: Where to write the entities with records in different segments; needs ``resolve``.
        recorder: Records the run in a history, which it then can tell of.
        progress: Told what is being done.

    Raises:
        SegauditError: The file or the rules cannot be read, the rules ask for a decision the data does not allow, or
            the list cannot be written.
    """
    choices = recorded_choices(choices or InputChoices(), recorder)
    if leakage is not None:
        _check_leakage(leakage, path, resolve=resolve)
    rules = load_rules(choices.rules)  # first: a mistake in the rules is told before a large file is read
    with engine_for(choices, resolve) as engine:
        found = prepare(path, choices, rules, as_of, engine, resolve=resolve, progress=progress)
        found = with_history(found, choices.history, engine)
        result = count_prepared(found, engine, across=across)
        result = _with_list(result, leakage, found, engine) if leakage is not None else result
        if recorder is not None:
            recorder.record(found, DECISIONS, "overlap", engine)
        return result


def count_prepared(found: Prepared, engine: Engine, *, across: bool) -> OverlapResult:
    """Decide and count the same of a file that is open, with rules compiled for it."""
    create_decisions(found.program, found.data, engine)
    counts = measure_overlap(found.program, engine)
    counts = measure_meetings(found.program, counts, engine, by_entity=found.resolution is not None)
    if found.resolution is not None:
        counts = measure_leakage(found.program, counts, engine)
    settled = settle(found, DECISIONS, engine)
    counts = with_exceptions(counts, settled.counts)
    result = OverlapResult(
        source=found.source,
        rules=found.rules,
        as_of=found.day,
        absent_fields=found.absent(),
        schemas=counts,
        findings=settled.findings,
        resolution=found.resolution,
        exceptions=settled.counts,
        across=combine_across(found.rules, OVERLAP, engine) if across else None,
        not_computable=_NOT_COMPUTABLE,
    )
    return _judged(result, found, counts, engine)


def _check_leakage(leakage: LeakageOutput, path: str | Sequence[str], *, resolve: bool | str) -> None:
    if resolve is False:
        raise InputError(
            "a list of leakage needs to know which records are one person or company",
            where="--leakage",
            hint="add --resolve, or --entities with what `segaudit dedupe --clusters` wrote",
        )
    check_output(Path(leakage.path), inputs=named_files(path), force=leakage.force)


def _judged(result: OverlapResult, found: Prepared, counts: tuple[SchemaCounts, ...], engine: Engine) -> OverlapResult:
    location = found.opened.location
    standards = load_standards(location, found.rules.fields)
    weighed = Weighed(
        hours=measure_hours(found.rules, counts, standards.limit("hours_per_segment")),
        powers=measure_powers(found.rules, counts, standards),
        least_effective=standards.limit("effective_at_least"),
        words=load_lint_words(location),
        day=found.day,
    )
    coverage = field_coverage(found.program, engine)
    findings = judge_segments(found.rules, counts, found.source.rows, coverage, weighed)
    return replace(result, hours=weighed.hours, powers=weighed.powers, findings=(*findings, *result.findings))


def _with_list(result: OverlapResult, leakage: LeakageOutput, found: Prepared, engine: Engine) -> OverlapResult:
    reading = found.data.readings.get("record_id")
    source = found.opened.source
    ids = (source.table, source.column(reading.column.position)) if reading is not None else None
    with whole_file(Path(leakage.path)) as temporary:
        entities = write_leakage(temporary, found.rules.schemas, ids, engine)
    return replace(result, leakage_path=leakage.path, leakage_entities=entities)
