"""Text: what it contains, how it begins and ends, what it looks like."""

import re
import unicodedata
import warnings
from collections.abc import Callable

from sqlglot import expressions as exp

from segaudit.model.conditions import ClauseOptions, Operand
from segaudit.model.fields import TEXT_TYPES, FieldType
from segaudit.model.segments import RuleField
from segaudit.sql.operators import operands
from segaudit.sql.operators.expressions import any_of, compared, literal, texts
from segaudit.sql.operators.operator import (
    Builder,
    Context,
    Family,
    OperandError,
    Operator,
    Parser,
    Part,
    TextTest,
    folded,
)
from segaudit.text.folding import fold_case

_DOMAIN_TYPES = frozenset({FieldType.EMAIL, FieldType.URL, FieldType.TEXT})
_MAIL_TYPES = frozenset({FieldType.EMAIL, FieldType.TEXT})
_MAX_PATTERN = 1000  # characters
_MAX_REPEATS = 1000
# An escape that only Python reads, any other escape, or a set of characters.
_PARTS = re.compile(r"(\\[uUNZ])|(\\[1-9])|\\.|\[\^?\]?(?:\\[^uUNZ]|[^\]\\])*\]", re.DOTALL)
_BACKTRACKING = re.compile(r"\(\?(?:[=!]|<[=!]|P=)|\\[1-9]")
_PYTHON_ONLY = re.compile(r"\(\?(?:[>(#]|[a-z]*[aLux])|[*+?}]\+|\\")


def _any_word(test: Callable[[exp.Column, exp.Expr], exp.Expr]) -> Builder:
    def build(field: RuleField, operand: Operand, options: ClauseOptions, context: Context) -> exp.Expr:
        value = context.text(field.name, options)
        return any_of([test(value.copy(), literal(folded(word, options))) for word in texts(operand)])

    return build


def _not(build: Builder) -> Builder:
    def negated(field: RuleField, operand: Operand, options: ClauseOptions, context: Context) -> exp.Expr:
        return exp.not_(exp.paren(build(field, operand, options, context)))

    return negated


def _contains(value: exp.Column, word: exp.Expr) -> exp.Expr:
    return exp.Contains(this=value, expression=word)


def _contains_word(field: RuleField, operand: Operand, options: ClauseOptions, context: Context) -> exp.Expr:
    words = tuple(folded(word, options) for word in texts(operand))
    return context.columns.test(field.name, TextTest("contains_word", (*_mode(options), *words)))


def _like(field: RuleField, operand: Operand, options: ClauseOptions, context: Context) -> exp.Expr:
    return exp.Like(this=context.text(field.name, options), expression=literal(folded(str(operand), options)))


def _matches(field: RuleField, operand: Operand, options: ClauseOptions, context: Context) -> exp.Expr:
    pattern = f"(?i){_folded_pattern(str(operand))}" if options.fold_case else str(operand)
    return exp.RegexpLike(this=context.text(field.name, options), expression=literal(pattern))


def _folded_pattern(pattern: str) -> str:
    """Fold the letters of a pattern that only folding makes equal, and none that may be part of an escape."""
    composed = pattern if pattern.isascii() else unicodedata.normalize("NFKC", pattern)
    return "".join(character if character.isascii() else fold_case(character) for character in composed)


def _length(field: RuleField, operand: Operand, options: ClauseOptions, context: Context) -> exp.Expr:
    value = context.columns.part(field.name, Part.VALUE if options.trim else Part.UNTRIMMED)
    return compared(exp.Length(this=value), operand)


def _similar(field: RuleField, operand: Operand, options: ClauseOptions, context: Context) -> exp.Expr:
    if not isinstance(operand, dict):
        raise TypeError(operand)
    word, least = folded(str(operand["to"]), options), float(str(operand["at_least"]))
    return context.columns.test(field.name, TextTest("similar_to", (*_mode(options), word, least)))


def _domain_in(field: RuleField, operand: Operand, _: ClauseOptions, context: Context) -> exp.Expr:
    domain = context.columns.part(field.name, Part.DOMAIN)
    wanted = dict.fromkeys(word.strip().lower().removeprefix("@") for word in texts(operand))
    same = domain.isin(*map(literal, wanted))
    below = [exp.EndsWith(this=domain.copy(), expression=literal(f".{word}")) for word in wanted]
    return any_of([same, *below])


def _in_list(name: str) -> Builder:
    def build(field: RuleField, operand: Operand, _: ClauseOptions, context: Context) -> exp.Expr:
        words = tuple(context.lists.get(name, ()))
        holds = context.columns.test(field.name, TextTest(name, words))
        return holds if operand else exp.not_(holds)

    return build


def _mode(options: ClauseOptions) -> tuple[str, str]:
    return ("fold" if options.fold_case else "exact", "trim" if options.trim else "as_is")


