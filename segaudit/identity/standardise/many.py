"""Cells that hold several values."""

from itertools import pairwise

import pyarrow as pa

from segaudit.identity.standardise.bytewise import Column, worded
from segaudit.identity.standardise.folding import plain
from segaudit.identity.standardise.tokens import Words
from segaudit.rulebook.standards import StandardLists

COLUMNS = ("items",)


def standardise(texts: Column, _lists: StandardLists | None = None, separator: str = ";") -> dict[str, Column]:
    """Return the different values of each cell, folded to words and in order, as lists; null where there is none."""
    cells = Words.of(plain(texts), separator)
    values, offsets = worded(cells.flat).to_pylist(), cells.offsets.tolist()
    items = [set(values[start:end]) - {None} for start, end in pairwise(offsets)]
    return {"items": pa.array([sorted(of) or None for of in items], pa.list_(pa.string()))}
