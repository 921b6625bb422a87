"""Fields that are the outcome by another name: what tells it without fail was written down after it."""

import numpy as np

from segaudit.model.suggestions import Feature, FeatureKind, SuggestRules
from segaudit.segments.statistics.strata import association
from segaudit.segments.suggest.cutting import tree_cuts
from segaudit.segments.suggest.sample import Mask, Sample, Values
from segaudit.segments.suggest.selectors import by_value

_LEAST = 20  # records of each side


def another_name(feature: Feature, sample: Sample, rules: SuggestRules, *, is_rate: bool) -> str:
    """Return why a feature is taken for the outcome itself; empty if it is not."""
    limit, values = rules.limit("another_name"), sample.columns[feature.name]
    if not is_rate:
        known = ~np.isnan(values)
        if feature.kind is not FeatureKind.NUMBER or known.sum() < _LEAST or not values[known].std():
            return ""
        ranks = np.argsort(np.argsort(values[known]))
        likeness = abs(float(np.corrcoef(ranks, sample.outcome[known])[0, 1]))
        return f"its values go with the outcome (rank correlation {likeness:.2f})" if likeness >= limit else ""
    hits = sample.outcome > 0.5  # noqa: PLR2004 - 0 or 1
    if min(hits.sum(), (~hits).sum()) < _LEAST:
        return ""
    strength = max((_strength(mask, hits) for mask in _sides(feature, values, sample)), default=0.0)
    if strength < limit:
        return ""
    return f"it tells the outcome all but without fail (Cramer's V {strength:.2f}, {limit:g} is the most)"


def _sides(feature: Feature, values: Values, sample: Sample) -> list[Mask]:
    known = ~np.isnan(values)
    if feature.kind in {FeatureKind.NUMBER, FeatureKind.DATE}:
        return [known, *(values >= cut for cut in tree_cuts(values, sample.outcome, 2, 1))]
    if feature.kind is FeatureKind.BOOL:
        return [known, values == 1]
    _, means = by_value(feature, values, sample.outcome)
    return [known, np.isin(values, np.flatnonzero(means >= 0.5))]  # noqa: PLR2004 - more hits than not


def _strength(mask: Mask, hits: Mask) -> float:
    table = [[float((a & b).sum()) for b in (hits, ~hits)] for a in (mask, ~mask)]
    return association(np.array(table))
