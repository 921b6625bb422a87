"""Yes and no."""

from sqlglot import expressions as exp

from segaudit.model.conditions import ClauseOptions, Operand
from segaudit.model.fields import FieldType
from segaudit.model.segments import RuleField
from segaudit.sql.operators import operands
from segaudit.sql.operators.operator import Context, Family, Operator, Part


def _is(field: RuleField, operand: Operand, _: ClauseOptions, context: Context) -> exp.Expr:
    value = context.columns.part(field.name, Part.VALUE)
    return value if operand else exp.not_(value)


OPERATORS = (
    Operator(
        name="is",
        family=Family.BOOLEAN,
        types=frozenset({FieldType.BOOL}),
        takes="true or false",
        parse=operands.flag,
        build=_is,
        words="is {}",
    ),
)
