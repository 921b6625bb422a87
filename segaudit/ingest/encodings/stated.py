"""An encoding that the user states: found under any of its names, refused where the file is not in it."""

import codecs
import re
from pathlib import Path

from segaudit.errors import InputError
from segaudit.ingest.encodings.detecting import detect_encoding, wide_encoding
from segaudit.ingest.encodings.encoding import MARKS, Encoding
from segaudit.ingest.encodings.faults import find_faults
from segaudit.ingest.encodings.utf8 import begins_as_utf8

_PIECE = 1 << 20
_ALIASES = {  # what people and programs call them, where Python does not; letters and digits only
    **dict.fromkeys(("ansi", "windows", "windowsansi", "western", "windowswestern"), "cp1252"),
    **dict.fromkeys(("mac", "macintosh", "xmacroman", "macosroman"), "mac-roman"),
    **dict.fromkeys(("dos", "oem", "msdos"), "cp850"),
    **dict.fromkeys(("unicode", "ucs2"), "utf-16"),
    **dict.fromkeys(("utf8bom", "utf8sig", "utf8withbom", "utf8withsignature"), "utf-8"),
    # The wider form that Windows writes under the same name.
    **dict.fromkeys(("shiftjis", "sjis", "windows31j", "ms932"), "cp932"),
    **dict.fromkeys(("gb2312", "gbk", "cp936", "936"), "gb18030"),
    **dict.fromkeys(("euckr", "ksc5601", "ksc56011987"), "cp949"),
    "big5": "cp950",
}
# Of text, but of no file: some write a character in different ways, some are for names on the net.
_NOT_FOR_FILES = re.compile(r"iso2022|hz|utf-7|punycode|idna|(raw.)?unicode.escape|undefined|mbcs|oem")


def stated_encoding(name: str, path: Path) -> Encoding:
    """Return the encoding a user names, under any of its usual names.

    Raises:
        InputError: There is no such encoding of files, or the file cannot be in it.
    """
    hint = "try another, such as utf-8, cp1252 or utf-16, or leave it out to have it detected"
    try:
        codec = _codec_called(name)
    except LookupError as error:
        raise InputError(f'there is no encoding "{name}"', where="--encoding", hint=hint) from error
    with path.open("rb") as file:
        sample = file.read(_PIECE)
    mark, marked, behind = next((entry for entry in MARKS if sample.startswith(entry[0])), (b"", "", ""))
    is_utf8 = codec == "utf-8" and begins_as_utf8(sample)
    if codec in {marked, behind}:
        return Encoding(name=marked, is_utf8=is_utf8, mark=mark, stated=True)
    if codec in {"utf-16", "utf-32"}:
        if sample and b"\0" not in sample:  # line ends and delimiters hold one in any script
            problem = f"the file is not in the encoding {codec}: it has no zero bytes"
            raise InputError(problem, where="--encoding", hint=_fitting(path, codec))
        wide = wide_encoding(sample) or ""
        codec = wide if wide.startswith(codec) else f"{codec}-le"
    return Encoding(name=codec, is_utf8=is_utf8, stated=True)


def _codec_called(name: str) -> str:
    """Return Python's codec for a name that people use; LookupError if there is none."""
    plain = "".join(filter(str.isalnum, name.casefold()))
    for candidate in (_ALIASES.get(plain), name.strip(), plain):
        if not candidate or "\0" in candidate:
            continue
        try:
            codec = codecs.lookup(candidate).name
            "a".encode(codec)  # a codec of something else than text says so
        except (LookupError, UnicodeError):
            continue
        if not _NOT_FOR_FILES.match(codec):
            return codec
    raise LookupError(name)


def refusal(path: Path, encoding: Encoding, label: str) -> InputError | None:
    """Return what to tell the user whose file is not in the encoding stated; None if all of it is."""
    misfit = _first_misfit(path, encoding)
    if misfit is None:
        return None
    offset, byte = misfit
    line = find_faults(path, encoding).first_line
    problem = (
        f"the file is not in the encoding {encoding.name}: byte {offset + 1:,} ({byte:#04x}) is no character there"
    )
    return InputError(problem, where=f"{label}:{line}", hint=_fitting(path, encoding.name))


def _first_misfit(path: Path, encoding: Encoding) -> tuple[int, int] | None:
    """Return the offset of the first byte that does not fit, and the byte; None if all fit."""
    decoder = codecs.getincrementaldecoder(encoding.codec)()
    offset, more = len(encoding.mark), True
    with path.open("rb") as file:
        file.seek(offset)
        while more:
            pending = len(decoder.getstate()[0])
            piece = file.read(_PIECE)
            more = bool(piece)
            try:
                decoder.decode(piece, final=not more)
            except UnicodeDecodeError as error:
                return offset - pending + error.start, error.object[error.start]
            offset += len(piece)
    return None


def _fitting(path: Path, stated: str) -> str:
    found = detect_encoding(path, whole=False).name
    if found == stated:
        return "leave --encoding out: what does not fit is then read in another one, and counted"
    return f"{found} fits; leave --encoding out to have it detected"
