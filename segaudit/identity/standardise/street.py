"""Streets: house number, name of the street, unit within the house, post box."""

from collections.abc import Mapping
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from segaudit.identity.standardise.bytewise import DIGITS, LETTERS, Column, Mask, byte_table, worded
from segaudit.identity.standardise.folding import plain
from segaudit.identity.standardise.tokens import Words, boolean, null_texts, replaced
from segaudit.rulebook.standards import StandardLists

COLUMNS = ("number", "name", "unit", "box")
_PLACES = ("word", "first", "unit", "box")  # of words of streets: anywhere, at the beginning, before a unit, a box
_SIGNS = byte_table(LETTERS + DIGITS + "-/#", dropped="'`")
_FLOOR = r"(?:^| )(\d{1,2})(?:st|nd|rd|th|er|eme|e|o)? (floor|fl|flr|etage|og|piso|stock|stockwerk)(?: |$)"
# A single letter behind a blank belongs to the house if it is no direction: 12 a, but 435 s la cienega.
_HOUSE = r"\d{1,5}(?:[a-z]| [a-dfgh]| ?(?:bis|ter|quater))?(?: ?[-/] ?\d{1,5}[a-z]?)?"
_LETTER = "[^0-9 /#-]"
_LEADING, _TRAILING = (
    rf"^(?:no |nr |num )?({_HOUSE}) (.*{_LETTER}.*)$",
    rf"^(.*{_LETTER}.*?) (?:no |nr |num )?({_HOUSE})$",
)
_ORDINAL = r"^\d+ ?(?:st|nd|rd|th) "
_NUMBERED = r"\b(?:road|rd|highway|hwy|route|rte|interstate|us|km) \d+$"
_SUFFIXES = ((r"(?:strasse|str)\b", "str"), (r"([a-z]{3})platz\b", r"\1pl"), (r"([a-z]) str$", r"\1str"))
_SUFFIX_HINT = r"str|platz"
_SAINT = "saint"
_BEFORE_NAMES = (
    "n s e w ne nw se sw north south east west rue avenue ave av boulevard blvd bd bvd place pl chemin quai fort mount"
).split()


def standardise(texts: Column, lists: StandardLists) -> dict[str, Column]:
    """Return house number, name of the street in its usual words, unit within the house and post box.

    ``12a North Main St., Apt. 4`` -> number ``12a``, name ``n main street``, unit ``apt 4``; ``Hauptstraße 5`` ->
    number ``5``, name ``hauptstr``; ``P.O. Box 123`` -> box ``123``.
    """
    words = {at: {w: form for w, (form, of) in lists.street_words.items() if of == at} for at in _PLACES}
    spaced = worded(_set_apart(plain(texts)), _SIGNS)
    rest, box = _taken(spaced, _box_pattern(tuple(sorted(words["box"]))), r"\1")
    rest, unit = _taken(rest, _unit_pattern(tuple(sorted(words["unit"]))), r"\1 \2")
    rest, floor = _taken(rest, _FLOOR, r"fl \1")
    unit = Words.of(unit).renamed({**words["unit"], "#": "unit"}).joined() if unit.null_count < len(unit) else unit
    unit = pc.coalesce(pc.binary_join_element_wise(floor, unit, " "), unit, floor)
    rest, number = _number(rest)
    return {"number": _unspaced(number), "name": _name(rest, words), "unit": unit, "box": _unspaced(box)}


def _set_apart(texts: Column) -> Column:
    """Return texts with blanks before each #, without the dots of P.O. and the like."""
    for sign, pattern, by in (("#", "#", " # "), (".", r"\b([a-z])\.([a-z])\.", r"\1\2 ")):
        found = boolean(pc.match_substring(texts, sign))
        if found.any():
            texts = replaced(texts, found, pc.replace_substring_regex(texts.filter(found), pattern, by))
    return texts


def _unspaced(texts: Column) -> Column:
    return texts if texts.null_count == len(texts) else pc.replace_substring(texts, " ", "")


@cache
def _box_pattern(words: tuple[str, ...]) -> str:
    longest = sorted(words, key=len, reverse=True)
    return rf"(?:^| )(?:{'|'.join(longest)}) (?:no |nr |# )?([a-z]?\d[\d -]*[\d]|[a-z]?\d)(?: |$)"


@cache
def _unit_pattern(words: tuple[str, ...]) -> str:
    longest = sorted(words, key=len, reverse=True)
    return rf"(?:^| )({'|'.join(longest)}|#)(?: no| nr| #)?( ?\d+ ?[a-z]?| [a-z]-?\d*)(?: |$)"


def _taken(texts: Column, pattern: str, form: str) -> tuple[Column, Column]:
    """Take what a pattern finds first out of the texts that have it; return both, the latter in a form."""
    found = boolean(pc.match_substring_regex(texts, pattern))
    if not found.any():
        return texts, null_texts(len(texts))
    some = texts.filter(found)
    taken = worded(pc.replace_substring_regex(some, f"^.*?{pattern}.*$", form), _SIGNS)
    left = worded(pc.replace_substring_regex(some, pattern, " ", max_replacements=1), _SIGNS)
    return replaced(texts, found, left), replaced(null_texts(len(texts)), found, taken)


def _number(texts: Column) -> tuple[Column, Column]:
    """Take out the house number: at the beginning, else at the end."""
    number = null_texts(len(texts))
    left = np.ones(len(texts), np.bool_)
    for pattern, no_number, name, house in ((_LEADING, _ORDINAL, 2, 1), (_TRAILING, _NUMBERED, 1, 2)):
        found = left & boolean(pc.match_substring_regex(texts, pattern))
        if found.any():
            found[found] = ~boolean(pc.match_substring_regex(texts.filter(found), no_number))
        if not found.any():
            continue
        some = texts.filter(found)
        number = replaced(number, found, pc.replace_substring_regex(some, pattern, rf"\{house}"))
        texts = replaced(texts, found, pc.replace_substring_regex(some, pattern, rf"\{name}"))
        left &= ~found
    return texts, number


def _name(texts: Column, standards: Mapping[str, Mapping[str, str]]) -> Column:
    """Return the name of the street in usual words; St is Saint where a name begins, else Street."""
    texts = worded(texts)
    compound = boolean(pc.match_substring_regex(texts, _SUFFIX_HINT))
    if compound.any():
        some = texts.filter(compound)
        for pattern, by in _SUFFIXES:
            some = pc.replace_substring_regex(some, pattern, by)
        texts = replaced(texts, compound, some)
    words = Words.of(texts)
    named = words.renamed(standards["word"])
    begins = words.first & ~words.last & words.among(standards["first"])
    if begins.any():
        opening = words.renamed(standards["first"]).flat
        named = Words(pc.if_else(pa.array(begins), opening, named.flat), named.offsets)
    saint = words.among(("st",)) & ~words.last & _before_a_name(words)
    if saint.any():
        named = Words(pc.if_else(pa.array(saint), _SAINT, named.flat), named.offsets)
    return named.joined()


def _before_a_name(words: Words) -> Mask:
    """Tell of each word whether the name of the street begins with it: n st james avenue, rue st honore."""
    return words.first | words.behind(words.first & words.among(_BEFORE_NAMES))
