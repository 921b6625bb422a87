"""``segaudit rules schema``: the JSON Schema says of a segment file what its own reader says."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import jsonschema
import pytest

from segaudit.audit.documenting import rules_schema
from segaudit.errors import RuleErrors
from segaudit.model.conditions import GroupKind
from segaudit.model.fields import VALUE_TYPES, FieldType
from segaudit.model.segments import RuleField
from segaudit.rulebook.json_schema import segment_file_schema
from segaudit.rulebook.keys import FIELD_KEYS, GOVERNANCE_KEYS, SCHEMA_KEYS, SEGMENT_KEYS, TEST_KEYS, TOP_KEYS
from segaudit.rulebook.load import load_rulebook
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.tables import load_catalogue
from segaudit.rulebook.yaml_nodes import load_plain
from segaudit.sql.operators import OPERATORS
from tests.reference import generate
from tests.rules_support import run, write

SCHEMA = rules_schema()
CHECKER = jsonschema.Draft202012Validator(SCHEMA)
SHIPPED = Path(__file__).parent.parent / "rules"
FILES = [*sorted((SHIPPED / "segments").glob("*.yaml")), *sorted((SHIPPED / "examples").glob("*.yaml"))]
CATALOGUE = load_catalogue(RulesLocation.at(None))


def faults(document: object) -> list[str]:
    """Return what the JSON Schema finds wrong."""
    return [error.message for error in CHECKER.iter_errors(document)]


def loads(path: Path) -> bool:
    """Tell whether the rules' own reader finds nothing wrong."""
    try:
        load_rulebook((path,), CATALOGUE)
    except RuleErrors:
        return False
    return True


def around(condition: str) -> str:
    """Return a file with one segment of these criteria."""
    return f"schemas: {{s: {{assign: all_matches, segments: {{g: {{criteria: {condition}}}}}}}}}\n"


def test_is_a_json_schema() -> None:
    """It is valid by the rules of JSON Schema 2020-12 itself."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"].endswith("2020-12/schema")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_shipped_files_are_valid(file: Path) -> None:
    """Every shipped segment file, and every example, has no fault."""
    assert faults(load_plain(file)) == []


RIGHT = {
    "a list means all": "[{employees: {gte: 1}}, {industry: {eq: Software}}]",
    "scaled numbers": "{annual_revenue: {between: [20M, 1.2B], missing: exclude}}",
    "one for a list": "{industry: {in: Software}}",
    "groups in groups": "{any: [{none: [{employees: {lt: 1}}]}, {not: {employees: {gt: 5}}}]}",
    "at least": "{at_least: {n: 1, of: [{employees: {gt: 1}}, {employees: {lt: 9}}]}}",
    "days": "{last_engaged_on: {between: [2026-01-31, as_of], missing: include}}",
    "lengths": "{last_engaged_on: {within_last: 30d, older_than: 1y}}",
    "periods": "{last_engaged_on: {this: quarter}}",
    "flags": "{unsubscribed: {is: yes}}",
    "counts": "{technologies: {count: {between: [2, 5]}}}",
    "likeness": "{company: {similar_to: {to: Acme, at_least: 0.8}}}",
    "places": "{country: {country_in: [DE, France]}}",
    "one place": "{country: {region_in: EMEA}}",
    "percentages": "{employees: {top_percent: 10}}",
    "another field": "{created_on: {before_field: last_engaged_on}}",
    "a sample": "{bucket: {percent: 10, salt: spring}}",
    "consent": "{may_contact: email}",
    "a row exists": "{deals: {exists: {where: {deal_stage: {eq: Won}}, within_last: 90d}}}",
    "any row": "{deals: {none: true}}",
    "how many rows": "{deals: {at_least: {n: 2, where: {deal_amount: {gt: 5K}}}}}",
    "so many rows": "{deals: {count: {gte: 2, lt: 9}}}",
    "a sum": "{deals: {sum: {of: deal_amount, gte: 10K}}}",
    "the last row": "{deals: {last: {by: deal_created_on, among: {product: {eq: x}}, where: {is_won: {is: no}}}}}",
}


@pytest.mark.parametrize("condition", RIGHT.values(), ids=RIGHT)
def test_what_the_reader_takes_is_valid(condition: str, tmp_path: Path) -> None:
    """A condition that the rules' own reader takes has no fault."""
    path = write(tmp_path / "a.yaml", around(condition))
    assert loads(path)
    assert faults(load_plain(path)) == []


