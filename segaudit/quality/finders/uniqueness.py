"""Ids and addresses that stand on several records."""

from collections.abc import Iterator

from segaudit.model.quality import Check, Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.finders.asking import matching, names_of, share_of

_KEYS = ("record_id", "contact_id", "company_id", "deal_id", "activity_id")
_NEARLY_ALL = 0.95  # share of different values from which a column of ids is this table's own key
_CONFIDENCE = 0.7
_MOST = 20_000  # values that are blamed one by one


def find_duplicate_ids(data: QualityData, check: Check) -> Iterator[Suspicion]:
    """Yield ids that stand on more than one row, of the first column of ids whose values nearly all differ.

    An id that points to another table recurs rightly; so does one in a table with a row for each link, which is why
    nothing is certain here.
    """
    for name in names_of(check, "fields", _KEYS):
        reading = data.of_field(name)
        if reading is None:
            continue
        found = data.coverage[reading.column.position]
        if found.filled and found.distinct >= share_of(check, "share", _NEARLY_ALL) * found.filled:
            yield from _recurring(data, check, reading.column.position, "")
        return


def find_shared_addresses(data: QualityData, check: Check) -> Iterator[Suspicion]:
    """Yield e-mail addresses that stand on more than one record; in tables of activities that is as it should be."""
    reading = data.of_field("email")
    if reading is None or data.of_field("activity_type", "campaign", "deal_stage") is not None:
        return
    found = data.coverage[reading.column.position]
    if found.filled and found.distinct >= share_of(check, "share", 0.5) * found.filled:
        yield from _recurring(data, check, reading.column.position, "; the same person, or a shared mailbox")


def _recurring(data: QualityData, check: Check, position: int, more: str) -> Iterator[Suspicion]:
    if data.coverage[position].distinct == data.coverage[position].filled:
        return
    for value, rows in matching(data, position, "rows > 1")[:_MOST]:
        yield Suspicion(
            check=check.id,
            position=position,
            value=value,
            rows=rows,
            confidence=_CONFIDENCE,
            because=f"stands on {rows:,} rows{more}",
        )
