"""Checks of the row contract as a suite for a client's own great_expectations: pandas, Spark or a warehouse.

Each check becomes expectations of which exactly the rows that fail the check are unexpected; what GX cannot say in
the same sense is left out and named with the reason.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from segaudit.interop.expectations.clauses import PRESENCE, CannotSayError, Expected, Wording, expected_of
from segaudit.interop.expectations.conjuncts import conjuncts_of
from segaudit.interop.expectations.frames import ClientTable
from segaudit.interop.expectations.guards import Guard, asks_for, guard_of
from segaudit.interop.expectations.spellings import Spellings
from segaudit.model.conditions import clauses_of
from segaudit.model.fields import ColumnReading, FieldType
from segaudit.model.gates import ExportedSuite, LeftOut
from segaudit.model.quality import Check
from segaudit.model.segments import RuleField

_BLANKS = (
    "Empty cells are missing (null) and every other cell is kept as it is written, words such as N/A included: the "
    "regular expressions let those pass that stand for a missing value in this file. Columns read as numbers or dates "
    "hold null where a cell is neither; dates are days, their time cut off."
)


def export_suite(  # noqa: PLR0913 - a suite is made of all of it
    checks: Sequence[Check],
    table: ClientTable,
    *,
    name: str,
    as_of: date,
    readings: Mapping[str, ColumnReading] | None = None,
    fields: Mapping[str, RuleField] | None = None,
    unique: Iterable[str] = (),
) -> ExportedSuite:
    """Return checks as the JSON of a suite.

    Args:
        checks: Those with a finder are left out.
        table: The file they are about; what its columns say decides how blanks and spellings are let pass.
        name: Of the suite.
        as_of: What ``as_of`` and lengths of time count from; it is written into the suite as dates.
        readings: By rule field; the mapped columns by their fields if not given.
        fields: What the rules declare of fields; a field whose blanks mean something is left out.
        unique: Rule fields whose values have to differ.
    """
    if readings is None:
        readings = {reading.column.field: reading for reading in table.readings if reading.column.field}
    wording = Wording(
        readings=readings, as_of=as_of, spellings=Spellings(table=table), typed=_typed(checks, readings, fields or {})
    )
    expectations, carried, left_out = [], [], []
    for check in checks:
        try:
            expectations += _said(check, wording, fields or {})
            carried.append(check.id)
        except CannotSayError as reason:
            left_out.append(LeftOut(check=check.id, column=check.column, reason=str(reason)))
    expectations += [_unique(field, readings) for field in unique if field in readings]
    suite = {
        "name": name,
        "expectations": expectations,
        "meta": {"segaudit": _about(table, wording, expectations, left_out)},
    }
    text = json.dumps(suite, ensure_ascii=False, indent=2) + "\n"
    return ExportedSuite(text=text, carried=tuple(carried), left_out=tuple(left_out))


def _typed(
    checks: Sequence[Check], readings: Mapping[str, ColumnReading], fields: Mapping[str, RuleField]
) -> frozenset[int]:
    """Return the columns that are compared as numbers or dates; any other is read as text."""
    typed = set()
    for condition in (part for check in checks for part in (check.when, check.expect) if part is not None):
        for clause in clauses_of(condition):
            names = [clause.field, str(clause.operand)] if clause.operator.endswith("_field") else [clause.field]
            for reading in (readings[name] for name in names if name in readings and not _has_own_sense(name, fields)):
                plain = clause.operator in PRESENCE or clause.operator in {"valid", "invalid", "placeholder"}
                if not plain and reading.type in _READ_AS:
                    typed.add(reading.column.position)
    return frozenset(typed)


_READ_AS = {
    FieldType.INT: "number",
    FieldType.NUMBER: "number",
    FieldType.MONEY: "number",
    FieldType.DATE: "date",
}


def _has_own_sense(name: str, fields: Mapping[str, RuleField]) -> bool:
    field = fields.get(name)
    return field is not None and (field.blank_means is not None or field.currency is not None)


def _said(check: Check, wording: Wording, fields: Mapping[str, RuleField]) -> list[dict[str, Any]]:
    """Return the expectations that stand for a check.

    Raises:
        CannotSayError: There are none.
    """
    if check.expect is None:
        raise CannotSayError("it looks for what cannot be stated in advance")
    conditions = [part for part in (check.when, check.expect) if part is not None]
    for clause in (clause for condition in conditions for clause in clauses_of(condition)):
        if _has_own_sense(clause.field, fields):
            raise CannotSayError(f'what "{clause.field}" means is settled by the rules (blank_means, currency)')
    clauses = conjuncts_of(check.expect)
    made = []
    for written in clauses:
        clause = written
        if clause.operator == "valid" and check.when is not None and asks_for(check.when, clause.field):
            clause = replace(clause, operator="invalid", operand=not clause.operand)  # filled and not valid is invalid
        guard = guard_of(check.when, clause, wording) if check.when is not None else None
        made += [(item, guard) for item in expected_of(clause, wording)]
    adds_up = len(clauses) == 1  # of several, a row may be unexpected by more than one
    return [
        _config(check, item, guard, {"part": part, "of": len(made), "adds_up": adds_up} if len(made) > 1 else {})
        for part, (item, guard) in enumerate(made, start=1)
    ]


def _config(check: Check, expected: Expected, guard: Guard | None, part: Mapping[str, Any]) -> dict[str, Any]:
    kind, kwargs = expected
    condition = {"row_condition": guard.condition} if guard is not None and guard.condition is not None else {}
    return {
        "type": f"expect_{kind}",
        "kwargs": {**kwargs, **condition},
        "notes": " ".join(filter(None, (f"{check.title.rstrip('.')}.", check.why, check.mend))),
        "meta": {
            "segaudit": {
                "check": check.id,
                "field": check.column,
                "severity": check.severity.value,
                "why": check.why,
                "mend": check.mend,
                **part,
            }
        },
    }


def _unique(field: str, readings: Mapping[str, ColumnReading]) -> dict[str, Any]:
    return {
        "type": "expect_column_values_to_be_unique",
        "kwargs": {"column": readings[field].column.header},
        "notes": "Every value may stand once.",
        "meta": {"segaudit": {"check": f"unique {field}"}},
    }


def _about(
    table: ClientTable, wording: Wording, expectations: Sequence[Mapping[str, Any]], left_out: Sequence[LeftOut]
) -> dict[str, Any]:
    """Return what whoever runs the suite has to know: how to read the columns, and what is not in it."""
    named = {
        column
        for item in expectations
        for key in ("column", "column_A", "column_B")
        if (column := item["kwargs"].get(key)) is not None
    }
    named |= {column for item in expectations for column in _guarding(item["kwargs"].get("row_condition"))}
    columns, remarks = [], []
    for reading in (reading for reading in table.readings if reading.column.header in named):
        typed = reading.column.position in wording.typed
        read_as = _READ_AS[reading.type] if typed else "text"
        odd = wording.spellings.odd(reading) if typed else 0
        day_first = {"day_first": reading.style == "dmy"} if odd and read_as == "date" else {}
        columns.append({"column": reading.column.header, "read_as": read_as, **day_first})
        if odd:
            remarks.append(f'{odd:,} cells of "{reading.column.header}" are written as other tools may not read them')
    return {
        "made_from": Path(table.source.name).name,
        "as_of": wording.as_of.isoformat(),
        "reading": _BLANKS,
        "columns": columns,
        "remarks": remarks,
        "left_out": [{"check": item.check, "field": item.column, "reason": item.reason} for item in left_out],
    }


def _guarding(condition: Mapping[str, Any] | None) -> Iterable[str]:
    if condition is None:
        return
    for part in condition.get("conditions", ()):
        yield from _guarding(part)
    if "column" in condition:
        yield condition["column"]["name"]
