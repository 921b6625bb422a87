"""`segaudit dedupe` run in this process on a world or a small table, and its outputs read back."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.rules_support import run
from tests.worlds.world import World

Pair = tuple[int, int]  # numbers of data rows, from 1


def find_entities(header: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """Return the entity the command gives to each record; the first cell of a row is its id."""
    return find_with_pairs(header, rows)[0]


def find_with_pairs(header: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[dict[str, str], dict[Pair, float]]:
    """Return the entity of each record, and the match probability of each pair the command tells."""
    with TemporaryDirectory() as folder:
        path, clusters, pairs = (Path(folder) / name for name in ("table.csv", "clusters.csv", "pairs.csv"))
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([header, *rows])
        ran = run("dedupe", path, "--clusters", clusters, "--pairs", pairs)
        assert ran.code == 0, ran.err
        numbered = {int(row["_row"]): row["entity_id"] for row in read_rows(clusters)}
        judged = {(int(row["_row_l"]), int(row["_row_r"])): float(row["match_probability"]) for row in read_rows(pairs)}
    assert sorted(numbered) == list(range(1, len(rows) + 1))
    return {row[0]: numbered[number] for number, row in enumerate(rows, start=1)}, judged


def find_in_world(world: World) -> dict[str, str]:
    """Return the entity the command gives to each record of a world."""
    return find_entities(world.header, world.rows)


def read_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a file the command wrote."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def as_partition(entities: dict[str, str], only: Iterable[str] | None = None) -> set[frozenset[str]]:
    """Return which records belong together, whatever their entities are called."""
    members: dict[str, set[str]] = {}
    for record in entities if only is None else only:
        members.setdefault(entities[record], set()).add(record)
    return {frozenset(group) for group in members.values()}
