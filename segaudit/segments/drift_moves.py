"""Records followed from one side to the other: which label each had and has, and the clauses behind it.

Records are found in each other once, by the text of their ids; all that is asked afterwards is asked of that table.
"""

from collections.abc import Mapping, Sequence

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine
from segaudit.model.conditions import Clause, clauses_of
from segaudit.model.drift import GONE, NEW, Cause, Flapping, Move
from segaudit.model.segments import Schema
from segaudit.segments.program import Layer, Program
from segaudit.sql.operators import Part

OLD_ALL, NEW_ALL = "drift_old_all", "drift_new_all"  # of lists: all records by _row, with labels, clauses and cells
OLD_SIDE, NEW_SIDE = "drift_old", "drift_new"  # records with an id of their own: key, _row (of lists), segment_<schema>
_PAIRS, _PATHS = "drift_pairs", "drift_paths"
BETWEEN = "; "
_MOST_CAUSES = 3
_SAID = ("holds", "does not hold", "cannot be told")
_MOST_EXAMPLES = 5


def followed_layer(program: Program, of_the_day: frozenset[str]) -> Layer:
    """Return what is needed beside labels to tell the clauses behind moves: clauses, and cells held against the day."""
    columns = program.clauses.context.columns
    layer: Layer = {name: exp.column(name, quoted=True) for name in program.clauses.clauses}
    for name in of_the_day:
        field = program.clauses.clauses[name].field
        if field in columns.parts:
            layer[f"{field}__{Part.CELL.value}"] = columns.part(field, Part.CELL)
    return layer


def create_side(side: str, labels: str, keys: str, schemas: Sequence[str], engine: Engine) -> None:
    """Create a side from a list's labels and its ids, of which only those that stand once count."""
    once = f"(SELECT min(_row) AS _row, key FROM {keys} GROUP BY key HAVING count(*) = 1)"
    columns = "".join(f', l."segment_{schema}"' for schema in schemas)
    engine.create(side, f"SELECT k.key, k._row{columns} FROM {once} k JOIN {labels} l ON l._row = k._row")


def create_pairs(schemas: Sequence[str], engine: Engine, *, of_lists: bool) -> tuple[int, int, int]:
    """Find the records of both sides in each other; return how many both have, only the new, only the old one.

    Args:
        schemas: Those both sides have.
        engine: Where the sides are.
        of_lists: Both are lists, so that rows can be looked up again.
    """
    columns = "".join(f', o."segment_{name}" AS "o__{name}", n."segment_{name}" AS "n__{name}"' for name in schemas)
    rows = ", o._row AS old_row, n._row AS new_row" if of_lists else ""
    engine.create(
        _PAIRS,
        f"SELECT o.key IS NOT NULL AS in_old, n.key IS NOT NULL AS in_new{rows}{columns} "
        f"FROM {OLD_SIDE} o FULL JOIN {NEW_SIDE} n ON n.key = o.key",
    )
    found = engine.fetch(f"SELECT in_old, in_new, COUNT(*) FROM {_PAIRS} GROUP BY in_old, in_new")
    counts = {(bool(old), bool(new)): int(rows) for old, new, rows in found}
    return counts.get((True, True), 0), counts.get((False, True), 0), counts.get((True, False), 0)


def count_moves(schema: str, engine: Engine) -> tuple[list[Move], int]:
    """Return the moves of a schema, most records first, and how many records stay."""
    found = engine.fetch(
        f"SELECT CASE WHEN in_old THEN \"o__{schema}\" ELSE '{NEW}' END AS was, "
        f"CASE WHEN in_new THEN \"n__{schema}\" ELSE '{GONE}' END AS now, COUNT(*) FROM {_PAIRS} GROUP BY was, now"
    )
    moves = [Move(was=str(was), now=str(now), records=int(rows)) for was, now, rows in found if was != now]
    staying = sum(int(rows) for was, now, rows in found if was == now)
    return sorted(moves, key=lambda move: (-move.records, move.was, move.now)), staying


def find_causes(
    schema: Schema, program: Program, of_the_day: frozenset[str], engine: Engine
) -> dict[tuple[str, str], tuple[Cause, ...]]:
    """Return for each move the clauses, of the segments left and entered, that are decided otherwise now.

    Args:
        schema: Whose moves.
        program: That decided both sides.
        of_the_day: Columns of the clauses that hang on the day; with an unchanged cell the day has moved the record.
        engine: Where both sides are.
    """
    clauses = _clauses(schema, program)
    if not clauses:
        return {}
    was, now = f'p."o__{schema.id}"', f'p."n__{schema.id}"'
    sums = [sql for name, (clause, _) in clauses.items() for sql in _counted(name, clause, program, of_the_day)]
    found = engine.fetch(
        f"SELECT {was} AS was, {now} AS now, {', '.join(sums)} FROM {_PAIRS} p JOIN {OLD_ALL} o ON o._row = p.old_row "
        f"JOIN {NEW_ALL} n ON n._row = p.new_row WHERE {was} <> {now} GROUP BY was, now"
    )
    return {
        (str(left), str(entered)): _causes(str(left), str(entered), list(clauses.values()), counts, program)
        for left, entered, *counts in found
    }


