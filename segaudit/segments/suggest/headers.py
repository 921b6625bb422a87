"""Words of headers, and what they tell of a column."""

import re

from segaudit.model.suggestions import SuggestRules

_WORD = re.compile(r"[^\W\d_]+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


def words_of_header(header: str) -> tuple[str, ...]:
    """Return the words of a header in small letters, in their order; HasCrCard has three."""
    return tuple(word.lower() for word in _WORD.findall(_HUMP.sub(" ", header)))


def is_private(header: str, rules: SuggestRules) -> bool:
    """Tell whether the header of a column holds a word for what is nobody's business."""
    return not rules.single("private").isdisjoint(words_of_header(header))
