"""The pairs a person is asked about."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from segaudit.audit.identity_records import Records
from segaudit.audit.opening import OpenedInput
from segaudit.engine.protocol import Engine
from segaudit.identity.clustering.believing import TRUST, sigmoid
from segaudit.identity.comparing.comparison import compare
from segaudit.identity.entities import Found
from segaudit.identity.evidence import Gathered
from segaudit.identity.explaining import evidence_of
from segaudit.identity.queue import order_pairs
from segaudit.model.review import ReviewPair


class Queue:
    """Doubtful pairs for a person to look at."""

    def __init__(self, opened: OpenedInput, records: Records, gathered: Gathered, found: Found, engine: Engine) -> None:
        self._opened, self._records, self._gathered, self._found, self._engine = (
            opened,
            records,
            gathered,
            found,
            engine,
        )
        held = found.doubtful()
        self._left, self._right = found.pairs.left[held], found.pairs.right[held]
        self._probability = sigmoid(TRUST * found.pairs.log_odds[held])

    def order(self, must: Any, cannot: Any) -> Any:  # noqa: ANN401 - arrays
        """Return the places of the pairs to ask about, most worthwhile first."""
        pairs = np.stack([self._left, self._right], axis=1).astype(np.int64)
        return order_pairs(pairs, self._probability, self._found.entity, must, cannot)

    def pairs(self, places: Any) -> Iterator[ReviewPair]:  # noqa: ANN401 - an array
        """Yield pairs, each with all its cells."""
        comparisons = [item.comparison for item in self._gathered.evidence]
        headers = self._opened.source.headers
        columns = ", ".join(self._opened.source.column(place) for place in range(1, len(headers) + 1))
        for number, place in enumerate(places, start=1):
            a, b = int(self._left[place]), int(self._right[place])
            rows = [int(self._records.rows[record]) for record in (a, b)]
            query = f"SELECT _row, {columns} FROM {self._opened.source.table} WHERE _row IN ({rows[0]}, {rows[1]})"
            cells = {row[0]: row[1:] for row in self._engine.fetch(query)}
            levels = compare(comparisons, self._left[place : place + 1], self._right[place : place + 1])[0]
            yield ReviewPair(
                number=number,
                left_key=self._records.keys[a].as_py(),
                right_key=self._records.keys[b].as_py(),
                left_row=rows[0],
                right_row=rows[1],
                cells=tuple(
                    (header, left or "", right or "")
                    for header, left, right in zip(headers, cells[rows[0]], cells[rows[1]], strict=True)
                ),
                evidence=evidence_of(comparisons, self._found.scored.mixture, levels, a, b),
                probability=float(self._probability[place]),
            )
