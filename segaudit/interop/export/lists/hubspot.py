"""Segments as HubSpot lists: the body of a request to its lists API, an OR of ANDs of property filters.

Source: HubSpot developer documentation, "List filters overview" of the CRM lists API v3: a root branch OR, below it
branches AND, filters in these only; operations by type of property; includeObjectsWithNoValueSet for blanks.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from segaudit.interop.export.lists.carried import Carried
from segaudit.interop.export.lists.filters import Comparison, FromToday, Value
from segaudit.interop.export.lists.logic import disjuncts
from segaudit.interop.export.lists.system import System
from segaudit.interop.export.words import note_words, one_line
from segaudit.model.exports import ExportedFile, Fidelity, Note

MOST_FILTERS = 250
_ZONE = {"timezoneSource": "CUSTOM", "zoneId": "UTC"}
_LONGEST_NAME = 200
_INCLUSIVE = frozenset({"gte", "lte"})
_AFTER_THE_DAY = frozenset({"gt", "lte"})  # they ask for the moment a day is over


def write_lists(carried: Sequence[Carried], system: System) -> tuple[tuple[ExportedFile, ...], tuple[Carried, ...]]:
    """Return the lists as files, the first with all of them; and the segments with what came to light on the way."""
    files, settled, all_lists = [], [], []
    for item in carried:
        groups = disjuncts(item.formula, MOST_FILTERS)
        noted = _noted(item, too_many=groups is None)
        settled.append(noted)
        body = _list(noted, groups or [], system)
        if groups:
            all_lists.append(body)
            name = f"{item.schema.id}.{item.segment.id}.json"
            files.append(ExportedFile(name=name, text=_json(body)))
    notes = {
        f"{item.schema.id}.{item.segment.id}": {
            "fidelity": item.fidelity.fidelity.value,
            "notes": [one_line(note_words(note)) for note in item.notes],
        }
        for item in settled
    }
    report = ExportedFile(name="fidelity.json", text=_json(notes))
    whole = ExportedFile(name="lists.json", text=_json({"fidelity": notes, "lists": all_lists}))
    return (whole, *files, report), tuple(settled)


def _noted(item: Carried, *, too_many: bool) -> Carried:
    if too_many:
        why = (
            f"as an OR of ANDs it takes more than the {MOST_FILTERS} filters a HubSpot list may have, and no list is "
            "written; ask for less, or build it on lists of its parts"
        )
        return _with_note(item, why)
    if item.nobody:
        return _with_note(item, "nothing of it can be carried over, and no list is written")
    return item


def _with_note(item: Carried, why: str) -> Carried:
    note = Note(fidelity=Fidelity.NOT_CARRIED, about=f"{item.schema.id}.{item.segment.id}", why=why)
    return replace(item, notes=(*item.notes, note))


def _list(item: Carried, groups: Sequence[Sequence[Comparison]], system: System) -> dict[str, Any]:
    branches = [
        {
            "filterBranchType": "AND",
            "filterBranchOperator": "AND",
            "filterBranches": [],
            "filters": [_filter(comparison, system) for comparison in group],
        }
        for group in groups
    ]
    root = {"filterBranchType": "OR", "filterBranchOperator": "OR", "filterBranches": branches, "filters": []}
    return {
        "name": one_line(f"{item.schema.id}: {item.segment.name}")[:_LONGEST_NAME],
        "objectTypeId": system.object_id,
        "processingType": "DYNAMIC",
        "filterBranch": root,
    }


def _filter(comparison: Comparison, system: System) -> dict[str, Any]:
    known = system.property(comparison.field)
    operator = system.operator(comparison)
    operation: dict[str, Any] = {
        "operationType": operator.cells["operationType"],
        "operator": operator.cells["name"],
        "includeObjectsWithNoValueSet": comparison.with_blank,
    }
    match operator.cells["values"]:
        case "many":
            operation["values"] = [str(value) for value in comparison.values]
        case "one":
            operation["value"] = _plain(comparison.values[0])
        case "day":
            operation |= {
                "type": "TIME_POINT",
                "propertyParser": "VALUE",
                "timePoint": _time_point(comparison.values[0], end=comparison.operator in _AFTER_THE_DAY),
                "endpointBehavior": _endpoint(comparison),
            }
    return {"filterType": "PROPERTY", "property": known.name, "operation": operation}


def _endpoint(comparison: Comparison) -> str:
    inclusive = comparison.operator in _INCLUSIVE
    over = isinstance(comparison.values[0], FromToday) and comparison.operator in _AFTER_THE_DAY
    return "INCLUSIVE" if inclusive is not over else "EXCLUSIVE"


def _plain(value: Value) -> Any:  # noqa: ANN401 - a JSON value
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value


def _time_point(day: Value, *, end: bool) -> dict[str, Any]:
    """Return a day's first moment, or its last: after a day begins when it is over."""
    if isinstance(day, FromToday):
        point: dict[str, Any] = {"timeType": "INDEXED", **_ZONE, "indexReference": {"referenceType": "TODAY"}}
        # Today is its first moment; a day is over when the next begins.
        offset = {day.unit: day.amount} if day.amount else {}
        if end:
            offset["days"] = offset.get("days", 0) + 1
        return point | ({"offset": offset} if offset.get("days", 1) or len(offset) > 1 else {})
    if not isinstance(day, date):
        raise TypeError(day)
    hours = {"hour": 23, "minute": 59, "second": 59, "millisecond": 999} if end else {}
    return {"timeType": "DATE", **_ZONE, "year": day.year, "month": day.month, "day": day.day, **hours}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
