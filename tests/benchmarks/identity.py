"""Score and time `segaudit dedupe` on made-up worlds, as whole processes, with nothing configured.

Usage: identity.py [--rows N] [--seeds 1,2] [--only NAME] [--growth 10000,100000,1000000]. Printed are, for each world:
pairwise and B-cubed scores, what the command itself estimates and whether the truth lies in its interval, seconds and
peak memory; then how far stated match probabilities can be believed; then how time grows with rows. Folders of
NAME.csv and NAME.truth.csv (record_id, entity_id; the id is the first column of NAME.csv) are scored as well if
SEGAUDIT_IDENTITY_DATA names them, separated as in PATH. Every figure goes to build/bench-identity.json.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from tests.benchmarks.identity_tables import Interval, Outcome, draw_growth, draw_reliability, draw_scores
from tests.worlds.companies import make_companies
from tests.worlds.contacts import make_contacts
from tests.worlds.crowd import make_crowd
from tests.worlds.households import make_households
from tests.worlds.products import make_products
from tests.worlds.scoring import measure_reliability, score_partition
from tests.worlds.world import World, write_world

BUILD = Path(__file__).resolve().parents[2] / "build"
WORK = BUILD / "bench" / "identity"
SEGAUDIT = str(Path(sys.executable).with_name("segaudit"))
MEGABYTE = 1_000_000
# ru_maxrss counts kilobytes on Linux and bytes on macOS.
RSS_UNIT = 1 if sys.platform == "darwin" else 1024
WORLDS: Mapping[str, Callable[[int, int], World]] = {
    "contacts": make_contacts,
    "households": make_households,
    "companies": make_companies,
    "products": make_products,
    "crowd": make_crowd,
}
"""What the growth is measured on stands first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """One run of the command, before anybody asks whether it is right."""

    path: Path
    document: Mapping[str, Any]  # what it reports
    clusters: Path
    pairs: Path
    seconds: float
    cpu_seconds: float
    peak_mb: float


def run_dedupe(path: Path) -> Ran:
    """Run the command on a file; its outputs stay in WORK."""
    clusters, pairs = (WORK / f"{path.stem}.{kind}.csv" for kind in ("clusters", "pairs"))
    outputs = ["--clusters", str(clusters), "--pairs", str(pairs), "--force"]  # an earlier run may have left its own
    command = [SEGAUDIT, "dedupe", str(path), *outputs, "--format", "json"]
    with (WORK / "stdout.json").open("w+b") as said, (WORK / "stderr.txt").open("w+b") as complaints:
        start = time.perf_counter()
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=complaints)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        # Reaped here and not by Popen, which would otherwise look for it again.
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in {0, 1}:
        raise SystemExit(f"exit {child.returncode} on {path}\n{(WORK / 'stderr.txt').read_text(encoding='utf-8')}")
    return Ran(
        path=path,
        document=json.loads((WORK / "stdout.json").read_text(encoding="utf-8")),
        clusters=clusters,
        pairs=pairs,
        seconds=seconds,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        peak_mb=usage.ru_maxrss * RSS_UNIT / MEGABYTE,
    )


def read_columns(path: Path, *names: str, delimiter: str = ",") -> Iterator[tuple[str, ...]]:
    """Yield the cells of some columns of a file; a number stands for a place."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = csv.reader(file, delimiter=delimiter)
        header = next(rows)
        places = [int(name) if name.isdigit() else header.index(name) for name in names]
        for row in rows:
            yield tuple(row[place] for place in places)


def find_delimiter(path: Path) -> str:
    """Return what separates the header's cells."""
    with path.open(encoding="utf-8-sig") as file:
        header = file.readline()
    return max(",;\t", key=header.count)


def find_estimate(document: Mapping[str, Any], name: str) -> Interval | None:
    """Return what the command estimates its precision or recall to be."""
    estimate = document.get(name)
    return Interval(value=estimate["value"], low=estimate["low"], high=estimate["high"]) if estimate else None


