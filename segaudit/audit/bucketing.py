"""What decides the bucket of a record: its entity if entities are known, else its id."""

from dataclasses import replace

from segaudit.engine.protocol import Engine
from segaudit.model.conditions import clauses_of
from segaudit.model.fields import ColumnReading, FieldType, MappedColumn
from segaudit.model.segments import RuleBook
from segaudit.segments.entities import ENTITIES
from segaudit.sql.records import RecordSource

_ENTITY = "entity_id"
# What may stand for the id of a record, best first.
_IDS = ("record_id", "contact_id", "company_id", "deal_id", "email")


def bucketed(data: RecordSource, rules: RuleBook, engine: Engine, *, by_entity: bool) -> tuple[RecordSource, str]:
    """Return the records with what decides their bucket, and the name of that field.

    All records of an entity are in one bucket, so that a person is not both in a test and out of it.

    Args:
        data: The records.
        rules: Whether they ask for buckets at all.
        engine: Where the records, and the table of entities, are.
        by_entity: Entities are known.
    """
    ids = [name for name in _IDS if name in data.readings]
    if not by_entity or not _asked(rules):
        return data, ids[0] if ids else _IDS[0]
    position = max([len(data.source.headers), *(item.column.position for item in data.readings.values())]) + 1
    table = f"{data.source.table}_by_entity"
    cell = f"CAST(e.entity_id AS VARCHAR) AS {data.source.column(position)}"
    engine.define(table, f"SELECT s.*, {cell} FROM {data.source.table} s LEFT JOIN {ENTITIES} e ON e._row = s._row")
    column = MappedColumn(position=position, header=_ENTITY, field=_ENTITY, type=FieldType.ID, source="entities")
    reading = ColumnReading(column=column, type=FieldType.ID, type_source="field", style="")
    source = replace(data.source, table=table)
    return replace(data, source=source, readings={**data.readings, _ENTITY: reading}), _ENTITY


def _asked(rules: RuleBook) -> bool:
    conditions = [part for _, segment in rules.segments() for part in (segment.criteria, *segment.exclude)]
    return any(clause.operator == "bucket" for condition in conditions for clause in clauses_of(condition))
