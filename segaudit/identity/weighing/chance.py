"""How far odds can be believed, in face of the pairs that agree by chance.

Where a table tells its records apart by little, EM takes those pairs for one entity that happen to agree on most. So
what was found is held against a table that cannot hold any entity twice: this one, with the cells of one field shuffled
among its records. Where that table has as many pairs of some odds as this one, the odds are worth nothing; where it has
half as many, half. Each pair is judged by the field that speaks most for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from segaudit.identity.comparing.comparison import Comparison
from segaudit.identity.weighing.decoys import (
    BINS,
    EDGES,
    FROM,
    Decoys,
    Fields,
    Levels,
    bins_of,
    can_be_judged,
    find_fields,
    is_spoken_for,
)
from segaudit.identity.weighing.mixture import Floats, Mixture, Patterns

_LUCK = 1.0  # standard deviations by which chance may have made more than on the mean
_VETO = np.log(2.0)  # log odds where chance makes a third of the pairs
_MUCH = 1 / 3  # of the pairs that agree, from which a table tells its records apart too little to put any together
_REFUSED = -0.05  # log odds: as likely one as not, which is for a person to say
_LOWEST = -8.0  # log odds where chance makes pairs, and there are none
_ROUNDS = 30
_SETTLED, _LITTLE = 0.002, 0.01  # change of what chance makes, and all of it, as shares of the pairs found


@dataclass(frozen=True, kw_only=True)
class Chance:
    """What chance makes, and so how far odds can be believed."""

    fields: Fields
    ceilings: Floats  # (groups, bins of log odds) most log odds that are believed
    tells: npt.NDArray[np.bool_]  # (groups,) False: chance makes much of what it speaks for, and of all that agree
    agreeing: float  # pairs that are more likely one than not by their odds, of those that can be judged
    expected: float  # so many of them chance would make

    def held(self, levels: Levels, log_odds: Floats) -> Floats:
        """Return log odds, lower where chance makes a third of such pairs or more; (pairs,)."""
        most = np.where(self.tells[:, None], self.ceilings, np.minimum(self.ceilings, _REFUSED))
        most = np.where(self.ceilings < _VETO, most, np.inf)
        return self._at_most(most, levels, log_odds)

    def believed(self, levels: Levels, log_odds: Floats) -> Floats:
        """Return log odds as far as they can be believed at all; (pairs,).

        Nothing is decided by these where chance makes little: they hold for pairs of such odds on the whole, and what
        is known of each of them is in its odds.
        """
        return self._at_most(self.ceilings, levels, log_odds)

    def _at_most(self, most: Floats, levels: Levels, log_odds: Floats) -> Floats:
        looked_at = np.flatnonzero(log_odds > FROM)
        if not len(looked_at):
            return log_odds
        said = self.fields.said(levels[looked_at])
        group = said.argmax(axis=1)
        # Where much of what a field speaks for is chance, so is what nothing but this field speaks for.
        some = can_be_judged(said) | (~self.tells[group] & is_spoken_for(said))
        held, at = log_odds.copy(), looked_at[some]
        held[at] = np.minimum(held[at], most[group[some], bins_of(held[at])])
        return held


def find_chance(
    patterns: Patterns, found: Patterns, log_odds: Floats, mixture: Mixture, comparisons: Sequence[Comparison]
) -> Chance | None:
    """Return how far odds can be believed; None if there is nothing to tell it by.

    Args:
        patterns: What pairs look like, weighted to all pairs of the database.
        found: What the pairs that were compared look like.
        log_odds: Of these.
        mixture: What the odds come from.
        comparisons: What each column of the patterns is.
    """
    fields = find_fields(patterns, mixture, comparisons)
    real = _count(found, log_odds, fields)
    if not real.any():
        return None
    decoys = _settled(patterns, real, mixture, fields)
    likely = EDGES[:-1] >= 0
    agreeing, expected = real[:, likely].sum(axis=1), decoys[:, likely].sum(axis=1)
    much, in_all = expected > _MUCH * agreeing, expected.sum() > _MUCH * agreeing.sum()
    return Chance(
        fields=fields,
        ceilings=_all_ceilings(real, decoys, luck=_LUCK),
        tells=~(much & in_all),
        agreeing=float(agreeing.sum()),
        expected=float(expected.sum()),
    )


def nothing_but_chance(
    patterns: Patterns, found: Patterns, log_odds: Floats, mixture: Mixture, comparisons: Sequence[Comparison]
) -> Chance:
    """Return that nothing is to be believed: half of a name is nobody's own. For the arguments see find_chance."""
    fields = find_fields(patterns, mixture, comparisons)
    agreeing = float(found.weights[log_odds > 0].sum())
    ceilings = np.full((len(fields.groups), BINS), _LOWEST)
    nothing = np.zeros(len(ceilings), dtype=bool)
    return Chance(fields=fields, ceilings=ceilings, tells=nothing, agreeing=agreeing, expected=agreeing)


