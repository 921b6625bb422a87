"""Multi-value cells: lists of words, compared as sets."""

from collections.abc import Callable

from sqlglot import expressions as exp

from segaudit.model.conditions import ClauseOptions, Operand
from segaudit.model.fields import FieldType
from segaudit.model.segments import RuleField
from segaudit.sql.operators import operands
from segaudit.sql.operators.expressions import compared, literal, texts
from segaudit.sql.operators.operator import Builder, Context, Family, Operator, Parser, Part, folded


def _items(field: RuleField, options: ClauseOptions, context: Context) -> exp.Column:
    return context.columns.part(field.name, Part.FOLD if options.fold_case else Part.ITEMS)


def _set(test: Callable[[exp.Column, exp.Array], exp.Expr]) -> Builder:
    def build(field: RuleField, operand: Operand, options: ClauseOptions, context: Context) -> exp.Expr:
        words = dict.fromkeys(folded(item, options) for item in texts(operand))
        return test(_items(field, options, context), exp.array(*map(literal, words)))

    return build


def _has_any(items: exp.Column, wanted: exp.Array) -> exp.Expr:
    return exp.ArrayOverlaps(this=items, expression=wanted)


def _has_all(items: exp.Column, wanted: exp.Array) -> exp.Expr:
    return exp.ArrayContainsAll(this=items, expression=wanted)


def _exactly(items: exp.Column, wanted: exp.Array) -> exp.Expr:
    return exp.and_(_has_all(items.copy(), wanted.copy()), exp.ArrayContainsAll(this=wanted, expression=items.copy()))


def _count(field: RuleField, operand: Operand, options: ClauseOptions, context: Context) -> exp.Expr:
    return compared(exp.ArraySize(this=_items(field, options, context)), operand)


def _operator(  # noqa: PLR0913 - a row of the table below
    name: str, words: str, takes: str, parse: Parser, build: Builder, *, negative: bool = False
) -> Operator:
    return Operator(
        name=name,
        family=Family.MULTI,
        types=frozenset({FieldType.MULTI}),
        takes=takes,
        parse=parse,
        build=build,
        words=words,
        negative=negative,
    )


_WORDS = "a list of words"
_words = operands.list_of(operands.text)

OPERATORS = (
    _operator("has_any", "has any of {}", _WORDS, _words, _set(_has_any)),
    _operator("has_all", "has all of {}", _WORDS, _words, _set(_has_all)),
    _operator("has_none", "has none of {}", _WORDS, _words, _set(lambda a, b: exp.not_(_has_any(a, b))), negative=True),
    _operator("exactly", "has exactly {}", _WORDS, _words, _set(_exactly)),
    _operator("count", "has this many values: {}", "a number or comparisons: {gte: 2}", operands.count, _count),
)
