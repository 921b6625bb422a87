"""The entities of a table that another verb has opened: found in it, or read from the file dedupe wrote of it."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from segaudit.audit.opening import OpenedInput
from segaudit.engine.protocol import Engine
from segaudit.errors import InputError
from segaudit.identity.keys import record_keys
from segaudit.identity.naming import name_entities, read_base
from segaudit.model.decisions import Resolution
from segaudit.segments.entities import ENTITIES, create_shared

_LIBRARIES = 450_000_000  # bytes: pyarrow, numpy, scipy, rapidfuzz
_ARROW = 100_000_000  # bytes: pyarrow, numpy
_CLUSTERS = "clusters"
_LONGEST_ID = 200  # characters
# What a spreadsheet would run: the id goes into the tagged file as it is.
_FORMULA = "^[=+@\\t\\r-]"


def libraries(resolve: bool | str) -> int:  # noqa: FBT001 - as resolve_entities takes it
    """Return the bytes that resolving needs beside the engine."""
    return _ARROW if isinstance(resolve, str) else _LIBRARIES


def load_clusters(file: str, engine: Engine) -> None:
    """Load a file of clusters; best before the table it is of, while there is room.

    Raises:
        InputError: The file cannot be read, or is no file of clusters.
    """
    base = read_base(Path(file))
    ids = base["entity_id"]
    unfit = pc.or_(pc.match_substring_regex(ids, _FORMULA), pc.greater(pc.utf8_length(ids), _LONGEST_ID))
    strange = pc.index(unfit, value=True).as_py()
    if strange >= 0:
        raise InputError(
            f"the entity_id of data row {strange + 1:,} cannot be one",
            where=file,
            hint=f"an id has at most {_LONGEST_ID} characters and does not begin with a sign: = + - @",
        )
    engine.load_arrow(_CLUSTERS, base)
    del base, ids, unfit
    pa.default_memory_pool().release_unused()


def resolve_entities(
    opened: OpenedInput,
    engine: Engine,
    resolve: bool | str,  # noqa: FBT001 - as the verbs take it
    progress: Callable[[str], None],
) -> Resolution:
    """Create the table of entities, ``_row`` and ``entity_id``, and that of the rows that share theirs.

    Args:
        opened: The table, its columns as dedupe would have them.
        engine: Where it is.
        resolve: The file of clusters that is loaded; anything else: find them.
        progress: Told what is being done.

    Raises:
        InputError: The file is not of this table.
    """
    if isinstance(resolve, str):
        _match(opened, engine, resolve)
        return create_shared(engine, file=resolve)
    _find(opened, engine, progress)
    return create_shared(engine)


def _find(opened: OpenedInput, engine: Engine, progress: Callable[[str], None]) -> None:
    # Brings scipy and rapidfuzz, which a file of clusters can do without.
    from segaudit.audit.identity import gather_evidence  # noqa: PLC0415 - said above
    from segaudit.audit.identity_records import Records  # noqa: PLC0415 - said above
    from segaudit.identity.entities import find_entities  # noqa: PLC0415 - said above

    progress("Looking for duplicates")
    records = Records(opened, engine)
    gathered = gather_evidence(opened, records.part(), engine, level="contact")
    found = find_entities(gathered, len(records.keys), engine, progress=progress)
    ids = name_entities(records.keys, found.entity).entity_ids
    engine.load_arrow(ENTITIES, pa.table({"_row": pa.array(records.rows), "entity_id": ids}))


def _match(opened: OpenedInput, engine: Engine, file: str) -> None:
    """Give each row the entity of the cluster file's record with its key."""
    source = opened.source
    hint = "write it from this very file, with the same options: segaudit dedupe FILE --clusters CLUSTERS"
    given = int(engine.fetch(f"SELECT COUNT(*) FROM {_CLUSTERS}")[0][0])
    if given != source.rows:
        problem = f"these are the entities of {given:,} records, and the table has {source.rows:,}"
        raise InputError(problem, where=file, hint=hint)
    keys = record_keys(source, opened.readings, engine, placeholders=opened.placeholders)
    engine.create(
        ENTITIES, f"SELECT k._row, c.entity_id FROM {keys} k JOIN {_CLUSTERS} c ON c.record_key = k.record_key"
    )
    known = int(engine.fetch(f"SELECT COUNT(*) FROM {ENTITIES}")[0][0])
    if known < source.rows:
        absent = f"SELECT MIN(_row) FROM {keys} WHERE record_key NOT IN (SELECT record_key FROM {_CLUSTERS})"
        first = int(engine.fetch(absent)[0][0])
        problem = f"{source.rows - known:,} records of the table are not in it, the first is row {first:,}"
        raise InputError(problem, where=file, hint=hint)
