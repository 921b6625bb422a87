"""What the SQL of one kind of value consists of.

Every expression is written over a relation with the columns ``v`` (the raw cell) and ``t`` (the cell trimmed), so no
client's header or value ever becomes a part of a statement. The text is DuckDB's dialect, kept to what other engines'
dialects have an equal for, and it is static: the hot path renders nothing.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from segaudit.model.fields import FieldType

# Unicode white space, the zero-width space and the byte-order mark: what people cannot see in a cell.
WHITE_SPACE = (
    " \t\n\r\f\v\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The SQL that reads one kind of value, in one style.

    Each step is a projection that adds columns to the one before it, so that nothing is worked out twice.
    """

    value: str  # NULL where the cell cannot be read; numbers: the lower bound
    steps: tuple[Mapping[str, str], ...] = ()  # column -> expression
    high: str | None = None  # numbers: the upper bound (a range such as 50-200 has two)
    currency: str | None = None  # money: the ISO code the cell names, NULL if none


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of value: how to recognise it and how to read it.

    A style is a way of writing that a single cell cannot always decide (the order of day and month, the decimal
    comma). ``evidence`` counts the cells that can; the column then follows the majority.
    """

    type: FieldType
    readings: Mapping[str, Reading]  # by style; the first is the default
    evidence: Mapping[str, str] = field(default_factory=dict)  # style -> boolean: only this style can read it
    recognise: str | None = None  # boolean that guesses the kind from a bare cell; None: never guessed
    marks: str = ""  # characters of which every value that can be read holds one; empty: nothing can be said
    pattern: str | None = None  # regular expression of a whole cell, where that is all there is to the kind
    ordered: str | None = None  # the value as text that a person reads; None: values have no range worth printing

    @property
    def default_style(self) -> str:
        """Return the style of a column that gives no evidence."""
        return next(iter(self.readings))


# The trimmed cell; needs the parameter white_space. Trimming by a list of characters is dear, so the ends are looked at
# first: a space or control character, or one beyond ASCII that is white space.
_BLANK_START = "v < '!' OR (v > '~' AND contains($white_space, v[1]))"
_BLANK_END = "v[-1] < '!' OR (v[-1] > '~' AND contains($white_space, v[-1]))"
TRIMMED = f"CASE WHEN {_BLANK_START} OR {_BLANK_END} THEN trim(v, $white_space) ELSE v END"


def trimmed(cell: str) -> str:
    """Return a cell of ours trimmed; needs the parameter white_space."""
    return re.sub(r"\bv\b", cell, TRIMMED)


def with_steps(relation: str, steps: tuple[Mapping[str, str], ...]) -> str:
    """Return a relation that has each step's columns added to those of the step before it."""
    for step in steps:
        added = ", ".join(f"{expression} AS {name}" for name, expression in step.items())
        relation = f"(SELECT *, {added} FROM {relation})"
    return relation


def needed_steps(steps: tuple[Mapping[str, str], ...], wanted: Iterable[str]) -> tuple[Mapping[str, str], ...]:
    """Return the steps without the columns that no wanted expression needs.

    The engine leaves out the rest by itself, but only after reading and resolving it, which takes most of the time of
    a statement over a sample.
    """
    needed: list[Mapping[str, str]] = []
    names = _words(wanted)
    for step in reversed(steps):
        used = {name: expression for name, expression in step.items() if name in names}
        if used:
            needed.insert(0, used)
            names |= _words(used.values())
    return tuple(needed)


def _words(expressions: Iterable[str]) -> set[str]:
    return {word for expression in expressions for word in re.findall("[a-z_]+", expression)}


def quoted(text: str) -> str:
    """Return a string of our own as a SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def one_of(words: tuple[str, ...]) -> str:
    """Return a list of literals for IN."""
    return "(" + ", ".join(quoted(word) for word in words) + ")"
