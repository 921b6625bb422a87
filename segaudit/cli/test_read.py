"""``segaudit test read``."""

import click

from segaudit.audit.experiment_reading import read_test
from segaudit.cli.options import (
    InputOptions,
    engine_options,
    exit_on,
    files_argument,
    input_options,
    name_of,
    output_options,
    print_result,
)
from segaudit.cli.progress import working
from segaudit.report.experiments import readout_document, readout_json
from segaudit.segments.statistics.corrections import Correction


@click.command(name="read")
@files_argument
@click.option("--assignment", required=True, metavar="FILE", help="Who is in which arm, as `test plan -o` wrote it.")
@click.option("--outcome", required=True, metavar="COLUMN", help="What is compared: yes or no, or an amount.")
@click.option("--lower-is-better", is_flag=True, help="As for unsubscribes.")
@click.option(
    "--correction",
    type=click.Choice([item.value for item in Correction]),
    default=Correction.HOLM.value,
    help="Of several arms: holm, or bh.",
)
@input_options
@engine_options
@output_options
def test_read(
    *,
    files: tuple[str, ...],
    assignment: str,
    outcome: str,
    lower_is_better: bool,
    correction: str,
    chosen: InputOptions,
    output_format: str,
    fail_on: str,
    quiet: bool,
) -> None:
    """Tell what the arms of a test came to, and whether that may be called the test's doing.

    It may only if the arms are those of the hash, and about as large as they were drawn. With --fail-on, arms that are
    no random draw are an error, and anything else to be wary of, such as reading too early, is a warning.

    \b
    segaudit test read outcomes.csv --assignment arms.csv --outcome Replied
    segaudit test read contacts.csv --assignment arms.csv --outcome Unsubscribed --lower-is-better --format json
    """
    with working(f"Reading {name_of(files)}", quiet=quiet):
        readout = read_test(
            files,
            assignment,
            outcome,
            chosen.choices(output_format=output_format),
            correction=Correction(correction),
            lower_is_better=lower_is_better,
        )
    print_result(output_format, lambda: readout_document(readout), lambda: readout_json(readout))
    exit_on(fail_on, ({"error"} if readout.refusals else set()) | ({"warning"} if readout.warnings else set()))
