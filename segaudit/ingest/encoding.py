"""Which encoding a file is in, decided from its bytes, and reading it without losing one of them."""

import codecs
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import NamedTuple, TextIO

from segaudit.errors import InputError

_MARKS = (  # what a file may begin with, its name for people, and the codec of what follows; the longer first
    (codecs.BOM_UTF8, "utf-8", "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32", "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16-be"),
)
_PIECE = 1 << 20
_LONG_LINE = 1 << 12
_LONGEST_UNIT = 4  # bytes of a character in UTF-32
_PIECES_WEIGHED = 8
_WORDS_WEIGHED = 500
_LONGEST_WORD = 100  # bytes
_LAST_ASCII = 0x7F
_MIXING, _MIXED_WORD = 3, 2  # bits: that a file is put together from several, and that a word is of the fewer

# None of these bytes is the second half of an East Asian character, but for digits in very rare ones.
_BETWEEN_WORDS = re.compile(rb"[\x00-\x3f]+")
# Each byte that fits nothing is decoded to U+DC00 plus itself: no text holds such characters, so it can be told again.
_KEPT_BYTE = 0xDC00
_KEPT = re.compile("[\udc00-\udcff]+")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_KEEP_BYTES = "segaudit.keep-bytes"

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
        return next((codec for mark, _, codec in _MARKS if mark == self.mark), self.name)

    @property
    def is_wide(self) -> bool:
        """Tell whether each character takes at least two bytes."""
        return self.codec.startswith(("utf-16", "utf-32"))


# ------------------------------------------------------------------------------------------------------------ deciding


def detect_encoding(path: Path, *, whole: bool) -> Encoding:
    """Decide a file's encoding: its byte-order mark, else UTF-8 if it is valid, else the one it reads best in.

    Args:
        path: The file.
        whole: Look at every byte, since a file may turn from ASCII to something else on its last line, and count what
            does not fit. Otherwise the beginning decides, and whoever reads on must refuse what is not UTF-8.
    """
    with path.open("rb") as file:
        sample = file.read(_PIECE)
    mark, name = next(((mark, name) for mark, name, _ in _MARKS if sample.startswith(mark)), (b"", ""))
    if mark and name != "utf-8":
        why = f"encoding read as {name} (by its byte-order mark)"
        encoding = Encoding(name=name, is_utf8=False, mark=mark, why=why)
    elif not mark and (wide := _wide_encoding(sample)):
        why = f"encoding read as {wide} (no byte-order mark; its zero bytes stand where {wide} has them)"
        encoding = Encoding(name=wide, is_utf8=False, why=why)
    elif _is_utf8(path) if whole else _begins_as_utf8(sample):
        return Encoding(name="utf-8", is_utf8=True, mark=mark)
    else:
        encoding = _judged(_words(path, whole=whole), mark)
    return _with_faults(encoding, find_faults(path, encoding)) if whole else encoding


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
    # Where most pairs of bytes are two letters of English, zeros are padding. Of Chinese, two pairs in five look so.
    if sum(map(_is_printable_ascii, units)) > len(units) * 0.6:
        return None
    for name, end in (("utf-16-le", b"\n\0"), ("utf-16-be", b"\0\n")):
        if units.count(end) > ends / 2:
            return name
    return None


def _is_printable_ascii(data: bytes) -> bool:
    return data.isascii() and data.decode("ascii").isprintable()


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
            fits = _as_utf8(piece) == piece
            if not piece.isascii() and pieces_left[fits]:
                pieces_left[fits] -= 1
                for word in _BETWEEN_WORDS.split(piece):
                    if not word.isascii():
                        short = _around_first(word)
                        readable = _as_utf8(short)
                        (others if readable is None else utf8).setdefault(readable or short)
                        last = short
            if not whole:
                break
        ended = not file.read(1)
    cut = [last] if ended and piece.endswith(last) and last in others and _begins_as_utf8(last) else []
    listed = [word for word in others if word not in cut]
    return _Words(utf8=list(utf8)[:_WORDS_WEIGHED], others=listed[:_WORDS_WEIGHED], cut=cut)


