"""How alike two texts are, for many pairs at once."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler, Prefix
from rapidfuzz.fuzz import token_set_ratio

Texts = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

SHORT = 4  # letters below which one slip makes another word
LONG = 8  # from which two slips still leave the word
_MOST_LETTERS = 5  # letters that one of two texts has and the other has not, and that slips can explain
_MOST_LONGER = 3
NEAR = 0.92  # Jaro-Winkler


def edits(left: Texts, right: Texts, most: int = 3) -> npt.NDArray[np.int32]:
    """Return how many slips (a letter more, less, other, or two swapped) lie between texts; ``most`` + 1 beyond."""
    return np.asarray(process.cpdist(left, right, scorer=OSA.distance, score_cutoff=most, dtype=np.int32, workers=-1))


def near(left: Texts, right: Texts) -> Floats:
    """Return the Jaro-Winkler similarity, 0 to 1."""
    scorer = JaroWinkler.normalized_similarity
    return np.asarray(process.cpdist(left, right, scorer=scorer, dtype=np.float32, workers=-1))


def shared_words(left: Texts, right: Texts) -> Floats:
    """Return how far the words of one text are those of the other, 0 to 1."""
    scores = process.cpdist(left, right, scorer=token_set_ratio, dtype=np.float32, workers=-1)
    return np.asarray(scores / 100, dtype=np.float32)


def begins(left: Texts, right: Texts) -> Mask:
    """Tell which of two texts begins with the other."""
    common = np.asarray(process.cpdist(left, right, scorer=Prefix.similarity, dtype=np.int32, workers=-1))
    return np.asarray(common >= np.minimum(lengths(left), lengths(right)))


def lengths(texts: Texts) -> npt.NDArray[np.int32]:
    """Return the length of each text."""
    return np.fromiter(map(len, texts), dtype=np.int32, count=len(texts))


class Letters:
    """Which letters occur in each of many texts: two that differ in many of them need no closer look."""

    def __init__(self, texts: Any) -> None:  # noqa: ANN401 - pyarrow has no types
        """Look at the texts, an Arrow array without nulls, once."""
        texts = texts.cast(pa.large_string())
        offsets = np.frombuffer(texts.buffers()[1], dtype=np.int64)[texts.offset : texts.offset + len(texts) + 1]
        data = texts.buffers()[2]
        letters = np.frombuffer(data, dtype=np.uint8) if data is not None else np.zeros(0, dtype=np.uint8)
        bits = np.left_shift(np.uint64(1), letters.astype(np.uint64) & np.uint64(63))
        self._lengths = np.diff(offsets)
        self._masks = np.zeros(len(texts), dtype=np.uint64)
        filled = self._lengths > 0
        if filled.any():
            self._masks[filled] = np.bitwise_or.reduceat(bits, offsets[:-1][filled])[: int(filled.sum())]
        # Letters beyond ASCII are several bytes: of those nothing is said here.
        self._plain = np.asarray(pc.utf8_length(texts)) == self._lengths

    def of_two_scripts(self, a: npt.NDArray[Any], b: npt.NDArray[Any]) -> Mask:
        """Tell which pairs of texts are written in two scripts, of which nobody can say whether they are the same."""
        return np.asarray(self._plain[a] != self._plain[b])

    def may_be_slips(self, a: npt.NDArray[Any], b: npt.NDArray[Any]) -> Mask:
        """Tell which pairs of texts, by their places, can be one but for slips."""
        differing = np.bitwise_count(self._masks[a] ^ self._masks[b])
        apart = np.abs(self._lengths[a] - self._lengths[b])
        may = (differing <= _MOST_LETTERS) & (apart <= _MOST_LONGER)
        return np.asarray(may | ~self._plain[a] | ~self._plain[b])


def slipped_of(texts: Texts, letters: Letters, a: npt.NDArray[Any], b: npt.NDArray[Any]) -> Mask:
    """Tell which pairs of texts, by their places, are one but for a slip of the hand; see slipped."""
    found = letters.may_be_slips(a, b)
    places = np.flatnonzero(found)
    found[places] = slipped(texts[a[places]], texts[b[places]])
    return found


def slipped(left: Texts, right: Texts) -> Mask:
    """Tell which words are one but for a slip of the hand: one in a word, two in a long one."""
    shorter = np.minimum(lengths(left), lengths(right))
    allowed = np.where(shorter >= LONG, 2, np.where(shorter >= SHORT, 1, 0))
    slips = edits(left, right, 2) <= allowed
    rest = np.flatnonzero(~slips & (shorter > SHORT))
    slips[rest] = near(left[rest], right[rest]) >= NEAR
    return slips
