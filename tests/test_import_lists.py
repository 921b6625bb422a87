"""HubSpot's lists as rules: what they ask, what is lost, and that an export comes back as it went."""

import json
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from segaudit.audit.exporting import ExportChoices, export_rules
from segaudit.audit.importing import import_lists
from segaudit.audit.proving import prove_rules
from segaudit.audit.ruling import load_rules
from segaudit.errors import InputError
from segaudit.model.conditions import Clause, Group
from tests.rules_support import AS_OF, run, write

Filter = dict[str, Any]


def listed(folder: Path, *filters: Filter, **more: Any) -> Path:  # noqa: ANN401 - keys of a list
    """Write a list whose one branch has some filters, as the API answers it."""
    branch = {"filterBranchType": "AND", "filters": list(filters), "filterBranches": []}
    root = {"filterBranchType": "OR", "filters": [], "filterBranches": [branch]}
    body = {"listId": "7", "name": "A list", "objectTypeId": "0-1", "filterBranch": root} | more
    path = folder / "list.json"
    path.write_text(json.dumps({"list": body}), encoding="utf-8")
    return path


def asked(name: str, kind: str, operator: str, **more: Any) -> Filter:  # noqa: ANN401 - keys of an operation
    """Return a filter of a property."""
    return {
        "filterType": "PROPERTY",
        "property": name,
        "operation": {"operationType": kind, "operator": operator, **more},
    }


def criteria(folder: Path, path: Path) -> Clause | Group:
    """Import a list, load what was written, and return its criteria."""
    rules = folder / "rules.yaml"
    rules.write_text(import_lists(str(path), "hubspot").text, encoding="utf-8")
    condition = load_rules(str(rules)).schemas[0].segments[0].criteria
    assert isinstance(condition, Clause | Group)
    return condition


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (asked("jobtitle", "MULTISTRING", "CONTAINS", values=["CEO"]), ("job_title", "contains", ("CEO",), "exclude")),
        (
            asked("jobtitle", "MULTISTRING", "IS_NOT_EQUAL_TO", values=["CEO"], includeObjectsWithNoValueSet=True),
            ("job_title", "not_in", ("CEO",), "include"),
        ),
        (asked("numemployees", "NUMBER", "IS_LESS_THAN", value=5), ("employees", "lt", 5.0, "exclude")),
        (
            asked("numemployees", "NUMBER_RANGED", "IS_BETWEEN", lowerBound=1, upperBound=9),
            ("employees", "between", (1.0, 9.0), "exclude"),
        ),
        (asked("hs_email_optout", "BOOL", "IS_EQUAL_TO", value=True), ("unsubscribed", "is", True, "exclude")),
        (asked("Tier (own)", "ENUMERATION", "IS_ANY_OF", values=["NO"]), ("tier_own", "in", ("NO",), "exclude")),
    ],
)
def test_filters_as_clauses(tmp_path: Path, item: Filter, expected: tuple[Any, ...]) -> None:
    """A filter becomes a clause that says of a blank what the filter says."""
    clause = criteria(tmp_path, listed(tmp_path, item))
    assert isinstance(clause, Clause)
    assert (clause.field, clause.operator, clause.operand, clause.options.missing.value) == expected


def test_what_is_lost(tmp_path: Path) -> None:
    """What the rules have no word for is named, and is UNKNOWN of every record rather than left out."""
    page = {"filterType": "PAGE_VIEW", "operator": "HAS_PAGEVIEW_CONTAINS", "pageUrl": "pricing"}
    path = listed(tmp_path, page, asked("city", "MULTISTRING", "HAS_EVER_BEEN_EQUAL_TO", values=["Bonn"]))
    (imported,) = import_lists(str(path), "hubspot").lists
    assert imported.notes == ("a filter of type PAGE_VIEW", "city: HAS_EVER_BEEN_EQUAL_TO of a property of type text")
    group = criteria(tmp_path, path)
    assert isinstance(group, Group)
    assert [member.field for member in group.members if isinstance(member, Clause)] == ["not_carried_over"] * 2


def test_lists_of_lists(tmp_path: Path) -> None:
    """Membership in a list of the same file is a reference; a circle of lists is cut and named."""
    both = []
    for number, other in (("1", "2"), ("2", "1")):
        body = json.loads(
            listed(tmp_path, {"filterType": "IN_LIST", "operator": "IN_LIST", "listId": other}).read_text()
        )
        both.append(body["list"] | {"listId": number, "name": f"L {number}"})
    (tmp_path / "two.json").write_text(json.dumps({"lists": both}), encoding="utf-8")
    first, second = import_lists(str(tmp_path / "two.json"), "hubspot").lists
    assert first.notes == ()
    assert "asks for this list in turn" in second.notes[0]


RULES = """
    fields: {unsubscribed: {type: bool, blank_means: false}}
    schemas:
      s:
        assign: all_matches
        segments:
          numbers: {criteria: {all: [{employees: {range: [1, 50]}}, {annual_revenue: {not_between: [10, 20]}}]}}
          blanks: {criteria: {any: [{employees: {ne: 5, missing: include}}, {annual_revenue: {unknown: true}}]}}
          days: {criteria: {last_engaged_on: {within_last: 30d}}}
          later: {criteria: {last_engaged_on: {not_within_last: 6m}}}
          flags: {criteria: {unsubscribed: {is: true}}}
          words: {criteria: {all: [{job_title: {not_in: [CEO, "NO", "0501"]}}, {lifecycle_stage: {in: [lead]}}]}}
          some: {criteria: {at_least: {n: 2, of: [{employees: {gte: 5}}, {annual_revenue: {gte: 9}}, {city: {eq: x}}]}}}
"""


