"""Rules written for other systems, other systems' lists read as rules, and how true each is to the original."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from segaudit.model.conditions import Place
from segaudit.model.segments import RuleBook


class Target(StrEnum):
    """What rules can be exported to."""

    DUCKDB = "duckdb"
    POSTGRES = "postgres"
    SNOWFLAKE = "snowflake"
    BIGQUERY = "bigquery"
    SPARK = "spark"
    HUBSPOT = "hubspot"
    SALESFORCE = "salesforce"


SQL_TARGETS = (Target.DUCKDB, Target.POSTGRES, Target.SNOWFLAKE, Target.BIGQUERY, Target.SPARK)


class Fidelity(StrEnum):
    """How much of the original's meaning an export keeps, best first."""

    EXACT = "exact"
    NEARLY = "nearly"  # some records are decided otherwise; the note says which
    NOT_CARRIED = "not_carried_over"  # a clause has no counterpart and counts as UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One way in which an export differs from the rules."""

    fidelity: Fidelity
    about: str  # the clause in words, or the segment it hangs on
    why: str
    place: Place | None = None  # of the clause in the rules


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentFidelity:
    """How true the export of one segment is."""

    schema: str
    segment: str
    notes: tuple[Note, ...]

    @property
    def fidelity(self) -> Fidelity:
        """Return the worst of its notes."""
        order = list(Fidelity)
        return max((note.fidelity for note in self.notes), key=order.index, default=Fidelity.EXACT)


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnChoice:
    """Where a field is found in the target, as the user's map says."""

    column: str
    type: str  # the target's own word for it, in lower case; empty: as the field's type suggests
    line: int  # of the map


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedFile:
    """One file of an export."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesExported:
    """Rules as another system takes them."""

    rules: RuleBook
    target: Target
    as_of: date | None  # None: the day it is asked on
    files: tuple[ExportedFile, ...]  # the first has everything; any others have it part by part
    segments: tuple[SegmentFidelity, ...]
    assumptions: tuple[str, ...]  # what holds of every segment

    def counted(self, fidelity: Fidelity) -> int:
        """Return how many segments are carried over so well."""
        return sum(segment.fidelity is fidelity for segment in self.segments)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedList:
    """A list of another system as a segment."""

    name: str  # as the system has it
    segment: str  # as the rules have it
    notes: tuple[str, ...]  # what could not be carried over


@dataclass(frozen=True, slots=True, kw_only=True)
class ListsImported:
    """Lists of another system as a segment file."""

    source: str
    system: str
    text: str  # of the segment file
    lists: tuple[ImportedList, ...]
