"""Groups and schemas: Kleene's tables, labels, exclusions, references; and the same answers as the reference."""

from itertools import product
from pathlib import Path
from typing import Any

import pytest

from segaudit.audit.deciding import overlap
from segaudit.audit.opening import InputChoices
from segaudit.errors import SegauditError
from tests.compare_reference import Verdicts, case_of, compare, decide
from tests.rules_support import AS_OF, judge, letters, write

Truth = bool | None
TRUTHS: tuple[Truth, ...] = (True, False, None)
CELLS: dict[Truth, str] = {True: "yes", False: "no", None: ""}
FIELDS = {name: {"type": "bool"} for name in "abc"}
A, B, C = ({name: {"is": True}} for name in "abc")


def records(*rows: tuple[Truth, ...]) -> list[dict[str, str | None]]:
    """Return records on which the clauses A, B and C have these verdicts."""
    return [{name: CELLS[truth] for name, truth in zip("abc", row, strict=False)} for row in rows]


PAIRS = list(product(TRUTHS, repeat=2))  # TT TF TU FT FF FU UT UF UU
KLEENE = {
    "all": ({"all": [A, B]}, "TFUFFFUFU"),
    "any": ({"any": [A, B]}, "TTTTFUTUU"),
    "none": ({"none": [A, B]}, "FFFFTUFUU"),
    "not": ({"not": A}, "FFFTTTUUU"),
    "not all": ({"not_all": [A, B]}, "FTUTTTUTU"),
    "at least 1": ({"at_least": {"n": 1, "of": [A, B]}}, "TTTTFUTUU"),
    "at least 2": ({"at_least": {"n": 2, "of": [A, B]}}, "TFUFFFUFU"),
    "list": ([A, B], "TFUFFFUFU"),
    "two fields in a map": ({**A, **B}, "TFUFFFUFU"),
    "bare": (A, "TTTFFFUUU"),
    "nested": ({"not": {"none": [A, {"not": {"not": B}}]}}, "TTTTFUTUU"),
}


@pytest.fixture(scope="module")
def kleene() -> dict[str, str]:
    """Decide every group on every pair of verdicts."""
    return judge({name: condition for name, (condition, _) in KLEENE.items()}, records(*PAIRS), FIELDS)


@pytest.mark.parametrize("name", KLEENE)
def test_group(kleene: dict[str, str], name: str) -> None:
    """Groups combine TRUE, FALSE and UNKNOWN by Kleene's tables."""
    assert kleene[name] == KLEENE[name][1]


def test_at_least_two_of_three() -> None:
    """At least n of some: TRUE once enough hold, FALSE once the open ones cannot make up for it."""
    rows = list(product(TRUTHS, repeat=3))
    expected = "".join(
        "T" if row.count(True) >= 2 else "F" if row.count(True) + row.count(None) < 2 else "U" for row in rows
    )
    assert judge({"": {"at_least": {"n": 2, "of": [A, B, C]}}}, records(*rows), FIELDS)[""] == expected


# -------------------------------------------------------------------------------------------------------------- schemas


def schema(assign: str, **more: object) -> dict[str, Any]:
    """Return a schema with the segments a and b."""
    return {"assign": assign, "segments": {"a": {"criteria": A}, "b": {"criteria": B}}, **more}


def labels(folder: Path, one: dict[str, Any], rows: list[tuple[Truth, ...]] = PAIRS) -> list[str]:
    """Return the label of each record in one schema."""
    rules = {"fields": FIELDS, "schemas": {"s": one}}
    return [row["s"][0] for row in decide(rules, records(*rows), AS_OF, folder)]


@pytest.mark.parametrize(
    ("assign", "expected"),
    [
        ("first_match", "a a a b none open b open open"),
        ("exactly_one", "both a a b none open b open open"),
        ("all_matches", "a;b a a b none open b open open"),
    ],
)
def test_labels(tmp_path: Path, assign: str, expected: str) -> None:
    """A schema labels a record by what matches, by its conflict, by its doubt, or as unplaced."""
    one = schema(assign, **{"else": "none", "undecided": "open", "conflict": "both"})
    assert [label.replace("; ", ";") for label in labels(tmp_path, one)] == expected.split()


def test_labels_without_names_of_their_own(tmp_path: Path) -> None:
    """Without labels of its own a schema says unplaced, also of what it cannot tell, and conflict."""
    found = labels(tmp_path, schema("exactly_one"), [(True, True), (False, False), (None, False)])
    assert found == ["conflict", "unplaced", "unplaced"]


def test_exclusion(tmp_path: Path) -> None:
    """An exclusion that holds takes a record out; one that is open leaves it open, unless the criteria fail anyway."""
    one = {"assign": "all_matches", "segments": {"g": {"criteria": A, "exclude": [B]}}}
    decided = decide({"fields": FIELDS, "schemas": {"s": one}}, records(*PAIRS), AS_OF, tmp_path)
    assert letters(row["s"][1]["g"] for row in decided) == "FTUFFFFUU"


def refer(folder: Path, assign: str, rows: list[tuple[Truth, ...]]) -> list[Verdicts]:
    """Decide a schema, and one that refers to its segment b."""
    user = {"assign": "all_matches", "segments": {"g": {"criteria": {"segment": "s.b"}}}}
    rules = {"fields": FIELDS, "schemas": {"first": user, "s": schema(assign)}}
    return decide(rules, records(*rows), AS_OF, folder)


@pytest.mark.parametrize(
    ("assign", "expected"),
    # Of a waterfall's b: taken by a (TT), not b (TF, FF), open, and b where a is open, for b then takes the record.
    [("first_match", "FFFTFUTFU"), ("exactly_one", "TFUTFUTFU"), ("all_matches", "TFUTFUTFU")],
)
def test_reference_to_a_segment(tmp_path: Path, assign: str, expected: str) -> None:
    """A reference is to membership: in a waterfall a record that an earlier segment took is not in a later one."""
    assert letters(row["first"][1]["g"] for row in refer(tmp_path, assign, PAIRS)) == expected


def test_strict_policy(tmp_path: Path) -> None:
    """`missing: error` stops the run at a record that cannot be told, and says which clause and row."""
    rules = write(
        tmp_path / "rules.yaml",
        """
        fields: {employees: {type: int}}
        schemas: {s: {assign: all_matches, segments: {g: {criteria: {employees: {gte: 5, missing: error}}}}}}
        """,
    )
    data = write(tmp_path / "data.csv", "Record ID,employees\n1,10\n2,twelve\n3,\n")
    with pytest.raises(SegauditError) as caught:
        overlap(str(data), InputChoices(rules=str(rules)), as_of=AS_OF)
    assert caught.value.where == f"{rules}:2:74"
    assert "employees is at least 5: cannot be told for 2 records, the first is row 2" in caught.value.problem


@pytest.mark.parametrize("number", range(12))
def test_same_as_the_reference(tmp_path: Path, number: int) -> None:
    """Random rules decide random records as the independent reference does."""
    assert compare(case_of(2026, number), tmp_path, rows=40).differences == ()
