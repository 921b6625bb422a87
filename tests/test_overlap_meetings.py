"""How segments meet: pairs against chance, combinations, waterfalls, conflicts, entities; held against plain sets."""

import csv
import json
from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from math import log, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from segaudit.segments.intersections import MOST_COMBINATIONS
from segaudit.segments.overlap_pairs import lift_interval
from tests.rules_support import run, write

LETTERS = "abcd"


def rules_of(assign: str, letters: str = LETTERS) -> str:
    """Return a schema with a segment for each letter that a record's flags may hold."""
    segments = ", ".join(f"{letter}: {{criteria: {{{letter}: {{is: true}}}}}}" for letter in letters)
    fields = ", ".join(f"{letter}: {{type: bool}}" for letter in letters)
    return f"fields: {{{fields}}}\nschemas: {{s: {{assign: {assign}, segments: {{{segments}}}}}}}\n"


def measure(folder: Path, rules: str, rows: Sequence[str], *options: object, letters: str = LETTERS) -> dict[str, Any]:
    """Return what overlap says of rows, each the letters that are true of it."""
    lines = [",".join(["yes" if letter in row else "no" for letter in letters]) for row in rows]
    data = folder / "data.csv"
    body = "".join(f"{number},{line}\n" for number, line in enumerate(lines, start=1))
    data.write_text(f"Record ID,{','.join(letters)}\n{body}", encoding="utf-8")
    ran = run("overlap", data, "--rules", write(folder / "rules.yaml", rules), "--format", "json", *options)
    assert ran.code == 0, ran.err
    found: dict[str, Any] = json.loads(ran.out)
    return found


def combined(found: dict[str, Any]) -> dict[tuple[str, ...], int]:
    """Return the listed combinations of the one schema."""
    listed = found["schemas"][0]["combinations"]["listed"]
    return {tuple(item["segments"]): item["rows"] for item in listed}


_ROWS = st.lists(st.sets(st.sampled_from(LETTERS)).map(lambda held: "".join(sorted(held))), min_size=1, max_size=60)


@settings(max_examples=12, deadline=None)
@given(rows=_ROWS)
def test_all_matches_equals_sets(tmp_path_factory: pytest.TempPathFactory, rows: list[str]) -> None:
    """Combinations, pairs and segments per record are those of plain sets, and combinations add up to the rows."""
    found = measure(tmp_path_factory.mktemp("sets"), rules_of("all_matches"), rows)
    assert combined(found) == dict(Counter(tuple(row) for row in rows))
    assert sum(combined(found).values()) == len(rows)
    spread = {item["segments"]: item["rows"] for item in found["schemas"][0]["segments_per_record"]}
    assert spread == dict(Counter(len(row) for row in rows))
    held = {letter: {number for number, row in enumerate(rows) if letter in row} for letter in LETTERS}
    expected = {
        (a, b): [
            len(held[a] & held[b]),
            round(len(held[a] & held[b]) / len(held[a]), 6),
            round(len(held[a] & held[b]) / len(held[b]), 6),
            round(len(held[a]) * len(held[b]) / len(rows), 3),
        ]
        for a, b in combinations(LETTERS, 2)
        if held[a] & held[b]
    }
    keys = ("members", "a_in_b", "b_in_a", "expected")
    assert {(pair["a"], pair["b"]): [pair[key] for key in keys] for pair in found["overlaps"]} == expected


@settings(max_examples=12, deadline=None)
@given(rows=_ROWS)
def test_waterfall_takes(tmp_path_factory: pytest.TempPathFactory, rows: list[str]) -> None:
    """A record is taken by the first segment that holds from each later one: criteria less members, by taker."""
    found = measure(tmp_path_factory.mktemp("taken"), rules_of("first_match"), rows)
    expected = Counter((later, row[0]) for row in rows for later in row[1:])
    assert {(item["segment"], item["by"]): item["rows"] for item in found["schemas"][0]["taken"]} == dict(expected)
    for item in found["schemas"][0]["segments"]:
        lost = sum(count for (segment, _), count in expected.items() if segment == item["id"])
        assert item["matched"] - item["members"] == lost


def test_conflicts_with_first_rows(tmp_path: Path) -> None:
    """Two segments of an exactly_one schema that meet are told with their records and the first five rows."""
    found = measure(tmp_path, rules_of("exactly_one"), ["ab", "a", "ab", "bc", "ab", "ab", "ab", "ab"])
    assert found["schemas"][0]["conflict_pairs"] == [
        {"a": "a", "b": "b", "rows": 6, "first_rows": [1, 3, 5, 6, 7]},
        {"a": "b", "b": "c", "rows": 1, "first_rows": [4]},
    ]


def test_undecided_is_in_no_combination(tmp_path: Path) -> None:
    """A record of which it cannot be told holds nothing, so it is in the empty combination."""
    data = write(tmp_path / "data.csv", "Record ID,a,b\n1,yes,\n2,,\n3,no,no\n")
    rules = write(tmp_path / "rules.yaml", rules_of("all_matches", "ab"))
    ran = run("overlap", data, "--rules", rules, "--format", "json")
    assert combined(json.loads(ran.out)) == {("a",): 1, (): 2}


def test_many_combinations_are_summed(tmp_path: Path) -> None:
    """Of more combinations than are listed the rest is said: how many, and with how many records."""
    letters = "abcdef"
    rows = ["".join(held) for size in range(4) for held in combinations(letters, size)]  # 1 + 6 + 15 + 20, once each
    found = measure(tmp_path, rules_of("all_matches", letters), rows, letters=letters)
    said = found["schemas"][0]["combinations"]
    assert len(said["listed"]) == MOST_COMBINATIONS
    assert said["others"] == {"combinations": 42 - MOST_COMBINATIONS, "rows": 42 - MOST_COMBINATIONS}


