"""What a lint is: a rule's name, what it needs to be told, and the function that looks."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from segaudit.model.checks import RuleCounts, RuleProofs
from segaudit.model.conditions import Place
from segaudit.model.segments import RuleBook, Schema, Segment
from segaudit.rulebook.lints.words import LintWords

_MOST_NAMED = 5  # of things of one kind in a message


class Needs(StrEnum):
    """What a lint cannot do without, beside the rules."""

    NOTHING = "nothing"
    PROOF = "proof"
    DATA = "data"


@dataclass(frozen=True, slots=True, kw_only=True)
class LintContext:
    """What lints look at."""

    rules: RuleBook
    as_of: date
    words: LintWords
    proofs: RuleProofs | None = None
    counts: RuleCounts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """What a lint noticed."""

    place: Place
    message: str
    hint: str
    severity: str = "warning"
    records: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lint:
    """One rule about rules."""

    rule: str  # "rules." and its name in kebab-case
    find: Callable[[LintContext], Iterator[Noticed]]
    needs: Needs = Needs.NOTHING


def named(schema: Schema, segment: Segment) -> str:
    """Return what messages call a segment."""
    return f'"{schema.id}.{segment.id}"'


def listed(items: Iterable[str], most: int = _MOST_NAMED) -> str:
    """Return words as people list them: ``a, b and c``; of many the first, and how many more there are."""
    words = list(dict.fromkeys(items))
    if len(words) > most:
        return f"{', '.join(words[:most])} and {len(words) - most:,} more"
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: ``1 record``, ``2 records``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def texts_of(value: object) -> list[str]:
    """Return the texts somewhere in what a file documents, in reading order."""
    match value:
        case None | bool():
            return []
        case dict():
            return [text for item in value.values() for text in texts_of(item)]
        case list() | tuple():
            return [text for item in value for text in texts_of(item)]
        case _:
            return [str(value)]


def said(schema: Schema, segment: Segment, key: str) -> object:
    """Return what a segment documents under a key, or else its schema."""
    return segment.documentation.get(key) or schema.documentation.get(key)


def first_place(segments: Sequence[tuple[Schema, Segment]]) -> Place:
    """Return where the first of some segments stands."""
    return segments[0][1].place
