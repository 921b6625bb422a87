"""Rules as lists: for HubSpot the JSON its lists API takes, for Salesforce queries and list views."""

import json
import random
from datetime import date
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from segaudit.audit.exporting import ExportChoices, export_rules
from segaudit.interop.export.lists.logic import Both, Either, Leaf, disjuncts
from segaudit.model.exports import Fidelity, RulesExported
from segaudit.model.segments import Assignment
from tests.compare_reference import case_of
from tests.export_support import Typed, random_typed_case
from tests.reference import generate
from tests.rules_support import AS_OF, run, write

NUMBERS = {"int", "number", "money", "date", "bool"}  # what a CRM compares as the rules do


def exported(folder: Path, text: str, target: str = "hubspot", **choices: Any) -> RulesExported:  # noqa: ANN401 - options
    """Return rules as lists of a CRM, counted from the day of the tests."""
    path = write(folder / "rules.yaml", text)
    return export_rules(str(path), target, ExportChoices(**({"as_of": AS_OF} | choices)))


def filters(result: RulesExported) -> list[list[tuple[str, str, str, Any, bool]]]:
    """Return the filters of the first list, group by group: property, type, operator, value, whether a blank passes."""
    root = json.loads(result.files[0].text)["lists"][0]["filterBranch"]
    return [[_flat(item) for item in branch["filters"]] for branch in root["filterBranches"]]


def _flat(item: dict[str, Any]) -> tuple[str, str, str, Any, bool]:
    operation = item["operation"]
    value = operation.get("value", operation.get("values", operation.get("timePoint")))
    kind, operator = operation["operationType"], operation["operator"]
    return item["property"], kind, operator, value, operation["includeObjectsWithNoValueSet"]


def passes(branch: dict[str, Any], record: Typed) -> bool:
    """Tell whether HubSpot would pass a record: its documentation, one filter at a time."""
    said = [_passes(item, record) for item in branch["filters"]]
    said += [passes(item, record) for item in branch["filterBranches"]]
    return any(said) if branch["filterBranchType"] == "OR" else all(said)


def _passes(item: dict[str, Any], record: Typed) -> bool:
    value, operation = record.get(item["property"]), item["operation"]
    operator = operation["operator"]
    if operation["operationType"] == "ALL_PROPERTY":
        return (value is not None) is (operator == "IS_KNOWN")
    if value is None:
        return bool(operation["includeObjectsWithNoValueSet"])
    if operation["operationType"] == "BOOL":
        return value is operation["value"]
    if operation["operationType"] == "TIME_POINT":
        return _on_side(value, operation)
    return bool(_COMPARE[operator](value, operation["value"]))


_COMPARE = {
    "IS_EQUAL_TO": lambda value, other: value == other,
    "IS_NOT_EQUAL_TO": lambda value, other: value != other,
    "IS_GREATER_THAN": lambda value, other: value > other,
    "IS_GREATER_THAN_OR_EQUAL_TO": lambda value, other: value >= other,
    "IS_LESS_THAN": lambda value, other: value < other,
    "IS_LESS_THAN_OR_EQUAL_TO": lambda value, other: value <= other,
}


def _on_side(value: date, operation: dict[str, Any]) -> bool:
    """Compare a day, which HubSpot keeps as its first moment, with a moment."""
    point = operation["timePoint"]
    day, is_end = date(point["year"], point["month"], point["day"]), point.get("hour") == 23
    if operation["operator"] == "IS_AFTER":
        return value > day or (value == day and operation["endpointBehavior"] == "INCLUSIVE" and not is_end)
    return value < day or (value == day and (operation["endpointBehavior"] == "INCLUSIVE" or is_end))


