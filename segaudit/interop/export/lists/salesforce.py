"""Segments for Salesforce: a SOQL query, and a list view where ten filters are enough.

What a query says of a blank differs from operator to operator there, so every comparison says it itself: ``AND f !=
null`` where a blank must not pass, ``OR f = null`` where it must. Source: SOQL and SOSL Reference ("Use null in WHERE",
"Comparison Operators"), User Interface API ("Create a List View": filteredByInfo, filterLogicString).
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from segaudit.errors import InputError
from segaudit.interop.export.lists.carried import Carried
from segaudit.interop.export.lists.filters import Comparison, Filters, FromToday, Value
from segaudit.interop.export.lists.logic import Both, Either, Formula, Leaf, mapped
from segaudit.interop.export.lists.system import System
from segaudit.interop.export.words import note_words, one_line
from segaudit.model.exports import ExportedFile, Fidelity, Note

MOST_FILTERS = 10  # of a list view
LONGEST_QUERY = 100_000  # characters
_LONGEST_LABEL = 40
_ESCAPES = str.maketrans(
    {"\\": "\\\\", "'": "\\'", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
)
_WILD = str.maketrans({"%": "\\%", "_": "\\_", "\\": "\\\\"})


def write_queries(carried: Sequence[Carried], system: System) -> tuple[tuple[ExportedFile, ...], tuple[Carried, ...]]:
    """Return queries and list views as files, the first with all of them; and the segments with what came to light."""
    files, settled, parts = [], [], []
    for item in carried:
        condition = _soql(item.formula, system)
        noted = _checked(item, condition)
        view = None if item.nobody else _list_view(item, system)
        if view is None and not item.nobody:
            noted = _with_note(noted, Fidelity.NEARLY, _NO_VIEW)
        settled.append(noted)
        name = f"{item.schema.id}.{item.segment.id}"
        usable = not any(note.fidelity is Fidelity.NOT_CARRIED and note.about == name for note in noted.notes)
        query = f"SELECT Id FROM {system.object_id} WHERE {condition}" if usable else None
        parts.append(
            {
                "schema": item.schema.id,
                "segment": item.segment.id,
                "fidelity": noted.fidelity.fidelity.value,
                "notes": [one_line(note_words(note)) for note in noted.notes],
                "soql": query,
                "listView": view if usable else None,
            }
        )
        if query is not None:
            files.append(ExportedFile(name=f"{name}.soql", text=query + "\n"))
        if view is not None and usable:
            files.append(ExportedFile(name=f"{name}.listview.json", text=_json(view)))
    whole = ExportedFile(name="queries.json", text=_json({"object": system.object_id, "segments": parts}))
    report = [{key: part[key] for key in ("schema", "segment", "fidelity", "notes")} for part in parts]
    return (whole, *files, ExportedFile(name="fidelity.json", text=_json(report))), tuple(settled)


_NO_VIEW = f"it takes more than the {MOST_FILTERS} filters of a list view, or one it lacks; the query has no such limit"


def _checked(item: Carried, condition: str) -> Carried:
    if item.nobody:
        return _with_note(item, Fidelity.NOT_CARRIED, "nothing of it can be carried over, and no query is written")
    if len(condition) > LONGEST_QUERY:
        why = f"the query has more than the {LONGEST_QUERY:,} characters Salesforce reads, and none is written"
        return _with_note(item, Fidelity.NOT_CARRIED, why)
    return item


def _with_note(item: Carried, fidelity: Fidelity, why: str) -> Carried:
    note = Note(fidelity=fidelity, about=f"{item.schema.id}.{item.segment.id}", why=why)
    return replace(item, notes=(*item.notes, note))


# ---------------------------------------------------------------------------------------------------------------- SOQL


def _soql(formula: Filters, system: System) -> str:
    if isinstance(formula, Leaf):
        return _compared(formula.filter, system)
    if not formula.members:
        return "Id != null" if isinstance(formula, Both) else "Id = null"
    joint = " AND " if isinstance(formula, Both) else " OR "
    return joint.join(
        part if isinstance(member, Leaf) else f"({part})"
        for member in formula.members
        for part in [_soql(member, system)]
    )


def _compared(comparison: Comparison, system: System) -> str:
    known = system.property(comparison.field)
    name, how = known.name, system.operator(comparison).cells["soql"]
    if how.endswith("null"):
        return f"{name} {how}"
    test = _test(name, how, comparison, is_moment=known.is_moment)
    if known.kind == "bool":  # a checkbox is never blank
        return test
    return f"({test} OR {name} = null)" if comparison.with_blank else f"({test} AND {name} != null)"


def _test(name: str, how: str, comparison: Comparison, *, is_moment: bool) -> str:
    values = comparison.values
    if how.endswith("joined"):
        return f"{name} {how.removesuffix(' joined')} {_quoted(';'.join(map(str, values)))}"
    if "LIKE" in how:
        pattern = how.partition("LIKE ")[2]
        plain = [str(value) if pattern == "x" else str(value).translate(_WILD) for value in values]
        tests = " OR ".join(f"{name} LIKE {_quoted(pattern.replace('x', text))}" for text in plain)
        several = f"({tests})" if len(plain) > 1 else tests
        return f"(NOT {several})" if how.startswith("NOT") else several
    if how in {"IN", "NOT IN", "INCLUDES", "EXCLUDES"}:
        return f"{name} {how} ({', '.join(_quoted(str(value)) for value in values)})"
    return _ordered(name, how, values[0], is_moment=is_moment)


def _ordered(name: str, how: str, value: Value, *, is_moment: bool) -> str:
    """Return a comparison with a number, a checkbox or a day; of a moment, with the day it falls on."""
    if isinstance(value, bool):
        return f"{name} {how} {str(value).upper()}"
    if isinstance(value, date):
        subject = f"DAY_ONLY({name})" if is_moment else name
        return f"{subject} {how} {value.isoformat()}"
    if isinstance(value, FromToday):
        return f"{name} {how} {_relative(value)}"
    return f"{name} {how} {_number(value)}"


def _relative(day: FromToday) -> str:
    """Return a day counted from today; months are counted as whole days, for SOQL's months are calendar months."""
    days = day.amount if day.unit == "days" else round(day.amount * 365.25 / 12)
    if days == 0:
        return "TODAY"
    return f"N_DAYS_AGO:{-days}" if days < 0 else f"NEXT_N_DAYS:{days}"


