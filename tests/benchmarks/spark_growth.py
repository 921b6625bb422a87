"""How coverage and assign grow with rows on Spark, beside Spark reading and writing the same file.

Usage: spark_growth.py [--rows N]... [--only NAME]... [--runs N] [--local] [--workers N] [--executor-memory SIZE].
Each program is a whole process that uses a standalone cluster on this machine (one core a worker), so that driver and
executors can be told apart; --local lets it run in the driver's own Java machine. The same commands on the embedded
engine, and Spark copying the file, stand beside them. Programs take turns. Printed are wall and processor seconds, the
peak memory of the driver and of the largest executor, and what tasks moved; then, by least squares, what each million
of rows adds. Every figure goes to build/bench-spark.json. Linux only.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks.spark_meters import MEGABYTE, PROC, Meter, Moved, read_events
from tests.spark.cluster import Cluster, missing

HERE = Path(__file__).resolve().parent
BUILD = HERE.parents[1] / "build"
WORK = BUILD / "bench-spark"
ROWS = (500_000, 1_000_000, 2_000_000, 5_000_000)
PROGRAMS = ("copy", "copy-lines", "coverage", "assign", "coverage-embedded", "assign-embedded")
MILLION = 1_000_000
DRIVER = "driver"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One run of one program."""

    name: str
    rows: int
    seconds: float
    cpu_seconds: float  # of driver and executors together
    driver_peak_mb: float
    executor_peak_mb: float  # of the largest; 0 where the driver is the executor
    work_peak_mb: float  # of the folder of tables on the way, with what was shuffled
    moved: Moved


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where programs run."""

    master: str
    cluster: Cluster


def command(name: str, source: Path, place: Place) -> list[str]:
    """Return how a program is started."""
    out, work = WORK / "out", WORK / "work"
    if name.startswith("copy"):
        lines = ["--lines"] if name == "copy-lines" else []
        return [sys.executable, str(HERE / "spark_copy.py"), str(source), str(out), place.master, *lines]
    verb, _, embedded = name.partition("-")
    engine = [] if embedded else ["--engine", "spark", "--master", place.master, "--work", str(work)]
    start = [sys.executable, "-m", "segaudit", verb, str(source), "--quiet", *engine]
    if verb == "coverage":
        return [*start, "--format", "json"]
    return [*start, "--rules", str(HERE / "rules.yaml"), "--as-of", "2026-01-01", "-o", f"{out}.csv"]


def clear() -> None:
    """Remove what a run wrote."""
    for path in (WORK / "out", WORK / "work", WORK / "events"):
        shutil.rmtree(path, ignore_errors=True)
    for name in ("work", "events"):
        (WORK / name).mkdir(parents=True)
    out = WORK / "out.csv"
    shutil.rmtree(out) if out.is_dir() else out.unlink(missing_ok=True)


def run_once(name: str, rows: int, source: Path, place: Place) -> Turn:
    """Run a program to its end and measure it.

    Raises:
        SystemExit: It failed; carries what it said.
    """
    clear()
    said = WORK / "said.txt"
    cluster = place.cluster
    with said.open("wb") as complaints:
        begun = time.perf_counter()
        child = subprocess.Popen(
            command(name, source, place),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=complaints,
            env=cluster.environment(),
            start_new_session=True,
        )
        cluster.watch(child)
        parts = {worker.process.pid: f"executor{index}" for index, worker in enumerate(cluster.workers)}
        with Meter({child.pid: DRIVER, **parts}, WORK / "work", left_out=frozenset(parts)) as meter:
            code = child.wait()
        seconds = time.perf_counter() - begun
    cluster.end(child)
    if code not in {0, 1}:
        raise SystemExit(f"{name} of {rows:,} rows: exit {code}\n{said.read_text(errors='replace')[-3000:]}")
    executors = [used for part, used in meter.used.items() if part != DRIVER]
    return Turn(
        name=name,
        rows=rows,
        seconds=seconds,
        cpu_seconds=sum(used.cpu_seconds for used in meter.used.values()),
        driver_peak_mb=meter.used[DRIVER].peak_bytes / MEGABYTE,
        executor_peak_mb=max((used.peak_bytes for used in executors), default=0) / MEGABYTE,
        work_peak_mb=meter.peak_folder_bytes / MEGABYTE,
        moved=read_events(WORK / "events"),
    )


@contextmanager
def placed(options: argparse.Namespace) -> Iterator[Place]:
    """Start the cluster, or only the settings of one."""
    settings = {
        "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": (WORK / "events").as_uri(),
        "spark.eventLog.compress": "false",
        "spark.eventLog.rolling.enabled": "false",
        "spark.driver.memory": options.driver_memory,
    }
    cluster = Cluster(WORK / "cluster", executor_memory=options.executor_memory, worker_memory="64g", settings=settings)
    with cluster:
        if options.local:
            yield Place(master=f"local[{options.workers}]", cluster=cluster)
            return
        for _ in range(options.workers):
            cluster.add_worker()
        yield Place(master=cluster.master_url, cluster=cluster)


def make_file(rows: int) -> Path:
    """Make the wide file of that many rows, once."""
    path = BUILD / "bench" / f"wide_{rows}.csv"
    maker = HERE / "wide.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.stat().st_mtime < maker.stat().st_mtime:
        subprocess.run([sys.executable, str(maker), str(rows), str(path)], check=True)
    return path


def line(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return what a line through points has at 0, and what it gains with each million of rows."""
    if len({x for x, _ in points}) < 2:
        return 0.0, 0.0
    fitted = statistics.linear_regression(*zip(*points, strict=True))
    return fitted.intercept, fitted.slope


