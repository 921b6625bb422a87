"""Buckets: a stable share of the records, by their id, or by their entity where entities are known."""

import csv
from hashlib import md5
from pathlib import Path

import pytest

from tests.rules_support import run, write

_RULES = "schemas: {s: {assign: all_matches, segments: {in_it: {criteria: {bucket: {percent: 50, salt: x}}}}}}\n"


def _tagged(folder: Path, *options: object) -> list[bool]:
    """Return whether each record of the list is in the bucket."""
    out = folder / "out.csv"
    ran = run("assign", folder / "list.csv", "--rules", folder / "r.yaml", "-o", out, "--force", "-q", *options)
    assert ran.code == 0, ran.err
    with out.open(encoding="utf-8", newline="") as file:
        return [row["segment_s"] == "in_it" for row in csv.DictReader(file)]


def _in_bucket(text: str) -> bool:
    """Return what the language promises: the first half of 10,000 buckets, by a hash of salt and id."""
    digest = md5(f"x\x1f{text}".encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[:8], "big") % 10_000 < 5_000


@pytest.mark.parametrize("header", ["Record ID", "Contact ID", "Company ID", "Email"])
def test_a_record_is_in_its_bucket_by_what_it_is_called(tmp_path: Path, header: str) -> None:
    """Without a record id another id of the list stands in, or the e-mail address."""
    ids = [f"{number}@example.com" if header == "Email" else str(number) for number in range(40)]
    write(tmp_path / "list.csv", "\n".join([header, *ids]))
    write(tmp_path / "r.yaml", _RULES)
    assert _tagged(tmp_path) == [_in_bucket(text) for text in ids]


def test_all_records_of_an_entity_are_in_one_bucket(tmp_path: Path) -> None:
    """Where entities are known their id decides, so that nobody is both in a test and out of it."""
    write(tmp_path / "list.csv", "\n".join(["Record ID,Name", *(f"{number},n{number}" for number in range(40))]))
    write(tmp_path / "r.yaml", _RULES)
    entities = [f"E{number // 4}" for number in range(40)]
    rows = [f"{number + 1},{number},{entity},1.0" for number, entity in enumerate(entities)]
    write(tmp_path / "clusters.csv", "\n".join(["_row,record_id,entity_id,match_probability", *rows]))
    found = _tagged(tmp_path, "--entities", tmp_path / "clusters.csv")
    assert found == [_in_bucket(entity) for entity in entities]
