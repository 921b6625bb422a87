"""The records of entities that have more than one: numbered, ranked, and copied with what the rules go by."""

from collections.abc import Sequence
from dataclasses import replace

from segaudit.engine.protocol import Engine, Parameters
from segaudit.identity.survive.cells import judge_values, values_table
from segaudit.identity.survive.criteria import Attribute, Term, believed_date
from segaudit.identity.survive.data import CELLS, DIFFERING, ENTITIES, ROWS, SurvivalData
from segaudit.identity.survive.plan import Plan
from segaudit.model.fields import ColumnReading, FieldType, Placeholder
from segaudit.sql.cells import OK, PLACEHOLDER, cell_parameters, classified_cells
from segaudit.sql.kinds import KINDS, WHITE_SPACE, trimmed
from segaudit.sql.kinds.styles import choose_style

_FILLED = "survival_filled"  # _row, filled
_ATTRIBUTE = "survival_attribute_"  # and a number: _row, a
_AT_ONCE = 50  # columns compared in one statement
_LOOKED_UP_AT_ONCE = 20  # the engine holds the list of placeholders for each column as often as a batch has rows


def create_members(data: SurvivalData, plan: Plan, engine: Engine) -> None:
    """Create the tables of the records that are merged: ENTITIES, ROWS, CELLS and DIFFERING."""
    engine.create(
        ENTITIES,
        "SELECT row_number() OVER (ORDER BY entity_id) AS e, entity_id, count(*) AS records "
        f"FROM {data.entities} GROUP BY entity_id HAVING count(*) > 1",
    )
    engine.create(ROWS, f"SELECT e, t._row, t.record_key FROM {data.entities} t JOIN {ENTITIES} USING (entity_id)")
    _create_filled(data, engine)
    for number, attribute in enumerate(plan.attributes):
        _create_attribute(f"{_ATTRIBUTE}{number}", attribute, data, engine)
    _create_cells(data, plan, engine)
    _create_differing(data, engine)


def _create_filled(data: SurvivalData, engine: Engine) -> None:
    """Create the table of how many cells of each record are neither blank nor a placeholder."""
    parts = []
    for number, start in enumerate(range(0, len(data.readings), _LOOKED_UP_AT_ONCE)):
        parts.append(f"{_FILLED}_{number}")
        _create_filled_part(parts[-1], data.readings[start : start + _LOOKED_UP_AT_ONCE], data, engine)
    joined = " UNION ALL ".join(f"SELECT _row, filled FROM {part}" for part in parts)
    added = f"SELECT _row, CAST(sum(filled) AS BIGINT) AS filled FROM ({joined}) GROUP BY _row"
    engine.define(_FILLED, joined if len(parts) == 1 else added)


def _create_filled_part(name: str, readings: Sequence[ColumnReading], data: SurvivalData, engine: Engine) -> None:
    missing = {reading.column.position: ("", *_words(reading, data.placeholders)) for reading in readings}
    names = {words: f"missing_{number}" for number, words in enumerate(dict.fromkeys(missing.values()))}
    # Each cell is looked up once and without further conditions: within them the list is unrolled for every row.
    counted = " + ".join(
        f"CASE WHEN t{position} IS NULL OR list_contains(${names[words]}, lower(t{position})) THEN 0 ELSE 1 END"
        for position, words in missing.items()
    )
    cells = ", ".join(f"{trimmed(f'r.{data.source.column(position)}')} AS t{position}" for position in missing)
    parameters: Parameters = {name: list(words) for words, name in names.items()} | {"white_space": WHITE_SPACE}
    engine.create(
        name,
        f"SELECT _row, {counted} AS filled "
        f"FROM (SELECT _row, {cells} FROM {ROWS} JOIN {data.source.table} r USING (_row))",
        parameters,
    )


def _words(reading: ColumnReading, placeholders: Sequence[Placeholder]) -> tuple[str, ...]:
    parameters = cell_parameters(reading.column.field, reading.type, placeholders)
    return tuple(parameters["placeholders"])


