"""``segaudit rules prove``."""

from datetime import datetime

import click

from segaudit.audit.proving import prove_rules
from segaudit.cli.options import as_of_option, day_of, exit_on, output_options, print_result
from segaudit.report.proofs import proof_document, proof_json


@click.command()
@click.argument("path", required=False)
@as_of_option
@output_options
def prove(*, path: str | None, as_of: datetime | None, output_format: str, fail_on: str, quiet: bool) -> None:  # noqa: ARG001
    """Prove what the rules do, without data: overlaps, gaps, and segments that nothing reaches.

    Each overlap and gap comes with a record that shows it, and with the smallest edit that mends it. What hangs on a
    regular expression or another clause that cannot be looked into is "not proven".

    \b
    segaudit rules prove segments.yaml
    segaudit rules prove segments.yaml --format json --fail-on error
    """
    result = prove_rules(path, day_of(as_of))
    print_result(output_format, lambda: proof_document(result), lambda: proof_json(result))
    exit_on(fail_on, {finding.severity for finding in result.findings})
