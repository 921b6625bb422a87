"""The numbers of rows, worked out from where they were written: no sorting, and no window over all rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from segaudit.engine.spark.files import Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Rows that follow one another in a file and were written by one task, in order.

    Attributes:
        task: Number of the task, from 0.
        piece: Number within what the task wrote, from 0.
        rows: How many they are; ``_at`` numbers them from 0.
    """

    task: int
    piece: int
    rows: int


def numbers_of(stretches: Iterable[Stretch]) -> Numbers:
    """Return how rows are numbered: 1, 2, ... through all stretches in the order given."""
    listed = list(stretches)
    each = max((stretch.piece for stretch in listed), default=0) + 1
    above = [0] * (each * (max((stretch.task for stretch in listed), default=0) + 1))
    count = 0
    for stretch in listed:
        above[stretch.task * each + stretch.piece] = count
        count += stretch.rows
    return Numbers(each=each, above=tuple(above))


def numbered(frame: Any, stretches: Iterable[Stretch], columns: Iterable[str]) -> Any:  # noqa: ANN401 - DataFrames
    """Return a DataFrame with ``_row`` before its columns: 1, 2, ... through all stretches in the order given.

    Args:
        frame: Rows with ``_task``, ``_piece`` and ``_at``.
        stretches: All of them.
        columns: Columns to keep.
    """
    from pyspark.sql import functions as f  # noqa: PLC0415 - no one pays for Spark who does not use it

    numbers = numbers_of(stretches)
    kept = [f.col(name) for name in columns]
    if len(numbers.above) <= 1:
        return frame.select((f.col("_at") + 1).alias("_row"), *kept)
    # A constant for the optimizer: each row costs one look into an array, however many stretches there are.
    above = f.split(f.lit(",".join(map(str, numbers.above))), ",").cast("array<bigint>")
    place = f.col("_task") * f.lit(numbers.each) + f.col("_piece")
    return frame.select((above[place] + f.col("_at") + 1).alias("_row"), *kept)
