"""Exceptions of the records that are explained: the label somebody gave by hand, in place of the rules'."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from segaudit.audit.excepting import settle
from segaudit.audit.preparing import Prepared
from segaudit.engine.protocol import Engine
from segaudit.model.explanations import RecordExplained, SchemaExplained
from segaudit.model.segments import Assignment, Schema
from segaudit.segments.exceptions import HONOURED, ignored_words, told_words

_TABLE = "explained"


def with_exceptions(ready: Prepared, records: Sequence[RecordExplained], engine: Engine) -> tuple[RecordExplained, ...]:
    """Return records with the labels and reasons that exceptions in force give them, as assign writes them.

    Args:
        ready: Rules and list.
        records: As the rules have them.
        engine: Where the list is.
    """
    if not ready.rules.exceptions or not records:
        return tuple(records)
    schemas = [item.schema for item in records[0].schemas]
    labels = {name: [_of(record, name).label for record in records] for name in schemas}
    rows = [record.row for record in records]
    cells = ", ".join(f'unnest(CAST($l{number} AS VARCHAR[])) AS "segment_{n}"' for number, n in enumerate(schemas))
    given = {f"l{number}": labels[name] for number, name in enumerate(schemas)}
    # Schemas nobody asked about have a column, too: every exception is settled against one.
    rest = [f'CAST(NULL AS VARCHAR) AS "segment_{item.id}"' for item in ready.rules.schemas if item.id not in schemas]
    columns = ", ".join(["unnest(CAST($rows AS BIGINT[])) AS _row", cells, *rest])
    engine.create(_TABLE, f"SELECT {columns}", {"rows": rows, **given})
    tables = settle(ready, _TABLE, engine).tables
    found: dict[tuple[int, str], tuple[str, str, str]] = {}
    for name in schemas:
        for row, segment, said, outcome in engine.fetch(
            f"SELECT _row, segment, said, outcome FROM {tables[name]}" if name in tables else "SELECT 0, '', '', ''"
        ):
            found[int(row), name] = (str(segment), str(said), str(outcome))
    return tuple(
        replace(record, schemas=tuple(_applied(record.row, item, found, ready) for item in record.schemas))
        for record in records
    )


def _of(record: RecordExplained, schema: str) -> SchemaExplained:
    return next(item for item in record.schemas if item.schema == schema)


def _applied(
    row: int, item: SchemaExplained, found: Mapping[tuple[int, str], tuple[str, str, str]], ready: Prepared
) -> SchemaExplained:
    if (row, item.schema) not in found:
        return item
    segment, said, outcome = found[row, item.schema]
    if outcome == HONOURED:
        label = _label(ready.rules.schema(item.schema), item.label, segment)
        # While the exception holds no change of the record moves it.
        return replace(item, label=label, reason=told_words(said, item.label, item.reason), nearest="", by_hand=said)
    return replace(item, reason=ignored_words(item.reason, segment, outcome))


def _label(schema: Schema, label: str, segment: str) -> str:
    if schema.assign is not Assignment.ALL_MATCHES:
        return segment
    names = {*label.split("; "), segment}
    return "; ".join(item.id for item in schema.segments if item.id in names)
