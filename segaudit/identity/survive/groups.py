"""A group of columns decided: all of an entity's golden cells come from one record, so that they fit each other."""

from segaudit.engine.protocol import Engine
from segaudit.identity.survive.cells import judge_values, values_table
from segaudit.identity.survive.columns import ANYTHING_HAPPENED, OUTCOME_COLUMNS, dropped_list
from segaudit.identity.survive.contests import contest, criteria_parameters, read_by
from segaudit.identity.survive.data import CELLS, DIFFERING, EMPTIED, FILLED, KEPT, REPLACED, SurvivalData
from segaudit.identity.survive.members import settled
from segaudit.identity.survive.plan import GroupPlan
from segaudit.sql.cells import OK

_ENTRANTS = "survival_group_cells"  # rows of CELLS whose entities differ in the group; v0, f0, state0, ...
_CONTEST = "survival_group"  # the same with place, lost, won_f0, ..., agrees
_AGREEING = "agreeing record"
_UNIT = "chr(31)"  # stands between the texts of a group; no export holds it


def decide_group(name: str, plan: GroupPlan, data: SurvivalData, engine: Engine) -> tuple[str, ...]:
    """Create the tables of the outcomes of a group's columns, and return their names."""
    differs = " OR ".join(f"d{reading.column.position}" for reading in plan.readings)
    columns = ", ".join(data.source.column(reading.column.position) for reading in plan.readings)
    read = f"e, rank, _row{read_by(plan.criteria)}, {columns}"
    some = f"(SELECT {read} FROM {CELLS} WHERE e IN (SELECT e FROM {DIFFERING} WHERE {differs}))"
    for slot, reading in enumerate(plan.readings):
        cells = f"(SELECT {data.source.column(reading.column.position)} AS v FROM {some})"
        judge_values(slot, cells, settled(reading, cells, data, engine), data, engine)
    engine.create(_ENTRANTS, _entrants(plan, some, data))
    _create_contest(plan, engine)
    parameters = criteria_parameters(plan.criteria) | {"group": plan.name}
    tables = []
    for slot, reading in enumerate(plan.readings):
        tables.append(f"{name}_{slot}")
        engine.create(tables[-1], _outcomes(slot, reading.column.position), parameters)
    return tuple(tables)


def _entrants(plan: GroupPlan, some: str, data: SurvivalData) -> str:
    """Return the query of the records with the cells of the group; a placeholder is none."""
    slots = range(len(plan.readings))
    cells = "".join(
        f", c.{data.source.column(reading.column.position)} AS v{slot}, coalesce(x{slot}.state, 0) AS state{slot}, "
        f"coalesce(x{slot}.f, '') AS f{slot}"
        for slot, reading in enumerate(plan.readings)
    )
    joined = "".join(
        f" LEFT JOIN {values_table(slot)} x{slot} ON c.{data.source.column(reading.column.position)} = x{slot}.v"
        for slot, reading in enumerate(plan.readings)
    )
    valid = " + ".join(f"CAST(state{slot} = {OK} AS INTEGER)" for slot in slots)
    best = f"greatest({', '.join(f'state{slot}' for slot in slots)})"
    state = best if plan.lead is None else f"state{plan.lead}"
    work = f"x{plan.lead}.work" if plan.lead is not None else "FALSE"
    return (
        f"SELECT *, {state} AS state, {valid} AS group_filled, "
        f"concat_ws({_UNIT}, {', '.join(f'f{slot}' for slot in slots)}) AS f "
        f"FROM (SELECT c.*, {work} AS work{cells} FROM {some} c{joined})"
    )


def _create_contest(plan: GroupPlan, engine: Engine) -> None:
    """Create the table of who won, and which records agree with the winner."""
    slots = range(len(plan.readings))
    contested = contest(
        f"SELECT * FROM {_ENTRANTS}",
        plan.criteria,
        by_state=not plan.judges_lead,
        carried=[f"f{slot}" for slot in slots],
    )
    same = " OR ".join(f"(f{slot} <> '' AND f{slot} = won_f{slot})" for slot in plan.same_by) or "FALSE"
    unopposed = " AND ".join(f"(f{slot} = '' OR won_f{slot} = '' OR f{slot} = won_f{slot})" for slot in slots)
    adds = " OR ".join(f"(f{slot} <> '' AND won_f{slot} = '')" for slot in slots)
    agrees = f"place > 1 AND ({same}) AND ({unopposed}) AND ({adds})"
    # Of several that agree with the winner one fills its blanks: they need not agree with each other.
    engine.create(
        _CONTEST,
        f"SELECT *, agrees AND place = min(place) FILTER (agrees) OVER (PARTITION BY e) AS fills "
        f"FROM (SELECT *, {agrees} AS agrees FROM ({contested}))",
    )


def _outcomes(slot: int, position: int) -> str:
    """Return the query of the outcomes of one column of the group."""
    f, won, v = f"f{slot}", f"won_f{slot}", f"v{slot}"
    golden = (
        f"SELECT c.*, CASE WHEN {won} <> '' THEN {won} ELSE coalesce(x.filler_f, '') END AS golden_f FROM {_CONTEST} c "
        f"LEFT JOIN (SELECT e, {f} AS filler_f FROM {_CONTEST} WHERE fills) x USING (e) "
        f"WHERE e IN (SELECT e FROM {DIFFERING} WHERE d{position})"
    )
    giver = f"CASE WHEN {won} <> '' THEN place = 1 ELSE fills END"
    lost = dropped_list(f"{f} <> '' AND {f} <> golden_f", v)
    best = (
        f"SELECT e, max({v}) FILTER (rank = 1) AS own, max({f}) FILTER (rank = 1) AS own_f, "
        f"max(_row) FILTER (rank = 1) AS own_row, max(golden_f) AS golden_f, max({won}) AS won_f, "
        f"max({v}) FILTER ({giver}) AS best, max(_row) FILTER ({giver}) AS best_row, "
        f"max(_row) FILTER (place = 1) AS won_row, max(lost) AS lost, {lost} AS dropped FROM ({golden}) GROUP BY e"
    )
    keeps = "own_f = golden_f"
    return (
        f"SELECT {OUTCOME_COLUMNS} FROM (SELECT e, {position} AS position, own AS was, "
        f"CASE WHEN {keeps} THEN own WHEN golden_f = '' THEN NULL ELSE best END AS becomes, "
        f"CASE WHEN {keeps} THEN own_row WHEN golden_f = '' THEN won_row ELSE best_row END AS from_row, "
        f"concat($group, ': ', CASE WHEN golden_f <> '' AND won_f = '' AND own_f <> golden_f THEN '{_AGREEING}' "
        "ELSE list_extract($labels, lost + 1) END) AS rule, "
        f"CASE WHEN {keeps} THEN '{KEPT}' WHEN golden_f = '' THEN '{EMPTIED}' WHEN own_f = '' THEN '{FILLED}' "
        f"ELSE '{REPLACED}' END AS what, dropped FROM ({best})) WHERE {ANYTHING_HAPPENED}"
    )
