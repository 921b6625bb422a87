"""What would move a row into each segment: proposed by the proof, shown only if the program decides it so."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from segaudit.engine.protocol import Engine
from segaudit.model.explanations import Change, Move, MoveKind
from segaudit.model.fields import FieldType
from segaudit.model.proofs import WitnessValue
from segaudit.model.segments import Assignment, Schema, Segment
from segaudit.segments.explain.changed import Cells, labels_of
from segaudit.segments.explain.decided import Decided
from segaudit.segments.explain.wording import change_words, found_words, obstacle_words
from segaudit.segments.program import verdict_name
from segaudit.segments.proof.given import Given
from segaudit.segments.proof.nearest import Nearest, Proposal, candidates
from segaudit.segments.proof.record import Setting
from segaudit.segments.proof.smt import Answer
from segaudit.segments.proof.values import Ordered
from segaudit.segments.proof.verdicts import earlier_segments
from segaudit.sql.cells import BLANK, PLACEHOLDER
from segaudit.sql.records import RecordSource

_MOST_POINTS = 30  # on each side of a number, that are asked how far it may go
_MOST_WORDS = 24  # that are asked whether they would do as well
_NOT_CONFIRMED = "cannot tell: the change that should do it does not, when it is decided"
_TIRED = "cannot tell: looking for a change took too long"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """A proposal, and what else is asked about it."""

    schema: Schema
    segment: Segment
    proposal: Proposal
    nearest: Nearest
    base: int  # its place among the changes to be decided
    points: Mapping[str, Mapping[Fraction, int]] = field(default_factory=dict)  # field -> number, place
    words: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # field -> word, place


def find_moves(
    row: Decided, data: RecordSource, schemas: Sequence[Schema], setting: Setting, engine: Engine
) -> dict[tuple[str, str], Move]:
    """Return for each segment what would move a row there.

    Args:
        row: The row, as it is decided.
        data: A table with the row in it, its styles settled.
        schemas: Whose segments.
        setting: What the proof goes by.
        engine: Where the table is.
    """
    absent = frozenset(name for name in row.program.rules.fields if name not in data.readings)
    given = Given(state=row.state, known=row.known, verdict=row.verdict, absent=absent)
    moves: dict[tuple[str, str], Move] = {}
    ways: list[_Way] = []
    asked: list[Cells] = []
    for schema in schemas:
        nearest = Nearest(row.program.rules, schema, setting, given)
        for segment in schema.segments:
            if is_in(row.label(schema), schema, segment):
                words = "it is here"
                moves[schema.id, segment.id] = Move(segment=segment.id, kind=MoveKind.HERE, words=words)
                continue
            proposal = nearest.into(segment)
            if proposal.answer is Answer.SOME:
                ways.append(_way(schema, segment, proposal, nearest, asked))
            else:
                moves[schema.id, segment.id] = _no_move(row, schema, segment, proposal)
    labels = labels_of(asked, row, data, engine)
    for way in ways:
        moves[way.schema.id, way.segment.id] = _judged(way, row, labels)
    return moves


def is_in(label: str, schema: Schema, segment: Segment) -> bool:
    """Tell whether a schema's label is a segment's, or one of several that is."""
    return segment.id in (label.split("; ") if schema.assign is Assignment.ALL_MATCHES else [label])


def _way(schema: Schema, segment: Segment, proposal: Proposal, nearest: Nearest, asked: list[Cells]) -> _Way:
    """Return a proposal with what has to be decided about it, which is added to what is asked."""

    def ask(cells: Cells) -> int:
        asked.append(cells)
        return len(asked) - 1

    base, points, words = ask(proposal.changes), {}, {}
    for name, value in proposal.changes.items():
        values = nearest.fields[name].subject.values
        if isinstance(values, Ordered) and value is not None:
            near = _points(values, value)
            points[name] = {point: ask({**proposal.changes, name: said(values, point)}) for point in near}
        elif isinstance(value, str):
            others = nearest.named(name, value)[:_MOST_WORDS]
            words[name] = {word: ask({**proposal.changes, name: word}) for word in others}
    return _Way(
        schema=schema, segment=segment, proposal=proposal, nearest=nearest, base=base, points=points, words=words
    )


def _points(values: Ordered, value: WitnessValue) -> Sequence[Fraction]:
    here = _number(value)
    numbers = candidates(values)
    if here not in numbers:
        return ()
    place = numbers.index(here)
    return numbers[max(0, place - _MOST_POINTS) : place + _MOST_POINTS + 1]


def _number(value: WitnessValue) -> Fraction:
    return Fraction(value.toordinal()) if isinstance(value, date) else Fraction(repr(value))


def said(values: Ordered, point: Fraction) -> WitnessValue:
    """Return a number of the solver's as the number or date it is."""
    if values.kind is FieldType.DATE:
        return date.fromordinal(int(point))
    return int(point) if point.denominator == 1 else float(point)


def _judged(way: _Way, row: Decided, labels: Sequence[Mapping[str, str]]) -> Move:
    """Return a proposal as a move if the program confirms it."""

    def is_so(place: int) -> bool:
        return is_in(labels[place][way.schema.id], way.schema, way.segment)

    if not is_so(way.base):
        return Move(segment=way.segment.id, kind=MoveKind.OPEN, words=_NOT_CONFIRMED)
    changes = tuple(_change(way, row, name, value, is_so) for name, value in way.proposal.changes.items())
    before = earlier_segments(way.schema, way.segment)
    stops = [item.id for item in before if row.named(verdict_name(way.schema, item))]
    return Move(
        segment=way.segment.id,
        kind=MoveKind.FOUND,
        changes=changes,
        label=labels[way.base][way.schema.id],
        effort=way.proposal.effort,
        words=found_words(changes, stops),
    )


def _change(way: _Way, row: Decided, name: str, value: WitnessValue, is_so: Callable[[int], bool]) -> Change:
    values = way.nearest.fields[name].subject.values
    stretch = None
    if isinstance(values, Ordered) and way.points.get(name):
        run = _run(way.points[name], _number(value), is_so)
        stretch = values.stretch(run[0], run[-1])
    instead = tuple(word for word, place in way.words.get(name, {}).items() if is_so(place))
    state = row.state(name)
    change = Change(
        field=name,
        before=row.cell(name),
        is_filled=state not in {BLANK, PLACEHOLDER},
        after=value,
        stretch=stretch,
        instead=instead,
    )
    return replace(change, words=change_words(change, way.nearest.fields[name]))


def _run(points: Mapping[Fraction, int], here: Fraction, is_so: Callable[[int], bool]) -> list[Fraction]:
    """Return the numbers around one that do as well as it, without a gap."""
    numbers = list(points)
    place = numbers.index(here)

    def walk(others: Sequence[Fraction]) -> Iterator[Fraction]:
        for other in others:
            if not is_so(points[other]):
                return
            yield other

    return [*reversed([*walk(numbers[:place][::-1])]), here, *walk(numbers[place + 1 :])]


def _no_move(row: Decided, schema: Schema, segment: Segment, proposal: Proposal) -> Move:
    if proposal.answer is Answer.TIRED:
        return Move(segment=segment.id, kind=MoveKind.OPEN, words=_TIRED)
    kind, words = obstacle_words(schema, proposal, row.program)
    return Move(segment=segment.id, kind=kind, words=words)
