"""Comparisons of people's names."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from segaudit.identity.attributes import MISSING, Attribute, Codes, of_values
from segaudit.identity.comparing.comparison import LACKING, Comparison, Level, Levels, choose, over_different
from segaudit.identity.comparing.likeness import Letters, begins, slipped, slipped_of
from segaudit.identity.standardise import same_nickname
from segaudit.rulebook.standards import StandardLists

# A slip makes a value that hardly any other record has.
_RARE = 2  # records
_RARE_BESIDE = 0.02  # of the records that have the other value
_OTHER_GIVEN_NAME = (
    0.1  # of the pairs of one person: people are called by their second name, or misspelt beyond likeness
)
_SAME_GIVEN_NAME, _SAME_FAMILY_NAME = 0.005, 0.002  # of the pairs of two people
_OTHER_FAMILY_NAME = 0.15  # of the pairs of one person: people marry
_TURNED = 3.0  # how much likelier (log) a name must be the other way round


def given_names(given: Attribute, family: Attribute | None, lists: StandardLists) -> Comparison:
    """Compare given names: nicknames, initials, slips, and the family name in their place."""
    texts = given.texts
    initials = np.array([text[:1] for text in texts], dtype="U1")
    letters = Letters(given.values)
    lone = np.array([len(text) == 1 for text in texts], dtype=bool)

    def judge(a: Codes, b: Codes) -> Levels:
        initial, known = initials[a] == initials[b], _both_usual(given, a, b)
        either = lone[a] | lone[b]
        slip, short = slipped_of(texts, letters, a, b), begins(texts[a], texts[b])
        left, right = (given.values.take(pa.array(places)) for places in (a, b))
        called = pc.fill_null(same_nickname(left, right, lists), False)  # noqa: FBT003 - pyarrow's way
        return choose(
            [
                (letters.of_two_scripts(a, b), LACKING),
                (either & initial, 5),
                (either, 1),
                (np.asarray(called), 6),
                (slip & ~known, 7),
                (short & ~known, 4),
                (slip | short, 3),
                (initial, 2),
            ],
            1,
        )

    def find(left: Codes, right: Codes) -> Levels:
        levels = over_different(given, left, right, judge)
        if family is not None:
            levels[swapped(left, right)] = 8
        return levels

    swapped = Swapped(given, family) if family is not None else _never
    return Comparison(
        name=given.name,
        main=given,
        levels=(
            Level(name="different", prior=0.03, agrees=False),
            Level(name="different, same initial", prior=0.01, agrees=False, chance=0.05),
            Level(name="alike, both usual names", prior=0.002, agrees=False, most=0.003, chance=0.003),
            Level(name="short form", prior=0.02, agrees=True, chance=0.001),
            Level(name="initial", prior=0.04, agrees=True, chance=0.003),
            Level(name="nickname", prior=0.08, agrees=True, chance=0.002),
            Level(name="one slip", prior=0.06, agrees=True, chance=0.003),
            Level(name="swapped with the family name", prior=0.02, agrees=True, chance=0.00001),
        ),
        same=0.74,
        find=find,
        anchor=True,
        by_chance=_SAME_GIVEN_NAME,
        most_different=_OTHER_GIVEN_NAME,
        within=family,
        jointly=None if family is None else full_names(given, family),
    )


def family_names(family: Attribute, parts: Attribute, given: Attribute | None) -> Comparison:
    """Compare family names: double names and slips. Where given and family name are swapped, given_names speaks."""
    texts = family.texts
    words = _words_of(family, parts)
    double = np.array([len(found) > 1 for found in words], dtype=bool)
    initials = np.array([text[:1] for text in texts], dtype="U1")
    letters = Letters(family.values)
    lone = np.array([len(text) == 1 for text in texts], dtype=bool)

    def judge(a: Codes, b: Codes) -> Levels:
        part = np.zeros(len(a), dtype=bool)
        for place in np.flatnonzero(double[a] | double[b]):
            part[place] = not words[a[place]].isdisjoint(words[b[place]])
        slip, known = slipped_of(texts, letters, a, b), _both_usual(family, a, b)
        initial = (lone[a] | lone[b]) & (initials[a] == initials[b])
        return choose(
            [(letters.of_two_scripts(a, b), LACKING), (part, 4), (slip & ~known, 5), (slip, 2), (initial, 3)], 1
        )

    return Comparison(
        name=family.name,
        main=family,
        levels=(
            Level(name="different", prior=0.05, agrees=False),
            Level(name="alike, both usual names", prior=0.01, agrees=False, chance=0.002),
            Level(name="initial", prior=0.01, agrees=True, chance=0.0005),
            Level(name="part of a double name", prior=0.02, agrees=True, chance=0.001),
            Level(name="one slip", prior=0.09, agrees=True, chance=0.001),
        ),
        same=0.82,
        by_chance=_SAME_FAMILY_NAME,
        most_different=_OTHER_FAMILY_NAME,
        find=lambda left, right: over_different(family, left, right, judge),
        silent=None if given is None else Swapped(given, family),
    )


class Swapped:
    """Tells which two records have given and family name the other way round; one of the two may have a slip."""

    def __init__(self, given: Attribute, family: Attribute) -> None:
        vocabulary = pa.concat_arrays([given.values, family.values]).unique()
        self._texts = np.array(vocabulary.to_pylist(), dtype=object)
        self._given = _into(given, vocabulary)
        self._family = _into(family, vocabulary)

    def __call__(self, left: Codes, right: Codes) -> npt.NDArray[np.bool_]:
        """Return the answer for each pair of records."""
        first, last = self._given[left], self._family[left]
        other_first, other_last = self._given[right], self._family[right]
        told = (first >= 0) & (last >= 0) & (other_first >= 0) & (other_last >= 0) & (first != last)
        told &= (first != other_first) & (last != other_last)
        one, other = told & (first == other_last), told & (last == other_first)
        swapped = one & other
        for half, a, b in ((one & ~other, last, other_first), (other & ~one, first, other_last)):
            places = np.flatnonzero(half)
            swapped[places] = slipped(self._texts[a[places]], self._texts[b[places]])
        return np.asarray(swapped)


def _never(left: Codes, right: Codes) -> npt.NDArray[np.bool_]:  # noqa: ARG001 - as Swapped
    return np.zeros(len(left), dtype=bool)


def in_order(given: Attribute, family: Attribute) -> tuple[Attribute, Attribute, npt.NDArray[np.bool_]]:
    """Return both names with those put back that stand in each other's column, and which records that were.

    A name is turned if this database has many more people called so: Brown is nobody's given name and John nobody's
    family name. Of names that are both, such as Raju, nothing is said.
    """
    vocabulary = pa.concat_arrays([given.values, family.values]).unique()
    first, last = _into(given, vocabulary), _into(family, vocabulary)
    both = np.flatnonzero((first >= 0) & (last >= 0))
    as_first = np.log(np.bincount(first[first >= 0], minlength=len(vocabulary)) + 0.5)
    as_last = np.log(np.bincount(last[last >= 0], minlength=len(vocabulary)) + 0.5)
    a, b = first[both], last[both]
    # The record itself must not speak for its own order.
    straight = np.log(np.exp(as_first[a]) - 1.0) + np.log(np.exp(as_last[b]) - 1.0)
    turned = np.zeros(len(first), dtype=bool)
    turned[both[as_last[a] + as_first[b] > straight + _TURNED]] = True
    if not turned.any():
        return given, family, turned
    return (
        _renumbered(given, np.where(turned, last, first), vocabulary),
        _renumbered(family, np.where(turned, first, last), vocabulary),
        turned,
    )


def full_names(given: Attribute, family: Attribute) -> Attribute:
    """Return both names of each record as one attribute; its values are numbers, not texts."""
    both = (given.codes.astype(np.int64) << 32) | family.codes
    encoded = pa.array(both, mask=(given.codes < 0) | (family.codes < 0)).dictionary_encode()
    codes = encoded.indices.fill_null(MISSING).to_numpy(zero_copy_only=False).astype(np.int32)
    return Attribute(name="full name", form="name", codes=codes, values=encoded.dictionary)


def _both_usual(attribute: Attribute, a: Codes, b: Codes) -> npt.NDArray[np.bool_]:
    """Tell which two values are both usual, so that neither is likely to be the other misspelt: Dan and Dana."""
    one, other = attribute.counts[a], attribute.counts[b]
    return np.asarray(np.minimum(one, other) > np.maximum(_RARE, _RARE_BESIDE * np.maximum(one, other)))


def _into(attribute: Attribute, vocabulary: pa.Array) -> npt.NDArray[np.int64]:
    """Return each record's value as its place in another vocabulary; -1 where it has none."""
    places = pc.index_in(attribute.values, value_set=vocabulary).to_numpy(zero_copy_only=False).astype(np.int64)
    return np.append(places, MISSING)[attribute.codes]


def _renumbered(attribute: Attribute, places: npt.NDArray[np.int64], vocabulary: pa.Array) -> Attribute:
    """Return an attribute with the values at given places of a vocabulary."""
    used, codes = np.unique(places, return_inverse=True)
    lacking = int(len(used) > 0 and used[0] == MISSING)
    return Attribute(
        name=attribute.name,
        form=attribute.form,
        codes=(codes - lacking).astype(np.int32),
        values=vocabulary.take(pa.array(used[lacking:])),
    )


def _words_of(family: Attribute, parts: Attribute) -> list[frozenset[str]]:
    """Return the words of each family name."""
    places = of_values(family, parts)
    texts = parts.texts
    return [frozenset(texts[place].split()) if place >= 0 else frozenset() for place in places]
