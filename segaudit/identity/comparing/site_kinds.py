"""Sites of one owner told apart by their kind: the bar and the spa of one hotel, a chapel and a school of one name."""

from collections.abc import Mapping, Sequence

import numpy as np
from rapidfuzz import process
from rapidfuzz.fuzz import token_set_ratio

from segaudit.identity.attributes import Codes
from segaudit.identity.comparing.likeness import Mask, Texts

Kind = tuple[str, str]  # (kind, what it is one of); of a word that says only the latter, both are the same

_NONE = -1
_LINKING = frozenset("and und et y e the der die das le la les l el il lo gli of".split())
_SAME_REST = 90  # of 100, of the words of a name besides its kinds


class SiteKinds:
    """What kinds of site the names of a column tell, and what else they say."""

    def __init__(self, texts: Texts, words: Mapping[str, Kind]) -> None:
        """Read the names.

        Args:
            texts: The different names, in standard form.
            words: Word or phrase -> kind.
        """
        phrases = {tuple(phrase.split()): kind for phrase, kind in words.items()}
        begins: dict[str, int] = {}  # first word -> words of the longest phrase that begins with it
        for phrase in phrases:
            begins[phrase[0]] = max(begins.get(phrase[0], 0), len(phrase))
        found: dict[frozenset[Kind], int] = {}
        self._rests: list[str] = []
        self._of_text = np.full(len(texts), _NONE, dtype=np.int32)
        self._rest_of_text = np.full(len(texts), _NONE, dtype=np.int32)
        for place, text in enumerate(texts if phrases else ()):
            said = text.split()
            if begins.keys().isdisjoint(said):
                continue
            kinds, rest = _read(said, phrases, begins)
            if kinds and rest:
                self._of_text[place] = found.setdefault(kinds, len(found))
                self._rest_of_text[place] = len(self._rests)
                self._rests.append(rest)
        self._found = list(found)

    @property
    def tell(self) -> bool:
        """Return whether the names of any two sites may differ in their kind."""
        return len(self._found) > 1

    def differ(self, a: Codes, b: Codes) -> Mask:
        """Tell which pairs of names, by their places, are one but for the kind, of which each has another."""
        differ = np.zeros(len(a), dtype=bool)
        if not self.tell:
            return differ
        x, y = self._of_text[a], self._of_text[b]
        told = np.flatnonzero((x >= 0) & (y >= 0) & (x != y))
        pairs, places = np.unique(x[told].astype(np.int64) << 32 | y[told], return_inverse=True)
        other = np.array(
            [_are_other(self._found[pair >> 32], self._found[pair & 0xFFFFFFFF]) for pair in pairs.tolist()]
        )
        told = told[other[places.ravel()]] if len(told) else told
        rests = np.array(self._rests, dtype=object)
        left, right = (rests[self._rest_of_text[side[told]]] for side in (a, b))
        differ[told] = process.cpdist(left, right, scorer=token_set_ratio, workers=-1) >= _SAME_REST
        return differ


def _read(
    said: Sequence[str], phrases: Mapping[tuple[str, ...], Kind], begins: Mapping[str, int]
) -> tuple[frozenset[Kind], str]:
    """Return the kinds of site a name tells, the longest phrases first, and what is left of it."""
    kinds, rest, place = set(), [], 0
    while place < len(said):
        for length in range(begins.get(said[place], 0), 0, -1):
            kind = phrases.get(tuple(said[place : place + length]))
            if kind is not None:
                kinds.add(kind)
                place += length
                break
        else:
            rest.append(said[place])
            place += 1
    return frozenset(kinds), " ".join(word for word in rest if word not in _LINKING)


def _are_other(left: frozenset[Kind], right: frozenset[Kind]) -> bool:
    """Tell whether each of two sites is of a kind the other is not: the bar and grill may be the bar."""
    return _has_own(left, right) and _has_own(right, left)


def _has_own(one: frozenset[Kind], other: frozenset[Kind]) -> bool:
    """Tell whether a site is of a kind the other is not; a restaurant may be a grill, but not a spa."""
    alike = {of for _, of in other}
    wide = {of for kind, of in other if kind == of}
    return any(found not in other and found[1] not in (alike if found[0] == found[1] else wide) for found in one)