def _create_attribute(name: str, attribute: Attribute, data: SurvivalData, engine: Engine) -> None:
    """Create the table of one attribute of each record."""
    column = data.source.column(attribute.reading.column.position)
    cells = f"(SELECT _row, r.{column} AS v FROM {ROWS} JOIN {data.source.table} r USING (_row))"
    kinds = {"date": FieldType.DATE, "flag": FieldType.BOOL}
    reading = replace(attribute.reading, type=kinds.get(attribute.kind, FieldType.TEXT))
    reading = settled(replace(reading, style=_style(reading)), cells, data, engine)
    parameters = cell_parameters(reading.column.field, reading.type, data.placeholders)
    if attribute.kind == "priority":
        judge_values(0, cells, reading, data, engine)
        query = (
            f"SELECT _row, nullif(list_position($places, f), 0) AS a FROM {cells} LEFT JOIN {values_table(0)} USING (v)"
        )
        engine.create(name, query, {"places": list(attribute.values)})
        return
    if attribute.kind == "held":
        # How many rows of the whole table have the same, capitals aside.
        held = f"SELECT lower({trimmed(column)}) AS same, count(*) AS a FROM {data.source.table} GROUP BY same"
        mine = f"SELECT _row, lower(t) AS same FROM {classified_cells(cells, reading)} WHERE state = {OK}"
        engine.create(
            name,
            f"SELECT _row, h.a FROM {ROWS} LEFT JOIN ({mine}) m USING (_row) LEFT JOIN ({held}) h USING (same)",
            parameters,
        )
        return
    value = f"CASE WHEN state = {OK} THEN value END"
    if attribute.kind == "date":
        value = believed_date(value, data)
    elif attribute.kind == "filled":
        value = f"state = {OK}"
    elif attribute.kind == "given":
        value = f"state > {PLACEHOLDER}"
    engine.create(name, f"SELECT _row, {value} AS a FROM {classified_cells(cells, reading)}", parameters)


def _style(reading: ColumnReading) -> str:
    """Return a reading's style, or its type's usual one if it was a reading of another type."""
    kind = KINDS[reading.type]
    return reading.style if reading.style in kind.readings else kind.default_style


def settled(reading: ColumnReading, cells: str, data: SurvivalData, engine: Engine) -> ColumnReading:
    """Return a reading in the style that most of some cells speak for, whatever a file's first rows showed."""
    evidence = KINDS[reading.type].evidence
    if not evidence:
        return reading
    sums = ", ".join(f"count(*) FILTER ({test})" for test in evidence.values())
    parameters = cell_parameters(reading.column.field, reading.type, data.placeholders)
    counts = engine.fetch(f"SELECT {sums} FROM {classified_cells(cells, reading)}", parameters)[0]
    if not any(counts):
        return reading
    return replace(reading, style=choose_style(reading.type, dict(zip(evidence, counts, strict=True)), data.fields)[0])


def sort_order(terms: tuple[Term, ...]) -> str:
    """Return terms as ORDER BY takes them; what has no value comes last."""
    return ", ".join(f"{term.sql} {'DESC' if term.descending else 'ASC'} NULLS LAST" for term in terms)


def _create_cells(data: SurvivalData, plan: Plan, engine: Engine) -> None:
    """Create the copy of the records that are merged, the surviving one of each entity at rank 1."""
    attributes = "".join(f", a{number}" for number in range(len(plan.attributes)))
    joined = "".join(
        f" JOIN (SELECT _row, a AS a{number} FROM {_ATTRIBUTE}{number}) USING (_row)"
        for number in range(len(plan.attributes))
    )
    terms = tuple(term for criterion in plan.survivor for term in criterion.terms)
    # Of keys that are numbers the shorter is the smaller. Records with one key have the same cells.
    order = sort_order((*terms, *(Term(key, descending=False) for key in ("length(record_key)", "record_key", "_row"))))
    ranked = (
        f"SELECT e, _row, record_key, filled{attributes}, row_number() OVER (PARTITION BY e ORDER BY {order}) AS rank "
        f"FROM {ROWS} JOIN {_FILLED} USING (_row){joined}"
    )
    numbered = f"SELECT *, row_number() OVER (ORDER BY e, rank) AS u FROM ({ranked})"
    cells = ", ".join(f"r.{column}" for column in data.columns())
    engine.create(CELLS, f"SELECT m.*, {cells} FROM ({numbered}) m JOIN {data.source.table} r USING (_row)")


def _create_differing(data: SurvivalData, engine: Engine) -> None:
    """Create the table of which columns of each entity hold different cells; the others need no decision."""
    columns = data.columns()
    parts, survivors = [], f"(SELECT * FROM {CELLS} WHERE rank = 1)"
    for number, start in enumerate(range(0, len(columns), _AT_ONCE)):
        compared = ", ".join(
            f"bool_or(coalesce(c.{column}, '') <> coalesce(s.{column}, '')) AS d{place}"
            for place, column in enumerate(columns[start : start + _AT_ONCE], start=start + 1)
        )
        parts.append(f"{DIFFERING}_{number}")
        engine.create(parts[-1], f"SELECT e, {compared} FROM {CELLS} c JOIN {survivors} s USING (e) GROUP BY e")
    joined = "".join(f" JOIN {part} USING (e)" for part in parts[1:])
    engine.create(DIFFERING, f"SELECT * FROM {parts[0]}{joined}")