def test_across_schemas(tmp_path: Path) -> None:
    """--across combines members of all schemas: in a waterfall a record is only where it was placed."""
    rules = """
    fields: {a: {type: bool}, b: {type: bool}, c: {type: bool}}
    schemas:
      one: {assign: first_match, segments: {a: {criteria: {a: {is: true}}}, b: {criteria: {b: {is: true}}}}}
      two: {assign: all_matches, segments: {c: {criteria: {c: {is: true}}}}}
    """
    found = measure(tmp_path, rules, ["abc", "abc", "b", "c", ""], "--across", letters="abc")
    assert {tuple(item["segments"]): item["rows"] for item in found["across"]["listed"]} == {
        ("one.a", "two.c"): 2,
        ("one.b",): 1,
        ("two.c",): 1,
        (): 1,
    }
    assert "across" not in measure(tmp_path, rules, ["a"], letters="abc")


# ----------------------------------------------------------------------------------------------------------------- lift


@pytest.mark.parametrize(
    ("both", "in_a", "in_b", "rows"), [(60, 100, 300, 1000), (5, 50, 400, 2000), (40, 40, 200, 900)]
)
def test_lift_interval_is_the_delta_method(both: int, in_a: int, in_b: int, rows: int) -> None:
    """The ends are those of the delta method worked out with matrices over the four cells of the table."""
    shares = np.array([both, in_a - both, in_b - both, rows - in_a - in_b + both]) / rows
    a, b = shares[0] + shares[1], shares[0] + shares[2]
    gradient = np.array([1 / shares[0] - 1 / a - 1 / b, -1 / a, -1 / b, 0.0])
    covariance = (np.diag(shares) - np.outer(shares, shares)) / rows
    reach = norm.ppf(0.975) * sqrt(gradient @ covariance @ gradient)
    ends = lift_interval(both, in_a, in_b, rows)
    assert ends is not None
    middle = log(shares[0] / (a * b))
    assert [log(end) for end in ends] == pytest.approx([middle - reach, middle + reach], abs=1e-9)


@pytest.mark.parametrize(
    ("both", "in_a", "in_b", "rows"), [(4, 50, 50, 100), (8, 9, 9, 100), (0, 50, 50, 100), (0, 0, 0, 0)]
)
def test_too_few_to_say(both: int, in_a: int, in_b: int, rows: int) -> None:
    """With fewer than five records in both, or expected there, nothing is said of the lift."""
    assert lift_interval(both, in_a, in_b, rows) is None


def test_lift_of_independent_segments(tmp_path: Path) -> None:
    """Half in the one, half in the other, a quarter in both: as many as by chance."""
    found = measure(tmp_path, rules_of("all_matches", "ab"), ["ab", "a", "b", ""] * 25, letters="ab")
    [pair] = found["overlaps"]
    assert (pair["expected"], pair["lift"], pair["lift_said"]) == (25.0, 1.0, "95% interval")
    assert pair["lift_low"] < 1 < pair["lift_high"]
    few = measure(tmp_path, rules_of("all_matches", "ab"), ["ab", "a", "b", ""], letters="ab")["overlaps"][0]
    assert (few["lift"], few["lift_low"], few["lift_said"]) == (1.0, None, "too few to say")


# ------------------------------------------------------------------------------------------------------------- entities

CLUSTERS = "_row,record_id,entity_id,match_probability\n1,1,E1,1\n2,2,E1,1\n3,3,E2,1\n4,4,E3,1\n5,5,E3,1\n"


def test_entities_and_leakage_list(tmp_path: Path) -> None:
    """Entities whose records part are listed with rows, ids, labels and what to merge; others are not."""
    rows = ["a", "b", "a", "ab", "a"]  # E1: a and b; E2: a; E3: a and a, for a comes first
    clusters = write(tmp_path / "clusters.csv", CLUSTERS)
    leaks = tmp_path / "leaks.csv"
    options = ("--entities", clusters, "--leakage", leaks)
    found = measure(tmp_path, rules_of("first_match", "ab"), rows, *options, letters="ab")
    spread = found["schemas"][0]["segments_per_entity"]
    assert spread == [{"segments": 1, "entities": 2}, {"segments": 2, "entities": 1}]
    assert found["leakage_list"] == {"path": str(leaks), "entities": 1}
    with leaks.open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    assert listed == [
        {
            "entity_id": "E1",
            "records": "2",
            "rows": "1; 2",
            "record_ids": "1; 2",
            "parted_in": "s",
            "segment_s": "a; b",
            "mend": "merge records 1; 2",
        }
    ]


def test_leakage_list_needs_entities(tmp_path: Path) -> None:
    """A list of leakage without entities is refused, and so is one over a file that exists."""
    data = write(tmp_path / "data.csv", "Record ID,a\n1,yes\n")
    ran = run("overlap", data, "--leakage", tmp_path / "leaks.csv")
    assert ran.code == 2
    assert "add --resolve" in ran.err
    clusters = write(tmp_path / "clusters.csv", CLUSTERS)
    ran = run("overlap", data, "--entities", clusters, "--leakage", data)
    assert ran.code == 2
    assert data.read_text(encoding="utf-8") == "Record ID,a\n1,yes\n"


def test_for_people(tmp_path: Path) -> None:
    """The terminal shows a dot for each segment of a combination, and fits 80 columns."""
    rules = write(tmp_path / "rules.yaml", rules_of("first_match", "ab"))
    data = write(tmp_path / "data.csv", "Record ID,a,b\n1,yes,yes\n2,yes,no\n3,no,yes\n")
    ran = run("overlap", data, "--rules", rules)
    assert "●●  a + b" in ran.out
    assert "loses to" in ran.out
