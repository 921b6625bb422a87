"""The words of a column of texts, as one flat run with the row each belongs to."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from segaudit.identity.standardise.bytewise import Column, Mask, Positions, counted


@dataclass(frozen=True, slots=True)
class Words:
    """The words of texts: the words of row i are flat[offsets[i] : offsets[i + 1]]."""

    flat: Column  # strings, none of them null
    offsets: Positions

    @classmethod
    def of(cls, texts: Column, separator: str = " ") -> "Words":
        """Split texts that have one separator between words; a null has no words."""
        lists = pc.split_pattern(texts, separator)
        offsets = np.asarray(lists.offsets).astype(np.int64)
        return cls(lists.values.slice(offsets[0], offsets[-1] - offsets[0]), offsets - offsets[0])

    @property
    def counts(self) -> Positions:
        """Return the number of words of each row."""
        return np.diff(self.offsets)

    @property
    def single(self) -> bool:
        """Tell whether no row has more than one word."""
        return bool(self.counts.max(initial=0) <= 1)

    @property
    def first(self) -> Mask:
        """Tell of each word whether it is its row's first."""
        mask = np.zeros(len(self.flat) + 1, np.bool_)
        mask[self.offsets[:-1]] = True
        return mask[:-1]

    @property
    def last(self) -> Mask:
        """Tell of each word whether it is its row's last."""
        mask = np.zeros(len(self.flat) + 1, np.bool_)
        mask[self.offsets[1:]] = True
        return mask[1:]

    def among(self, known: Iterable[str]) -> Mask:
        """Tell of each word whether it is one of those known."""
        return boolean(pc.is_in(self.flat, value_set=texts_of(sorted(set(known)))))

    def places_in(self, known: Iterable[str]) -> Positions:
        """Return the place of each word among those known, -1 where it is none of them."""
        places: Positions = pc.fill_null(pc.index_in(self.flat, value_set=texts_of(known)), -1).to_numpy()
        return places

    def any_of_row(self, mask: Mask) -> Mask:
        """Tell of each row whether a mask has one of its words."""
        before = counted(mask)
        return before[self.offsets[1:]] > before[self.offsets[:-1]]

    def spread(self, of_rows: Mask) -> Mask:
        """Tell of each word what is told of its row."""
        return np.repeat(of_rows, self.counts)

    def before(self, mask: Mask) -> Mask:
        """Tell of each word whether the next one in its row is in a mask."""
        following = np.zeros(len(mask), np.bool_)
        following[:-1] = mask[1:]
        return following & ~self.last

    def behind(self, mask: Mask) -> Mask:
        """Tell of each word whether the one before it in its row is in a mask."""
        previous = np.zeros(len(mask), np.bool_)
        previous[1:] = mask[:-1]
        return previous & ~self.first

    def run_from_start(self, mask: Mask) -> Mask:
        """Tell of each word whether it and all before it in its row are in a mask."""
        others = counted(~mask)
        return np.equal(others[1:], np.repeat(others[self.offsets[:-1]], self.counts))

    def run_to_end(self, mask: Mask) -> Mask:
        """Tell of each word whether it and all behind it in its row are in a mask."""
        others = counted(~mask)
        return np.equal(others[:-1], np.repeat(others[self.offsets[1:]], self.counts))

    def kept(self, mask: Mask) -> "Words":
        """Return only the words a mask has."""
        if mask.all():
            return self
        return Words(self.flat.filter(pa.array(mask)), counted(mask)[self.offsets].astype(np.int64))

    def renamed(self, names: Mapping[str, str]) -> "Words":
        """Return the words with those a mapping has under their new names."""
        found = pc.index_in(self.flat, value_set=texts_of(names))
        if found.null_count == len(found):
            return self
        return Words(pc.coalesce(texts_of(names.values()).take(found), self.flat), self.offsets)

    def joined(self, separator: str = " ") -> Column:
        """Return one text of each row's words; null where there are none."""
        lists = pa.ListArray.from_arrays(pa.array(self.offsets.astype(np.int32)), self.flat)
        return where_texts(self.counts > 0, pc.binary_join(lists, separator))


def texts_of(texts: Iterable[str | None]) -> Column:
    """Return texts as an Arrow array of strings."""
    return pa.array(texts if isinstance(texts, Collection) else list(texts), pa.string())


def boolean(answers: Column) -> Mask:
    """Return an Arrow array of truth values as numpy has it; null is false."""
    filled: Mask = pc.fill_null(answers, fill_value=False).to_numpy(zero_copy_only=False)
    return filled


def null_texts(length: int) -> Column:
    """Return a column of nulls."""
    return pa.nulls(length, pa.string())


def where_texts(mask: Mask, texts: Column) -> Column:
    """Return the texts a mask has, null in the place of the others."""
    return pc.if_else(pa.array(mask), texts, pa.scalar(None, pa.string()))


def replaced(texts: Column, mask: Mask, by: Column) -> Column:
    """Return texts with those a mask has replaced, in their order."""
    return pc.replace_with_mask(texts, pa.array(mask), by) if mask.any() else texts
