"""Names of people: how they are capitalised, and what is no name but keys struck at random."""

import re

from segaudit.text.folding import fold_header

PARTICLES = frozenset(
    "af al am av bin binti da de del dell della den der des di do dos das du e el en het ibn la las le les lo los "
    "op san ten ter te tot van vande vander von vom y zu zum zur".split()
)
_SUFFIXES = {"jr": "Jr", "sr": "Sr", "phd": "PhD", "md": "MD", "mba": "MBA", "esq": "Esq"}
_ROMAN = re.compile(r"I{1,3}|IV|VI{0,3}")
_WORD = re.compile(r"[^\W\d_]+")
_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm", "azertyuiop", "abcdefgh", "1234567890")
_PREFIXED = re.compile(r"^(mc)([^\W\d_]{3,})$")
_SHORTEST_RUN = 3


def proper_case(name: str) -> tuple[str, bool]:
    """Return a name with capitals where names have them, and whether that is beyond doubt.

    ``O'BRIEN`` -> ``O'Brien``; ``maria de la cruz`` -> ``Maria de la Cruz``. In doubt are Mc, particles (people write
    ``de la Cruz`` and ``De La Cruz``) and short words, which may be initials.
    """
    words = list(_WORD.finditer(name))
    sure, pieces, at = bool(words), [], 0
    for index, word in enumerate(words):
        pieces.append(name[at : word.start()])
        at = word.end()
        after_apostrophe = index > 0 and name[word.start() - 1] in "'’"
        text, certain = _word(word[0], lone=len(words) == 1, tail=after_apostrophe and len(word[0]) == 1)
        pieces.append(text)
        sure = sure and certain
    return "".join(pieces) + name[at:], sure


def _word(word: str, *, lone: bool, tail: bool) -> tuple[str, bool]:
    small = word.lower()
    if tail:
        return small, True  # the s of 's
    if small in PARTICLES and not lone:
        return small, False
    if small in _SUFFIXES and not lone:
        return _SUFFIXES[small], True
    if _ROMAN.fullmatch(word) and not lone:
        return word, True
    prefixed = _PREFIXED.match(small)
    if prefixed:
        return f"Mc{prefixed[2].capitalize()}", False
    return small[:1].upper() + small[1:], len(small) != 2  # noqa: PLR2004 - two letters may be initials: JP, AJ


def is_struck(word: str) -> bool:
    """Tell whether a word is keys struck in a row or one key held: asdf, qwerty, dfgdfg, xxx."""
    letters = fold_header(word)
    if len(letters) < _SHORTEST_RUN:
        return False
    if len(set(letters)) == 1:
        return True
    half = len(letters) // 2
    if len(letters) >= 2 * _SHORTEST_RUN and letters[:half] == letters[half : 2 * half]:
        letters = letters[:half]
    in_row = any(letters in row or letters in row[::-1] for row in _KEYBOARD)
    # Three keys in a row make words (Ren, Sam's "sa", Pol): only those without a vowel, or four and more, are no name.
    return in_row and (len(letters) > _SHORTEST_RUN or not set(letters) & set("aeiouy"))


def names_in_local_part(address: str) -> tuple[str, ...]:
    """Return the words of an address before the at sign, folded: ``John.Smith2@x.org`` -> john, smith."""
    local = address.partition("@")[0].partition("+")[0]
    return tuple(filter(None, (fold_header(re.sub(r"\d+$", "", part)) for part in re.split(r"[._-]", local))))
