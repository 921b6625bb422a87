"""Columns as the rules declare them: a field's own column, and its type."""

from collections.abc import Mapping
from dataclasses import replace

from segaudit.errors import InputError
from segaudit.model.fields import FieldMap
from segaudit.model.segments import RuleField


def declare_fields(rule_fields: Mapping[str, RuleField], fields: FieldMap, source: str) -> FieldMap:
    """Return the map with what the rules declare: a field's own column, and its type.

    Raises:
        InputError: The rules name a column the file does not have.
    """
    positions = {column.header.strip(): column.position for column in fields.columns}
    wanted: dict[int, str] = {}
    for name, rule_field in rule_fields.items():
        if rule_field.column is None:
            continue
        if rule_field.column.strip() not in positions:
            raise InputError(
                f'the rules read "{name}" from the column "{rule_field.column}", which {source} does not have',
                where=str(rule_field.place or ""),
                hint="correct `column:`, or leave it out to have the column found",
            )
        wanted[positions[rule_field.column.strip()]] = name
    taken = set(wanted.values())
    columns = []
    for column in fields.columns:
        field_name = wanted.get(column.position, None if column.field in taken else column.field)
        declared = rule_fields.get(field_name) if field_name is not None else None
        columns.append(
            replace(
                column,
                field=field_name,
                type=declared.type if declared else column.type,
                source="rules" if column.position in wanted else column.source,
            )
        )
    return replace(fields, columns=tuple(columns))
