"""Score the finding of wrong cells against pairs of a dirty and a clean table.

Usage: cell_errors.py FOLDER [--details]. FOLDER, and every folder in it, that holds dirty.csv and clean.csv is a pair;
the truth are the cells in which they differ. Printed for each: precision, recall and F1 of the cells found, precision
of those given as certain, how many suggestions say what the clean table says, and seconds without opening.
"""

import csv
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from segaudit.audit.opening import InputChoices, open_input
from segaudit.audit.quality import measure_quality_data
from segaudit.engine.duck import DuckEngine
from segaudit.model.quality import CERTAIN_FROM, Suspicion
from segaudit.quality.finders.conflicts import find_cell_errors

Cell = tuple[int, int]  # row and column, from 1
Table = Sequence[Sequence[str]]


def read_rows(path: Path) -> Table:
    """Return a CSV file's data rows."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.reader(file))[1:]


def find_errors(path: Path) -> tuple[list[Suspicion], float]:
    """Return what is found in a file, and the seconds that finding took."""
    with DuckEngine() as engine:
        opened = open_input(str(path), InputChoices(fingerprint=False), engine, ordered=True)
        data = measure_quality_data(opened, date(2026, 6, 30), engine)
        started = time.perf_counter()
        found = find_cell_errors(data)
        return found, time.perf_counter() - started


def by_cell(found: Sequence[Suspicion], rows: Table) -> dict[Cell, Suspicion]:
    """Return the strongest suspicion of each cell; one about a value concerns every cell that holds it."""
    of_row = {(each.row, each.position): each for each in found if each.row is not None}
    of_value = {(each.position, each.value): each for each in found if each.row is None}
    cells: dict[Cell, Suspicion] = {}
    for row, cells_of_row in enumerate(rows, start=1):
        for position, cell in enumerate(cells_of_row, start=1):
            said = [each for each in (of_row.get((row, position)), of_value.get((position, cell.strip()))) if each]
            if said:
                cells[row, position] = max(said, key=lambda each: each.confidence)
    return cells


def differing(dirty: Table, clean: Table) -> set[Cell]:
    """Return the cells in which two tables differ."""
    return {
        (row, position)
        for row, (before, after) in enumerate(zip(dirty, clean, strict=True), start=1)
        for position, (cell, right) in enumerate(zip(before, after, strict=True), start=1)
        if cell != right
    }


def score(folder: Path, *, details: bool) -> None:
    """Print the score of one pair."""
    dirty, clean = read_rows(folder / "dirty.csv"), read_rows(folder / "clean.csv")
    found, seconds = find_errors(folder / "dirty.csv")
    cells, truth = by_cell(found, dirty), differing(dirty, clean)
    certain = {cell for cell, each in cells.items() if each.confidence >= CERTAIN_FROM}
    hits = len(truth & set(cells))
    precision, recall = hits / max(1, len(cells)), hits / max(1, len(truth))
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    suggested = {cell: each.suggestion for cell, each in cells.items() if each.suggestion is not None}
    right = sum(clean[row - 1][position - 1] == value for (row, position), value in suggested.items())
    print(
        f"{folder.name:20} P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}   certain {len(certain):6} "
        f"P {len(truth & certain) / max(1, len(certain)):.3f}   suggestions {right} of {len(suggested)} right   "
        f"{seconds:.2f} s"
    )
    if details:
        print_columns(cells, truth)


def print_columns(cells: Mapping[Cell, Suspicion], truth: set[Cell]) -> None:
    """Print hits, false alarms and misses by column and finder."""
    outcome = Counter((position, each.check, (row, position) in truth) for (row, position), each in cells.items())
    for (position, check, is_true), count in sorted(outcome.items()):
        print(f"    column {position:3} {check:14} {'right' if is_true else 'FALSE'} {count}")
    for position, count in sorted(Counter(position for _, position in truth - set(cells)).items()):
        print(f"    column {position:3} missed {count}")


if __name__ == "__main__":
    top = Path(sys.argv[1])
    for pair in sorted({path.parent for path in (*top.glob("dirty.csv"), *top.glob("*/dirty.csv"))}):
        score(pair, details="--details" in sys.argv)
