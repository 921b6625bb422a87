"""What is UTF-8, and what nearly is."""

import codecs
from pathlib import Path

_PIECE = 1 << 20


def begins_as_utf8(sample: bytes) -> bool:
    """Tell whether the beginning of a file is UTF-8."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)  # a character cut at the end is no fault
    except UnicodeDecodeError:
        return False
    return True


def is_utf8(path: Path) -> bool:
    """Tell whether every byte of a file is UTF-8."""
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


def as_utf8(data: bytes) -> bytes | None:
    """Return data if it is UTF-8, whole characters for those that some databases write as two halves; else None."""
    try:
        text = data.decode("utf-8", "surrogatepass")
        return data if is_whole(text) else text.encode("utf-16", "surrogatepass").decode("utf-16").encode()
    except UnicodeError:
        return None


def is_whole(text: str) -> bool:
    """Tell whether a text holds characters only, no kept bytes."""
    try:
        text.encode()  # many times as fast as a search
    except UnicodeEncodeError:
        return False
    return True
