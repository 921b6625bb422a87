"""Ids of entities: the same from run to run, and what has become of those of the last one."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from segaudit.errors import InputError
from segaudit.identity import naming
from segaudit.identity.naming import name_entities, read_base, write_entities
from segaudit.model.naming import EntityMerge, EntitySplit, Naming

Clustered = dict[str, int]  # record key -> cluster

clusterings = st.dictionaries(st.text(st.sampled_from("abc1"), min_size=1, max_size=4), st.integers(0, 5))


def named(clustered: Clustered, base: dict[str, str] | None = None) -> Naming:
    """Name the entities of records given by key."""
    keys, clusters = list(clustered), np.array(list(clustered.values()), dtype=np.int64)
    return name_entities(pa.array(keys, pa.string()), clusters, None if base is None else base_of(base))


def base_of(ids: dict[str, str]) -> pa.Table:
    """Return a base from entity ids by key."""
    keys, names = pa.array(list(ids), pa.string()), pa.array(list(ids.values()), pa.string())
    return pa.table({"record_key": keys, "entity_id": names})


def ids_of(clustered: Clustered, base: dict[str, str] | None = None) -> dict[str, str]:
    """Return the entity id of each record."""
    return dict(zip(clustered, named(clustered, base).entity_ids.to_pylist(), strict=True))


def base_ids(clustered: Clustered) -> dict[str, str]:
    """Return readable ids of a previous run: P0, P1, ... by cluster."""
    return {key: f"P{cluster}" for key, cluster in clustered.items()}


def greedy(clustered: Clustered, base: dict[str, str]) -> dict[int, str]:
    """Return which cluster keeps which id, by the rule as it is told: the largest claims first, one by one."""
    rows = Counter((cluster, base[key]) for key, cluster in clustered.items() if key in base)
    smallest = {cluster: min(key for key in clustered if clustered[key] == cluster) for cluster in clustered.values()}
    kept: dict[int, str] = {}
    for cluster, name in sorted(rows, key=lambda both: (-rows[both], both[1], smallest[both[0]])):
        if cluster not in kept and name not in kept.values():
            kept[cluster] = name
    return kept


def test_an_id_is_a_hash_of_the_smallest_key() -> None:
    """The id is E and the first 12 hex digits of the BLAKE2b hash, of 16 bytes, of the entity's smallest key."""
    # printf a | b2sum -l 128
    assert ids_of({"b": 7, "a": 7, "c": 3}) == {"b": "E27c35e6e9373", "a": "E27c35e6e9373", "c": "Ecaec17f4b815"}


