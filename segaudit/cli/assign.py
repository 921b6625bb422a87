"""``segaudit assign``."""

from datetime import datetime

import click

from segaudit.audit.deciding import assign as tag
from segaudit.cli.options import (
    FAIL_LEVELS,
    InputOptions,
    as_of_option,
    day_of,
    exit_on,
    files_argument,
    input_options,
    name_of,
    print_result,
    warn_absent,
)
from segaudit.cli.progress import working
from segaudit.cli.resolving import how_to_resolve, resolve_options
from segaudit.report.segments import assign_document, assign_json


@click.command()
@files_argument
@click.option(
    "-o", "--output", required=True, metavar="OUT", help="File to write: .csv, .tsv, .xlsx or .parquet, by its ending."
)
@input_options
@as_of_option
@resolve_options
@click.option("--force", is_flag=True, help="Replace the output file if there is one.")
@click.option(
    "--spreadsheet-safe", is_flag=True, help="In CSV, put an apostrophe before cells a spreadsheet would run."
)
@click.option(
    "--format", "output_format", type=click.Choice(["table", "json"]), default="table", help="How to print the summary."
)
@click.option(
    "--fail-on",
    type=click.Choice(FAIL_LEVELS),
    default="never",
    help="Exit with 1 if a record matches segments that exclude each other (error), or has no segment (warning).",
)
@click.option("--quiet", "-q", is_flag=True, help="Print nothing.")
def assign(
    *,
    files: tuple[str, ...],
    output: str,
    chosen: InputOptions,
    as_of: datetime | None,
    resolve: bool,
    entities: str | None,
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

    \b
    segaudit assign export.csv -o tagged.csv
    segaudit assign export.xlsx -o tagged.xlsx --rules segments.yaml --as-of 2026-06-30
    segaudit assign export.csv -o tagged.csv --entities clusters.csv
    """
    with working(f"Tagging {name_of(files)}", quiet=quiet) as work:
        result = tag(
            files,
            output,
            chosen.choices(output_format=output_format),
            as_of=day_of(as_of),
            resolve=how_to_resolve(entities, resolve=resolve),
            force=force,
            spreadsheet_safe=spreadsheet_safe,
            progress=work.say,
        )
    if not quiet:
        if output_format != "table":
            warn_absent(result.absent_fields, name_of(files), quiet=quiet)
        print_result(output_format, lambda: assign_document(result), lambda: assign_json(result))
    exit_on(fail_on, set(result.severities()))
