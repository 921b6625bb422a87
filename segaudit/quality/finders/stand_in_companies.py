"""Words such as "Select" or "None" as a company: one company by that name, or many companies without one."""

from collections.abc import Iterator, Sequence

from segaudit.model.fields import ColumnReading
from segaudit.model.quality import Check, Suspicion
from segaudit.quality.data import Counted, QualityData
from segaudit.quality.finders.asking import ask, cells, placeholders, positions

_FIELD = "company"
_TOLD_BY = ("company_id", "company_domain", "website", "email")
_LEAST_ROWS = 5
_DIFFER = 0.5  # of the rows that name a domain or id


def find_company_words(
    data: QualityData, reading: ColumnReading, check: Check, values: Sequence[Counted]
) -> Iterator[Suspicion]:
    """Yield placeholder words that stand as a company's name in rows of many different companies."""
    told_by = positions(data, *_TOLD_BY)
    if reading.column.field != _FIELD or not told_by:
        return
    position = reading.column.position
    words = {item.value for item in data.placeholders} - placeholders(data, position)
    found = [value for value, _ in values if value.lower() in words]
    if not found:
        return
    query = (
        "SELECT t, count(*), count(nullif(o, '')), count(DISTINCT nullif(o, '')) "
        f"FROM (SELECT t, regexp_replace(lower(o), '^.*@', '') AS o FROM {cells(data, t=position, o=told_by[0])} "
        "WHERE list_contains($found, t)) GROUP BY t ORDER BY t"
    )
    for text, rows, told, different in ask(data, query, found=found):
        if int(told) >= _LEAST_ROWS and int(different) >= _DIFFER * int(told):
            yield Suspicion(
                check=check.id,
                position=position,
                value=str(text),
                rows=int(rows),
                suggestion="",
                confidence=0.9,
                because=f"stands for a missing value elsewhere, and here in rows of {int(different):,} companies",
            )
