"""``segaudit rules``: what can be asked of the rules themselves."""

from datetime import datetime

import click

from segaudit.audit.proving import prove_rules
from segaudit.audit.ruling import check_rules, list_operators, run_rule_tests
from segaudit.cli.options import as_of_option, day_of, exit_on, output_options, print_result
from segaudit.report.proofs import proof_document, proof_json
from segaudit.report.rules import (
    check_document,
    check_json,
    operators_document,
    operators_json,
    tests_document,
    tests_json,
)


@click.group()
def rules() -> None:
    """Check, prove and test segment rules, and list what they can say."""


@rules.command()
@click.argument("path", required=False)
@output_options
def check(*, path: str | None, output_format: str, fail_on: str, quiet: bool) -> None:  # noqa: ARG001
    """Check a rules file or folder: every mistake at once, with its line; then what is not documented.

    PATH is a YAML file or a folder of them; the shipped rules if it is not given. Mistakes exit with 2.

    \b
    segaudit rules check segments.yaml
    """
    result = check_rules(path)
    print_result(output_format, lambda: check_document(result), lambda: check_json(result))
    exit_on(fail_on, {finding.severity for finding in result.findings})


@rules.command()
@click.argument("path", required=False)
@output_options
def test(*, path: str | None, output_format: str, fail_on: str, quiet: bool) -> None:  # noqa: ARG001
    """Run the tests written in the rules: a record given, and the label it must get.

    Exits with 1 if a test fails.

    \b
    segaudit rules test segments.yaml
    """
    result = run_rule_tests(path)
    print_result(output_format, lambda: tests_document(result), lambda: tests_json(result))
    if any(not outcome.passed for outcome in result.outcomes):
        click.get_current_context().exit(1)


@rules.command()
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


@rules.command()
@output_options
def operators(*, output_format: str, fail_on: str, quiet: bool) -> None:  # noqa: ARG001
    """List the operators that criteria can use, and on which kinds of field."""
    known = list_operators()
    print_result(output_format, lambda: operators_document(known), lambda: operators_json(known))
