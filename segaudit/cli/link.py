"""``segaudit link``."""

from dataclasses import replace

import click

from segaudit.cli.options import (
    InputOptions,
    delimiter_text,
    engine_options,
    input_options,
    output_options,
    print_result,
)
from segaudit.cli.progress import working

_LEVELS = ("contact", "account", "household")


@click.command()
@click.argument("left", metavar="LEFT")
@click.argument("right", metavar="RIGHT")
@click.option("--pairs", metavar="FILE", help="Write the pairs that may be one, with what speaks for it (CSV).")
@click.option("--output", "-o", metavar="FILE", help="Write LEFT with each row's partner (CSV, TSV or Parquet).")
@click.option("--new", metavar="FILE", help="Write the rows of LEFT that have no partner (CSV, TSV or Parquet).")
@click.option("--base", metavar="FILE", help="The --clusters file of RIGHT: linked rows get the entity_id.")
@click.option("--level", type=click.Choice(_LEVELS), help="What is linked; told from the columns if not given.")
@input_options
@engine_options
@click.option("--right-map", metavar="FILE", help="As --map, of RIGHT.")
@click.option("--right-sheet", metavar="NAME", help="As --sheet, of RIGHT.")
@click.option("--right-encoding", metavar="NAME", help="As --encoding, of RIGHT.")
@click.option("--right-delimiter", metavar="CHAR", help="As --delimiter, of RIGHT.")
@click.option("--force", is_flag=True, help="Replace files that exist already.")
@output_options
def link(
    *,
    left: str,
    right: str,
    pairs: str | None,
    output: str | None,
    new: str | None,
    base: str | None,
    level: str | None,
    chosen: InputOptions,
    right_map: str | None,
    right_sheet: str | None,
    right_encoding: str | None,
    right_delimiter: str | None,
    force: bool,
    output_format: str,
    fail_on: str,  # noqa: ARG001 - a partner is no finding with a severity
    quiet: bool,
) -> None:
    """Find which rows of LEFT, a list, are which rows of RIGHT, a base.

    It needs no examples and no settings: columns are paired by what they mean, and what agreement weighs is learned
    from the two files. A row of LEFT is linked, new, or ambiguous: it fits two rows of RIGHT that are not one. People
    are attached to companies if RIGHT has no people.

    Options on how a file is read speak of LEFT, those with --right- of RIGHT.

    \b
    segaudit link leads.csv contacts.csv
    segaudit link leads.csv contacts.csv -o leads_linked.csv --new leads_new.csv
    segaudit link contacts.csv companies.csv --pairs attached.csv
    segaudit link may.csv crm.csv --base crm_clusters.csv -o may_linked.csv
    """
    # Brings numpy, scipy and rapidfuzz, which --help can do without.
    from segaudit.audit.linking import LinkOutputs  # noqa: PLC0415 - said above
    from segaudit.audit.linking import link as verb  # noqa: PLC0415 - said above
    from segaudit.report.linking import link_document, link_json  # noqa: PLC0415 - said above

    choices = chosen.choices(output_format=output_format)
    of_right = replace(
        choices,
        map=right_map,
        sheet=right_sheet,
        encoding=right_encoding,
        delimiter=delimiter_text(right_delimiter),
        quote=None,
        escape=None,
        skip=None,
        header_rows=None,
        table=None,
        rejects=None,
    )
    with working(f"Linking {left} to {right}", quiet=quiet) as work:
        result = verb(
            left,
            right,
            choices,
            LinkOutputs(pairs=pairs, output=output, new=new, force=force),
            right_choices=of_right,
            base=base,
            level=level,
            progress=work.say,
        )
    print_result(output_format, lambda: link_document(result), lambda: link_json(result))
