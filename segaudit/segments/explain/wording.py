"""Changes and obstacles in plain words."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from segaudit.model.conditions import RelatedClause
from segaudit.model.explanations import Change, MoveKind
from segaudit.model.fields import FieldType
from segaudit.model.proofs import WitnessValue
from segaudit.model.segments import Assignment, Schema
from segaudit.model.spans import Span
from segaudit.segments.program import Program
from segaudit.segments.proof.given import Field
from segaudit.segments.proof.nearest import Proposal
from segaudit.segments.proof.values import Ordered
from segaudit.sql.cells import INVALID

_MOST_WORDS = 5  # that a sentence names


def change_words(change: Change, item: Field) -> str:
    """Return a change as people read it: ``employees from 480 to at least 501``."""
    if change.after is None:
        return f"empty {change.field} (now {change.before})"
    if isinstance(change.after, tuple):
        return _list_words(change, item)
    target = _target(change, item)
    if not change.is_filled:
        nowhere = " (no column provides it)" if item.absent else ""
        return f"fill {change.field} with {target}{nowhere}"
    return f"{change.field} from {_before(change, item)} to {target}"


def _before(change: Change, item: Field) -> str:
    if isinstance(item.known, bool):
        return "yes" if item.known else "no"
    return f"{change.before} (which cannot be read)" if item.state == INVALID else change.before


def _target(change: Change, item: Field) -> str:
    values = item.subject.values
    if isinstance(values, Ordered):
        return _number_words(change, values.kind)
    if item.only_there:
        return "anything"
    if change.instead:
        return f"one of {_listed([change.after, *change.instead])}"
    if isinstance(change.after, str) and not item.is_named(change.after):
        return f"another value, such as {change.after}"
    return value_words(change.after)


def _number_words(change: Change, kind: FieldType) -> str:
    """Return a number or day with those that would do as well: ``500, or anything down to 51``."""
    span, words = change.stretch, value_words(change.after)
    if span is None or (span.low is not None and span.low == span.high):
        return words
    if None in {span.low, span.high} or not (span.low_in and span.high_in):
        return _stretch(span, kind)
    return f"{words} ({_stretch(span, kind)} will do)" if change.is_filled else f"a value {_stretch(span, kind)}"


def _listed(values: Sequence[WitnessValue]) -> str:
    named = [value_words(value) for value in values[:_MOST_WORDS]]
    rest = len(values) - len(named)
    return ", ".join(named) + (f" or {rest} more" if rest else "")


def value_words(value: WitnessValue) -> str:
    """Return a value as people read it."""
    match value:
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return f"{value:,}" if isinstance(value, int) else f"{value:,.10g}"
        case date():
            return value.isoformat()
        case tuple():
            return ", ".join(value)
        case _:
            return value or "nothing"


def _stretch(span: Span, kind: FieldType) -> str:
    """Return a stretch of numbers or days as people read it."""

    def words(end: Fraction) -> str:
        if kind is FieldType.DATE:
            return date.fromordinal(int(end)).isoformat()
        return value_words(int(end) if end.denominator == 1 else float(end))

    low, high, day = span.low, span.high, kind is FieldType.DATE
    if low is not None and low == high:
        return words(low)
    if low is not None and high is not None and span.low_in and span.high_in:
        return f"between {words(low)} and {words(high)}"
    parts = []
    if low is not None:
        parts.append(f"{words(low)} or later" if day else f"{'at least' if span.low_in else 'more than'} {words(low)}")
    if high is not None:
        until = f"{words(high)} or earlier" if day else f"{'at most' if span.high_in else 'less than'} {words(high)}"
        parts.append(until)
    return " and ".join(parts) or "any date" if day else " and ".join(parts) or "any number"


def _list_words(change: Change, item: Field) -> str:
    after = change.after if isinstance(change.after, tuple) else ()
    if not change.is_filled or not isinstance(item.known, tuple):
        return f"fill {change.field} with {value_words(after)}"
    added = _beyond(after, item.known)
    gone = _beyond(item.known, after)
    parts = [f"add {', '.join(added)} to {change.field}"] if added else []
    parts += [f"take {', '.join(gone)} out of {change.field}"] if gone else []
    return " and ".join(parts)


def _beyond(words: Sequence[str], others: Sequence[str]) -> list[str]:
    """Return the words there are more of than among the others."""
    left = list(others)
    found = []
    for word in words:
        if word in left:
            left.remove(word)
        else:
            found.append(word)
    return found


def found_words(changes: Sequence[Change], stops: Sequence[str]) -> str:
    """Return a move as people read it."""
    told = ", and ".join(change.words for change in changes)
    return f"{told} (then {' and '.join(stops)} no longer {_do('hold', stops)})" if stops else told


def obstacle_words(schema: Schema, proposal: Proposal, program: Program) -> tuple[MoveKind, str]:
    """Return why nothing moves a record into a segment, and whether that is certain."""
    others = [item.id for item in proposal.before]
    first = ""
    if others:
        comes = f"{_do('come', others)} first" if schema.assign is Assignment.FIRST_MATCH else "may not hold as well"
        first = f"{' and '.join(others)} {comes}"
    if not proposal.certain:
        told = f"{first}, and " if first else ""
        return MoveKind.OPEN, f"cannot tell: {told}no text made of the words that the rules name does it; another may"
    if not proposal.clauses:
        if not others:
            return MoveKind.NONE, "nothing: no record can meet its criteria"
        return MoveKind.NONE, f"nothing: {first}, and {_do('hold', others)} whatever this one holds"
    clauses = " and ".join(program.words(clause) for clause in proposal.clauses[:_MOST_WORDS])
    related = all(isinstance(clause, RelatedClause) for clause in proposal.clauses)
    kind, head = (MoveKind.NONE, "nothing in this record") if related else (MoveKind.OPEN, "cannot tell")
    beyond = "rows of another table" if related else "what the proof does not look into"
    told = f"{first} and would have to stop holding; " if first else ""
    return kind, f"{head}: {told}it hangs on {beyond}: {clauses}"


def _do(verb: str, subjects: Sequence[str]) -> str:
    return f"{verb}s" if len(subjects) == 1 else verb
