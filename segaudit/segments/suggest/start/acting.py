"""How far a team can act on a field, and what it decides with it."""

from segaudit.model.suggestions import Acting, Feature, SuggestRules
from segaudit.text.headers import words_of_header


def acted_on(feature: Feature, rules: SuggestRules) -> Acting:
    """Return how far a team can act on a feature, and why."""
    words = words_of_header(feature.header)
    others = rules.acting["others"]["any"]
    heard = next((told for word, told in rules.acting["words"].items() if word in words), others)
    return rules.acting["fields"].get(feature.name, heard)
