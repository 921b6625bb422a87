"""segaudit.yaml as text: every value written so that any reader takes it for the same value."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from segaudit.model.workspace import JoinSpec, TableSpec

_HEAD = """\
# The tables of this client and how they hang together, as segaudit found them. Correct what is wrong.
# `segaudit workspace` checks the data against this file; `segaudit init` adds what is new and changes no line.
version: 1
"""
IGNORED = "ignored:  # no field that is known; give one its field under columns, and it is read"
_PLAIN = re.compile(r"[^\W\d_](?:[\w ./()&+'-]*[\w.)])?")
_NO_TEXT = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_LONGEST_HEADER = 300  # characters; YAML takes no key beyond 1,024


@dataclass(frozen=True, slots=True, kw_only=True)
class Additions:
    """What is new; each text beside goes into a comment."""

    tables: Sequence[tuple[TableSpec, str]] = ()
    columns: Sequence[tuple[str, str, str | None]] = ()  # table, header, field or None
    joins: Sequence[tuple[JoinSpec, str]] = ()

    def __bool__(self) -> bool:
        """Tell whether there is anything to add."""
        return bool(self.tables or self.columns or self.joins)


def can_be_named(header: str) -> bool:
    """Tell whether a workspace file can speak of a column by its header."""
    return bool(header.strip()) and len(header) <= _LONGEST_HEADER


def new_text(additions: Additions) -> str:
    """Return a new workspace file."""
    lines = [*_HEAD.splitlines(), "", "tables:"]
    for number, (spec, why) in enumerate(additions.tables):
        lines += [""] * (number > 0) + [f"  {line}" for line in table_lines(spec, why)]
    if additions.joins:
        lines += ["", "joins:"]
        lines += [f"  {line}" for spec, why in additions.joins for line in join_lines(spec, why)]
    return "\n".join(lines) + "\n"


def scalar(text: str) -> str:
    """Return a text as YAML that every reader takes for the same text."""
    if _PLAIN.fullmatch(text) and text.lower() not in _NO_TEXT:
        return text
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 1 << 8 else f"\\u{code:04x}" if code < 1 << 16 else f"\\U{code:08x}"


def _comment(text: str) -> str:
    line = " ".join("".join(character if character.isprintable() else " " for character in text).split())
    return f"  # {line}" if line else ""


def table_lines(spec: TableSpec, why: str) -> Iterator[str]:
    """Yield the lines of a table's entry, the reason for its kind as a comment."""
    yield f"{spec.name}:"
    yield f"  file: {scalar(spec.file)}"
    if spec.sheet:
        yield f"  sheet: {scalar(spec.sheet)}"
    yield f"  kind: {spec.kind}{_comment(why)}"
    for key, value in (("system", spec.system), ("key", spec.key)):
        if value:
            yield f"  {key}: {scalar(value)}"
    if spec.columns:
        yield "  columns:"
        yield from (f"    {line}" for line in _column_lines(spec.columns))
    if spec.ignored:
        yield f"  {IGNORED}"
        yield from (f"    - {scalar(header)}" for header in spec.ignored)


def _column_lines(columns: Mapping[str, str]) -> Iterator[str]:
    for header, field in columns.items():
        yield f"{scalar(header)}: {field}"


def join_lines(spec: JoinSpec, why: str) -> Iterator[str]:
    """Yield the lines of a join, the reason for it as a comment."""
    yield f"- from: {_end(spec.child, spec.child_column)}{_comment(why)}"
    yield f"  to: {_end(spec.parent, spec.parent_column)}"
    if spec.separator:
        yield f"  separator: {scalar(spec.separator)}"
    if spec.by:
        yield f"  by: {spec.by}"


def _end(table: str, column: str) -> str:
    return f"{{table: {table}, column: {scalar(column)}}}"
