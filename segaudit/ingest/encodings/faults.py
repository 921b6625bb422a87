"""Bytes of a file that are no characters in its encoding: how many, where, and that in words."""

import codecs
from dataclasses import replace
from pathlib import Path

from segaudit.ingest.encodings.encoding import KEPT, Encoding, Faults
from segaudit.ingest.encodings.utf8 import is_whole

_PIECE = 1 << 20


def find_faults(path: Path, encoding: Encoding) -> Faults:
    """Count the bytes of a file that are no characters in its encoding, and the lines."""
    line, held, more, cut, ended = 1, "", True, False, True
    count = lines = first = last = 0
    decoder = codecs.getincrementaldecoder(encoding.codec)(encoding.errors)
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
            for run in KEPT.finditer(text) if not is_whole(text) else ():
                line, done = line + _line_ends(text[done : run.start()]), run.end()
                count, lines = count + len(run[0]), lines + (line != last)
                first, last = first or line, line
            line += _line_ends(text[done:])
            ended = text.endswith(("\n", "\r")) if text else ended
    return Faults(count=count, lines=lines, first_line=first, of_lines=line - ended, cut=cut)


def _line_ends(text: str) -> int:
    return text.count("\n") + (text.count("\r") - text.count("\r\n") if "\r" in text else 0)


def with_faults(encoding: Encoding, faults: Faults) -> Encoding:
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
