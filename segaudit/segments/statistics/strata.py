"""Comparison within the strata of another field, so that its mix does not pass for the segment's doing.

Source: Cochran (1954), Mantel & Haenszel (1959); Bergsma (2013) for the corrected V.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from segaudit.segments.statistics.rates import Counted

Stratum = tuple[Counted, Counted]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratified:
    """What two rates compare like within strata."""

    odds_ratio: float  # of the first over the second; infinite if only the first has hits
    p: float
    strata: int  # that have records of both, and hits and others


def compare_strata(strata: Sequence[Stratum]) -> Stratified | None:
    """Test two rates within strata by Cochran, Mantel and Haenszel, continuity corrected; None if none compares."""
    tables = [np.array([[a.hits, a.n - a.hits], [b.hits, b.n - b.hits]], dtype=np.float64) for a, b in strata]
    tables = [table for table in tables if table.sum(axis=0).all() and table.sum(axis=1).all()]
    if not tables:
        return None
    from statsmodels.stats.contingency_tables import StratifiedTable  # noqa: PLC0415 - slow to import, as yet unneeded

    found = StratifiedTable(tables)
    against = sum(table[0, 1] * table[1, 0] / table.sum() for table in tables)
    ratio = float(found.oddsratio_pooled) if against else float("inf")
    return Stratified(odds_ratio=ratio, p=float(found.test_null_odds(correction=True).pvalue), strata=len(tables))


def association(table: NDArray[np.float64]) -> float:
    """Return Cramér's V of a table of counts, corrected for chance: 0 unrelated, 1 the one tells the other."""
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    n, (rows, columns) = float(table.sum()), table.shape
    if min(rows, columns) < 2 or n < 2:  # noqa: PLR2004 - nothing to be related
        return 0.0
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / n
    phi = float(((table - expected) ** 2 / expected).sum()) / n
    chance = (rows - 1) * (columns - 1) / (n - 1)
    least = min(rows - (rows - 1) ** 2 / (n - 1), columns - (columns - 1) ** 2 / (n - 1)) - 1
    return min(1.0, sqrt(max(0.0, phi - chance) / least)) if least > 0 else 0.0
