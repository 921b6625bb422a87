"""``segaudit audit``."""

from dataclasses import replace
from datetime import datetime

import click

from segaudit.audit.history import history_file
from segaudit.audit.whole.audit import audit as run
from segaudit.audit.whole.audit import words_for
from segaudit.audit.whole.run import AuditOptions
from segaudit.cli.options import (
    FAIL_LEVELS,
    InputOptions,
    as_of_option,
    day_of,
    engine_options,
    exit_on,
    input_options,
    name_of,
    print_result,
)
from segaudit.cli.progress import counting
from segaudit.report.audit.terminal import severities, summary_document
from segaudit.report.audit_json import audit_json


@click.command()
@click.argument("files", nargs=-1, metavar="[FILE...]")
@click.option("--output", "-o", required=True, metavar="FOLDER", help="Where the audit goes.")
@input_options
@engine_options
@click.option("--main", metavar="TABLE", help="Table whose records are segmented; contacts, else companies.")
@click.option("--against", metavar="FOLDER", help="An earlier audit: say what became better and worse.")
@click.option("--assets", metavar="FOLDER", help="Where the files are that treatments name.")
@click.option("--history", metavar="FILE", help="Recorded runs to tell from what has moved since.")
@click.option("--record", is_flag=True, help="Keep the segments of this audit in the history, for the next one.")
@click.option("--language", metavar="NAME", help="Language of the report: en, de, or one of your rules folder.")
@click.option("--redact", is_flag=True, help="Mask values and do not number small groups: for reports that leave.")
@as_of_option
@click.option("--force", is_flag=True, help="Replace the audit that is in the folder.")
@click.option(
    "--format",
    "output_format",
    type=click.Choice(("table", "json", "md")),
    default="table",
    help="How to print the summary.",
)
@click.option(
    "--fail-on",
    type=click.Choice(FAIL_LEVELS),
    default="never",
    help="Exit with 1 if there are findings of this severity or worse.",
)
@click.option("--quiet", "-q", is_flag=True, help="Print nothing.")
def audit(
    *,
    files: tuple[str, ...],
    output: str,
    chosen: InputOptions,
    main: str | None,
    against: str | None,
    assets: str | None,
    history: str | None,
    record: bool,
    language: str | None,
    redact: bool,
    as_of: datetime | None,
    force: bool,
    output_format: str,
    fail_on: str,
    quiet: bool,
) -> None:
    """Audit a client's files, and write a folder that can be sent.

    Give all exports of one client, or the workspace file that names them. The folder holds report.html (opens offline,
    prints well), report.xlsx, report.md and audit.json with the same numbers, and files to work with: issues.csv,
    fixes/ with what takes them back, segments/, enrichment.csv, suppression.csv.

    \b
    segaudit audit contacts.csv companies.csv deals.csv -o audit/
    segaudit audit segaudit.yaml -o audit_june/ --against audit_may/ --record
    segaudit audit export.xlsx -o for_the_client/ --redact --language de
    """
    past = history_file(history, files) if history is not None or record else None
    with counting(f"Auditing {name_of(files) if files else 'the workspace'}", quiet=quiet) as work:
        result = run(
            files,
            output,
            replace(chosen.choices(output_format="json"), history=past),
            AuditOptions(main=main, assets=assets, record=record, redact=redact, language=language),
            as_of=day_of(as_of),
            against=against,
            force=force,
            tell=work.tell,
        )
    if not quiet:
        words = words_for("en", chosen.rules)
        print_result(output_format, lambda: summary_document(result, words, output), lambda: audit_json(result))
    exit_on(fail_on, severities(result))
