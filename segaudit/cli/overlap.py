"""``segaudit overlap``."""

from dataclasses import replace
from datetime import datetime

import click

from segaudit.audit.deciding import LeakageOutput
from segaudit.audit.deciding import overlap as measure
from segaudit.cli.history import history_option, record_options, say_recorded, to_history
from segaudit.cli.options import (
    InputOptions,
    as_of_option,
    day_of,
    engine_options,
    exit_on,
    files_argument,
    input_options,
    name_of,
    output_options,
    print_result,
    related_option,
    warn_absent,
)
from segaudit.cli.progress import working
from segaudit.cli.resolving import how_to_resolve, resolve_options
from segaudit.report.segments import overlap_document, overlap_json


@click.command()
@files_argument
@input_options
@engine_options
@related_option
@as_of_option
@resolve_options
@click.option("--across", is_flag=True, help="Count how the members of all schemas' segments meet, too.")
@click.option(
    "--leakage", metavar="OUT.csv", help="Write the entities that land in different segments; needs entities."
)
@click.option("--force", is_flag=True, help="Replace that file if there is one.")
@history_option
@record_options
@output_options
def overlap(
    *,
    files: tuple[str, ...],
    chosen: InputOptions,
    related: tuple[str, ...],
    as_of: datetime | None,
    resolve: bool,
    entities: str | None,
    across: bool,
    leakage: str | None,
    force: bool,
    history: str | None,
    record: str | None,
    record_without_ids: bool,
    output_format: str,
    fail_on: str,
    quiet: bool,
) -> None:
    """Show how the segments divide the records: sizes, overlap, gaps, and what cannot be told.

    FILE is read with the shipped rules, or with those of --rules. A record of which a rule cannot be told, because a
    field is missing or unreadable, is counted as such, by the field. With --resolve it tells which persons or companies
    have duplicates in different segments, and counts each segment's members by entity too.

    Of each two segments it tells how many records are in both, how much of the one lies in the other, and how many
    times as many that is as by chance; of all, which combinations there are. Segments are held against the governance
    of the rules: too many, too few, too large, too small to be measured, alike.

    \b
    segaudit overlap export.csv
    segaudit overlap export.csv --rules segments.yaml --format json
    segaudit overlap export.csv --fail-on error
    segaudit overlap export.csv --resolve
    segaudit overlap export.csv --entities clusters.csv --leakage leaks.csv
    segaudit overlap export.csv --across
    segaudit overlap export.csv --record
    """
    past, recorder = to_history(files, related, history, record, without_ids=record_without_ids)
    with working(f"Deciding the segments of {name_of(files)}", quiet=quiet) as work:
        result = measure(
            files,
            replace(chosen.choices(output_format=output_format), related=related, history=past),
            as_of=day_of(as_of),
            resolve=how_to_resolve(entities, resolve=resolve),
            across=across,
            leakage=LeakageOutput(path=leakage, force=force) if leakage is not None else None,
            recorder=recorder,
            progress=work.say,
        )
    if output_format != "table":
        warn_absent(result.absent_fields, name_of(files), quiet=quiet)
    print_result(output_format, lambda: overlap_document(result), lambda: overlap_json(result))
    say_recorded(recorder, quiet=quiet)
    exit_on(fail_on, {finding.severity for finding in result.findings})
