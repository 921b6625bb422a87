"""What two definitions come to in one file: members of each, of both, and where records of a label went."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine
from segaudit.model.rules_diff import Example, LabelFlow, SegmentDiffCounts
from segaudit.segments.decide import create_labels
from segaudit.segments.program import Program, membership_name, verdict_column
from segaudit.sql.records import RecordSource

_MOST_EXAMPLES = 5
_TABLES = {"a": "diff_a", "b": "diff_b"}
_ID = "record_id"
_Pair = tuple[tuple[str, str], tuple[str, str]]  # schema and segment of A, of B


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffCounts:
    """Counts of a file."""

    segments: Mapping[_Pair, SegmentDiffCounts]
    flows: Mapping[tuple[str, str], tuple[LabelFlow, ...]]  # by A's schema and B's, most records first


def decide_side(
    side: str, program: Program, data: RecordSource, segments: Sequence[tuple[str, str]], engine: Engine
) -> None:
    """Decide a file by one of the rule books, and keep what is counted.

    Args:
        side: ``a`` or ``b``.
        program: Of the rule book.
        data: The file, as the rule book reads it.
        segments: Schema and segment of this side, in the order of the pairs.
        engine: Where the file is.
    """
    columns: dict[str, exp.Expr] = {}
    for index, (schema_id, segment_id) in enumerate(segments):
        schema = program.rules.schema(schema_id)
        segment = schema.segment(segment_id)
        member = exp.column(membership_name(schema, segment), quoted=True)
        columns[f"m{index}"] = exp.func("COALESCE", member, exp.false())
        columns[f"u{index}"] = verdict_column(schema, segment).is_(exp.null())
    create_labels(program, data, engine, table=_TABLES[side], beside=columns)


def count_differences(
    segments: Sequence[_Pair], schemas: Sequence[tuple[str, str]], data: RecordSource, engine: Engine
) -> DiffCounts:
    """Count where two rule books part, after both have decided the file.

    Args:
        segments: Segments put side by side.
        schemas: Schemas put side by side.
        data: The file.
        engine: Where it is.
    """
    numbers = _numbers(len(segments), engine)
    counted = {}
    for index, (pair, found) in enumerate(zip(segments, numbers, strict=True)):
        a, b, both, undecided_a, undecided_b = found
        counted[pair] = SegmentDiffCounts(
            a=a,
            b=b,
            both=both,
            undecided_a=undecided_a,
            undecided_b=undecided_b,
            examples_a=_examples(index, "a", data, engine) if a > both else (),
            examples_b=_examples(index, "b", data, engine) if b > both else (),
        )
    return DiffCounts(segments=counted, flows={pair: _flows(*pair, engine) for pair in schemas})


def _of(side: str, name: str) -> exp.Column:
    return exp.column(name, table=side, quoted=True)


def _joined(*columns: exp.Expr) -> exp.Select:
    """Return a query over the records as both decided them."""
    same = _of("a", "_row").eq(_of("b", "_row"))
    one, other = (exp.to_table(table).as_(side) for side, table in _TABLES.items())
    return exp.select(*columns).from_(one).join(other, on=same)


def _numbers(segments: int, engine: Engine) -> list[list[int]]:
    """Return for each segment the members of A, of B, of both, and the undecided of A and of B."""
    counts = []
    for index in range(segments):
        a, b = _of("a", f"m{index}"), _of("b", f"m{index}")
        asked = (a, b, exp.and_(a.copy(), b.copy()), _of("a", f"u{index}"), _of("b", f"u{index}"))
        counts += [exp.func("COUNT_IF", condition) for condition in asked]
    if not counts:
        return []
    row = [int(number or 0) for number in engine.fetch(_joined(*counts).sql(dialect=engine.dialect))[0]]
    return [row[start : start + 5] for start in range(0, len(row), 5)]


def _examples(index: int, side: str, data: RecordSource, engine: Engine) -> tuple[Example, ...]:
    """Return the first records that are members on one side only."""
    other = "b" if side == "a" else "a"
    reading = data.readings.get(_ID)
    shown: exp.Expr = exp.null()
    if reading is not None:
        shown = exp.column(data.source.column(reading.column.position), table="r")
    query = (
        _joined(_of("a", "_row"), shown)
        .join(exp.to_table(data.source.table).as_("r"), on=exp.column("_row", table="r").eq(_of("a", "_row")))
        .where(_of(side, f"m{index}"), exp.not_(_of(other, f"m{index}")))
        .order_by(_of("a", "_row"))
        .limit(_MOST_EXAMPLES)
    )
    rows = engine.fetch(query.sql(dialect=engine.dialect))
    return tuple(Example(row=int(row), record_id=None if name is None else str(name)) for row, name in rows)


def _flows(a: str, b: str, engine: Engine) -> tuple[LabelFlow, ...]:
    one, other = _of("a", f"segment_{a}"), _of("b", f"segment_{b}")
    query = _joined(one, other, exp.func("COUNT", exp.Star())).group_by(one.copy(), other.copy())
    rows = [(str(x), str(y), int(number)) for x, y, number in engine.fetch(query.sql(dialect=engine.dialect))]
    return tuple(LabelFlow(a=x, b=y, rows=n) for x, y, n in sorted(rows, key=lambda row: (-row[2], row[0], row[1])))
