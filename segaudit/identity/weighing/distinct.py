"""Rows of small numbers, each different one once."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa


def distinct(levels: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
    """Return a row of each different combination of levels, and which of them each row has."""
    keys = np.zeros(len(levels), dtype=np.uint64)
    for column in levels.T:
        keys = (keys ^ column) * np.uint64(0x9E3779B97F4A7C15)
        keys ^= keys >> np.uint64(29)
    encoded = pa.array(keys).dictionary_encode()
    places = encoded.indices.to_numpy()
    first = np.empty(len(encoded.dictionary), dtype=np.int64)
    first[places[::-1]] = np.arange(len(places))[::-1]
    return first, places
