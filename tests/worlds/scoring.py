"""How right a partition of records is, and how far stated probabilities can be believed."""

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

EDGES = (0.0, 0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Found entities against true ones."""

    records: int
    found_pairs: int  # pairs of records in one found entity, through others or not
    true_pairs: int
    right_pairs: int
    bcubed_precision: float  # 0-1: of a record's found companions, itself included, the share that is right; the mean
    bcubed_recall: float
    largest: int  # records in the largest found entity

    @property
    def precision(self) -> float:
        """Share of found pairs that are true; 1 if none was found."""
        return self.right_pairs / self.found_pairs if self.found_pairs else 1.0

    @property
    def recall(self) -> float:
        """Share of true pairs that were found; 1 if there is none."""
        return self.right_pairs / self.true_pairs if self.true_pairs else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Pairs whose stated probabilities are close to each other."""

    low: float
    high: float
    pairs: int
    stated: float  # mean of the probabilities
    true: float  # share of pairs that are one entity

    @property
    def margin(self) -> float:
        """How far the true share may lie from the stated one by chance alone: three standard errors."""
        spread = max(self.stated * (1 - self.stated), 1 / (self.pairs + 4))
        return 3 * math.sqrt(spread / self.pairs)


def count_pairs(sizes: Iterable[int]) -> int:
    """Return how many pairs there are within groups of these sizes."""
    return sum(size * (size - 1) // 2 for size in sizes)


def score_partition(found: Mapping[str, Hashable], truth: Mapping[str, Hashable]) -> Score:
    """Score a partition; a record it does not mention stands alone.

    Args:
        found: The entity each record id was given.
        truth: The entity each record id is of; all records.
    """
    together = {record: found.get(record, ("alone", record)) for record in truth}
    of_found, of_truth = Counter(together.values()), Counter(truth.values())
    of_both = Counter((together[record], entity) for record, entity in truth.items())
    precise = sum(count * count / of_found[cluster] for (cluster, _), count in of_both.items())
    recalled = sum(count * count / of_truth[entity] for (_, entity), count in of_both.items())
    return Score(
        records=len(truth),
        found_pairs=count_pairs(of_found.values()),
        true_pairs=count_pairs(of_truth.values()),
        right_pairs=count_pairs(of_both.values()),
        bcubed_precision=precise / max(1, len(truth)),
        bcubed_recall=recalled / max(1, len(truth)),
        largest=max(of_found.values(), default=0),
    )


def measure_reliability(judged: Iterable[tuple[float, bool]], edges: Sequence[float] = EDGES) -> list[Bin]:
    """Compare stated probabilities with truth, in bins; empty bins are left out.

    Args:
        judged: For each pair its match probability and whether it is truly one entity.
        edges: Where bins end, from 0 to 1; a probability on an edge belongs above it.
    """
    sums = {low: [0.0, 0.0, 0.0] for low in edges[:-1]}
    for probability, is_true in judged:
        low = max(edge for edge in edges[:-1] if edge <= probability)
        for place, value in enumerate((1, probability, is_true)):
            sums[low][place] += value
    return [
        Bin(low=low, high=high, pairs=int(pairs), stated=stated / pairs, true=true / pairs)
        for (low, (pairs, stated, true)), high in zip(sums.items(), edges[1:], strict=True)
        if pairs
    ]