@given(clusterings, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_the_numbers_of_clusters_do_not_matter(clustered: Clustered, chance: Random) -> None:
    """Shuffled records in renumbered clusters have the same ids."""
    keys = list(clustered)
    chance.shuffle(keys)
    renumbered = {key: 100 - 3 * clustered[key] for key in keys}

    assert ids_of(renumbered) == ids_of(clustered)


@given(clusterings, clusterings, st.randoms(use_true_random=False))
def test_with_a_base_the_order_does_not_matter_either(clustered: Clustered, before: Clustered, chance: Random) -> None:
    """Shuffled records have the same ids and the same changes, whatever the order of the base."""
    keys, old = list(clustered), list(base_ids(before).items())
    chance.shuffle(keys)
    chance.shuffle(old)
    shuffled = {key: 100 - clustered[key] for key in keys}

    assert ids_of(shuffled, dict(old)) == ids_of(clustered, base_ids(before))
    assert named(shuffled, dict(old)).changes == named(clustered, base_ids(before)).changes


@given(clusterings, clusterings)
def test_ids_part_records_as_clusters_do(clustered: Clustered, before: Clustered) -> None:
    """Two records have one id if, and only if, they are in one cluster."""
    for base in (None, base_ids(before)):
        both = set(zip(ids_of(clustered, base).values(), clustered.values(), strict=True))

        assert len(both) == len({name for name, _ in both}) == len({cluster for _, cluster in both})


@given(clusterings, clusterings)
def test_naming_its_own_output_changes_nothing(clustered: Clustered, before: Clustered) -> None:
    """A run on its own ids as the base keeps every one of them, and reports no change."""
    ids = ids_of(clustered, base_ids(before))
    again = named(clustered, ids)
    changes = again.changes

    assert dict(zip(clustered, again.entity_ids.to_pylist(), strict=True)) == ids
    assert changes is not None
    assert changes.kept == len(set(ids.values()))
    assert (changes.merged, changes.split, changes.new, changes.vanished) == ((), (), (), ())
    assert (changes.rows_new, changes.rows_vanished) == (0, 0)


@given(clusterings, clusterings, st.booleans())
def test_a_record_of_its_own_changes_no_id(clustered: Clustered, before: Clustered, has_base: bool) -> None:  # noqa: FBT001 - hypothesis
    """A further record in a cluster of its own leaves all ids as they were."""
    base = base_ids(before) if has_base else None
    more = ids_of({"!": 99, **clustered}, base)

    assert {key: more[key] for key in clustered} == ids_of(clustered, base)


@given(clusterings, clusterings)
def test_ids_are_kept_as_the_rule_says(clustered: Clustered, before: Clustered) -> None:
    """The ids kept are those of the rule applied claim by claim, and no other entity has one of the base's."""
    base = base_ids(before)
    ids = ids_of(clustered, base)
    kept = {clustered[key]: name for key, name in ids.items() if name in base.values()}

    assert kept == greedy(clustered, base)


def test_a_merged_entity_keeps_the_id_of_most_records() -> None:
    """Two entities of the base in one cluster: the id with more records stays, and the merge is told."""
    result = named({"a": 1, "b": 1, "c": 1}, {"a": "P1", "b": "P2", "c": "P2"})

    assert result.entity_ids.to_pylist() == ["P2"] * 3
    assert result.changes is not None
    assert result.changes.merged == (EntityMerge(entity_id="P2", previous=("P2", "P1")),)
    assert (result.changes.kept, result.changes.vanished) == (1, ())


def test_of_equal_claims_the_smaller_id_stays() -> None:
    """One record from each: the smaller id names the entity."""
    assert ids_of({"a": 1, "b": 1}, {"a": "P9", "b": "P1"}) == {"a": "P1", "b": "P1"}


def test_a_split_entity_leaves_its_id_to_the_larger_part() -> None:
    """The part with more records keeps the id, the other gets a new one although it has the smallest key."""
    first = ids_of({"a": 1, "b": 1, "c": 1})
    result = named({"a": 1, "b": 2, "c": 2}, first)
    ids = result.entity_ids.to_pylist()

    assert ids[1:] == [first["a"]] * 2
    assert ids[0].startswith(first["a"])
    assert ids[0] != first["a"]
    assert result.changes is not None
    assert result.changes.split == (EntitySplit(previous=first["a"], entity_ids=(ids[1], ids[0])),)


def test_new_and_vanished_records_and_entities_are_told() -> None:
    """A record the base lacks makes a new entity, one that is only there leaves its entity vanished."""
    changes = named({"a": 1, "b": 2, "d": 1}, {"a": "P1", "c": "P2"}).changes

    assert changes is not None
    assert len(changes.new) == 1
    assert changes.vanished == ("P2",)
    assert (changes.kept, changes.rows_new, changes.rows_vanished) == (1, 2, 1)


def test_ids_that_collide_get_more_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two keys with one hash the smaller has the short id, and the other the long one; a third is numbered."""
    monkeypatch.setattr(naming, "_digits", lambda _: "f" * 32)

    ids = ids_of({"b": 1, "a": 2, "c": 3})

    assert ids == {"a": "E" + "f" * 12, "b": "E" + "f" * 32, "c": "E" + "f" * 32 + "-2"}


def test_no_records_have_no_names() -> None:
    """An empty table has no entities, with and without a base."""
    assert ids_of({}) == {}
    assert ids_of({}, {"a": "P1"}) == {}


# ------------------------------------------------------------------------------------------------- the base's file


def entities(keys: Sequence[str]) -> pa.Table:
    """Return the table of entities, each record for itself."""
    return pa.table(
        {
            "_row": pa.array(range(1, len(keys) + 1), pa.int64()),
            "record_key": pa.array(keys),
            "entity_id": pa.array([f"E{place}" for place in range(len(keys))]),
            "match_probability": pa.array([1.0] * len(keys)),
        }
    )


@pytest.mark.parametrize("name", ["base.parquet", "base.csv"])
def test_a_base_reads_back_as_it_was_written(tmp_path: Path, name: str) -> None:
    """Keys that look like numbers, are quoted, or hold separators and line breaks come back as they were."""
    keys = ["007", "1e5", 'a "b", c', "two\nlines", "NA", "null", "ü;x", " pad ", "true", "2024-01-05"]
    write_entities(tmp_path / name, entities(keys))

    base = read_base(tmp_path / name)

    assert base["record_key"].to_pylist() == keys
    assert base["entity_id"].to_pylist() == [f"E{place}" for place in range(len(keys))]


def test_a_base_may_have_been_saved_by_a_spreadsheet(tmp_path: Path) -> None:
    """A byte-order mark, semicolons and columns in another order are read."""
    (tmp_path / "base.csv").write_bytes("\ufeffentity_id;_row;record_id\r\nE1;1;a\r\nE1;2;ü\r\n".encode())

    assert read_base(tmp_path / "base.csv").to_pylist() == [
        {"record_key": "a", "entity_id": "E1"},
        {"record_key": "ü", "entity_id": "E1"},
    ]


def test_numbers_in_a_parquet_base_are_texts(tmp_path: Path) -> None:
    """Keys that another program stored as numbers are read as they are written."""
    numbers = pa.table({"record_key": pa.array([1, 20]), "entity_id": pa.array([5, 5])})
    parquet.write_table(numbers, tmp_path / "base.parquet")

    assert read_base(tmp_path / "base.parquet").to_pylist() == [
        {"record_key": "1", "entity_id": "5"},
        {"record_key": "20", "entity_id": "5"},
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "it has no column record_id"),
        (b"name,email\nAnn,a@x.example\n", "it has no column record_id"),
        (b"record_id,name\n1,Ann\n", "it has no column entity_id"),
        (b"record_id,entity_id\n1,E1\n,E2\n", "data row 2 has no record_id"),
        (b"record_id,entity_id\n1,\n", "data row 1 has no entity_id"),
        (b"record_id,entity_id\n1,E1\n1,E2\n", 'the record "1" stands there twice'),
        (b"record_id,entity_id\n1,E1,x\n", "this is no base of entities"),
        (b"record_id,entity_id\n\xff,E1\n", "this is no base of entities"),
        (b"PAR1 is not enough", "this is no base of entities"),
    ],
)
def test_what_is_no_base_is_refused(tmp_path: Path, data: bytes, said: str) -> None:
    """Each kind of wrong file is named with what is wrong and a way out."""
    path = tmp_path / "base.csv"
    path.write_bytes(data)

    with pytest.raises(InputError, match="base") as caught:
        read_base(path)

    assert said in caught.value.problem
    assert caught.value.hint


def test_a_missing_base_is_refused(tmp_path: Path) -> None:
    """A path where nothing is says so."""
    with pytest.raises(InputError, match="No such file"):
        read_base(tmp_path / "none.parquet")
