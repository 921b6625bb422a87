"""The operators of the segment language, by name and field type."""

from segaudit.model.fields import FieldType
from segaudit.sql.operators import (
    booleans,
    dates,
    equality,
    multi,
    numbers,
    places,
    presence,
    related,
    texts,
    two_fields,
)
from segaudit.sql.operators.operator import (
    Columns,
    Context,
    Family,
    OperandError,
    Operator,
    Part,
    TextTest,
)

OPERATORS: tuple[Operator, ...] = (
    *presence.OPERATORS,
    *equality.OPERATORS,
    *texts.OPERATORS,
    *numbers.OPERATORS,
    *dates.OPERATORS,
    *multi.OPERATORS,
    *booleans.OPERATORS,
    *two_fields.OPERATORS,
    *places.OPERATORS,
    *related.OPERATORS,
)
_BY_TYPE = {(operator.name, kind): operator for operator in OPERATORS for kind in operator.types}
NAMES = tuple(dict.fromkeys(operator.name for operator in OPERATORS))


def operator_for(name: str, kind: FieldType) -> Operator | None:
    """Return the operator of that name for a type of field; None if the type has no such operator."""
    return _BY_TYPE.get((name, kind))


__all__ = [
    "NAMES",
    "OPERATORS",
    "Columns",
    "Context",
    "Family",
    "OperandError",
    "Operator",
    "Part",
    "TextTest",
    "operator_for",
]
