"""The files assign writes: the tagged one, and what is asked for beside it. All of them appear, or none."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlglot import expressions as exp

from segaudit.audit.audiences import audience_names, write_audiences
from segaudit.audit.keying import find_key
from segaudit.audit.opening import InputChoices
from segaudit.audit.preparing import Prepared
from segaudit.engine.protocol import Counts, Engine
from segaudit.errors import InputError, OutputError
from segaudit.files import check_output, whole_file
from segaudit.model.decisions import Finding
from segaudit.model.segments import RuleBook, Schema, Segment
from segaudit.model.source import Source
from segaudit.model.tagging import AdPlatform, AudienceCounts, CrmCounts, CrmFormat, WrittenFile
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.suggest import did_you_mean
from segaudit.rulebook.tag_formats import load_crm_formats, load_platforms
from segaudit.segments.crm import create_crm_ids, crm_rows
from segaudit.segments.folders import check_folder, others_in, segment_file, whole_folder
from segaudit.segments.labels import holds, named
from segaudit.segments.output import check_target, whole_target, write_list, write_members, write_tags
from segaudit.segments.suppression import HEADERS, suppression_rows

_ADDRESSES = ("email", "secondary_email")
_LIST_ENDING = ".csv"
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class TagOutputs:
    """What to tell and to write beside the tagged file; None: not asked for."""

    details: bool = False  # every segment that holds, what is undecided, all scores
    previous: str | None = None  # an earlier tagged file of the list
    tagged_on: date | None = None  # the day that file was tagged on
    suppression: str | None = None  # .csv
    per_segment: str | None = None  # folder
    columns: tuple[str, ...] | None = None  # headers its files have, beside the tags; None: all
    crm: str | None = None  # .csv
    system: str | None = None  # whose import shape; None: that of the headers
    audiences: str | None = None  # folder


@dataclass(frozen=True, slots=True, kw_only=True)
class TagFiles:
    """Files that can be written, and their shapes."""

    output: Path
    named: str  # the output as it was asked for: an ending slash says it is a folder
    suppression: Path | None
    per_segment: Path | None
    columns: tuple[str, ...] | None  # headers of its files, beside the tags; None: all
    crm: Path | None
    crm_format: CrmFormat | None  # None: that of the system the headers speak of
    crm_formats: tuple[CrmFormat, ...]
    audiences: Path | None
    platforms: tuple[AdPlatform, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was written beside the tagged file."""

    counted: Counts = field(default_factory=dict)  # labels, counted while they were written
    files: tuple[WrittenFile, ...] = ()
    crm: CrmCounts | None = None
    audiences: tuple[AudienceCounts, ...] = ()
    findings: tuple[Finding, ...] = ()


def check_outputs(  # noqa: PLR0913 - what files are checked against
    output: str,
    outputs: TagOutputs,
    rules: RuleBook,
    choices: InputChoices,
    *,
    inputs: tuple[str, ...],
    force: bool,
) -> TagFiles:
    """Refuse files that cannot be written, before any work is done.

    Raises:
        OutputError: One of them cannot be written, or two are one.
        InputError: There is no such system.
    """
    location = RulesLocation.at(choices.rules)
    formats = load_crm_formats(location) if outputs.crm is not None else ()
    platforms = load_platforms(location) if outputs.audiences is not None else ()
    files = TagFiles(
        output=Path(output),
        named=output,
        suppression=_path(outputs.suppression),
        per_segment=_path(outputs.per_segment),
        columns=outputs.columns,
        crm=_path(outputs.crm),
        crm_format=_format(outputs.system, formats) if outputs.system is not None else None,
        crm_formats=formats,
        audiences=_path(outputs.audiences),
        platforms=platforms,
    )
    check_target(output, on_cluster=choices.on_cluster, inputs=inputs, force=force)
    for path in (files.suppression, files.crm):
        if path is not None and path.suffix.lower() != _LIST_ENDING:
            raise OutputError("this list is written as CSV", where=str(path), hint="let the name end in .csv")
        if path is not None:
            check_output(path, inputs=inputs, force=force)
    if files.per_segment is not None:
        check_folder(files.per_segment, _segment_names(rules), inputs=inputs, force=force)
    if files.audiences is not None:
        check_folder(files.audiences, audience_names(rules, platforms), inputs=inputs, force=force)
    _check_different(files)
    return files


def _path(name: str | None) -> Path | None:
    return Path(name) if name is not None else None


def _check_different(files: TagFiles) -> None:
    seen: dict[Path, str] = {}
    named_by = {
        "--output": files.output,
        "--suppression": files.suppression,
        "--per-segment": files.per_segment,
        "--crm": files.crm,
        "--audiences": files.audiences,
    }
    for option, path in named_by.items():
        if path is not None and seen.setdefault(path.absolute(), option) != option:
            problem = f"{seen[path.absolute()]} and {option} name the same place"
            raise OutputError(problem, where=str(path), hint="give each its own name")


def _format(system: str, formats: tuple[CrmFormat, ...]) -> CrmFormat:
    wanted = system.strip().lower()
    for item in formats:
        if item.system.lower() == wanted or (not item.system and wanted in {"other", "any"}):
            return item
    known = [item.system.lower() for item in formats if item.system]
    hint = did_you_mean(wanted, known) or "systems are " + ", ".join([*known, "other"])
    raise InputError(f'there is no import shape for "{system}"', where="--system", hint=hint)


def _segment_names(rules: RuleBook) -> list[str]:
    return [segment_file(schema.id, segment.id) for schema, segment in rules.segments()]


