"""Folding to plain letters: what two spellings of a name have in common, accents and capitals left out.

``Müller`` -> ``muller``, ``Łódź`` -> ``lodz``, ``Straße`` -> ``strasse``. Letters of other scripts stay letters. Signs
that look like an apostrophe or a hyphen become one, all other signs beyond ASCII become blanks. What a wrong encoding
or a web page made of a text is undone first.
"""

import re
import unicodedata
from functools import lru_cache

import pyarrow.compute as pc

from segaudit.identity.standardise.bytewise import Column
from segaudit.identity.standardise.tokens import boolean, replaced, texts_of
from segaudit.text.mojibake import mend_encoding, unescape_marks

_BETWEEN = "\x1f"  # sets texts apart while many are folded at once
_FEW = 50  # different characters; so many are replaced faster one after the other than all at once
_ODD = re.compile(r"[^\x00-\x7f]")
_MARKED = "&[#0-9a-zA-Z]{2,8};"  # by a web page: R&amp;D
_MISREAD = re.compile("[Â-ô][^A-Za-zÀ-ÿ\\s]")  # UTF-8 read as Windows-1252, perhaps
_TRADE_MARKS = re.compile("[\u2122\u00ae\u00a9\u2120\u2117]")
_APOSTROPHES = re.compile("[\u2018-\u201b\u2032\u02b9\u02bb-\u02bd\u02c8\u00b4\uff07]")
_SPECIAL = {
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\u0131": "i", "ħ": "h", "ŋ": "n",
    "ŧ": "t", "ĸ": "k", "ƒ": "f", "ə": "e", "ɓ": "b", "ɗ": "d", "ƙ": "k", "·": "",
}  # fmt: skip
_ACCENTED = ("LATIN", "GREEK", "CYRILLIC")  # scripts whose letters are the same with and without their marks


def plain(texts: Column) -> Column:
    """Return each text in small letters without accents, in ASCII where its script allows; null of null."""
    marked = boolean(pc.match_substring_regex(texts, _MARKED))
    if marked.any():
        texts = replaced(texts, marked, texts_of([unescape_marks(text) for text in texts.filter(marked).to_pylist()]))
    odd = ~boolean(pc.fill_null(pc.string_is_ascii(texts), fill_value=True))
    lower = pc.ascii_lower(texts)
    return replaced(lower, odd, texts_of(_plain_texts(texts.filter(odd).to_pylist()))) if odd.any() else lower


def plain_text(text: str) -> str:
    """Return one text in small letters without accents; see plain."""
    return str(plain(texts_of([text]))[0].as_py())


def _plain_texts(texts: list[str]) -> list[str]:
    """Fold many texts as one, each different character once."""
    whole = _BETWEEN.join(_mended(text).replace(_BETWEEN, " ") for text in texts)
    # Before the normal form: it makes TM of a trade mark and parts an acute accent from the blank that bears it.
    whole = _APOSTROPHES.sub("'", _TRADE_MARKS.sub(" ", whole))
    whole = unicodedata.normalize("NFKC", whole).casefold()
    changes = {odd: letter for odd in set(_ODD.findall(whole)) if (letter := _letter(odd)) != odd}
    if len(changes) > _FEW:
        return whole.translate({ord(odd): letter for odd, letter in changes.items()}).split(_BETWEEN)
    for odd, letter in changes.items():
        whole = whole.replace(odd, letter)
    return whole.split(_BETWEEN)


def _mended(text: str) -> str:
    return mend_encoding(text) if _MISREAD.search(text) else text


@lru_cache(maxsize=4096)
def _letter(character: str) -> str:
    """Return what one character beyond ASCII becomes."""
    category = unicodedata.category(character)
    if character in _SPECIAL:
        return _SPECIAL[character]
    if category in {"Nd", "Pd"}:
        return "-" if category == "Pd" else str(unicodedata.digit(character))
    if category == "Cf" or (category == "Mn" and _is_accent(character)):
        return ""
    return " " if category[0] in "PSZC" else _base(character)


def _base(letter: str) -> str:
    """Return a letter without its marks, in the scripts where it is the same with and without."""
    base = unicodedata.normalize("NFKD", letter)[0]
    known = base != letter and unicodedata.name(base, "").startswith(_ACCENTED)
    return _SPECIAL.get(base, base) if known else letter


def _is_accent(mark: str) -> bool:
    """Tell whether a mark may be left out: accents, and the vowel points of Hebrew and Arabic."""
    return "\u0300" <= mark <= "\u036f" or "\u0591" <= mark <= "\u05c7" or "\u064b" <= mark <= "\u065f"
