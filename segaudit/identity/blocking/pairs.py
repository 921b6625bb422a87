"""From keys to pairs: every two records of a block, each pair once."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.int32]
Keys = npt.NDArray[np.uint64]
Packed = npt.NDArray[np.int64]  # pairs of records as one number each: see pack

NO_KEY = np.uint64(0)  # of a record that lacks a part of the key
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_HALF, _UPPER, _LOWER = np.uint64(32), np.uint64(0xFFFFFFFF00000000), np.uint64(0xFFFFFFFF)
_TOP, _ONE_OF = np.uint64(60), 16
_MIX = np.uint64(0xBF58476D1CE4E5B9)


def combine(parts: list[npt.NDArray[np.int32]]) -> Keys:
    """Return one number for each record from its codes; NO_KEY where one is missing."""
    keys = np.full(len(parts[0]), _GOLDEN, dtype=np.uint64)
    lacking = np.zeros(len(parts[0]), dtype=bool)
    for part in parts:
        lacking |= part < 0
        keys ^= part.astype(np.uint64) + _GOLDEN
        keys *= _MIX
        keys ^= keys >> np.uint64(31)
    keys[keys == NO_KEY] = np.uint64(1)
    keys[lacking] = NO_KEY
    return keys


def blocks_of(keys: Keys) -> tuple[Rows, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the records that share their key with another: in order of blocks, with where each begins and its size.

    Half of a key tells blocks apart: among a million records a hundred pairs too many are compared for it, and keys
    sort with their records as one number, which takes a fifth of the time.
    """
    numbers = np.flatnonzero(keys != NO_KEY).astype(np.uint64)
    packed = np.sort((keys[numbers] & _UPPER) | numbers)
    found = packed >> _HALF
    rows = (packed & _LOWER).astype(np.int32)
    sizes = _runs(found)
    keep = sizes > 1
    member = np.repeat(keep, sizes)
    sizes = sizes[keep]
    starts = np.cumsum(sizes) - sizes
    return rows[member], starts, sizes


def _runs(ordered: Keys) -> npt.NDArray[np.int64]:
    """Return how often each different number stands in an ordered array."""
    if not len(ordered):
        return np.zeros(0, dtype=np.int64)
    begins = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    return np.diff(np.append(begins, len(ordered)))


def some_rows(codes: npt.NDArray[np.int32]) -> Rows:
    """Return the records with one of every sixteen values: all that share a value, or none of them."""
    mixed = codes.astype(np.uint64) * _GOLDEN
    return np.flatnonzero((mixed >> _TOP == 0) & (codes >= 0)).astype(np.int32)


def count_pairs(parts: list[npt.NDArray[np.int32]]) -> float:
    """Return about how many pairs of records agree on all parts, from records of some_rows of one of them."""
    keys = combine(parts)
    ordered = np.sort(keys[keys != NO_KEY])
    sizes = _runs(ordered).astype(np.float64)
    return float((sizes * (sizes - 1) / 2).sum()) * _ONE_OF


def different(pairs: list[Packed]) -> Packed:
    """Return packed pairs sorted, each once."""
    if not pairs:
        return np.zeros(0, dtype=np.int64)
    ordered = np.sort(np.concatenate(pairs))
    return ordered[np.append(True, ordered[1:] != ordered[:-1])] if len(ordered) else ordered


def pairs_within(rows: Rows, sizes: npt.NDArray[np.int64]) -> Iterator[tuple[Rows, Rows]]:
    """Yield all pairs of records within blocks, the smaller number first; rows in order of their blocks."""
    if not len(sizes):
        return
    last = np.repeat(np.cumsum(sizes), sizes)  # where the block of each row ends
    at = np.arange(len(rows))
    step = 1
    while len(at):
        at = at[at + step < last[at]]
        if len(at):
            left, right = rows[at], rows[at + step]
            yield np.minimum(left, right), np.maximum(left, right)
        step += 1


def pack(left: Rows, right: Rows) -> Packed:
    """Return each pair as one number."""
    return (left.astype(np.int64) << np.int64(32)) | right.astype(np.int64)


def unpack(pairs: Packed) -> tuple[Rows, Rows]:
    """Return the two records of each pair."""
    return (pairs >> np.int64(32)).astype(np.int32), (pairs & np.int64(0xFFFFFFFF)).astype(np.int32)
