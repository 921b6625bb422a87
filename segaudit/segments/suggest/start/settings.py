"""The thresholds of a starting segmentation, where rules/suggest.yaml does not set them."""

from math import ceil

from segaudit.model.suggestions import SuggestRules

_SMALL = 10  # a small database may have segments of a tenth of it
_USUAL = {
    "alpha": 0.05,  # chance of a false alarm, after correction
    "segments_least": 3,
    "segments_most": 6,
    "search_rows": 50_000,  # records the search looks at
    "detect_relative": 0.50,  # change of the rate that a segment should be big enough to show
    "start_few_rows": 60,  # below so many there is nothing to part: read them one by one
    "start_confirm_rows": 200_000,  # records that are looked at, half of them to confirm
    "start_least_members": 30,  # records of a segment, at least; and this share of all:
    "start_least_share": 0.03,
    "start_most_share": 0.60,  # of the placed: a segment that holds more is too broad to steer by
    "start_least_coverage": 0.60,  # share of records a segmentation must place
    "start_field_coverage": 0.80,  # share of records that must have a field for the tree or the fit score to use it
    "start_least_hits": 40,  # of the rarer answer, and so many records:
    "start_least_rows": 200,  # with an outcome
    "start_leak_area": 0.95,  # a field that tells the outcome so well all by itself is the outcome, or follows from it
    "start_leak_filled": 0.50,  # difference of the shares that have the field at all, between hits and others
    "start_related_from": 0.50,  # Cramer's V of two dimensions from which they say the same
    "start_tiers_apart": 1.25,  # rate of the best tier by that of all, at least
}


def limit(rules: SuggestRules, name: str) -> float:
    """Return a threshold: the rules' own, or the usual one."""
    return rules.settings.get(name, _USUAL[name])


def least_members(rules: SuggestRules, rows: int) -> int:
    """Return how many records a segment must hold at least."""
    few = min(limit(rules, "start_least_members"), rows / _SMALL)
    return ceil(max(few, limit(rules, "start_least_share") * rows))
