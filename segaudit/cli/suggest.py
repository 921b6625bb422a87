"""``segaudit suggest``."""

from dataclasses import replace
from datetime import datetime

import click

from segaudit.audit.suggesting import SuggestChoices
from segaudit.audit.suggesting import suggest as search
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
from segaudit.report.suggesting import suggest_document, suggest_json


@click.command()
@files_argument
@input_options
@engine_options
@related_option
@as_of_option
@click.option("--only", metavar="KINDS", help="Some of merge,split,retire,boundaries,start; all if not given.")
@click.option(
    "--outcome",
    metavar="NAME",
    help="What suggestions rest on: a metric, a column, or COLUMN=VALUE; found if not given.",
)
@click.option("--start", is_flag=True, help="Propose segments to start with, whatever rules there are.")
@click.option(
    "--output", "-o", metavar="OUT", help="Write the rules with what is suggested: a .yaml file, or a folder."
)
@click.option("--force", is_flag=True, help="Replace it if it is there.")
@output_options
def suggest(
    *,
    files: tuple[str, ...],
    chosen: InputOptions,
    related: tuple[str, ...],
    as_of: datetime | None,
    only: str | None,
    outcome: str | None,
    start: bool,
    output: str | None,
    force: bool,
    output_format: str,
    fail_on: str,
    quiet: bool,
) -> None:
    """Say what could be better about the segments: merge, split, retire, move a boundary; or which to start with.

    What is found on one half of the records has to show on the other half; everything that rests on an outcome is
    corrected for how much was tried. Where the data cannot say, it says so, and what would be needed. If no schema of
    the rules can speak of FILE, or with --start, it proposes segments to begin with.

    Nothing is applied: -o writes rules of their own, to be read and changed. With --fail-on, a suggestion is a warning.

    \b
    segaudit suggest contacts.csv --with deals.csv
    segaudit suggest contacts.csv --rules segments.yaml --outcome reply -o suggested.yaml
    segaudit suggest customers.csv --start -o segments.yaml
    segaudit suggest customers.csv --outcome "Churn=Yes" --only merge,split
    """
    wanted = SuggestChoices(
        only=tuple(word.strip() for word in only.split(",") if word.strip()) if only else (),
        outcome=outcome,
        start=start,
        output=output,
        force=force,
    )
    with working(f"Reading {name_of(files)}", quiet=quiet) as work:
        result = search(
            files,
            replace(chosen.choices(output_format=output_format), related=related),
            wanted,
            as_of=day_of(as_of),
            progress=work.say,
        )
    print_result(output_format, lambda: suggest_document(result), lambda: suggest_json(result))
    exit_on(fail_on, set(result.severities()))
