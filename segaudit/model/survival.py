"""Survivorship: which value of each field outlives a merge, and what came of merging a table."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from segaudit.model.conditions import Place
from segaudit.model.fields import FieldType


class Chooser(StrEnum):
    """How one of several values, or one of several records, is preferred."""

    MOST_RECENT = "most_recent"  # of the record with the latest date
    OLDEST = "oldest"  # of the record that was there first
    FIRST_SEEN = "first_seen"  # the same by another name
    MOST_COMPLETE = "most_complete"  # of the record with most filled cells
    MOST_FREQUENT = "most_frequent"
    USUAL = "usual"  # what other rows of the table have, too, before what is rare in it
    LONGEST = "longest"
    MAX = "max"
    MIN = "min"
    SUM = "sum"
    UNION = "union"  # all different items
    ANY_TRUE = "any_true"
    ANY_FALSE = "any_false"
    PREFER = "prefer"  # values in an order
    SOURCE_PRIORITY = "source_priority"  # of the record whose source comes first in an order
    WORK_EMAIL = "work_email"  # a person's address at a company before one at a free provider
    KEEP_OWN = "keep_own"  # the surviving record's


@dataclass(frozen=True, slots=True, kw_only=True)
class SurvivorRule:
    """One rule of an ordered list; the next decides where this one leaves a tie."""

    chooser: Chooser
    place: Place
    fields: tuple[
        str, ...
    ] = ()  # dates to go by; the flag that any_true and any_false look at; what is usual; empty: the default
    values: tuple[str, ...] = ()  # the order of prefer and source_priority, folded, best first
    separator: str | None = None  # of union; None: the column's own


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRules:
    """The rules of some fields, of some types, or of some headers."""

    fields: tuple[str, ...] = ()
    types: tuple[FieldType, ...] = ()
    columns: tuple[str, ...] = ()  # folded headers
    rules: tuple[SurvivorRule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRules:
    """Fields that survive together, from one record."""

    name: str
    fields: tuple[str, ...]
    rules: tuple[SurvivorRule, ...]
    lead: str | None = None  # a record whose cell of this field is valid goes first; None: one with any valid cell
    same_by: tuple[str, ...] = ()  # a record that agrees in one of these, and contradicts nowhere, fills what is blank
    only_with: tuple[str, ...] = ()  # the group counts where the table has one of these; empty: always


@dataclass(frozen=True, slots=True, kw_only=True)
class Survivorship:
    """The rules of one run."""

    survivor: tuple[SurvivorRule, ...]  # which record of an entity is kept
    groups: tuple[GroupRules, ...]
    fields: tuple[FieldRules, ...]
    default: tuple[SurvivorRule, ...]
    recent: tuple[str, ...]  # dates that tell which record is the most recent, the most telling first
    created: tuple[str, ...]  # dates that tell which record was there first
    believed_from: date  # an earlier date of recent or created is a stand-in
    free_mail: frozenset[str]  # domains
    role_localparts: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeFormat:
    """The shape in which one system takes merges."""

    system: str  # as FieldMap names it; empty: any other
    objects: tuple[str, ...]  # FieldMap.system_object; empty: all
    key: str  # field that names a record: record_id or email
    survivor: str  # header of the record that is kept
    duplicates: tuple[str, ...]  # headers of the records merged into it: as many of them as a row takes
    joined: str = ""  # separator of several in one cell; empty: one in a cell
    most: int = 1  # duplicates in a row
    strip: str = ""  # beginning of an id that the system prints and does not take
    how: str = ""  # what to do with the file, in words


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSurvival:
    """What merging did to one column; counts are of entities."""

    position: int
    header: str
    field: str | None
    rules: str  # as written: "address: most_complete, most_recent"
    filled: int  # the surviving record had no value
    replaced: int  # it had another
    combined: int  # it got what others have beside its own
    emptied: int  # its value belonged to another whole than the one that survived
    conflicts: int  # entities in which different values were dropped

    @property
    def changed(self) -> int:
        """Entities whose golden record differs from the surviving record here."""
        return self.filled + self.replaced + self.combined + self.emptied


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldenCell:
    """One cell of a golden record and where it came from."""

    header: str
    value: str | None  # None: the field is sensitive and not shown
    was: str | None  # the surviving record's own cell
    from_row: int | None  # None: of several
    rule: str  # empty: nothing was to decide
    dropped: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldenExample:
    """A golden record to show: the one with most to decide."""

    entity_id: str
    rows: tuple[int, ...]  # the surviving record's first
    cells: tuple[GoldenCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeList:
    """The file that tells a CRM what to merge."""

    system: str  # empty: no known one
    key: str  # header of the column that names records; empty: rows are named by number
    merges: int  # duplicates that are merged into another record
    without_key: int  # duplicates left out: they or their survivor have no key
    same_key: int  # duplicates left out: their key is the survivor's, so the CRM has one record already
    note: str  # what to do with the file, or why it cannot be imported


@dataclass(frozen=True, slots=True, kw_only=True)
class SurvivalResult:
    """What merging a table came to."""

    records: int
    entities: int
    merged_entities: int  # with more than one record
    merged_records: int  # that go into another one: records less entities
    largest: int  # records of the largest entity
    columns: tuple[ColumnSurvival, ...]  # in the file's order; those in which something changed or was dropped
    rules: Mapping[str, int]  # changed values by the rule that decided
    example: GoldenExample | None
    merges: MergeList
    files: tuple[str, ...] = ()  # written

    @property
    def changed_values(self) -> int:
        """Cells in which a golden record differs from its surviving record."""
        return sum(column.changed for column in self.columns)

    @property
    def conflicts(self) -> int:
        """Cells for which a different value was dropped."""
        return sum(column.conflicts for column in self.columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoResult:
    """What undoing merges came to."""

    records: int  # rows written
    restored: int  # records that stand for themselves again
    entities: int  # whose merge was undone or worked out anew
    output: str
