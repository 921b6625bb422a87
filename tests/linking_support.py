"""What the tests of linking share: two files from rows, the command run on them, its outputs read back."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.rules_support import run
from tests.worlds.running import read_rows

Table = Sequence[list[str]]  # header first


def write_table(path: Path, rows: Table) -> Path:
    """Write rows as CSV."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def link_tables(folder: Path, left: Table, right: Table, *options: object) -> dict[str, Any]:
    """Run the command on two tables; return its JSON, with the rows of the pairs file as ``pairs``."""
    folder.mkdir(exist_ok=True)
    files = write_table(folder / "left.csv", left), write_table(folder / "right.csv", right)
    ran = run("link", *files, "--pairs", folder / "pairs.csv", "--force", "--format", "json", *options)
    assert ran.code == 0, ran.err
    found: dict[str, Any] = json.loads(ran.out)
    return found | {"pairs": read_rows(folder / "pairs.csv")}


def links_of(found: dict[str, Any]) -> set[tuple[str, str]]:
    """Return the record ids that are linked."""
    return {(row["record_id_l"], row["record_id_r"]) for row in found["pairs"] if row["linked"] == "true"}
