"""How true the export of each segment is: its own clauses, and whatever it hangs on."""

from collections.abc import Callable, Iterable

from segaudit.model.conditions import Clause, Condition, clauses_of, segment_refs_of
from segaudit.model.exports import Fidelity, Note, SegmentFidelity
from segaudit.model.segments import Assignment, RuleBook, Schema, Segment

ClauseNotes = Callable[[Clause], Iterable[Note]]
_Key = tuple[str, str]


def segment_fidelities(rules: RuleBook, notes_of: ClauseNotes) -> tuple[SegmentFidelity, ...]:
    """Return how true the export of each segment is.

    Args:
        rules: What was exported.
        notes_of: How a clause differs in the target; nothing if it is the same.
    """
    own = {(schema.id, segment.id): _own_notes(segment, notes_of) for schema, segment in rules.segments()}
    lost = {key for key, notes in own.items() if any(note.fidelity is Fidelity.NOT_CARRIED for note in notes)}
    return tuple(
        SegmentFidelity(
            schema=schema.id,
            segment=segment.id,
            notes=(*own[schema.id, segment.id], *_inherited(rules, schema, segment, lost)),
        )
        for schema, segment in rules.segments()
    )


def _own_notes(segment: Segment, notes_of: ClauseNotes) -> tuple[Note, ...]:
    clauses = [clause for part in parts_of(segment) for clause in clauses_of(part)]
    return tuple(dict.fromkeys(note for clause in clauses for note in notes_of(clause)))


def parts_of(segment: Segment) -> tuple[Condition, ...]:
    """Return a segment's criteria and exclusions."""
    return (segment.criteria, *segment.exclude)


def _inherited(rules: RuleBook, schema: Schema, segment: Segment, lost: set[_Key]) -> list[Note]:
    """Return a note for each segment it hangs on of which a clause was not carried over."""
    reached: dict[_Key, None] = {}
    waiting = needs(schema, segment)
    while waiting:
        key = waiting.pop()
        if key not in reached:
            reached[key] = None
            other = rules.schema(key[0])
            waiting += needs(other, other.segment(key[1]))
    return [
        Note(
            fidelity=Fidelity.NEARLY,
            about=f"{key[0]}.{key[1]}",
            why="it hangs on this segment, of which a clause is not carried over",
        )
        for key in sorted(reached)
        if key in lost and key != (schema.id, segment.id)
    ]


def needs(schema: Schema, segment: Segment) -> list[_Key]:
    """Return the segments a segment looks at: those it names, and in a waterfall those before it."""
    named = [(ref.schema, ref.segment) for part in parts_of(segment) for ref in segment_refs_of(part)]
    if schema.assign is not Assignment.FIRST_MATCH:
        return named
    return named + [(schema.id, other.id) for other in schema.segments[: schema.segments.index(segment)]]
