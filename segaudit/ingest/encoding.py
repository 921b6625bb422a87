"""Which encoding a file is in, decided from its bytes."""

import codecs
from dataclasses import dataclass
from pathlib import Path

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PIECE = 1 << 20
_LONGEST_UNIT = 4  # bytes of a character in UTF-32
_UNDEFINED_IN_CP1252 = frozenset(b"\x81\x8d\x8f\x90\x9d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """An encoding by Python's name, and whether the file's bytes may be handed on as they are."""

    name: str
    is_utf8: bool  # as far as was looked


def detect_encoding(path: Path, *, whole: bool) -> Encoding:
    """Decide a file's encoding: its byte-order mark, else UTF-8 if it is valid, else a single-byte one.

    Args:
        path: The file.
        whole: Look at every byte, since a file may turn from ASCII to something else on its last line. Otherwise the
            beginning decides, and whoever reads on must refuse what is not UTF-8.
    """
    with path.open("rb") as file:
        head = file.read(4)
        for mark, name in _BOMS:
            if head.startswith(mark):
                return Encoding(name=name, is_utf8=name == "utf-8-sig")
        sample = head + file.read(_PIECE)
    wide = _wide_encoding(sample)
    if wide:
        return Encoding(name=wide, is_utf8=False)
    if _is_utf8(path) if whole else _begins_as_utf8(sample):
        return Encoding(name="utf-8", is_utf8=True)
    return Encoding(name=_single_byte_encoding(path), is_utf8=False)


def _begins_as_utf8(sample: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)  # a character cut at the end is no fault
    except UnicodeDecodeError:
        return False
    return True


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while piece := file.read(_PIECE):
                # ASCII is by far the most common and the quickest to tell.
                if not (piece.isascii() and not decoder.getstate()[0]):
                    decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _wide_encoding(sample: bytes) -> str | None:
    """Tell UTF-16 and UTF-32 without a mark by where their zero bytes stand."""
    if len(sample) < _LONGEST_UNIT or b"\0" not in sample:
        return None
    zeros = [sample[offset::4].count(0) * 4 / len(sample) for offset in range(4)]
    often, rarely = 0.6, 0.3
    if zeros[1] > often and zeros[2] > often and zeros[3] > often and zeros[0] < rarely:
        return "utf-32-le"
    if zeros[0] > often and zeros[1] > often and zeros[2] > often and zeros[3] < rarely:
        return "utf-32-be"
    if zeros[1] > often and zeros[3] > often and zeros[0] < rarely and zeros[2] < rarely:
        return "utf-16-le"
    if zeros[0] > often and zeros[2] > often and zeros[1] < rarely and zeros[3] < rarely:
        return "utf-16-be"
    return _wide_by_line_ends(sample)


def _wide_by_line_ends(sample: bytes) -> str | None:
    """Tell UTF-16 in a script other than Latin, whose letters hold no zero byte: by its line ends, which do."""
    ends = sample.count(b"\n")
    units = [sample[offset : offset + 2] for offset in range(0, len(sample), 2)]
    for name, end in (("utf-16-le", b"\n\0"), ("utf-16-be", b"\0\n")):
        if units.count(end) > ends / 2:
            return name
    return None


def _single_byte_encoding(path: Path) -> str:
    """Return cp1252, or Latin-1 where a byte stands that cp1252 does not define (each byte then is a character)."""
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            if not _UNDEFINED_IN_CP1252.isdisjoint(piece):
                return "latin-1"
    return "cp1252"
