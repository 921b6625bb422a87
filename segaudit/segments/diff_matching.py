"""Which schemas and segments of two rule books are taken for the same."""

from collections.abc import Iterator, Mapping, Sequence

from segaudit.errors import InputError
from segaudit.model.rules_diff import Match, MatchedBy, Matches
from segaudit.model.segments import RuleBook, Schema
from segaudit.text.folding import fold

_MOST = 200  # names of which every two are compared
_Names = Mapping[str, Sequence[str]]  # id -> what it is called, in order of the file


def match_schemas(a: RuleBook, b: RuleBook, asked: Mapping[str, str], least: float) -> Matches:
    """Put the schemas of two rule books side by side: as asked, by id, then by the closest name.

    Where each has one schema only, these are taken for the same.

    Args:
        a: One rule book.
        b: The other.
        asked: Schema of A -> schema of B, as somebody said; ``schema.segment`` speaks of segments and is passed over.
        least: Likeness of names from which on they are proposed, 0-100.

    Raises:
        InputError: Somebody named a schema that is not there.
    """
    ours = {schema.id: (schema.id,) for schema in a.schemas}
    theirs = {schema.id: (schema.id,) for schema in b.schemas}
    wanted = {one: other for one, other in asked.items() if "." not in one}
    _check(wanted, ours, theirs, "schema")
    if len(ours) == len(theirs) == 1:
        wanted = wanted or ({} if ours.keys() == theirs.keys() else dict(zip(ours, theirs, strict=True)))
    return _match(ours, theirs, wanted, least)


def match_segments(a: Schema, b: Schema, asked: Mapping[str, str], least: float) -> Matches:
    """Put the segments of two schemas side by side: as asked, by id, then by the closest name.

    Raises:
        InputError: Somebody named a segment that is not there.
    """
    ours = {segment.id: (segment.id, segment.name) for segment in a.segments}
    theirs = {segment.id: (segment.id, segment.name) for segment in b.segments}
    wanted = {}
    for one, other in asked.items():
        schema, dot, segment = one.partition(".")
        if dot and schema == a.id:
            wanted[segment] = other.removeprefix(f"{b.id}.")
    _check(wanted, ours, theirs, "segment")
    return _match(ours, theirs, wanted, least)


def _check(wanted: Mapping[str, str], ours: _Names, theirs: _Names, kind: str) -> None:
    for one, other in wanted.items():
        for name, known, side in ((one, ours, "first"), (other, theirs, "second")):
            if name not in known:
                raise InputError(
                    f'the {side} rules have no {kind} "{name}"', where="--match", hint="it has " + ", ".join(known)
                )


def _match(ours: _Names, theirs: _Names, wanted: Mapping[str, str], least: float) -> Matches:
    found = {one: Match(a=one, b=other, by=MatchedBy.ASKED) for one, other in wanted.items()}
    taken = set(wanted.values())
    for name in ours:
        if name not in found and name in theirs and name not in taken:
            found[name] = Match(a=name, b=name, by=MatchedBy.ID)
            taken.add(name)
    for one, other in _closest(ours, theirs, least):
        if one not in found and other not in taken:
            found[one] = Match(a=one, b=other, by=MatchedBy.NAME)
            taken.add(other)
    return Matches(
        pairs=tuple(found[name] for name in ours if name in found),
        only_a=tuple(name for name in ours if name not in found),
        only_b=tuple(name for name in theirs if name not in taken),
    )


def _closest(ours: _Names, theirs: _Names, least: float) -> Iterator[tuple[str, str]]:
    """Yield ids whose names are alike enough, the most alike first."""
    from rapidfuzz import fuzz  # noqa: PLC0415 - a compiled library that few commands need

    alike = []
    for one, names in list(ours.items())[:_MOST]:
        for other, others in list(theirs.items())[:_MOST]:
            likeness = max(
                score(_bare(x), _bare(y))
                for x in names
                for y in others
                for score in (fuzz.ratio, fuzz.token_sort_ratio)
            )
            if likeness >= least:
                alike.append((-likeness, one, other))
    for _, one, other in sorted(alike):
        yield one, other


def _bare(name: str) -> str:
    return fold(name).replace("_", " ").replace("-", " ")