@pytest.mark.parametrize("moving", [True, False])
def test_there_and_back(tmp_path: Path, moving: bool) -> None:  # noqa: FBT001 - two cases
    """Each segment, exported to HubSpot and imported again, is proved to hold the same records."""
    path = write(tmp_path / "rules.yaml", RULES)
    exported = export_rules(str(path), "hubspot", ExportChoices(as_of=None if moving else AS_OF, moving=moving))
    (tmp_path / "lists.json").write_text(exported.files[0].text, encoding="utf-8")
    imported = import_lists(str(tmp_path / "lists.json"), "hubspot")
    assert [item.notes for item in imported.lists] == [()] * 7
    # The proof compares segments of one schema, so both of each stand in one.
    yaml = YAML(typ="safe", pure=True)
    rules, theirs = yaml.load(path.read_text()), yaml.load(imported.text)
    rules["schemas"]["s"]["segments"] |= theirs["schemas"]["hubspot_lists"]["segments"]
    yaml.dump(rules, tmp_path / "both.yaml")
    facts = prove_rules(str(tmp_path / "both.yaml"), AS_OF).facts
    verdicts = {frozenset((pair.a, pair.b)): pair.verdict.value for pair in facts.pairs}
    names = ["numbers", "blanks", "days", "later", "flags", "words", "some"]
    assert {name: verdicts[frozenset((name, f"s_{name}"))] for name in names} == dict.fromkeys(names, "equal")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[" * 100_000,
        "{}",
        "[]",
        "null",
        '{"lists": [1, "x", null]}',
        '{"filterBranch": 5, "name": {"a": 1}}',
        '{"name": "x", "filterBranch": {"filterBranchType": "OR", "filters": [null, 5, {"filterType": []}]}}',
        (
            '{"name": "\\ud800", "filterBranch": {"filterBranchType": "AND", "filters": [{"filterType": "PROPERTY", '
            '"property": "\\ud800", "operation": {"operationType": "NUMBER", "operator": "IS_LESS_THAN", '
            '"value": 1e999}}]}}'
        ),
    ],
)
def test_any_json(tmp_path: Path, text: str) -> None:
    """Whatever stands in the file, the answer is a segment file that loads or one message."""
    path = tmp_path / "lists.json"
    path.write_text(text, encoding="utf-8")
    ran = run("rules", "import", path, "--from", "hubspot", "-o", tmp_path / "out.yaml", "-q")
    assert ran.code in {0, 2}
    assert "Traceback" not in ran.err
    assert "at fault" not in ran.err
    if ran.code == 0:
        assert load_rules(str(tmp_path / "out.yaml")).schemas


def test_deep_branches(tmp_path: Path) -> None:
    """Branches within branches are read to a depth, and named beyond it."""
    branch: dict[str, Any] = {"filterBranchType": "AND", "filters": [asked("city", "ALL_PROPERTY", "IS_KNOWN")]}
    for number in range(120):
        branch = {"filterBranchType": ("OR", "AND")[number % 2], "filters": [], "filterBranches": [branch]}
    path = tmp_path / "deep.json"
    path.write_text(json.dumps({"name": "deep", "filterBranch": branch}), encoding="utf-8")
    (imported,) = import_lists(str(path), "hubspot").lists
    assert imported.notes == ("branches that stand too deep in each other",)


def test_names_that_are_yaml(tmp_path: Path) -> None:
    """A list's name is text in the segment file, whatever it reads like, and no two segments have one name."""
    item = asked("city", "MULTISTRING", "IS_EQUAL_TO", values=["yes", "1e3", "0501", "- x: {y", "a\nb: c"])
    bodies = [
        json.loads(listed(tmp_path, item, name=name).read_text())["list"]
        for name in ("x: y\n  criteria: &a [*a]", "x y criteria a a", "{{ 5 }}", "")
    ]
    (tmp_path / "many.json").write_text(json.dumps(bodies), encoding="utf-8")
    imported = import_lists(str(tmp_path / "many.json"), "hubspot")
    names = [entry.segment for entry in imported.lists]
    assert names == ["x_y_criteria_a_a", "x_y_criteria_a_a_2", "list_5", "list"]
    (tmp_path / "out.yaml").write_text(imported.text, encoding="utf-8")
    clause = load_rules(str(tmp_path / "out.yaml")).schemas[0].segments[0].criteria
    assert isinstance(clause, Clause)
    assert clause.operand == ("yes", "1e3", "0501", "- x: {y", "a\nb: c")


def test_import_refuses(tmp_path: Path) -> None:
    """A file that is not there, and a system that is not known, are one message each."""
    missing = run("rules", "import", tmp_path / "no.json", "--from", "hubspot")
    assert (missing.code, "cannot be read" in missing.err) == (2, True)
    with pytest.raises(InputError, match="cannot be read"):
        import_lists(str(tmp_path), "pipedrive")
