"""The whole way from evidence to entities."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from segaudit.engine.protocol import Engine
from segaudit.identity.attributes import Codes
from segaudit.identity.blocking.pairs import Packed, pack, unpack
from segaudit.identity.clustering.believing import TRUST, Belief, believe, choose_entities, no_better, sigmoid, within
from segaudit.identity.clustering.learning import corrected
from segaudit.identity.clustering.merging import (
    NOTHING_DECIDED,
    PROMISING,
    Decided,
    Labels,
    complete_groups,
    group_records,
)
from segaudit.identity.comparing.comparison import Comparison, compare
from segaudit.identity.evidence import Gathered
from segaudit.identity.pairs import NO_PAIRS, Floats, Pairs
from segaudit.identity.resolve import Scored, score
from segaudit.model.identity import Estimate

_DOUBTFUL = (0.02, 0.98)  # probabilities between which a person may know better
_CERTAIN = 30.0  # log odds


@dataclass(frozen=True, kw_only=True)
class Found:
    """Entities, and what they were found by."""

    scored: Scored
    pairs: Pairs  # all that may hold records together, and those within entities
    entity: Labels  # of each record: the number of its first record
    probability: Floats  # how surely each record belongs to its entity
    belief: Belief
    threshold: float

    def doubtful(self) -> npt.NDArray[np.bool_]:
        """Tell which pairs are worth a person's look."""
        odds = sigmoid(TRUST * self.pairs.log_odds)
        return np.asarray((odds > _DOUBTFUL[0]) & (odds < _DOUBTFUL[1]))


def find_entities(  # noqa: PLR0913 - each is a thing of its own
    gathered: Gathered,
    records: int,
    engine: Engine,
    decided: Decided = NOTHING_DECIDED,
    progress: Callable[[str], None] = lambda _: None,
    *,
    copies: Packed | None = None,
) -> Found:
    """Return the entities of a table.

    Args:
        gathered: The evidence.
        records: How many there are.
        engine: Where pairs are compared.
        decided: What people said; what the evidence weighs is learned from it, too.
        progress: Told what is being done.
        copies: Pairs of records, (n, 2), that are one for a reason of which the evidence knows nothing.
    """
    sure = _packed(copies) if copies is not None else NOTHING_DECIDED.same
    together = replace(decided, same=np.union1d(decided.same, sure))
    scored = score(gathered, records, engine, progress)
    comparisons = [item.comparison for item in gathered.evidence]
    progress("Putting records together")
    if not comparisons:
        return _copies(gathered, records, scored)
    left, right, same = _judged(decided)
    scored_judged = scored.odds(compare(comparisons, left, right)) if len(left) else np.zeros(0)

    def learned(log_odds: Floats) -> Floats:
        return corrected(log_odds, scored_judged, same)

    pairs = scored.above(PROMISING, learned)
    group = group_records(pairs, records, together)

    def log_odds(left: npt.NDArray[np.int32], right: npt.NDArray[np.int32]) -> Floats:
        return learned(scored.odds(compare(comparisons, left, right))) if len(left) else np.zeros(0)

    pairs = _with_copies(complete_groups(pairs, group, log_odds), sure)
    entity, threshold = choose_entities(pairs, group, together)
    mixture = scored.mixture
    expected = float(mixture.shares[: mixture.matching].sum()) * records * (records - 1) / 2 * scored.standing
    belief = believe(pairs, entity, expected=expected, found=scored.blocking.recall)
    belief = no_better(belief, _in_face_of_chance(pairs, entity, scored, comparisons, sure))
    inside, _, holds = within(pairs, entity)
    kept = inside | (pairs.log_odds > PROMISING)
    return Found(
        scored=scored,
        pairs=pairs.some(kept),
        entity=entity,
        probability=np.where(np.isfinite(holds), sigmoid(TRUST * np.where(np.isfinite(holds), holds, 0.0)), 1.0),
        belief=belief,
        threshold=threshold,
    )


def _in_face_of_chance(
    pairs: Pairs, entity: Labels, scored: Scored, comparisons: Sequence[Comparison], sure: Packed
) -> Floats:
    """Return the log odds of the pairs within entities, as far as they can be believed."""
    inside = entity[pairs.left] == entity[pairs.right]
    if not inside.any():
        return np.zeros(0)
    levels = compare(comparisons, pairs.left[inside], pairs.right[inside])
    believed = pairs.log_odds.copy()
    believed[inside] = scored.believed(levels, pairs.log_odds[inside])
    return within(_with_copies(replace(pairs, log_odds=believed), sure), entity)[1]


def _with_copies(pairs: Pairs, copies: Packed) -> Pairs:
    """Return pairs of which those that are one for certain say so."""
    if not len(copies):
        return pairs
    certain = np.isin(pack(np.minimum(pairs.left, pairs.right), np.maximum(pairs.left, pairs.right)), copies)
    return replace(pairs, log_odds=np.where(certain, np.maximum(pairs.log_odds, _CERTAIN), pairs.log_odds))


def _judged(decided: Decided) -> tuple[Codes, Codes, npt.NDArray[np.bool_]]:
    """Return the pairs that were decided, and whether they are the same."""
    left, right = unpack(np.concatenate([decided.same, decided.different]))
    return left, right, np.arange(len(left)) < len(decided.same)


def _copies(gathered: Gathered, records: int, scored: Scored) -> Found:
    """Return the entities of a table in which nothing differs: rows that say the same are one."""
    entity = np.arange(records)
    filled = np.stack([main.codes >= 0 for main in gathered.constant], axis=1) if gathered.constant else None
    if filled is not None and records:
        _, first, kind = np.unique(filled, axis=0, return_index=True, return_inverse=True)
        entity = np.where(filled.any(axis=1), first[kind.ravel()], entity)
    sizes = np.bincount(entity, minlength=records).astype(np.float64)
    sure = Estimate(value=1.0, low=1.0, high=1.0)
    belief = Belief(precision=sure, recall=sure, pairs=int((sizes * (sizes - 1) / 2).sum()))
    probability = np.ones(records)
    return Found(scored=scored, pairs=NO_PAIRS, entity=entity, probability=probability, belief=belief, threshold=0.0)


def decided_pairs(same: npt.NDArray[np.int64], different: npt.NDArray[np.int64]) -> Decided:
    """Return decisions on pairs of records, (n, 2) each."""
    return replace(NOTHING_DECIDED, same=_packed(same), different=_packed(different))


def _packed(pairs: npt.NDArray[np.int64]) -> Packed:
    if not len(pairs):
        return np.zeros(0, dtype=np.int64)
    return np.unique(pack(pairs.min(axis=1).astype(np.int32), pairs.max(axis=1).astype(np.int32)))
