"""Suggestions: what could be better about a segmentation, why, and how sure that is. Nothing is applied by itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from segaudit.model.fields import FieldType
from segaudit.model.segments import RuleBook
from segaudit.model.shown import Shown
from segaudit.model.source import Source

Plain: TypeAlias = "str | int | float | bool | list[Plain] | dict[str, Plain] | None"  # as it stands in a rules file


class SuggestionKind(StrEnum):
    """What is suggested."""

    MERGE = "merge"
    SPLIT = "split"
    RETIRE = "retire"
    BOUNDARY = "boundaries"
    START = "start"


class FeatureKind(StrEnum):
    """How the values of a field are told apart in a search."""

    NUMBER = "number"
    DATE = "date"
    BOOL = "bool"
    CATEGORY = "category"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureValue:
    """One of the values of a category."""

    folded: str  # as it stands in the table of the search, and as operators compare it
    written: str  # its most frequent spelling, for a rules file
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """A field that segments may be made of, as a column of the table of the search."""

    name: str  # field of the rules
    header: str  # of its column in the file
    type: FieldType
    kind: FeatureKind
    column: str  # in the table of the search: DOUBLE, DATE, BOOLEAN or VARCHAR; NULL is missing or cannot be read
    declared: Mapping[str, Plain]  # what `fields:` has to say of it for the rules to read it
    rows_filled: int
    different: int  # values
    low: float | None = None  # of numbers; of dates days since 1970
    high: float | None = None
    whole: bool = False  # numbers without a fraction, all of them
    values: tuple[FeatureValue, ...] = ()  # of a category, most frequent first; all there are, or the first hundred
    read_by: str = ""  # operator that takes the spellings of a value for one; empty: cells are compared as they are
    dimension: str = ""  # firmographic, behavioural, ... as far as the field's name tells


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What suggestions are measured by: a rate of records, or an amount of each."""

    id: str  # metric, or the column's field
    name: str  # for people
    is_rate: bool
    higher_is_better: bool
    made_of: tuple[str, ...]  # fields no segment may be made of, as they are the outcome or follow from it
    chosen: bool  # by the user
    records: int  # that the outcome is known of
    hits: int | None  # of a rate
    mean: float | None  # share, or the mean amount
    source: str = ""  # where it comes from, in words


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One thing that was measured, and what it was held against."""

    statement: str  # in words, with the values
    test: str = ""
    p: float | None = None
    p_corrected: float | None = None
    family: int | None = None  # how many candidates it was corrected for
    value: float | None = None  # difference, share or statistic
    low: float | None = None  # interval of it
    high: float | None = None
    threshold: float | None = None
    rows: int | None = None  # records it was measured on
    held_out: bool = False  # on records the search has not seen


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentMeasure:
    """A segment as it is, or would be: members, and its outcome if there is one."""

    schema: str
    segment: str
    members: int
    share: float  # of all records, 0-1
    measured: int | None = None  # of the members, those the outcome is known of
    hits: int | None = None
    value: float | None = None  # rate or mean
    low: float | None = None
    high: float | None = None
    detectable: float | None = None  # smallest relative difference from the rest that could be seen; None: none


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedSegment:
    """A segment that could be."""

    id: str
    name: str
    criteria: Plain  # as in a rules file
    notes: tuple[str, ...] = ()  # why it is one, in words
    extra: Mapping[str, Plain] = field(default_factory=dict)  # other keys of the language: score, rank_within, ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedSchema:
    """A schema that could be."""

    id: str
    objective: str
    dimension: str
    assign: str  # first_match, exactly_one or all_matches
    segments: tuple[ProposedSegment, ...]
    otherwise: str = "unplaced"
    undecided: str | None = None
    notes: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    shows_outcome: bool = True  # False: who is in a segment follows from the outcome, so its rate says nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class StartProposal:
    """A whole starting segmentation, best schema first."""

    schemas: tuple[ProposedSchema, ...]
    approach: str  # "outcome", "rfm", "icp", "structure", joined by " + "
    fields: Mapping[str, Mapping[str, Plain]]  # `fields:` of the rules file
    scores: Mapping[str, Plain] = field(default_factory=dict)  # `scores:` of the rules file
    predicates: Mapping[str, Plain] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    cannot_tell: tuple["CannotTell", ...] = ()  # what else was tried
    needs: tuple[str, ...] = ()  # kinds of tables (--with) the rules read


@dataclass(frozen=True, slots=True, kw_only=True)
class CannotTell:
    """Why nothing is said of something."""

    kind: SuggestionKind
    reason: str  # in words, with what would be needed
    schema: str = ""
    segment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """A change of one schema: segments that go, and those that stand in their place."""

    schema: str
    removed: tuple[str, ...]
    added: tuple[ProposedSegment, ...]  # in the place of the first that goes
    fields: Mapping[str, Mapping[str, Plain]] = field(default_factory=dict)  # to declare, where rules do not


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Something that could be better."""

    kind: SuggestionKind
    schema: str
    segments: tuple[str, ...]
    title: str  # what to do
    reason: str  # why, in words, with rule, values and threshold
    evidence: tuple[Evidence, ...]
    before: tuple[SegmentMeasure, ...] = ()
    after: tuple[SegmentMeasure, ...] = ()
    change: Replacement | None = None
    written: bool = True  # in the rules file; False: it meets another suggestion there, and waits for it
    waits: str = ""  # for which, and why


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A starting segmentation with what it comes to, counted by its own rules."""

    proposal: StartProposal
    measures: tuple[SegmentMeasure, ...]
    unplaced: Mapping[str, int]  # by schema
    reason: str  # why one is proposed


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """How far a team can act on a field."""

    use: float  # 0-1
    why: str  # what it decides with it


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestRules:
    """All of rules/suggest.yaml."""

    file: str
    settings: Mapping[str, float]
    outcomes: tuple[str, ...]  # metrics, in the order they are tried
    outcome_headers: tuple[str, ...]  # headers of columns that say what records came to
    not_features: tuple[str, ...]  # fields no segment is made of
    dimensions: Mapping[str, str]  # field -> dimension
    follows: Mapping[str, tuple[str, ...]]  # outcome -> headers of columns that follow from it
    worse: tuple[str, ...] = ()  # words in a header that make more of it worse
    words: Mapping[str, tuple[frozenset[str], ...]] = field(default_factory=dict)  # of headers, by what they tell
    after_winning: tuple[str, ...] = ()  # fields that follow from a won deal
    no_dimension: tuple[str, ...] = ()  # fields that part no database
    acting: Mapping[str, Mapping[str, Acting]] = field(default_factory=dict)  # by field, by word of a header, of others
    won: frozenset[str] = frozenset()  # folded stages of a deal that was won
    customers: frozenset[str] = frozenset()  # folded stages of someone who buys

    def limit(self, name: str) -> float:
        """Return a threshold; KeyError if there is none."""
        return self.settings[name]

    def single(self, name: str) -> frozenset[str]:
        """Return all words of a group; KeyError if there is none."""
        return frozenset[str]().union(*self.words[name])


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionsResult(Shown):
    """What could be better about a file's segments."""

    source: Source
    rules: RuleBook
    suggest_rules: SuggestRules
    as_of: date
    outcome: Outcome | None
    judged: tuple[str, ...]  # schemas that were looked at
    not_judged: Mapping[str, str]  # schema -> why not
    considered: Mapping[str, int]  # kind -> candidates that were confirmed or refused
    suggestions: tuple[Suggestion, ...]
    cannot_tell: tuple[CannotTell, ...]
    start: Start | None = None
    written: str | None = None  # the rules file
    notes: tuple[str, ...] = ()

    def severities(self) -> Iterator[str]:
        """Yield "warning" for each suggestion about segments that are there."""
        yield from ("warning" for _ in self.suggestions)
