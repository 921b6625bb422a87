"""Whether the arms of a test are a random draw, and what else to be wary of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from scipy.stats import chisquare

from segaudit.audit.experiment_arms import arm_by_hash
from segaudit.audit.opening import OpenedInput
from segaudit.engine.protocol import Engine
from segaudit.model.experiments import Arm, ArmBalance

ASSIGNMENT, OUTCOMES = "assignment", "test_outcomes"
_MISMATCH = 0.001  # a sample ratio less likely than this is no accident
_UNKNOWN = "the assignment does not say how the arms were drawn (test, from_percent, to_percent)"
_UNEVEN = "the arms are not as large as they were drawn"
_FEW = 5  # expected in an arm: below it the ratio says nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A file of who is in which arm."""

    opened: OpenedInput
    columns: Mapping[str, str]  # header -> SQL name

    def names(self, column: str, engine: Engine) -> list[str]:
        """Return the different values of a column."""
        cell = self.columns[column]
        found = engine.fetch(
            f"SELECT DISTINCT trim({cell}) FROM {ASSIGNMENT} WHERE {cell} IS NOT NULL ORDER BY 1 LIMIT 100"
        )
        return [str(row[0]) for row in found if row[0]]


def planned_arms(drawn: Assignment, engine: Engine) -> tuple[Arm, ...]:
    """Return the arms as the file has them on record; none if it does not, or contradicts itself."""
    if not {"test", "from_percent", "to_percent"} <= drawn.columns.keys():
        return ()
    names = ("arm", "from_percent", "to_percent")
    cells = ", ".join(f"trim({drawn.columns[name]})" for name in names)
    rows = engine.fetch(f"SELECT DISTINCT {cells} FROM {ASSIGNMENT} LIMIT 100")
    try:
        arms = [Arm(name=str(name), low=float(low), high=float(high), needed=0) for name, low, high in rows]
    except (TypeError, ValueError):
        return ()
    arms.sort(key=lambda arm: arm.low)
    apart = all(one.high <= other.low for one, other in pairwise(arms))
    whole = bool(arms) and arms[0].low >= 0 and arms[-1].high <= 100  # noqa: PLR2004 - percent
    return tuple(arms) if apart and whole and len({arm.name for arm in arms}) == len(arms) else ()


def name_of_test(drawn: Assignment, engine: Engine) -> str:
    """Return the name the arms were drawn by; empty if there is not the one."""
    names = drawn.names("test", engine) if "test" in drawn.columns else []
    return names[0] if len(names) == 1 else ""


def refusals(
    drawn: Assignment, arms: Sequence[Arm], balances: Sequence[ArmBalance], uneven: float | None, engine: Engine
) -> tuple[str, ...]:
    """Return why nothing may be claimed of the arms, in words; nothing if they are the draw they were meant to be.

    Args:
        drawn: The assignment.
        arms: As it has them on record.
        balances: As they came.
        uneven: Of ``sample_ratio``.
        engine: Where the outcomes are.
    """
    found = _not_drawn(drawn, arms, balances, engine)
    if uneven is not None and uneven < _MISMATCH:
        found = (*found, f"{_UNEVEN} (p = {uneven:.1g}): records were lost on the way")
    return found


def _not_drawn(
    drawn: Assignment, arms: Sequence[Arm], balances: Sequence[ArmBalance], engine: Engine
) -> tuple[str, ...]:
    name = name_of_test(drawn, engine)
    if not arms or not name:
        return (f"{_UNKNOWN}: arms that somebody chose may differ for any other reason",)
    if unknown := [item.name for item in balances if item.name not in {arm.name for arm in arms}]:
        return (f"the arm {unknown[0]} is not among those that were drawn",)
    torn = int(engine.fetch(f"SELECT COUNT(*) FROM {OUTCOMES} WHERE arms > 1")[0][0])
    if torn:
        return (f"{torn:,} records stand in several arms",)
    arm_of = arm_by_hash(name, arms)
    moved = checked = 0
    for unit, arm in engine.stream(f"SELECT unit, arm FROM {OUTCOMES}"):
        checked += 1
        moved += arm_of(str(unit)) != arm
    if not moved:
        return ()
    share = f"{moved:,} of {checked:,} records"
    return (f"{share} are not in the arm their hash puts them in under the name {name}: moved, or drawn otherwise",)


def sample_ratio(balances: Sequence[ArmBalance]) -> float | None:
    """Return the chance of arms as uneven as these, of the records that were measured; None if it cannot be told."""
    shares = [item.expected_share for item in balances]
    counts = [item.measured for item in balances]
    total, known = sum(counts), [share for share in shares if share is not None]
    if len(known) < len(shares) or not total or min(known) * total < _FEW:
        return None
    expected = [share / sum(known) * total for share in known]
    return float(chisquare(counts, expected).pvalue)


def warnings(drawn: Assignment, balances: Sequence[ArmBalance], engine: Engine) -> tuple[str, ...]:
    """Return what else to be wary of: reading early, records that are gone, outcomes that cannot be read."""
    told: list[str] = []
    planned: dict[str, int] = {}
    if "planned" in drawn.columns:
        cells = f"trim({drawn.columns['arm']}), trim({drawn.columns['planned']})"
        rows = engine.fetch(f"SELECT DISTINCT {cells} FROM {ASSIGNMENT} LIMIT 100")
        planned = {str(arm): int(size) for arm, size in rows if str(size or "").isdigit()}
    short = [
        f"{item.name} has {item.measured:,} of {planned[item.name]:,}"
        for item in balances
        if item.measured < planned.get(item.name, 0)
    ]
    if short:
        told.append(
            f"read early ({', '.join(short)} planned): whoever looks before the planned size and stops at the first "
            "difference is wrong far more often than 5 % of the time"
        )
    lost = sum(item.assigned - item.measured - item.blank for item in balances)
    if lost:
        told.append(f"{lost:,} assigned records are not in the file")
    blank = sum(item.blank for item in balances)
    if blank:
        told.append(f"{blank:,} records have no outcome that can be read and are left out")
    return tuple(told)
