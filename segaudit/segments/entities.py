"""The entities whose records are decided: which rows have company in theirs."""

from segaudit.engine.protocol import Engine
from segaudit.model.decisions import Resolution

ENTITIES = "entities"  # _row, entity_id: one row for each of the source
SHARED = "entities_shared"


def create_shared(engine: Engine, *, file: str = "") -> Resolution:
    """Create the table of rows that share their entity: ``_row``, ``entity``, ``entity_id``, ``size``.

    ``entity`` is the first row of the entity, and ``size`` its records. All else about entities is asked of this table:
    a row that is alone in its entity is what it is without entities.

    Args:
        engine: Where the table ENTITIES is.
        file: What it was read from; empty if it was found in this run.
    """
    grouped = f"SELECT entity_id, MIN(_row) AS entity, COUNT(*) AS size FROM {ENTITIES} GROUP BY entity_id"
    engine.create(
        SHARED,
        f"SELECT e._row, g.entity, e.entity_id, g.size FROM {ENTITIES} e "
        f"JOIN ({grouped} HAVING COUNT(*) > 1) g ON g.entity_id = e.entity_id",
    )
    rows = int(engine.fetch(f"SELECT COUNT(*) FROM {ENTITIES}")[0][0])
    records, several = engine.fetch(f"SELECT COUNT(*), COUNT(DISTINCT entity) FROM {SHARED}")[0]
    return Resolution(
        file=file, entities=rows - int(records) + int(several), several=int(several), records=int(records)
    )
