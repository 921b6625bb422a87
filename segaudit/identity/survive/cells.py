"""The different cells of a column, judged once each: what they say, and which of them say the same."""

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from segaudit.engine.protocol import Engine
from segaudit.identity.survive.data import SurvivalData
from segaudit.model.fields import NUMERIC_TYPES, ColumnReading, FieldType
from segaudit.model.survival import Survivorship
from segaudit.sql.cells import OK, PLACEHOLDER, cell_parameters, classified_cells
from segaudit.text.columns import folded, has_localpart, in_domains

_READ = "survival_read"
# Two cells of these types are one value however they are written; the SQL is over ``t`` and ``value``.
_SAME = {
    **dict.fromkeys((*NUMERIC_TYPES, FieldType.DATE, FieldType.BOOL), "CAST(value AS VARCHAR)"),
    FieldType.PHONE: "regexp_replace(t, '[^0-9]', '', 'g')",
    FieldType.URL: "regexp_replace(lower(t), '^[a-z]+://(www[.])?|^www[.]|/+$', '', 'g')",
}


def values_table(slot: int) -> str:
    """Return the name of a table of judged cells: v, t, state, value, f (equal texts say the same), work."""
    return f"survival_values_{slot}"


def judge_values(slot: int, cells: str, reading: ColumnReading, data: SurvivalData, engine: Engine) -> None:
    """Create the table of a column's different cells; ``f`` is empty where there is no value.

    Args:
        slot: Number of the table; one that is there is replaced.
        cells: Relation with the raw cells as ``v``.
        reading: How they are read.
        data: Whose placeholders stand for a missing value, and whose lists tell a person's address at work.
        engine: Where the table is made.
    """
    different = f"(SELECT DISTINCT v FROM {cells} WHERE v IS NOT NULL)"
    parameters = cell_parameters(reading.column.field, reading.type, data.placeholders)
    judged = classified_cells(different, reading)
    same = _SAME.get(reading.type)
    if same is not None:
        text = f"CASE WHEN state = {OK} THEN {same} WHEN state > {PLACEHOLDER} THEN lower(t) ELSE '' END"
        query = f"SELECT v, t, state, value, {text} AS f, FALSE AS work FROM {judged}"
        engine.create(values_table(slot), query, parameters)
        return
    engine.create(_READ, f"SELECT v, t, state, value FROM {judged}", parameters)
    worker = _folder(data.rules if reading.type is FieldType.EMAIL else None)
    engine.map_batches(values_table(slot), f"SELECT * FROM {_READ}", worker)


def _folder(rules: Survivorship | None) -> Callable[[Any], Any]:
    """Return the function that adds folded texts to a batch and, where there are rules, whether they are for work."""

    def fold_batch(batch: pa.RecordBatch) -> pa.RecordBatch:
        columns = dict(zip(batch.schema.names, batch.columns, strict=True))
        texts, filled = columns["t"], pc.greater(columns["state"], PLACEHOLDER)
        columns["f"] = pc.if_else(filled, folded(texts), "")
        columns["work"] = pa.array([False] * len(batch), pa.bool_())
        if rules is not None:
            elsewhere = pc.invert(in_domains(texts, sorted(rules.free_mail)))
            personal = pc.invert(has_localpart(texts, sorted(rules.role_localparts)))
            columns["work"] = pc.and_(elsewhere, personal)
        return pa.RecordBatch.from_pydict(columns)

    return fold_batch
