"""Equality: the same as a value, or as one of several."""

from sqlglot import expressions as exp

from segaudit.model.conditions import ClauseOptions, Operand
from segaudit.model.fields import NUMERIC_TYPES, TEXT_TYPES, FieldType
from segaudit.model.segments import RuleField
from segaudit.sql.operators import operands
from segaudit.sql.operators.calendar import resolved
from segaudit.sql.operators.expressions import decide, literal, numbers, texts
from segaudit.sql.operators.operator import Builder, Context, Family, Operator, Part, TextTest, folded

_LONG_LIST = 200  # texts, from which on text work looks them up
_TYPES = TEXT_TYPES | NUMERIC_TYPES | {FieldType.DATE, FieldType.BOOL}


def _is_one_of(field: RuleField, operand: Operand, options: ClauseOptions, context: Context) -> exp.Expr:
    if field.type in NUMERIC_TYPES:
        return _interval_is_one_of(field, numbers(operand), context)
    if field.type in TEXT_TYPES and isinstance(operand, tuple) and len(operand) > _LONG_LIST:
        return _in_file(field, operand, options, context)
    if field.type in TEXT_TYPES:
        wanted = [literal(word) for word in dict.fromkeys(folded(item, options) for item in texts(operand))]
        return context.text(field.name, options).isin(*wanted)
    items = operand if isinstance(operand, tuple) else (operand,)
    value = context.columns.part(field.name, Part.VALUE)
    return value.isin(*(literal(resolved(item, context.as_of)) for item in items))


def _interval_is_one_of(field: RuleField, wanted: tuple[float, ...], context: Context) -> exp.Expr:
    """Decide for a range such as 50-200: in the list if it is one listed number, not if no listed number lies in it."""
    low, high = (context.columns.part(field.name, part) for part in (Part.VALUE, Part.HIGH))
    one = exp.and_(low.copy().eq(high.copy()), low.copy().isin(*map(literal, wanted)))
    outside = [exp.or_(low.copy() > literal(item), high.copy() < literal(item)) for item in wanted]
    return decide(one, exp.and_(*outside))


def _not(build: Builder) -> Builder:
    def negated(field: RuleField, operand: Operand, options: ClauseOptions, context: Context) -> exp.Expr:
        return exp.not_(exp.paren(build(field, operand, options, context)))

    return negated


def _in_file(field: RuleField, operand: Operand, options: ClauseOptions, context: Context) -> exp.Expr:
    # A long list is looked up by text work, once for each different value.
    words = tuple(sorted({folded(item, options) for item in texts(operand)}))
    mode = ("fold" if options.fold_case else "exact", "trim" if options.trim else "as_is")
    return context.columns.test(field.name, TextTest("is_one_of", (*mode, *words)))


_ONE = "a value of the field's type"
_SEVERAL = "a list of values of the field's type"
_FILE = "a file with one value in each line, beside the rules file"
_ITEMS = operands.list_of(operands.of_type, texts_looked_up=True)


def _operator(name: str, words: str, build: Builder, *, takes: str, negative: bool = False) -> Operator:
    return Operator(
        name=name,
        family=Family.EQUALITY,
        types=frozenset(TEXT_TYPES if takes == _FILE else _TYPES),
        takes=takes,
        parse=operands.of_type if takes == _ONE else _ITEMS,
        build=build,
        words=words,
        negative=negative,
    )


OPERATORS = (
    _operator("eq", "is {}", _is_one_of, takes=_ONE),
    _operator("ne", "is not {}", _not(_is_one_of), takes=_ONE, negative=True),
    _operator("in", "is one of {}", _is_one_of, takes=_SEVERAL),
    _operator("not_in", "is none of {}", _not(_is_one_of), takes=_SEVERAL, negative=True),
    _operator("in_file", "is on the list {}", _in_file, takes=_FILE),
    _operator("not_in_file", "is not on the list {}", _not(_in_file), takes=_FILE, negative=True),
)
