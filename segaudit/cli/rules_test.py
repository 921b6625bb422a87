"""``segaudit rules test``."""

import click

from segaudit.audit.ruling import run_rule_tests
from segaudit.cli.options import output_options, print_result
from segaudit.report.rules import tests_document, tests_json


@click.command()
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
