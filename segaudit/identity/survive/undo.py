"""Undo: from a golden file and its undo file to the table as it was, or to golden records without some merges."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from segaudit.engine.protocol import Engine
from segaudit.errors import InputError
from segaudit.files import check_output
from segaudit.identity.survive.data import SurvivalData
from segaudit.identity.survive.golden import GOLDEN_BESIDE, GOLDEN_CELLS, GOLDEN_EXTRA, create_golden
from segaudit.identity.survive.reading import MergedTable, load_merged
from segaudit.identity.survive.run import decide
from segaudit.identity.survive.writing import UNDO_EXTRA, check_ending, export_table
from segaudit.model.survival import UndoResult

_GOLDEN, _UNDO = "undo_golden", "undo_records"
_ROWS = "undo_rows"  # _row, c1...: what is written
_BESIDE = "undo_beside"
_ORDERED = "undo_ordered"  # view: the rows in their order
_PART = "undo_part"  # _row, c1...: the records of the entities that are taken apart
_PARTED = "undo_parted"  # _row, record_key, entity_id: which of them still are one
_EXTRAS = {"entity_id": "entity_id", "records": "records", "survivor": "survivor", "_row": "in_row"}  # header: name
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What to undo; everything, if nothing is named."""

    entities: tuple[str, ...] = ()  # each of their records stands for itself again
    records: tuple[str, ...] = ()  # keys of records that leave their entity; the others stay one


def undo(  # noqa: PLR0913 - two files go in and one comes out
    golden: Path,
    undo_file: Path,
    output: Path,
    engine: Engine,
    *,
    what: Undone | None = None,
    data: SurvivalData | None = None,
    force: bool = False,
) -> UndoResult:
    """Take merges back.

    Args:
        golden: The golden records, as ``survive`` wrote them.
        undo_file: The undo file of the same run.
        output: File to write. If everything is undone, the original table: its columns, cells and order. Otherwise
            golden records again, to which the same undo file belongs.
        engine: Where the work is done.
        what: What to undo; None is everything.
        data: How the columns are read, and the rules; needed where what is left of an entity has to be merged anew. Its
            source and entities are not looked at.
        force: Replace an output that is there.

    Raises:
        InputError: The files do not belong together, or something named is not in them.
        OutputError: The output cannot be written.
    """
    check_ending(output)
    check_output(output, inputs=(str(golden), str(undo_file)), force=force)
    merged = load_merged(_GOLDEN, golden, GOLDEN_EXTRA, engine)
    records = load_merged(_UNDO, undo_file, UNDO_EXTRA, engine)
    if merged.headers != records.headers:
        hint = "name the two files that one run wrote"
        raise InputError("the undo file has other columns than the golden records", where=str(undo_file), hint=hint)
    if what is None or not (what.entities or what.records):
        return _undo_all(merged, records, output, engine)
    affected = _affected(records, what, engine)
    _create_parted(merged, records, what, affected, engine)
    return _undo_some(merged, affected, output, engine, data)


def _undo_all(merged: MergedTable, records: MergedTable, output: Path, engine: Engine) -> UndoResult:
    """Write the table as it was."""
    cells = ", ".join(merged.columns)
    engine.create(
        _ROWS,
        f"SELECT {records.number} AS _row, {cells} FROM {records.table} UNION ALL "
        f"SELECT {merged.number} AS _row, {cells} FROM {merged.table} "
        f"WHERE {merged.number} NOT IN (SELECT {records.number} FROM {records.table})",
    )
    counted = f"SELECT sum(try_cast({merged.beside('records')} AS BIGINT)) FROM {merged.table}"
    found = engine.fetch(f"SELECT count(*), count(DISTINCT _row), max(_row), ({counted}) FROM {_ROWS}")[0]
    count, different, *expected = (int(number or 0) for number in found)
    if {count, *expected} != {different}:
        hint = "name the golden file and the undo file of one run, with all of their rows"
        problem = f"together the two files hold {different:,} of {max(count, *expected):,} rows of the table"
        raise InputError(problem, where=str(merged.path), hint=hint)
    _export(output, merged.columns, merged.headers, engine)
    number = f"SELECT count(*), count(DISTINCT {records.beside('entity_id')}) FROM {records.table}"
    restored, entities = map(int, engine.fetch(number)[0])
    return UndoResult(records=count, restored=restored, entities=entities, output=str(output))


def _export(output: Path, columns: Sequence[str], headers: Sequence[str], engine: Engine) -> None:
    """Write the columns of _ROWS in the order of its rows."""
    engine.define(_ORDERED, f"SELECT * FROM {_ROWS} ORDER BY _row")
    engine.define(_BESIDE, f"SELECT _row FROM {_ROWS}")
    export_table(output, (_ORDERED, columns), (_BESIDE, ()), headers, engine, safe=False)


