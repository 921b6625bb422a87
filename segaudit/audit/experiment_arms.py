"""Who is in which arm: ids, the hash that draws, and the file it is written to."""

import csv
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from segaudit.engine.protocol import Engine
from segaudit.errors import InputError
from segaudit.files import whole_file
from segaudit.model.experiments import Arm, TestPlan
from segaudit.model.fields import ColumnReading
from segaudit.model.segments import Schema, Segment
from segaudit.segments.decide import DECISIONS
from segaudit.segments.entities import ENTITIES
from segaudit.segments.program import membership_name
from segaudit.sql.records import RecordSource
from segaudit.text.tests import TESTS

# What may stand for the id of a record, best first: as the language's buckets have it.
ID_FIELDS = ("record_id", "contact_id", "company_id", "deal_id", "email")
COLUMNS = ("record_id", "arm", "test", "from_percent", "to_percent", "planned")
ENTITY = "entity_id"


def id_reading(data: RecordSource) -> ColumnReading:
    """Return the column whose cells are hashed.

    Raises:
        InputError: There is no column of ids.
    """
    found = next((data.readings[name] for name in ID_FIELDS if name in data.readings), None)
    if found is None:
        raise InputError(
            "no column holds the ids of the records, so they cannot be told apart next time",
            where=data.source.name,
            hint="name the column of ids record_id in a --map file",
        )
    return found


def arm_by_hash(name: str, arms: Sequence[Arm]) -> Callable[[str], str]:
    """Return what tells the arm of an id, or "" if none: the buckets of ``{bucket: {percent: ..., salt: name}}``."""
    bucket = TESTS["bucket"]
    limits = [(arm.name, bucket(name, arm.low), bucket(name, arm.high)) for arm in arms]

    def arm_of(text: str) -> str:
        return next((arm for arm, is_under, is_below in limits if is_below(text) and not is_under(text)), "")

    return arm_of


def members(
    data: RecordSource,
    reading: ColumnReading,
    chosen: tuple[Schema, Segment] | None,
    engine: Engine,
    *,
    by_entity: bool,
) -> Iterator[tuple[str, str]]:
    """Yield the id and the entity of each record of the segment, in the file's order."""
    cell = f"trim(COALESCE(s.{data.source.column(reading.column.position)}, ''))"
    entity = "CAST(e.entity_id AS VARCHAR)" if by_entity else "''"
    joined = f" LEFT JOIN {ENTITIES} e ON e._row = s._row" if by_entity else ""
    where = ""
    if chosen is not None:
        member = membership_name(*chosen)
        joined += f" JOIN {DECISIONS} d ON d._row = s._row"
        where = f' WHERE d."{member}"'
    query = f"SELECT {cell}, {entity} FROM {data.source.table} s{joined}{where} ORDER BY s._row"
    for text, owner in engine.stream(query):
        yield str(text), str(owner or "")


def write_assignment(path: str, rows: Iterator[tuple[str, str, str]], plan: TestPlan, *, by_entity: bool) -> None:
    """Write who is in which arm, with all that is needed to see later that the hash put them there."""
    about = {arm.name: (arm.name, plan.name, f"{arm.low:g}", f"{arm.high:g}", str(arm.needed)) for arm in plan.arms}
    with whole_file(Path(path)) as part, part.open("w", encoding="utf-8", newline="") as sink:
        writer = csv.writer(sink, lineterminator="\n")
        writer.writerow((COLUMNS[0], *([ENTITY] if by_entity else []), *COLUMNS[1:]))
        for cell, entity, arm in rows:
            writer.writerow((cell, *([entity] if by_entity else []), *about[arm]))