def score_run(ran: Ran) -> Outcome:
    """Compare what the command wrote with NAME.truth.csv."""
    truth = {cells[0]: cells[1] for cells in read_columns(ran.path.with_suffix(".truth.csv"), "0", "1")}
    records = ["", *(cells[0] for cells in read_columns(ran.path, "0", delimiter=find_delimiter(ran.path)))]
    judged = [
        (float(probability), truth[records[int(left)]] == truth[records[int(right)]])
        for left, right, probability in read_columns(ran.pairs, "_row_l", "_row_r", "match_probability")
    ]
    found = {records[int(row)]: entity for row, entity in read_columns(ran.clusters, "_row", "entity_id")}
    return Outcome(
        name=ran.path.stem,
        score=score_partition(found, truth),
        precision=find_estimate(ran.document, "precision"),
        recall=find_estimate(ran.document, "recall"),
        bins=measure_reliability(judged),
        judged=judged,
        seconds=ran.seconds,
        cpu_seconds=ran.cpu_seconds,
        peak_mb=ran.peak_mb,
    )


def make_file(name: str, rows: int, seed: int) -> Path:
    """Write a world's files, once, in a process of its own so that this one stays small."""
    path = WORK / f"{name}_{rows}_{seed}.csv"
    if not path.exists():
        maker = [sys.executable, __file__, "--make", name, str(rows), str(seed)]
        subprocess.run(maker, check=True)
    return path


def list_files(rows: int, seeds: Sequence[int], only: Sequence[str]) -> list[Path]:
    """Return the made-up files, then those of the folders the environment names."""
    folders = [Path(folder) for folder in os.environ.get("SEGAUDIT_IDENTITY_DATA", "").split(os.pathsep) if folder]
    given = sorted(
        path for folder in folders for path in folder.glob("*.csv") if path.with_suffix(".truth.csv").exists()
    )
    made = [make_file(name, rows, seed) for name in WORLDS for seed in seeds if not only or name in only]
    return made + [path for path in given if not only or path.stem in only]


def describe(outcome: Outcome) -> dict[str, object]:
    """Put an outcome into plain values for the JSON file; pairs only as bins."""
    plain = asdict(outcome)
    del plain["judged"]
    score = outcome.score
    plain["score"] |= {"precision": score.precision, "recall": score.recall, "f1": score.f1}
    return plain


def parse_options() -> argparse.Namespace:
    """Read the benchmark's own command line."""
    numbers = lambda text: [int(number) for number in text.split(",") if number]  # noqa: E731 - used twice, here only
    parser = argparse.ArgumentParser(description="Score and time segaudit dedupe.")
    parser.add_argument("--rows", type=int, default=5000, help="rows of each made-up file (default 5,000)")
    parser.add_argument("--seeds", type=numbers, default=[1, 2], help="one file of each world for each (default 1,2)")
    parser.add_argument("--only", action="append", default=[], help="this world or file only; may be repeated")
    parser.add_argument(
        "--growth", type=numbers, default=[10_000, 100_000, 1_000_000], help="rows to measure growth at"
    )
    parser.add_argument("--make", nargs=3, help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> None:
    """Measure, print and write down."""
    options = parse_options()
    WORK.mkdir(parents=True, exist_ok=True)
    if options.make:
        name, rows, seed = options.make
        write_world(WORLDS[name](int(rows), int(seed)), WORK, f"{name}_{rows}_{seed}")
        return
    csv.field_size_limit(sys.maxsize)
    files = list_files(options.rows, options.seeds, options.only)
    growing = [make_file(next(iter(WORLDS)), rows, 1) for rows in options.growth]
    # All are run before any is scored: a child's peak memory starts at what its parent holds.
    runs = [run_dedupe(path) for path in (*files, *growing)]
    outcomes = [score_run(ran) for ran in runs]
    scored, grown = outcomes[: len(files)], outcomes[len(files) :]
    bins = measure_reliability(pair for each in scored for pair in each.judged)
    console = Console(width=None if sys.stdout.isatty() else 190)
    for table in (draw_scores(scored), draw_reliability(bins), draw_growth(grown)):
        console.print(table)
    report = {"files": [describe(each) for each in scored], "growth": [describe(each) for each in grown]}
    (BUILD / "bench-identity.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
