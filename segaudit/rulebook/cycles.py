"""References between segments: they must lead somewhere, and not in a circle."""

from collections.abc import Iterator

from segaudit.model.conditions import SegmentRef, segment_refs_of
from segaudit.model.segments import Assignment, Schema, Segment
from segaudit.rulebook.problems import Problems
from segaudit.rulebook.suggest import did_you_mean

_Key = tuple[str, str]


def check_references(schemas: tuple[Schema, ...], problems: Problems) -> None:
    """Report references to segments that do not exist, and circles, with their path."""
    known = {(schema.id, segment.id): (schema, segment) for schema in schemas for segment in schema.segments}
    lost = [ref for _, segment in known.values() for ref in _refs(segment) if (ref.schema, ref.segment) not in known]
    for ref in lost:
        name = f"{ref.schema}.{ref.segment}"
        names = [f"{schema}.{segment}" for schema, segment in known]
        problems.add(ref.place, f'there is no segment "{name}"', did_you_mean(name, names))
    if lost:
        return
    done: set[_Key] = set()
    for key in known:
        path = _circle(key, known, (), done)
        if path:
            words = " -> ".join(f"{schema}.{segment}" for schema, segment in path)
            problems.add(known[path[0]][1].place, f"segments go round in a circle: {words}", "take one of them out")
            return


def _refs(segment: Segment) -> Iterator[SegmentRef]:
    for condition in (segment.criteria, *segment.exclude):
        yield from segment_refs_of(condition)


def needs(schema: Schema, segment: Segment) -> tuple[_Key, ...]:
    """Return the segments whose verdict must be known before this segment's membership is.

    In a waterfall a segment's membership hangs on all segments before it.
    """
    own = [(ref.schema, ref.segment) for ref in _refs(segment)]
    if schema.assign is Assignment.FIRST_MATCH:
        earlier = schema.segments[: schema.segments.index(segment)]
        own += [(ref.schema, ref.segment) for other in earlier for ref in _refs(other)]
    return tuple(dict.fromkeys(own))


def _circle(
    key: _Key, known: dict[_Key, tuple[Schema, Segment]], above: tuple[_Key, ...], done: set[_Key]
) -> tuple[_Key, ...]:
    if key in above:
        return (*above[above.index(key) :], key)
    if key in done:
        return ()
    for needed in needs(*known[key]):
        path = _circle(needed, known, (*above, key), done)
        if path:
            return path
    done.add(key)
    return ()
