"""Row contracts in pandera's form: writing the one a table suggests, and judging a table by a client's own."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from segaudit.engine.protocol import Engine
from segaudit.errors import InputError
from segaudit.interop.pandera_judge import SchemaRows, SchemaRule, judge_schema, rules_of
from segaudit.interop.pandera_schema import ClientSchema, ContractColumn, SchemaColumn, read_schema, write_contract
from segaudit.model.conditions import Place
from segaudit.model.fields import NUMERIC_TYPES, ColumnReading, FieldType
from segaudit.model.quality import Check, ColumnRemark, Dimension, Severity
from segaudit.model.segments import RuleField
from segaudit.quality.data import QualityData
from segaudit.sql.cells import INVALID
from segaudit.sql.kinds import KINDS
from segaudit.sql.kinds.texts import FALSE_WORDS, TRUE_WORDS
from segaudit.sql.operators import Columns, Part
from segaudit.sql.records import RECORDS, RecordSource, create_records

SCHEMA_FAILURES = "schema_failures"
_MOST_VALUES = 60
_CLOSED_FROM = 20  # rows for each value: fewer, and a new value is no surprise
_ENTITY_KEYS = frozenset({"record_id", "contact_id", "company_id", "deal_id", "activity_id"})


def derive_contract(data: QualityData) -> tuple[ContractColumn, ...]:
    """Return what the columns of a table suggest has to hold of them; a header that stands twice is left out."""
    headers = list(data.source.headers)
    return tuple(
        _contract_column(reading, data)
        for reading in data.readings
        if headers.count(reading.column.header) == 1 and reading.column.header
    )


def _contract_column(reading: ColumnReading, data: QualityData) -> ContractColumn:
    measures = data.coverage[reading.column.position]
    pattern, values = KINDS[reading.type].pattern, None
    if reading.type is FieldType.BOOL:
        pattern = f"(?i:{'|'.join(re.escape(word) for word in (*TRUE_WORDS, *FALSE_WORDS))})"
    if reading.type is FieldType.ENUM and 0 < measures.distinct <= _MOST_VALUES:
        listed = data.values(reading.column.position)
        values = tuple(sorted(value for value, _ in listed)) if measures.filled >= _CLOSED_FROM * len(listed) else None
    return ContractColumn(
        header=reading.column.header,
        nullable=measures.filled < measures.rows,
        unique=reading.column.field in _ENTITY_KEYS and measures.distinct == measures.filled > 0,
        pattern=f"^(?:{_python(pattern)})$" if pattern else None,
        values=values,
        missing=tuple(
            item.value for item in data.placeholders if item.means_missing(reading.column.field, reading.type)
        ),
        description=f"{reading.type.value}; {reading.column.field or 'no known field'}",
    )


def _python(pattern: str) -> str:
    """Return a pattern of the engine's as Python writes it."""
    bare = pattern.removeprefix("^").removesuffix("$")
    return re.sub(r"\\x\{([0-9a-fA-F]+)\}", lambda found: f"\\u{int(found[1], 16):04x}", bare)


def export_contract(path: str, data: QualityData) -> None:
    """Write the contract a table suggests, as YAML or, with the ending .py, as Python.

    Raises:
        OutputError: The file cannot be written.
    """
    source = data.source
    read = {"sep": source.delimiter or ",", "encoding": "utf-8-sig" if source.encoding == "utf-8" else source.encoding}
    write_contract(Path(path), Path(source.name).stem, derive_contract(data), read=read)


def judge_by_schema(
    path: str, data: QualityData, engine: Engine
) -> tuple[tuple[Check, ...], tuple[int, ...], tuple[tuple[Check, ColumnRemark], ...]]:
    """Judge a table by a client's own schema; the rows that break it are in the table SCHEMA_FAILURES.

    Returns:
        A check for each rule of the schema, in the order of SCHEMA_FAILURES; the column each is about; and what can be
        said without any row: columns that are not there, or should not be.

    Raises:
        InputError: The file is no schema that can be judged by.
    """
    schema = read_schema(path)
    headers = [header for header in data.source.headers if data.source.headers.count(header) == 1]
    rules = rules_of(schema, headers)
    positions = {reading.column.header: reading.column.position for reading in data.readings}
    if not any(column.header in positions for column in schema.columns):
        raise InputError("the schema names no column of this table", where=path, hint="is it for another table?")
    rows = _schema_rows(schema, data, positions, engine)
    judge_schema(schema, rules, rows, SCHEMA_FAILURES, engine)
    checks = tuple(_check(rule, number, path) for number, rule in enumerate(rules, start=1))
    return checks, tuple(positions[rule.header] for rule in rules), tuple(_remarks(schema, data, path))


def _schema_rows(schema: ClientSchema, data: QualityData, positions: dict[str, int], engine: Engine) -> SchemaRows:
    """Read the schema's columns as the types it gives them."""
    columns = Columns()
    readings: dict[str, ColumnReading] = {}
    names: dict[str, tuple[str, str]] = {}
    selected = ["_row"]
    for index, column in enumerate(schema.columns):
        if column.header not in positions:
            continue
        name = f"s{index}"
        readings[name] = _read_as(data.reading(positions[column.header]), column)
        value, state = (columns.part(name, part).name for part in (Part.VALUE, Part.STATE))
        selected += [f'"{value}" AS v{index}', f'"{state}" = {INVALID} AS u{index}']
        names[column.header] = (f"v{index}", f"u{index}")
    fields = {name: RuleField(name=name, type=reading.type) for name, reading in readings.items()}
    record_source = RecordSource(
        source=data.source, fields=data.fields, readings=readings, placeholders=data.placeholders
    )
    create_records(record_source, fields, columns, engine)
    return SchemaRows(query=f"SELECT {', '.join(selected)} FROM {RECORDS}", names=names)


def _read_as(reading: ColumnReading, column: SchemaColumn) -> ColumnReading:
    """Return a column's reading as the type the schema gives it; as it is read already where that is such a type."""
    same = reading.type is column.kind or (
        reading.type in NUMERIC_TYPES and column.kind in {FieldType.INT, FieldType.NUMBER}
    )
    if same:
        return reading
    return replace(reading, type=column.kind, style=KINDS[column.kind].default_style)


def _check(rule: SchemaRule, number: int, path: str) -> Check:
    return Check(
        id=f"schema-{number}-{rule.check.replace('_', '-')}",
        dimension=Dimension.COMPLETENESS if rule.check == "not_nullable" else Dimension.VALIDITY,
        severity=Severity.ERROR,
        title=f"Breaks the schema: {rule.says}",
        why="The client's own data team wants this of the column.",
        mend="Mend the cells, or change the schema if it asks too much.",
        place=Place(file=path, line=1, column=1),
    )


def _remarks(schema: ClientSchema, data: QualityData, path: str) -> Sequence[tuple[Check, ColumnRemark]]:
    headers = data.source.headers
    rule = SchemaRule(header="", check="columns", says="the columns it names")
    check = _check(rule, 0, path)
    lacking = [column.header for column in schema.columns if column.required and column.header not in headers]
    said = [f'there is no column "{header}"' for header in lacking]
    if schema.strict:
        known = {column.header for column in schema.columns}
        said += [f'the column "{header}" is not in the schema' for header in headers if header not in known]
    said += list(schema.notes)
    return [(check, ColumnRemark(check=check.id, positions=(), message=message)) for message in said]
