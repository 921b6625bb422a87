"""How many pairs of rows were compared, as it is told of one file and of two."""

from segaudit.model.identity import IdentityResult
from segaudit.model.linking import LinkResult
from segaudit.report.document import Text, Tone, percent


def pairs_told(result: IdentityResult | LinkResult) -> list[Text]:
    """Return how many pairs were compared, and what was left out."""
    how = (
        "all pairs"
        if result.complete
        else f"about {percent(result.blocking_recall)} of the pairs that are one among them"
    )
    found = [Text(text=f"{result.pairs_compared:,} pairs of rows compared ({how}).", tone=Tone.QUIET)]
    if result.left_out:
        found.append(
            Text(
                text=f"{result.left_out:,} more pairs may be one than there is room for. They were left out, each "
                "weaker than others of both its rows; rows that others put into one group were compared all the same."
            )
        )
    return found
