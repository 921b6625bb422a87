"""Fellegi-Sunter weights without labels: pairs are a mixture of classes, and EM finds what each class looks like.

One class would do for pairs of different entities if their fields agreed independently of each other. They do not: two
people at one company share its website, its switchboard and its town. So there are several: pairs that agree by chance,
for each field that many share the pairs that agree on it and on what goes with it, and kin, who agree as if they were
one. Within a class fields are independent. In an *anchor*, a field that tells entities apart whatever else they share
(a given name), all classes of different entities are equal: that keeps them from taking over pairs that are one.

Pairs of one entity are two classes if records are people, who move: then all fields that go with the company or home
change at once. Of things, a pair that agrees but for where it is, is two branches of one brand and not one entity, and
a pair that agrees but for the kind of site, two sites of one owner.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from segaudit.identity.comparing.comparison import LACKING, Comparison
from segaudit.identity.weighing.shares import held_back, known_of_two, level_shares, normalised

Floats = npt.NDArray[np.float64]

_ROUNDS = 150
_SETTLED = 3e-4  # change of the number of pairs of one entity, as a share of it
_MOST_MOVED = 0.2  # pairs of one person at two companies, for each pair at one
_LEAST_TOLD = 0.1
_MOST_KIN = 0.2  # twins, and namesakes in one family, for each pair of one person
# Pairs of one entity that what is known beforehand counts for. A small table has more pairs of one that share a given
# name than of two: it cannot tell how usual names are. In a large one these few are nothing.
_STRENGTH = 50.0
_TAKEN, _TAKEN_EACH = 1.0, 0.02  # pairs of one entity that any table is taken to have: at most, and for each record
_SHARED_BY_MANY = 1.0  # pairs that agree on a field, for each pair of one entity, from which they get a class


@dataclass(frozen=True, kw_only=True)
class Patterns:
    """The different combinations of levels, and for how many pairs of the whole database each stands."""

    levels: npt.NDArray[np.uint8]  # (patterns, comparisons)
    weights: Floats  # (patterns,) pairs


@dataclass(frozen=True, kw_only=True)
class Mixture:
    """What pairs of each class look like; the first ``matching`` classes are pairs of one entity."""

    shares: Floats  # (classes,) of all pairs of the database
    tables: tuple[Floats, ...]  # for each comparison (classes, levels); of a lacking value 1
    matching: int

    def logs(self, levels: npt.NDArray[np.uint8]) -> Floats:
        """Return the log of the joint probability of each pattern with each class; (patterns, classes)."""
        return np.asarray(one_hot(levels, self.tables) @ _stacked(self.tables) + np.log(self.shares))

    def log_odds(self, levels: npt.NDArray[np.uint8]) -> Floats:
        """Return the log (base e) of the odds of one entity; (patterns,)."""
        logs = self.logs(levels)
        return log_sum(logs[:, : self.matching]) - log_sum(logs[:, self.matching :])


def one_hot(levels: npt.NDArray[np.uint8], tables: Sequence[Floats]) -> sparse.csr_matrix:
    """Return patterns as a matrix with one column for each level of each comparison."""
    sizes = [table.shape[1] for table in tables]
    offsets = np.cumsum([0, *sizes[:-1]])
    places = (levels.astype(np.int32) + offsets.astype(np.int32)).ravel()
    ends = np.arange(0, levels.size + 1, levels.shape[1])
    shape = (len(levels), int(sum(sizes)))
    return sparse.csr_matrix((np.ones(levels.size), places, ends), shape=shape)


def _stacked(tables: Sequence[Floats]) -> Floats:
    """Return the logs of all tables, one row for each level of each comparison; (levels, classes)."""
    return np.concatenate([np.log(table).T for table in tables])


def log_sum(logs: Floats) -> Floats:
    """Return the log of the sum of what stands in each row."""
    most = logs.max(axis=1)
    return np.asarray(most + np.log(np.exp(logs - most[:, None]).sum(axis=1)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Class:
    """A class of pairs: which tables it has, and whether its pairs teach what stands in them."""

    tables: tuple[int, ...]  # for each comparison, which of its tables
    matching: bool = False
    teaches: bool = True
    share: float  # to begin with


class _Classes:
    """The classes of a mixture, and the tables they share.

    Tables of a comparison are numbered: 0 pairs of one entity, 1 pairs of one entity that moved, 2 pairs that agree by
    chance, and from 3 on those of the classes of pairs that agree on a field that many share.
    """

    ONE, MOVED, CHANCE, FIELDS = range(4)

    def __init__(
        self, patterns: Patterns, comparisons: Sequence[Comparison], expected: float, *, of_people: bool
    ) -> None:
        self._comparisons = comparisons
        total = patterns.weights.sum()
        self._taken = min(_TAKEN, _TAKEN_EACH * (2 * total) ** 0.5)
        everyone = level_shares(patterns.levels, patterns.weights, comparisons)
        self.priors = [comparison.prior() for comparison in comparisons]
        self._known = [known_of_two(comparison) for comparison in comparisons]
        self._limits = [comparison.chance_limits() for comparison in comparisons]
        # What each table begins as: for each comparison, by number.
        self.begun = [
            [prior, shape, np.minimum(shape, limits)]
            for prior, shape, limits in zip(self.priors, everyone, self._limits, strict=True)
        ]
        one = self._like(self.ONE, self.ONE, self.ONE)
        self.all = [_Class(tables=one, matching=True, share=expected / total)]
        moved = self._like(self.ONE, self.ONE, self.MOVED)
        moves = any(comparison.moves for comparison in comparisons)
        if moves and of_people:
            self.all.append(_Class(tables=moved, matching=True, share=0.1 * expected / total))
        self.matching = len(self.all)
        self.rare: tuple[int, ...] = ()  # classes that are rarer than pairs of one entity
        self.all.append(_Class(tables=self._like(self.CHANCE, self.CHANCE, self.CHANCE), share=1.0))
        self._of_fields(patterns, expected)
        self._add(self._like(self.CHANCE, self.ONE, self.ONE), 0.2 * expected / total)
        self._of_sites(0.2 * expected / total)
        named = any(comparison.anchor and not comparison.birth for comparison in comparisons)
        if named and any(comparison.birth for comparison in comparisons):
            # Twins share the day of birth, father and son the name, and both all else.
            self.rare = (len(self.all), len(self.all) + 1)
            self._add(self._kin(births=self.ONE, names=self.CHANCE), 0.05 * expected / total)
            self._add(self._kin(births=self.CHANCE, names=self.ONE), 0.05 * expected / total)
        if named and any(comparison.mailbox for comparison in comparisons):
            # A couple with one mailbox for two.
            self.rare = (*self.rare, len(self.all))
            self._add(self._of_couples(), 0.02 * expected / total)
        if moves and of_people:
            self._add(self._like(self.CHANCE, self.ONE, self.MOVED), 0.05 * expected / total)
        elif moves:
            self._add(self._like(self.ONE, self.ONE, self.CHANCE), 0.2 * expected / total)  # branches

    def _add(self, tables: tuple[int, ...], share: float) -> None:
        """Add a class that looks like others."""
        self.all.append(_Class(tables=tables, teaches=False, share=share))

    def _kin(self, *, births: int, names: int) -> tuple[int, ...]:
        """Return which tables a class of kin has: the first anchor is the name, all others are by chance."""
        name = next((place for place, c in enumerate(self._comparisons) if c.anchor and not c.birth), -1)
        return tuple(
            births if c.birth else names if place == name else self.CHANCE if c.anchor else self.ONE
            for place, c in enumerate(self._comparisons)
        )

    def _of_couples(self) -> tuple[int, ...]:
        """Return which tables a class of people with one mailbox has: who they are is by chance, all else as of one."""
        return tuple(self.CHANCE if c.anchor and not c.mailbox else self.ONE for c in self._comparisons)

    def _like(self, anchors: int, others: int, movers: int) -> tuple[int, ...]:
        """Return which tables a class has: of anchors, of what moves, and of all others."""
        return tuple(movers if c.moves else anchors if c.anchor else others for c in self._comparisons)

    def _of_fields(self, patterns: Patterns, expected: float) -> None:
        """Add a class for each field that many pairs of different entities agree on."""
        total = patterns.weights.sum()
        different = patterns.weights * ~_an_anchor_agrees(patterns, self._comparisons)
        for position, comparison in enumerate(self._comparisons):
            agreeing = different * comparison.agreeing()[patterns.levels[:, position]]
            if comparison.anchor or agreeing.sum() < _SHARED_BY_MANY * expected:
                continue
            number = len(self.begun[0])
            for begun, shape in zip(
                self.begun, level_shares(patterns.levels, agreeing, self._comparisons), strict=True
            ):
                begun.append(shape)
            tables = tuple(self.CHANCE if c.anchor else number for c in self._comparisons)
            self.all.append(_Class(tables=tables, share=agreeing.sum() / total / 2))

    def _of_sites(self, share: float) -> None:
        """Add the sites of one owner in one building, where names tell their kind: all but the kind is as of one."""
        self._sites: dict[int, Floats] = {}  # comparison -> its table of these pairs, which is not learned
        for place, comparison in enumerate(self._comparisons):
            if comparison.anchor and comparison.apart is not None:
                self._sites[place] = normalised(np.eye(comparison.size)[comparison.apart], comparison)
        if self._sites:
            number = len(self.begun[0])
            for place, begun in enumerate(self.begun):
                begun.append(self._sites.get(place, begun[self.ONE]))
            tables = self._like(self.CHANCE, self.ONE, self.ONE)
            self._add(tuple(number if place in self._sites else table for place, table in enumerate(tables)), share)

    def mixture(self, tables: Sequence[Sequence[Floats]], shares: Floats) -> Mixture:
        """Return the mixture with given tables, one list for each comparison."""
        chosen = tuple(
            np.stack([tables[place][item.tables[place]] for item in self.all])
            for place in range(len(self._comparisons))
        )
        return Mixture(shares=shares / shares.sum(), tables=chosen, matching=self.matching)

    def beginning(self) -> Mixture:
        """Return where EM begins."""
        tables = [
            [normalised(counts, comparison) for counts in begun]
            for begun, comparison in zip(self.begun, self._comparisons, strict=True)
        ]
        return self.mixture(tables, np.array([item.share for item in self.all]))

    def improved(self, counts: Floats, mass: Floats) -> Mixture:
        """Return the mixture after one step of EM.

        Args:
            counts: Pairs at each level of each comparison, one below the other, by class; (levels, classes).
            mass: Pairs of each class; (classes,).
        """
        ends = np.cumsum([comparison.size for comparison in self._comparisons])
        tables = []
        for place, comparison in enumerate(self._comparisons):
            of_class = counts[ends[place] - comparison.size : ends[place]]
            tables.append(self._tables(place, of_class))
        if self.matching > 1:
            mass[1] = min(mass[1], _MOST_MOVED * mass[0])
        mass[0] += self._taken
        for number in self.rare:
            mass[number] = min(mass[number] + _MOST_KIN * self._taken, _MOST_KIN * mass[: self.matching].sum())
        return self.mixture(tables, np.maximum(mass / mass.sum(), 1e-18))

    def _tables(self, place: int, of_class: Floats) -> list[Floats]:
        """Return the tables of one comparison from the pairs of each class."""
        comparison = self._comparisons[place]
        pooled = np.zeros((len(self.begun[place]), comparison.size))
        for number, item in enumerate(self.all):
            if item.teaches:
                pooled[item.tables[place]] += of_class[:, number]
        chance = normalised(pooled[self.CHANCE :].sum(axis=0) + self._known[place], comparison)
        one = held_back(normalised(pooled[self.ONE] + _STRENGTH * self.priors[place], comparison), comparison)
        moved = normalised(pooled[self.MOVED] + _STRENGTH * chance, comparison)
        if comparison.anchor:
            by_chance = normalised(np.minimum(chance, self._limits[place]), comparison)
            others = [by_chance] * (len(pooled) - self.CHANCE)
            if place in self._sites:
                others[-1] = self._sites[place]
            return [one, moved, *others]
        return [one, moved, *(normalised(found + chance, comparison) for found in pooled[self.CHANCE :])]


def estimate(
    patterns: Patterns, comparisons: Sequence[Comparison], *, expected: float, of_people: bool = True
) -> Mixture:
    """Return the mixture that explains the patterns best.

    Args:
        patterns: What was seen, weighted to all pairs of the database.
        comparisons: What each column of the patterns is.
        expected: Pairs of one entity to begin with.
        of_people: Records are people, who move; else they are things, and what agrees but for the place is a branch.
    """
    classes = _Classes(patterns, comparisons, expected, of_people=of_people)
    mixture = classes.beginning()
    matrix = one_hot(patterns.levels, mixture.tables)
    turned = matrix.T.tocsr()
    # Pairs that no anchor speaks of say nothing of what one entity looks like.
    anchors = [place for place, comparison in enumerate(comparisons) if comparison.anchor]
    silent = (patterns.levels[:, anchors] == LACKING).all(axis=1)
    told = 1.0 - float(patterns.weights[silent].sum() / patterns.weights.sum())
    found = 0.0
    for _ in range(_ROUNDS):
        logs = matrix @ _stacked(mixture.tables) + np.log(mixture.shares)
        weighted = np.exp(logs - log_sum(logs)[:, None]) * patterns.weights[:, None]
        weighted[silent, : mixture.matching] = 0.0
        mass = weighted.sum(axis=0)
        mass[: mixture.matching] /= max(told, _LEAST_TOLD)
        mixture = classes.improved(turned @ weighted, mass)
        pairs = float(weighted[:, : mixture.matching].sum())
        if abs(pairs - found) < _SETTLED * max(pairs, 1.0):
            break
        found = pairs
    return mixture


def _an_anchor_agrees(patterns: Patterns, comparisons: Sequence[Comparison]) -> npt.NDArray[np.bool_]:
    agree = np.zeros(len(patterns.levels), dtype=bool)
    for position, comparison in enumerate(comparisons):
        if comparison.anchor:
            agree |= comparison.agreeing()[patterns.levels[:, position]]
    return agree
