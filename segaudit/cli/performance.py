"""``segaudit performance``."""

from dataclasses import replace
from datetime import datetime

import click

from segaudit.audit.performance import PerformanceChoices
from segaudit.audit.performance import performance as measure
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
from segaudit.report.performance import performance_document, performance_json
from segaudit.segments.statistics.corrections import Correction


@click.command()
@files_argument
@input_options
@engine_options
@related_option
@as_of_option
@click.option("--schema", metavar="NAME", help="Only the segments of this schema.")
@click.option(
    "--baseline", default="rest", metavar="SEGMENT|rest|best", help="What segments are compared with; the rest."
)
@click.option(
    "--correction",
    type=click.Choice([item.value for item in Correction]),
    default=Correction.HOLM.value,
    help="Of many comparisons: holm, or bh, which finds more and is wrong more often.",
)
@click.option("--stratify", metavar="FIELD", help="Compare like with like by this column; found if not given.")
@click.option(
    "--per",
    "unit",
    type=click.Choice(["record", "send"]),
    default="record",
    help="Count records with at least one outcome, or every send.",
)
@output_options
def performance(
    *,
    files: tuple[str, ...],
    chosen: InputOptions,
    related: tuple[str, ...],
    as_of: datetime | None,
    schema: str | None,
    baseline: str,
    correction: str,
    stratify: str | None,
    unit: str,
    output_format: str,
    fail_on: str,
    quiet: bool,
) -> None:
    """Show what the segments came to: opens, replies, meetings, deals, and which differences are more than chance.

    Outcomes are columns of FILE, or tables given with --with: campaign outcomes, deals, activities. Every figure has
    its interval, every verdict its test; where the numbers are too small to say, it says so. A verdict is also looked
    at within another field, which may be what really differs. With --fail-on, a weak segment is a warning, and a
    verdict that turns round within that field an error.

    \b
    segaudit performance contacts.csv --with campaign_outcomes.csv --with deals.csv
    segaudit performance contacts.csv --with outcomes.csv --schema size --baseline smb
    segaudit performance campaign.csv --rules segments.yaml --stratify Country --format json
    """
    compared = PerformanceChoices(
        schema=schema, correction=Correction(correction), baseline=baseline, stratify=stratify, unit=unit
    )
    with working(f"Deciding the segments of {name_of(files)}", quiet=quiet) as work:
        result = measure(
            files,
            replace(chosen.choices(output_format=output_format), related=related),
            compared,
            as_of=day_of(as_of),
            progress=work.say,
        )
    if output_format != "table":
        warn_absent(result.absent_fields, name_of(files), quiet=quiet)
    print_result(output_format, lambda: performance_document(result), lambda: performance_json(result))
    exit_on(fail_on, set(result.severities()))
