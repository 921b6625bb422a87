"""``segaudit init``."""

import click

from segaudit.audit.opening import InputChoices
from segaudit.audit.workspaces import init_workspace
from segaudit.cli.options import engine_options, print_result
from segaudit.cli.progress import working
from segaudit.report.workspace import init_document, init_json


@click.command()
@click.argument("files", nargs=-1, metavar="FILE...")
@click.option(
    "-o", "--output", default="segaudit.yaml", show_default=True, metavar="FILE", help="Workspace file to write."
)
@click.option("--rules", metavar="PATH", help="Rules folder, instead of the shipped rules.")
@click.option("--strict", is_flag=True, help="Refuse files that are anything but one plain table each.")
@click.option("--rejects", metavar="FILE", help="Write what is set aside there: table, file, line, reason, text (CSV).")
@click.option("--memory-limit", metavar="SIZE", help="Most memory to use, like 512MB.")
@engine_options
@click.option(
    "--format", "output_format", type=click.Choice(["table", "json"]), default="table", help="How to print the summary."
)
@click.option("--quiet", "-q", is_flag=True, help="Print nothing.")
def init(
    *,
    files: tuple[str, ...],
    output: str,
    rules: str | None,
    strict: bool,
    rejects: str | None,
    memory_limit: str | None,
    engine: str | None,
    master: str | None,
    spark_conf: tuple[str, ...],
    work: str | None,
    output_format: str,
    quiet: bool,
) -> None:
    """Write the workspace file of some tables: what each is, what its columns mean, how they are joined.

    FILE is a data file, a workbook (each visible sheet is a table) or a folder of them. The file is for people to
    correct. Run again, it keeps every line that stands there and adds what is new: files, columns, and the joins that
    go with them. It says which files are gone, and removes nothing.

    \b
    segaudit init contacts.csv companies.csv deals.csv
    segaudit init exports/ -o client.yaml
    segaudit init                              add the new columns of what segaudit.yaml names
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
    with working("Looking at the tables", quiet=quiet):
        result = init_workspace(files, output, choices)
    if not quiet:
        print_result(output_format, lambda: init_document(result), lambda: init_json(result))
