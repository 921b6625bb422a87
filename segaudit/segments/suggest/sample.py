"""Records in memory for a search: so many of the half that is searched, always the same ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.stats import rankdata

from segaudit.engine.protocol import Engine
from segaudit.model.suggestions import Feature, FeatureKind, Outcome
from segaudit.segments.suggest.request import SEARCH_HALF

Values = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Records as columns of numbers, NaN where nothing is known.

    A date is days since 1970, yes or no is 1 or 0, a category the place of its value among the feature's.
    """

    columns: Mapping[str, Values]  # by feature
    outcome: Values  # 1 or 0 of a rate; of an amount its rank between 0 and 1
    scale: float  # how many records one of the sample stands for

    @property
    def size(self) -> int:
        """Return how many there are."""
        return len(self.outcome)


def fetch_sample(  # noqa: PLR0913 - what it is of
    relation: str, where: str, features: Sequence[Feature], outcome: Outcome, engine: Engine, *, most: int
) -> Sample:
    """Return records of the half that is searched whose outcome is known.

    Args:
        relation: A table with the columns of the search.
        where: SQL that says which records.
        features: Columns to fetch.
        outcome: What they came to.
        engine: Where they are.
        most: Records.
    """
    wanted = ", ".join(
        f"date_diff('day', DATE '1970-01-01', {item.column}) AS {item.column}"
        if item.kind is FeatureKind.DATE
        else item.column
        for item in features
    )
    known = f"FROM {relation} WHERE ({where}) AND y_n > 0"
    table = engine.arrow(
        f"SELECT y{', ' if wanted else ''}{wanted} {known} AND half = {SEARCH_HALF} ORDER BY draw, _row LIMIT {most}"
    )
    total = int(engine.fetch(f"SELECT count(*) {known}")[0][0])
    y = table.column("y").to_numpy().astype(np.float64)
    if not outcome.is_rate and len(y):
        y = rankdata(y) / len(y)
    return Sample(
        columns={item.name: _numbers(item, table.column(item.column)) for item in features},
        outcome=y,
        scale=total / len(y) if len(y) else 0.0,
    )


def _numbers(feature: Feature, column: pa.ChunkedArray) -> Values:
    if feature.kind is FeatureKind.CATEGORY:
        column = pc.index_in(column, value_set=pa.array([value.folded for value in feature.values], pa.string()))
    numbers: Values = pc.cast(column, pa.float64()).to_numpy(zero_copy_only=False)
    return numbers