def _around_first(word: bytes) -> bytes:
    """Return as much of a word as is worth weighing: what surrounds its first bytes beyond ASCII, characters whole."""
    if len(word) <= _LONGEST_WORD:
        return word
    start = max(0, next(at for at, byte in enumerate(word) if byte > _LAST_ASCII) - 1)
    short = word[start : start + _LONGEST_WORD]
    return short.decode("utf-8", "ignore").encode() if _as_utf8(word) else short


def _as_utf8(data: bytes) -> bytes | None:
    """Return data if it is UTF-8, whole characters for those that some databases write as two halves; else None."""
    try:
        text = data.decode("utf-8", "surrogatepass")
        return data if _is_whole(text) else text.encode("utf-16", "surrogatepass").decode("utf-16").encode()
    except UnicodeError:
        return None


def _judged(words: _Words, mark: bytes) -> Encoding:
    """Decide between one code page for all words, and UTF-8 with words of another in between."""
    from segaudit.ingest.decoding import SINGLE_BYTE, read_texts, weigh  # noqa: PLC0415 - 5 ms that UTF-8 does without

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


# ------------------------------------------------------------------------------------------------------------- reading


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
    mark, marked, behind = next((entry for entry in _MARKS if sample.startswith(entry[0])), (b"", "", ""))
    is_utf8 = codec == "utf-8" and _begins_as_utf8(sample)
    if codec in {marked, behind}:
        return Encoding(name=marked, is_utf8=is_utf8, mark=mark, stated=True)
    if codec in {"utf-16", "utf-32"}:
        if sample and b"\0" not in sample:  # line ends and delimiters hold one in any script
            problem = f"the file is not in the encoding {codec}: it has no zero bytes"
            raise InputError(problem, where="--encoding", hint=_fitting(path, codec))
        wide = _wide_encoding(sample) or ""
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


@contextmanager
def open_text(path: Path, encoding: Encoding, label: str) -> Iterator[TextIO]:
    """Open a file as text behind its byte-order mark, its line ends as they are.

    Bytes that are no characters come as U+DC00 to U+DCFF, for ``mended`` to make characters of; of an encoding that the
    user stated they are refused.

    Raises:
        InputError: The file is not in the stated encoding.
    """
    errors = "strict" if encoding.stated else _errors(encoding)
    with path.open("rb") as raw:
        raw.seek(len(encoding.mark))
        with io.TextIOWrapper(raw, encoding=encoding.codec, errors=errors, newline="") as file:
            try:
                yield file
            except UnicodeDecodeError as error:
                misfit = _first_misfit(path, encoding)
                if misfit is None:  # something else was decoded meanwhile
                    raise
                raise _refusal(path, encoding, label, misfit) from error


def _refusal(path: Path, encoding: Encoding, label: str, misfit: tuple[int, int]) -> InputError:
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


def encoded_length(text: str, encoding: Encoding) -> int:
    """Return how many bytes of the file a text was, kept bytes included."""
    if not encoding.is_wide and (text.isascii() or _is_single_byte(encoding.codec)):
        return len(text)
    return len(encoded(text, encoding))


@cache
def _is_single_byte(codec: str) -> bool:
    return codec != "utf-8" and len(bytes(range(256)).decode(codec, "replace")) == 256  # noqa: PLR2004 - all bytes


def encoded(text: str, encoding: Encoding) -> bytes:
    """Return the bytes of the file that a text was read from, kept bytes included.

    Two East Asian code pages have several bytes for one sign (cp932 for 398, cp950 for 10): of those it is the usual
    ones, and as many.
    """
    try:
        return text.encode(encoding.codec, "strict" if encoding.is_wide else "surrogateescape")
    except UnicodeEncodeError:
        pieces, last = [], 0
        for run in _KEPT.finditer(text):
            pieces += [
                text[last : run.start()].encode(encoding.codec),
                bytes(ord(char) - _KEPT_BYTE for char in run[0]),
            ]
            last = run.end()
        return b"".join((*pieces, text[last:].encode(encoding.codec)))


def mended(text: str, encoding: Encoding) -> str:
    """Make characters of the bytes that are none in a file's encoding, as its mender has them."""
    if text.isascii() or _is_whole(text):
        return text
    return _BEYOND_ASCII.sub(lambda run: _mended_run(run[0], encoding), text)


