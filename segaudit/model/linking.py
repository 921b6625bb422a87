"""What linking a list to a base found: which rows have a partner, how sure that is, and what spoke for it."""

from dataclasses import dataclass

from segaudit.model.identity import Estimate, FieldWeights, KeyUse
from segaudit.model.shown import Shown
from segaudit.model.source import Source

NEW, LINKED, AMBIGUOUS = "new", "linked", "ambiguous"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnPair:
    """A column of the list and the column of the base it goes with."""

    left: str | None  # header as its file prints it; None: only the other file has it
    right: str | None
    why: str  # "field email", "header", "shared ids"; of a column that stands alone what is compared of it


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkExample:
    """A left row and its likeliest partner."""

    left_row: int  # _row
    right_rows: tuple[int, ...]  # those taken for the same; of an ambiguous row those that fit about as well
    probability: float  # of the likeliest


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkResult(Shown):
    """Which rows of one file are which of another."""

    left: Source
    right: Source
    level: str  # contact, account or household
    columns: tuple[ColumnPair, ...]
    linked: int  # left rows with a partner
    ambiguous: int  # left rows that fit several right entities about as well
    pairs: int  # of rows that are linked
    right_linked: int  # right rows with a partner
    sharing: int  # left rows whose likeliest partner is that of another left row too
    several: int  # left rows linked to more than one right row
    precision: Estimate  # of the pairs that are linked, how many are one
    recall: Estimate  # of the pairs that are one, how many are linked
    pairs_compared: int
    complete: bool  # all pairs were compared
    keys: tuple[KeyUse, ...]
    blocking_recall: float
    left_out: int  # pairs that may be one and were too many to hold, each weaker than others of both its records
    weights: tuple[FieldWeights, ...]
    by_id: int  # pairs that are one because they have the same id
    doubtful: int  # pairs worth a person's look
    of_base: int  # right rows whose entity is known from --base
    examples: tuple[LinkExample, ...]  # the least sure links
    unclear: tuple[LinkExample, ...]  # ambiguous rows

    @property
    def new(self) -> int:
        """Return how many left rows have no partner."""
        return self.left.rows - self.linked - self.ambiguous
