"""Text that was read in the wrong encoding, and text with the marks of a web page left in."""

import re
from html import unescape

# What the bytes 80-BF look like when they are read as Windows-1252, or as Latin-1 where that has nothing.
_CONTINUING = "".join(bytes([byte]).decode("cp1252", "ignore") + chr(byte) for byte in range(0x80, 0xC0))
_TAIL = f"[{re.escape(_CONTINUING)}]"
_RUN = re.compile(f"[Â-ß]{_TAIL}|[à-ï]{_TAIL}{{2}}|[ð-ô]{_TAIL}{{3}}")
_ENTITY = re.compile(r"&(?:[A-Za-z]{2,8}|#[0-9]{2,5}|#x[0-9A-Fa-f]{2,4});")
# A soft hyphen or no-break space that some program on the way has made an ordinary one: the second half of í or à.
_WORN = re.compile("Ã(-)|(?<=[a-z])Ã( )")
_WHOLE = {"-": "\xad", " ": "\xa0"}

# Cells that may need mending, as SQL over ``t``: not all ASCII, or holding a mark of a web page.
SUSPECT = (
    "(strlen(t) > length(t) AND regexp_matches(t, '[Â-ô][^A-Za-zÀ-ÿ]|\ufffd') OR contains(t, '&') AND contains(t, ';'))"
)


def mend_encoding(text: str) -> str:
    """Return a text with UTF-8 that was read as Windows-1252 put right: ``MÃ¼ller`` -> ``Müller``; else as it is."""
    mended = _RUN.sub(_decoded, _WORN.sub(lambda worn: f"Ã{_WHOLE[worn[1] or worn[2]]}", text) if "Ã" in text else text)
    if mended == text or "\ufffd" in mended:
        return text
    return mended if mended == mend_once(mended) else mend_once(mended)


def mend_once(text: str) -> str:
    """Return a text with each run of misread bytes decoded; twice misread text needs it twice."""
    return _RUN.sub(_decoded, text)


def unescape_marks(text: str) -> str:
    """Return a text without the escapes of a web page: ``O&#39;Brien`` -> ``O'Brien``."""
    return unescape(text) if _ENTITY.search(text) else text


def _decoded(run: re.Match[str]) -> str:
    raw = bytearray()
    for character in run[0]:
        try:
            raw += character.encode("cp1252")
        except UnicodeEncodeError:
            raw.append(ord(character))
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return run[0]
