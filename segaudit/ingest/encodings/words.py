"""The encoding of a file that is not UTF-8 throughout, by its words: one code page, or UTF-8 and one in between."""

import re
from pathlib import Path
from typing import NamedTuple

from segaudit.ingest.encodings.decoding import SINGLE_BYTE, read_texts, weigh
from segaudit.ingest.encodings.encoding import Encoding
from segaudit.ingest.encodings.utf8 import as_utf8, begins_as_utf8

_PIECE = 1 << 20
_LONG_LINE = 1 << 12
_PIECES_WEIGHED = 8
_WORDS_WEIGHED = 500
_LONGEST_WORD = 100  # bytes
_LAST_ASCII = 0x7F
_MIXING, _MIXED_WORD = 3, 2  # bits: that a file is put together from several, and that a word is of the fewer
# None of these bytes is the second half of an East Asian character, but for digits in very rare ones.
_BETWEEN_WORDS = re.compile(rb"[\x00-\x3f]+")


def encoding_by_words(path: Path, mark: bytes, *, whole: bool) -> Encoding:
    """Decide the encoding of a file that is not UTF-8, or not throughout.

    Args:
        path: The file.
        mark: The byte-order mark of UTF-8 if it begins with that.
        whole: Take words from all over the file; otherwise its beginning decides.
    """
    return _judged(_words(path, whole=whole), mark)


class _Words(NamedTuple):
    """Different words of a file with bytes beyond ASCII."""

    utf8: list[bytes]
    others: list[bytes]
    cut: list[bytes]  # the file's last word, if it is UTF-8 but for a missing end


def _words(path: Path, *, whole: bool) -> _Words:
    """Collect words from the first pieces of a file that are UTF-8, and the first that are not."""
    utf8: dict[bytes, None] = {}
    others: dict[bytes, None] = {}
    pieces_left = {True: _PIECES_WEIGHED, False: _PIECES_WEIGHED}
    last = piece = b""
    with path.open("rb") as file:
        while any(pieces_left.values()) and (following := file.read(_PIECE) + file.readline(_LONG_LINE)):
            piece = following
            fits = as_utf8(piece) == piece
            if not piece.isascii() and pieces_left[fits]:
                pieces_left[fits] -= 1
                for word in _BETWEEN_WORDS.split(piece):
                    if not word.isascii():
                        short = _around_first(word)
                        readable = as_utf8(short)
                        (others if readable is None else utf8).setdefault(readable or short)
                        last = short
            if not whole:
                break
        ended = not file.read(1)
    cut = [last] if ended and piece.endswith(last) and last in others and begins_as_utf8(last) else []
    listed = [word for word in others if word not in cut]
    return _Words(utf8=list(utf8)[:_WORDS_WEIGHED], others=listed[:_WORDS_WEIGHED], cut=cut)


def _around_first(word: bytes) -> bytes:
    """Return as much of a word as is worth weighing: what surrounds its first bytes beyond ASCII, characters whole."""
    if len(word) <= _LONGEST_WORD:
        return word
    start = max(0, next(at for at, byte in enumerate(word) if byte > _LAST_ASCII) - 1)
    short = word[start : start + _LONGEST_WORD]
    return short.decode("utf-8", "ignore").encode() if as_utf8(word) else short


def _judged(words: _Words, mark: bytes) -> Encoding:
    """Decide between one code page for all words, and UTF-8 with words of another in between."""
    alone = weigh([*words.utf8, *words.others, *words.cut])
    if words.utf8 or mark:
        sure = [word.decode() for word in words.utf8]
        stray = weigh([*words.others, *words.cut], SINGLE_BYTE, beside=sure)
        mender = stray.best.codec
        if not words.others and not words.cut:
            mender = "utf-8"  # nothing but characters in two halves
        bits = _MIXING + _MIXED_WORD * min(len(sure), len(words.others) + len(words.cut))
        # What is left of a character that is cut says nothing.
        strays = [*stray.best.texts[: len(words.others)], *("" for _ in words.cut)]
        mixed = read_texts([*sure, *strays], "utf-8", bits)
        if mark or mixed.ahead_of(alone.best) > 0:
            return Encoding(name="utf-8", is_utf8=False, mark=mark, mender=mender)
    return Encoding(name=alone.best.codec, is_utf8=False, certain=alone.certain, why=alone.why())
