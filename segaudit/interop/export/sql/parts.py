"""A typed table as the parts of fields that clauses ask for: the same columns the records table of a file has."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import expressions as exp

from segaudit.interop.export.sql.dialect import Dialect
from segaudit.model.exports import Target
from segaudit.model.fields import NUMERIC_TYPES, TEXT_TYPES, FieldType, Placeholder
from segaudit.model.segments import RuleField
from segaudit.sql.cells import BLANK, OK, PLACEHOLDER
from segaudit.sql.operators import Part, TextTest
from segaudit.sql.operators.expressions import any_of, literal
from segaudit.sql.record_parts import present_parts

_CELLS = "c"  # what present_parts is told that the cells are called
_TEXT_WORDS = frozenset({"text", "string", "varchar", "char", "character varying", "nvarchar", "clob"})
_MOMENT_WORDS = frozenset({"timestamp", "datetime", "timestamptz", "timestamp_ntz", "timestamp_tz", "timestamp_ltz"})
_BUCKETS = 10_000
_HALF = 2**32 % _BUCKETS  # what the first eight hexadecimal digits of a hash count for, as buckets
LONGEST_LIST = 10_000
# Letters and digits of any script, where the expressions know scripts.
_NO_LETTER = {Target.DUCKDB: r"[^\p{L}\p{N}_]", Target.BIGQUERY: r"[^\p{L}\p{N}_]", Target.SPARK: r"[^\p{L}\p{N}_]"}
_NO_ASCII_LETTER = "[^[:alnum:]_]"


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedField:
    """A rule field, and the column of the typed table that holds it."""

    field: RuleField
    column: str  # empty: no column has it, and every record counts as blank
    type: str  # the target's word for the column's type; empty: as the field's type suggests
    placeholders: Sequence[str]  # folded words that stand for a missing value

    @property
    def is_text(self) -> bool:
        """Tell whether its cells are compared as texts."""
        return self.field.type in TEXT_TYPES

    @property
    def _sql_type(self) -> str:
        if self.field.type in NUMERIC_TYPES:
            return "DOUBLE"
        return {FieldType.DATE: "DATE", FieldType.BOOL: "BOOLEAN", FieldType.MULTI: "ARRAY<TEXT>"}.get(
            self.field.type, "TEXT"
        )

    def cells(self, dialect: Dialect) -> list[exp.Expr]:
        """Return the columns of the first step: the cell, and of a text what it is: blank, a placeholder, a value."""
        source: exp.Expr = exp.column(self.column, quoted=True) if self.column else exp.cast(exp.null(), self._sql_type)
        if self.is_text:
            bare = exp.Trim(this=source.copy())
            state = exp.Case().when(any_of([source.is_(exp.null()), bare.eq(literal(""))]), _number(BLANK))
            if self.placeholders:
                words = map(literal, self.placeholders)
                state = state.when(exp.Lower(this=bare.copy()).isin(*words), _number(PLACEHOLDER))
            return [_named(source, self.field.name), _named(state.else_(_number(OK)), _state_name(self.field.name))]
        if self.field.type is FieldType.MULTI and self.type in _TEXT_WORDS:
            separator = literal(self.field.separator or ";")
            blank = exp.Nullif(this=exp.Trim(this=source), expression=literal(""))
            split = dialect.call("split_items", source.copy(), separator)
            source_items = exp.Case().when(exp.not_(blank.is_(exp.null())), split)
            return [_named(source_items, self.field.name)]
        is_moment = self.field.type is FieldType.DATE and self.type.partition("(")[0].strip() in _MOMENT_WORDS
        return [_named(exp.cast(source, "DATE") if is_moment else source, self.field.name)]

    def parts(
        self, parts: Mapping[Part, str], tests: Mapping[TextTest, str], dialect: Dialect, lists: "WordLists"
    ) -> list[exp.Expr]:
        """Return the columns of the second step: what clauses ask of the field, blanks filled in as the rules say."""
        answers = {name: self._answer(test, dialect, lists) for test, name in tests.items()}
        values = {part.value: self._part(part, dialect) for part in parts} | answers
        state = self._part(Part.STATE, dialect)

        def fill(node: exp.Expr) -> exp.Expr:
            if isinstance(node, exp.LTE) and isinstance(node.this.unnest(), exp.Coalesce) and not self.is_text:
                return exp.column(self.field.name, quoted=True).is_(exp.null())  # of typed cells, blank is all there is
            if isinstance(node, exp.Coalesce) and _is_cell(node.this) and node.this.name == Part.STATE.value:
                return state.copy()
            return values[node.name].copy() if _is_cell(node) and node.name in values else node

        selected = present_parts(self.field, _CELLS, parts, tests, unfound=_number(BLANK))
        return [column.transform(fill) for column in selected]

    @property
    def _value(self) -> exp.Expr:
        """Return the cell; NULL where it is missing."""
        cell = exp.column(self.field.name, quoted=True)
        if not self.is_text:
            return cell
        state = exp.column(_state_name(self.field.name), quoted=True)
        return exp.Case().when(exp.EQ(this=state, expression=_number(OK)), cell)

    def _part(self, part: Part, dialect: Dialect) -> exp.Expr:
        value = self._value
        if part is Part.STATE:
            if self.is_text:
                return exp.column(_state_name(self.field.name), quoted=True)
            return exp.Case().when(value.is_(exp.null()), _number(BLANK)).else_(_number(OK))
        if part is Part.CURRENCY:
            return exp.cast(exp.null(), "TEXT")
        if self.field.type is FieldType.MULTI:
            return self._items(part, dialect)
        if self.is_text:
            return _text_part(part, value, dialect)
        return value

    def _items(self, part: Part, dialect: Dialect) -> exp.Expr:
        value = exp.column(self.field.name, quoted=True)
        items = dialect.call("trim_items", value)
        if part is Part.FOLD:
            items = dialect.call("fold_items", items)
        return exp.Case().when(exp.not_(value.copy().is_(exp.null())), items)

    def _answer(self, test: TextTest, dialect: Dialect, lists: "WordLists") -> exp.Expr:  # noqa: PLR0911 - one test each
        value = self._value
        words = [str(word) for word in test.arguments]
        match test.name:
            case "contains_word":
                return _has_word(_as_compared(words, value, dialect), words[2:], dialect)
            case "is_one_of":
                return _as_compared(words, value, dialect).isin(*map(literal, words[2:]))
            case "is_free_mail":
                return _text_part(Part.DOMAIN, value, dialect).isin(*map(literal, words))
            case "is_disposable":
                return _text_part(Part.DOMAIN, value, dialect).isin(*map(literal, lists.disposable))
            case "is_role_address":
                return _local_part(_text_part(Part.FOLD, value, dialect), dialect).isin(*map(literal, words))
            case "bucket":
                return _in_bucket(value, words[0], float(words[1]), dialect)
        return exp.cast(exp.null(), "BOOLEAN")


@dataclass(frozen=True, slots=True, kw_only=True)
class WordLists:
    """Words that tests look up beside those they are given."""

    disposable: Sequence[str] = ()


def placeholders_of(field: RuleField, placeholders: Iterable[Placeholder]) -> tuple[str, ...]:
    """Return the words that stand for a missing value in a field."""
    return tuple(item.value for item in placeholders if item.means_missing(field.name, field.type))


def _state_name(name: str) -> str:
    return f"{name}__is"


def _is_cell(node: exp.Expr) -> bool:
    return isinstance(node, exp.Column) and node.table == _CELLS


def _named(expression: exp.Expr, name: str) -> exp.Expr:
    return exp.alias_(expression, name, quoted=True)


def _number(value: int) -> exp.Expr:
    return exp.Literal.number(value)


def _text_part(part: Part, value: exp.Expr, dialect: Dialect) -> exp.Expr:
    bare = exp.Trim(this=value.copy())
    match part:
        case Part.FOLD:
            return dialect.call("fold", bare)
        case Part.RAW_FOLD:
            return dialect.call("fold", value)
        case Part.UNTRIMMED:
            return value.copy()
        case Part.DOMAIN:
            return _domain(dialect.call("fold", bare), dialect)
    return bare


def _as_compared(mode: Sequence[str], value: exp.Expr, dialect: Dialect) -> exp.Expr:
    """Return a text as a test compares it: fold or exact, trim or as it is."""
    fold, trim = mode[0] == "fold", mode[1] == "trim"
    if fold:
        return _text_part(Part.FOLD if trim else Part.RAW_FOLD, value, dialect)
    return _text_part(Part.VALUE if trim else Part.UNTRIMMED, value, dialect)


def _has_word(text: exp.Expr, words: Sequence[str], dialect: Dialect) -> exp.Expr:
    edge = _NO_LETTER.get(dialect.target, _NO_ASCII_LETTER)
    # Only signs that mean something in an expression are escaped: some dialects refuse an escaped letter or blank.
    named = "|".join(re.sub(r"([\\.^$|?*+()\[\]{}])", r"\\\1", word) for word in words)
    return exp.paren(dialect.call("matches", text, literal(f"(^|{edge})({named})($|{edge})")))


def _domain(text: exp.Expr, dialect: Dialect) -> exp.Expr:
    """Return the domain of an e-mail or web address; an empty text if it has none."""
    at = exp.GT(this=exp.StrPosition(this=text.copy(), substr=literal("@")), expression=_number(0))
    scheme = exp.StrPosition(this=text.copy(), substr=literal("://"))
    start = exp.Add(this=scheme.copy(), expression=_number(3))
    host: exp.Expr = (
        exp.Case()
        .when(exp.GT(this=scheme, expression=_number(0)), exp.Substring(this=text.copy(), start=start))
        .else_(text.copy())
    )
    for end in "/?#:":
        host = dialect.call("before", host, literal(end))
    bare = exp.Case().when(exp.Like(this=host.copy(), expression=literal("www.%")), _from(host, 5)).else_(host.copy())
    web = _without_dots(bare)
    found = exp.Case().when(exp.Like(this=web.copy(), expression=literal("%.%")), web)
    return (
        exp.Case()
        .when(at, _without_dots(dialect.call("after_last", text, literal("@"))))
        .when(exp.not_(text.copy().is_(exp.null())), exp.func("COALESCE", found, literal("")))
    )


def _from(text: exp.Expr, start: int) -> exp.Expr:
    return exp.Substring(this=text.copy(), start=_number(start))


def _without_dots(text: exp.Expr) -> exp.Expr:
    return exp.Trim(this=text, expression=literal("."), position="TRAILING")


def _local_part(text: exp.Expr, dialect: Dialect) -> exp.Expr:
    at = exp.GT(this=exp.StrPosition(this=text.copy(), substr=literal("@")), expression=_number(0))
    local = dialect.call("before", dialect.call("before", text, literal("@")), literal("+"))
    nobody = exp.Case().when(exp.not_(text.copy().is_(exp.null())), literal(""))
    return exp.Case().when(at, local).else_(nobody)


def _in_bucket(value: exp.Expr, salt: str, percent: float, dialect: Dialect) -> exp.Expr:
    """Return whether the hash of an id falls in the first buckets: its first 64 bits, taken in two halves."""
    text = exp.cast(exp.Trim(this=value.copy()), "TEXT")
    hashed = exp.Anonymous(this="CONCAT", expressions=[literal(salt), exp.Chr(expressions=[_number(31)]), text])
    high, low = (dialect.call("hash_number", hashed, _number(start)) for start in (1, 9))
    total = exp.Add(
        this=exp.Mul(this=exp.paren(_left(high)), expression=_number(_HALF)), expression=exp.paren(_left(low))
    )
    inside = exp.LT(this=_left(exp.paren(total)), expression=exp.Literal.number(repr(percent / 100 * _BUCKETS)))
    return exp.Case().when(exp.not_(value.copy().is_(exp.null())), inside)


def _left(number: exp.Expr) -> exp.Expr:
    return exp.Mod(this=number, expression=_number(_BUCKETS))
