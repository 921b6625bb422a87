"""``segaudit demo``."""

from datetime import datetime
from pathlib import Path

import click

from segaudit.audit.deciding import assign, overlap
from segaudit.audit.measuring import coverage
from segaudit.audit.opening import InputChoices
from segaudit.audit.proving import prove_rules
from segaudit.audit.sample import DEMO_DAY, sample_file, usual_bands_file
from segaudit.audit.whole.audit import audit, words_for
from segaudit.cli.progress import counting
from segaudit.report.audit.terminal import summary_document
from segaudit.report.coverage import coverage_document
from segaudit.report.proofs import proof_document
from segaudit.report.segments import assign_document, overlap_document
from segaudit.report.terminal import render_terminal

_TABLES = ("contacts.csv", "companies.csv", "deals.csv", "activities.csv", "campaign_outcomes.csv")


@click.command()
@click.option(
    "-o", "--output", default="segaudit-demo", metavar="DIR", help="Folder for the tagged file and the audit."
)
@click.option("--force", is_flag=True, help="Replace them if they are there.")
def demo(*, output: str, force: bool) -> None:
    """Run the main job on the sample data: coverage, what the usual size bands get wrong, segments, tags, the audit.

    \b
    segaudit demo
    """
    sample = sample_file("contacts.csv")
    day = datetime.fromisoformat(DEMO_DAY).date()
    Path(output).mkdir(parents=True, exist_ok=True)
    tagged = str(Path(output) / "contacts_tagged.csv")
    click.echo("1. How much of each field is filled: segaudit coverage contacts.csv")
    render_terminal(coverage_document(coverage(sample)))
    click.echo(
        "\n2. Size bands as they are usually written, proved without data: segaudit rules prove usual_bands.yaml"
    )
    render_terminal(proof_document(prove_rules(usual_bands_file(), as_of=day)))
    click.echo("\n   The same bands on the data: segaudit overlap contacts.csv --rules usual_bands.yaml")
    render_terminal(overlap_document(overlap(sample, InputChoices(rules=usual_bands_file()), as_of=day)))
    click.echo("\n3. The shipped segments: segaudit overlap contacts.csv")
    render_terminal(overlap_document(overlap(sample, as_of=day)))
    click.echo("\n4. Every record tagged: segaudit assign contacts.csv -o contacts_tagged.csv")
    render_terminal(assign_document(assign(sample, tagged, as_of=day, force=force)))
    click.echo("\n5. Everything as a report: segaudit audit contacts.csv companies.csv deals.csv ... -o audit/")
    folder = str(Path(output) / "audit")
    with counting("Auditing the sample client", quiet=False) as work:
        result = audit([sample_file(name) for name in _TABLES], folder, as_of=day, force=force, tell=work.tell)
    render_terminal(summary_document(result, words_for("en", None), folder))
