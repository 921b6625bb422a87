"""The tables of the identity benchmark: scores, reliability, growth."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.table import Table

from tests.worlds.scoring import Bin, Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """What the command estimates of itself: a share, and between which ends it lies."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One run of the command on one file."""

    name: str
    score: Score
    precision: Interval | None  # as estimated; None if the command could not
    recall: Interval | None
    bins: Sequence[Bin]
    judged: Sequence[tuple[float, bool]]  # match probability of each pair it tells, and the truth
    seconds: float
    cpu_seconds: float
    peak_mb: float


def write_estimate(estimate: Interval | None, true: float) -> str:
    """Say what was estimated, and whether the truth lies in it."""
    if estimate is None:
        return "none"
    verdict = "holds" if estimate.low <= true <= estimate.high else "MISSES"
    return f"{estimate.value:.3f} ({estimate.low:.3f}-{estimate.high:.3f}) {verdict}"


def draw_scores(outcomes: Sequence[Outcome]) -> Table:
    """Draw how right the entities are, file by file."""
    table = Table("file", title="Duplicates found, with nothing configured")
    for heading in (
        "records",
        "F1",
        "P",
        "R",
        "B3 F1",
        "largest",
        "P estimated",
        "R estimated",
        "s",
        "CPU s",
        "peak MB",
    ):
        table.add_column(heading, justify="right", no_wrap=True)
    for each in outcomes:
        score = each.score
        both = score.bcubed_precision + score.bcubed_recall
        table.add_row(
            each.name,
            f"{score.records:,}",
            *(f"{share:.4f}" for share in (score.f1, score.precision, score.recall)),
            f"{2 * score.bcubed_precision * score.bcubed_recall / max(both, 1e-9):.4f}",
            str(score.largest),
            write_estimate(each.precision, score.precision),
            write_estimate(each.recall, score.recall),
            *(f"{seconds:.1f}" for seconds in (each.seconds, each.cpu_seconds)),
            f"{each.peak_mb:.0f}",
        )
    return table


def draw_reliability(bins: Sequence[Bin]) -> Table:
    """Draw stated probabilities beside the share that is true, over all files."""
    table = Table("match probability", title="Whether stated probabilities can be believed")
    for heading in ("pairs", "stated", "true", "by chance within", ""):
        table.add_column(heading, justify="right")
    for each in bins:
        verdict = "holds" if abs(each.stated - each.true) <= each.margin else "OFF"
        shares = (f"{share:.3f}" for share in (each.stated, each.true, each.margin))
        table.add_row(f"{each.low:g} to {each.high:g}", f"{each.pairs:,}", *shares, verdict)
    return table


def draw_growth(outcomes: Sequence[Outcome]) -> Table:
    """Draw how cost grows with rows, in one kind of world."""
    table = Table("file", title="Growth")
    for heading in ("records", "s", "CPU s", "CPU ms per 1,000", "peak MB", "F1"):
        table.add_column(heading, justify="right")
    for each in outcomes:
        per_thousand = each.cpu_seconds * 1e6 / max(1, each.score.records)
        table.add_row(
            each.name,
            f"{each.score.records:,}",
            f"{each.seconds:.1f}",
            f"{each.cpu_seconds:.1f}",
            f"{per_thousand:.0f}",
            f"{each.peak_mb:.0f}",
            f"{each.score.f1:.4f}",
        )
    return table
