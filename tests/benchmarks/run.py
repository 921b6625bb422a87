"""Time segaudit beside its peers, as whole processes, on the same file and in turns.

Usage: run.py [--runs N] [--rows N] [--only NAME] [--file CSV]. Each pair runs A B A B after one untimed turn each, so
that a slow minute of the machine falls on both. Seconds are wall-clock medians; what counts is their ratio. The table
goes to the terminal and every figure to build/bench.json. Being over a limit is reported, never an error: a busy
machine is not a defect.
"""

import argparse
import json
import os
import platform
import shlex
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Table

HERE = Path(__file__).resolve().parent
BUILD = HERE.parents[1] / "build"
WORK = BUILD / "bench"
SEGAUDIT = str(Path(sys.executable).with_name("segaudit"))
OUTPUTS = (WORK / "tagged.csv", WORK / "copy.csv")
SMALL_ROWS = 10_000
MEGABYTE = 1_000_000
# ru_maxrss counts kilobytes on Linux and bytes on macOS.
RSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One comparison: what it runs and what is promised of it."""

    name: str
    ours: Sequence[str]
    peer: Sequence[str]
    says: str
    max_ratio: float | None = None
    max_peak_mb: int | None = None
    runs: int = 5
    # The file both programs read; None where they read none.
    source: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One run of one program: wall-clock seconds, and the most memory it held."""

    seconds: float
    peak_mb: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """All turns of a pair; figures are taken from them."""

    pair: Pair
    ours: list[Turn] = field(default_factory=list)
    peer: list[Turn] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """Our median time in units of the peer's."""
        return median_seconds(self.ours) / median_seconds(self.peer)

    @property
    def ratios(self) -> list[float]:
        """The ratio of each turn: how far the median can be trusted."""
        return [ours.seconds / peer.seconds for ours, peer in zip(self.ours, self.peer, strict=True)]

    @property
    def peak_mb(self) -> float:
        """The most memory any of our turns held."""
        return max(turn.peak_mb for turn in self.ours)

    @property
    def kept(self) -> bool:
        """Whether what is promised was seen in this run."""
        fast = self.pair.max_ratio is None or self.ratio <= self.pair.max_ratio
        return fast and (self.pair.max_peak_mb is None or self.peak_mb <= self.pair.max_peak_mb)


def median_seconds(turns: list[Turn]) -> float:
    """Take the middle one of several times."""
    return statistics.median(turn.seconds for turn in turns)


def list_pairs(small: Path, large: Path) -> list[Pair]:
    """Say what is compared with what. Limits are those the project has set itself."""
    peer = {path.stem: [sys.executable, str(path)] for path in (HERE / "peers").glob("*.py")}
    coverage = [SEGAUDIT, "coverage"]
    tagged, copied = map(str, OUTPUTS)
    rules = ["--rules", str(HERE / "rules.yaml"), "--as-of", "2026-01-01"]
    return [
        Pair(
            name="help",
            says="--help : a bare click program",
            ours=[SEGAUDIT, "--help"],
            peer=[*peer["bare_click"], "--help"],
            max_ratio=1.5,
            runs=15,
        ),
        Pair(
            name="coverage-small",
            says="coverage : click + SUMMARIZE + rich table",
            source=small,
            ours=[*coverage, str(small)],
            peer=[*peer["click_summarize_table"], str(small)],
            max_ratio=1.6,
            runs=9,
        ),
        Pair(
            name="coverage",
            says="coverage : SUMMARIZE, typed",
            source=large,
            ours=[*coverage, str(large)],
            peer=[*peer["summarize"], str(large)],
            max_ratio=2.0,
            max_peak_mb=1000,
        ),
        Pair(
            name="coverage-512mb",
            says="coverage --memory-limit 512MB : SUMMARIZE, typed",
            source=large,
            ours=[*coverage, str(large), "--memory-limit", "512MB"],
            peer=[*peer["summarize"], str(large)],
            max_peak_mb=512,
        ),
        Pair(
            name="assign",
            says="assign, three schemas : DuckDB COPY",
            source=large,
            ours=[SEGAUDIT, "assign", str(large), *rules, "-o", tagged],
            peer=[*peer["bare_copy"], str(large), copied],
            max_ratio=3.0,
            max_peak_mb=2000,
        ),
    ]


def run_once(command: Sequence[str], allowed: frozenset[int]) -> Turn:
    """Run one program to its end; what it says is thrown away unless it fails."""
    for output in OUTPUTS:
        output.unlink(missing_ok=True)
    with (WORK / "stderr.txt").open("w+b") as complaints:
        start = time.perf_counter()
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=complaints)
        try:
            _, status, usage = os.wait4(child.pid, 0)
        except KeyboardInterrupt:
            child.kill()
            raise
        seconds = time.perf_counter() - start
        # Reaped here and not by Popen, which would otherwise look for it again.
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode not in allowed:
            complaints.seek(0)
            said = complaints.read().decode(errors="replace").strip()
            message = f"exit {child.returncode} from: {shlex.join(command)}\n{said}"
            raise SystemExit(message)
    return Turn(seconds=seconds, peak_mb=usage.ru_maxrss * RSS_UNIT / MEGABYTE)


