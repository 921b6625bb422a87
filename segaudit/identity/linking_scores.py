"""From evidence on two files to the odds that a record of one is a record of the other."""

from collections.abc import Callable

import numpy as np

from segaudit.engine.protocol import Engine
from segaudit.identity.compared import Compared
from segaudit.identity.comparing.comparison import compare
from segaudit.identity.evidence import Gathered
from segaudit.identity.linking_pairs import Across, choose_links, sample_links
from segaudit.identity.resolve import Scored
from segaudit.identity.weighing.distinct import distinct
from segaudit.identity.weighing.mixture import Patterns, estimate

_SEED = 20_240_229
_EXPECTED = 0.1  # partners of each record that may have one, to begin with


def score_links(
    gathered: Gathered, across: Across, engine: Engine, progress: Callable[[str], None] = lambda _: None
) -> Scored:
    """Return all pairs across worth comparing with the odds that each is one entity."""
    evidence = gathered.evidence
    rng = np.random.default_rng(_SEED)
    comparisons = [item.comparison for item in evidence]
    progress("Choosing which records to compare")
    blocking = choose_links(evidence, across, rng)
    progress("Learning what agreement weighs")
    left, right, weights = sample_links(comparisons, blocking.pairs, across, rng)
    levels = compare(comparisons, left, right)
    kinds, places = distinct(levels)
    patterns = Patterns(levels=levels[kinds], weights=np.bincount(places, weights=weights).astype(np.float64))
    mixture = estimate(patterns, comparisons, expected=_EXPECTED * across.partners, of_people=gathered.of_people)
    progress("Comparing records")
    compared = Compared(comparisons, blocking.pairs, engine)
    log_odds = mixture.log_odds(compared.patterns.levels)
    return Scored(compared=compared, log_odds=log_odds, mixture=mixture, blocking=blocking)
