"""Roll-ups: what the rows of another table come to for each record, as columns of the record."""

from dataclasses import dataclass
from enum import StrEnum

from segaudit.model.conditions import Condition, Place


class Aggregate(StrEnum):
    """What becomes of the rows that count."""

    COUNT = "count"
    ANY = "any"
    ALL = "all"
    SHARE = "share"  # of all rows, those that count
    SUM = "sum"
    LATEST = "latest"
    EARLIEST = "earliest"
    MOST_FREQUENT = "most_frequent"
    DISTINCT = "distinct"  # how many different values


# Aggregates of the rows themselves; the others are of a field.
OF_ROWS = frozenset({Aggregate.COUNT, Aggregate.ANY, Aggregate.ALL, Aggregate.SHARE})

COMMITTEE_COLUMNS = ("committee_roles", "committee_missing")  # wanted roles somebody has, and those nobody has


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollup:
    """One column made of the rows of another table."""

    name: str
    of: str  # kind of table: contacts, deals, activities
    aggregate: Aggregate
    field: str | None  # of the rows, where the aggregate is of one
    where: Condition | None  # which rows count; None: all
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Committee:
    """Who takes part in a purchase, and the roles that should be there."""

    of: str
    roles: tuple[Rollup, ...]  # one of ANY for each wanted role, by its name


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollups:
    """All roll-ups of a run."""

    columns: tuple[Rollup, ...] = ()
    committee: Committee | None = None

    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of table they are made of."""
        committee = () if self.committee is None else (self.committee.of,)
        return tuple(dict.fromkeys([*(item.of for item in self.columns), *committee]))

    def of_kind(self, kind: str) -> tuple[Rollup, ...]:
        """Return what is asked of one kind of table, the roles of the committee included."""
        roles = self.committee.roles if self.committee is not None and self.committee.of == kind else ()
        return (*(item for item in self.columns if item.of == kind), *roles)