def draw_turns(turns: Sequence[Turn]) -> Table:
    """Draw what was measured; wall seconds also as a multiple of copying the same file."""
    table = Table(title="whole processes on Spark; medians")
    for heading in ("program", "rows", "wall s", "x copy", "CPU s", "driver MB", "executor MB", "work MB", "stages"):
        table.add_column(heading, justify="left" if heading == "program" else "right", no_wrap=True)
    for heading in ("tasks", "longest s", "shuffled MB", "spilled MB"):
        table.add_column(heading, justify="right", no_wrap=True)
    wall = {key: statistics.median(turn.seconds for turn in group) for key, group in groups(turns).items()}
    for (name, rows), group in groups(turns).items():
        last, copied = group[-1], wall.get(("copy", rows))
        table.add_row(
            name,
            f"{rows:,}",
            f"{wall[name, rows]:.1f}",
            f"{wall[name, rows] / copied:.2f}" if copied else "",
            f"{statistics.median(turn.cpu_seconds for turn in group):.1f}",
            f"{max(turn.driver_peak_mb for turn in group):.0f}",
            f"{max(turn.executor_peak_mb for turn in group):.0f}",
            f"{max(turn.work_peak_mb for turn in group):.0f}",
            *(str(last.moved.stages), str(last.moved.tasks), f"{last.moved.longest_task_seconds:.1f}"),
            *(f"{last.moved.shuffle_bytes / MEGABYTE:.1f}", f"{last.moved.spilled_bytes / MEGABYTE:.1f}"),
        )
    return table


def groups(turns: Sequence[Turn]) -> dict[tuple[str, int], list[Turn]]:
    """Return the turns of each program at each number of rows."""
    found: dict[tuple[str, int], list[Turn]] = {}
    for turn in turns:
        found.setdefault((turn.name, turn.rows), []).append(turn)
    return found


GROWS: dict[str, Callable[[Turn], float]] = {
    "wall s": lambda turn: turn.seconds,
    "CPU s": lambda turn: turn.cpu_seconds,
    "shuffled MB": lambda turn: turn.moved.shuffle_bytes / MEGABYTE,
    "work MB": lambda turn: turn.work_peak_mb,
    "driver MB": lambda turn: turn.driver_peak_mb,
    "executor MB": lambda turn: turn.executor_peak_mb,
}


def growth(turns: Sequence[Turn]) -> dict[str, dict[str, dict[str, float]]]:
    """Return for each program and figure what it starts from and what each million of rows adds."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    for name in dict.fromkeys(turn.name for turn in turns):
        for figure, of in GROWS.items():
            start, adds = line([(turn.rows / MILLION, of(turn)) for turn in turns if turn.name == name])
            found.setdefault(name, {})[figure] = {"at_0": round(start, 3), "per_million_rows": round(adds, 3)}
    return found


def draw_growth(grown: dict[str, dict[str, dict[str, float]]]) -> Table:
    """Draw the growth."""
    table = Table("program", *GROWS, title="start + what each million of rows adds")
    for name, figures in grown.items():
        cells = (f"{figures[key]['at_0']:.1f} + {figures[key]['per_million_rows']:.1f}" for key in GROWS)
        table.add_row(name, *cells)
    return table


def parse_options() -> argparse.Namespace:
    """Read the benchmark's own command line."""
    parser = argparse.ArgumentParser(description="Measure how coverage and assign grow on Spark.")
    parser.add_argument("--rows", type=int, action="append", help=f"rows of a file (default {ROWS}); may be repeated")
    parser.add_argument("--only", action="append", choices=PROGRAMS, help="run this program only; may be repeated")
    parser.add_argument("--runs", type=int, default=1, help="turns of each program")
    parser.add_argument("--local", action="store_true", help="no cluster: local[N], N being --workers")
    parser.add_argument("--workers", type=int, default=2, help="workers of one core each")
    parser.add_argument("--executor-memory", default="1g", help="Java heap of an executor; Python comes on top")
    parser.add_argument("--driver-memory", default="1g", help="Java heap of the driver")
    return parser.parse_args()


def main() -> None:
    """Measure, print and write down."""
    options = parse_options()
    if reason := missing() or ("" if PROC.exists() else "this benchmark reads /proc, which is Linux's"):
        raise SystemExit(reason)
    files = {rows: make_file(rows) for rows in options.rows or ROWS}
    shutil.rmtree(WORK, ignore_errors=True)
    turns: list[Turn] = []
    with placed(options) as place:
        for rows, source in files.items():
            for _ in range(options.runs):
                for name in options.only or PROGRAMS:
                    print(f"{name} of {rows:,} rows ...", file=sys.stderr, flush=True)
                    turns.append(run_once(name, rows, source, place))
    report = {
        "schema_version": 1,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processors": os.cpu_count(),
        "versions": {name: version(name) for name in ("segaudit", "pyspark", "duckdb", "pyarrow")},
        "place": {key: value for key, value in vars(options).items() if key not in {"rows", "only"}},
        "file_bytes": {rows: path.stat().st_size for rows, path in files.items()},
        "turns": [asdict(turn) for turn in turns],
        "growth": growth(turns),
    }
    (BUILD / "bench-spark.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    shutil.rmtree(WORK, ignore_errors=True)
    console = Console(width=None if sys.stdout.isatty() else 170)
    console.print(draw_turns(turns))
    if len(files) > 1:
        console.print(draw_growth(growth(turns)))


if __name__ == "__main__":
    main()