def test_waterfall_as_filters(tmp_path: Path) -> None:
    """A later segment of a waterfall asks that the earlier one does not hold, which a blank does not."""
    result = exported(
        tmp_path,
        """
        schemas:
          s:
            assign: first_match
            segments:
              big: {criteria: {employees: {gte: 501}}}
              known: {criteria: {annual_revenue: {known: true}}}
        """,
    )
    lists = json.loads(result.files[0].text)["lists"]
    assert [item["name"] for item in lists] == ["s: big", "s: known"]
    assert filters(result) == [[("numemployees", "NUMBER", "IS_GREATER_THAN_OR_EQUAL_TO", 501, False)]]
    group = [_flat(item) for item in lists[1]["filterBranch"]["filterBranches"][0]["filters"]]
    assert group == [
        ("annualrevenue", "ALL_PROPERTY", "IS_KNOWN", None, False),
        ("numemployees", "NUMBER", "IS_LESS_THAN", 501, True),
    ]
    assert {item.fidelity for item in result.segments} == {Fidelity.EXACT}


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("unsubscribed: {is: false}", [[("hs_email_optout", "BOOL", "IS_EQUAL_TO", False, True)]]),
        ("unsubscribed: {is: true}", [[("hs_email_optout", "BOOL", "IS_EQUAL_TO", True, False)]]),
        ("employees: {ne: 5, missing: include}", [[("numemployees", "NUMBER", "IS_NOT_EQUAL_TO", 5, True)]]),
        ("employees: {ne: 5}", [[("numemployees", "NUMBER", "IS_NOT_EQUAL_TO", 5, False)]]),
        (
            "job_title: {not_in: [CEO, CTO]}",
            [[("jobtitle", "MULTISTRING", "IS_NOT_EQUAL_TO", ["CEO", "CTO"], False)]],
        ),
        ("lifecycle_stage: {in: [lead]}", [[("lifecyclestage", "ENUMERATION", "IS_ANY_OF", ["lead"], False)]]),
        ("lifecycle_stage: {unknown: true}", [[("lifecyclestage", "ALL_PROPERTY", "IS_UNKNOWN", None, False)]]),
    ],
)
def test_blanks_in_hubspot(tmp_path: Path, clause: str, expected: list[Any]) -> None:
    """Whether a blank passes follows from what the rules say of a missing value, not from HubSpot's habits."""
    text = f"""
        fields: {{unsubscribed: {{type: bool, blank_means: false}}}}
        schemas: {{s: {{assign: all_matches, segments: {{g: {{criteria: {{{clause}}}}}}}}}}}
    """
    assert filters(exported(tmp_path, text)) == expected


def test_days_that_move(tmp_path: Path) -> None:
    """A length of time is counted from today, or from a day that stays."""
    text = "schemas: {s: {assign: all_matches, segments: {g: {criteria: {last_engaged_on: {before_last: 6m}}}}}}"
    ((fixed,),) = filters(exported(tmp_path, text))
    assert fixed[2] == "IS_BEFORE"
    assert [fixed[3][key] for key in ("timeType", "year", "month", "day")] == ["DATE", 2025, 9, 30]
    ((moving,),) = filters(exported(tmp_path, text, moving=True))
    assert moving[3]["indexReference"] == {"referenceType": "TODAY"}
    assert moving[3]["offset"] == {"months": -6}


def test_what_hubspot_lacks(tmp_path: Path) -> None:
    """A clause HubSpot has no filter for counts as UNKNOWN and is named; the rest of the list stands."""
    result = exported(
        tmp_path,
        """
        schemas:
          s:
            assign: all_matches
            segments:
              part: {criteria: {any: [{employees: {gte: 5}}, {job_title: {matches: "^c.o$"}}]}}
              nothing: {criteria: {job_title: {matches: "^c.o$"}}}
        """,
    )
    assert filters(result) == [[("numemployees", "NUMBER", "IS_GREATER_THAN_OR_EQUAL_TO", 5, False)]]
    assert [item.fidelity for item in result.segments] == [Fidelity.NOT_CARRIED] * 2
    assert "job_title matches" in result.segments[0].notes[0].about
    assert "no list is written" in result.segments[1].notes[-1].why


def test_too_many_filters(tmp_path: Path) -> None:
    """A list that takes more than 250 filters as an OR of ANDs is not written, and that is said."""
    pairs = ", ".join(f"{{any: [{{employees: {{eq: {n}}}}}, {{annual_revenue: {{eq: {n}}}}}]}}" for n in range(9))
    text = f"schemas: {{s: {{assign: all_matches, segments: {{g: {{criteria: {{all: [{pairs}]}}}}}}}}}}"
    result = exported(tmp_path, text)
    assert json.loads(result.files[0].text)["lists"] == []
    assert "more than the 250 filters" in result.segments[0].notes[-1].why


def test_disjunctive_form() -> None:
    """An OR of ANDs leaves out what asks for more than another does."""
    a, b, c = Leaf("a"), Leaf("b"), Leaf("c")
    assert disjuncts(Both((Either((a, b)), Either((a, c)))), 10) == [("a",), ("b", "c")]
    assert disjuncts(Both((Either((a, b)), Either((a, c)))), 2) is None
    assert disjuncts(Either(()), 10) == []


