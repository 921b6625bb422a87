"""``segaudit assign``."""

from dataclasses import replace
from datetime import datetime

import click

from segaudit.audit.tag_files import TagOutputs
from segaudit.audit.tagging import assign as tag
from segaudit.cli.history import history_option, record_options, say_recorded, to_history
from segaudit.cli.options import (
    FAIL_LEVELS,
    FORMATS,
    InputOptions,
    as_of_option,
    day_of,
    engine_options,
    exit_on,
    files_argument,
    input_options,
    name_of,
    print_result,
    read_day,
    related_option,
    warn_absent,
)
from segaudit.cli.progress import working
from segaudit.cli.resolving import how_to_resolve, resolve_options
from segaudit.errors import InputError
from segaudit.report.segments import assign_document, assign_json


@click.command()
@files_argument
@click.option(
    "-o", "--output", required=True, metavar="OUT", help="File to write: .csv, .tsv, .xlsx or .parquet, by its ending."
)
@input_options
@engine_options
@related_option
@as_of_option
@resolve_options
@history_option
@record_options
@click.option("--details", is_flag=True, help="Tell every segment that holds, what leaves one open, and all scores.")
@click.option(
    "--previous", metavar="FILE", help="An earlier tagged file of the list: tell which records moved, and why."
)
@click.option(
    "--previous-as-of",
    callback=read_day,
    metavar="DATE",
    help="Day the earlier file was tagged as of; tells the day's moves from those of changed rules.",
)
@click.option("--suppression", metavar="FILE", help="Write everybody who is in a segment that suppresses (CSV).")
@click.option("--per-segment", metavar="DIR", help="Write the members of each segment to a file of their own.")
@click.option(
    "--columns",
    multiple=True,
    metavar="HEADER",
    help="Write this column only to the files of --per-segment, with the tags; give it once for each.",
)
@click.option("--crm", metavar="FILE", help="Write ids and segments as the CRM imports them (CSV).")
@click.option("--system", metavar="NAME", help="Whose import that is, like hubspot; detected from the headers.")
@click.option(
    "--audiences", metavar="DIR", help="Write hashed audience files for ads; only who agreed and is not suppressed."
)
@click.option("--force", is_flag=True, help="Replace output files that exist.")
@click.option(
    "--spreadsheet-safe", is_flag=True, help="In CSV, put an apostrophe before cells a spreadsheet would run."
)
@click.option(
    "--format", "output_format", type=click.Choice(FORMATS), default="table", help="How to print the summary."
)
@click.option(
    "--fail-on",
    type=click.Choice(FAIL_LEVELS),
    default="never",
    help="Exit with 1 if a record matches segments that exclude each other or moved where it may not (error), or has "
    "no segment (warning).",
)
@click.option("--quiet", "-q", is_flag=True, help="Print nothing.")
def assign(
    *,
    files: tuple[str, ...],
    output: str,
    chosen: InputOptions,
    related: tuple[str, ...],
    as_of: datetime | None,
    resolve: bool,
    entities: str | None,
    history: str | None,
    record: str | None,
    record_without_ids: bool,
    details: bool,
    previous: str | None,
    previous_as_of: datetime | None,
    suppression: str | None,
    per_segment: str | None,
    columns: tuple[str, ...],
    crm: str | None,
    system: str | None,
    audiences: str | None,
    force: bool,
    spreadsheet_safe: bool,
    output_format: str,
    fail_on: str,
    quiet: bool,
) -> None:
    """Write a copy of FILE in which every record is tagged with its segments, and why.

    Every input row and column is kept, in its order. Each schema adds two columns: segment_<schema> and
    segment_<schema>_reason. A record that cannot be placed for lack of data says which field is missing.

    With --resolve, the column entity_id says which person or company a record is, and all records of one get one label:
    that of most of them, or of any whose segment suppresses. The reason says what the record has by itself.

    Exceptions the rules name are honoured until they expire. Segments with rank_within or score add columns for them.
    All files appear together, or none.

    \b
    segaudit assign export.csv -o tagged.csv
    segaudit assign export.xlsx -o tagged.xlsx --rules segments.yaml --as-of 2026-06-30
    segaudit assign export.csv -o tagged.csv --entities clusters.csv
    segaudit assign june.csv -o june_tagged.csv --previous may_tagged.csv --crm hubspot.csv --suppression suppress.csv
    """
    _check(previous=previous, previous_as_of=previous_as_of, crm=crm, system=system)
    _check_columns(columns, per_segment)
    outputs = TagOutputs(
        details=details,
        previous=previous,
        tagged_on=day_of(previous_as_of),
        suppression=suppression,
        per_segment=per_segment,
        columns=columns or None,
        crm=crm,
        system=system,
        audiences=audiences,
    )
    past, recorder = to_history(files, related, history, record, without_ids=record_without_ids)
    with working(f"Tagging {name_of(files)}", quiet=quiet) as work:
        result = tag(
            files,
            output,
            replace(chosen.choices(output_format=output_format), related=related, history=past),
            outputs,
            as_of=day_of(as_of),
            resolve=how_to_resolve(entities, resolve=resolve),
            force=force,
            spreadsheet_safe=spreadsheet_safe,
            recorder=recorder,
            progress=work.say,
        )
    if not quiet:
        if output_format != "table":
            warn_absent(result.absent_fields, name_of(files), quiet=quiet)
        print_result(output_format, lambda: assign_document(result), lambda: assign_json(result))
    say_recorded(recorder, quiet=quiet)
    exit_on(fail_on, set(result.severities()))


def _check(*, previous: str | None, previous_as_of: datetime | None, crm: str | None, system: str | None) -> None:
    """Refuse options that say nothing without another."""
    if previous_as_of is not None and previous is None:
        raise click.UsageError("--previous-as-of is the day of an earlier file; name it with --previous")
    if system is not None and crm is None:
        raise click.UsageError("--system is the shape of a file; name the file with --crm")


def _check_columns(columns: tuple[str, ...], per_segment: str | None) -> None:
    if columns and per_segment is None:
        raise InputError(
            "it says what the files of the segments hold, and none are asked for",
            where="--columns",
            hint="name their folder with --per-segment; the tagged file always has every column",
        )