WRONG = {
    "unknown key at the top": "schemata: {}\n" + around("{employees: {gt: 1}}"),
    "another version": "version: 2\n" + around("{employees: {gt: 1}}"),
    "schemas are a map": "schemas: [a]\n",
    "schema without assign": "schemas: {s: {segments: {g: {criteria: {employees: {gt: 1}}}}}}",
    "unknown assign": "schemas: {s: {assign: first, segments: {g: {criteria: {employees: {gt: 1}}}}}}",
    "schema without segments": "schemas: {s: {assign: all_matches, segments: {}}}",
    "unknown key of a schema": "schemas: {s: {assign: all_matches, els: x, segments: {g: {criteria: {age: {gt: 1}}}}}}",
    "name of a schema": "schemas: {S: {assign: all_matches, segments: {g: {criteria: {employees: {gt: 1}}}}}}",
    "name of a segment": "schemas: {s: {assign: all_matches, segments: {a-b: {criteria: {employees: {gt: 1}}}}}}",
    "label that is a number": "schemas: {s: {assign: all_matches, else: 1, segments: {g: {criteria: {age: {gt: 1}}}}}}",
    "segment without criteria": "schemas: {s: {assign: all_matches, segments: {g: {owner: ann}}}}",
    "unknown key of a segment": "schemas: {s: {assign: all_matches, segments: {g: {criterea: {employees: {gt: 1}}}}}}",
    "order of rank": (
        "schemas: {s: {assign: all_matches, segments: {g: {criteria: {employees: {gt: 1}}, "
        "rank_within: {by: employees, order: up}}}}}"
    ),
    "unknown operator": around("{employees: {greater: 1}}"),
    "operator of another type": around("{employees: {contains_word: x}}"),
    "operand that is no number": around("{employees: {gt: many}}"),
    "operand that is no day": around("{last_engaged_on: {after: soon}}"),
    "operand that is no length": around("{last_engaged_on: {within_last: month}}"),
    "one bound": around("{employees: {between: [1]}}"),
    "an empty list": around("{industry: {in: []}}"),
    "field without operator": around("{employees: 5}"),
    "field with options only": around("{employees: {missing: exclude}}"),
    "options only": around("{missing: exclude}"),
    "unknown policy": around("{employees: {gt: 1, missing: no}}"),
    "unknown case": around("{industry: {eq: x, case: upper}}"),
    "a word for a condition": around("software"),
    "an empty condition": around("{}"),
    "an empty group": around("{any: []}"),
    "not of a list": around("{not: [{employees: {gt: 1}}]}"),
    "at least without a number": around("{at_least: {of: [{employees: {gt: 1}}]}}"),
    "bucket without a share": around("{bucket: {salt: x}}"),
    "bucket of more than all": around("{bucket: {percent: 200}}"),
    "segment without its schema": around("{segment: hot}"),
    "name that no field has": around("{Employees: {gt: 1}}"),
    "unknown question to rows": around("{deals: {some: true}}"),
    "unknown key of related rows": around("{deals: {exists: {were: {deal_stage: {eq: Won}}}}}"),
    "sum of nothing": around("{deals: {sum: {gte: 1}}}"),
    "sum that is not compared": around("{deals: {sum: {of: deal_amount}}}"),
    "last row without a question": around("{deals: {last: {by: deal_created_on}}}"),
    "unknown type": "fields: {n: {type: integer}}\n" + around("{n: {gt: 1}}"),
    "field without a type": "fields: {n: {owner: ann}}\n" + around("{employees: {gt: 1}}"),
    "unknown key of a field": "fields: {n: {type: int, unit: x}}\n" + around("{n: {gt: 1}}"),
    "name of a field": "fields: {a__b: {type: int}}\n" + around("{employees: {gt: 1}}"),
    "coverage above all": "fields: {n: {type: int, min_coverage: 80}}\n" + around("{n: {gt: 1}}"),
    "age that is no length": "fields: {n: {type: int, max_age: old}}\n" + around("{n: {gt: 1}}"),
    "values that are no list": "fields: {n: {type: enum, values: x}}\n" + around("{n: {eq: x}}"),
    "unknown key of governance": "governance: {owners: [a]}\n" + around("{employees: {gt: 1}}"),
    "unknown bound": "governance: {segments: {most: 3}}\n" + around("{employees: {gt: 1}}"),
    "test without a label": around("{employees: {gt: 1}}") + "tests: [{given: {employees: 1}, schema: s}]",
    "unknown key of a test": around("{employees: {gt: 1}}") + "tests: [{given: {}, schema: s, expect: g, on: x}]",
    "test on no day": around("{employees: {gt: 1}}") + "tests: [{given: {}, schema: s, expect: g, as_of: soon}]",
    "score without parts": "scores: {fit: {description: x}}\n" + around("{employees: {gt: 1}}"),
    "part without points": "scores: {fit: {parts: [{when: {employees: {gt: 1}}}]}}\n" + around("{employees: {gt: 1}}"),
    "score asked nothing": (
        "scores: {fit: {parts: [{points: 1, when: {employees: {gt: 1}}}]}}\n" + around("{score: {fit: {}}}")
    ),
}


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG)
def test_what_the_reader_refuses_is_invalid(text: str, tmp_path: Path) -> None:
    """Each kind of mistake in a file's shape that the rules' own reader reports is a fault."""
    path = write(tmp_path / "a.yaml", text)
    assert not loads(path)
    assert faults(load_plain(path)) != []


