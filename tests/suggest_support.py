"""Made-up databases whose segments have faults planted in them, and rules for them."""

import csv
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from segaudit.audit.opening import InputChoices
from segaudit.audit.suggesting import SuggestChoices, suggest
from segaudit.model.suggestions import SuggestionsResult

Record = dict[str, Any]

SIZES = """
version: 1
fields:
  size_now: {type: int, column: Size now}
schemas:
  size:
    assign: exactly_one
    else: size_unknown
    segments:
      small: {name: Small, criteria: {size_now: {between: [1, 50]}}%(small)s}
      middle: {name: Middle, criteria: {size_now: {between: [51, 500]}}%(middle)s}
      large: {name: Large, criteria: {size_now: {gte: 501}}%(large)s}
tests:
  - {given: {size_now: 50}, schema: size, expect: small}
  - {given: {size_now: 51}, schema: size, expect: middle}
"""


def sizes(small: str = "", middle: str = "", large: str = "") -> str:
    """Return rules with three bands of size; each may say more of itself."""
    return SIZES % {"small": small, "middle": middle, "large": large}


def world(rows: int, rate: Callable[[Record], float], seed: int = 1) -> Iterator[Record]:
    """Yield records with a size, a kind, an area, an age in years, and whether each converted.

    Args:
        rows: How many.
        rate: Chance to convert.
        seed: Of all that is drawn.
    """
    draw = random.Random(seed)  # noqa: S311 - made-up data wants a seed that repeats
    for number in range(1, rows + 1):
        record: Record = {
            "Record ID": f"A{number}",
            "Size now": draw.choice([draw.randint(1, 50), draw.randint(51, 500), draw.randint(501, 2000)]),
            "Kind": draw.choice(["software", "retail", "health", "public"]),
            "Area": draw.choice(["north", "south"]),
            "Years": draw.randint(0, 30),
        }
        record["Converted"] = int(draw.random() < rate(record))
        yield record


def write_world(folder: Path, records: Iterator[Record]) -> str:
    """Write records as CSV; return the path."""
    rows = list(records)
    path = folder / "world.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


def suggested(
    folder: Path,
    records: Iterator[Record],
    rules: str | None = None,
    **wanted: Any,  # noqa: ANN401 - what a user may choose
) -> SuggestionsResult:
    """Return what is suggested for made-up records and rules."""
    path = write_world(folder, records)
    chosen = InputChoices()
    if rules is not None:
        (folder / "rules.yaml").write_text(rules, encoding="utf-8")
        chosen = InputChoices(rules=str(folder / "rules.yaml"))
    return suggest(path, chosen, SuggestChoices(**wanted))


def told(result: SuggestionsResult) -> list[tuple[str, ...]]:
    """Return what is suggested, in short."""
    return [(item.kind.value, *item.segments) for item in result.suggestions]
