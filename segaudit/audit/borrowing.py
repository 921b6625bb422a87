"""What a record's company says, as columns of the record: a contact is in the industry its account is in."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from segaudit.audit.opening import OpenedInput
from segaudit.audit.relating import Related
from segaudit.engine.protocol import Engine
from segaudit.ingest.columns.types import find_types
from segaudit.model.fields import OF_COMPANY, ColumnReading, FieldType, MappedColumn
from segaudit.sql.records import RecordSource, RelatedRows
from segaudit.sql.row_currency import currency_column

COMPANIES = "companies"
_ENTITY = "company"  # of the catalogue's fields
# Fields of any entity that a record without a column of its own has from its company: where it sits.
_PLACES = frozenset({"country", "state", "region"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Borrowed:
    """A field of the companies, and where it comes to stand behind the records."""

    column: MappedColumn  # of the companies
    position: int


def with_company_fields(opened: OpenedInput, related: Related, engine: Engine) -> OpenedInput:
    """Return a file with what the list of companies beside it says of its records, as far as it has no such column.

    The table becomes a view with a column for each behind those of the file; headers stay those of the file. A record
    that belongs to several companies has a value where those that say one say the same, else none.

    Args:
        opened: The file.
        related: What was given beside it.
        engine: Where the tables are.
    """
    rows = related.rows.get(COMPANIES)
    if rows is None or related.kind == COMPANIES:
        return opened
    borrowed = _choose(opened, rows.data, engine)
    if not borrowed:
        return opened
    table = _create_cells(opened, rows, borrowed, engine)
    view = f"{opened.source.table}_with_company"
    cells = ", ".join(f"b.{opened.source.column(item.position)}" for item in borrowed)
    engine.define(view, f"SELECT s.*, {cells} FROM {opened.source.table} s LEFT JOIN {table} b ON b._row = s._row")
    readings = _readings(rows.data, borrowed, engine)
    currencies = (replace(item.column, position=item.position) for item in borrowed if item.column.field is None)
    columns = (*(reading.column for reading in readings), *currencies)
    return replace(
        opened,
        source=replace(
            opened.source, table=view, notes=(*opened.source.notes, _note(opened, rows, borrowed, table, engine))
        ),
        fields=replace(opened.fields, columns=(*opened.fields.columns, *columns)),
        readings=(*opened.readings, *readings),
    )


def _choose(opened: OpenedInput, companies: RecordSource, engine: Engine) -> list[_Borrowed]:
    own = [(column, name) for column in opened.fields.columns for name in (column.field, column.also) if name]
    last = max([len(opened.source.headers), *(column.position for column in opened.fields.columns)])
    found: dict[str, MappedColumn] = {}
    for column in companies.fields.columns:
        known = opened.catalogue.get(column.field or "")
        if known is None or known.type is FieldType.ID or known.name in found:
            continue
        if known.entity != _ENTITY and known.name not in _PLACES:
            continue
        if all(name != known.name or _is_blank(opened, mine, engine) for mine, name in own):
            found[known.name] = column
    columns = [*found.values(), *_currencies(companies, found.values())]
    return [_Borrowed(column=column, position=last + place) for place, column in enumerate(columns, start=1)]


def _is_blank(opened: OpenedInput, column: MappedColumn, engine: Engine) -> bool:
    """Tell whether a column has nothing in any row: a system prints such columns of fields it keeps elsewhere."""
    cell = opened.source.column(column.position)
    return not engine.fetch(f"SELECT 1 FROM {opened.source.table} WHERE trim({cell}) <> '' LIMIT 1")


def _currencies(companies: RecordSource, columns: Iterable[MappedColumn]) -> Iterator[MappedColumn]:
    """Yield the columns that name the currencies of amounts, each called by its amount."""
    for column in columns:
        if column.type is FieldType.MONEY and (named := currency_column(companies.fields, column)) is not None:
            yield replace(named, header=f"{column.header} currency", field=None, type=None)


def _create_cells(opened: OpenedInput, rows: RelatedRows, borrowed: Sequence[_Borrowed], engine: Engine) -> str:
    """Create the table of ``_row`` and what the record's companies say."""
    table = f"{opened.source.table}_company_cells"
    selected, apart = [], []
    for item in borrowed:
        name = rows.data.source.column(item.column.position)
        cell = f"CASE WHEN trim(c.{name}) <> '' THEN c.{name} END"
        said = f"CASE WHEN min({cell}) = max({cell}) THEN min({cell}) END"
        selected.append(f"{said} AS {opened.source.column(item.position)}")
        apart.append(f"coalesce(min({cell}) <> max({cell}), FALSE)")
    engine.create(
        table,
        f"SELECT l._row, {', '.join(selected)}, {' OR '.join(apart)} AS apart FROM {rows.links} l "
        f"JOIN {rows.data.source.table} c ON c._row = l.related_row GROUP BY l._row",
    )
    return table


def _readings(companies: RecordSource, borrowed: Sequence[_Borrowed], engine: Engine) -> list[ColumnReading]:
    columns = tuple(item.column for item in borrowed if item.column.field)
    found = find_types(companies.source, replace(companies.fields, columns=columns), companies.placeholders, engine)
    positions = {item.column.position: item.position for item in borrowed if item.column.field}
    return [
        replace(reading, column=replace(reading.column, position=positions[reading.column.position], source=OF_COMPANY))
        for reading in found
    ]


def _note(opened: OpenedInput, rows: RelatedRows, borrowed: Sequence[_Borrowed], table: str, engine: Engine) -> str:
    count = f"SELECT count(*), count(CASE WHEN apart THEN 1 END) FROM {table}"
    placed, apart = map(int, engine.fetch(count)[0])
    names = ", ".join(item.column.field for item in borrowed if item.column.field)
    where = f"{placed:,} of {opened.source.rows:,} records have their company there"
    note = f"{names}: taken from {PurePath(rows.data.source.name).name}; {where}"
    some = "1 of them has" if apart == 1 else f"{apart:,} of them have"
    return f"{note}; {some} rows there that disagree, and no value where they do" if apart else note
