"""The golden records: one row for each entity, in the order of the rows that survive."""

from segaudit.engine.protocol import Engine
from segaudit.identity.survive.data import CELLS, ENTITIES, GOLDEN, OUTCOMES, SurvivalData

GOLDEN_CELLS = "survival_golden_cells"  # view: _row (place in the file that is written), c1...
GOLDEN_BESIDE = "survival_golden_beside"  # view: _row, entity_id, records, survivor, in_row
GOLDEN_EXTRA = ("entity_id", "records", "survivor", "_row")  # headers behind the original ones
_CHANGES = "survival_changes"  # e, position, becomes
_CHANGED = "survival_changed"  # and a number: e, g1...: cells that are not the survivor's own; empty for none
_AT_ONCE = 20  # columns in one of these tables; many at once take time by their square


def create_golden(data: SurvivalData, engine: Engine) -> None:
    """Create the golden records: GOLDEN, and the two views an export takes."""
    alone = (
        f"SELECT _row, CAST(NULL AS BIGINT) AS e, entity_id, 1 AS records, record_key AS survivor FROM {data.entities} "
        f"WHERE _row NOT IN (SELECT _row FROM {CELLS})"
    )
    merged = (
        f"SELECT _row, e, entity_id, records, record_key AS survivor FROM {CELLS} JOIN {ENTITIES} USING (e) "
        "WHERE rank = 1"
    )
    engine.create(GOLDEN, f"SELECT *, row_number() OVER (ORDER BY _row) AS g FROM ({alone} UNION ALL {merged})")
    parts = _create_changed(engine)
    from_elsewhere = {
        position: f"h{number}.g{position}" for number, positions in enumerate(parts) for position in positions
    }
    cells = ", ".join(
        f"CASE WHEN {from_elsewhere[position]} IS NULL THEN r.{column} "
        f"ELSE nullif({from_elsewhere[position]}, '') END AS {column}"
        if position in from_elsewhere
        else f"r.{column}"
        for position, column in enumerate(data.columns(), start=1)
    )
    joined = "".join(f" LEFT JOIN {_CHANGED}_{number} h{number} ON h{number}.e = g.e" for number in range(len(parts)))
    engine.define(
        GOLDEN_CELLS,
        f"SELECT g.g AS _row, {cells} FROM {GOLDEN} g JOIN {data.source.table} r ON r._row = g._row{joined} "
        "ORDER BY g.g",
    )
    engine.define(
        GOLDEN_BESIDE,
        "SELECT g AS _row, entity_id, CAST(records AS VARCHAR) AS records, survivor, CAST(_row AS VARCHAR) AS in_row "
        f"FROM {GOLDEN}",
    )


def _create_changed(engine: Engine) -> list[list[int]]:
    """Create the tables of the golden cells that are not the survivor's own; return the columns each is about."""
    engine.create(
        _CHANGES,
        f"SELECT e, position, coalesce(becomes, '') AS becomes FROM {OUTCOMES} "
        "WHERE coalesce(becomes, '') <> coalesce(was, '')",
    )
    found = engine.fetch(f"SELECT DISTINCT position FROM {_CHANGES} ORDER BY position")
    positions = [int(position) for (position,) in found]
    parts = [positions[start : start + _AT_ONCE] for start in range(0, len(positions), _AT_ONCE)]
    for number, part in enumerate(parts):
        cells = ", ".join(f"max(becomes) FILTER (position = {place}) AS g{place}" for place in part)
        within = f"position BETWEEN {part[0]} AND {part[-1]}"
        engine.create(f"{_CHANGED}_{number}", f"SELECT e, {cells} FROM {_CHANGES} WHERE {within} GROUP BY e")
    return parts
