"""Rows explained: labels and reasons, criteria clause by clause, and what would move each row."""

from collections.abc import Mapping, Sequence

from segaudit.engine.protocol import Engine
from segaudit.model.explanations import Move, MoveKind, RecordExplained, SchemaExplained, SegmentExplained
from segaudit.model.segments import Schema, Segment
from segaudit.segments.explain.decided import (
    Decided,
    ask_for_values,
    decide_rows,
    fields_behind,
    looks_at_all_rows,
    rows_of,
    settle_styles,
)
from segaudit.segments.explain.moves import find_moves
from segaudit.segments.explain.tree import Tree, column_of, group_columns
from segaudit.segments.program import Program, membership_name, verdict_name
from segaudit.segments.proof.record import Setting
from segaudit.segments.proof.verdicts import earlier_segments
from segaudit.sql.records import RecordSource


def explain_rows(  # noqa: PLR0913 - what it is made from
    program: Program,
    data: RecordSource,
    rows: Sequence[int],
    *,
    schemas: Sequence[Schema],
    setting: Setting,
    engine: Engine,
) -> tuple[RecordExplained, ...]:
    """Return rows explained, in the order asked for.

    Only they are decided, in the styles that all cells of a column speak for; unless a clause ranks a row among all.
    """
    ask_for_values(program)
    fields = fields_behind(program)
    few = rows_of(settle_styles(data, fields, engine), fields, rows, engine)
    groups = {column_of(group): verdict for group, verdict in group_columns(program.rules, program).items()}
    decided = decide_rows(program, data if looks_at_all_rows(program) else few, rows, groups, engine)
    explained = []
    for number in rows:
        row = decided[number]
        moves = find_moves(row, few, schemas, setting, engine)
        explained.append(
            RecordExplained(row=number, schemas=tuple(_schema(program, row, schema, moves) for schema in schemas))
        )
    return tuple(explained)


def _schema(program: Program, row: Decided, schema: Schema, moves: Mapping[tuple[str, str], Move]) -> SchemaExplained:
    own = {segment.id: moves[schema.id, segment.id] for segment in schema.segments}
    return SchemaExplained(
        schema=schema.id,
        assign=schema.assign,
        label=row.label(schema),
        reason=row.reason(schema),
        segments=tuple(_segment(program, row, schema, segment, own[segment.id]) for segment in schema.segments),
        nearest=_nearest(tuple(own.values())),
    )


def _segment(program: Program, row: Decided, schema: Schema, segment: Segment, move: Move) -> SegmentExplained:
    tree = Tree(program.rules, row)
    taken = [item.id for item in earlier_segments(schema, segment) if row.named(verdict_name(schema, item))]
    return SegmentExplained(
        segment=segment.id,
        name=segment.name,
        verdict=row.named(verdict_name(schema, segment)),
        member=row.named(membership_name(schema, segment)),
        taken_by=taken[0] if taken else "",
        criteria=tree.criteria(segment),
        exclude=tree.exclusions(segment),
        move=move,
    )


def _nearest(moves: Sequence[Move]) -> str:
    """Return the segment that takes the least effort; of equals the one written first."""
    found = [move for move in moves if move.kind is MoveKind.FOUND]
    return min(found, key=lambda move: move.effort).segment if found else ""
