"""``segaudit rules operators``."""

import click

from segaudit.audit.ruling import list_operators
from segaudit.cli.options import output_options, print_result
from segaudit.report.rules import operators_document, operators_json


@click.command()
@output_options
def operators(*, output_format: str, fail_on: str, quiet: bool) -> None:  # noqa: ARG001
    """List the operators that criteria can use, and on which kinds of field."""
    known = list_operators()
    print_result(output_format, lambda: operators_document(known), lambda: operators_json(known))
