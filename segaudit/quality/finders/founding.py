"""Things that happened to a company before there was one."""

from collections.abc import Iterator

from segaudit.model.fields import NUMERIC_TYPES, FieldType
from segaudit.model.quality import Check, Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.finders.asking import names_of
from segaudit.sql.cells import OK, classified_cells

_DATES = ("customer_since", "first_contacted_on", "last_purchase_on", "last_funded_on", "deal_closed_on", "created_on")
_YEARS, _DAYS = "founding_years", "founding_days"
_FIRST_YEAR = 1000
_MOST = 20_000
_CONFIDENCE = 0.8  # either of the two may be the one that is wrong


def find_before_founding(data: QualityData, check: Check) -> Iterator[Suspicion]:
    """Yield dates that lie before the year the company was founded in."""
    founded = data.of_field("founded_year")
    if founded is None or founded.type not in NUMERIC_TYPES:
        return
    _read(data, founded.column.position, _YEARS)
    for name in names_of(check, "fields", _DATES):
        reading = data.of_field(name)
        if reading is None or reading.type is not FieldType.DATE:
            continue
        _read(data, reading.column.position, _DAYS)
        early = data.engine.fetch(
            f"SELECT _row, d.v, CAST(y.value AS INTEGER) FROM {_DAYS} d JOIN {_YEARS} y USING (_row) "
            f"WHERE y.value >= {_FIRST_YEAR} AND year(d.value) < y.value ORDER BY _row LIMIT {_MOST}"
        )
        for row, cell, year in early:
            yield Suspicion(
                check=check.id,
                position=reading.column.position,
                row=int(row),
                value=str(cell),
                confidence=_CONFIDENCE,
                because=f"the company was founded in {year}",
            )


def _read(data: QualityData, position: int, table: str) -> None:
    cells = classified_cells(
        f"(SELECT _row, {data.source.column(position)} AS v FROM {data.source.table})", data.reading(position)
    )
    data.engine.create(table, f"SELECT _row, v, value FROM {cells} WHERE state = {OK}", data.parameters(position))
