"""``overlap`` and ``assign`` by entity: what duplicates do to segments."""

import csv
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.rules_support import Ran, run, write

RULES = """
    governance: {segments: {start: [2, 4], smallest_members: 1, smallest_share: 0, largest_share: 1}}
    fields: {employees: {type: int}, unsubscribed: {type: bool, blank_means: false}, industry: {type: text}}
    schemas:
      size:
        assign: exactly_one
        else: no_size
        undecided: size_unknown
        segments:
          small: {criteria: {employees: {between: [1, 50]}}}
          middle: {criteria: {employees: {between: [50, 500]}}}
          large: {criteria: {employees: {gte: 501}}}
      outreach:
        assign: first_match
        segments:
          steel: {criteria: {industry: {eq: Steel}}}
          dead: {criteria: {unsubscribed: {is: true}}, suppress: true}
          rest: {criteria: {industry: {known: true}}}
"""
HEADERS = ["Record ID", "employees", "unsubscribed", "industry"]
# id, employees, unsubscribed, industry, entity; beside it the labels of size and outreach by hand
ROWS = [
    ["1", "10", "", "Steel", "EA"],  # small, steel
    ["2", "10", "", "Glass", "EA"],  # small, rest
    ["3", "900", "true", "Glass", "EA"],  # large, dead
    ["4", "", "", "Steel", "EB"],  # size_unknown, steel
    ["5", "900", "", "Glass", "EB"],  # large, rest
    ["6", "", "", "Steel", "EC"],  # size_unknown, steel
    ["7", "x", "", "Steel", "EC"],  # size_unknown, steel
    ["8", "60", "", "Glass", "ED"],  # middle, rest; alone
    ["9", "0", "", "Glass", "EE"],  # no_size, rest
    ["10", "100", "", "Glass", "EE"],  # middle, rest
]


