"""A file's bytes to text and back, without losing one of them."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from segaudit.ingest.encodings.encoding import KEPT, KEPT_BYTE, Encoding
from segaudit.ingest.encodings.utf8 import as_utf8, begins_as_utf8, is_whole

_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")


@contextmanager
def open_text(path: Path, encoding: Encoding, label: str) -> Iterator[TextIO]:
    """Open a file as text behind its byte-order mark, its line ends as they are.

    Bytes that are no characters come as U+DC00 to U+DCFF, for ``mended`` to make characters of; of an encoding that the
    user stated they are refused.

    Raises:
        InputError: The file is not in the stated encoding.
    """
    errors = "strict" if encoding.stated else encoding.errors
    with path.open("rb") as raw:
        raw.seek(len(encoding.mark))
        with io.TextIOWrapper(raw, encoding=encoding.codec, errors=errors, newline="") as file:
            try:
                yield file
            except UnicodeDecodeError as error:
                from segaudit.ingest.encodings.stated import refusal  # noqa: PLC0415 - needed for a mistake only

                refused = refusal(path, encoding, label)
                if refused is None:  # something else was decoded meanwhile
                    raise
                raise refused from error


def encoded_length(text: str, encoding: Encoding) -> int:
    """Return how many bytes of the file a text was, kept bytes included."""
    if not encoding.is_wide and (text.isascii() or encoding.is_single_byte):
        return len(text)
    return len(encoded(text, encoding))


def encoded(text: str, encoding: Encoding) -> bytes:
    """Return the bytes of the file that a text was read from, kept bytes included.

    Two East Asian code pages have several bytes for one sign (cp932 for 398, cp950 for 10): of those it is the usual
    ones, and as many.
    """
    try:
        return text.encode(encoding.codec, "strict" if encoding.is_wide else "surrogateescape")
    except UnicodeEncodeError:
        pieces, last = [], 0
        for run in KEPT.finditer(text):
            pieces += [
                text[last : run.start()].encode(encoding.codec),
                bytes(ord(char) - KEPT_BYTE for char in run[0]),
            ]
            last = run.end()
        return b"".join((*pieces, text[last:].encode(encoding.codec)))


def mended(text: str, encoding: Encoding) -> str:
    """Make characters of the bytes that are none in a file's encoding, as its mender has them."""
    if text.isascii() or is_whole(text):
        return text
    return _BEYOND_ASCII.sub(lambda run: _mended_run(run[0], encoding), text)


def _mended_run(run: str, encoding: Encoding) -> str:
    if is_whole(run):
        return run
    if encoding.is_wide:
        return KEPT.sub("\ufffd", run)
    if encoding.codec != "utf-8":
        return KEPT.sub(lambda kept: _read_singly(encoded(kept[0], encoding), encoding.mender), run)
    data = encoded(run, encoding)
    halves = as_utf8(data)
    if halves is not None:
        return halves.decode()
    # Characters next to a byte that does not fit are no UTF-8 either, but for one cut short by a limit in bytes.
    whole = data.decode("utf-8", "ignore") if begins_as_utf8(data) else ""
    return whole + _read_singly(data[len(whole.encode()) :], encoding.mender)


def _read_singly(data: bytes, codec: str) -> str:
    """Read bytes in a code page; what it leaves out is a control character, as Windows and Latin-1 have it."""
    return "".join(bytes((byte,)).decode(codec, "ignore") or chr(byte) for byte in data)