@pytest.mark.parametrize("number", range(6))
def test_random_lists(tmp_path: Path, number: int) -> None:
    """A record is in a list if the rules say it is a member; what cannot be carried over aside."""
    rng: random.Random = case_of(11, number)
    kinds = {name: kind for name, kind in generate.FIELDS.items() if kind in NUMBERS}
    with mock.patch.object(generate, "FIELDS", kinds):
        book, as_of, typed, expected = random_typed_case(rng, tmp_path)
    mapped = "\n".join(f"{name},{name}," for name in book.fields)
    (tmp_path / "map.csv").write_text(f"field,column,type\n{mapped}\n", encoding="utf-8")
    choices = ExportChoices(as_of=as_of, columns=str(tmp_path / "map.csv"))
    result = export_rules(str(tmp_path / "view"), "hubspot", choices)
    bodies = {file.name: json.loads(file.text) for file in result.files}
    for item in result.segments:
        if any(note.fidelity is Fidelity.NOT_CARRIED and "nothing of it" not in note.why for note in item.notes):
            continue
        body, schema = bodies.get(f"{item.schema}.{item.segment}.json"), book.schema(item.schema)
        ids = [segment.id for segment in schema.segments]
        before = ids[: ids.index(item.segment)] if schema.assign is Assignment.FIRST_MATCH else []
        for record, said in zip(typed, expected, strict=True):
            verdicts = said[item.schema][1]
            member = verdicts[item.segment] is True and not any(verdicts[other] is True for other in before)
            assert (body is not None and passes(body["filterBranch"], record)) is member


# ---------------------------------------------------------------------------------------------------------- Salesforce

SOQL = """
    schemas:
      s:
        assign: first_match
        segments:
          big: {criteria: {all: [{employees: {gte: 501}}, {industry: {in: ["O'Brien", 'back\\slash']}}]}}
          named: {criteria: {company: {contains: ["100%", plain]}}}
"""


def test_soql(tmp_path: Path) -> None:
    """Each comparison says itself whether a blank passes; quotes, backslashes and wildcards are escaped."""
    result = exported(tmp_path, SOQL, "salesforce", table="companies")
    found = [item["soql"] for item in json.loads(result.files[0].text)["segments"]]
    assert found == [
        (
            "SELECT Id FROM Account WHERE (NumberOfEmployees >= 501 AND NumberOfEmployees != null) AND "
            "(Industry IN ('O\\'Brien', 'back\\\\slash') AND Industry != null)"
        ),
        (
            "SELECT Id FROM Account WHERE ((Name LIKE '%100\\\\%%' OR Name LIKE '%plain%') AND Name != null) AND "
            "((NumberOfEmployees < 501 OR NumberOfEmployees = null) OR "
            "(Industry NOT IN ('O\\'Brien', 'back\\\\slash') OR Industry = null))"
        ),
    ]


def test_list_view(tmp_path: Path) -> None:
    """A list view has numbered filters, and logic over the numbers; more than ten make none."""
    parts = json.loads(exported(tmp_path, SOQL, "salesforce", table="companies").files[0].text)["segments"]
    view = parts[0]["listView"]
    assert view["filterLogicString"] == "1 AND 2 AND 3 AND 4"
    assert view["filteredByInfo"][0] == {
        "fieldApiName": "NumberOfEmployees",
        "operator": "GreaterOrEqual",
        "operandLabels": ["501"],
    }
    many = ", ".join(f"{{employees: {{eq: {n}}}}}" for n in range(12))
    text = f"schemas: {{s: {{assign: all_matches, segments: {{g: {{criteria: {{any: [{many}]}}}}}}}}}}"
    (part,) = json.loads(exported(tmp_path, text, "salesforce", table="companies").files[0].text)["segments"]
    assert part["listView"] is None
    assert part["soql"].count("NumberOfEmployees =") == 12
    assert part["fidelity"] == "nearly"


# -------------------------------------------------------------------------------------------------------- command line


def test_parts_in_a_folder(tmp_path: Path) -> None:
    """A folder gets a file for each list, and the fidelity beside them; a second run asks for --force."""
    rules = write(
        tmp_path / "r.yaml", "schemas: {s: {assign: all_matches, segments: {g: {criteria: {employees: {gte: 5}}}}}}"
    )
    folder = tmp_path / "lists"
    command = ("rules", "export", rules, "--to", "hubspot", "-o", folder)
    assert run(*command).code == 0
    assert sorted(file.name for file in folder.iterdir()) == ["fidelity.json", "s.g.json"]
    assert json.loads((folder / "s.g.json").read_text())["processingType"] == "DYNAMIC"
    again = run(*command)
    assert (again.code, "--force" in again.err) == (2, True)
    assert run(*command, "--force").code == 0


def test_fail_on(tmp_path: Path) -> None:
    """What is not carried over is an error to --fail-on, and what is nearly so a warning."""
    text = "schemas: {{s: {{assign: all_matches, segments: {{g: {{criteria: {{{}}}}}}}}}}}"
    lost = write(tmp_path / "lost.yaml", text.format('job_title: {matches: "x"}'))
    nearly = write(tmp_path / "nearly.yaml", text.format("job_title: {eq: x}"))
    codes = [
        run("rules", "export", path, "--to", "hubspot", "-q", "--fail-on", level).code
        for path in (lost, nearly)
        for level in ("never", "error", "warning")
    ]
    assert codes == [0, 1, 1, 0, 0, 1]
