"""Pairs as they would be if the cells of one field were shuffled among the records.

Nothing is shuffled, for the mean over all ways to shuffle is known: of the pairs that agree so on the field, the share
of all pairs that agree so on the rest. What goes together among the other fields still does.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from segaudit.identity.comparing.comparison import Comparison
from segaudit.identity.weighing.distinct import distinct
from segaudit.identity.weighing.mixture import Floats, Mixture, Patterns, log_sum
from segaudit.identity.weighing.shares import level_shares

Levels = npt.NDArray[np.uint8]

FROM = -2.0  # log odds below which a pair is none of one entity, whatever chance makes
EDGES = np.array([FROM, -1, -0.5, 0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 10, 12, 15, 20, np.inf])
BINS = len(EDGES) - 1
_SPEAKS = np.log(2.0)
_AT_MOST = 1500  # patterns of the rest that are looked at for each of the field


@dataclass(frozen=True, kw_only=True)
class Fields:
    """What can be shuffled, and how much it says."""

    groups: tuple[tuple[int, ...], ...]  # comparisons that are shuffled together: names, the addresses of a column
    speaks: tuple[Floats, ...]  # for each comparison: log ratio of its levels, pairs of one entity to all pairs

    def said(self, levels: Levels) -> Floats:
        """Return how much each group speaks for each pair being one, log ratios; (pairs, groups)."""
        said = np.zeros((len(levels), len(self.groups)))
        for number, group in enumerate(self.groups):
            for place in group:
                said[:, number] += self.speaks[place][levels[:, place]]
        return said


def find_fields(patterns: Patterns, mixture: Mixture, comparisons: Sequence[Comparison]) -> Fields:
    """Return what can be shuffled: comparisons of which one depends on the other stay together."""
    group = list(range(len(comparisons)))
    for place, comparison in enumerate(comparisons):
        for depends_on in (comparison.within, comparison.skip):
            for other, holder in enumerate(comparisons):
                if depends_on is not None and holder.main is depends_on:
                    group = [group[other] if number == group[place] else number for number in group]
    everyone = level_shares(patterns.levels, patterns.weights, comparisons)
    return Fields(
        groups=tuple(tuple(p for p, number in enumerate(group) if number == which) for which in sorted(set(group))),
        speaks=tuple(np.log(table[0]) - np.log(all_) for table, all_ in zip(mixture.tables, everyone, strict=True)),
    )


def is_spoken_for(said: Floats) -> npt.NDArray[np.bool_]:
    """Tell for which pairs some group speaks."""
    return np.asarray(said.max(axis=1) >= _SPEAKS)


def can_be_judged(said: Floats) -> npt.NDArray[np.bool_]:
    """Tell for which pairs a group speaks, and all others together do as well.

    Of others shuffling tells nothing: it keeps each pair that agrees on a field, and leaves none that agrees elsewhere.
    """
    most = said.max(axis=1)
    return np.asarray((most >= _SPEAKS) & (said.sum(axis=1) - most >= _SPEAKS))


def bins_of(log_odds: Floats) -> npt.NDArray[np.int64]:
    """Return the bin of each of some log odds, which are above FROM."""
    return np.searchsorted(EDGES, log_odds, side="right") - 1


class Decoys:
    """Counts the pairs that shuffling one group would make, of those that this group says most for."""

    def __init__(self, levels: Levels, mixture: Mixture, fields: Fields) -> None:
        """Get ready to shuffle.

        Args:
            levels: The patterns of all pairs of the database.
            mixture: What the odds come from.
            fields: What is shuffled.
        """
        self._levels, self._mixture, self._fields = levels, mixture, fields
        self._said = fields.said(levels)

    def count(self, group: int, weights: Floats) -> Floats:
        """Return how many pairs there would be in each bin of log odds; (bins,).

        Args:
            group: Which one is shuffled.
            weights: For how many pairs of the database each pattern stands.
        """
        own, matching = self._fields.groups[group], self._mixture.matching
        other = [place for place in range(self._levels.shape[1]) if place not in own]
        mine, rest = self._said[:, group], np.delete(self._said, group, axis=1)
        a, a_pairs = self._halves(own, mine >= _SPEAKS, weights)
        b, b_pairs = self._halves(other, rest.sum(axis=1) >= _SPEAKS, weights)
        found = np.zeros(BINS)
        if not len(a) or not len(b):
            return found
        a_logs, b_logs = self._logs(a, own), self._logs(b, other) + np.log(self._mixture.shares)
        # Two halves cannot have higher odds than the best of each: most pairs of halves need not be looked at.
        best_a = (a_logs[:, :matching] - a_logs[:, matching : matching + 1]).max(axis=1)
        best_b = log_sum(b_logs[:, :matching]) - b_logs[:, matching]
        order = np.argsort(-best_b, kind="stable")
        rivals = rest[b].max(axis=1)
        for place, end in enumerate(np.searchsorted(-best_b[order], best_a - FROM, side="right")):
            some = order[:end]
            some, pairs = _a_few(some[rivals[some] <= mine[a[place]]], b_pairs)
            if len(some):
                logs = a_logs[place] + b_logs[some]
                odds = log_sum(logs[:, :matching]) - log_sum(logs[:, matching:])
                above = odds > FROM
                found += a_pairs[place] * np.bincount(bins_of(odds[above]), weights=pairs[above], minlength=BINS)
        return np.asarray(found / weights.sum())

    def _halves(
        self, places: Sequence[int], mask: npt.NDArray[np.bool_], weights: Floats
    ) -> tuple[npt.NDArray[np.int64], Floats]:
        """Return a pattern for each combination of levels of some comparisons, and for how many pairs it stands."""
        rows = np.flatnonzero(mask)
        if not len(rows):
            return rows, np.zeros(0)
        first, kinds = distinct(self._levels[rows][:, np.array(places, dtype=np.int64)])
        return rows[first], np.bincount(kinds, weights=weights[rows]).astype(np.float64)

    def _logs(self, rows: npt.NDArray[np.int64], places: Sequence[int]) -> Floats:
        """Return the log of the probability of some comparisons' levels in each class; (patterns, classes)."""
        logs = np.zeros((len(rows), len(self._mixture.shares)))
        for place in places:
            logs += np.log(self._mixture.tables[place]).T[self._levels[rows, place]]
        return logs


def _a_few(places: npt.NDArray[np.int64], pairs: Floats) -> tuple[npt.NDArray[np.int64], Floats]:
    """Return some of many places, at even steps through the pairs they stand for, and how many each then stands for."""
    if len(places) <= _AT_MOST:
        return places, pairs[places]
    reached = np.cumsum(pairs[places])
    steps = (np.arange(_AT_MOST) + 0.5) * (reached[-1] / _AT_MOST)
    chosen = np.minimum(np.searchsorted(reached, steps), len(places) - 1)
    return places[chosen], np.full(_AT_MOST, reached[-1] / _AT_MOST)
