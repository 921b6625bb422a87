"""Conditions on rows as columns of Spark: built from what was read, never from text; see row_conditions.py."""

import operator
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from segaudit.interop.expectations.frames import Held
from segaudit.interop.expectations.row_conditions import Combined, Comparison, Nullity, RowCondition

_COMPARED: Mapping[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_NUMBERS = (Held.WHOLE, Held.NUMBER)
_LARGEST = 2**63


def column_where(condition: RowCondition, names: Mapping[str, str], held: Mapping[str, Held]) -> Any:  # noqa: ANN401 - a Column
    """Return which rows a condition holds for; a missing cell compares to nothing, as in the library.

    Args:
        condition: What has to hold.
        names: The frame's columns, by header.
        held: As what each is held, by header.

    Raises:
        TypeError: A column is compared to a value of another kind.
        ValueError: A column of days is compared to what is no date.
    """
    from pyspark.sql import functions as f  # noqa: PLC0415 - no one pays for Spark who does not use it

    match condition:
        case Combined():
            parts = [column_where(part, names, held) for part in condition.parts]
            joined = parts[0]
            for part in parts[1:]:
                joined = joined & part if condition.all_of else joined | part
            return joined
        case Nullity():
            cell = f.col(names[condition.column])
            return cell.isNull() if condition.missing else cell.isNotNull()
        case Comparison():
            return _compared(f.col(names[condition.column]), condition, held[condition.column])


def _compared(cell: Any, condition: Comparison, held: Held) -> Any:  # noqa: ANN401 - Columns
    from pyspark.sql import functions as f  # noqa: PLC0415 - as above

    if isinstance(condition.value, tuple):
        values = [literal for value in condition.value if (literal := literal_of(value, held)) is not None]
        among = f.coalesce(cell.isin(values), f.lit(False)) if values else f.lit(False)  # noqa: FBT003 - a value
        return among if condition.operator == "IN" else ~among
    value = literal_of(condition.value, held)
    if value is None:  # nothing of the column is the same as a value of another kind, and no order is between them
        if condition.operator not in {"==", "!="}:
            raise TypeError(condition.operator)
        return f.lit(condition.operator == "!=")
    return f.coalesce(_COMPARED[condition.operator](cell, value), f.lit(condition.operator == "!="))


def literal_of(value: Any, held: Held) -> Any:  # noqa: ANN401 - from JSON; a Column
    """Return a value as one of Spark; None if it is of another kind than the column.

    Raises:
        ValueError: The column is of days, and the text is no date.
    """
    from pyspark.sql import functions as f  # noqa: PLC0415 - as above

    if held is Held.TEXT:
        return f.lit(value) if isinstance(value, str) else None
    if held in _NUMBERS:
        if not isinstance(value, int | float):
            return None
        exact = isinstance(value, int) and abs(value) < _LARGEST
        return f.lit(int(value) if exact else float(value))
    if not isinstance(value, str):
        return None
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is not None:
        raise ValueError(value)
    # As text, so that neither this machine's time zone nor the session's has a say.
    return f.lit(moment.isoformat(sep=" ")).cast("timestamp_ntz")