def _undo_some(
    merged: MergedTable, affected: Sequence[str], output: Path, engine: Engine, data: SurvivalData | None
) -> UndoResult:
    """Write golden records in which some entities are taken apart, as far as _PARTED says."""
    cells, names = ", ".join(merged.columns), ", ".join(_EXTRAS.values())
    new_cells = f"SELECT _row, {cells} FROM {_PART}"
    new_beside = (
        "SELECT _row, entity_id, '1' AS records, record_key AS survivor, CAST(_row AS VARCHAR) AS in_row "
        f"FROM {_PARTED}"
    )
    if int(engine.fetch(f"SELECT count(*) - count(DISTINCT entity_id) FROM {_PARTED}")[0][0]):
        new_cells, new_beside = _merge_anew(merged, data, engine)
    extras = ", ".join(f"{merged.beside(name)} AS {alias}" for name, alias in _EXTRAS.items())
    engine.create(
        _ROWS,
        f"SELECT *, row_number() OVER (ORDER BY CAST(in_row AS BIGINT)) AS _row FROM ("
        f"SELECT {cells}, {extras} FROM {merged.table} WHERE {merged.number} NOT IN (SELECT _row FROM {_PARTED}) "
        f"UNION ALL SELECT {cells}, {names} FROM ({new_cells}) JOIN ({new_beside}) USING (_row))",
    )
    _export(output, (*merged.columns, *_EXTRAS.values()), (*merged.headers, *GOLDEN_EXTRA), engine)
    written = int(engine.fetch(f"SELECT count(*) FROM {_ROWS}")[0][0])
    alone = f"SELECT entity_id FROM {_PARTED} GROUP BY entity_id HAVING count(*) = 1"
    restored = int(engine.fetch(f"SELECT count(*) FROM ({alone})")[0][0])
    return UndoResult(records=written, restored=restored, entities=len(affected), output=str(output))


def _affected(records: MergedTable, what: Undone, engine: Engine) -> list[str]:
    """Return the entities that are taken apart.

    Raises:
        InputError: Something named is in none of them.
    """
    entity, key = records.beside("entity_id"), records.beside("record_key")
    query = f"SELECT DISTINCT {entity}, {key} FROM {records.table} WHERE list_contains($names, {{0}})"
    by_entity = engine.fetch(query.format(entity), {"names": list(what.entities)})
    by_key = engine.fetch(query.format(key), {"names": list(what.records)})
    missing = sorted({*what.entities} - {row[0] for row in by_entity}) + sorted(
        {*what.records} - {row[1] for row in by_key}
    )
    if missing:
        named = ", ".join(f'"{name}"' for name in missing[:_MOST_NAMED])
        hint = "the undo file lists what was merged: its columns entity_id and record_key"
        raise InputError(f"nothing that was merged is called {named}", where=str(records.path), hint=hint)
    return sorted({str(row[0]) for row in (*by_entity, *by_key)})


def _create_parted(
    merged: MergedTable, records: MergedTable, what: Undone, affected: Sequence[str], engine: Engine
) -> None:
    """Create the records of the entities that are taken apart, and which of them still are one entity.

    What was taken out before stands alone in the golden records, and stays so.
    """
    entity, survivor, key = (records.beside(name) for name in ("entity_id", "survivor", "record_key"))
    alone = f"SELECT {merged.number} FROM {merged.table} WHERE {merged.beside('records')} = '1'"
    parted = f"list_contains($entities, {entity}) OR list_contains($records, {key}) OR {records.number} IN ({alone})"
    engine.create(
        _PARTED,
        f"SELECT {records.number} AS _row, {key} AS record_key, "
        f"CASE WHEN list_contains($entities, {entity}) AND {key} = {survivor} THEN {entity} "
        f"WHEN {parted} THEN concat({entity}, '/', {key}) ELSE {entity} END AS entity_id "
        f"FROM {records.table} WHERE list_contains($affected, {entity})",
        {"entities": list(what.entities), "records": list(what.records), "affected": list(affected)},
    )
    cells = ", ".join(records.columns)
    engine.create(
        _PART,
        f"SELECT {records.number} AS _row, {cells} FROM {records.table} WHERE list_contains($affected, {entity})",
        {"affected": list(affected)},
    )


def _merge_anew(merged: MergedTable, data: SurvivalData | None, engine: Engine) -> tuple[str, str]:
    """Return the queries of the golden records of what is still one entity, and of what stands beside them."""
    if data is None or len(data.readings) != len(merged.headers):
        hint = "undo the whole entity instead, or merge again with the pair marked as no duplicate"
        raise InputError(
            "what is left of the entity has to be merged anew, and how the columns are read is not known",
            where=str(merged.path),
            hint=hint,
        )
    source = replace(data.source, table=_PART, headers=merged.headers)
    part = replace(data, source=source, entities=_PARTED)
    decide(part, engine)
    create_golden(part, engine)
    return f"SELECT * FROM {GOLDEN_CELLS}", f"SELECT * FROM {GOLDEN_BESIDE}"
