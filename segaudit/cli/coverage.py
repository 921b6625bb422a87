"""``segaudit coverage``."""

from datetime import datetime

import click

from segaudit.audit.measuring import coverage as measure
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
)
from segaudit.cli.progress import working
from segaudit.model.coverage import Quality
from segaudit.report.coverage import coverage_document, coverage_json

_SEVERITIES = {Quality.NEEDS_DATA_SOURCE: "error", Quality.NEEDS_ENRICHMENT: "warning"}


@click.command()
@files_argument
@input_options
@engine_options
@as_of_option
@click.option("--examples", is_flag=True, help="Show frequent values, ranges and cells that cannot be read.")
@output_options
def coverage(
    *,
    files: tuple[str, ...],
    chosen: InputOptions,
    as_of: datetime | None,
    examples: bool,
    output_format: str,
    fail_on: str,
    quiet: bool,
) -> None:
    """Show how much of each field is filled, and how good it is.

    FILE is a CSV, TSV, XLSX, XLS, XLSB, ODS or Parquet file, packed or not, or - for standard input. Several files,
    or a pattern in quotes, are parts of one table. A field is Good, Needs
    enrichment or Needs data source; the cut-offs are printed with the table. For --fail-on, a core field that needs
    a data source is an error, and one that needs enrichment is a warning.

    \b
    segaudit coverage export.csv
    segaudit coverage export.xlsx --sheet Contacts --format json
    """
    with working(f"Measuring {name_of(files)}", quiet=quiet):
        result = measure(files, chosen.choices(output_format=output_format), as_of=day_of(as_of))
    print_result(
        output_format,
        lambda: coverage_document(result, examples=examples),
        lambda: coverage_json(result, examples=examples),
    )
    judged = {column.quality for column in result.columns if column.core}
    exit_on(fail_on, {severity for quality, severity in _SEVERITIES.items() if quality in judged})
