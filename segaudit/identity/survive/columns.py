"""One column decided: which cell of an entity's records its golden record gets, why, and what that leaves behind."""

from segaudit.engine.protocol import Engine
from segaudit.identity.survive.cells import judge_values, values_table
from segaudit.identity.survive.combining import summed, united
from segaudit.identity.survive.contests import contest, criteria_parameters, read_by
from segaudit.identity.survive.data import CELLS, COLUMN, DIFFERING, FILLED, KEPT, REPLACED, SurvivalData
from segaudit.identity.survive.members import settled
from segaudit.identity.survive.plan import ColumnPlan
from segaudit.model.survival import Chooser
from segaudit.sql.cells import INVALID, PLACEHOLDER

_MOST_DROPPED = 20  # values listed for one cell; all of them are in the undo file

# What every outcome query ends in: a golden cell that is no other than the survivor's, with nothing lost, is none.
OUTCOME_COLUMNS = "e, position, was, becomes, from_row, rule, what, dropped"
ANYTHING_HAPPENED = "coalesce(becomes, '') <> coalesce(was, '') OR len(dropped) > 0"


def dropped_list(condition: str, cell: str = "v") -> str:
    """Return the list of different cells under a condition, in the order of the alphabet."""
    cells = f"coalesce(list(trim({cell})) FILTER ({condition}), [])"
    return f"list_slice(list_sort(list_distinct({cells})), 1, {_MOST_DROPPED})"


def decide_column(name: str, plan: ColumnPlan, data: SurvivalData, engine: Engine) -> None:
    """Create the table of a column's outcomes: OUTCOME_COLUMNS, for the entities in which something was decided."""
    position = plan.reading.column.position
    engine.create(
        COLUMN,
        f"SELECT e, rank, _row{read_by(plan.criteria)}, {data.source.column(position)} AS v FROM {CELLS} "
        f"WHERE e IN (SELECT e FROM {DIFFERING} WHERE d{position})",
    )
    reading = settled(plan.reading, COLUMN, data, engine)
    judge_values(0, COLUMN, reading, data, engine)
    if plan.head.chooser is Chooser.UNION:
        united(name, position, plan.head.separator or reading.separator or ";", plan.head.separator is None, engine)
        return
    chosen, needed = _chosen(plan, position), criteria_parameters(plan.criteria)
    if plan.head.chooser is Chooser.SUM:
        engine.create(name, summed(chosen, position, reading.style == "comma"), needed)
    else:
        engine.create(name, chosen, needed)


def _entrants() -> str:
    """Return the cells of the column at hand with what was judged of them."""
    return (
        f"SELECT c.*, coalesce(x.state, 0) AS state, coalesce(x.f, '') AS f, x.t, x.value, x.work "
        f"FROM {COLUMN} c LEFT JOIN {values_table(0)} x ON c.v = x.v"
    )


def _chosen(plan: ColumnPlan, position: int) -> str:
    """Return the query of the outcomes where one of the cells is chosen."""
    contested = contest(_entrants(), plan.criteria, by_state=not plan.judges_validity)
    lost = dropped_list(f"f <> won_f AND state >= {INVALID}") if plan.has_conflicts else "CAST([] AS VARCHAR[])"
    best = (
        "SELECT e, max(v) FILTER (rank = 1) AS own, max(f) FILTER (rank = 1) AS own_f, "
        "max(state) FILTER (rank = 1) AS own_state, max(_row) FILTER (rank = 1) AS own_row, "
        "max(won_f) AS f, max(won_state) AS state, "
        "max(v) FILTER (place = 1) AS best, max(_row) FILTER (place = 1) AS best_row, "
        f"max(lost) AS lost, {lost} AS dropped FROM ({contested}) GROUP BY e"
    )
    # Where nobody has a value the survivor's cell stays; where another record only writes it otherwise, too.
    keeps = f"state <= {PLACEHOLDER} OR (own_f = f AND own_state >= {INVALID})"
    return (
        f"SELECT {OUTCOME_COLUMNS} FROM (SELECT e, {position} AS position, own AS was, "
        f"CASE WHEN {keeps} THEN own ELSE best END AS becomes, "
        f"CASE WHEN {keeps} THEN own_row ELSE best_row END AS from_row, list_extract($labels, lost + 1) AS rule, "
        f"CASE WHEN {keeps} THEN '{KEPT}' WHEN own_state <= {PLACEHOLDER} THEN '{FILLED}' ELSE '{REPLACED}' END "
        "AS what, "
        f"dropped FROM ({best})) WHERE {ANYTHING_HAPPENED}"
    )
