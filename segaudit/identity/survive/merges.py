"""The merge list: which record goes into which, in the shape the system it came from takes."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from segaudit.engine.protocol import Engine
from segaudit.files import whole_file
from segaudit.identity.survive.data import CELLS, ENTITIES, SurvivalData
from segaudit.model.fields import ColumnReading
from segaudit.model.survival import MergeFormat, MergeList
from segaudit.sql.kinds import WHITE_SPACE, trimmed
from segaudit.text.spreadsheets import spreadsheet_safe

_PAIRS = "survival_pairs"  # e, rank, survivor, duplicate: keys; same; blank
_NO_IDS = (
    "The table has no column that names its records, so no CRM can import this list. It gives the numbers of the rows; "
    "export the table again with the ids of its records, or merge by hand."
)
_NO_ADDRESSES = (
    "The table has no e-mail addresses, by which {system} knows its records. The list gives the numbers of rows."
)


def find_format(data: SurvivalData, formats: Sequence[MergeFormat]) -> MergeFormat:
    """Return the format of the system whose headers the table has; that of any other if it is unknown."""
    other = next(item for item in formats if not item.system)
    mine = (item for item in formats if item.system and item.system == data.fields.system)
    return next((item for item in mine if not item.objects or data.fields.system_object in item.objects), other)


def find_key(data: SurvivalData, form: MergeFormat, engine: Engine) -> ColumnReading | None:
    """Return the column whose cells name records to a system."""
    return find_record_id(data, engine) if form.key == "record_id" else data.of_field(form.key)


def find_record_id(data: SurvivalData, engine: Engine) -> ColumnReading | None:
    """Return the column of the rows' own ids: the record id, or another id that no two rows share."""
    for reading in data.ids():
        cell = f"nullif(trim({data.source.column(reading.column.position)}), '')"
        query = f"SELECT count({cell}), count(DISTINCT {cell}) FROM {data.source.table}"
        filled, different = map(int, engine.fetch(query)[0])
        # What the system itself calls the id is it, even if an export repeats rows.
        if filled and (different == filled or reading.column.field == "record_id"):
            return reading
    return None


def list_merges(
    data: SurvivalData, formats: Sequence[MergeFormat], engine: Engine, path: Path | None = None, *, safe: bool = False
) -> MergeList:
    """Count the merges a system can be told of, and write them where a file is asked for.

    Args:
        data: The table.
        formats: Shapes of the systems known.
        engine: Where the records that are merged are.
        path: File to write; None only counts.
        safe: An apostrophe goes before ids that a spreadsheet would run as a formula.

    Raises:
        OutputError: The file cannot be written.
    """
    form = find_format(data, formats)
    key = find_key(data, form, engine)
    if key is not None:
        _create_pairs(data, key, engine)
    count, blank, same = _counts(key, engine)
    if path is not None:
        with whole_file(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            rows = _rows_by_key(form, engine) if key is not None else _rows_by_number(engine)
            writer.writerows([_safe(cell) for cell in row] if safe else row for row in rows)
    return MergeList(
        system=form.system,
        key=key.column.header if key is not None else "",
        merges=count,
        without_key=blank,
        same_key=same,
        note=form.how if key is not None else _without_key(form),
    )


def _without_key(form: MergeFormat) -> str:
    return _NO_IDS if form.key == "record_id" else _NO_ADDRESSES.format(system=form.system)


def _safe(cell: object) -> object:
    return spreadsheet_safe(cell) if isinstance(cell, str) else cell


def _create_pairs(data: SurvivalData, key: ColumnReading, engine: Engine) -> None:
    """Create the table of every duplicate beside its survivor, with the keys of both."""
    cell = f"coalesce({trimmed(data.source.column(key.column.position))}, '')"
    # Addresses are the same however they are capitalised; ids are not.
    same = "lower(s.k) = lower(d.k)" if key.column.field == "email" else "s.k = d.k"
    keys = f"(SELECT e, rank, {cell} AS k FROM {CELLS})"
    engine.create(
        _PAIRS,
        f"SELECT d.e, d.rank, s.k AS survivor, d.k AS duplicate, {same} AS same, s.k = '' OR d.k = '' AS blank "
        f"FROM {keys} d JOIN {keys} s ON s.e = d.e AND s.rank = 1 WHERE d.rank > 1",
        {"white_space": WHITE_SPACE},
    )


def _counts(key: ColumnReading | None, engine: Engine) -> tuple[int, int, int]:
    """Return the duplicates that are listed, those without a key, and those whose key is the survivor's."""
    if key is None:
        return int(engine.fetch(f"SELECT count(*) FROM {CELLS} WHERE rank > 1")[0][0]), 0, 0
    listed, blank, same = engine.fetch(
        "SELECT count(*) FILTER (NOT blank AND NOT same), count(*) FILTER (blank), "
        f"count(*) FILTER (NOT blank AND same) FROM {_PAIRS}"
    )[0]
    return int(listed), int(blank), int(same)


def _rows_by_number(engine: Engine) -> Iterator[Sequence[object]]:
    yield ("survivor_row", "duplicate_row", "entity_id")
    yield from engine.stream(
        f"SELECT s._row, d._row, entity_id FROM {CELLS} d JOIN {CELLS} s ON s.e = d.e AND s.rank = 1 "
        f"JOIN {ENTITIES} n ON n.e = d.e WHERE d.rank > 1 ORDER BY d.e, d.rank"
    )


def _rows_by_key(form: MergeFormat, engine: Engine) -> Iterator[Sequence[object]]:
    yield (form.survivor, *form.duplicates)
    # One key can stand in several rows of an export; the CRM has one record of it.
    pairs = engine.stream(
        f"SELECT e, min(rank) AS rank, survivor, duplicate FROM {_PAIRS} WHERE NOT blank AND NOT same "
        "GROUP BY e, survivor, duplicate ORDER BY e, rank"
    )
    for survivor, duplicates in _batches(pairs, form):
        cells = [form.joined.join(duplicates)] if form.joined else duplicates
        yield (survivor, *cells, *[""] * (len(form.duplicates) - len(cells)))


def _batches(pairs: Iterable[Sequence[object]], form: MergeFormat) -> Iterator[tuple[str, list[str]]]:
    """Yield each survivor with as many duplicates as a row takes."""
    held: list[str] = []
    current: tuple[object, str] | None = None
    for entity, _, survivor, duplicate in pairs:
        names = str(survivor).removeprefix(form.strip), str(duplicate).removeprefix(form.strip)
        if current is not None and (current != (entity, names[0]) or len(held) == form.most):
            yield current[1], held
            held = []
        current = (entity, names[0])
        held.append(names[1])
    if current is not None:
        yield current[1], held
