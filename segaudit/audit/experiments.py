"""The verb that plans a test inside a segment: its size, its length, and who is in which arm."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import ceil
from pathlib import Path

from segaudit.audit.experiment_arms import arm_by_hash, id_reading, members, write_assignment
from segaudit.audit.opening import InputChoices
from segaudit.audit.preparing import Prepared, Progress, engine_for, prepare
from segaudit.audit.ruling import load_rules
from segaudit.engine.protocol import Engine
from segaudit.errors import InputError
from segaudit.files import check_output
from segaudit.ingest.files.paths import named_files
from segaudit.model.experiments import CONTROL, HOLDOUT, TREATED, Arm, TestPlan
from segaudit.model.fields import ColumnReading
from segaudit.model.segments import RuleBook, Schema, Segment
from segaudit.rulebook.suggest import did_you_mean
from segaudit.segments.decide import create_decisions
from segaudit.segments.statistics.power import ALPHA, POWER, size_needed, smallest_effect

_WHOLE = 100
_MOST_ARMS = 10
_LETTERS = "abcdefghij"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanChoices:
    """What a test is to show, and how."""

    baseline: float | None = None  # None: what the segment's rules say under measure:
    relative: float | None = None
    power: float = POWER
    alpha: float = ALPHA
    arms: int = 2
    holdout: float = 0.0  # percent that nothing is done to
    per_week: int | None = None
    segment: str | None = None  # schema.segment
    name: str = ""
    output: str | None = None
    force: bool = False


def plan_test(  # noqa: PLR0913 - each is a choice of its own
    path: str | Sequence[str] | None,
    asked: PlanChoices,
    choices: InputChoices | None = None,
    *,
    as_of: date | None = None,
    resolve: bool | str = False,
    progress: Progress = lambda _: None,
) -> TestPlan:
    """Tell what a test needs, and assign the records of a segment to its arms.

    Args:
        path: The file with the records; None: only the size is asked for.
        asked: What the test is to show.
        choices: What to read the file with, and which rules.
        as_of: Day that rules count from; today if not given.
        resolve: Assign by entity, so that a person who stands in the file twice is in one arm.
        progress: Told what is being done.

    Raises:
        SegauditError: The test is not possible as asked for, or a file cannot be read or written.
    """
    choices = choices or InputChoices()
    _check(asked, has_file=path is not None)
    rules = load_rules(choices.rules) if path is not None or asked.segment is not None else None
    chosen = _segment(asked.segment, rules) if rules is not None and asked.segment is not None else None
    baseline, relative = _measure(asked, chosen[1] if chosen else None)
    plan = _sized(asked, baseline, relative)
    if path is None or rules is None:
        return plan
    if asked.output is not None:
        check_output(Path(asked.output), inputs=tuple(named_files(path)), force=asked.force)
    with engine_for(choices, resolve) as engine:
        found = prepare(path, choices, rules, as_of, engine, resolve=resolve, progress=progress)
        create_decisions(found.program, found.data, engine)
        progress("Assigning the arms")
        return _assigned(plan, asked, found, chosen, engine)


def _check(asked: PlanChoices, *, has_file: bool) -> None:
    if not 1 <= asked.arms <= _MOST_ARMS or not 0 <= asked.holdout < _WHOLE:
        hint = f"--arms takes 1 to {_MOST_ARMS}, --holdout a percentage below 100"
        raise InputError(f"{asked.arms} arms and a holdout of {asked.holdout:g} % make no test", hint=hint)
    if asked.arms == 1 and not asked.holdout:
        raise InputError("one arm has nothing to be compared with", hint="add --holdout 10, or take --arms 2")
    if asked.output is not None and (not has_file or not asked.name):
        missing = "--file" if not has_file else "--name"
        raise InputError(
            f"an assignment needs {missing}",
            where=asked.output,
            hint="--file names the records, --name the test: its arms are another draw for each name",
        )


def _segment(name: str, rules: RuleBook) -> tuple[Schema, Segment]:
    for schema, segment in rules.segments():
        if name == f"{schema.id}.{segment.id}":
            return schema, segment
    known = [f"{schema.id}.{segment.id}" for schema, segment in rules.segments()]
    hint = did_you_mean(name, known) or "write one of " + ", ".join(known[:12])
    raise InputError(f'there is no segment "{name}"', where="--segment", hint=hint)


def _measure(asked: PlanChoices, segment: Segment | None) -> tuple[float, float]:
    """Return the baseline and the change to show: as asked, else as the segment's rules say under ``measure:``."""
    said = segment.documentation.get("measure") if segment is not None else None
    given = said if isinstance(said, dict) else {}
    found = []
    for value, key in ((asked.baseline, "baseline"), (asked.relative, "detect_relative")):
        number = given.get(key) if value is None else value
        if isinstance(number, bool) or not isinstance(number, int | float):
            option = "--baseline" if key == "baseline" else "--relative"
            hint = "4 % replies and half as many again: --baseline 0.04 --relative 0.5; a segment's measure: may say it"
            raise InputError(f"it is not said what the test is to show: {option} is missing", hint=hint)
        found.append(float(number))
    return found[0], found[1]


