"""Records that are given by field, as tests and proofs have them, made a table like any file's."""

from collections.abc import Mapping, Sequence
from datetime import date

from segaudit.engine.protocol import Engine
from segaudit.model.fields import ColumnReading, FieldMap, FieldType, MappedColumn, Placeholder
from segaudit.model.proofs import WitnessValue
from segaudit.model.segments import RuleBook
from segaudit.model.source import Source
from segaudit.sql.kinds import KINDS
from segaudit.sql.records import RecordSource, RelatedRows

SEPARATOR = ";"  # of the values of one cell

GivenRecord = Mapping[str, str | None]  # field -> cell


def load_given(
    table: str,
    records: Sequence[GivenRecord],
    rules: RuleBook,
    engine: Engine,
    *,
    placeholders: Sequence[Placeholder] = (),
) -> RecordSource:
    """Load records as a raw table, one column for each field that some record has.

    Args:
        table: What to call it.
        records: Their cells; ``_row`` counts from 1.
        rules: Whose fields they have; a field they do not know is read as an id.
        engine: Where the table goes.
        placeholders: Words that stand for a missing value.
    """
    names = list(dict.fromkeys(name for record in records for name in record)) or ["record_id"]
    cells = {f"c{index}": [record.get(name) for record in records] for index, name in enumerate(names, 1)}
    selected = ", ".join(f"unnest(CAST(${column} AS VARCHAR[])) AS {column}" for column in cells)
    rows = list(range(1, len(records) + 1))
    engine.create(table, f"SELECT unnest(CAST($rows AS BIGINT[])) AS _row, {selected}", {**cells, "rows": rows})
    kinds = {name: rules.fields[name].type if name in rules.fields else FieldType.ID for name in names}
    columns = tuple(
        MappedColumn(position=index, header=name, field=name, type=kinds[name], source="rules")
        for index, name in enumerate(names, 1)
    )
    readings = {
        name: ColumnReading(
            column=column,
            type=kinds[name],
            type_source="field",
            style=KINDS[kinds[name]].default_style,
            separator=SEPARATOR,
        )
        for name, column in zip(names, columns, strict=True)
    }
    return RecordSource(
        source=Source(name=table, table=table, headers=tuple(names), rows=len(records), kind="csv"),
        fields=FieldMap(columns=columns, system=None, system_object=None, known_headers=0),
        readings=readings,
        placeholders=placeholders,
    )


def load_given_rows(kind: str, rows: Sequence[tuple[int, GivenRecord]], rules: RuleBook, engine: Engine) -> RelatedRows:
    """Load rows of another table that belong to given records.

    Args:
        kind: Of the table.
        rows: The ``_row`` of a record, and the row's cells.
        rules: Whose fields they have.
        engine: Where the tables go.
    """
    data = load_given(f"given_{kind}", [cells for _, cells in rows], rules, engine)
    owners = [record for record, _ in rows]
    engine.create(
        f"given_{kind}_links",
        "SELECT unnest(CAST($owners AS BIGINT[])) AS _row, unnest(CAST($rows AS BIGINT[])) AS related_row",
        {"owners": owners, "rows": list(range(1, len(rows) + 1))},
    )
    return RelatedRows(data=data, links=f"given_{kind}_links")


def cell_of(value: WitnessValue) -> str | None:
    """Return the cell a value is written as."""
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case tuple():
            return SEPARATOR.join(value) or SEPARATOR
        case date():
            return value.isoformat()
        case float():
            return f"{value:.10f}".rstrip("0").rstrip(".")
        case _:
            return str(value)
