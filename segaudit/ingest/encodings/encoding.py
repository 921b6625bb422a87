"""What an encoding is: its codec, its byte-order mark, and how bytes that are no characters in it are kept."""

import codecs
import re
from dataclasses import dataclass, field
from functools import cache

MARKS = (  # what a file may begin with, its name for people, and the codec of what follows; the longer first
    (codecs.BOM_UTF8, "utf-8", "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32", "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16-be"),
)

# Each byte that fits nothing is decoded to U+DC00 plus itself: no text holds such characters, so it can be told again.
KEPT_BYTE = 0xDC00
KEPT = re.compile("[\udc00-\udcff]+")
_KEEP_BYTES = "segaudit.keep-bytes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """Bytes that are no characters in a file's encoding."""

    count: int = 0  # bytes
    lines: int = 0  # with such a byte
    first_line: int = 0  # 1-based; 0 without faults
    of_lines: int = 0  # in the whole file; 0 where nobody looked
    cut: bool = False  # the file ends in the middle of a character


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """An encoding by Python's name, and whether the file's bytes may be handed on as they are."""

    name: str  # as --encoding takes it
    is_utf8: bool  # every byte, as far as was looked
    mark: bytes = b""  # the byte-order mark the file begins with
    stated: bool = False  # by the user: what does not fit is refused, not mended
    certain: bool = True
    faults: Faults = field(default_factory=Faults)
    mender: str = "cp1252"  # the code page of bytes that do not fit; utf-8 where they only need joining
    why: str = ""  # for the report; empty where there is nothing to say

    @property
    def codec(self) -> str:
        """Python's codec of what stands behind the mark."""
        return next((codec for mark, _, codec in MARKS if mark == self.mark), self.name)

    @property
    def is_wide(self) -> bool:
        """Tell whether each character takes at least two bytes."""
        return self.codec.startswith(("utf-16", "utf-32"))

    @property
    def is_single_byte(self) -> bool:
        """Tell whether each character takes one byte."""
        return _is_single_byte(self.codec)

    @property
    def errors(self) -> str:
        """Python's name of what becomes of bytes that are no characters: they are kept."""
        quick = not self.is_wide and (self.codec == "utf-8" or self.is_single_byte)
        return "surrogateescape" if quick else _KEEP_BYTES


@cache
def _is_single_byte(codec: str) -> bool:
    return codec != "utf-8" and len(bytes(range(256)).decode(codec, "replace")) == 256  # noqa: PLR2004 - all bytes


def _keep_bytes(error: UnicodeError) -> tuple[str, int]:
    """Decode what is no character byte by byte.

    Python's own handler refuses bytes below 128, which are parts of characters in UTF-16; and where an East Asian file
    ends in the middle of a character, its decoders drop what that handler leaves over.
    """
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(chr(KEPT_BYTE + byte) for byte in error.object[error.start : error.end]), error.end


codecs.register_error(_KEEP_BYTES, _keep_bytes)