def _pattern(value: object, field: RuleField) -> Operand:
    """Read a regular expression; what engines that promise linear time cannot run is refused here."""
    pattern = operands.text(value, field)
    if len(pattern) > _MAX_PATTERN:
        raise OperandError(f"takes a regular expression of at most {_MAX_PATTERN} characters")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python may read [[:alpha:]] otherwise one day; the engines read it so
            re.compile(pattern)
    except re.error as error:
        raise OperandError(f"takes a regular expression; this one is not ({error})") from None
    bare = _PARTS.sub(lambda part: part[1] or part[2] or "x", pattern)
    if _BACKTRACKING.search(bare):
        raise OperandError("takes a regular expression without look-around and back-references")
    if _PYTHON_ONLY.search(bare):
        raise OperandError(r"takes a regular expression without (?>...), (?#...), (?(...)), a++, \u and \Z")
    if any(
        int(bound) > _MAX_REPEATS
        for bounds in re.findall(r"\{(\d+)(?:,(\d*))?\}", pattern)
        for bound in bounds
        if bound
    ):
        raise OperandError("takes a regular expression without repetitions above 1,000")
    _try_in_linear_time(pattern)
    return pattern


def _try_in_linear_time(pattern: str) -> None:
    """Refuse what the engines' own kind of matcher does not take: repetitions that multiply, names it does not know."""
    import pyarrow as pa  # noqa: PLC0415 - heavy: only rules with a regular expression need it
    import pyarrow.compute as pc  # noqa: PLC0415 - as above

    try:
        pc.match_substring_regex(pa.array([""]), f"(?i){_folded_pattern(pattern)}")
    except (pa.ArrowInvalid, UnicodeEncodeError) as error:
        reason = str(error).partition("Invalid regular expression: ")[2] or "it holds half a character"
        raise OperandError(f"takes a regular expression that can be matched in linear time ({reason})") from None


def _likeness(value: object, field: RuleField) -> Operand:
    if not isinstance(value, dict):
        return {"to": operands.text(value, field), "at_least": 0.9}
    if set(value) - {"to", "at_least"} or "to" not in value:
        raise OperandError("takes a text, or {to: text, at_least: 0.9}")
    least = operands.number(value.get("at_least", 0.9))
    if not 0 < least <= 1:
        raise OperandError("takes at_least as a share from 0 to 1")
    return {"to": operands.text(value["to"]), "at_least": least}


def _operator(  # noqa: PLR0913 - a row of the table below
    name: str,
    words: str,
    takes: str,
    parse: Parser,
    build: Builder,
    *,
    types: frozenset[FieldType] = TEXT_TYPES,
    negative: bool = False,
) -> Operator:
    return Operator(
        name=name,
        family=Family.TEXT,
        types=types,
        takes=takes,
        parse=parse,
        build=build,
        words=words,
        negative=negative,
    )


_WORDS = "a text, or a list of which any will do"
_words = operands.list_of(operands.text)
_REGEX = "a regular expression"
_FLAG = "true or false"

OPERATORS = (
    _operator("contains", "contains {}", _WORDS, _words, _any_word(_contains)),
    _operator("not_contains", "does not contain {}", _WORDS, _words, _not(_any_word(_contains)), negative=True),
    _operator("contains_word", "contains the word {}", _WORDS, _words, _contains_word),
    _operator(
        "starts_with",
        "starts with {}",
        _WORDS,
        _words,
        _any_word(lambda value, word: exp.StartsWith(this=value, expression=word)),
    ),
    _operator(
        "ends_with",
        "ends with {}",
        _WORDS,
        _words,
        _any_word(lambda value, word: exp.EndsWith(this=value, expression=word)),
    ),
    _operator("like", "is like {}", "a pattern with % and _", operands.text, _like),
    _operator("matches", "matches {}", _REGEX, _pattern, _matches),
    _operator("not_matches", "does not match {}", _REGEX, _pattern, _not(_matches), negative=True),
    _operator("length", "has this many characters: {}", "comparisons: {gte: 3}", operands.count, _length),
    _operator("similar_to", "is similar {}", "a text, or {to: text, at_least: 0.9}", _likeness, _similar),
    _operator("domain_in", "has a domain among {}", "a list of domains", _words, _domain_in, types=_DOMAIN_TYPES),
    _operator(
        "is_free_mail",
        "is at a free mail provider: {}",
        _FLAG,
        operands.flag,
        _in_list("is_free_mail"),
        types=_MAIL_TYPES,
    ),
    _operator(
        "is_role_address", "is a role address: {}", _FLAG, operands.flag, _in_list("is_role_address"), types=_MAIL_TYPES
    ),
    _operator(
        "is_disposable",
        "is a disposable address: {}",
        _FLAG,
        operands.flag,
        _in_list("is_disposable"),
        types=_MAIL_TYPES,
    ),
)
