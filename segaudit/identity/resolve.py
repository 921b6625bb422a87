"""From evidence to odds: which pairs to compare, what their agreement weighs, how likely each is one entity."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from segaudit.engine.protocol import Engine
from segaudit.identity.blocking.keys import Blocking, choose_pairs
from segaudit.identity.compared import Compared
from segaudit.identity.comparing.comparison import Levels, compare
from segaudit.identity.evidence import Gathered
from segaudit.identity.pairs import NO_PAIRS, Floats, Pairs
from segaudit.identity.weighing.chance import Chance, find_chance, nothing_but_chance
from segaudit.identity.weighing.distinct import distinct
from segaudit.identity.weighing.mixture import Mixture, Patterns, estimate
from segaudit.identity.weighing.sampling import sample_pairs

_SEED = 20_240_229
_EXPECTED = 0.05  # pairs of one entity for each record, to begin with


@dataclass(frozen=True, kw_only=True)
class Scored:
    """Pairs of records that were compared, and what it weighs."""

    compared: Compared | None  # None: there was nothing to compare
    log_odds: Floats  # of one entity, base e, of what pairs look like; (patterns,)
    mixture: Mixture
    blocking: Blocking
    chance: Chance | None = None  # None: nothing to tell it by
    standing: float = 1.0  # share of the pairs that are one by what they agree on, that is more than chance makes
    refused: int = 0  # pairs that are more likely one than not by what they agree on, which chance makes as well

    def odds(self, levels: Levels) -> Floats:
        """Return the log odds of pairs at these levels; (pairs,)."""
        log_odds = self.mixture.log_odds(levels)
        return log_odds if self.chance is None else self.chance.held(levels, log_odds)

    def believed(self, levels: Levels, log_odds: Floats) -> Floats:
        """Return log odds as far as they can be believed in face of what chance makes; (pairs,)."""
        return log_odds if self.chance is None else self.chance.believed(levels, log_odds)

    @property
    def left_out(self) -> int:
        """Pairs that may be one and were too many to hold."""
        return 0 if self.compared is None else self.compared.left_out

    def above(self, least: float, learned: Callable[[Floats], Floats] = lambda log_odds: log_odds) -> Pairs:
        """Return the pairs of higher log odds than some, in order.

        Args:
            least: The log odds that are not enough.
            learned: What the odds are once they are corrected.
        """
        if self.compared is None:
            return NO_PAIRS
        return self.compared.above(learned(self.log_odds), least)


def score(gathered: Gathered, records: int, engine: Engine, progress: Callable[[str], None] = lambda _: None) -> Scored:
    """Return all pairs worth comparing with the odds that each is one entity."""
    evidence = gathered.evidence
    rng = np.random.default_rng(_SEED)
    comparisons = [item.comparison for item in evidence]
    if records < 2 or not comparisons:  # noqa: PLR2004 - a pair
        return _nothing()
    progress("Choosing which records to compare")
    blocking = choose_pairs(evidence, records, rng)
    progress("Learning what agreement weighs")
    left, right, weights = sample_pairs(comparisons, blocking.pairs, records, rng)
    levels = compare(comparisons, left, right)
    kinds, places = distinct(levels)
    patterns = Patterns(levels=levels[kinds], weights=np.bincount(places, weights=weights).astype(np.float64))
    mixture = estimate(patterns, comparisons, expected=_EXPECTED * records, of_people=gathered.of_people)
    progress("Comparing records")
    compared = Compared(comparisons, blocking.pairs, engine)
    found = compared.patterns
    agreed = mixture.log_odds(found.levels)
    look = find_chance if gathered.tells_apart else nothing_but_chance
    chance = look(patterns, found, agreed, mixture, comparisons)
    held = agreed if chance is None else chance.held(found.levels, agreed)
    likely = found.weights @ _probability(agreed)
    return Scored(
        compared=compared,
        log_odds=held,
        mixture=mixture,
        blocking=blocking,
        chance=chance,
        standing=float(found.weights @ _probability(held) / likely) if likely > 0 else 1.0,
        refused=int(found.weights[(agreed > 0) & (held <= 0)].sum()),
    )


def _probability(log_odds: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -60, 60))))


def _nothing() -> Scored:
    """Return that no pairs were compared."""
    mixture = Mixture(shares=np.array([0.5, 0.5]), tables=(), matching=1)
    blocking = Blocking(pairs=np.zeros(0, dtype=np.int64), keys=(), recall=1.0, complete=True)
    return Scored(compared=None, log_odds=np.zeros(0), mixture=mixture, blocking=blocking)
