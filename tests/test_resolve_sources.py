"""Where ``--resolve`` has its entities from: found in the table, or a file that must be of this very table."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.rules_support import run, write
from tests.test_resolve import HEADERS, ROWS, assign, overlap, read_csv, write_inputs, write_table

NAMES = ["Anna Berg", "Bruno Costa", "Carla Diaz", "David Eriksen", "Elena Fischer", "Farid Ghani", "Greta Hansen"]
PLACES = ["Oslo", "Porto", "Quito", "Riga", "Siena", "Turku", "Utrecht"]
# No ids. The last person stands there twice, once with fewer employees.
PEOPLE = [
    [name, f"{name.replace(' ', '.').lower()}@{place.lower()}.example", place, "900"]
    for name, place in zip(NAMES, PLACES, strict=True)
] + [[NAMES[-1], "greta.hansen@utrecht.example", PLACES[-1], "10"]]
# The rules read the city from the column of e-mail addresses, which dedupe knows nothing of.
RULES = """
    fields: {employees: {type: int}, city: {type: text, column: Email}}
    schemas:
      size:
        assign: exactly_one
        segments:
          small: {criteria: {employees: {lte: 50}}}
          large: {criteria: {employees: {gt: 50}}}
          nowhere: {criteria: {city: {eq: nowhere}}}
"""


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """Write people, one of them twice."""
    return write_table(tmp_path / "people.csv", ["Name", "Email", "City", "Employees"], PEOPLE)


def test_found_as_dedupe_finds_them(people: Path, tmp_path: Path) -> None:
    """--resolve finds the entities dedupe finds, whatever the rules say of columns; its file is the same."""
    clusters = tmp_path / "clusters.csv"
    assert run("dedupe", people, "--clusters", clusters).code == 0
    assert assign(tmp_path, people, "--resolve", rules=RULES).code == 0
    assert assign(tmp_path, people, "--entities", clusters, rules=RULES, out="given.csv").code == 0
    rows = read_csv(tmp_path / "out.csv")
    assert rows == read_csv(tmp_path / "given.csv")
    assert [row["entity_id"] for row in rows] == [row["entity_id"] for row in read_csv(clusters)]
    assert [row["segment_size"] for row in rows] == [*["large"] * 6, "small", "small"]


def test_rules_still_read_their_columns(people: Path, tmp_path: Path) -> None:
    """With --resolve a field is read from the column the rules name, as without."""
    found = [overlap(tmp_path, people, *options, rules=RULES) for options in ((), ("--resolve",))]
    assert [[item["members"] for item in one["schemas"][0]["segments"]] for one in found] == [[1, 7, 0]] * 2
    assert [item["undecided"] for item in found[1]["schemas"][0]["segments"]] == [0, 0, 0]
    assert found[1]["schemas"][0]["leakage"]["pairs"] == [{"a": "small", "b": "large", "entities": 1}]


def test_parquet_and_any_order(tmp_path: Path) -> None:
    """Clusters may be a Parquet file, and are told by record id, so their order says nothing."""
    data, clusters = write_inputs(tmp_path)
    parquet = tmp_path / "clusters.parquet"
    assert assign(tmp_path, data, "--entities", clusters, out="first.csv").code == 0
    backwards = write_table(
        tmp_path / "backwards.csv", ["entity_id", "record_id"], [[row[-1], row[0]] for row in reversed(ROWS)]
    )
    assert assign(tmp_path, data, "--entities", backwards).code == 0
    assert read_csv(tmp_path / "out.csv") == read_csv(tmp_path / "first.csv")
    pq.write_table(pa.table({"record_key": [row[0] for row in ROWS], "entity_id": [row[-1] for row in ROWS]}), parquet)
    assert assign(tmp_path, data, "--entities", parquet).code == 0
    assert read_csv(tmp_path / "out.csv") == read_csv(tmp_path / "first.csv")


@pytest.mark.parametrize(
    ("clusters", "problem"),
    [
        (None, "the base cannot be read"),
        ("a,b\n1,2\n", "it has no column record_id"),
        ("record_id,entity_id\n1,EA\n", "these are the entities of 1 records, and the table has 3"),
        ("record_id,entity_id\n1,EA\n2,EA\n4,EB\n", "1 records of the table are not in it, the first is row 3"),
        ("record_id,entity_id\n1,EA\n2,EA\n2,EB\n", 'the record "2" stands there twice'),
        ("record_id,entity_id\n1,EA\n2,\n3,EB\n", "data row 2 has no entity_id"),
        ("record_id,entity_id\n1,EA\n2,=1+1\n3,EB\n", "the entity_id of data row 2 cannot be one"),
        (f"record_id,entity_id\n1,EA\n2,EA\n3,{'x' * 201}\n", "the entity_id of data row 3 cannot be one"),
    ],
)
@pytest.mark.parametrize("verb", ["overlap", "assign"])
def test_clusters_that_do_not_belong(tmp_path: Path, verb: str, clusters: str | None, problem: str) -> None:
    """A file of clusters that is missing, something else or of another table is one message, with a way out."""
    data, file = write_inputs(tmp_path, ROWS[:3])
    file.unlink()
    if clusters is not None:
        write(file, clusters)
    output = ("-o", tmp_path / "out.csv") if verb == "assign" else ()
    ran = run(verb, data, *output, "--entities", file)
    assert ran.code == 2
    assert problem in ran.err
    assert "clusters.csv" in ran.err
    assert ran.err.count("hint: ") == 1
    assert not (tmp_path / "out.csv").exists()


def test_output_is_not_the_clusters(tmp_path: Path) -> None:
    """The file of clusters is an input, which is never written to."""
    data, clusters = write_inputs(tmp_path)
    before = clusters.read_bytes()
    ran = assign(tmp_path, data, "--entities", clusters, out="clusters.csv")
    assert ran.code == 2
    assert "never written to" in ran.err
    assert clusters.read_bytes() == before


def test_input_with_entities_already(tmp_path: Path) -> None:
    """A table with a column entity_id is refused by entity, and tagged without."""
    rows = [[row[0], *row[1:4], row[-1]] for row in ROWS]
    data = write_table(tmp_path / "data.csv", [*HEADERS, "Entity_ID"], rows)
    ran = assign(tmp_path, data, "--resolve")
    assert ran.code == 2
    assert 'the input already has a column "entity_id"' in ran.err
    assert assign(tmp_path, data).code == 0


def test_strict_clauses_by_entity(tmp_path: Path) -> None:
    """A clause that says missing: error stops a run by entity too."""
    data, clusters = write_inputs(tmp_path)
    rules = """
        fields: {employees: {type: int}}
        schemas:
          size: {assign: exactly_one, segments: {small: {criteria: {employees: {lte: 50, missing: error}}}}}
    """
    ran = assign(tmp_path, data, "--entities", clusters, rules=rules)
    assert ran.code == 2
    assert "cannot be told for 3 records, the first is row 4" in ran.err
