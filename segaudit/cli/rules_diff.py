"""``segaudit rules diff``."""

from dataclasses import replace
from datetime import datetime

import click

from segaudit.audit.comparing import diff_rules
from segaudit.cli.options import (
    InputOptions,
    as_of_option,
    day_of,
    exit_on,
    input_options,
    name_of,
    output_options,
    print_result,
    related_option,
    warn_absent,
)
from segaudit.cli.progress import working
from segaudit.errors import InputError
from segaudit.report.rules_diff import diff_document, diff_json


@click.command()
@click.argument("a")
@click.argument("b")
@click.option("--data", metavar="FILE", multiple=True, help="Count in this file where the two part; repeatable.")
@click.option("--match", metavar="A=B", multiple=True, help="What is the same under another name; repeatable.")
@input_options
@related_option
@as_of_option
@output_options
def diff(
    *,
    a: str,
    b: str,
    data: tuple[str, ...],
    match: tuple[str, ...],
    chosen: InputOptions,
    related: tuple[str, ...],
    as_of: datetime | None,
    output_format: str,
    fail_on: str,
    quiet: bool,
) -> None:
    """Compare two rule files or folders: proof of where they part, and with --data counts and examples.

    A and B are marketing's and sales' definition, or last quarter's and this one's. Each segment of B is the same,
    narrower, wider, overlapping or disjoint, and a record shows it. Schemas and segments are matched by their ids; one
    that is on one side only is put beside the closest name. --rules names whose field names the data is read with; A's
    if it is not given.

    \b
    segaudit rules diff marketing.yaml sales.yaml
    segaudit rules diff marketing.yaml sales.yaml --data export.csv
    segaudit rules diff marketing.yaml sales.yaml --match size=company_size --match size.smb=company_size.small
    """
    with working("Comparing the rules", quiet=quiet):
        result = diff_rules(
            a,
            b,
            as_of=day_of(as_of),
            match=_matches(match),
            data=data or None,
            choices=replace(chosen.choices(output_format=output_format), related=related),
        )
    if result.data is not None and output_format != "table":
        warn_absent(result.data.absent, name_of(data), quiet=quiet)
    print_result(output_format, lambda: diff_document(result), lambda: diff_json(result))
    exit_on(fail_on, {finding.severity for finding in result.findings})


def _matches(given: tuple[str, ...]) -> dict[str, str]:
    """Return what --match says: an id of A, the id of B."""
    found = {}
    for text in given:
        one, sign, other = (part.strip() for part in text.partition("="))
        if not sign or not one or not other or ("." in one) is not ("." in other):
            raise InputError(
                f'"{text}" matches nothing', where="--match", hint="write size=company_size or size.smb=size.small"
            )
        found[one] = other
    return found
