"""Columns of texts as one run of bytes: rewritten in a few passes over the bytes, however many rows there are.

The bytes are UTF-8. ASCII signs are handled here; bytes from 128 on belong to letters of other scripts and pass.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

BLANK = 32
_DROPPED = 0
_BYTES = 256

Column = Any  # an Arrow array; pyarrow has no types
Mask = NDArray[np.bool_]
Positions = NDArray[np.int64]
Counts = NDArray[np.int32]
Table = NDArray[np.uint8]


def byte_table(kept: str, *, dropped: str = "", others: str = " ", beyond: bool = True) -> Table:
    """Return what becomes of each byte: of the ASCII signs kept, of those dropped, and of all other ASCII signs.

    Capitals become small letters. Bytes from 128 on stay if ``beyond``, else they become what other signs do.
    """
    table = np.full(_BYTES, ord(others) if others else _DROPPED, np.uint8)
    if beyond:
        table[128:] = np.arange(128, _BYTES)
    for sign in kept:
        table[[ord(sign), ord(sign.upper())]] = ord(sign)
    for sign in dropped:
        table[ord(sign)] = _DROPPED
    return table


def counted(mask: Mask) -> Counts:
    """Return how many of a mask are set before each place; one more than the mask has places."""
    before = np.zeros(len(mask) + 1, np.int32)
    np.cumsum(mask.view(np.int8), dtype=np.int32, out=before[1:])
    return before


LETTERS = "abcdefghijklmnopqrstuvwxyz"
DIGITS = "0123456789"
WORDS = byte_table(LETTERS + DIGITS, dropped="'`")


@dataclass(frozen=True, slots=True)
class Texts:
    """A column of texts; a text without bytes is null."""

    data: NDArray[np.uint8]  # the bytes of all texts, one after the other
    offsets: Positions  # where each text begins, and where the last one ends

    @classmethod
    def of(cls, array: Column) -> "Texts":
        """Return the bytes of an Arrow array of strings."""
        filled = pc.fill_null(array, "") if array.null_count else array
        _, ends, data = filled.buffers()
        if not len(filled):
            return cls(np.zeros(0, np.uint8), np.zeros(1, np.int64))
        offsets = np.frombuffer(ends, np.int32)[filled.offset : filled.offset + len(filled) + 1].astype(np.int64)
        whole = np.zeros(0, np.uint8) if data is None else np.frombuffer(data, np.uint8)
        return cls(whole[offsets[0] : offsets[-1]], offsets - offsets[0])

    def array(self) -> Column:
        """Return the texts as an Arrow array, null where a text has no bytes."""
        filled = self.lengths > 0
        missing = int(len(filled) - np.count_nonzero(filled))
        valid = pa.py_buffer(np.packbits(filled, bitorder="little").tobytes()) if missing else None
        buffers = [valid, pa.py_buffer(self.offsets.astype(np.int32)), pa.py_buffer(np.ascontiguousarray(self.data))]
        return pa.Array.from_buffers(pa.string(), len(filled), buffers, missing)

    @property
    def lengths(self) -> Positions:
        """Return the number of bytes of each text."""
        return np.diff(self.offsets)

    def translated(self, table: Table) -> "Texts":
        """Return the texts with each byte as the table has it; blanks collapsed and trimmed."""
        data = table[self.data]
        if not table.all():
            kept = data != _DROPPED
            return Texts(data, self.offsets).kept(kept).squeezed()
        return Texts(data, self.offsets).squeezed()

    def kept(self, mask: Mask) -> "Texts":
        """Return the texts with only the bytes a mask has."""
        return Texts(self.data[mask], counted(mask)[self.offsets].astype(np.int64))

    def squeezed(self) -> "Texts":
        """Return the texts with one blank between words and none around them."""
        blank = self.data == BLANK
        if not blank.any():
            return self
        ends_word = np.zeros(len(blank), np.bool_)  # a blank with nothing but a word behind it
        ends_word[:-1] = ~blank[1:]
        ends_word[self.offsets[1:][self.offsets[1:] > 0] - 1] = False
        once = self if (kept := ~blank | ends_word).all() else self.kept(kept)
        starts = once.offsets[:-1][once.lengths > 0]
        leading = starts[once.data[starts] == BLANK]
        if not len(leading):
            return once
        inside = np.ones(len(once.data), np.bool_)
        inside[leading] = False
        return once.kept(inside)

    def cut(self, starts: Positions, ends: Positions) -> "Texts":
        """Return a part of each text: the bytes from starts up to ends, both counted in the whole run of bytes."""
        some = ends > starts
        change = np.zeros(len(self.data) + 1, np.int8)
        change[starts[some]] += 1
        change[ends[some]] -= 1
        inside = np.cumsum(change[:-1], dtype=np.int8).view(np.bool_)
        return Texts(self.data[inside], np.concatenate(([0], np.cumsum(np.where(some, ends - starts, 0)))))


def worded(texts: Column, table: Table = WORDS) -> Column:
    """Return texts folded to ASCII as words with one blank between them; null where there is none."""
    return Texts.of(texts).translated(table).array()
