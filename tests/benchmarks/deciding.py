"""Time deciding 8 segments beside the bare scan of the columns they read, in turns, in one process.

Usage: deciding.py [--rows N] [--runs N] [--file CSV]. The bare scan is the engine reading the CSV and adding up the
lengths of those columns; deciding begins with the table loaded and ends with every label. What counts is the ratio.
"""

import argparse
import statistics
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import duckdb

from segaudit.audit.opening import InputChoices
from segaudit.audit.preparing import engine_for, prepare
from segaudit.audit.ruling import load_rules
from segaudit.segments.decide import create_decisions, create_tags

HERE = Path(__file__).resolve().parent
WORK = HERE.parents[1] / "build" / "bench"
READ = ("Employees", "Annual Revenue", "Industry", "Last Activity", "Lead Score")  # by rules.yaml
MAX_RATIO = 2.5


def scan(path: Path) -> float:
    """Return the seconds of reading the columns and adding up their lengths."""
    sums = ", ".join(f'sum(length("{column}"))' for column in READ)
    start = time.perf_counter()
    with duckdb.connect() as connection:
        connection.execute(f"SELECT {sums} FROM read_csv(?, all_varchar=true)", [str(path)])
    return time.perf_counter() - start


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--file", type=Path, help="a CSV with the columns of wide.py")
    options = parser.parse_args()
    path = options.file or WORK / f"wide_{options.rows}.csv"
    if not path.exists():
        WORK.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, str(HERE / "wide.py"), str(options.rows), str(path)], check=True)
    choices = InputChoices(rules=str(HERE / "rules.yaml"))
    labels: list[float] = []
    reasons: list[float] = []
    with engine_for(choices, resolve=False) as engine:
        rules, day = load_rules(choices.rules), date(2026, 1, 1)
        found = prepare(str(path), choices, rules, day, engine, resolve=False, progress=lambda _: None)
        for _ in range(options.runs):
            bare = scan(path)
            for decide, ratios in ((create_decisions, labels), (create_tags, reasons)):
                start = time.perf_counter()
                decide(found.program, found.data, engine)
                ratios.append((time.perf_counter() - start) / bare)
    for name, ratios in (("labels", labels), ("labels and reasons", reasons)):
        low, high = min(ratios), max(ratios)
        print(f"{name}: {statistics.median(ratios):.2f} x the bare scan ({low:.2f}-{high:.2f})")
    print(f"limit of labels: {MAX_RATIO}")


if __name__ == "__main__":
    main()
