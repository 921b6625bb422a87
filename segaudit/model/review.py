"""Doubtful pairs, what speaks for and against them, and what people decided."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What a person says of two records. ``open`` takes back what was said before."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What one comparison says of a pair."""

    field: str  # as the file prints it
    level: str  # in words: "same but for one letter"
    left: str  # what was compared, in its standard form
    right: str
    weight: float  # bits; above 0 it speaks for one and the same, below 0 against


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPair:
    """Two records a person is asked about."""

    number: int  # place in the queue, from 1
    left_key: str
    right_key: str
    left_row: int  # _row
    right_row: int
    cells: tuple[tuple[str, str, str], ...]  # column, left cell, right cell; raw
    evidence: tuple[Evidence, ...]
    probability: float  # that they are one and the same, 0-1


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What one row of a decisions file says."""

    left: str  # record key
    right: str
    verdict: Verdict
    probability: float | None = None  # that they were the same, as it was shown; 0-1
    decided_on: str = ""  # as it stands there: people and spreadsheets write days in many ways
    decided_by: str = ""
    note: str = ""
    line: int = 0  # of the file, 1-based; 0 if it comes from none

    @property
    def pair(self) -> tuple[str, str]:
        """Return the two keys, the smaller one first."""
        return (self.left, self.right) if self.left <= self.right else (self.right, self.left)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Two records that are different by one decision, and the same by others."""

    different: Decision
    chain: tuple[str, ...]  # record keys from the one to the other, each the same as the next
    lines: tuple[int, ...]  # of the decisions that make the chain


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewOutcome:
    """What became of a review."""

    same: int = 0  # pairs answered so in this session, what was taken back left out
    different: int = 0
    unsure: int = 0
    known: int = 0  # pairs that needed no answer: decided before, or implied by other answers
    left: int = 0  # pairs not asked yet

    @property
    def answered(self) -> int:
        """Return how many pairs were answered."""
        return self.same + self.different + self.unsure