def _clauses(schema: Schema, program: Program) -> dict[str, tuple[Clause, set[str]]]:
    """Return the schema's clauses by their columns, each with the segments that use it."""
    found: dict[str, tuple[Clause, set[str]]] = {}
    for segment in schema.segments:
        for condition in (segment.criteria, *segment.exclude):
            for clause in clauses_of(condition):
                found.setdefault(program.clauses.name(clause), (clause, set()))[1].add(segment.id)
    return found


def _counted(name: str, clause: Clause, program: Program, of_the_day: frozenset[str]) -> list[str]:
    """Return what is counted of a clause: decided otherwise, by what it says now; and those whose cell is the same."""
    differs = f'o."{name}" IS DISTINCT FROM n."{name}"'
    now = (f'n."{name}"', f'NOT n."{name}"', f'n."{name}" IS NULL')
    has_cell = clause.field in program.clauses.context.columns.parts
    cell = f'"{clause.field}__{Part.CELL.value}"'
    same = f"o.{cell} = n.{cell}" if name in of_the_day and has_cell else "FALSE"
    return [f"COUNT_IF({differs} AND {said}{also})" for said in now for also in ("", f" AND {same}")]


def _causes(
    was: str, now: str, clauses: Sequence[tuple[Clause, set[str]]], counts: Sequence[int | None], program: Program
) -> tuple[Cause, ...]:
    named = {*was.split(BETWEEN), *now.split(BETWEEN)}
    segments = {segment for _, used in clauses for segment in used}
    nowhere = not named & segments
    causes = []
    told = iter(counts)
    for clause, used in clauses:
        for said in _SAID:
            records, by_the_day = int(next(told) or 0), int(next(told) or 0)
            if records and (nowhere or used & named):
                causes.append(Cause(clause=program.words(clause), now=said, records=records, by_the_day=by_the_day))
    causes.sort(key=lambda cause: (-cause.records, cause.clause))
    return tuple(causes[:_MOST_CAUSES])


def create_paths(sides: Mapping[str, Sequence[str]], engine: Engine) -> None:
    """Follow records through several sides: create the table of those all of them have.

    Args:
        sides: Table of ``key`` and ``segment_<schema>`` -> its schemas; oldest first.
        engine: Where they are.
    """
    first, *others = sides
    columns = "".join(
        f', t{place}."segment_{schema}" AS "t{place}__{schema}"'
        for place, schemas in enumerate(sides.values())
        for schema in schemas
    )
    joined = "".join(f" JOIN {table} t{place} ON t{place}.key = t0.key" for place, table in enumerate(others, start=1))
    engine.create(_PATHS, f"SELECT t0.key{columns} FROM {first} t0{joined}")


def find_flapping(schema: str, sides: Mapping[str, Sequence[str]], engine: Engine) -> Flapping | None:
    """Return the records that left a label and came back to it; None where less than three sides tell.

    Args:
        schema: Whose labels.
        sides: As the paths were created of.
        engine: Where they are.
    """
    labels = [f'"t{place}__{schema}"' for place, schemas in enumerate(sides.values()) if schema in schemas]
    if len(labels) < 3:  # noqa: PLR2004 - there, away, back
        return None
    back = " OR ".join(
        f"({labels[first]} = {labels[last]} AND {labels[first]} <> {labels[middle]})"
        for last in range(len(labels))
        for middle in range(last)
        for first in range(middle)
    )
    records, followed = engine.fetch(f"SELECT COUNT_IF({back}), COUNT(*) FROM {_PATHS}")[0]
    found = engine.fetch(
        f"SELECT key, {', '.join(labels)} FROM {_PATHS} WHERE {back} ORDER BY key LIMIT {_MOST_EXAMPLES}"
    )
    examples = tuple((str(key), tuple(map(str, told))) for key, *told in found)
    return Flapping(runs=len(labels), records=int(records or 0), followed=int(followed or 0), examples=examples)


def mix_of(table: str, schemas: Sequence[str], engine: Engine) -> dict[str, Mapping[str, int]]:
    """Return for each schema how many records of a table have each label."""
    return {
        schema: {
            str(label): int(rows)
            for label, rows in engine.fetch(f'SELECT "segment_{schema}" AS label, COUNT(*) FROM {table} GROUP BY label')
        }
        for schema in schemas
    }
