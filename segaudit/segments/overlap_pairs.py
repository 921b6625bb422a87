"""Two segments held against chance: how many records would be in both if the one said nothing about the other."""

from math import exp, log, sqrt
from statistics import NormalDist

from segaudit.model.decisions import PairOverlap

CONFIDENCE = 0.95
# Below five expected records the normal approximation of counts is not to be trusted (Cochran 1954).
_FEWEST = 5


def pair_overlap(schema: str, ids: tuple[str, str], both: int, held: tuple[int, int], rows: int) -> PairOverlap:
    """Return the overlap of two segments.

    Args:
        schema: They belong to.
        ids: Of the two.
        both: Records the criteria of both hold for.
        held: Records the criteria of each hold for.
        rows: Of the source.
    """
    a, b = ids
    return PairOverlap(
        schema=schema,
        a=a,
        b=b,
        both=both,
        only_a=held[0] - both,
        only_b=held[1] - both,
        rows=rows,
        lift_ends=lift_interval(both, held[0], held[1], rows),
    )


def lift_interval(
    both: int, in_a: int, in_b: int, rows: int, *, confidence: float = CONFIDENCE
) -> tuple[float, float] | None:
    """Return the ends between which the lift lies: records in both by those expected by chance.

    Args:
        both: Records in both.
        in_a: Records in the first.
        in_b: Records in the second.
        rows: All records.
        confidence: How sure the interval is, 0-1.

    Returns:
        None where fewer than five records are in both or would be by chance: too few to say.

    Source: delta method for the logarithm of p11 / (p1. p.1) with multinomial counts (Agresti 2013, ch. 16).
    """
    if not rows or min(both, in_a * in_b / rows) < _FEWEST:
        return None
    lift = both * rows / (in_a * in_b)
    # Nothing is uncertain about a whole that is both: rounding must not make the root of less than nothing.
    variance = max(0.0, 1 / both - 1 / in_a - 1 / in_b + (2 * lift - 1) / rows)
    reach = NormalDist().inv_cdf((1 + confidence) / 2) * sqrt(variance)
    return exp(log(lift) - reach), exp(log(lift) + reach)
