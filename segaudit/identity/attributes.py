"""What records are told apart by: one standard form of a column, as small numbers over its different values."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Codes = npt.NDArray[np.int32]

MISSING = -1


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """A standard form that each record has or lacks.

    ``codes`` has one number for each record: the place of its value in ``values``, MISSING where there is none.
    """

    name: str  # of the column, as the file prints it
    form: str  # which standard form of it: "number", "domain"
    codes: Codes  # (records,)
    values: Any  # pyarrow string array, all different; (values,)

    @cached_property
    def counts(self) -> npt.NDArray[np.int64]:
        """Return how many records have each value."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.values))

    @cached_property
    def texts(self) -> npt.NDArray[np.object_]:
        """Return the values as Python texts."""
        return np.array(self.values.to_pylist(), dtype=object)

    def at(self, places: Codes) -> npt.NDArray[np.object_]:
        """Return some of the values as Python texts, without making all of them."""
        return np.array(self.values.take(pa.array(places)).to_pylist(), dtype=object)

    @property
    def is_text(self) -> bool:
        """Tell whether its values are texts that people can read."""
        return bool(pa.types.is_string(self.values.type))

    @property
    def share_filled(self) -> float:
        """Return the share of records that have it."""
        return float((self.codes >= 0).mean()) if len(self.codes) else 0.0

    @cached_property
    def chance(self) -> float:
        """Return how often two records that both have it agree on it by chance."""
        total = self.counts.sum()
        if total < 2:  # noqa: PLR2004 - a pair
            return 0.0
        return float((self.counts * (self.counts - 1.0)).sum() / (total * (total - 1.0)))


def encode(name: str, form: str, texts: Any, raw_codes: Codes) -> Attribute:  # noqa: ANN401 - pyarrow has no types
    """Return the attribute of a standard form.

    Args:
        name: Header of the column.
        form: Which form it is.
        texts: The form of each different raw cell, null where it has none; (raw values,).
        raw_codes: Which raw cell each record has, MISSING where it has none; (records,).
    """
    encoded = pa.array(texts).dictionary_encode() if not isinstance(texts, pa.Array) else texts.dictionary_encode()
    indices = encoded.indices.fill_null(MISSING).to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    lookup = np.append(indices, np.int32(MISSING))  # the last one is what MISSING, -1, finds
    return Attribute(name=name, form=form, codes=lookup[raw_codes], values=encoded.dictionary)


def of_values(attribute: Attribute, other: Attribute) -> npt.NDArray[np.int64]:
    """Return for each value of one form the code of another form of the same cell, MISSING where it has none."""
    found = np.full(len(attribute.values), MISSING, dtype=np.int64)
    known = attribute.codes >= 0
    found[attribute.codes[known]] = other.codes[known]
    return found
