"""Ids and addresses that stand on several records."""

from collections.abc import Iterator

from segaudit.model.fields import ColumnReading, FieldType
from segaudit.model.quality import Check, Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.finders.asking import different, matching, names_of, share_of
from segaudit.quality.keys import SCIENTIFIC
from segaudit.text.headers import names_key

KEYS = ("record_id", "contact_id", "company_id", "deal_id", "activity_id")
_NEARLY_ALL = 0.95  # share of different values from which a column of ids is this table's own key
_CONFIDENCE = 0.7
_SHARED = "; the same person, or a shared mailbox"
_MOST = 20_000  # values that are blamed one by one
_LEAST = 20  # filled cells, from which a column without a field can be told to number the rows
_CODES = "regexp_full_match(t, '[A-Za-z0-9]+([._/-][A-Za-z0-9]+)*') AND regexp_matches(t, '[0-9]')"


def find_duplicate_ids(data: QualityData, check: Check) -> Iterator[Suspicion]:
    """Yield ids that stand on more than one row, of the first column of ids whose values nearly all differ.

    An id that points to another table recurs rightly; so does one in a table with a row for each link, which is why
    nothing is certain here.
    """
    share = share_of(check, "share", _NEARLY_ALL)
    known = data.of_field(*names_of(check, "fields", KEYS))
    if known is not None and _differ(data, known, share):
        yield from _recurring(data, check, known.column.position, "")
        return
    own = own_key(data, share)
    if own is not None:
        yield from _recurring(data, check, own.column.position, "")


def own_key(data: QualityData, share: float) -> ColumnReading | None:
    """Return the first column without a field that numbers the rows: at least this share of its values differ."""
    return next((reading for reading in data.readings if _is_key(data, reading, share)), None)


def _differ(data: QualityData, reading: ColumnReading, share: float) -> bool:
    found = data.coverage[reading.column.position]
    return found.filled > 0 and found.distinct >= share * found.filled


def _is_key(data: QualityData, reading: ColumnReading, share: float) -> bool:
    """Tell whether a column without a field numbers the rows: by its header, its codes, and that hardly any recurs."""
    found = data.coverage[reading.column.position]
    if reading.column.field is not None or not _differ(data, reading, share):
        return False
    if found.filled < max(_LEAST, share * data.source.rows):
        return False
    if reading.type is FieldType.ID:
        return True
    if reading.type not in {FieldType.TEXT, FieldType.INT} or not names_key(reading.column.header):
        return False
    codes = sum(rows for _, rows in matching(data, reading.column.position, _CODES))
    return codes >= share * found.filled


def find_shared_addresses(data: QualityData, check: Check) -> Iterator[Suspicion]:
    """Yield e-mail addresses that stand on more than one record; in tables of activities that is as it should be."""
    reading = data.of_field("email")
    if reading is None or data.of_field("activity_type", "campaign", "deal_stage") is not None:
        return
    found = data.coverage[reading.column.position]
    if found.filled and found.distinct >= share_of(check, "share", 0.5) * found.filled:
        yield from _recurring(data, check, reading.column.position, _SHARED)
        yield from _in_other_capitals(data, check, reading.column.position)


def _in_other_capitals(data: QualityData, check: Check, position: int) -> Iterator[Suspicion]:
    """Yield addresses that stand once as they are written, and again in other capitals: to mail they are one."""
    cells = different(data, position)
    odd = f"(SELECT t, rows, lower(t) AS plain FROM {cells} WHERE t <> lower(t))"
    plain = f"SELECT t, rows, t FROM {cells} WHERE t IN (SELECT plain FROM {odd})"
    alike = f"SELECT t, rows, plain FROM {odd} UNION ALL {plain}"
    query = (
        f"SELECT t, rows, together FROM (SELECT *, sum(rows) OVER (PARTITION BY plain) AS together FROM ({alike})) "
        f"WHERE rows = 1 AND together > 1 ORDER BY plain, t LIMIT {_MOST}"
    )
    for value, rows, together in data.engine.fetch(query):
        yield Suspicion(
            check=check.id,
            position=position,
            value=str(value),
            rows=int(rows),
            confidence=_CONFIDENCE,
            because=f"stands on {int(together):,} rows, capitals aside{_SHARED}",
        )


def _recurring(data: QualityData, check: Check, position: int, more: str) -> Iterator[Suspicion]:
    if data.coverage[position].distinct == data.coverage[position].filled:
        return
    # 1.23E+11 is what was left of many ids, and another check's finding.
    for value, rows in matching(data, position, f"rows > 1 AND NOT ({SCIENTIFIC})")[:_MOST]:
        yield Suspicion(
            check=check.id,
            position=position,
            value=value,
            rows=rows,
            confidence=_CONFIDENCE,
            because=f"stands on {rows:,} rows{more}",
        )
