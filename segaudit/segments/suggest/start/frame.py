"""Records as arrays: what a search looks at, feature by feature, in its two halves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segaudit.model.suggestions import Feature, FeatureKind
from segaudit.segments.suggest.request import CONFIRM_HALF, StartRequest

Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]
OTHER = -1.0  # a value of a category that is not among those listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Records, column by column; NaN is missing.

    Numbers stand as they are, dates as days since 1970, yes and no as 1 and 0, a category's values by their place in
    ``Feature.values``.
    """

    rows: int
    places: NDArray[np.int64]  # ``_row`` of each
    columns: Mapping[str, Numbers]  # by feature
    draws: NDArray[np.uint64]  # numbers by which a sample that repeats is drawn, the smallest first
    held: Mask  # records the search may not see
    known: Mask  # the outcome is known
    outcome: Numbers  # NaN where it is not known
    of_rows: int  # records these stand for; more than ``rows`` if they are a sample

    def part(self, mask: Mask) -> "Frame":
        """Return some of the records."""
        return replace(
            self,
            rows=int(mask.sum()),
            places=self.places[mask],
            columns={name: column[mask] for name, column in self.columns.items()},
            draws=self.draws[mask],
            held=self.held[mask],
            known=self.known[mask],
            outcome=self.outcome[mask],
        )

    def told(self, mask: Mask) -> str:
        """Return how many of the records some are, in words."""
        count = int(mask.sum())
        return f"{count:,} of {self.rows:,} records ({count / max(1, self.rows):.1%})"

    def seen(self) -> "Frame":
        """Return the half that is searched."""
        return self.part(~self.held)

    def sample(self, most: int) -> "Frame":
        """Return so many of the records at most, the same ones each time."""
        if self.rows <= most:
            return self
        drawn = np.zeros(self.rows, dtype=np.bool_)
        drawn[np.argsort(self.draws, kind="stable")[:most]] = True
        return self.part(drawn)

    def unseen(self) -> "Frame":
        """Return the half that confirms."""
        return self.part(self.held)

    def with_outcome(self, outcome: Numbers) -> "Frame":
        """Return the records with another outcome."""
        return replace(self, known=~np.isnan(outcome), outcome=outcome)

    def with_columns(self, columns: Mapping[str, Numbers]) -> "Frame":
        """Return the records with more columns."""
        return replace(self, columns={**self.columns, **columns})


def fetch_frame(request: StartRequest, features: Sequence[Feature], most: int) -> Frame:
    """Fetch the records' features, and the outcome if there is one.

    Args:
        request: Where the records are.
        features: To fetch.
        most: Records at most; of more, a sample that repeats stands for all.
    """
    names = {feature.name: f"v{place}" for place, feature in enumerate(features)}
    cells = "".join(f', "{feature.column}" AS {names[feature.name]}' for feature in features)
    outcome = ", y_n, y" if request.outcome is not None else ""
    query = f"SELECT _row, half, draw{outcome}{cells} FROM {request.table}"
    if request.rows > most:
        query = f"SELECT * FROM ({query} ORDER BY draw LIMIT {most}) s"
    table = request.engine.arrow(f"{query} ORDER BY _row")
    rows = table.num_rows
    known, y = np.zeros(rows, dtype=np.bool_), np.full(rows, np.nan)
    if request.outcome is not None:
        known = _floats(table.column("y_n")) == 1
        y = np.where(known, _floats(table.column("y")), np.nan)
    return Frame(
        rows=rows,
        places=table.column("_row").to_numpy().astype(np.int64),
        columns={item.name: _column(table.column(names[item.name]), item) for item in features},
        draws=table.column("draw").to_numpy().astype(np.uint64),
        held=_floats(table.column("half")) == CONFIRM_HALF,
        known=known & ~np.isnan(y),
        outcome=y,
        of_rows=request.rows,
    )


def _column(cells: Any, feature: Feature) -> Numbers:  # noqa: ANN401 - a pyarrow.ChunkedArray, which has no types
    import pyarrow as pa  # noqa: PLC0415 - heavy, and only this command needs it
    import pyarrow.compute as pc  # noqa: PLC0415 - as above

    match feature.kind:
        case FeatureKind.DATE:
            return _floats(cells.cast(pa.date32()).cast(pa.int32()))
        case FeatureKind.CATEGORY:
            values = pa.array([value.folded for value in feature.values], pa.string())
            places = pc.index_in(cells.cast(pa.string()), value_set=values)
            listed = pc.fill_null(places.cast(pa.float64()), OTHER)
            return _floats(pc.if_else(pc.is_valid(cells), listed, pa.scalar(None, pa.float64())))
        case _:
            return _floats(cells)


def _floats(cells: Any) -> Numbers:  # noqa: ANN401 - as above
    import pyarrow as pa  # noqa: PLC0415 - as above

    floats: Numbers = cells.cast(pa.float64()).to_numpy().astype(np.float64)
    return floats
