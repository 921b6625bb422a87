"""Survive: from rows that are one entity to one record each, with all that was decided and all that an undo needs."""

from collections.abc import Sequence
from pathlib import Path

from segaudit.engine.protocol import Engine
from segaudit.identity.survive.columns import OUTCOME_COLUMNS, decide_column
from segaudit.identity.survive.data import DIFFERING, OUTCOMES, SurvivalData, SurvivalOutputs
from segaudit.identity.survive.golden import create_golden
from segaudit.identity.survive.groups import decide_group
from segaudit.identity.survive.members import create_members
from segaudit.identity.survive.merges import find_record_id, list_merges
from segaudit.identity.survive.plan import ColumnPlan, Plan, make_plan
from segaudit.identity.survive.summary import summarise
from segaudit.identity.survive.writing import check_outputs, write_changes, write_golden, write_undo
from segaudit.model.survival import Chooser, MergeFormat, SurvivalResult

_NOTHING = (
    "SELECT 0 AS e, 0 AS position, '' AS was, '' AS becomes, CAST(0 AS BIGINT) AS from_row, '' AS rule, '' AS what, "
    "CAST([] AS VARCHAR[]) AS dropped WHERE FALSE"
)


def survive(
    data: SurvivalData,
    formats: Sequence[MergeFormat],
    engine: Engine,
    outputs: SurvivalOutputs | None = None,
    *,
    inputs: tuple[str, ...] = (),
) -> SurvivalResult:
    """Merge the records of each entity into one.

    Args:
        data: The opened table, the engine's table of which rows are one entity, and the rules.
        formats: The shapes in which systems take merges.
        engine: Where the tables are.
        outputs: Files to write.
        inputs: Files that are never written to.

    Returns:
        What it came to. What is decided does not depend on the order of the rows.

    Raises:
        OutputError: A file cannot be written; nothing is worked out then.
    """
    wanted = outputs or SurvivalOutputs()
    check_outputs(wanted, inputs=inputs)
    plan = decide(data, engine)
    safe = wanted.spreadsheet_safe
    merges = list_merges(data, formats, engine, Path(wanted.merges) if wanted.merges else None, safe=safe)
    if wanted.golden is not None:
        create_golden(data, engine)
        write_golden(Path(wanted.golden), data, engine, safe=safe)
    if wanted.changes is not None:
        write_changes(Path(wanted.changes), data, find_record_id(data, engine), engine)
    if wanted.undo is not None:
        write_undo(Path(wanted.undo), data, engine, safe=safe)
    files = tuple(name for name in (wanted.golden, wanted.changes, wanted.merges, wanted.undo) if name is not None)
    return summarise(data, plan, merges, files, engine)


def decide(data: SurvivalData, engine: Engine) -> Plan:
    """Create OUTCOMES: every cell of an entity with several records in which something had to be decided."""
    plan = make_plan(data)
    create_members(data, plan, engine)
    differing = _differing(data, engine)
    tables: list[str] = []
    for number, group in enumerate(plan.groups):
        if any(reading.column.position in differing for reading in group.readings):
            tables += decide_group(f"{OUTCOMES}_group_{number}", group, data, engine)
    for column in plan.columns:
        position = column.reading.column.position
        if position in differing and not _keeps_own(column):
            tables.append(f"{OUTCOMES}_{position}")
            decide_column(tables[-1], column, data, engine)
    parts = [f"SELECT {OUTCOME_COLUMNS} FROM {table}" for table in tables]
    engine.define(OUTCOMES, " UNION ALL ".join(parts or [_NOTHING]))
    return plan


def _keeps_own(column: ColumnPlan) -> bool:
    """Tell whether nothing is to decide: the surviving record's own cell stays, even a blank one."""
    return [rule.chooser for rule in column.rules] == [Chooser.KEEP_OWN]


def _differing(data: SurvivalData, engine: Engine) -> frozenset[int]:
    """Return the columns in which some entity's records differ."""
    positions = [reading.column.position for reading in data.readings]
    query = ", ".join(f"coalesce(bool_or(d{position}), FALSE)" for position in positions)
    found = engine.fetch(f"SELECT {query} FROM {DIFFERING}")[0] if positions else ()
    return frozenset(position for position, differs in zip(positions, found, strict=True) if differs)
