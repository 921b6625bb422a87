"""``segaudit drift``."""

from dataclasses import replace
from datetime import datetime

import click

from segaudit.cli.history import history_option
from segaudit.cli.options import (
    InputOptions,
    as_of_option,
    day_of,
    engine_options,
    exit_on,
    input_options,
    output_options,
    print_result,
    read_day,
    related_option,
    warn_absent,
)
from segaudit.cli.progress import working
from segaudit.errors import InputError

_TWO = 2


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="[OLD] NEW")
@input_options
@engine_options
@related_option
@click.option(
    "--old-with",
    "old_related",
    multiple=True,
    metavar="FILE",
    help="A table that belongs to the old list; if none is given, those of --with do.",
)
@as_of_option
@click.option(
    "--old-as-of",
    callback=read_day,
    metavar="DATE",
    help="Day the old list was exported: it is decided as of then, and ages of dates are compared.",
)
@history_option
@click.option("--run", type=click.IntRange(1), metavar="N", help="Which recorded run; the newest if not given.")
@output_options
def drift(
    *,
    files: tuple[str, ...],
    chosen: InputOptions,
    related: tuple[str, ...],
    old_related: tuple[str, ...],
    as_of: datetime | None,
    old_as_of: datetime | None,
    history: str | None,
    run: int | None,
    output_format: str,
    fail_on: str,
    quiet: bool,
) -> None:
    """Tell what has changed between two lists, or since a recorded run.

    OLD and NEW are decided by the same rules; records are followed by their id. It tells the size of each segment then
    and now, who moved from which label to which and the clauses behind it, columns whose values are spread otherwise,
    values that are new or have vanished, and columns that are filled less. What chance explains is no finding.

    \b
    segaudit drift may.csv june.csv
    segaudit drift may.csv june.csv --old-as-of 2026-05-31 --as-of 2026-06-30
    segaudit drift june.csv --history            since the newest run of segaudit-history.duckdb
    segaudit drift june.csv --history --run 3 --fail-on error
    """
    _check(files, history=history, run=run, old_as_of=old_as_of, old_related=old_related)
    # Statistics take their time to load, which --help can do without.
    from segaudit.audit.drift import drift as compare  # noqa: PLC0415 - said above
    from segaudit.audit.history import history_file  # noqa: PLC0415 - as above
    from segaudit.report.drift import drift_document, drift_json  # noqa: PLC0415 - as above

    past = None if history is None and len(files) == _TWO else history_file(history, files, related)
    with working(f"Comparing {files[-1]}", quiet=quiet) as work:
        result = compare(
            files[-1],
            files[0] if len(files) == _TWO else None,
            replace(chosen.choices(output_format=output_format), related=related, history=past),
            run=run,
            as_of=day_of(as_of),
            old_as_of=day_of(old_as_of),
            old_related=old_related,
            progress=work.say,
        )
    if output_format != "table":
        warn_absent(result.absent_fields, files[-1], quiet=quiet)
    print_result(output_format, lambda: drift_document(result), lambda: drift_json(result))
    exit_on(fail_on, set(result.severities()))


def _check(
    files: tuple[str, ...],
    *,
    history: str | None,
    run: int | None,
    old_as_of: datetime | None,
    old_related: tuple[str, ...],
) -> None:
    """Refuse what does not go together.

    Raises:
        InputError: With how to say it.
    """
    if len(files) > _TWO:
        raise InputError("two lists are compared, and there are more", hint="segaudit drift OLD NEW")
    if len(files) == _TWO and run is not None:
        hint = "segaudit drift OLD NEW, or segaudit drift NEW --history --run N"
        raise InputError("an old list and a recorded run cannot go together", where="--run", hint=hint)
    if len(files) == 1 and history is None and run is None:
        hint = "name the old list before it: segaudit drift OLD NEW; or a recorded run: --history"
        raise InputError("it is not said what to compare it with", where=files[0], hint=hint)
    if len(files) == 1 and (old_as_of is not None or old_related):
        raise InputError("a recorded run knows its day and its tables", hint="leave --old-as-of and --old-with out")
