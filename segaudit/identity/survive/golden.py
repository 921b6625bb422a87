"""The golden records: one row for each entity, in the order of the rows that survive."""

from segaudit.engine.protocol import Engine
from segaudit.identity.survive.data import CELLS, ENTITIES, GOLDEN, OUTCOMES, SurvivalData

GOLDEN_CELLS = "survival_golden_cells"  # view: _row (place in the file that is written), c1...
GOLDEN_BESIDE = "survival_golden_beside"  # view: _row, entity_id, records, survivor, in_row
GOLDEN_EXTRA = ("entity_id", "records", "survivor", "_row")  # headers behind the original ones
_CHANGED = "survival_changed"  # e, g1...: golden cells that are not the survivor's own; empty for none


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
    changes = f"{OUTCOMES} WHERE coalesce(becomes, '') <> coalesce(was, '')"
    positions = [int(place) for (place,) in engine.fetch(f"SELECT DISTINCT position FROM {changes} ORDER BY position")]
    changed = ", ".join(f"max(coalesce(becomes, '')) FILTER (position = {place}) AS g{place}" for place in positions)
    if changed:
        engine.create(_CHANGED, f"SELECT e, {changed} FROM {changes} GROUP BY e")
    cells = ", ".join(
        f"CASE WHEN h.g{place} IS NULL THEN r.{column} ELSE nullif(h.g{place}, '') END AS {column}"
        if place in positions
        else f"r.{column}"
        for place, column in enumerate(data.columns(), start=1)
    )
    beside = f" LEFT JOIN {_CHANGED} h ON h.e = g.e" if changed else ""
    engine.define(
        GOLDEN_CELLS,
        f"SELECT g.g AS _row, {cells} FROM {GOLDEN} g JOIN {data.source.table} r ON r._row = g._row{beside} "
        "ORDER BY g.g",
    )
    engine.define(
        GOLDEN_BESIDE,
        "SELECT g AS _row, entity_id, CAST(records AS VARCHAR) AS records, survivor, CAST(_row AS VARCHAR) AS in_row "
        f"FROM {GOLDEN}",
    )
