"""How a name sounds, roughly: a code that spellings of one name share, for finding pairs.

Consonants of one sound share a letter: P (b p), F (f v ph pf, w before a vowel), T (d t th), S (s z sch, ch, soft c),
J (j, soft g, y before a vowel at the beginning), K (g k q x, hard c, ch before a consonant), L, M, N, R, and H at the
beginning. Vowels count at the beginning only, as A; doubled consonants count once; letters that are not heard in
English, German and the Romance languages go. Each letter is read with its neighbours, so the code is worked out for a
whole column at once. ``Schwartz``, ``Schwarz`` and ``Shvarts`` are SFRS; ``Catherine`` and ``Kathryn`` are KTRN.
"""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from segaudit.identity.standardise.bytewise import LETTERS, Column, Table, Texts
from segaudit.identity.standardise.tokens import boolean

_SOUNDS = 6  # that count; behind them spellings differ for reasons of their own
_OTHER = len(LETTERS)
_SILENT = 0
_VOWEL = ord("A")
_ALONE = dict(zip(LETTERS, "APKTAFK-AJKLMNAPKRSTAFFKAS", strict=True))  # - is silent
# What the first of two letters is before the second.
_PAIRS = {
    "ph": "F", "pf": "-", "tc": "-", "tz": "-", "ts": "-", "dg": "-", "dj": "-", "dz": "-", "ce": "S", "ci": "S",
    "cy": "S", "ch": "S", "cz": "-", "ck": "-", "cq": "-", "cs": "-", "ge": "J", "gi": "J", "gy": "J", "gh": "-",
    "sh": "S", "wr": "-",
}  # fmt: skip
_BEGINNING = {
    "kn": "-", "gn": "-", "ps": "-", "gh": "K", "ts": "-", "ya": "J", "ye": "J", "yi": "J", "yo": "J", "yu": "J",
    **dict.fromkeys((f"h{letter}" for letter in LETTERS), "H"),
}  # fmt: skip

_Letters = NDArray[np.int16]


def _sounds(pairs: Mapping[str, str]) -> Table:
    """Return the sound of each letter by the one behind it."""
    sounds = np.zeros((_OTHER + 1, _OTHER + 1), np.uint8)
    for letter, sound in _ALONE.items():
        sounds[LETTERS.index(letter)] = _SILENT if sound == "-" else ord(sound)
    for pair, sound in pairs.items():
        sounds[LETTERS.index(pair[0]), LETTERS.index(pair[1])] = _SILENT if sound == "-" else ord(sound)
    sounds[LETTERS.index("h"), _OTHER] = ord("H") if pairs is not _PAIRS else _SILENT
    return sounds.ravel()


_WITHIN, _BEGINS = _sounds(_PAIRS), _sounds(_PAIRS | _BEGINNING)
_PLACES = np.full(256, _OTHER, np.uint8)
_PLACES[[ord(letter) for letter in LETTERS]] = np.arange(_OTHER)


def phonetic(names: Column) -> Column:
    """Return a code of how each folded name sounds, null where it has no letter.

    Args:
        names: Small letters, as the standard forms of names have them; blanks and digits are passed over. What is not
            ASCII has no sound here: such a name is its own code.
    """
    spoken = boolean(pc.string_is_ascii(names))
    texts = Texts.of(pc.if_else(pa.array(spoken), names, ""))
    codes = _codes(texts.kept(_PLACES[texts.data] != _OTHER))
    return codes if spoken.all() else pc.if_else(pa.array(spoken), codes, names)


def _codes(texts: Texts) -> Column:
    some = texts.lengths > 0
    starts, ends = texts.offsets[:-1][some], texts.offsets[1:][some]
    letters = _PLACES[texts.data].astype(np.int16)
    following, before = np.roll(letters, -1), np.roll(letters, 1)
    following[ends - 1], before[starts] = _OTHER, _OTHER
    pairs = letters * (_OTHER + 1) + following
    sounds = _WITHIN[pairs]
    sounds[starts] = _BEGINS[pairs[starts]]
    _settle(sounds, before, letters, following)
    heard = Texts(sounds, texts.offsets).kept(sounds != _SILENT)
    begins = heard.offsets[:-1][heard.lengths > 0]
    new = np.ones(len(heard.data), np.bool_)
    new[1:] = (heard.data[1:] != heard.data[:-1]) & (heard.data[1:] != _VOWEL)
    new[begins] = True
    code = heard.kept(new)
    return code.cut(code.offsets[:-1], np.minimum(code.offsets[1:], code.offsets[:-1] + _SOUNDS)).array()


def _settle(sounds: Table, before: _Letters, letters: _Letters, following: _Letters) -> None:
    """Settle what depends on the letter before, or on the second one behind."""
    c, h, k, m, p, s, t, w, x = (LETTERS.index(letter) for letter in "chkmpstwx")
    vowels = np.isin(np.arange(_OTHER + 1), [LETTERS.index(vowel) for vowel in "aeiouy"])
    sounds[(letters == w) & (vowels[before] | ~vowels[following])] = _SILENT
    sounds[(letters == s) & ((before == k) | (before == x))] = _SILENT
    sounds[(letters == p) & (before == m) & ((following == s) | (following == t))] = _SILENT
    hard = (letters == c) & (following == h) & (before != s) & (before != t)
    second = np.append(following[1:], _OTHER)
    sounds[hard & ~vowels[second] & (second != _OTHER) & (second != m)] = ord("K")
