"""How alike two texts are: whether one is the other with a slip of the hand."""

import re

from rapidfuzz.distance import OSA, Levenshtein

_DIGITS = re.compile("[0-9]+")
_WORDS = re.compile(r"[^\W_]+")
_SHORTEST = 4  # characters; of shorter texts nearly all are another with one slip
_LETTERS_PER_SLIP = 5  # a slip in so many characters is a slip; in fewer it may be another word
_LONG_WORD = 8  # characters of a word that may have two slips


def slips_allowed(length: int) -> int:
    """Return how many slips a text of so many characters may have and still be taken for the same."""
    return 0 if length < _SHORTEST else max(1, length // _LETTERS_PER_SLIP)


def is_misspelling(text: str, of: str) -> bool:
    """Tell whether a text is probably another with a slip or two; texts with different digits are different values."""
    allowed = slips_allowed(max(len(text), len(of)))
    if not allowed or abs(len(text) - len(of)) > allowed or not same_digits(text, of):
        return False
    return OSA.distance(text, of, score_cutoff=allowed) <= allowed


def same_digits(text: str, other: str) -> bool:
    """Tell whether no digit was replaced by another digit: 2018 and 2019 are two years, 2x18 is a slip."""
    mine, others = "".join(_DIGITS.findall(text)), "".join(_DIGITS.findall(other))
    if mine == others:
        return True
    # A digit may have become something else, if nothing that is a digit took its place.
    shorter, longer = sorted((mine, others), key=len)
    return len(shorter) < len(longer) and len(text) == len(other) and _is_subsequence(shorter, longer)


def _is_subsequence(shorter: str, longer: str) -> bool:
    rest = iter(longer)
    return all(character in rest for character in shorter)


def every_word_alike(text: str, other: str) -> bool:
    """Tell whether each word is its counterpart with a slip at most: South Dakota is not North Dakota misspelled.

    Short words have no slips: Type A and Type B differ in one letter and are two things.
    """
    mine, others = _WORDS.findall(text), _WORDS.findall(other)
    if len(mine) != len(others):
        # A slip that joins or parts words changes nothing else.
        return "".join(mine) == "".join(others) or len(mine) == 1 or len(others) == 1
    return all(_is_word_alike(a, b) for a, b in zip(mine, others, strict=True))


def _is_word_alike(word: str, other: str) -> bool:
    if word == other:
        return True
    longest = max(len(word), len(other))
    allowed = 0 if longest < _SHORTEST else 1 if longest < _LONG_WORD else 2
    return OSA.distance(word, other, score_cutoff=allowed) <= allowed


def intruders(text: str, of: str) -> str:
    """Return the characters that came into a text where another had different ones or none."""
    return "".join(text[edit.dest_pos] for edit in Levenshtein.editops(of, text) if edit.tag in {"replace", "insert"})
