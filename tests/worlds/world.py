"""A made-up table whose truth is known: which rows are of one person, company or article."""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Rows in an order that says nothing; the first cell of each is its id, which says nothing either."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    entities: Sequence[int]  # whose row it is, one for each row

    @property
    def truth(self) -> dict[str, int]:
        """The entity of each record id."""
        return {row[0]: entity for row, entity in zip(self.rows, self.entities, strict=True)}


class Dice(Random):
    """Chance that repeats with its seed."""

    def happens(self, share: float) -> bool:
        """Say yes in that share of cases."""
        return self.random() < share

    def copies(self, share_double: float, again: float = 0.3) -> int:
        """Draw how many rows an entity has: one, or with that share two and, each time with `again`, one more."""
        count = 1
        if self.happens(share_double):
            count = 2
            while count < 6 and self.happens(again):
                count += 1
        return count

    def few_and_many(self, items: Sequence[Item]) -> Callable[[], Item]:
        """Return a draw in which the first items are common and the last are rare, as names are."""
        weights = list(accumulate(1 / (rank + 4) ** 0.8 for rank in range(len(items))))
        return lambda: self.choices(items, cum_weights=weights)[0]


def make_world(header: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]], dice: Dice) -> World:
    """Shuffle rows of (entity, cells) and number them; the entities tell which belong together."""
    shuffled = dice.sample(rows, len(rows))
    ids = dice.sample(range(1, len(rows) + 1), len(rows))
    return World(
        header=["record_id", *header],
        rows=[[str(number), *cells] for number, (_, cells) in zip(ids, shuffled, strict=True)],
        entities=[entity for entity, _ in shuffled],
    )


def write_world(world: World, folder: Path, name: str) -> Path:
    """Write NAME.csv and, beside it, NAME.truth.csv (record_id, entity_id); return the first."""
    path = folder / f"{name}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(world.header)
        writer.writerows(world.rows)
    with (folder / f"{name}.truth.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["record_id", "entity_id"])
        writer.writerows(world.truth.items())
    return path
