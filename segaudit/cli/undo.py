"""``segaudit undo``."""

import click

from segaudit.audit.opening import InputChoices
from segaudit.cli.progress import working
from segaudit.report.safety import shown


@click.command()
@click.argument("golden", metavar="GOLDEN")
@click.argument("undo_file", metavar="UNDO")
@click.option("-o", "--output", metavar="FILE", required=True, help="File to write (CSV, TSV or Parquet).")
@click.option("--entity", "entities", metavar="ID", multiple=True, help="Only this entity; can be given again.")
@click.option("--record", "records", metavar="KEY", multiple=True, help="Only this record leaves its entity; again.")
@click.option("--rules", metavar="PATH", help="Rules folder, instead of the shipped rules.")
@click.option("--map", "map_file", metavar="FILE", help="Which column is which field (CSV or YAML).")
@click.option("--force", is_flag=True, help="Replace a file that exists already.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
def undo(
    *,
    golden: str,
    undo_file: str,
    output: str,
    entities: tuple[str, ...],
    records: tuple[str, ...],
    rules: str | None,
    map_file: str | None,
    force: bool,
    quiet: bool,
) -> None:
    """Take merges back: GOLDEN and UNDO are the files that one run of dedupe wrote.

    Without --entity and --record, FILE is the table as it was before, cell for cell. With them it is golden records
    again, and UNDO goes on to belong to it.

    \b
    segaudit undo golden.csv undo.csv -o export.csv
    segaudit undo golden.csv undo.csv -o golden2.csv --entity E0c5f8a12b3d4
    """
    from segaudit.audit.undoing import undo as verb  # noqa: PLC0415 - brings what --help can do without

    with working("Taking merges back", quiet=quiet):
        choices = InputChoices(rules=rules, map=map_file)
        result = verb(golden, undo_file, output, choices, entities=entities, records=records, force=force)
    if not quiet:
        click.echo(
            f"{result.restored:,} records of {result.entities:,} entities stand for themselves again; "
            f"{result.records:,} rows written to {shown(result.output, longest=200)}",
            err=True,
        )
