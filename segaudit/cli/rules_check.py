"""``segaudit rules check``."""

from dataclasses import replace
from datetime import datetime

import click

from segaudit.audit.checking import check_rules
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
from segaudit.errors import SegauditError
from segaudit.report.rules import check_document, check_json


@click.command()
@click.argument("path", required=False)
@click.option("--data", metavar="FILE", multiple=True, help="Count in this file what findings are about; repeatable.")
@click.option("--only", metavar="RULE", multiple=True, help="Check this rule only, such as untested; repeatable.")
@click.option("--ignore", metavar="RULE", multiple=True, help="Do not check this rule; repeatable.")
@input_options
@related_option
@as_of_option
@output_options
def check(
    *,
    path: str | None,
    data: tuple[str, ...],
    only: tuple[str, ...],
    ignore: tuple[str, ...],
    chosen: InputOptions,
    related: tuple[str, ...],
    as_of: datetime | None,
    output_format: str,
    fail_on: str,
    quiet: bool,
) -> None:
    """Check a rules file or folder: every mistake at once, with its line; then what is not documented.

    PATH is a YAML file or a folder of them; the shipped rules if it is not given. Mistakes exit with 2. With --data,
    findings say how many records of a file they are about, and the coverage of what segments require is shown.

    \b
    segaudit rules check segments.yaml
    segaudit rules check segments.yaml --data export.csv
    segaudit rules check segments.yaml --only untested --only undocumented
    segaudit rules check segments.yaml --ignore assets
    """
    rules = _rules_path(path, chosen.rules)
    with working("Checking the rules", quiet=quiet):
        result = check_rules(
            rules,
            as_of=day_of(as_of),
            data=data or None,
            choices=replace(chosen.choices(output_format=output_format), rules=rules, related=related),
            only=only,
            skip=ignore,
        )
    if result.counts is not None and output_format != "table":
        warn_absent(result.counts.absent, name_of(data), quiet=quiet)
    print_result(output_format, lambda: check_document(result), lambda: check_json(result))
    exit_on(fail_on, {finding.severity for finding in result.findings})


def _rules_path(path: str | None, option: str | None) -> str | None:
    """Return the rules meant: --rules says the same as PATH."""
    if path is not None and option is not None and path != option:
        raise SegauditError("PATH and --rules name different rules", where="--rules", hint="give one of them")
    return path if path is not None else option