def _sized(asked: PlanChoices, baseline: float, relative: float) -> TestPlan:
    """Return the plan of a test before there are records."""
    arms = _arms(asked)
    reference = next(arm for arm in arms if arm.is_reference)
    others = [arm for arm in arms if not arm.is_reference and arm.name != HOLDOUT]
    each = asked.alpha / len(others)
    # All of it is as large as the reference with the smallest of the others beside it needs it to be.
    ratio = min(arm.share for arm in others) / reference.share
    size = size_needed(baseline, relative, alpha=each, power=asked.power, ratio=ratio)
    whole = size / reference.share
    sized = tuple(replace(arm, needed=ceil(round(whole * arm.share, 6))) for arm in arms)
    needed = sum(arm.needed for arm in sized)
    notes = []
    if len(others) > 1:
        notes.append(f"{len(others)} arms are compared with {reference.name}, each at {each:.4g}")
    if reference.name == HOLDOUT:
        notes.append("the holdout is what the arm is compared with: nothing is sent to it")
    return TestPlan(
        name=asked.name,
        baseline=baseline,
        relative=relative,
        power=asked.power,
        alpha=asked.alpha,
        alpha_each=each,
        arms=sized,
        needed=needed,
        weeks=ceil(needed / asked.per_week) if asked.per_week else None,
        per_week=asked.per_week,
        source=None,
        segment=asked.segment or "",
        available=None,
        without_id=0,
        smallest_relative=None,
        hashed_by="",
        output="",
        notes=tuple(notes),
    )


def _arms(asked: PlanChoices) -> tuple[Arm, ...]:
    """Return the arms as ranges of the buckets; the holdout comes first, so that it stays whatever arms come later."""
    names = [TREATED] if asked.arms == 1 else [CONTROL, *_variants(asked.arms - 1)]
    each = (_WHOLE - asked.holdout) / len(names)
    arms = [
        Arm(
            name=name,
            low=round(asked.holdout + place * each, 2),
            high=float(_WHOLE) if place + 1 == len(names) else round(asked.holdout + (place + 1) * each, 2),
            needed=0,
            is_reference=name == CONTROL,
        )
        for place, name in enumerate(names)
    ]
    if not asked.holdout:
        return tuple(arms)
    held = Arm(name=HOLDOUT, low=0.0, high=asked.holdout, needed=0, is_reference=asked.arms == 1)
    return (held, *arms)


def _variants(count: int) -> list[str]:
    return ["variant"] if count == 1 else [f"variant_{_LETTERS[place]}" for place in range(count)]


def _assigned(
    plan: TestPlan, asked: PlanChoices, found: Prepared, chosen: tuple[Schema, Segment] | None, engine: Engine
) -> TestPlan:
    """Return the plan with the records there are, after the assignment was written."""
    by_entity = found.resolution is not None
    reading = id_reading(found.data)
    counts = dict.fromkeys((arm.name for arm in plan.arms), 0)
    without = 0
    arm_of = arm_by_hash(asked.name, plan.arms)
    rows = members(found.data, reading, chosen, engine, by_entity=by_entity)

    def assign() -> Iterator[tuple[str, str, str]]:
        nonlocal without
        for cell, entity in rows:
            hashed = entity if by_entity else cell
            if not cell or not hashed:
                without += 1
                continue
            name = arm_of(hashed)
            counts[name] += 1
            yield cell, entity, name

    if asked.output is None:
        deque(assign(), maxlen=0)
    else:
        write_assignment(asked.output, assign(), plan, by_entity=by_entity)
    return _filled(plan, counts, found, reading, without, output=asked.output or "", by_entity=by_entity)


def _filled(  # noqa: PLR0913 - what is known after the assignment
    plan: TestPlan,
    counts: dict[str, int],
    found: Prepared,
    reading: ColumnReading,
    without: int,
    *,
    output: str,
    by_entity: bool,
) -> TestPlan:
    arms = tuple(replace(arm, records=counts[arm.name]) for arm in plan.arms)
    compared = [arm for arm in arms if arm.is_reference or arm.name != HOLDOUT]
    smallest = min(counts[arm.name] for arm in compared)
    notes = list(plan.notes)
    short = [f"{arm.name} has {arm.records:,} of {arm.needed:,}" for arm in compared if (arm.records or 0) < arm.needed]
    if short:
        notes.append("too few records for this test: " + ", ".join(short))
    if without:
        notes.append(f"{without:,} records have no id and are in no arm")
    if by_entity:
        notes.append("arms are drawn by entity: all records of one person or company are in one arm")
    return replace(
        plan,
        arms=arms,
        source=found.source,
        available=sum(counts.values()),
        without_id=without,
        smallest_relative=smallest_effect(smallest, plan.baseline, alpha=plan.alpha_each, power=plan.power),
        hashed_by="entity" if by_entity else reading.column.header,
        output=output,
        notes=tuple(notes),
    )
