"""Derived fields: what follows from other fields, how sure that is, and from what it was told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from segaudit.model.conditions import Condition, Place
from segaudit.model.shown import Shown
from segaudit.model.source import Source


class Several(StrEnum):
    """Which phrase decides where several stand in one cell."""

    SUREST = "surest"  # then the longest, then the first
    HIGHEST = "highest"  # the value that stands first in the order the file gives


class Effect(StrEnum):
    """What a phrase does beside having a value."""

    PLAIN = ""
    ONLY = "only"  # decides alone between two commas: a trainee manager is a trainee
    LAST = "last"  # decides alone if it is the last word between two commas: a CEO assistant is an assistant
    HELPER = "helper"  # what follows is somebody else's title: assistant to the CEO
    FORMER = "former"  # the title next to it is no longer held


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Words that tell a value. A star in a word stands for any letters, a word that is a star for any word."""

    words: str
    value: str  # empty: the words are known and tell nothing
    sure: float | None = None  # 0-1; None: by how specific the words are
    effect: Effect = Effect.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRange:
    """Codes of an official classification that mean one value."""

    system: str  # NACE, NAICS or SIC
    first: str  # digits, as many as tell; "62" stands for all that begin so
    last: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The value is told by words in the cell."""

    phrases: tuple[Phrase, ...]
    several: Several = Several.SUREST
    order: tuple[str, ...] = ()  # of values, highest first
    endings: tuple[tuple[str, str], ...] = ()  # of words: (ending, what stands in its place in the phrases)
    codes: tuple[CodeRange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """The value stands in a table beside the whole cell."""

    values: Mapping[str, str]  # folded cell -> value


class Listed(StrEnum):
    """What becomes of the values of a list's items."""

    LIST = "list"  # each of them once
    ONE = "one"  # the one they share, or "mixed"
    FLAG = "flag"  # true if one of them is "yes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """Each item of a multi-value cell has its value in a table."""

    values: Mapping[str, str]  # folded item -> value; empty: known, and tells nothing
    listed: Listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The value is read by a function of segaudit: countries, states, e-mail addresses."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A value, and the condition under which it is the one."""

    value: str
    sure: float
    when: Condition
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """The first case that holds has the value."""

    cases: tuple[Case, ...]


Method: TypeAlias = Words | Lookup | Items | Reading | Cases


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation:
    """How one field is made of others."""

    field: str
    sources: tuple[str, ...]  # fields; of words the first that tells something decides
    method: Method
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was told from a cell."""

    value: str | None  # None: it cannot be told
    sure: float = 0.0  # 0-1
    why: str = ""  # the words that told it, or why it cannot be told


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedField:
    """A derived field as columns behind those of the file."""

    field: str
    sources: tuple[str, ...]  # fields it was made of, as far as columns provide them
    value: int  # 1-based position of its column
    why: int
    sure: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedCount:
    """What became of one derived field."""

    field: str
    sources: tuple[str, ...]
    rows: int  # with something to tell it from
    derived: int
    blank: int  # with nothing to tell it from
    average_sure: float | None  # over what was derived
    values: tuple[tuple[str, int], ...]  # most frequent first
    untold: tuple[tuple[str, int], ...]  # cells nothing could be told from, most frequent first

    @property
    def untold_rows(self) -> int:
        """Rows with something to tell it from, and nothing told."""
        return self.rows - self.derived


@dataclass(frozen=True, slots=True, kw_only=True)
class NotDerived:
    """A field that was asked for and not derived."""

    field: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivations:
    """All derivations of a run, by field."""

    by_field: Mapping[str, Derivation] = field(default_factory=dict)
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeriveResult(Shown):
    """A file written with the fields that follow from its own."""

    source: Source
    as_of: date
    output: str
    columns: tuple[str, ...]  # that were added, in their order
    fields: tuple[DerivedCount, ...]
    not_derived: tuple[NotDerived, ...]
    rolled_up: tuple[str, ...] = ()  # columns made of other tables
    notes: tuple[str, ...] = ()  # on those tables, in words
