"""Which encoding a file is in, told from its bytes alone."""

import re
from pathlib import Path

from segaudit.ingest.aside import NUL_BLOCK
from segaudit.ingest.encodings.encoding import MARKS, Encoding
from segaudit.ingest.encodings.utf8 import begins_as_utf8, is_utf8

_PIECE = 1 << 20
_LONGEST_UNIT = 4  # bytes of a character in UTF-32


def detect_encoding(path: Path, *, whole: bool) -> Encoding:
    """Decide a file's encoding: its byte-order mark, else UTF-8 if it is valid, else the one it reads best in.

    Args:
        path: The file.
        whole: Look at every byte, since a file may turn from ASCII to something else on its last line, and count what
            does not fit. Otherwise the beginning decides, and whoever reads on must refuse what is not UTF-8.
    """
    with path.open("rb") as file:
        sample = file.read(_PIECE)
    mark, name = next(((mark, name) for mark, name, _ in MARKS if sample.startswith(mark)), (b"", ""))
    if mark and name != "utf-8":
        why = f"encoding read as {name} (by its byte-order mark)"
        encoding = Encoding(name=name, is_utf8=False, mark=mark, why=why)
    elif not mark and (wide := wide_encoding(sample)):
        why = f"encoding read as {wide} (no byte-order mark; its zero bytes stand where {wide} has them)"
        encoding = Encoding(name=wide, is_utf8=False, why=why)
    elif is_utf8(path) if whole else begins_as_utf8(sample):
        return Encoding(name="utf-8", is_utf8=True, mark=mark)
    else:
        from segaudit.ingest.encodings.words import encoding_by_words  # noqa: PLC0415 - 5 ms that UTF-8 does without

        encoding = encoding_by_words(path, mark, whole=whole)
    if not whole:
        return encoding
    from segaudit.ingest.encodings.faults import find_faults, with_faults  # noqa: PLC0415 - UTF-8 does without

    return with_faults(encoding, find_faults(path, encoding))


def wide_encoding(sample: bytes) -> str | None:
    """Tell UTF-16 and UTF-32 without a mark by where their zero bytes stand, blocks of them left out."""
    if NUL_BLOCK.encode() in sample:
        sample = re.sub(NUL_BLOCK.encode() + b"+", b"", sample)
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
    # Where most pairs of bytes are two letters of English, zeros are padding. Of Chinese, two pairs in five look so.
    if sum(map(_is_printable_ascii, units)) > len(units) * 0.6:
        return None
    for name, end in (("utf-16-le", b"\n\0"), ("utf-16-be", b"\0\n")):
        if units.count(end) > ends / 2:
            return name
    return None


def _is_printable_ascii(data: bytes) -> bool:
    return data.isascii() and data.decode("ascii").isprintable()
