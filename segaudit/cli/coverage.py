"""``segaudit coverage``."""

import click

from segaudit.audit import InputChoices
from segaudit.audit import coverage as measure
from segaudit.cli.options import delimiter_character, exit_on, input_options, output_options, print_result
from segaudit.model.coverage import Quality
from segaudit.report.coverage import coverage_document, coverage_json

_SEVERITIES = {Quality.NEEDS_DATA_SOURCE: "error", Quality.NEEDS_ENRICHMENT: "warning"}


@click.command()
@click.argument("file")
@input_options
@click.option("--examples", is_flag=True, help="Show frequent values, ranges and cells that cannot be read.")
@output_options
def coverage(  # noqa: PLR0913 - one parameter for each option
    *,
    file: str,
    rules: str | None,
    map_file: str | None,
    sheet: str | None,
    encoding: str | None,
    delimiter: str | None,
    memory_limit: str | None,
    examples: bool,
    output_format: str,
    fail_on: str,
    quiet: bool,  # noqa: ARG001 - the table is the result; there is nothing else to leave out
) -> None:
    """Show how much of each field is filled, and how good it is.

    FILE is a CSV, TSV, XLSX, XLS, XLSB, ODS or Parquet file, or - for standard input. A field is Good, Needs
    enrichment or Needs data source; the cut-offs are printed with the table. For --fail-on, a core field that needs
    a data source is an error, and one that needs enrichment is a warning.

    \b
    segaudit coverage export.csv
    segaudit coverage export.xlsx --sheet Contacts --format json
    """
    result = measure(
        file,
        InputChoices(
            rules=rules,
            map=map_file,
            sheet=sheet,
            encoding=encoding,
            delimiter=delimiter_character(delimiter),
            memory_limit=memory_limit,
        ),
    )
    print_result(
        output_format,
        lambda: coverage_document(result, examples=examples),
        lambda: coverage_json(result, examples=examples),
    )
    exit_on(fail_on, {_SEVERITIES[column.quality] for column in result.columns if column.core and column.quality in _SEVERITIES})
