"""The verb that tags a list: assign."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from segaudit.audit.audiences import ads_consent, judge_consent
from segaudit.audit.earlier import EarlierFile, compare, open_earlier
from segaudit.audit.excepting import Settled, settle
from segaudit.audit.history import Recorder, recorded_choices, with_history
from segaudit.audit.inputs import files_read
from segaudit.audit.opening import InputChoices
from segaudit.audit.preparing import Prepared, Progress, engine_for, prepare
from segaudit.audit.ruling import load_rules
from segaudit.audit.tag_files import TagOutputs, check_outputs, write_outputs
from segaudit.engine.protocol import Engine
from segaudit.errors import OutputError
from segaudit.model.conditions import PredicateRef
from segaudit.model.decisions import AssignResult, Finding
from segaudit.model.source import Source
from segaudit.model.tagging import Moves
from segaudit.rulebook.location import RulesLocation
from segaudit.segments.decide import TAGS, create_tags
from segaudit.segments.exceptions import apply_exceptions
from segaudit.segments.output import count_tags
from segaudit.segments.resolving import ENTITY_ID, OWN, count_relabelled, create_entity_tags
from segaudit.segments.suppression import create_suppressed
from segaudit.segments.tag_plan import TagPlan
from segaudit.segments.views import TagView

_FIRST = "tags_first"  # what the rules alone say, where more comes to it


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagged:
    """What tagging came to, beside the tags."""

    labels: str  # table or view of the tags without what is only shown: the quickest to ask for labels
    settled: Settled
    moves: Moves | None
    findings: tuple[Finding, ...]


def assign(  # noqa: PLR0913 - each is a choice of its own
    path: str | Sequence[str],
    output: str,
    choices: InputChoices | None = None,
    outputs: TagOutputs | None = None,
    *,
    as_of: date | None = None,
    resolve: bool | str = False,
    force: bool = False,
    spreadsheet_safe: bool = False,
    recorder: Recorder | None = None,
    progress: Progress = lambda _: None,
) -> AssignResult:
    """Write a copy of a file in which every record is tagged with its segments, and why.

    Args:
        path: CSV, TSV, workbook or Parquet file; ``-`` is standard input. Several are parts of one table.
        output: File to write: CSV, TSV, XLSX or Parquet, by its ending.
        choices: What to read it with, and which rules.
        outputs: What else to tell and to write.
        as_of: Day that rules count from; today if not given.
        resolve: Add each record's entity, and give all records of an entity one label. True: find which records are
            one entity, as dedupe does; a text: the file its --clusters wrote.
        force: Replace files that exist.
        spreadsheet_safe: In CSV, put an apostrophe before cells that a spreadsheet would run as a formula.
        recorder: Records the run in a history, which it then can tell of.
        progress: Told what is being done.

    Raises:
        SegauditError: The file or the rules cannot be read, or an output cannot be written.
    """
    choices, outputs = recorded_choices(choices or InputChoices(), recorder), outputs or TagOutputs()
    rules = load_rules(choices.rules)  # first: a mistake in the rules is told before a large file is read
    given = [name for name in (resolve, outputs.previous) if isinstance(name, str)]
    files = check_outputs(
        output, outputs, rules, choices, inputs=(*files_read(path, choices, rules), *given), force=force
    )
    with engine_for(choices, resolve) as engine:
        earlier = open_earlier(outputs.previous, choices, rules, engine) if outputs.previous is not None else None
        found = prepare(path, choices, rules, as_of, engine, resolve=resolve, progress=progress)
        found = with_history(found, choices.history, engine)
        by_entity = found.resolution is not None
        consent = ads_consent(rules, RulesLocation.at(choices.rules)) if outputs.audiences is not None else None
        plan = plan_tags(found, outputs, earlier, consent)
        columns = (*([ENTITY_ID] if by_entity else []), *plan.columns())
        _check_new_columns(found.source, columns)
        tagged = tag_prepared(plan, found, outputs, earlier, engine)
        if plan.suppresses:
            create_suppressed(found.program, tagged.labels, engine, by_entity=by_entity)
        written = write_outputs(files, found, columns, tagged.labels, engine, safe=spreadsheet_safe)
        if recorder is not None:
            recorder.record(found, tagged.labels, "assign", engine)
        return AssignResult(
            source=found.source,
            rules=found.rules,
            as_of=found.day,
            absent_fields=found.absent(),
            output=output,
            rows=found.source.rows,
            columns=columns,
            labels=count_tags(found.rules, engine, labels=tagged.labels, counted=written.counted),
            resolution=found.resolution,
            relabelled=count_relabelled(found.program, engine) if by_entity else (),
            exceptions=tagged.settled.counts,
            moves=tagged.moves,
            files=written.files,
            crm=written.crm,
            audiences=written.audiences,
            findings=(
                *tagged.findings,
                *(judge_consent(found, consent, written.audiences) if outputs.audiences is not None else ()),
                *written.findings,
            ),
        )


def plan_tags(
    found: Prepared, outputs: TagOutputs, earlier: EarlierFile | None, consent: PredicateRef | None
) -> TagPlan:
    """Return what the tags of a file are to hold beside the labels."""
    return TagPlan(
        program=found.program,
        details=outputs.details,
        compares=earlier is not None,
        compared=earlier.labels if earlier is not None else (),
        suppresses=outputs.suppression is not None or outputs.audiences is not None,
        reaches=outputs.audiences is not None,
        consent=consent,
    )


def tag_prepared(
    plan: TagPlan, found: Prepared, outputs: TagOutputs, earlier: EarlierFile | None, engine: Engine
) -> Tagged:
    """Create the tags of a file that is open: what the rules say, then exceptions, scores, ranks, and what moved."""
    beside = plan.beside()
    by_entity = found.resolution is not None
    create = create_entity_tags if by_entity else create_tags
    if not beside and not found.rules.exceptions:
        create(found.program, found.data, engine)
        return Tagged(labels=TAGS, settled=Settled(), moves=None, findings=())
    columns = create(found.program, found.data, engine, table=_FIRST, beside=beside)
    tags = TagView(relation=_FIRST, columns=[*dict.fromkeys([*columns, *beside])])
    settled = settle(found, tags.relation, engine)
    apply_exceptions(found.rules, settled.tables, tags, engine)
    labels = tags.relation
    plan.add_scores(tags, engine)
    plan.add_ranks(tags, engine, by_entity=by_entity)
    moves, findings = None, settled.findings
    if earlier is not None:
        own = OWN if by_entity else _FIRST
        moves, more = compare(found, earlier, tags, own, outputs.tagged_on, engine)
        findings = (*findings, *more)
    engine.define(TAGS, f"SELECT * FROM {tags.relation}")
    return Tagged(labels=labels, settled=settled, moves=moves, findings=findings)


def _check_new_columns(source: Source, columns: Sequence[str]) -> None:
    taken = {header.strip().lower() for header in source.headers}
    for name in columns:
        if name in taken:
            raise OutputError(
                f'the input already has a column "{name}"',
                where=source.name,
                hint="tag the file as it was exported, or rename the column; an earlier tagged file is for --previous",
            )
