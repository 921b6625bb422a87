"""``segaudit explain``."""

from dataclasses import replace
from datetime import datetime

import click

from segaudit.cli.history import history_option, to_history
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
from segaudit.errors import InputError


@click.command()
@files_argument
@click.option("--record", metavar="ID", help="The record's id, or its e-mail address.")
@click.option("--row", type=click.IntRange(1), metavar="N", help="Its data row instead, the header not counted.")
@click.option("--schema", metavar="NAME", help="Explain this schema only.")
@input_options
@engine_options
@related_option
@history_option
@as_of_option
@output_options
def explain(
    *,
    files: tuple[str, ...],
    record: str | None,
    row: int | None,
    schema: str | None,
    chosen: InputOptions,
    related: tuple[str, ...],
    history: str | None,
    as_of: datetime | None,
    output_format: str,
    fail_on: str,
    quiet: bool,
) -> None:
    """Explain why a record is in its segments, clause by clause, and what would move it.

    Each clause stands with what the record holds and whether it holds, does not hold, or cannot be told. For the
    nearest other segment of each schema it says the smallest change that puts the record there: fewest fields first,
    then the least of numbers and dates. A change is shown only if the record, so changed, is decided that way; --format
    json has the change for every other segment.

    \b
    segaudit explain export.csv --record 401251
    segaudit explain export.csv --record ann@example.com --rules segments.yaml
    segaudit explain export.csv --row 17 --schema size --format json
    """
    if (record is None) == (row is None):
        problem = "say which record to explain" if record is None else "--record and --row cannot go together"
        raise InputError(problem, hint="give its id with --record, or the number of its data row with --row")
    # The library of the proof takes its time to load, which --help can do without.
    from segaudit.audit.explaining import explain as verb  # noqa: PLC0415 - said above
    from segaudit.report.explaining import explain_document, explain_json, explain_table  # noqa: PLC0415 - said above

    past, _ = to_history(files, related, history, None, without_ids=False)
    with working(f"Explaining a record of {name_of(files)}", quiet=quiet) as work:
        result = verb(
            files,
            record,
            replace(chosen.choices(output_format=output_format), related=related, history=past),
            row=row,
            schema=schema,
            as_of=day_of(as_of),
            progress=work.say,
        )
    if output_format != "table":
        warn_absent(result.absent_fields, name_of(files), quiet=quiet)
    draw = explain_table if output_format == "csv" else explain_document
    print_result(output_format, lambda: draw(result), lambda: explain_json(result))
    exit_on(fail_on, set(result.severities()))
