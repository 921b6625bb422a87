"""Ids that two files share: where both have the same id for a row, nothing else need be asked."""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from segaudit.audit.identity_records import Records
from segaudit.audit.opening import OpenedInput
from segaudit.engine.protocol import Engine
from segaudit.identity.blocking.pairs import pack
from segaudit.identity.evidence import ACCOUNT
from segaudit.identity.linking import NOTHING
from segaudit.model.fields import ColumnReading

IdColumns: TypeAlias = tuple[ColumnReading, ColumnReading]

_ID_FIELDS = ("record_id", "contact_id", "company_id", "deal_id", "activity_id")
_OF_ACCOUNTS = (("company_id", "company_id"), ("company_id", "record_id"), ("record_id", "company_id"))
_SHARED = 0.05  # of the ids of the file with fewer, that the other has too
_REPEATED = 1.2  # times as many cells as different ids, from which they point to rows of another file
_MOST = 20  # rows of the base with one id, up to which it is an id
_GAPS = 3  # times as many numbers as rows, up to which ids are a counter


def shared_ids(ours: OpenedInput, theirs: OpenedInput, engine: Engine, level: str) -> tuple[IdColumns, ...]:
    """Return the columns that hold the same ids in both files.

    Two counters agree in every number and mean nothing, so they do not count; where numbers repeat, they point to the
    rows of the other file.
    """
    found: list[IdColumns] = []
    for one, other in _possible(ours.readings, theirs.readings, level):
        taken = any(one is a or other is b for a, b in found)
        if not taken and _are_shared(_cells(ours, one), _cells(theirs, other), engine):
            found.append((one, other))
    return tuple(found)


def _possible(left: Sequence[ColumnReading], right: Sequence[ColumnReading], level: str) -> Iterator[IdColumns]:
    """Yield the columns that may hold the same ids: of one field; of accounts, what a contact points to."""
    for one in left:
        for other in right:
            fields = one.column.field, other.column.field
            same = fields[0] == fields[1] and fields[0] in _ID_FIELDS and fields[0] != "company_id"
            if fields in _OF_ACCOUNTS if level == ACCOUNT else same:
                yield one, other


def _cells(opened: OpenedInput, reading: ColumnReading) -> str:
    """Return the query of a column's ids: ``_row`` and ``v``."""
    cell = f"nullif(trim({opened.source.column(reading.column.position)}), '')"
    return f"SELECT _row, {cell} AS v FROM {opened.source.table} WHERE {cell} IS NOT NULL"


def _are_shared(left: str, right: str, engine: Engine) -> bool:
    number = "TRY_CAST(v AS BIGINT)"
    span = f"CAST(coalesce(max({number})::HUGEINT - min({number}), 0) AS DOUBLE)"
    counts = f"count(*), count(DISTINCT v), count(DISTINCT {number}), {span}"
    both = f"(SELECT DISTINCT v FROM ({left})) JOIN (SELECT DISTINCT v FROM ({right})) USING (v)"
    shared = engine.fetch(f"SELECT count(*) FROM {both}")[0][0]
    counted = [engine.fetch(f"SELECT {counts} FROM ({side})")[0] for side in (left, right)]
    if not shared or shared < _SHARED * min(different for _, different, _, _ in counted):
        return False
    points = any(filled > _REPEATED * different for filled, different, _, _ in counted)
    is_counter = [numbers == different and span < _GAPS * different for _, different, numbers, span in counted]
    return points or not any(is_counter)


def pairs_of_ids(
    ids: Sequence[IdColumns], left: tuple[OpenedInput, Records], right: tuple[OpenedInput, Records], engine: Engine
) -> npt.NDArray[np.int64]:
    """Return the pairs of records that have the same id, packed and sorted; right ones count behind the left."""
    found = [NOTHING]
    places = [np.argsort(records.order).astype(np.int32) for _, records in (left, right)]
    for one, other in ids:
        rare = f"SELECT * FROM ({_cells(right[0], other)}) QUALIFY count(*) OVER (PARTITION BY v) <= {_MOST}"
        query = f"SELECT a._row AS l, b._row AS r FROM ({_cells(left[0], one)}) a JOIN ({rare}) b USING (v)"
        rows = engine.arrow(query)
        first, second = (rows.column(name).to_numpy().astype(np.int64) - 1 for name in ("l", "r"))
        found.append(pack(places[0][first], places[1][second] + np.int32(len(places[0]))))
    return np.unique(np.concatenate(found))
