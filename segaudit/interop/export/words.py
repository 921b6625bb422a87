"""Words of a rules file in the comments of another language: one line, and nothing that could end the comment."""

import re
import textwrap
from collections.abc import Iterable

from segaudit.model.exports import Note, SegmentFidelity

_NOT_SHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+")
_LONGEST = 300
_WIDTH = 116


def one_line(text: str) -> str:
    """Return a text as a single line without signs that are not shown."""
    line = _NOT_SHOWN.sub(" ", text)
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def block_comment(text: str) -> str:
    """Return a text that cannot end a ``/* */`` comment, nor begin another."""
    return one_line(text).replace("*/", "* /").replace("/*", "/ *")


def note_words(note: Note) -> str:
    """Return a note as a sentence."""
    where = f" ({note.place})" if note.place else ""
    return f"{note.about}{where}: {note.why}"


def fidelity_lines(segments: Iterable[SegmentFidelity]) -> list[str]:
    """Return the fidelity of each segment as lines of text, the same notes said once."""
    lines = []
    for item in segments:
        lines.append(f"{item.schema}.{item.segment}: {item.fidelity.value.replace('_', ' ')}")
        lines += [f"    {note_words(note)}" for note in item.notes]
    return lines


def line_comments(lines: Iterable[str], mark: str) -> str:
    """Return lines as comments that run to the end of the line."""
    out = []
    for line in lines:
        text = one_line(line)
        indent = text[: len(text) - len(text.lstrip())]
        wrapped = textwrap.wrap(text, _WIDTH, subsequent_indent=indent + "  ", break_long_words=False) or [""]
        out += [f"{mark} {part}".rstrip() for part in wrapped]
    return "\n".join(out) + "\n"
