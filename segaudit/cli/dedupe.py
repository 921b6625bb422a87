"""``segaudit dedupe``."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import click

from segaudit.audit.opening import today
from segaudit.cli.options import (
    InputOptions,
    as_of_option,
    day_of,
    engine_options,
    files_argument,
    input_options,
    name_of,
    output_options,
    print_result,
)
from segaudit.cli.progress import Work, working
from segaudit.errors import InputError
from segaudit.model.review import ReviewPair

Review = Callable[[Iterator[ReviewPair], int], object]
_LEVELS = ("contact", "account", "household")


@click.command()
@files_argument
@input_options
@engine_options
@as_of_option
@click.option("--clusters", metavar="FILE", help="Write which entity each row is (CSV or Parquet).")
@click.option("--pairs", metavar="FILE", help="Write the pairs that may be one, with what speaks for it (CSV).")
@click.option("--golden", metavar="FILE", help="Write one record for each entity (CSV or Parquet).")
@click.option("--changes", metavar="FILE", help="Write every value that merging changes (CSV).")
@click.option("--merges", metavar="FILE", help="Write what to merge, in the shape the source CRM takes (CSV).")
@click.option("--undo", metavar="FILE", help="Write what brings the merged records back (CSV or Parquet).")
@click.option("--base", metavar="FILE", help="The --clusters file of an earlier run: entities keep their ids.")
@click.option("--decisions", metavar="FILE", help="What people decided on pairs (CSV); followed, and added to.")
@click.option("--review", is_flag=True, help="Ask about doubtful pairs, the most worthwhile first.")
@click.option(
    "--level", type=click.Choice(_LEVELS), default="contact", help="What an entity is; a row's own kind if not given."
)
@click.option("--force", is_flag=True, help="Replace files that exist already.")
@output_options
def dedupe(
    *,
    files: tuple[str, ...],
    chosen: InputOptions,
    as_of: datetime | None,
    clusters: str | None,
    pairs: str | None,
    golden: str | None,
    changes: str | None,
    merges: str | None,
    undo: str | None,
    base: str | None,
    decisions: str | None,
    review: bool,
    level: str,
    force: bool,
    output_format: str,
    fail_on: str,  # noqa: ARG001 - a duplicate is no finding with a severity
    quiet: bool,
) -> None:
    """Find which rows are one person, one company, one thing.

    It needs no examples and no settings: what agreement weighs is learned from the table itself. It says how sure it
    is, and why; nothing is merged in the file.

    \b
    segaudit dedupe export.csv
    segaudit dedupe export.csv --clusters clusters.csv --golden golden.csv --undo undo.csv
    segaudit dedupe export.csv --review --decisions decisions.csv
    segaudit dedupe may.csv --base april_clusters.csv --clusters may_clusters.csv
    """
    if review and decisions is None:
        raise InputError("--review needs a file for the answers", hint="add --decisions decisions.csv")
    if review and "-" in files:
        raise InputError(
            "--review and a table on standard input cannot go together", hint="save the table to a file and name it"
        )
    # Brings numpy, scipy and rapidfuzz, which --help can do without.
    from segaudit.audit.identity import IdentityOutputs  # noqa: PLC0415 - said above
    from segaudit.audit.identity import dedupe as verb  # noqa: PLC0415 - said above
    from segaudit.report.identity import identity_document, identity_json  # noqa: PLC0415 - said above

    outputs = IdentityOutputs(
        clusters=clusters, pairs=pairs, golden=golden, changes=changes, merges=merges, undo=undo, force=force
    )
    with working(f"Looking for duplicates in {name_of(files)}", quiet=quiet) as work:
        result = verb(
            files,
            chosen.choices(output_format=output_format),
            outputs,
            as_of=day_of(as_of),
            base=base,
            decisions=decisions,
            level=level,
            progress=work.say,
            review=_reviewer(Path(decisions), work) if review and decisions is not None else None,
        )
    print_result(output_format, lambda: identity_document(result), lambda: identity_json(result))


def _reviewer(path: Path, work: Work) -> Review:
    from segaudit.cli.reviewing import review_pairs  # noqa: PLC0415 - brings numpy and rich
    from segaudit.identity.decision_file import DecisionFile  # noqa: PLC0415 - as above

    def ask(pairs: Iterator[ReviewPair], total: int) -> object:
        work.stop()
        return review_pairs(pairs, total, DecisionFile(path), today())

    return ask
