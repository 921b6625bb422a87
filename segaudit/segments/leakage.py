"""Segments held against entities: which have records in different segments, and how many are in each."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine
from segaudit.model.decisions import LabelPair, Leakage, LeakageExample, SchemaCounts, SegmentCounts
from segaudit.model.segments import Schema
from segaudit.segments.decide import DECISIONS
from segaudit.segments.entities import SHARED
from segaudit.segments.output import write_list
from segaudit.segments.program import Program, membership_name
from segaudit.sql.operators.expressions import literal

_MOST_PAIRS = 20
_MOST_EXAMPLES = 5
_ROWS_SHOWN = 20  # of one entity
# Of one entity's labels that make pairs: no real one has more, and a crafted file could have millions.
_MOST_LABELS = 20
_LABELS = "entity_labels"


def measure_leakage(program: Program, counts: Sequence[SchemaCounts], engine: Engine) -> tuple[SchemaCounts, ...]:
    """Return the counts with what they come to by entity: members, and the entities whose records have several labels.

    Args:
        program: What was decided.
        counts: Of its schemas, by record.
        engine: Where the decisions and the shared entities are.
    """
    inside = _in_shared(program, engine)
    _create_labels(program, engine)
    return tuple(
        replace(
            counted,
            segments=tuple(_by_entity(item, *inside[item.schema, item.segment]) for item in counted.segments),
            leakage=_leakage(schema, f"label_{number}", engine),
        )
        for number, (schema, counted) in enumerate(zip(program.rules.schemas, counts, strict=True))
    )


def _by_entity(counted: SegmentCounts, records: int, entities: int) -> SegmentCounts:
    return replace(counted, members_entities=counted.members - records + entities)


def _in_shared(program: Program, engine: Engine) -> dict[tuple[str, str], tuple[int, int]]:
    """Return for each segment its members that share their entity, and how many entities these are."""
    segments = list(program.rules.segments())
    members = [exp.column(membership_name(*item), table="d", quoted=True) for item in segments]
    counts = [exp.alias_(exp.func("COUNT_IF", member), f"n{number}") for number, member in enumerate(members)]
    grouped = (
        exp.select(*counts).from_(f"{DECISIONS} AS d").join(f"{SHARED} AS s", on="s._row = d._row").group_by("s.entity")
    )
    asked = [
        f"{what} AS x{n}_{m}"
        for n in range(len(segments))
        for m, what in enumerate((f"SUM(n{n})", f"COUNT_IF(n{n} > 0)"))
    ]
    query = exp.select(*asked).from_(grouped.subquery("g"))
    row = [int(value or 0) for value in engine.fetch(query.sql(dialect=engine.dialect))[0]]
    keys = [(schema.id, segment.id) for schema, segment in segments]
    return {key: (row[2 * n], row[2 * n + 1]) for n, key in enumerate(keys)}


def _create_labels(program: Program, engine: Engine) -> None:
    """Create the table of the rows that share their entity, with ``label_<number>`` for each schema."""
    labels = [
        exp.alias_(exp.column(f"segment_{schema.id}", table="d", quoted=True), f"label_{number}")
        for number, schema in enumerate(program.rules.schemas)
    ]
    query = exp.select("s._row", "s.entity", "s.entity_id", *labels).from_(f"{SHARED} AS s")
    engine.create(_LABELS, query.join(f"{DECISIONS} AS d", on="d._row = s._row").sql(dialect=engine.dialect))


def _leakage(schema: Schema, label: str, engine: Engine) -> Leakage:
    leaking = f"SELECT entity, COUNT(*) AS records FROM {_LABELS} GROUP BY entity HAVING MIN({label}) <> MAX({label})"
    entities, records = engine.fetch(f"SELECT COUNT(*), SUM(records) FROM ({leaking})")[0]
    if not entities:
        return Leakage(entities=0, records=0, pairs=(), examples=())
    return Leakage(
        entities=int(entities),
        records=int(records),
        pairs=_pairs(schema, label, leaking, engine),
        examples=_examples(label, leaking, engine),
    )


def _pairs(schema: Schema, label: str, leaking: str, engine: Engine) -> tuple[LabelPair, ...]:
    rows = engine.fetch(
        f"WITH leaking AS ({leaking}), found AS ("
        f"SELECT l.entity, l.{label} AS label, "
        f"ROW_NUMBER() OVER (PARTITION BY l.entity ORDER BY COUNT(*) DESC, l.{label}) AS place "
        f"FROM {_LABELS} l JOIN leaking k ON k.entity = l.entity GROUP BY l.entity, l.{label}), "
        f"kept AS (SELECT entity, label FROM found WHERE place <= {_MOST_LABELS}) "
        "SELECT a.label, b.label, COUNT(*) AS n FROM kept a JOIN kept b ON b.entity = a.entity AND a.label < b.label "
        f"GROUP BY a.label, b.label ORDER BY n DESC, a.label, b.label LIMIT {_MOST_PAIRS}"
    )
    order = {segment.id: place for place, segment in enumerate(schema.segments)}
    last = len(order)
    pairs = []
    for one, other, count in rows:
        a, b = sorted((str(one), str(other)), key=lambda name: (order.get(name, last), name))
        pairs.append(LabelPair(a=a, b=b, entities=int(count)))
    return tuple(pairs)


def _examples(label: str, leaking: str, engine: Engine) -> tuple[LeakageExample, ...]:
    rows = engine.fetch(
        f"WITH chosen AS (SELECT entity FROM ({leaking}) ORDER BY entity LIMIT {_MOST_EXAMPLES}), numbered AS ("
        f"SELECT l.entity, l.entity_id, l._row, l.{label} AS label, "
        "ROW_NUMBER() OVER (PARTITION BY l.entity ORDER BY l._row) AS place "
        f"FROM {_LABELS} l JOIN chosen c ON c.entity = l.entity) "
        f"SELECT entity_id, _row, label FROM numbered WHERE place <= {_ROWS_SHOWN} ORDER BY entity, _row"
    )
    found: dict[str, list[tuple[int, str]]] = {}
    for entity, row, name in rows:
        found.setdefault(str(entity), []).append((int(row), str(name)))
    return tuple(
        LeakageExample(entity_id=entity, rows=tuple(row for row, _ in held), labels=tuple(name for _, name in held))
        for entity, held in found.items()
    )


def write_leakage(temporary: Path, schemas: Sequence[Schema], ids: tuple[str, str] | None, engine: Engine) -> int:
    """Write the entities whose records have different labels in some schema, with what to merge; return how many.

    Args:
        temporary: CSV file to write.
        schemas: Of the decisions, in the order measure_leakage had them.
        ids: Table and column of the records' own ids; None if they have none.
        engine: Where the table of measure_leakage is.
    """
    label = [f"label_{number}" for number in range(len(schemas))]
    apart = [f"MIN({name}) <> MAX({name})" for name in label]
    parted = ", ".join(
        f"CASE WHEN {differ} THEN {literal(schema.id).sql(dialect=engine.dialect)} END"
        for schema, differ in zip(schemas, apart, strict=True)
    )
    table, column = ids if ids is not None else ("", "")
    read_ids = f"LEFT JOIN {table} r ON r._row = l._row" if ids is not None else ""
    own_id = f"COALESCE(TRIM(r.{column}), '')" if ids is not None else "''"
    records = f"SELECT l.*, {own_id} AS record_id FROM {_LABELS} l {read_ids}"
    rows, record_ids = _listed("CAST(_row AS VARCHAR)"), _listed("record_id")
    texts = [
        "entity_id",
        "CAST(COUNT(*) AS VARCHAR)",
        rows,
        record_ids if ids is not None else "''",
        f"CONCAT_WS('; ', {parted})",
        *(_listed(name) for name in label),
        f"CONCAT('merge records ', {record_ids})" if ids is not None else f"CONCAT('merge rows ', {rows})",
    ]
    columns = ", ".join(f"{text} AS c{position}" for position, text in enumerate(texts, start=1))
    query = f"SELECT MIN(entity) AS place, {columns} FROM ({records}) l GROUP BY entity_id HAVING {' OR '.join(apart)}"
    headers = ["entity_id", "records", "rows", "record_ids", "parted_in"]
    headers += [f"segment_{schema.id}" for schema in schemas]
    return write_list(temporary, query, [*headers, "mend"], engine, safe=True)


def _listed(text: str) -> str:
    return f"STRING_AGG({text}, '; ' ORDER BY _row)"
