"""Folding to plain letters: what two spellings of a name have in common, accents and capitals left out.

``Müller`` -> ``muller``, ``Łódź`` -> ``lodz``, ``Straße`` -> ``strasse``. Letters of other scripts stay letters. Signs
that look like an apostrophe or a hyphen become one, all other signs beyond ASCII become blanks.
"""

import re
import unicodedata
from functools import lru_cache

import pyarrow.compute as pc

from segaudit.identity.standardise.bytewise import Column
from segaudit.identity.standardise.tokens import boolean, replaced, texts_of

_BETWEEN = "\x1f"  # sets texts apart while many are folded at once
_ODD = re.compile(r"[^\x00-\x7f]")
_TRADE_MARKS = re.compile("[™®©℠℗]")
_SPECIAL = {
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŋ": "n", "ŧ": "t",
    "ĸ": "k", "ƒ": "f", "ə": "e", "ß": "ss", "ɓ": "b", "ɗ": "d", "ƙ": "k", "·": "",
}  # fmt: skip
_APOSTROPHES = frozenset("‘’‚‛′ʹʻʼʽˈ´`＇")
_ACCENTED = ("LATIN", "GREEK", "CYRILLIC")  # scripts whose letters are the same with and without their marks


def plain(texts: Column) -> Column:
    """Return each text in small letters without accents, in ASCII where its script allows; null of null."""
    odd = ~boolean(pc.fill_null(pc.string_is_ascii(texts), fill_value=True))
    lower = pc.ascii_lower(texts)
    return replaced(lower, odd, texts_of(_plain_texts(texts.filter(odd).to_pylist()))) if odd.any() else lower


def plain_text(text: str) -> str:
    """Return one text in small letters without accents; see plain."""
    return text.lower() if text.isascii() else _plain_texts([text])[0]


def _plain_texts(texts: list[str]) -> list[str]:
    """Fold many texts as one, each different character once."""
    whole = _BETWEEN.join(text.replace(_BETWEEN, " ") for text in texts)
    whole = unicodedata.normalize("NFKC", _TRADE_MARKS.sub(" ", whole)).casefold()
    for character in sorted(set(_ODD.findall(whole))):
        whole = whole.replace(character, _letter(character))
    return whole.split(_BETWEEN)


@lru_cache(maxsize=4096)
def _letter(character: str) -> str:
    """Return what one character beyond ASCII becomes."""
    if character in _SPECIAL:
        return _SPECIAL[character]
    if character in _APOSTROPHES:
        return "'"
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.digit(character))
    if category == "Pd":
        return "-"
    if category == "Cf" or (category == "Mn" and _is_accent(character)):
        return ""
    if category[0] in "PSZC":
        return " "
    base = unicodedata.normalize("NFKD", character)[0]
    if base != character and unicodedata.name(base, "").startswith((*_ACCENTED, "COMBINING")):
        return "" if unicodedata.combining(base) else _SPECIAL.get(base, base)
    return character


def _is_accent(mark: str) -> bool:
    """Tell whether a mark may be left out: accents, and the vowel points of Hebrew and Arabic."""
    return "\u0300" <= mark <= "\u036f" or "\u0591" <= mark <= "\u05c7" or "\u064b" <= mark <= "\u065f"
