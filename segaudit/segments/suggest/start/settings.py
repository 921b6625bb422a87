"""What follows from several thresholds of rules/suggest.yaml together."""

from math import ceil

from segaudit.model.suggestions import SuggestRules

_SMALL = 10  # a small database may have segments of a tenth of it


def least_members(rules: SuggestRules, rows: int) -> int:
    """Return how many records a segment must hold at least."""
    few = min(rules.limit("start_least_members"), rows / _SMALL)
    return ceil(max(few, rules.limit("start_least_share") * rows))
