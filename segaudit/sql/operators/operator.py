"""What an operator is: a name, what it applies to, what it takes, the SQL it becomes, and how it reads aloud."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from sqlglot import expressions as exp

from segaudit.model.conditions import ClauseOptions, Operand, RelatedClause, clause_key
from segaudit.model.fields import FieldType
from segaudit.model.segments import RuleField
from segaudit.text.folding import fold, fold_case


class OperandError(ValueError):
    """What stands behind an operator is not what it takes; the message says what it does take."""


class Family(StrEnum):
    """The families of RULES: operators of one kind of question."""

    PRESENCE = "presence"
    EQUALITY = "equality"
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    MULTI = "multi-value"
    BOOLEAN = "boolean"
    TWO_FIELDS = "two fields"
    PLACE = "place"
    RELATED = "related rows"


class Part(StrEnum):
    """What a clause can ask of a field; the records table holds the parts that some clause asks for."""

    STATE = "state"  # BLANK, PLACEHOLDER, INVALID or OK
    VALUE = "value"  # number, date or boolean; of text the trimmed cell
    HIGH = "high"  # upper bound of a number
    CURRENCY = "currency"
    UNTRIMMED = "untrimmed"  # the cell as it is, NULL where it is missing
    FOLD = "fold"  # the folded value; of multi-value cells a list
    RAW_FOLD = "raw_fold"  # folded without trimming
    ITEMS = "items"  # multi-value cells: a list, case kept
    DOMAIN = "domain"  # folded domain of an e-mail or web address
    CELL = "cell"  # the cell as reasons show it: trimmed, cut at a length, "blank" if it is


@dataclass(frozen=True, slots=True)
class TextTest:
    """A yes/no question that only text work can answer, or leave open; it becomes a column of its own."""

    name: str  # of the function in text/tests.py
    arguments: tuple[str | float, ...]


@dataclass(slots=True)
class Columns:
    """The columns of the records table, handed out by field and part; remembers what was asked for."""

    parts: dict[str, dict[Part, str]] = field(default_factory=dict)
    tests: dict[str, dict[TextTest, str]] = field(default_factory=dict)
    related: dict[str, dict[str, RelatedClause]] = field(default_factory=dict)  # table -> column -> clause

    def part(self, name: str, part: Part) -> exp.Column:
        """Return the column that holds a part of a field."""
        column = self.parts.setdefault(name, {}).setdefault(part, f"{name}__{part.value}")
        return exp.column(column, quoted=True)

    def test(self, name: str, test: TextTest) -> exp.Column:
        """Return the column that holds the answer to a text test on a field."""
        tests = self.tests.setdefault(name, {})
        return exp.column(tests.setdefault(test, f"{name}__test{len(tests)}"), quoted=True)

    def rows(self, clause: RelatedClause) -> exp.Column:
        """Return the column that holds the verdict of a clause on related rows."""
        asked = self.related.setdefault(clause.field, {})
        key = clause_key(clause)
        known = (name for name, other in asked.items() if clause_key(other) == key)
        name = next(known, f"{clause.field}__{len(asked)}")
        asked.setdefault(name, clause)
        return exp.column(name, quoted=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What an operator needs beside its operand."""

    columns: Columns
    as_of: date
    fields: Mapping[str, RuleField]
    lists: Mapping[str, Sequence[str]]  # words that operators look up, by the operator's or the list's name
    bucket_by: str = "record_id"  # the field whose hash decides the bucket of a record

    def text(self, name: str, options: ClauseOptions) -> exp.Column:
        """Return a field's text as the clause's options want it compared."""
        if options.fold_case:
            return self.columns.part(name, Part.FOLD if options.trim else Part.RAW_FOLD)
        return self.columns.part(name, Part.VALUE if options.trim else Part.UNTRIMMED)


Parser = Callable[[object, RuleField], Operand]
Builder = Callable[[RuleField, Operand, ClauseOptions, Context], exp.Expr]


def _as_it_is(operand: Operand) -> Operand:
    return operand


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """One operator of the segment language, for the field types it applies to."""

    name: str
    family: Family
    types: frozenset[FieldType]
    takes: str  # what stands behind it, for messages and the list of operators
    parse: Parser
    build: Builder
    words: str  # how it reads aloud; {} is the operand
    negative: bool = False  # TRUE of records that lack something
    decided: bool = False  # never UNKNOWN, missing or not
    other_field: bool = False  # the operand names a field
    shown: Callable[[Operand], Operand] = _as_it_is  # the operand as people are told it


def folded(text: str, options: ClauseOptions) -> str:
    """Fold an operand as the clause's options fold the cells it is compared to."""
    trimmed = text.strip() if options.trim else text
    if not options.fold_case:
        return trimmed
    return fold(trimmed) if options.trim else fold_case(trimmed)
