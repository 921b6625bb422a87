"""What people and forms put into a cell that has to be filled: pure questions about one text, light to import."""

import re

# Days on which calendars and clocks begin or end, and nothing happens that a CRM would record.
FIRST_DAYS = frozenset(
    "0001-01-01 1582-10-15 1600-01-01 1601-01-01 1753-01-01 1899-12-30 1899-12-31 1900-01-01 1900-01-02 "
    "9999-12-31".split()
)
# Where computers' clocks begin: stand-ins as well, but somebody may have been born on such a day.
CLOCK_STARTS = frozenset("1901-01-01 1904-01-01 1970-01-01 1980-01-01".split())
# *|FNAME|*, {{first_name}}, %%name%%, [% name %], <<name>>, ${name}, %NAME%, and what scripts print for a thing.
MERGE_TAG = re.compile(
    r"\*\|[\w:. -]+\|\*|\{\{[^{}]{1,60}\}\}|%%[\w. -]+%%|\[%[^%]{1,60}%\]|<<[\w. -]+>>|\$\{[^{}]{1,60}\}|%[a-z][\w.-]+%"
    r"|\[object object\]",
    re.IGNORECASE,
)
TYPED_TO_FILL = frozenset({"test", "xxx", "tbc", "default", "(blank)", "asdf"})

_MARKS = frozenset("-–—_./\\|*,;:!?#~'\"`()[]{}<>=+^&@ \t\u00a0")
_EMPTY_LISTS = frozenset(("[]", "{}"))
_UP, _DOWN = "01234567890", "9876543210"
_LEAST_COUNTED = 5  # 1234 may be a count, 12345 is a finger going along the keys


def is_marks(text: str) -> bool:
    """Tell whether a text holds punctuation and nothing else; [] and {} are values that programs write."""
    return bool(text) and text not in _EMPTY_LISTS and all(character in _MARKS for character in text)


def is_held_key(digits: str, least: int) -> bool:
    """Tell whether one digit is repeated at least so often, and nothing else is there."""
    return len(digits) >= least and digits.isdigit() and len(set(digits)) == 1


def is_counting(digits: str) -> bool:
    """Tell whether digits count up from 0 or 1, or down from 9."""
    if len(digits) < _LEAST_COUNTED:
        return False
    return _UP.startswith(digits) or _UP[1:].startswith(digits) or _DOWN.startswith(digits)


def digits_of(text: str) -> str:
    """Return the digits of a text, in their order."""
    return "".join(character for character in text if character in _UP)
