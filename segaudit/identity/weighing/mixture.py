"""Fellegi-Sunter weights without labels: pairs are a mixture of classes, and EM finds what each class looks like.

One class would do for pairs of different entities if their fields agreed independently of each other. They do not: two
people at one company share its website, its switchboard and its town. So there are several: pairs that agree by chance,
for each field that many share the pairs that agree on it and on what goes with it, and kin, who agree as if they were
one. Within a class fields are independent. In an *anchor*, a field that tells entities apart whatever else they share
(a given name), all classes of different entities are equal: that keeps them from taking over pairs that are one.

Pairs of one entity are two classes if people move: then all fields that go with the company or home change at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from segaudit.identity.comparing.comparison import LACKING, Comparison

Floats = npt.NDArray[np.float64]

_ROUNDS = 150
_SETTLED = 1e-4  # change of the number of pairs of one entity, as a share of it
_LEAST = 1e-9
_MOST_MOVED = 0.2  # pairs of one person at two companies, for each pair at one
_STRENGTH = 50.0  # pairs that what is known beforehand counts for
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


def estimate(patterns: Patterns, comparisons: Sequence[Comparison], *, expected: float) -> Mixture:
    """Return the mixture that explains the patterns best.

    Args:
        patterns: What was seen, weighted to all pairs of the database.
        comparisons: What each column of the patterns is.
        expected: Pairs of one entity to begin with.
    """
    priors = [comparison.prior() for comparison in comparisons]
    mixture = _begin(patterns, comparisons, priors, expected)
    matrix = one_hot(patterns.levels, mixture.tables)
    turned = matrix.T.tocsr()
    found = 0.0
    for _ in range(_ROUNDS):
        logs = matrix @ _stacked(mixture.tables) + np.log(mixture.shares)
        belongs = np.exp(logs - log_sum(logs)[:, None])
        weighted = belongs * patterns.weights[:, None]
        mixture = _improved(turned @ weighted, weighted.sum(axis=0), comparisons, priors, mixture.matching)
        pairs = float(weighted[:, : mixture.matching].sum())
        if abs(pairs - found) < _SETTLED * max(pairs, 1.0):
            break
        found = pairs
    return mixture


def _begin(patterns: Patterns, comparisons: Sequence[Comparison], priors: Sequence[Floats], expected: float) -> Mixture:
    """Return where EM begins."""
    total = patterns.weights.sum()
    everyone = _shape(patterns, patterns.weights, comparisons)
    matching = [list(priors)]
    shares = [expected / total]
    if any(comparison.moves for comparison in comparisons):
        matching.append([everyone[k] if c.moves else priors[k] for k, c in enumerate(comparisons)])
        shares.append(0.1 * expected / total)
    classes = [*matching, everyone]
    shares.append(1.0)
    different = patterns.weights * ~_an_anchor_agrees(patterns, comparisons)
    for position, comparison in enumerate(comparisons):
        agreeing = different * comparison.agreeing()[patterns.levels[:, position]]
        if comparison.anchor or agreeing.sum() < _SHARED_BY_MANY * expected:
            continue
        shape = _shape(patterns, agreeing, comparisons)
        classes.append([everyone[k] if c.anchor else shape[k] for k, c in enumerate(comparisons)])
        shares.append(agreeing.sum() / total / 2)
    for likeness in matching:
        classes.append([everyone[k] if c.anchor else likeness[k] for k, c in enumerate(comparisons)])
        shares.append(0.2 * expected / total)
    tables = tuple(
        np.stack([_normalised(tables[k], comparison) for tables in classes]) for k, comparison in enumerate(comparisons)
    )
    spread = np.array(shares)
    return Mixture(shares=spread / spread.sum(), tables=tables, matching=len(matching))


def _an_anchor_agrees(patterns: Patterns, comparisons: Sequence[Comparison]) -> npt.NDArray[np.bool_]:
    agree = np.zeros(len(patterns.levels), dtype=bool)
    for position, comparison in enumerate(comparisons):
        if comparison.anchor:
            agree |= comparison.agreeing()[patterns.levels[:, position]]
    return agree


def _shape(patterns: Patterns, weights: Floats, comparisons: Sequence[Comparison]) -> list[Floats]:
    """Return the share of each level of each comparison among weighted pairs."""
    found = []
    for position, comparison in enumerate(comparisons):
        counts = np.bincount(patterns.levels[:, position], weights=weights, minlength=comparison.size)
        found.append(_normalised(counts + 0.5 / comparison.size, comparison))
    return found


def _normalised(counts: Floats, comparison: Comparison) -> Floats:
    """Return counts of levels as shares, context by context."""
    shares = np.ones(comparison.size)
    for start in comparison.starts():
        part = counts[start : start + comparison.span]
        shares[start : start + comparison.span] = np.maximum(part / part.sum(), _LEAST)
    shares[LACKING] = 1.0
    return shares


def _held(table: Floats, comparison: Comparison) -> Floats:
    """Return a table in which records of one entity disagree no more often than they may."""
    held = _normalised(np.minimum(table, comparison.limits()), comparison)
    agrees = comparison.agreeing()
    for start in comparison.starts():
        part, good = held[start : start + comparison.span], agrees[start : start + comparison.span]
        share = part[~good].sum()
        if share > comparison.most_different:
            part[~good] *= comparison.most_different / share
            part[good] *= (1 - comparison.most_different) / part[good].sum()
    return held


def _improved(
    counts: Floats, mass: Floats, comparisons: Sequence[Comparison], priors: Sequence[Floats], matching: int
) -> Mixture:
    """Return the mixture after one step of EM.

    Args:
        counts: Pairs at each level of each comparison, one below the other, by class; (levels, classes).
        mass: Pairs of each class; (classes,).
        comparisons: As in estimate.
        priors: What is known of pairs of one entity.
        matching: Classes of one entity.
    """
    ends = np.cumsum([comparison.size for comparison in comparisons])
    tables = []
    for position, comparison in enumerate(comparisons):
        of_class = counts[ends[position] - comparison.size : ends[position]]
        different = _normalised(of_class[:, matching:].sum(axis=1) + 0.5 / comparison.size, comparison)
        rows = _of_one(of_class, comparison, priors[position], different, matching)
        chance = [
            different if comparison.anchor else _normalised(of_class[:, number] + different, comparison)
            for number in range(matching, of_class.shape[1])
        ]
        if not comparison.anchor:
            chance[-matching:] = rows  # kin agree as if they were one
        tables.append(np.stack([*rows, *chance]))
    if matching > 1:
        mass[1] = min(mass[1], _MOST_MOVED * mass[0])
    shares = np.maximum(mass / mass.sum(), 1e-18)
    return Mixture(shares=shares / shares.sum(), tables=tuple(tables), matching=matching)


def _of_one(of_class: Floats, comparison: Comparison, prior: Floats, different: Floats, matching: int) -> list[Floats]:
    """Return the tables of the classes of one entity: alike but for what moves."""
    if not comparison.moves:
        table = _normalised(of_class[:, :matching].sum(axis=1) + _STRENGTH * prior, comparison)
        return [_held(table, comparison)] * matching
    stayed = _held(_normalised(of_class[:, 0] + _STRENGTH * prior, comparison), comparison)
    moved = [_normalised(of_class[:, number] + _STRENGTH * different, comparison) for number in range(1, matching)]
    return [stayed, *moved]