def _mended_run(run: str, encoding: Encoding) -> str:
    if _is_whole(run):
        return run
    if encoding.is_wide:
        return _KEPT.sub("\ufffd", run)
    if encoding.codec != "utf-8":
        return _KEPT.sub(lambda kept: _read_singly(encoded(kept[0], encoding), encoding.mender), run)
    data = encoded(run, encoding)
    halves = _as_utf8(data)
    if halves is not None:
        return halves.decode()
    # Characters next to a byte that does not fit are no UTF-8 either, but for one cut short by a limit in bytes.
    whole = data.decode("utf-8", "ignore") if _begins_as_utf8(data) else ""
    return whole + _read_singly(data[len(whole.encode()) :], encoding.mender)


def _read_singly(data: bytes, codec: str) -> str:
    """Read bytes in a code page; what it leaves out is a control character, as Windows and Latin-1 have it."""
    return "".join(bytes((byte,)).decode(codec, "ignore") or chr(byte) for byte in data)


# -------------------------------------------------------------------------------------------------------------- faults


def find_faults(path: Path, encoding: Encoding) -> Faults:
    """Count the bytes of a file that are no characters in its encoding, and the lines."""
    line, held, more, cut, ended = 1, "", True, False, True
    count = lines = first = last = 0
    decoder = codecs.getincrementaldecoder(encoding.codec)(_errors(encoding))
    with path.open("rb") as file:
        file.seek(len(encoding.mark))
        while more:
            piece = file.read(_PIECE)
            more = bool(piece)
            cut = not more and bool(decoder.getstate()[0])
            text = held + decoder.decode(piece, final=not more)
            held = "\r" if more and text.endswith("\r") else ""  # its line feed may be in the next piece
            text = text[: len(text) - len(held)]
            done = 0
            for run in _KEPT.finditer(text) if not _is_whole(text) else ():
                line, done = line + _line_ends(text[done : run.start()]), run.end()
                count, lines = count + len(run[0]), lines + (line != last)
                first, last = first or line, line
            line += _line_ends(text[done:])
            ended = text.endswith(("\n", "\r")) if text else ended
    return Faults(count=count, lines=lines, first_line=first, of_lines=line - ended, cut=cut)


def _is_whole(text: str) -> bool:
    """Tell whether a text holds characters only, no kept bytes."""
    try:
        text.encode()  # many times as fast as a search
    except UnicodeEncodeError:
        return False
    return True


def _line_ends(text: str) -> int:
    return text.count("\n") + (text.count("\r") - text.count("\r\n") if "\r" in text else 0)


def _with_faults(encoding: Encoding, faults: Faults) -> Encoding:
    """Add what did not fit, and say it."""
    if not faults.count:
        return encoding
    lines = f"{faults.lines:,} of {_counted(faults.of_lines, 'line')}"
    first = f"first line {faults.first_line:,}" if faults.lines > 1 else f"line {faults.first_line:,}"
    if faults.cut and faults.first_line == faults.of_lines:
        said = "the file ends in the middle of a character"
    elif encoding.mender == "utf-8":
        said = f"{lines} with characters written as two halves ({first}), which were joined"
    elif encoding.name == "utf-8":
        verb = "is" if faults.lines == 1 else "are"
        said = f"{lines} {verb} not UTF-8 ({first}); those characters were read as {encoding.mender}"
    else:
        read = "kept as control characters" if encoding.mender == encoding.name else f"read as {encoding.mender}"
        read = "replaced by \ufffd" if encoding.is_wide else read
        said = f"{_counted(faults.count, 'byte')} on {lines} ({first}): no characters of {encoding.name}, {read}"
    return replace(encoding, faults=faults, why="; ".join(filter(None, (encoding.why, said))))


def _counted(count: int, what: str) -> str:
    return f"1 {what}" if count == 1 else f"{count:,} {what}s"


def _errors(encoding: Encoding) -> str:
    quick = not encoding.is_wide and (encoding.codec == "utf-8" or _is_single_byte(encoding.codec))
    return "surrogateescape" if quick else _KEEP_BYTES


def _keep_bytes(error: UnicodeError) -> tuple[str, int]:
    """Decode what is no character byte by byte.

    Python's own handler refuses bytes below 128, which are parts of characters in UTF-16; and where an East Asian file
    ends in the middle of a character, its decoders drop what that handler leaves over.
    """
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(chr(_KEPT_BYTE + byte) for byte in error.object[error.start : error.end]), error.end


codecs.register_error(_KEEP_BYTES, _keep_bytes)
