"""The enrichment list: for each open record the fields to fill, those first that decide most for each field."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from segaudit.engine.protocol import Engine
from segaudit.files import whole_file
from segaudit.model.enrichment import Need
from segaudit.model.fields import ColumnReading
from segaudit.model.source import Source
from segaudit.segments.enrichment_tables import NEEDS, SchemaPatterns

_ORDER = "enrichment_order"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_KEYS = ("record_id", "contact_id", "company_id", "deal_id", "email")


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What to fill in records that lack the same in every schema."""

    key: tuple[int, ...]  # place of the need in each schema, 0 where it is sure
    rows: int
    fields: tuple[str, ...]  # to fill; empty where no field the file has would decide anything
    schemas: tuple[str, ...]  # that decides
    places: int  # of those schemas, the ones in which the record has no segment


def find_errands(
    patterns: Sequence[SchemaPatterns], absent: frozenset[str], value: Mapping[str, int], engine: Engine
) -> tuple[Errand, ...]:
    """Return what to fill, best first: most schemas decided for each field, then most schemas.

    Fields no column provides are left out: they are no matter of single records.

    Args:
        patterns: What each schema lacks.
        absent: Fields no column provides.
        value: What fields decide over all; of two ways to decide a record, the one of the better fields is taken.
        engine: Where the needs are.
    """
    if not patterns:
        return ()
    columns = ", ".join(f"n{number}" for number in range(len(patterns)))
    rows = engine.fetch(f"SELECT {columns}, count(*) FROM {NEEDS} GROUP BY ALL")
    errands = [_errand(tuple(key), int(count), patterns, absent, value) for *key, count in rows if any(key)]
    return tuple(
        sorted(
            errands,
            key=lambda item: (
                not item.fields,
                -len(item.schemas) / max(len(item.fields), 1),
                -item.places,
                -len(item.schemas),
                item.fields,
                item.key,
            ),
        )
    )


def _errand(
    key: tuple[int, ...],
    rows: int,
    patterns: Sequence[SchemaPatterns],
    absent: frozenset[str],
    value: Mapping[str, int],
) -> Errand:
    open_needs = [(item.schema.id, item.needs[place - 1]) for item, place in zip(patterns, key, strict=True) if place]
    goals = [(schema, need) for schema, need in open_needs if need.decided_by(need.matters - absent)]
    fields = frozenset(name for _, need in goals for name in need.matters) - absent
    goals = [(schema, need) for schema, need in goals if need.decided_by(fields)]
    for name in sorted(sorted(fields), key=lambda item: value.get(item, 0)):
        fewer = fields - {name}
        if all(need.decided_by(fewer) for _, need in goals):
            fields = fewer
    return Errand(
        key=key,
        rows=rows,
        fields=tuple(sorted(fields, key=lambda item: (-value.get(item, 0), item))),
        schemas=tuple(schema for schema, _ in goals),
        places=sum(need.unplaced for _, need in goals),
    )


def write_list(
    path: Path, errands: Sequence[Errand], source: Source, readings: Mapping[str, ColumnReading], engine: Engine
) -> int:
    """Write the records with something to fill; return how many.

    Columns: ``_row``, the record's id where the file has one, the headers of the columns to fill, how many they are,
    the schemas that decides, and those of them in which the record has no segment so far.

    Raises:
        OutputError: The file cannot be written.
    """
    key = next((readings[name] for name in _KEYS if name in readings), None)
    _create_order(errands, engine)
    numbers = range(len(errands[0].key)) if errands else range(0)
    same = " AND ".join(f"d.n{number} = o.n{number}" for number in numbers) or "FALSE"
    cell = f"r.{source.column(key.column.position)}" if key else "NULL"
    query = (
        f"SELECT r._row, {cell}, o.place FROM {NEEDS} d JOIN {_ORDER} o ON {same} "
        f"JOIN {source.table} r ON r._row = d._row ORDER BY o.place, r._row"
    )
    header = ["_row", *([key.column.header.strip()] if key else []), "fill", "fields", "decides", "in_schemas"]
    written = 0
    with whole_file(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_safe(text) for text in header)
        told = [_told(item, readings) for item in errands]
        for row, identity, place in engine.stream(query) if errands else ():
            writer.writerow([row, *([_safe(identity)] if key else []), *told[place]])
            written += 1
    return written


def _told(errand: Errand, readings: Mapping[str, ColumnReading]) -> tuple[str, int, int, str]:
    headers = "; ".join(readings[name].column.header.strip() for name in errand.fields)
    return _safe(headers), len(errand.fields), len(errand.schemas), "; ".join(errand.schemas)


def _create_order(errands: Sequence[Errand], engine: Engine) -> None:
    import pyarrow as pa  # noqa: PLC0415 - heavy

    useful = [(place, item) for place, item in enumerate(errands) if item.fields]
    columns = {"place": pa.array([place for place, _ in useful], pa.int32())}
    for number in range(len(errands[0].key) if errands else 0):
        columns[f"n{number}"] = pa.array([item.key[number] for _, item in useful], pa.int32())
    engine.load_arrow(_ORDER, pa.table(columns))


def _safe(cell: object) -> str:
    """Return a cell that a spreadsheet shows and does not run."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text


def needs_of(patterns: Sequence[SchemaPatterns]) -> tuple[Need, ...]:
    """Return the needs of all schemas together."""
    return tuple(need for item in patterns for need in item.needs)
