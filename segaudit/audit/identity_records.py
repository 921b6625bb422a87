"""The rows of a table as records of identity."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from segaudit.audit.opening import OpenedInput
from segaudit.engine.protocol import Engine
from segaudit.identity.cells import Part
from segaudit.identity.entities import Found
from segaudit.identity.keys import record_keys, rows_written_twice
from segaudit.model.naming import Naming


class Records:
    """The rows of a table as records: numbered in the order of their keys, so that the order of rows says nothing."""

    def __init__(self, opened: OpenedInput, engine: Engine) -> None:
        table = record_keys(opened.source, opened.readings, engine, placeholders=opened.placeholders)
        found = engine.arrow(f"SELECT record_key FROM {table} ORDER BY _row").column("record_key").combine_chunks()
        keys = found if isinstance(found, pa.Array) else pa.concat_arrays(found.chunks)
        self._opened = opened
        self._engine = engine
        self.order = pc.sort_indices(keys).to_numpy().astype(np.int64)  # row, from 0, of each record
        self.keys = keys.take(pa.array(self.order))
        self.rows = self.order + 1  # _row

    def part(self) -> Part:
        """Return the file as evidence is read from it."""
        readings = {reading.column.position: reading for reading in self._opened.readings}
        return Part(source=self._opened.source, readings=readings, order=self.order)

    def written_twice(self, cannot: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return the pairs of records, (n, 2), that are one row written twice, but for those that ``cannot`` be."""
        rows = rows_written_twice(self._opened.source, self._opened.readings, self._engine)
        if not rows:
            return np.zeros((0, 2), dtype=np.int64)
        places = np.argsort(self.order)
        pairs = places[np.array(rows, dtype=np.int64) - 1]
        refused = {tuple(sorted(pair)) for pair in cannot.tolist()}
        kept = [pair for pair in pairs.tolist() if tuple(sorted(pair)) not in refused]
        return np.array(kept, dtype=np.int64).reshape(-1, 2)

    def entities(self, naming: Naming, found: Found) -> Any:  # noqa: ANN401 - a pyarrow.Table, which has no types
        """Return which entity each row is, in the order of rows."""
        back = np.argsort(self.order)
        table = pa.table(
            {
                "_row": pa.array(self.rows),
                "record_key": self.keys,
                "entity_id": naming.entity_ids,
                "match_probability": pa.array(np.round(found.probability, 6)),
            }
        )
        return table.take(pa.array(back))
