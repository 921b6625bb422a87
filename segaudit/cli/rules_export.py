"""``segaudit rules export``."""

from datetime import date

import click

from segaudit.audit.exporting import ExportChoices, export_rules, write_export
from segaudit.cli.options import exit_on, output_options, print_result
from segaudit.errors import InputError
from segaudit.model.exports import Fidelity, RulesExported, Target
from segaudit.report.exporting import export_document, export_json

_CURRENT = ("current", "current_date")


@click.command()
@click.argument("path", required=False)
@click.option(
    "--to", "target", type=click.Choice([item.value for item in Target]), required=True, help="What the rules are for."
)
@click.option(
    "--output", "-o", metavar="PATH", help="File for everything, or a folder for the parts; printed if not given."
)
@click.option("--table", metavar="NAME", help="SQL: the typed table (contacts). CRM: its kind of record (contacts).")
@click.option("--columns", metavar="FILE", help="Which column or property holds a field: CSV with field, column, type.")
@click.option(
    "--as-of", metavar="DATE", help="Day that days count from (YYYY-MM-DD), or current for the day it is read on."
)
@click.option("--force", is_flag=True, help="Replace files that are there.")
@output_options
def export(
    *,
    path: str | None,
    target: str,
    output: str | None,
    table: str | None,
    columns: str | None,
    as_of: str | None,
    force: bool,
    output_format: str,
    fail_on: str,
    quiet: bool,
) -> None:
    """Write the rules for another system: a view for a database, lists for HubSpot, queries for Salesforce.

    PATH is a YAML file or a folder of them; the shipped rules if it is not given. What a system cannot say is named,
    segment by segment, and counts as UNKNOWN there.

    \b
    segaudit rules export segments.yaml --to snowflake --table CRM.CONTACTS --as-of current -o segments.sql
    segaudit rules export segments.yaml --to hubspot -o lists/
    """
    choices = ExportChoices(
        table=table, columns=columns, as_of=_day(as_of), moving=as_of is not None and as_of.lower() in _CURRENT
    )
    result = export_rules(path, target, choices)
    written = write_export(result, output, force=force) if output is not None else ()
    if output is None and output_format == "table":
        click.echo(result.files[0].text, nl=False)
        if not quiet:
            _sum_up(result)
    else:
        print_result(output_format, lambda: export_document(result, written), lambda: export_json(result, written))
    severities = {Fidelity.NOT_CARRIED: "error", Fidelity.NEARLY: "warning"}
    exit_on(fail_on, {severities[item.fidelity] for item in result.segments if item.fidelity in severities})


def _sum_up(result: RulesExported) -> None:
    counts = ", ".join(f"{result.counted(kind)} {kind.value.replace('_', ' ')}" for kind in Fidelity)
    click.echo(f"{len(result.segments)} segments for {result.target.value}: {counts}", err=True)


def _day(as_of: str | None) -> date | None:
    if as_of is None or as_of.lower() in _CURRENT:
        return None
    try:
        return date.fromisoformat(as_of)
    except ValueError:
        raise InputError(
            f'"{as_of}" is no day', where="--as-of", hint="write year, month and day, like 2026-06-30, or current"
        ) from None
