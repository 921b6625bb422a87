"""``segaudit fields``."""

from datetime import datetime

import click

from segaudit.audit.dictionary import fields as measure
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
from segaudit.report.dictionary import dictionary_document, dictionary_json


@click.command()
@files_argument
@input_options
@engine_options
@as_of_option
@output_options
def fields(
    *,
    files: tuple[str, ...],
    chosen: InputOptions,
    as_of: datetime | None,
    output_format: str,
    fail_on: str,
    quiet: bool,
) -> None:
    """List every column: what it is, how it is filled, who owns it, and what reads it.

    A column nothing reads is listed as such, sensitive ones first: collect only what you use. Owner, description,
    sensitive and updated come from fields: in the rules. --fail-on: error if a sensitive column is kept that nothing
    reads, warning if one about persons is.

    \b
    segaudit fields export.csv
    segaudit fields export.csv --rules segments.yaml --format md > dictionary.md
    """
    with working(f"Reading the fields of {name_of(files)}", quiet=quiet):
        result = measure(files, chosen.choices(output_format=output_format), as_of=day_of(as_of))
    print_result(output_format, lambda: dictionary_document(result), lambda: dictionary_json(result))
    exit_on(fail_on, result.severities())
