"""``segaudit enrich``."""

from dataclasses import replace
from datetime import datetime

import click

from segaudit.audit.enriching import ListOutput
from segaudit.audit.enriching import enrich as measure
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
from segaudit.report.enrichment import enrichment_document, enrichment_json


@click.command()
@files_argument
@input_options
@related_option
@engine_options
@click.option("--list", "list_path", metavar="OUT.csv", help="Write which fields to fill in which record, best first.")
@click.option("--force", is_flag=True, help="Replace the list if there is one.")
@as_of_option
@output_options
def enrich(
    *,
    files: tuple[str, ...],
    chosen: InputOptions,
    related: tuple[str, ...],
    list_path: str | None,
    force: bool,
    as_of: datetime | None,
    output_format: str,
    fail_on: str,
    quiet: bool,
) -> None:
    """Show which missing fields are worth filling: how many records each would decide, alone and together.

    A record is open in a schema if its label could change with what is not known. A set of fields decides it if the
    label is certain once they are filled, whatever their values turn out to be. --fail-on: error if a schema cannot
    place more than half of the records, warning if it cannot place some.

    \b
    segaudit enrich export.csv
    segaudit enrich export.csv --rules segments.yaml --list to_fill.csv
    segaudit enrich contacts.csv --with accounts.csv
    """
    with working(f"Weighing the missing fields of {name_of(files)}", quiet=quiet):
        result = measure(
            files,
            replace(chosen.choices(output_format=output_format), related=related),
            ListOutput(path=list_path, force=force) if list_path is not None else None,
            as_of=day_of(as_of),
        )
    if output_format != "table":
        warn_absent(result.absent_fields, name_of(files), quiet=quiet)
    print_result(output_format, lambda: enrichment_document(result), lambda: enrichment_json(result))
    exit_on(fail_on, result.severities())
