"""Columns as the rules declare them: a field's own column, and its type."""

from collections.abc import Mapping
from dataclasses import replace

from segaudit.errors import InputError
from segaudit.model.fields import FieldMap, FieldType
from segaudit.model.segments import RuleField
from segaudit.text.folding import fold_header


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
                hint="correct `column:`, or leave it out to have the column found; columns of tables given with --with "
                "are named in a workspace file (segaudit init)",
            )
        wanted[positions[rule_field.column.strip()]] = name
    wanted |= _namesakes(rule_fields, fields, wanted)
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
                also=column.field if field_name is not None and field_name != column.field else None,
            )
        )
    return replace(fields, columns=tuple(columns))


def _namesakes(rule_fields: Mapping[str, RuleField], fields: FieldMap, wanted: Mapping[int, str]) -> dict[int, str]:
    """Return columns that are headed by a field's own name, the first of each: those without a field go before others.

    A column that was taken for a field of the catalogue is one for a field that the rules declare, unless they declare
    that of the catalogue as well.
    """
    provided = {*wanted.values(), *(column.field for column in fields.columns if column.field)}
    missing = {
        fold_header(name): name
        for name, rule_field in rule_fields.items()
        if name not in provided and rule_field.type is not FieldType.ROWS
    }
    found: dict[int, str] = {}
    for column in sorted(fields.columns, key=lambda column: column.field is not None):
        name = missing.get(fold_header(column.header))
        if name is None or name in found.values() or column.position in wanted:
            continue
        if column.field is None or (_is_declared(rule_fields, name) and not _is_declared(rule_fields, column.field)):
            found[column.position] = name
    return found


def _is_declared(rule_fields: Mapping[str, RuleField], name: str) -> bool:
    """Tell whether a field stands in the rules, and not in the catalogue alone."""
    return name in rule_fields and rule_fields[name].place is not None
