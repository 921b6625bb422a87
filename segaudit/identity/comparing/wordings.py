"""Names that say the same in words of another form: shortened (Mfg, Tech), misspelt."""

from collections.abc import Sequence

import numpy as np
from rapidfuzz.distance import OSA, JaroWinkler

from segaudit.identity.attributes import Codes
from segaudit.identity.comparing.likeness import LONG, NEAR, SHORT, Mask

_SHORTEST = 3  # letters of what a word can be shortened to: Mfg, Res


class Wordings:
    """Tells which names are one but for the form of their words."""

    def __init__(self, names: Sequence[Sequence[str]]) -> None:
        """Remember the words of each name."""
        self._words = [frozenset(words) for words in names]
        self._known: dict[tuple[str, str], bool] = {}

    def agree(self, a: Codes, b: Codes) -> Mask:
        """Tell of which pairs of names, by their places, one has all words of the other, in whatever form."""
        pairs = zip(a.tolist(), b.tolist(), strict=True)
        return np.fromiter((self._agree(one, other) for one, other in pairs), dtype=bool, count=len(a))

    def _agree(self, one: int, other: int) -> bool:
        both = self._words[one], self._words[other]
        few, many = sorted((sorted(both[0] - both[1]), sorted(both[1] - both[0])), key=_by_size)
        for word in few:
            found = next((rival for rival in many if self._are_one(word, rival)), None)
            if found is None:
                return False
            many.remove(found)
        return True

    def _are_one(self, word: str, other: str) -> bool:
        pair = (word, other) if (len(word), word) < (len(other), other) else (other, word)
        if pair not in self._known:
            self._known[pair] = _is_form_of(*pair)
        return self._known[pair]


def _by_size(words: list[str]) -> tuple[int, list[str]]:
    return len(words), words


def _is_form_of(short: str, long: str) -> bool:
    """Tell whether a word is a longer one shortened, or misspelt.

    A short form keeps the beginning (tech, electron), or the first and the last letter and some between in their order
    (mfg, intl). A word with digits is the same or another.
    """
    if len(short) < _SHORTEST or not (short.isalpha() and long.isalpha()):
        return False
    return long.startswith(short) or _is_contracted(short, long) or _is_slip(short, long)


def _is_contracted(short: str, long: str) -> bool:
    letters = iter(long)
    return short[0] == long[0] and short[-1] == long[-1] and all(letter in letters for letter in short)


def _is_slip(short: str, long: str) -> bool:
    """Tell of one pair of words what likeness.slipped tells of many."""
    slips = 2 if len(short) >= LONG else 1 if len(short) >= SHORT else 0
    if OSA.distance(short, long, score_cutoff=slips) <= slips:
        return True
    return len(short) > SHORT and JaroWinkler.normalized_similarity(short, long, score_cutoff=NEAR) >= NEAR
