"""A share held against a limit from both sides, and what the scorecard's judges are told."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from segaudit.model.scorecard import Answer, Mark, Standards
from segaudit.model.segments import RuleBook, Schema, Segment
from segaudit.segments.scorecard.measuring import Measures, SegmentMeasures, Share

_ONE_PERCENT = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Ages:
    """How old the values of a field are, of the records that have one."""

    header: str  # of the column that dates them
    days: int  # after which a value is old
    share: Share  # of values looked at lately enough


@dataclass(frozen=True, slots=True, kw_only=True)
class ListCounts:
    """A segment by the rules and as a list in the CRM has it."""

    header: str
    names: tuple[str, ...]  # values of that column that are taken for the segment's name
    both: int
    only_rule: int
    only_list: int

    @property
    def jaccard(self) -> float:
        """Share of the records in either that are in both; 1 where both are empty."""
        total = self.both + self.only_rule + self.only_list
        return self.both / total if total else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that is known beside the counts."""

    rules: RuleBook
    standards: Standards
    measures: Measures
    here: frozenset[str]  # fields some column provides, those of related tables too
    ages: Mapping[str, Ages] = field(default_factory=dict)  # by field
    cadences: Mapping[str, int | None] = field(default_factory=dict)  # word -> days; None: no rhythm
    assets: Mapping[str, bool] | None = None  # name -> there is such a file; None: nobody looked
    lists: Mapping[tuple[str, str], ListCounts] = field(default_factory=dict)  # by schema and segment
    list_headers: tuple[str, ...] = ()  # of the columns that may hold lists


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One segment, and all that is known."""

    schema: Schema
    segment: Segment
    facts: Facts

    @property
    def measured(self) -> SegmentMeasures:
        """What was counted of it."""
        return self.facts.measures.segments[self.schema.id, self.segment.id]

    def limit(self, name: str) -> float:
        """Return a limit."""
        return self.facts.standards.limit(name)


def judged(share: Share, least: float) -> Answer:
    """Return yes if enough are sure, no if even all that cannot be told would not be enough, else can't tell."""
    if not share.total:
        return Answer.OPEN
    if share.sure >= least:
        return Answer.YES
    return Answer.NO if share.possible < least else Answer.OPEN


def percents(share: Share) -> str:
    """Return a share as people read it, with those of whom it cannot be told: ``62%, can't tell of 11%``."""
    text = _percent(share.sure)
    return f"{text}, can't tell of {_percent(share.unknown / share.total)}" if share.unknown else text


def _percent(share: float) -> str:
    if 0 < share < _ONE_PERCENT:
        return "<1%"
    return ">99%" if 1 - _ONE_PERCENT < share < 1 else f"{share:.0%}"


def not_asked(question: str, why: str) -> Mark:
    """Return that a question has no meaning for a segment."""
    return Mark(question=question, answer=Answer.NOT_ASKED, evidence=why, values={})


def unanswered(question: str, why: str) -> Mark:
    """Return that a question cannot be answered."""
    return Mark(question=question, answer=Answer.OPEN, evidence=why, values={})
