"""``segaudit scorecard``."""

from dataclasses import replace
from datetime import datetime

import click

from segaudit.audit.scorecard import scorecard as judge
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
from segaudit.report.scorecard import scorecard_document, scorecard_json, scorecard_rows


@click.command()
@files_argument
@input_options
@engine_options
@related_option
@click.option("--assets", metavar="FOLDER", help="Where the files are that treatments name.")
@as_of_option
@output_options
def scorecard(
    *,
    files: tuple[str, ...],
    chosen: InputOptions,
    related: tuple[str, ...],
    assets: str | None,
    as_of: datetime | None,
    output_format: str,
    fail_on: str,
    quiet: bool,
) -> None:
    """Judge each segment: can it be measured, can it buy, can it be reached, is there data enough.

    And beside these: can records be placed, are the fields fresh, has it an owner, a cadence, a whole treatment, do
    its assets exist, does the list in the CRM hold its members. Each answer is yes, no or can't tell, with what it
    rests on. The limits are in rules/scorecard.yaml. --fail-on: error for a red segment, warning for a yellow one.

    \b
    segaudit scorecard contacts.csv
    segaudit scorecard contacts.csv --with campaign_outcomes.csv --assets content/
    segaudit scorecard contacts.csv --format csv > scorecard.csv
    """
    with working(f"Judging the segments of {name_of(files)}", quiet=quiet) as work:
        result = judge(
            files,
            replace(chosen.choices(output_format=output_format), related=related),
            as_of=day_of(as_of),
            assets=assets,
            progress=work.say,
        )
    if output_format != "table":
        warn_absent(result.absent_fields, name_of(files), quiet=quiet)
    draw = scorecard_rows if output_format == "csv" else scorecard_document
    print_result(output_format, lambda: draw(result), lambda: scorecard_json(result))
    exit_on(fail_on, set(result.severities()))