@pytest.mark.parametrize("seed", range(40))
def test_random_rules_are_valid(seed: int) -> None:
    """Rules made up at random over the whole language have no fault, whatever type they give known fields."""
    assert faults(generate.random_rules(Random(seed))) == []  # noqa: S311 - repeats by its seed


def test_known_field_of_another_type_is_read_as_declared(tmp_path: Path) -> None:
    """A file that declares a known field with another type than usual may ask of it what that type allows."""
    text = around("{employees: {contains_word: x}}")
    path = write(tmp_path / "a.yaml", "fields: {employees: {type: text}}\n" + text)
    assert loads(path)
    assert faults(load_plain(path)) == []


def test_fields_of_a_file_are_known(tmp_path: Path) -> None:
    """Made for a rules file, the schema knows the fields it declares, with their types and descriptions."""
    declared = "fields: {chairs: {type: int, description: Licences sold}}\n" + around("{chairs: {gt: 1}}")
    path = write(tmp_path / "a.yaml", declared)
    other = write(tmp_path / "b.yaml", "fields: {chairs: {type: int}}\n" + around("{chairs: {contains_word: x}}"))
    made = rules_schema(str(path))
    known = made["$defs"]["condition"]["anyOf"][0]["properties"]["chairs"]
    assert known == {"$ref": "#/$defs/int_clause", "description": "Licences sold"}
    assert not jsonschema.Draft202012Validator(made).is_valid(load_plain(other))
    assert CHECKER.is_valid(load_plain(other))


@pytest.mark.parametrize("kind", VALUE_TYPES)
def test_no_operator_is_missing(kind: FieldType) -> None:
    """A field of a type can be asked every operator that the type has, and no other."""
    asked = set(SCHEMA["$defs"][f"{kind.value}_clause"]["properties"]) - {"missing", "case", "trim"}
    assert asked == {operator.name for operator in OPERATORS if kind in operator.types}


def test_a_new_operator_shows_up() -> None:
    """An operator that is added to the language is in the schema, with what its own reader takes."""
    like = next(operator for operator in OPERATORS if operator.name == "within_last")
    new = replace(like, name="around", words="is around {}")
    made = segment_file_schema({"seen_on": RuleField(name="seen_on", type=FieldType.DATE)}, {}, (*OPERATORS, new))
    found = made["$defs"]["date_clause"]["properties"]["around"]
    assert found == {"$ref": "#/$defs/length", "description": f"is around … – takes {like.takes}"}
    assert "around" in made["$defs"]["any_clause"]["properties"]


def properties(path: str) -> set[str]:
    """Return the keys of a part of the schema."""
    node: Any = SCHEMA
    for step in path.split("/"):
        node = node[int(step)] if isinstance(node, list) else node[step]
    return set(node["properties"])


def test_no_key_is_missing() -> None:
    """Every key that each part of a file may have can be completed."""
    assert set(SCHEMA["properties"]) == set(TOP_KEYS)
    assert properties("$defs/schema") == set(SCHEMA_KEYS)
    assert properties("$defs/segment") == set(SEGMENT_KEYS)
    assert properties("$defs/field") == set(FIELD_KEYS)
    assert properties("properties/governance") == set(GOVERNANCE_KEYS)
    assert properties("properties/tests/items") == set(TEST_KEYS)
    assert {kind.value for kind in GroupKind} <= properties("$defs/condition/anyOf/0")


def test_every_field_of_the_catalogue_is_completed() -> None:
    """Known fields are in every condition, with their description, and at the place where fields are declared."""
    assert set(CATALOGUE) <= properties("$defs/condition/anyOf/0")
    assert set(CATALOGUE) <= properties("properties/fields")
    asked = SCHEMA["$defs"]["condition"]["anyOf"][0]["properties"]["employees"]
    assert asked["description"] == CATALOGUE["employees"].description


def references(node: object) -> Iterator[str]:
    """Yield every reference."""
    if isinstance(node, dict):
        if isinstance(found := node.get("$ref"), str):
            yield found
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def test_every_reference_leads_somewhere() -> None:
    """No reference points to a definition that is not there, or out of the file."""
    found = {name.removeprefix("#/$defs/") for name in references(SCHEMA)}
    assert found <= set(SCHEMA["$defs"])


def test_command_writes_it(tmp_path: Path) -> None:
    """The command prints the schema, or writes it to a file, which it replaces only if it is told to."""
    assert json.loads(run("rules", "schema").out) == SCHEMA
    target = tmp_path / "segments.schema.json"
    assert run("rules", "schema", "-o", target).code == 0
    assert json.loads(target.read_text(encoding="utf-8")) == SCHEMA
    again = run("rules", "schema", "-o", target)
    assert (again.code, "--force" in again.err) == (2, True)
    assert run("rules", "schema", "-o", target, "--force", "--quiet").err == ""
