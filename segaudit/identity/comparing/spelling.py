"""Which addresses are made of which names: ann.smith@, asmith@ and smith@ all spell Ann Smith; ann@ may be any Ann."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from segaudit.identity.attributes import MISSING, Attribute, Codes

_NO_LETTER = r"[^\p{L}]"


class Spelling:
    """The addresses that spell the name of each record."""

    def __init__(self, local: Attribute, given: Attribute, family: Attribute) -> None:
        """Prepare.

        Args:
            local: What stands before the @.
            given: Given name of the person.
            family: Family name of the person.
        """
        written = _letters(local.values).dictionary_encode()
        self._local = _of_records(written.indices, local.codes)
        both = (given.codes.astype(np.int64) << 32) | family.codes
        names = pa.array(both, mask=(given.codes < 0) | (family.codes < 0)).dictionary_encode()
        self._name = names.indices.fill_null(MISSING).to_numpy(zero_copy_only=False)
        places = names.dictionary.to_numpy()
        first = _letters(given.values).take(pa.array(places >> 32))
        last = _letters(family.values).take(pa.array(places & 0xFFFFFFFF))
        one, other = (pc.utf8_slice_codeunits(name, 0, 1) for name in (first, last))
        spelt = ((first, last), (last, first), (one, last), (last, one), (first, other), (last,))
        self._spelt = np.stack(
            [
                np.append(
                    pc.index_in(pc.binary_join_element_wise(*parts, ""), value_set=written.dictionary)
                    .fill_null(MISSING)
                    .to_numpy(zero_copy_only=False),
                    np.int32(MISSING),
                )
                for parts in spelt
            ],
            axis=1,
        )

    def one_name(self, left: Codes, right: Codes) -> npt.NDArray[np.bool_]:
        """Tell of which pairs of records both addresses spell the name of one and the same of the two."""
        one, other = self._local[left], self._local[right]
        found = np.zeros(len(left), dtype=bool)
        for record in (left, right):
            spelt = self._spelt[self._name[record]]
            found |= (spelt == one[:, None]).any(axis=1) & (spelt == other[:, None]).any(axis=1)
        return np.asarray(found & (one >= 0) & (other >= 0))


def _letters(texts: Any) -> Any:  # noqa: ANN401 - pyarrow has no types
    return pc.replace_substring_regex(texts, _NO_LETTER, "")


def _of_records(places: Any, codes: Codes) -> Codes:  # noqa: ANN401 - as above
    return np.append(places.to_numpy(zero_copy_only=False), np.int32(MISSING))[codes]
