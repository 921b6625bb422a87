"""Pairs of records that are compared, wherever the engine has room: what they look like, and which may be one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from segaudit.engine.protocol import Engine, Shared
from segaudit.identity.blocking.pairs import Packed, unpack
from segaudit.identity.comparing.comparison import Comparison, compare
from segaudit.identity.pairs import Floats, Pairs
from segaudit.identity.strongest import MOST_PAIRS, keep_strongest
from segaudit.identity.weighing.mixture import Patterns

_PAIRS, _COMPARED, _ODDS, _PROMISING = "identity_pairs", "identity_compared", "identity_odds", "identity_promising"
_AT_ONCE = 5_000_000  # pairs that are fetched
# A level is written as a letter, so that what a pair looks like is a word every engine can group by.
_FIRST_LETTER = ord("0")


class Compared:
    """Pairs that were compared. What each of them looks like stays with the engine."""

    def __init__(self, comparisons: Sequence[Comparison], pairs: Packed, engine: Engine) -> None:
        """Compare.

        Args:
            comparisons: In what respects.
            pairs: Packed, each once; (pairs,).
            engine: Where there is room for them.
        """
        self._engine = engine
        self.left_out = 0  # pairs that may be one, each weaker than others of both its records: see above
        engine.load_arrow(_PAIRS, pa.table({"pair": pairs}))
        comparing = _Comparing(comparisons=engine.share(tuple(comparisons)))
        engine.map_batches(_COMPARED, f"SELECT pair FROM {_PAIRS}", comparing)
        found = engine.arrow(f"SELECT looks, COUNT(*) AS held FROM {_COMPARED} GROUP BY looks ORDER BY looks")
        self._looks = found.column("looks")
        letters = np.frombuffer("".join(self._looks.to_pylist()).encode(), dtype=np.uint8)
        self.patterns = Patterns(
            levels=(letters - _FIRST_LETTER).reshape(-1, len(comparisons)),
            weights=found.column("held").to_numpy().astype(np.float64),
        )

    def above(self, log_odds: Floats, least: float) -> Pairs:
        """Return the pairs of higher log odds than some, in order: of too many, the strongest of each record.

        Args:
            log_odds: Of each of the patterns.
            least: The log odds that are not enough.
        """
        self._engine.load_arrow(_ODDS, pa.table({"looks": self._looks, "log_odds": log_odds}))
        found = (
            f"SELECT c.pair, o.log_odds FROM {_COMPARED} c JOIN {_ODDS} o ON o.looks = c.looks "
            "WHERE o.log_odds > $least"
        )
        count = int(self.patterns.weights[log_odds > least].sum())
        if count <= MOST_PAIRS:
            return _in_order([self._engine.arrow(f"{found} ORDER BY c.pair", {"least": least})])
        self._engine.create(_PROMISING, found, {"least": least})
        strongest, kept = keep_strongest(self._engine, _PROMISING, MOST_PAIRS)
        self.left_out = count - kept
        slices = -(-kept // _AT_ONCE)
        return _in_order([self._engine.arrow(f"{strongest} AND pair % {slices} = {n}") for n in range(slices)])


def _in_order(tables: Sequence[Any]) -> Pairs:
    """Return the pairs of tables, in order."""
    table = pa.concat_tables(tables)
    pairs, log_odds = table.column("pair").to_numpy(), table.column("log_odds").to_numpy()
    order = np.argsort(pairs) if len(tables) > 1 else slice(None)
    left, right = unpack(pairs[order])
    return Pairs(left=left, right=right, log_odds=log_odds[order])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Comparing:
    """Batches of pairs -> what each looks like."""

    comparisons: Shared[tuple[Comparison, ...]]

    def __call__(self, batch: Any) -> Any:  # noqa: ANN401 - pyarrow.RecordBatch, twice
        comparisons = self.comparisons.value
        levels = compare(comparisons, *unpack(batch.column("pair").to_numpy()))
        ends = np.arange(len(levels) + 1, dtype=np.int32) * np.int32(len(comparisons))
        letters = pa.py_buffer(levels + np.uint8(_FIRST_LETTER))
        looks = pa.StringArray.from_buffers(len(levels), pa.py_buffer(ends), letters)
        return pa.record_batch({"pair": batch.column("pair"), "looks": looks})
