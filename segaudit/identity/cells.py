"""A column as identity reads it: its different cells once each, and which of them each record has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from segaudit.engine.protocol import Engine
from segaudit.identity.attributes import MISSING, Codes
from segaudit.model.fields import NUMERIC_TYPES, ColumnReading, FieldType, Placeholder
from segaudit.model.source import Source
from segaudit.sql.cells import PLACEHOLDER, cell_parameters, classified_cells

# Whole numbers without the point that reading them as numbers gives them.
_PLAIN = (
    "CASE WHEN value = trunc(value) AND abs(value) < 1e15 THEN CAST(CAST(value AS BIGINT) AS VARCHAR) "
    "ELSE CAST(value AS VARCHAR) END"
)
_READ = frozenset({FieldType.DATE, *NUMERIC_TYPES})  # kinds whose value is compared, not the text of the cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """The cells of a column."""

    header: str
    texts: Any  # pyarrow string array of the different cells; null where a cell is blank or stands for nothing
    codes: Codes  # (records,) place in texts, MISSING for a blank


@dataclass(frozen=True, kw_only=True)
class Part:
    """One of the files whose records are compared."""

    source: Source
    readings: Mapping[int, ColumnReading]  # how its column is read that goes with a column of the first file
    order: npt.NDArray[np.int64]  # its rows, from 0, in the order in which records are numbered


def read_cells(
    parts: Sequence[Part], reading: ColumnReading, placeholders: Sequence[Placeholder], engine: Engine
) -> Cells:
    """Return a column's cells: dates as yyyy-mm-dd and numbers as plain digits, all else trimmed."""
    texts, codes, before = [], [], 0
    for part in parts:
        own = part.readings.get(reading.column.position)
        if own is None:
            codes.append(np.full(len(part.order), MISSING, dtype=np.int32))
            continue
        found, places = _read(part, own, placeholders, engine)
        texts.append(found)
        codes.append(np.where(places >= 0, places + before, MISSING).astype(np.int32))
        before += len(found)
    whole = pa.concat_arrays(texts) if texts else pa.array([], pa.string())
    return Cells(header=reading.column.header, texts=whole, codes=np.concatenate(codes))


def _read(part: Part, reading: ColumnReading, placeholders: Sequence[Placeholder], engine: Engine) -> tuple[Any, Codes]:
    """Return the different cells of one file's column, and which of them each record has."""
    source = part.source
    column = source.column(reading.column.position)
    raw = _one(engine.arrow(f"SELECT {column} AS v FROM {source.table} ORDER BY _row").column("v"))
    encoded = raw.take(pa.array(part.order)).dictionary_encode()
    codes = encoded.indices.fill_null(MISSING).to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    different = encoded.dictionary
    table = f"{source.table}_identity_cells"
    engine.load_arrow(table, pa.table({"v": different, "k": pa.array(np.arange(len(different)))}))
    as_value = reading.type in _READ
    how = reading if as_value else replace(reading, type=FieldType.TEXT, style="")
    parameters = cell_parameters(reading.column.field, how.type, placeholders)
    words = cell_parameters(reading.column.field, reading.type, placeholders)
    shown = "t"
    if as_value:
        shown = _PLAIN if reading.type in NUMERIC_TYPES else "CAST(value AS VARCHAR)"
    query = (
        f"SELECT CASE WHEN state > {PLACEHOLDER} THEN {shown} END AS t "
        f"FROM {classified_cells(f'(SELECT v, k FROM {table})', how)} ORDER BY k"
    )
    found = engine.arrow(query, {**parameters, **{key: words[key] for key in words if key in parameters}})
    return _one(found.column("t")), codes


def _one(texts: Any) -> Any:  # noqa: ANN401 - pyarrow has no types
    """Return a column as one array of texts."""
    return pa.concat_arrays([chunk.cast(pa.string()) for chunk in texts.chunks]) if texts.num_chunks else _none()


def _none() -> Any:  # noqa: ANN401 - as above
    return pa.array([], pa.string())
