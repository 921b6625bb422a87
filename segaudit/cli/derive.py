"""``segaudit derive``."""

from dataclasses import replace
from datetime import datetime

import click

from segaudit.audit.deriving import derive as derive_fields
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
)
from segaudit.cli.progress import working
from segaudit.report.deriving import derive_document, derive_json


@click.command()
@files_argument
@click.option(
    "-o", "--output", required=True, metavar="OUT", help="File to write: .csv, .tsv, .xlsx or .parquet, by its ending."
)
@click.option("--only", metavar="FIELDS", help="Fields to derive, with commas between; all that can be if not given.")
@click.option("--fill", is_flag=True, help="Fill the blanks of columns that are there, in a column <field>_filled.")
@input_options
@engine_options
@related_option
@as_of_option
@click.option("--force", is_flag=True, help="Replace the output file if there is one.")
@click.option(
    "--spreadsheet-safe", is_flag=True, help="In CSV, put an apostrophe before cells a spreadsheet would run."
)
@output_options
def derive(
    *,
    files: tuple[str, ...],
    output: str,
    only: str | None,
    fill: bool,
    chosen: InputOptions,
    related: tuple[str, ...],
    as_of: datetime | None,
    force: bool,
    spreadsheet_safe: bool,
    output_format: str,
    fail_on: str,
    quiet: bool,
) -> None:
    """Write a copy of FILE with what follows from its fields: function and seniority from a title, region, bands.

    Every input row and column is kept, in its order. Each derived field adds three columns: <field>, <field>_from (the
    words it was told by) and <field>_sure (0 to 1). A field a column provides is left alone. --fail-on: warning if some
    records have something to tell a field from and it cannot be told.

    \b
    segaudit derive contacts.csv -o enriched.csv
    segaudit derive contacts.csv -o enriched.xlsx --only job_function,seniority,region
    segaudit derive companies.csv -o accounts.csv --with contacts.csv --with deals.csv
    """
    wanted = tuple(filter(None, map(str.strip, (only or "").split(","))))
    with working(f"Deriving fields of {name_of(files)}", quiet=quiet) as work:
        result = derive_fields(
            files,
            output,
            replace(chosen.choices(output_format=output_format), related=related),
            only=wanted,
            fill=fill,
            as_of=day_of(as_of),
            force=force,
            spreadsheet_safe=spreadsheet_safe,
            progress=work.say,
        )
    if not quiet:
        print_result(output_format, lambda: derive_document(result), lambda: derive_json(result))
    exit_on(fail_on, {"warning"} if any(item.untold_rows for item in result.fields) else set())