def measure_pair(pair: Pair, runs: int) -> Outcome:
    """Let both programs take turns, after one each that fills the caches."""
    outcome = Outcome(pair=pair)
    for turn in range(runs + 1):
        ours = run_once(pair.ours, frozenset({0, 1}))  # 1: it ran and found something
        peer = run_once(pair.peer, frozenset({0}))
        if turn:
            outcome.ours.append(ours)
            outcome.peer.append(peer)
    return outcome


def make_file(rows: int) -> Path:
    """Make the wide file of that many rows, once.

    In a process of its own: a child's peak memory starts at what its parent holds, so this one stays small.
    """
    path = WORK / f"wide_{rows}.csv"
    maker = HERE / "wide.py"
    if not path.exists() or path.stat().st_mtime < maker.stat().st_mtime:
        subprocess.run([sys.executable, str(maker), str(rows), str(path)], check=True)
    return path


def describe(outcome: Outcome) -> dict[str, object]:
    """Put an outcome into plain values for the JSON file."""
    pair = outcome.pair
    return {
        "name": pair.name,
        "says": pair.says,
        "ratio": round(outcome.ratio, 3),
        "max_ratio": pair.max_ratio,
        "peak_mb": round(outcome.peak_mb, 1),
        "max_peak_mb": pair.max_peak_mb,
        "kept": outcome.kept,
        "seconds": round(median_seconds(outcome.ours), 4),
        "peer_seconds": round(median_seconds(outcome.peer), 4),
        "file_bytes": pair.source.stat().st_size if pair.source else None,
        "turns": [asdict(turn) for turn in outcome.ours],
        "peer_turns": [asdict(turn) for turn in outcome.peer],
    }


def draw_table(outcomes: list[Outcome]) -> Table:
    """Draw the outcomes for the terminal."""
    table = Table("pair", "what", title="segaudit : peer, medians of whole processes")
    for heading in ("ours s", "peer s", "ratio", "(low-high)", "limit", "peak MB", "limit", ""):
        table.add_column(heading, justify="right", no_wrap=True)
    for outcome in outcomes:
        pair = outcome.pair
        table.add_row(
            pair.name,
            pair.says,
            f"{median_seconds(outcome.ours):.2f}",
            f"{median_seconds(outcome.peer):.2f}",
            f"{outcome.ratio:.2f}",
            f"{min(outcome.ratios):.2f}-{max(outcome.ratios):.2f}",
            "" if pair.max_ratio is None else f"{pair.max_ratio:.1f}",
            f"{outcome.peak_mb:.0f}",
            "" if pair.max_peak_mb is None else f"{pair.max_peak_mb}",
            "kept" if outcome.kept else "OVER",
        )
    return table


def parse_options(names: list[str]) -> argparse.Namespace:
    """Read the benchmark's own command line."""
    parser = argparse.ArgumentParser(description="Time segaudit beside its peers.")
    parser.add_argument("--runs", type=int, help="timed turns of each program (default 5; 15 and 9 for the short ones)")
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the large file (default 1,000,000)")
    parser.add_argument("--only", action="append", choices=names, help="run this pair only; may be repeated")
    parser.add_argument("--file", type=Path, help="a CSV to use as the large file, with the columns of wide.py")
    return parser.parse_args()


def main() -> None:
    """Measure, print and write down."""
    names = [pair.name for pair in list_pairs(Path(), Path())]
    options = parse_options(names)
    wanted = options.only or names
    WORK.mkdir(parents=True, exist_ok=True)
    small = make_file(SMALL_ROWS) if "coverage-small" in wanted else Path()
    large = options.file.resolve() if options.file else Path()
    if not options.file and {"coverage", "coverage-512mb", "assign"}.intersection(wanted):
        large = make_file(options.rows)
    outcomes = []
    for pair in list_pairs(small, large):
        if pair.name in wanted:
            print(f"{pair.name} ...", file=sys.stderr, flush=True)
            outcomes.append(measure_pair(pair, options.runs or pair.runs))
    for output in OUTPUTS:
        output.unlink(missing_ok=True)
    (WORK / "stderr.txt").unlink(missing_ok=True)
    report = {
        "schema_version": 1,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processors": os.cpu_count(),
        "versions": {name: version(name) for name in ("segaudit", "click", "duckdb", "rich")},
        "pairs": [describe(outcome) for outcome in outcomes],
    }
    target = BUILD / "bench.json"
    target.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    Console(width=None if sys.stdout.isatty() else 150).print(draw_table(outcomes))


if __name__ == "__main__":
    main()
