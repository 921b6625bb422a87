"""Records that should show how two definitions part, put to the program of each: what it does not confirm is dropped.

Each definition becomes a schema of one segment beside those of its rule book. Fields the record does not have are
blank, so that what is confirmed is a record a person could write down.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine
from segaudit.model.conditions import Condition, SegmentRef
from segaudit.model.fields import Placeholder
from segaudit.model.proofs import Witness
from segaudit.model.segments import Assignment, RuleBook, Schema, Segment
from segaudit.segments.decide import create_labels
from segaudit.segments.diff_proof import Proved
from segaudit.segments.given import cell_of, load_given
from segaudit.segments.program import build_program, verdict_column

_GIVEN, _TABLE = "diff_given", "diff_shown"
_INSIDE = "inside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Two definitions, and what is proved of them."""

    a: tuple[str, str]  # schema and segment
    b: tuple[str, str]
    by_membership: bool  # after the order of a waterfall; else by criteria and exclusions
    proved: Proved


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One rule book, with the words its operators look up."""

    rules: RuleBook
    lists: Mapping[str, Sequence[str]]
    placeholders: Sequence[Placeholder]


def confirm_differences(
    questions: Sequence[Question], a: Side, b: Side, as_of: date, engine: Engine
) -> tuple[Proved, ...]:
    """Return what is proved, with the records only that both programs decide as it is claimed."""
    records = [(number, witness) for number, item in enumerate(questions) for witness in _witnesses(item.proved)]
    if not records:
        return tuple(item.proved for item in questions)
    ours = _inside(a, [(item.a, item.by_membership) for item in questions], records, as_of, engine)
    theirs = _inside(b, [(item.b, item.by_membership) for item in questions], records, as_of, engine)
    found = iter(zip(ours, theirs, strict=True))
    return tuple(
        replace(
            item.proved,
            only_a=tuple(witness for witness in item.proved.only_a if next(found) == (True, False)),
            only_b=tuple(witness for witness in item.proved.only_b if next(found) == (False, True)),
            both=tuple(witness for witness in item.proved.both if next(found) == (True, True)),
        )
        for item in questions
    )


def _witnesses(proved: Proved) -> tuple[Witness, ...]:
    return (*proved.only_a, *proved.only_b, *proved.both)


def _inside(
    side: Side,
    segments: Sequence[tuple[tuple[str, str], bool]],
    records: Sequence[tuple[int, Witness]],
    as_of: date,
    engine: Engine,
) -> list[bool]:
    """Return for each record whether it is in the segment its question is about."""
    probes = [_probe(side.rules, number, *item) for number, item in enumerate(segments)]
    rules = replace(side.rules, schemas=(*side.rules.schemas, *probes))
    program = build_program(rules, as_of, side.lists)
    cells = [{name: cell_of(value) for name, value in witness.items()} for _, witness in records]
    data = load_given(_GIVEN, cells, rules, engine, placeholders=side.placeholders)
    inside = {
        f"in{number}": exp.func("COALESCE", verdict_column(probe, probe.segments[0]), exp.false())
        for number, probe in enumerate(probes)
    }
    create_labels(program, data, engine, table=_TABLE, beside=inside)
    query = exp.select(*(exp.column(name, quoted=True) for name in inside)).from_(_TABLE).order_by(exp.column("_row"))
    rows = engine.fetch(query.sql(dialect=engine.dialect))
    return [bool(row[number]) for row, (number, _) in zip(rows, records, strict=True)]


def _probe(rules: RuleBook, number: int, key: tuple[str, str], by_membership: bool) -> Schema:  # noqa: FBT001 - private
    """Return a schema that puts a label on the records of one segment; no file can name one so."""
    segment = rules.schema(key[0]).segment(key[1])
    criteria: Condition = segment.criteria
    exclude = segment.exclude
    if by_membership:
        criteria, exclude = SegmentRef(schema=key[0], segment=key[1], place=segment.place), ()
    probe = Segment(id=_INSIDE, name=_INSIDE, criteria=criteria, exclude=exclude, place=segment.place)
    return Schema(id=f"probe.{number}", assign=Assignment.ALL_MATCHES, segments=(probe,), place=segment.place)