def write_table(path: Path, headers: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
    """Write a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headers, *rows])
    return path


def write_inputs(folder: Path, rows: Sequence[Sequence[str]] = ROWS) -> tuple[Path, Path]:
    """Write a table and its clusters; the last cell of each row is its entity."""
    data = write_table(folder / "data.csv", HEADERS, [row[:-1] for row in rows])
    clusters = [[str(number), row[0], row[-1], "0.9"] for number, row in enumerate(rows, start=1)]
    return data, write_table(folder / "clusters.csv", ["_row", "record_id", "entity_id", "match_probability"], clusters)


def overlap(folder: Path, data: Path, *options: object, rules: str = RULES) -> dict[str, Any]:
    """Return what overlap says."""
    ran = run("overlap", data, "--rules", write(folder / "rules.yaml", rules), "--format", "json", *options)
    assert ran.code == 0, ran.err
    found: dict[str, Any] = json.loads(ran.out)
    return found


def assign(folder: Path, data: Path, *options: object, rules: str = RULES, out: str = "out.csv") -> Ran:
    """Tag a table."""
    written = write(folder / "rules.yaml", rules)
    return run("assign", data, "-o", folder / out, "--rules", written, "--force", *options)


def read_csv(path: Path) -> list[dict[str, str]]:
    """Return a CSV file's rows."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def tagged(folder: Path, rows: Sequence[Sequence[str]] = ROWS, *, rules: str = RULES) -> list[dict[str, str]]:
    """Return rows as they are tagged by entity."""
    data, clusters = write_inputs(folder, rows)
    ran = assign(folder, data, "--entities", clusters, rules=rules)
    assert ran.code == 0, ran.err
    return read_csv(folder / "out.csv")


# ------------------------------------------------------------------------------------------------------------- overlap


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Measure the rows above."""
    folder = tmp_path_factory.mktemp("resolve")
    data, clusters = write_inputs(folder)
    return overlap(folder, data, "--entities", clusters)


def test_entities_are_counted(found: dict[str, Any]) -> None:
    """The result says how many entities there are, how many have several records, and where that was read."""
    assert found["entities"] | {"file": ""} == {"file": "", "entities": 5, "several": 4, "records_in_several": 9}
    assert found["entities"]["file"].endswith("clusters.csv")


def test_leakage(found: dict[str, Any]) -> None:
    """Entities whose records have different labels are told, with the pairs of labels and the first of them."""
    size, outreach = (schema["leakage"] for schema in found["schemas"])
    assert size == {
        "entities": 3,
        "share": 0.75,
        "records": 7,
        "pairs": [
            {"a": "large", "b": "size_unknown", "entities": 1},
            {"a": "small", "b": "large", "entities": 1},
            {"a": "middle", "b": "no_size", "entities": 1},
        ],
        "examples": [
            {"entity_id": "EA", "rows": [1, 2, 3], "labels": ["small", "small", "large"]},
            {"entity_id": "EB", "rows": [4, 5], "labels": ["size_unknown", "large"]},
            {"entity_id": "EE", "rows": [9, 10], "labels": ["no_size", "middle"]},
        ],
    }
    assert (outreach["entities"], outreach["records"], outreach["share"]) == (2, 5, 0.5)
    assert outreach["pairs"] == [
        {"a": "steel", "b": "rest", "entities": 2},
        {"a": "dead", "b": "rest", "entities": 1},
        {"a": "steel", "b": "dead", "entities": 1},
    ]


def test_members_by_entity(found: dict[str, Any]) -> None:
    """Each segment says how many entities have a record in it, beside how many records it has."""
    counts = {
        item["id"]: (item["members"], item["members_entities"])
        for schema in found["schemas"]
        for item in schema["segments"]
    }
    assert counts == {
        "small": (2, 1),
        "middle": (2, 2),
        "large": (2, 2),
        "steel": (4, 3),
        "dead": (1, 1),
        "rest": (5, 4),
    }


def test_leakage_is_a_finding(found: dict[str, Any]) -> None:
    """Duplicates with different labels are a warning for each schema."""
    told = [(item["where"], item["severity"]) for item in found["findings"] if item["rule"] == "segments.leakage"]
    assert told == [("size", "warning"), ("outreach", "warning")]


def test_leakage_on_paper(tmp_path: Path) -> None:
    """The table has a column of entities; each schema names the labels its duplicates have, and where they are."""
    data, clusters = write_inputs(tmp_path)
    rules = write(tmp_path / "rules.yaml", RULES)
    text = " ".join(run("overlap", data, "--rules", rules, "--entities", clusters, "--format", "md").out.split())
    assert "| Schema | Segment | Members | Share | Entities |" in text
    assert "3 entities, 75% of those with several records; 7 records" in text
    assert "| small | large | 1 |" in text
    assert "| EA | 1 small, 2 small, 3 large |" in text


def test_giant_entity(tmp_path: Path) -> None:
    """Of an entity with very many records the first twenty are shown."""
    rows = [[str(number), "10" if number % 2 else "900", "", "Glass", "EA"] for number in range(1, 101)]
    data, clusters = write_inputs(tmp_path, rows)
    leakage = overlap(tmp_path, data, "--entities", clusters)["schemas"][0]["leakage"]
    assert (leakage["entities"], leakage["records"]) == (1, 100)
    assert leakage["examples"][0]["rows"] == list(range(1, 21))


# -------------------------------------------------------------------------------------------------------------- assign


def test_labels_by_entity(tmp_path: Path) -> None:
    """All records of an entity have one label: of those that are decided that of most, of equals the schema's first."""
    rows = tagged(tmp_path)
    assert [row["entity_id"] for row in rows] == [row[-1] for row in ROWS]
    assert [row["segment_size"] for row in rows] == [
        *("small", "small", "small"),
        *("large", "large"),
        *("size_unknown", "size_unknown"),
        "middle",
        *("middle", "middle"),
    ]


def test_suppression_needs_one_record(tmp_path: Path) -> None:
    """A segment that suppresses takes the entity if any of its records is in it, whatever the others are."""
    rows = tagged(tmp_path)
    assert [row["segment_outreach"] for row in rows] == [
        *("dead", "dead", "dead"),
        *("steel", "steel"),
        *("steel", "steel"),
        "rest",
        *("rest", "rest"),
    ]
    assert rows[0]["segment_outreach_reason"] == (
        "as 1 of 3 records of entity EA, for it suppresses; own: steel: industry is Steel (Steel)"
    )


def test_reasons_by_entity(tmp_path: Path) -> None:
    """The reason says how many records decided, and what the record has by itself and why; not where all agree."""
    reasons = [row["segment_size_reason"] for row in tagged(tmp_path)]
    tie = "the first of equals in the schema's order"
    assert reasons == [
        "as 2 of 3 records of entity EA; own: small: employees is between 1 and 50 (10)",
        "as 2 of 3 records of entity EA; own: small: employees is between 1 and 50 (10)",
        "as 2 of 3 records of entity EA; own: large: employees is at least 501 (900)",
        "as 1 of 2 records of entity EB; own: size_unknown: cannot tell: employees is missing",
        "as 1 of 2 records of entity EB; own: large: employees is at least 501 (900)",
        "cannot tell: employees is missing",
        "cannot tell: employees cannot be read (x)",
        "employees is between 50 and 500 (60)",
        f"as 1 of 2 records of entity EE, {tie}; own: no_size: matches no segment: employees is 0",
        f"as 1 of 2 records of entity EE, {tie}; own: middle: employees is between 50 and 500 (100)",
    ]


def test_conflict_is_a_label_like_others(tmp_path: Path) -> None:
    """A record that matches two segments votes for the conflict, which yields to a segment with as many votes."""
    rows = [
        *(["1", "50", "", "", "EA"], ["2", "50", "", "", "EA"], ["3", "900", "", "", "EA"]),
        *(["4", "50", "", "", "EB"], ["5", "900", "", "", "EB"]),
    ]
    assert [row["segment_size"] for row in tagged(tmp_path, rows)] == ["conflict"] * 3 + ["large"] * 2


def test_undecided_that_reads_like_else(tmp_path: Path) -> None:
    """A record that cannot be told has no vote, even where its label is the same as of one no segment matches."""
    rules = RULES.replace("        undecided: size_unknown\n", "")
    rows = [["1", "", "", "", "EA"], ["2", "x", "", "", "EA"], ["3", "10", "", "", "EA"]]
    assert [row["segment_size"] for row in tagged(tmp_path, rows, rules=rules)] == ["small"] * 3


def test_all_matches_by_entity(tmp_path: Path) -> None:
    """In an all_matches schema records vote for all their segments together; one that suppresses is enough again."""
    rules = RULES.replace("assign: first_match", "assign: all_matches")
    rows = [
        *(["1", "1", "", "Glass", "EA"], ["2", "1", "", "Steel", "EA"]),
        *(["3", "1", "", "Glass", "EB"], ["4", "1", "true", "Steel", "EB"], ["5", "1", "", "Glass", "EB"]),
    ]
    labels = [row["segment_outreach"] for row in tagged(tmp_path, rows, rules=rules)]
    assert labels == ["steel; rest"] * 2 + ["steel; dead; rest"] * 3


def expected_label(votes: Sequence[str], order: Sequence[str]) -> str | None:
    """Return the label of an entity by the rule as it is told, one step after another; None if nobody votes."""
    counted = Counter(votes)
    if counted["dead"]:
        return "dead"
    most = max(counted.values(), default=0)
    return min((label for label in counted if counted[label] == most), key=order.index, default=None)


def test_many_entities_in_any_order(tmp_path: Path) -> None:
    """Labels of 600 made-up records are those the rule gives by hand, and the order of rows changes none."""
    chance = Random(5)  # noqa: S311 - a test repeats itself
    cells = {"10": "small", "100": "middle", "900": "large", "50": "conflict", "0": "no_size", "": None}
    rows = [
        [
            str(number),
            chance.choice(list(cells)),
            chance.choice(["", "", "", "true"]),
            chance.choice(["Steel", "Glass", ""]),
        ]
        for number in range(600)
    ]
    entities = {row[0]: f"E{chance.randrange(250)}" for row in rows}
    votes: dict[str, list[str]] = {}
    for number, employees, *_ in rows:
        votes.setdefault(entities[number], []).extend([label] if (label := cells[employees]) else [])
    order = ["small", "middle", "large", "conflict", "no_size"]
    expected = {number: expected_label(votes[entity], order) or "size_unknown" for number, entity in entities.items()}
    outcomes = []
    for _ in range(2):
        chance.shuffle(rows)
        found = tagged(tmp_path, [[*row, entities[row[0]]] for row in rows])
        assert [row["Record ID"] for row in found] == [row[0] for row in rows]
        outcomes.append({row["Record ID"]: row for row in found})
    assert {number: row["segment_size"] for number, row in outcomes[0].items()} == expected
    assert outcomes[0] == outcomes[1]


def test_summary_by_entity(tmp_path: Path) -> None:
    """The summary says how many entities there are, and how many records have not their own label."""
    data, clusters = write_inputs(tmp_path)
    summary = json.loads(assign(tmp_path, data, "--entities", clusters, "--format", "json").out)
    assert summary["entities"]["entities"] == 5
    assert summary["relabelled"] == {"size": 3, "outreach": 3}
    assert summary["columns_added"][0] == "entity_id"
    assert summary["labels"]["size"] == {"small": 3, "middle": 3, "large": 2, "size_unknown": 2}
    text = assign(tmp_path, data, "--entities", clusters).out
    assert "another label than they have by themselves: 3 in size, 3 in outreach" in " ".join(text.split())


@pytest.mark.parametrize("ending", [".tsv", ".parquet", ".xlsx"])
def test_other_formats(tmp_path: Path, ending: str) -> None:
    """Every format of assign takes the tags by entity: read again, the labels are those of the CSV file."""
    data, clusters = write_inputs(tmp_path)
    options = ("--entities", clusters)
    assert assign(tmp_path, data, *options, out=f"out{ending}").code == 0
    assert assign(tmp_path, data, *options).code == 0
    rules = write(
        tmp_path / "again.yaml",
        "{version: 1, schemas: {s: {assign: first_match, segments: "
        "{a: {criteria: {x: {known: true}}}}}}, fields: {x: {type: text, column: segment_size}}}",
    )
    for name in ("out.csv", f"out{ending}"):
        assert run("assign", tmp_path / name, "-o", tmp_path / f"{name}.csv", "--rules", rules).code == 0
    first, second = (read_csv(tmp_path / f"{name}.csv") for name in ("out.csv", f"out{ending}"))
    assert first == second


# ----------------------------------------------------------------------------------------------- nothing to be resolved


def test_without_duplicates_nothing_changes(tmp_path: Path) -> None:
    """Where every record is an entity of its own, labels and reasons are what they are without entities."""
    data, clusters = write_inputs(tmp_path, [[*row[:-1], f"E{row[0]}"] for row in ROWS])
    assert assign(tmp_path, data, out="plain.csv").code == 0
    assert assign(tmp_path, data, "--entities", clusters).code == 0
    rows = read_csv(tmp_path / "out.csv")
    assert [row.pop("entity_id") for row in rows] == [f"E{row[0]}" for row in ROWS]
    assert rows == read_csv(tmp_path / "plain.csv")
    plain, by_entity = overlap(tmp_path, data), overlap(tmp_path, data, "--entities", clusters)
    assert by_entity.pop("entities")["several"] == 0
    for schema in by_entity["schemas"]:
        assert schema.pop("leakage") == {"entities": 0, "share": 0.0, "records": 0, "pairs": [], "examples": []}
        assert all(item.pop("members_entities") == item["members"] for item in schema["segments"])
        assert schema.pop("segments_per_entity")
    assert by_entity == plain


def test_empty_table(tmp_path: Path) -> None:
    """A table without rows has no entities, looked for or read."""
    data, clusters = write_inputs(tmp_path, [])
    for options in (("--resolve",), ("--entities", clusters)):
        assert overlap(tmp_path, data, *options)["entities"]["entities"] == 0
        assert assign(tmp_path, data, *options).code == 0
        assert read_csv(tmp_path / "out.csv") == []
