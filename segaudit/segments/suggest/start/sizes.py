"""Sizes of companies that stand in cells as ranges: 50-200 is no single number, and yet lies in one band."""

from collections.abc import Sequence

import numpy as np

from segaudit.model.fields import FieldType
from segaudit.model.suggestions import Feature, FeatureKind
from segaudit.segments.suggest.request import StartRequest
from segaudit.segments.suggest.start.frame import Frame, Numbers
from segaudit.sql.operators import Columns, Part
from segaudit.sql.records import create_records

EMPLOYEES = "employees"
BANDS = (51.0, 501.0)  # where a band begins, beside the first
_CELLS = "start_sizes"


def with_sizes(request: StartRequest, frame: Frame) -> tuple[Sequence[Feature], Frame]:
    """Return the features and the records with sizes as far as their band is known.

    A range within one band stands as its lower end; one that spans two is missing, as rules cannot decide it either.
    """
    reading = request.data.readings.get(EMPLOYEES)
    if reading is None or request.fields[EMPLOYEES].type is not FieldType.INT:
        return request.features, frame
    columns = Columns()
    low, high = (columns.part(EMPLOYEES, part) for part in (Part.VALUE, Part.HIGH))
    create_records(request.data, request.fields, columns, request.engine, name=_CELLS)
    told = ", ".join(f"CAST({item.sql(dialect=request.engine.dialect)} AS DOUBLE)" for item in (low, high))
    table = request.engine.arrow(f"SELECT _row, {told} FROM {_CELLS} ORDER BY _row")
    given = np.isin(table.column(0).to_numpy(), frame.places)
    ends = [table.column(place).to_numpy().astype(np.float64)[given] for place in (1, 2)]
    sizes = _in_one_band(*ends)
    filled = int((~np.isnan(sizes)).sum())
    known = next((item for item in request.features if item.name == EMPLOYEES), None)
    if not filled or (known is not None and filled <= known.rows_filled):
        return request.features, frame
    feature = Feature(
        name=EMPLOYEES,
        header=reading.column.header,
        type=FieldType.INT,
        kind=FeatureKind.NUMBER,
        column="",
        declared=known.declared if known is not None else {},
        rows_filled=filled,
        different=len(np.unique(sizes[~np.isnan(sizes)])),
        whole=True,
        dimension="firmographic",
    )
    others = [item for item in request.features if item.name != EMPLOYEES]
    return [feature, *others], frame.with_columns({EMPLOYEES: sizes})


def _in_one_band(low: Numbers, high: Numbers) -> Numbers:
    with np.errstate(invalid="ignore"):
        spans = np.logical_or.reduce([(low < cut) & (high >= cut) for cut in BANDS])
        spans |= (low < 1) & (high >= 1)
    return np.where(spans | np.isnan(high), np.nan, low)
