"""Words of headers and of the names of files and sheets."""

import re

_WORD = re.compile(r"[^\W\d_]+")
_WORD_OR_NUMBER = re.compile(r"[^\W\d_]+|\d+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


def words_of_header(header: str, *, numbers: bool = False) -> tuple[str, ...]:
    """Return the words of a header in small letters, in their order; HasCrCard has three.

    Args:
        header: As it stands there.
        numbers: Whether a number is a word, too.
    """
    pattern = _WORD_OR_NUMBER if numbers else _WORD
    return tuple(word.casefold() for word in pattern.findall(_HUMP.sub(" ", header)))
