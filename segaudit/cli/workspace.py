"""``segaudit workspace``."""

import click

from segaudit.audit.opening import InputChoices
from segaudit.audit.workspaces import workspace as check
from segaudit.cli.options import engine_options, exit_on, output_options, print_result
from segaudit.cli.progress import working
from segaudit.report.workspace import workspace_document, workspace_json


@click.command()
@click.argument("files", nargs=-1, metavar="[FILE...]")
@click.option("--rules", metavar="PATH", help="Rules folder, instead of the shipped rules.")
@click.option("--strict", is_flag=True, help="Refuse files that are anything but one plain table each.")
@click.option("--rejects", metavar="FILE", help="Write what is set aside there: table, file, line, reason, text (CSV).")
@click.option("--memory-limit", metavar="SIZE", help="Most memory to use, like 512MB.")
@engine_options
@output_options
def workspace(
    *,
    files: tuple[str, ...],
    rules: str | None,
    strict: bool,
    rejects: str | None,
    memory_limit: str | None,
    engine: str | None,
    master: str | None,
    spark_conf: tuple[str, ...],
    work: str | None,
    output_format: str,
    fail_on: str,
    quiet: bool,
) -> None:
    """Check several tables against each other: keys, joins, orphans, and how many rows meet at one.

    FILE is a workspace file as `segaudit init` writes it; the segaudit.yaml of this folder if nothing is named. Of
    data files, workbooks and folders everything is guessed. Ids are compared as text, trimmed; Salesforce's 15 and 18
    characters are one id, 123.0 is 123. A contact without a company id is joined by e-mail domain, free mail left out.

    \b
    segaudit workspace
    segaudit workspace contacts.csv companies.csv deals.csv
    segaudit workspace client.yaml --format json --fail-on error
    """
    choices = InputChoices(
        rules=rules,
        strict=strict,
        rejects=rejects,
        memory_limit=memory_limit,
        engine=engine,
        master=master,
        spark_conf=spark_conf,
        work=work,
    )
    with working("Checking the tables", quiet=quiet):
        result = check(files, choices)
    print_result(output_format, lambda: workspace_document(result), lambda: workspace_json(result))
    exit_on(fail_on, {finding.severity for finding in result.findings})
