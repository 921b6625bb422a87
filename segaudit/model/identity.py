"""What resolving identities found: which rows are one entity, how sure that is, and what spoke for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from segaudit.model.fields import FieldMap
from segaudit.model.naming import NamingChanges
from segaudit.model.shown import Shown
from segaudit.model.source import Source
from segaudit.model.survival import SurvivalResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A share with the interval it is believed to be in."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyUse:
    """A key that records were blocked on, and what it found."""

    name: str
    pairs: int  # records compared because of it, some of them because of other keys too
    largest: int  # records of its largest block
    split: int  # blocks that were too large, and split by other fields
    left: int  # pairs of records in blocks that stayed too large after that, and were not compared because of it


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelWeight:
    """How often pairs are at one level of a comparison, and what that weighs."""

    level: str
    same: float  # share of the pairs of one entity that have values
    different: float  # share of all other pairs
    bits: float  # log2 of same by different


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldWeights:
    """What a comparison weighs."""

    field: str
    filled: float  # share of the records that have it
    levels: tuple[LevelWeight, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityExample:
    """An entity with several records."""

    entity_id: str
    rows: tuple[int, ...]  # _row
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ChanceAgreement:
    """Pairs that look like one entity, beside those that would if one field were shuffled among the rows."""

    agreeing: int  # pairs more likely one than not by what they agree on, of those that can be judged so
    expected: int  # of these chance alone would make about so many
    refused: int  # pairs that were not put together because of it

    @property
    def tells_nothing(self) -> bool:
        """Whether most of the agreement is no more than chance makes."""
        return self.refused > 0 and 2 * self.expected >= self.agreeing


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityResult(Shown):
    """Which rows of a file are one entity."""

    source: Source
    fields: FieldMap
    as_of: date
    level: str  # contact, account or household
    of_people: bool
    of_events: str | None  # the kind of table if its rows are things that happen: deals, activities, campaign_outcomes
    entities: int
    in_several: int  # rows that share their entity with another
    sizes: Mapping[int, int]  # records of an entity -> entities
    precision: Estimate  # of the pairs of rows within entities, how many are one
    recall: Estimate  # of the pairs of rows that are one, how many are within entities
    pairs_within: int
    pairs_compared: int
    complete: bool  # all pairs were compared
    keys: tuple[KeyUse, ...]
    blocking_recall: float
    left_out: int  # pairs that may be one and were too many to hold, each weaker than others of both its records
    weights: tuple[FieldWeights, ...]
    threshold: float  # mean log odds, base e, between two entities from which they are one
    doubtful: int  # pairs worth a person's look
    decided: int  # pairs somebody had decided on
    absent_decisions: int  # decisions about records this file does not have
    examples: tuple[EntityExample, ...]
    chance: ChanceAgreement | None = None  # None: nothing to tell it by
    survival: SurvivalResult | None = None
    changes: NamingChanges | None = None

    @property
    def redundant(self) -> int:
        """Rows more than there are entities."""
        return self.source.rows - self.entities
