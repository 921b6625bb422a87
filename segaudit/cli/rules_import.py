"""``segaudit rules import``."""

import click

from segaudit.audit.importing import import_lists, write_lists
from segaudit.cli.options import exit_on, output_options, print_result
from segaudit.report.exporting import import_document, import_json


@click.command("import")
@click.argument("file")
@click.option(
    "--from", "system", type=click.Choice(["hubspot"]), required=True, help="Which system the lists are from."
)
@click.option("--output", "-o", metavar="FILE", help="Segment file to write (YAML); printed if not given.")
@click.option("--force", is_flag=True, help="Replace the file if there is one.")
@output_options
def import_(
    *, file: str, system: str, output: str | None, force: bool, output_format: str, fail_on: str, quiet: bool
) -> None:
    """Read another system's lists as segment rules, to audit them with overlap and prove.

    FILE is JSON as HubSpot's lists API answers it, with filters: one list or several. What a list asks that the rules
    have no word for is named.

    \b
    segaudit rules import lists.json --from hubspot -o segments.yaml
    segaudit rules prove segments.yaml
    """
    result = import_lists(file, system)
    if output is not None:
        write_lists(result, output, force=force)
    if output is None and output_format == "table":
        click.echo(result.text, nl=False)
        if not quiet:
            in_part = sum(bool(item.notes) for item in result.lists)
            click.echo(f"{len(result.lists)} lists, {in_part} of them in part", err=True)
    else:
        print_result(output_format, lambda: import_document(result, output), lambda: import_json(result, output))
    exit_on(fail_on, {"error" for item in result.lists if item.notes})