def write_outputs(  # noqa: PLR0913 - what files are made of
    files: TagFiles, found: Prepared, columns: tuple[str, ...], labels: str, engine: Engine, *, safe: bool
) -> Written:
    """Write every file; each takes its place when all are complete.

    Args:
        files: Where to.
        found: Rules and list; the tags stand in TAGS, who is suppressed in its table.
        columns: Of the tagged file, behind the list's own.
        labels: Table or view of labels, and of who may be contacted.
        engine: Where all of it is.
        safe: In CSV, put an apostrophe before cells that a spreadsheet would run as a formula.

    Raises:
        InputError: The list lacks a column that the files of segments are to have.
    """
    beside: list[WrittenFile] = []
    positions = _positions(found.source, files.columns)
    counts: tuple[AudienceCounts, ...] = ()
    crm = None
    with ExitStack() as stack:
        counted = write_tags(
            found.source,
            stack.enter_context(whole_target(files.named)),
            files.output,
            columns,
            engine,
            safe=safe,
            counted=[f"segment_{schema.id}" for schema in found.rules.schemas],
        )
        if files.suppression is not None:
            temporary = stack.enter_context(whole_file(files.suppression))
            rows = write_list(temporary, suppression_query(found, engine), HEADERS, engine, safe=safe)
            beside.append(WrittenFile(what="suppression", path=str(files.suppression), rows=rows))
        if files.per_segment is not None:
            folder = stack.enter_context(whole_folder(files.per_segment))
            for schema, segment in found.rules.segments():
                name = segment_file(schema.id, segment.id)
                members = _members(schema, segment, labels, engine)
                rows = write_members(
                    found.source, folder / name, members, columns, engine, positions=positions, safe=safe
                )
                beside.append(WrittenFile(what="segment", path=str(files.per_segment / name), rows=rows))
        if files.crm is not None:
            temporary = stack.enter_context(whole_file(files.crm))
            crm = _write_crm(files, temporary, found, engine, safe=safe)
            beside.append(WrittenFile(what="crm", path=str(files.crm), rows=crm.written))
        if files.audiences is not None:
            folder = stack.enter_context(whole_folder(files.audiences))
            counts, written = write_audiences(found, files.platforms, labels, (folder, files.audiences), engine)
            beside += written
        findings = tuple(_strangers(files, found.rules))
    return Written(counted=counted, files=tuple(beside), crm=crm, audiences=counts, findings=findings)


def _positions(source: Source, headers: tuple[str, ...] | None) -> tuple[int, ...]:
    """Return which columns the files of segments have, from 1, in the list's order."""
    known = {header.strip().lower(): position for position, header in enumerate(source.headers, 1)}
    if headers is None:
        return tuple(range(1, len(source.headers) + 1))
    for header in headers:
        if header.strip().lower() not in known:
            hint = did_you_mean(header, known) or "write a header of the file as it stands there"
            raise InputError(f'{source.name} has no column "{header}"', where="--columns", hint=hint)
    return tuple(sorted({known[header.strip().lower()] for header in headers}))


def suppression_query(found: Prepared, engine: Engine) -> str:
    """Return the query of the suppression list of a file whose suppressed records stand in their table."""
    key = find_key(found.opened, engine)
    record_id = found.source.column(key.column.position) if key is not None else None
    readings = found.data.readings
    emails = [found.source.column(readings[name].column.position) for name in _ADDRESSES if name in readings]
    return suppression_rows(found.source.table, record_id, emails)


def _members(schema: Schema, segment: Segment, labels: str, engine: Engine) -> str:
    """Return the query of the rows of a segment's members."""
    query = exp.select(exp.column("_row")).from_(labels).where(holds(named(f"segment_{schema.id}"), segment.id))
    return query.sql(dialect=engine.dialect)


def _write_crm(files: TagFiles, temporary: Path, found: Prepared, engine: Engine, *, safe: bool) -> CrmCounts:
    form = files.crm_format or _detected(files.crm_formats, found.opened.fields.system)
    key = found.data.readings.get("email") if form.key == "email" else find_key(found.opened, engine)
    if key is None:
        what = "e-mail addresses" if form.key == "email" else "ids"
        raise InputError(
            f"the list has no column of {what}, by which {form.system or 'a CRM'} would find its records",
            where=found.source.name,
            hint="export it again with that column, or name another --system",
        )
    counts = create_crm_ids(form, found.source.table, found.source.column(key.column.position), engine)
    query, headers = crm_rows(form, found.rules, engine)
    write_list(temporary, query, headers, engine, safe=safe)
    return counts


def _detected(formats: tuple[CrmFormat, ...], system: str | None) -> CrmFormat:
    return next((item for item in formats if item.system and item.system == system), None) or next(
        item for item in formats if not item.system
    )


def _strangers(files: TagFiles, rules: RuleBook) -> Iterator[Finding]:
    """Yield files of segments that stand in a folder since an earlier run: nobody should take them for new ones."""
    for folder, names in (
        (files.per_segment, _segment_names(rules)),
        (files.audiences, audience_names(rules, files.platforms)),
    ):
        others = others_in(folder, names) if folder is not None else ()
        if others:
            more = f" and {len(others) - _MOST_NAMED} more" if len(others) > _MOST_NAMED else ""
            yield Finding(
                rule="files.not-of-this-run",
                severity="warning",
                where=str(folder),
                message=f"not of this run: {', '.join(others[:_MOST_NAMED])}{more}",
                hint="take them away, so that nobody uses them",
            )
