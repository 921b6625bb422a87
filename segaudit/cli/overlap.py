"""``segaudit overlap``."""

from dataclasses import replace
from datetime import datetime

import click

from segaudit.audit.deciding import overlap as measure
from segaudit.cli.options import (
    InputOptions,
    as_of_option,
    day_of,
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
@related_option
@as_of_option
@resolve_options
@output_options
def overlap(
    *,
    files: tuple[str, ...],
    chosen: InputOptions,
    related: tuple[str, ...],
    as_of: datetime | None,
    resolve: bool,
    entities: str | None,
    output_format: str,
    fail_on: str,
    quiet: bool,
) -> None:
    """Show how the segments divide the records: sizes, overlap, gaps, and what cannot be told.

    FILE is read with the shipped rules, or with those of --rules. A record of which a rule cannot be told, because a
    field is missing or unreadable, is counted as such, by the field. With --resolve it tells which persons or companies
    have duplicates in different segments, and counts each segment's members by entity too.

    \b
    segaudit overlap export.csv
    segaudit overlap export.csv --rules segments.yaml --format json
    segaudit overlap export.csv --fail-on error
    segaudit overlap export.csv --resolve
    segaudit overlap export.csv --entities clusters.csv
    """
    with working(f"Deciding the segments of {name_of(files)}", quiet=quiet) as work:
        result = measure(
            files,
            replace(chosen.choices(output_format=output_format), related=related),
            as_of=day_of(as_of),
            resolve=how_to_resolve(entities, resolve=resolve),
            progress=work.say,
        )
    if output_format != "table":
        warn_absent(result.absent_fields, name_of(files), quiet=quiet)
    print_result(output_format, lambda: overlap_document(result), lambda: overlap_json(result))
    exit_on(fail_on, {finding.severity for finding in result.findings})
