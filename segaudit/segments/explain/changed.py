"""A row with other cells in it, decided by the program that decides every row."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine
from segaudit.model.conditions import RelatedClause
from segaudit.model.fields import NUMERIC_TYPES, VALUE_TYPES, ColumnReading, FieldType, MappedColumn
from segaudit.model.proofs import WitnessValue
from segaudit.segments.explain.decided import OF_ALL_ROWS, Decided, classified, fields_behind
from segaudit.segments.program import Program
from segaudit.sql.kinds import KINDS
from segaudit.sql.records import RECORDS, RecordSource
from segaudit.sql.related import create_whole_records

_TABLE = "changed"
Cells = Mapping[str, WitnessValue]  # field -> what it holds instead


def labels_of(
    changes: Sequence[Cells], row: Decided, data: RecordSource, engine: Engine
) -> tuple[Mapping[str, str], ...]:
    """Return the label of every schema for each way of changing a row.

    Args:
        changes: Fields that hold something else; the others hold what they hold.
        row: The row as it is decided now.
        data: A table with the row in it, its styles settled.
        engine: Where it is.
    """
    if not changes:
        return ()
    program = _as_before(row)
    create_whole_records(_written(changes, row, data, engine), program.clauses.context, engine)
    schemas = program.rules.schemas
    labels = [exp.alias_(label, f"l{index}") for index, label in enumerate(program.labels(schemas).values())]
    query = exp.select(*labels).from_(program.decided(RECORDS).subquery("d", copy=False), copy=False)
    rows = engine.fetch(query.order_by(exp.column("_row")).sql(dialect=engine.dialect))
    return tuple(dict(zip([schema.id for schema in schemas], map(str, found), strict=True)) for found in rows)


def _as_before(row: Decided) -> Program:
    """Return the program with what it says of the row by the rows around it: those do not change."""
    program = row.program
    first, *rest = program.layers
    fixed = {
        name: _literal(row.named(name))
        for name, clause in program.clauses.clauses.items()
        if clause.operator in OF_ALL_ROWS or isinstance(clause, RelatedClause)
    }
    return replace(program, layers=({**first, **fixed}, *rest))


def _literal(verdict: bool | None) -> exp.Expr:  # noqa: FBT001 - three-valued, not a switch
    return exp.cast(exp.null() if verdict is None else exp.convert(verdict), "BOOLEAN")


def _written(changes: Sequence[Cells], row: Decided, data: RecordSource, engine: Engine) -> RecordSource:
    """Load the changed rows as a raw table, a column for each field the program reads and each amount's currency."""
    fields = row.program.rules.fields
    names = [name for name in fields_behind(row.program) if fields[name].type in VALUE_TYPES]
    given = [name for name in names if name in data.readings]
    readings: dict[str, ColumnReading] = {}
    cells: dict[str, list[str | None]] = {}
    columns = [data.source.column(data.readings[name].column.position) for name in given]
    where = f"FROM {data.source.table} WHERE _row = $row"
    found = engine.fetch(f"SELECT {', '.join(columns) or 'NULL'} {where}", {"row": row.row})[0]
    present = dict(zip(given, found, strict=False))
    beside: list[MappedColumn] = []
    for index, name in enumerate(names, start=1):
        if name not in present and not any(name in change for change in changes):
            continue
        reading = data.readings.get(name) or _new_reading(name, row)
        readings[name] = replace(reading, column=replace(reading.column, position=index, header=name))
        separator = fields[name].separator or readings[name].separator or ";"
        cells[f"c{index}"] = [
            _cell(change[name], readings[name], separator) if name in change else present.get(name)
            for change in changes
        ]
        if fields[name].type is FieldType.MONEY:
            now, own, place = row.currency(name), fields[name].currency, len(names) + index
            cells[f"c{place}"] = [own if name in change else now for change in changes]
            beside.append(MappedColumn(position=place, header=f"{name} currency", field=None, type=None, source=""))
    selected = "".join(f", unnest(CAST(${column} AS VARCHAR[])) AS {column}" for column in cells)
    engine.create(
        _TABLE, f"SELECT unnest($rows) AS _row{selected}", {**cells, "rows": list(range(1, len(changes) + 1))}
    )
    table = replace(data.source, table=_TABLE, rows=len(changes))
    mapped = replace(data.fields, columns=(*(reading.column for reading in readings.values()), *beside))
    return classified(replace(data, source=table, fields=mapped, readings=readings, related={}), readings, engine)


def _new_reading(name: str, row: Decided) -> ColumnReading:
    """Return how a field is read that no column of the file provides."""
    kind = row.program.rules.fields[name].type
    column = MappedColumn(position=0, header=name, field=name, type=kind, source="rules")
    return ColumnReading(column=column, type=kind, type_source="field", style=KINDS[kind].default_style, separator=";")


def _cell(value: WitnessValue, reading: ColumnReading, separator: str) -> str | None:
    """Return the cell a value is written as, in the style of its column."""
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case tuple():
            return separator.join(value) or separator
        case date():
            return value.isoformat()
        case float():
            text = f"{value:.10f}".rstrip("0").rstrip(".")
            is_comma = reading.type in NUMERIC_TYPES and reading.style == "comma"
            return text.replace(".", ",") if is_comma else text
        case _:
            return str(value)