def _number(value: Value) -> str:
    number = float(str(value))
    return str(int(number)) if number.is_integer() and abs(number) < 2**53 else repr(number)


def _quoted(text: str) -> str:
    return f"'{text.translate(_ESCAPES)}'"


# ----------------------------------------------------------------------------------------------------------- list view


def _list_view(item: Carried, system: System) -> dict[str, Any] | None:
    """Return a list view; None if it takes too many filters, or one that list views lack."""
    rows: dict[str, tuple[int, dict[str, Any]]] = {}

    def numbered(comparison: Comparison, operator: str, values: Sequence[str]) -> Formula[int]:
        row = {
            "fieldApiName": system.property(comparison.field).name,
            "operator": operator,
            "operandLabels": list(values),
        }
        number, _ = rows.setdefault(json.dumps(row), (len(rows) + 1, row))
        return Leaf(number)

    def change(comparison: Comparison) -> Formula[int]:
        operator = system.operator(comparison).cells["list_view"]
        if not operator:
            raise InputError(comparison.operator)
        values = [_label(value) for value in comparison.values] or [""]
        test = numbered(comparison, operator, values)
        if comparison.operator in {"known", "unknown"} or system.property(comparison.field).kind == "bool":
            return test
        blank = numbered(comparison, "Equals" if comparison.with_blank else "NotEqual", [""])
        return Either((test, blank)) if comparison.with_blank else Both((test, blank))

    try:
        logic = mapped(item.formula, change)
    except InputError:
        return None
    if not rows or len(rows) > MOST_FILTERS:
        return None
    return {
        "listViewApiName": f"{item.schema.id}_{item.segment.id}"[:_LONGEST_LABEL],
        "label": one_line(item.segment.name)[:_LONGEST_LABEL],
        "filteredByInfo": [row for _, row in rows.values()],
        "filterLogicString": _logic(logic),
        "visibility": "Private",
    }


def _label(value: Value) -> str:
    if isinstance(value, bool):
        return "True" if value else "False"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, FromToday):
        return _relative(value).replace("_", " ").replace(":", " ")
    return _number(value) if isinstance(value, float) else value


def _logic(formula: Formula[int]) -> str:
    if isinstance(formula, Leaf):
        return str(formula.filter)
    joint = " AND " if isinstance(formula, Both) else " OR "
    return joint.join(
        _logic(member) if isinstance(member, Leaf) else f"({_logic(member)})" for member in formula.members
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
