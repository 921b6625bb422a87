"""Whether each segment is any good: questions, answers and what they rest on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from segaudit.model.conditions import Condition, PredicateRef
from segaudit.model.segments import RuleBook
from segaudit.model.shown import Shown
from segaudit.model.source import Source


class Answer(StrEnum):
    """What can be said to a question."""

    YES = "yes"
    NO = "no"
    OPEN = "can't tell"
    NOT_ASKED = "not asked"  # it has no meaning for this segment


class Light(StrEnum):
    """A segment at a glance."""

    GREEN = "green"  # every question that was asked is a yes
    YELLOW = "yellow"  # the four main ones are no no, and something is left to settle
    RED = "red"  # one of the four main ones is a no


MAIN = ("measurable", "able_to_buy", "reachable", "enough_data")
QUESTIONS = (*MAIN, "placeable", "fresh", "owner", "cadence", "treatment", "assets", "in_sync")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A bound that answers are held against."""

    name: str
    value: float
    means: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """Something segments are measured by, with what stands in where a segment does not say it."""

    name: str
    baseline: float  # share without a change
    detect_relative: float  # change one wants to see, relative to it
    columns: tuple[str, ...]  # fields any of which holds it


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One way to reach a record."""

    name: str
    address: Condition  # there is an address that works
    consent: PredicateRef | None  # as rules/consent.yaml has it; None: nothing the rules know grants it
    columns: tuple[str, ...]  # fields that hold addresses
    granting: tuple[str, ...]  # fields that can grant contact


@dataclass(frozen=True, slots=True, kw_only=True)
class Standards:
    """What segments are held against: rules/scorecard.yaml."""

    file: str
    limits: Mapping[str, Limit]
    metrics: Mapping[str, Metric]
    bought: Condition | None  # proves that a record can buy
    needs: Mapping[str, Condition]  # all of which a record must meet otherwise
    channels: tuple[Channel, ...]
    treatment: tuple[str, ...]
    lists: tuple[str, ...]  # fields that hold the CRM's own segments
    list_headers: tuple[str, ...]  # words in headers of columns that do, in small letters
    points: Mapping[str, float]  # question -> points of a yes

    def limit(self, name: str) -> float:
        """Return a limit's value."""
        return self.limits[name].value


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One question, answered."""

    question: str
    answer: Answer
    evidence: str  # in words; names of fields, and no cell of the file
    values: Mapping[str, float | int | str | None]  # what it rests on
    limits: tuple[str, ...] = ()  # by name


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentCard:
    """One segment, judged."""

    schema: str
    segment: str
    name: str
    members: int
    undecided: int
    marks: tuple[Mark, ...]  # in the order of QUESTIONS
    score: tuple[float, float]  # of 100: the yes alone, and with what can't be told; both 0 where nothing is asked

    def mark(self, question: str) -> Mark:
        """Return the answer to a question."""
        return next(mark for mark in self.marks if mark.question == question)

    def count(self, answer: Answer) -> int:
        """Return how many questions have an answer."""
        return sum(mark.answer is answer for mark in self.marks)

    @property
    def light(self) -> Light:
        """What the answers come to at a glance; what can't be told is never green."""
        if any(mark.answer is Answer.NO for mark in self.marks if mark.question in MAIN):
            return Light.RED
        asked = [mark for mark in self.marks if mark.answer is not Answer.NOT_ASKED]
        return Light.GREEN if asked and all(mark.answer is Answer.YES for mark in asked) else Light.YELLOW


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorecardResult(Shown):
    """Every segment, judged."""

    source: Source
    rules: RuleBook
    as_of: date
    absent_fields: tuple[str, ...]  # fields the rules read and no column provides
    standards: Standards
    cards: tuple[SegmentCard, ...]
    assets: str  # folder that was looked into; empty: none
    notes: tuple[str, ...] = ()  # what holds for all segments

    def severities(self) -> Iterator[str]:
        """Yield "error" for each red segment, "warning" for each yellow one."""
        for card in self.cards:
            if card.light is Light.RED:
                yield "error"
            elif card.light is Light.YELLOW:
                yield "warning"