def _count(found: Patterns, log_odds: Floats, fields: Fields) -> Floats:
    """Return how many pairs there are in each bin that each group says most for, of those that can be judged."""
    above = np.flatnonzero(log_odds > FROM)
    said = fields.said(found.levels[above])
    judged = can_be_judged(said)
    real = np.zeros((len(fields.groups), BINS))
    at = (said[judged].argmax(axis=1), bins_of(log_odds[above[judged]]))
    np.add.at(real, at, found.weights[above[judged]])
    return real


def _settled(patterns: Patterns, real: Floats, mixture: Mixture, fields: Fields) -> Floats:
    """Return how many pairs chance makes in each bin of each group; (groups, bins).

    A pair of one entity is no chance, and its halves have no part in what chance makes. Which pairs are one is not
    known, so at first none is: chance then makes too much. What is more than that is one, which leaves less to chance,
    and so on.
    """
    maker = Decoys(patterns.levels, mixture, fields)
    decoys, weights = np.where(real.any(axis=1), np.inf, 0.0)[:, None] * np.ones(BINS), patterns.weights
    open_groups, pairs = np.asarray(real.any(axis=1)), real.sum(axis=1)
    log_odds: Floats | None = None
    for _ in range(_ROUNDS):
        before = decoys.sum(axis=1)
        for place in np.flatnonzero(open_groups):
            decoys[place] = maker.count(int(place), weights)
        now = decoys.sum(axis=1)
        open_groups = open_groups & (now < before - _SETTLED * pairs) & (now > _LITTLE * pairs)
        if not open_groups.any():
            break
        ceilings = _all_ceilings(real, decoys, luck=0.0)
        chance = Chance(fields=fields, ceilings=ceilings, tells=np.zeros(len(real), dtype=bool), agreeing=0, expected=0)
        log_odds = mixture.log_odds(patterns.levels) if log_odds is None else log_odds
        weights = patterns.weights / (1 + np.exp(np.clip(chance.believed(patterns.levels, log_odds), -60, 60)))
    return decoys


def _all_ceilings(real: Floats, decoys: Floats, *, luck: float) -> Floats:
    return np.stack([_ceilings(*both, luck=luck) for both in zip(real, decoys, strict=True)])


def _ceilings(real: Floats, decoys: Floats, *, luck: float) -> Floats:
    """Return the most log odds that are believed in each bin: so many of the pairs in it are more than chance makes.

    What has higher odds is believed at least as much: bins in which it is not so are taken together.

    Args:
        real: Pairs in each bin.
        decoys: Pairs that chance makes, in each bin.
        luck: Standard deviations by which it may have made more.
    """
    blocks: list[tuple[int, float, float]] = []  # bins, pairs, chance; the highest odds first
    for pairs, chance in zip(real[::-1], decoys[::-1], strict=True):
        blocks.append((1, pairs, chance))
        while len(blocks) > 1 and blocks[-2][2] * blocks[-1][1] >= blocks[-1][2] * blocks[-2][1]:
            last, before = blocks.pop(), blocks.pop()
            blocks.append((before[0] + last[0], before[1] + last[1], before[2] + last[2]))
    ceilings = [_ceiling(pairs, chance, luck) for bins, pairs, chance in blocks for _ in range(bins)]
    return np.asarray(np.maximum.accumulate(ceilings[::-1]))


def _ceiling(pairs: float, chance: float, luck: float) -> float:
    if pairs <= 0:
        return np.inf if chance <= 0 else _LOWEST
    share = max(1 - (chance + luck * chance**0.5) / pairs, 0.5 / (pairs + 1))
    return np.inf if share >= 1 else float(np.log(share / (1 - share)))
