"""What every comparison of two records is: a few levels, from different to equal, and which one a pair is at."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from segaudit.identity.attributes import Attribute, Codes

Levels = npt.NDArray[np.uint8]
Shares = npt.NDArray[np.float64]

LACKING = 0  # the level of a pair of which one record has no value: it says nothing either way

# Values are told apart by how many records share them: that two records agree on a rare one says more.
_CEILING = 2.5  # times what is known of how often two records of one entity disagree
_SEED, _DRAWN = 7, 400
_LONELY = 0.6  # of the values, that have fewest like them
_NAMESAKES = 0.05  # entities with an own name that another has too, as pairs for each record
SHARED_BY = (2, 4, 8, 16, 32, 64, 128, 256, 1024, 4096, 16384, 65536)


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One level of a comparison."""

    name: str  # in words: "same", "nickname", "one slip"
    prior: float  # how often two records of one entity are at it, before the data is asked
    agrees: bool  # it speaks for the two being one
    most: float = 1.0  # how often two records of one entity may be at it, whatever the data seems to say
    chance: float = 0.0  # how often two different entities are at it, before the data is asked; see by_chance


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A comparison of two records in one respect.

    Levels are numbered from 1: first ``levels`` as given, then one for equality on values of each frequency. Where
    ``within`` is given they stand twice: for pairs that differ in it, and then for pairs that agree on it.
    ``find`` returns the numbers for pairs that both have a value; pairs that are equal are not asked about.
    """

    name: str
    main: Attribute  # whose equality is the highest level
    levels: tuple[Level, ...]
    same: float  # prior of equality
    find: Callable[[Codes, Codes], Levels]
    birth: bool = False  # tells father from son, and not twins
    anchor: bool = False  # two different entities agree on it by chance only, whatever else they share
    mailbox: bool = False  # an address for mail, which a couple may share
    most_different: float | None = None  # how often two records of one entity may disagree, whatever the data says
    by_chance: float | None = None  # how often two different entities are equal, before the data is asked, if known
    apart: int | None = None  # the level of two sites of one owner, which may share all else
    own: bool = False  # each entity has its own: what many records share is that of an entity with many records
    skip: Attribute | None = None  # where two records agree on it, this comparison is silent
    silent: Callable[[Codes, Codes], npt.NDArray[np.bool_]] | None = None  # pairs another comparison speaks for
    moves: bool = False  # it changes when a person changes the company or the home: all such fields at once
    within: Attribute | None = None  # whether two records agree on it changes what chance does here: a family name
    partial: npt.NDArray[np.bool_] | None = None  # values that say only part of it: ``find`` is asked of equal ones too
    jointly: Attribute | None = None  # both together, whose frequency counts where two records agree on both

    @property
    def contexts(self) -> int:
        """Return how often the levels stand: once, or once more for pairs that agree on ``within``."""
        return 1 if self.within is None else 2

    @cached_property
    def ceiling(self) -> float:
        """Return how often two records of one entity may disagree: well above what is known, and not all the time.

        Without a ceiling a class of pairs that have little in common could pass for pairs of one entity.
        """
        if self.most_different is not None:
            return self.most_different
        known = sum(level.prior for level in self.levels if not level.agrees)
        return min(1.0, _CEILING * known / (self.same + sum(level.prior for level in self.levels)))

    @cached_property
    def edges(self) -> npt.NDArray[np.int64]:
        """Return the counts of records from which the levels of equality begin."""
        most = int(self.main.counts.max(initial=2))
        return np.array([edge for edge in SHARED_BY if edge <= max(most, 2)])

    @cached_property
    def span(self) -> int:
        """Return how many levels there are in one context, without LACKING."""
        return len(self.levels) + len(self.edges)

    @property
    def size(self) -> int:
        """Return how many levels there are, LACKING included."""
        return 1 + self.contexts * self.span

    def starts(self) -> range:
        """Return the first level of each context."""
        return range(1, self.size, self.span)

    def names(self) -> list[str]:
        """Return the names of the levels, LACKING included."""
        one = [*(level.name for level in self.levels), *(f"same (shared by {n}+)" for n in self.edges)]
        return ["no value", *(one * self.contexts)]

    def agreeing(self) -> npt.NDArray[np.bool_]:
        """Tell of each level whether it speaks for the two being one."""
        one = [*(level.agrees for level in self.levels), *(True for _ in self.edges)]
        return np.array([False, *(one * self.contexts)])

    def limits(self) -> Shares:
        """Return how often two records of one entity may be at each level."""
        one = [*(level.most for level in self.levels), *(1.0 for _ in self.edges)]
        return np.array([1.0, *(one * self.contexts)])

    def prior(self) -> Shares:
        """Return how often two records of one entity are at each level, before the data is asked.

        The shares of each context sum to 1.
        """
        shares = [np.zeros(1)]
        for context in range(self.contexts):
            held = (self.jointly if context and self.jointly is not None else self.main).counts
            one = np.array([*(level.prior for level in self.levels), *(self.same * self._by_edge(held, held))])
            shares.append(one / one.sum())
        return np.concatenate(shares)

    def prior_chance(self) -> Shares | None:
        """Return how often two different entities are at each level, before the data is asked; None if nobody knows.

        The shares of each context sum to 1.
        """
        if self.by_chance is None:
            return None
        shares = [np.zeros(1)]
        for context in range(self.contexts):
            held = (self.jointly if context and self.jointly is not None else self.main).counts
            equal = self.by_chance * self._by_edge(held, held * held)
            one = np.array([*(level.chance for level in self.levels), *equal])
            one[0] += 1.0 - one.sum()
            shares.append(one)
        return np.concatenate(shares)

    def _by_edge(self, held: npt.NDArray[np.int64], weights: npt.NDArray[np.int64]) -> Shares:
        """Return the share of each level of equality, from how many records have each value and what it counts for."""
        places = np.searchsorted(self.edges, held, side="right")
        by_edge = np.bincount(places, weights=weights, minlength=len(self.edges) + 1)[1:]
        by_edge = by_edge + 0.02 * max(by_edge.sum(), 1.0) / len(self.edges)
        return np.asarray(by_edge / by_edge.sum())

    def chance_limits(self) -> Shares:
        """Return how often two different entities may be at each level by chance; 1 where nothing is known.

        Where each entity has its own value, chance is what happens between different values, each counted once,
        however many records have it. Values that have many like them are variants of one, and are left out: what
        happens between the others is chance. That two entities are equal is rare.
        """
        limits = np.ones(self.size)
        if not self.own or len(self.main.values) < 2:  # noqa: PLR2004 - a pair
            return limits
        rng = np.random.default_rng(_SEED)
        of_value = np.zeros(len(self.main.values), dtype=np.int32)
        of_value[self.main.codes] = np.arange(len(self.main.codes))  # any record that has it
        drawn = rng.permutation(len(of_value))[:_DRAWN]
        a, b = np.repeat(drawn, len(drawn)), np.tile(drawn, len(drawn))
        levels = np.zeros(len(a), dtype=np.uint8)
        levels[a != b] = self.find(of_value[a[a != b]], of_value[b[a != b]])
        alike = self.agreeing()[levels].reshape(len(drawn), len(drawn)).sum(axis=1)
        lonely = np.argsort(alike, kind="stable")[: max(1, int(len(drawn) * _LONELY))]
        levels = levels.reshape(len(drawn), len(drawn))[lonely]
        found = np.bincount(levels.ravel(), minlength=self.size) / levels.size
        agrees = self.agreeing()
        limits[agrees] = np.maximum(found[agrees], 1 / levels.size)
        limits[1 + len(self.levels) : 1 + self.span] = _NAMESAKES / len(self.main.codes) / len(self.edges)
        return limits

    def compare(self, left: Codes, right: Codes) -> Levels:
        """Return the level of each pair of records; left and right are numbers of records."""
        a, b = self.main.codes[left], self.main.codes[right]
        levels = np.zeros(len(left), dtype=np.uint8)
        same = a == b
        if self.partial is not None:
            same &= ~self.partial[a]
        equal = np.flatnonzero(same & (a >= 0))
        levels[equal] = self._graded(self.main, a[equal])
        other = np.flatnonzero(~same & (a >= 0) & (b >= 0))
        if len(other):
            levels[other] = self.find(left[other], right[other])
        if self.within is not None:
            at = self.within.codes
            together = (at[left] == at[right]) & (at[left] >= 0)
            if self.jointly is not None:
                both = equal[together[equal]]
                levels[both] = self._graded(self.jointly, self.jointly.codes[left[both]])
            levels[together & (levels != LACKING)] += np.uint8(self.span)
        if self.skip is not None:
            at = self.skip.codes
            levels[(at[left] == at[right]) & (at[left] >= 0)] = LACKING
        if self.silent is not None:
            levels[self.silent(left, right)] = LACKING
        return levels

    def _graded(self, attribute: Attribute, codes: Codes) -> Levels:
        """Return the level of equality on values, by how many records have each."""
        places = np.searchsorted(self.edges, attribute.counts[codes], side="right")
        return (len(self.levels) + np.maximum(places, 1)).astype(np.uint8)


def over_different(attribute: Attribute, left: Codes, right: Codes, judge: Callable[[Codes, Codes], Levels]) -> Levels:
    """Return the level of each pair of records from its two values, each pair of values judged once.

    ``judge`` gets the places of the values in ``attribute.values``.
    """
    a, b = attribute.codes[left].astype(np.int64), attribute.codes[right].astype(np.int64)
    low, high = np.minimum(a, b), np.maximum(a, b)
    encoded = pa.array((low << 32) | high).dictionary_encode()
    different = encoded.dictionary.to_numpy()
    judged = judge((different >> 32).astype(np.int32), (different & 0xFFFFFFFF).astype(np.int32))
    return np.asarray(judged[encoded.indices.to_numpy()])


def choose(conditions: Sequence[tuple[npt.NDArray[np.bool_], int]], otherwise: int) -> Levels:
    """Return for each pair the number of the first condition that holds."""
    return np.select(
        [held for held, _ in conditions], [np.uint8(level) for _, level in conditions], np.uint8(otherwise)
    )


def compare(comparisons: Sequence[Comparison], left: Codes, right: Codes) -> Levels:
    """Return the level of each pair of records in each comparison; (pairs, comparisons)."""
    levels = np.empty((len(left), len(comparisons)), dtype=np.uint8)
    for position, comparison in enumerate(comparisons):
        levels[:, position] = comparison.compare(left, right)
    return levels
