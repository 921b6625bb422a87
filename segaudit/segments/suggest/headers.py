"""What the words of a header tell of a column."""

from segaudit.model.suggestions import SuggestRules
from segaudit.text.headers import words_of_header


def is_private(header: str, rules: SuggestRules) -> bool:
    """Tell whether the header of a column holds a word for what is nobody's business."""
    return not rules.single("private").isdisjoint(words_of_header(header))
