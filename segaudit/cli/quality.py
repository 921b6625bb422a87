"""``segaudit quality``."""

from datetime import datetime

import click

from segaudit.cli.options import (
    InputOptions,
    as_of_option,
    day_of,
    engine_options,
    exit_on,
    files_argument,
    input_options,
    name_of,
    output_options,
    print_result,
)
from segaudit.cli.progress import working
from segaudit.report.quality import quality_document, quality_json


@click.command()
@files_argument
@input_options
@engine_options
@as_of_option
@click.option("--issues", metavar="FILE", help="Write every issue there, cell by cell (CSV).")
@click.option("--fixes", metavar="DIR", help="Write files there that a CRM can import: what is certain, mended.")
@click.option(
    "--contract", metavar="FILE", help="Write the row contract the table suggests, for pandera: .yaml or .py."
)
@click.option("--schema", metavar="FILE", help="Check a pandera schema of the client's own as well (YAML).")
@click.option(
    "--gate", metavar="FILE", help="Thresholds (YAML) or a great_expectations suite (JSON); exit 1 if not met."
)
@click.option("--suite", metavar="FILE", help="Write the checks of rows as a suite for great_expectations elsewhere.")
@click.option("--data-docs", metavar="DIR", help="Write what great_expectations says of the gate as pages.")
@click.option("--force", is_flag=True, help="Replace files that exist already.")
@click.option("--examples", is_flag=True, help="Show cells in full that are masked otherwise.")
@output_options
def quality(
    *,
    files: tuple[str, ...],
    chosen: InputOptions,
    as_of: datetime | None,
    issues: str | None,
    fixes: str | None,
    contract: str | None,
    schema: str | None,
    gate: str | None,
    suite: str | None,
    data_docs: str | None,
    force: bool,
    examples: bool,
    output_format: str,
    fail_on: str,
    quiet: bool,
) -> None:
    """Say what is wrong in a table, where, how sure it is, and what to do.

    The checks are data: rules/quality/*.yaml, replaced file by file by a folder named with --rules. What nobody can
    state in advance is found without being told: stand-ins for missing values, one value in many spellings, cells that
    contradict the rest. "Sure" is the share of rows that are certainly wrong; what cannot be told is not counted.

    \b
    segaudit quality export.csv
    segaudit quality export.csv --issues issues.csv --fixes fixes/
    segaudit quality export.csv --gate gate.yaml
    """
    # Brings the finders' libraries, which --help can do without.
    from segaudit.audit import quality as verb  # noqa: PLC0415 - said above

    outputs = verb.QualityOutputs(
        issues=issues, fixes=fixes, contract=contract, suite=suite, data_docs=data_docs, force=force
    )
    with working(f"Checking {name_of(files)}", quiet=quiet):
        choices = chosen.choices(output_format=output_format)
        result = verb.quality(files, choices, outputs, as_of=day_of(as_of), schema=schema, gate=gate)
    print_result(
        output_format,
        lambda: quality_document(result, examples=examples),
        lambda: quality_json(result, examples=examples),
    )
    if not result.gate_met:
        click.get_current_context().exit(1)
    exit_on(fail_on, {finding.severity.value for finding in result.findings})
