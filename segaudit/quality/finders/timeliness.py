"""How old what stands there is: fields with a date of their own, and when records were last active."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from segaudit.engine.protocol import Parameters
from segaudit.model.fields import NUMERIC_TYPES, ColumnReading, FieldType
from segaudit.model.quality import Check, ColumnRemark, Suspicion
from segaudit.quality.ages import pair_dates
from segaudit.quality.data import QualityData
from segaudit.quality.fillers import CLOCK_STARTS, FIRST_DAYS, TYPED_TO_FILL, is_held_key
from segaudit.quality.finders.asking import names_of, share_of
from segaudit.quality.finders.declared import declared_fields
from segaudit.rulebook.tables import load_catalogue
from segaudit.sql.cells import INVALID, OK, PLACEHOLDER, classified_cells

_FILLED = "timeliness_filled"
_DAYS = "timeliness_days"
_VERY_OLD_DAYS = 3 * 365
_HELD_DIGITS = 5
_MOST_CELLS = 5_000  # different dates that are blamed one by one; of more, the remark has to do
_NEVER_ZERO = ("employees", "annual_revenue")  # a company with neither is one nobody has looked at
_STEPS = (30, 90, 180, 365)
_ACTIVITIES = (
    "last_activity_on", "last_engaged_on", "last_visit_on", "last_email_opened_on", "last_email_clicked_on",
    "last_email_replied_on", "last_contacted_on", "last_purchase_on",
)  # fmt: skip


def find_stale_values(data: QualityData, check: Check) -> Iterator[Suspicion | ColumnRemark]:
    """Find values that were last looked at longer ago than the field's ``max_age`` allows.

    The date cells that are too old are blamed, each in every row that holds it; a remark says how old the field is as
    a whole, and how many of its values have no date at all. A field without ``max_age`` is measured against the
    setting max_age_days (365).
    """
    fields = declared_fields(data.location)
    pairs = pair_dates(data.readings, fields, load_catalogue(data.location))
    usual = int(share_of(check, "max_age_days", 365))
    for dated, dating in sorted(pairs.items()):
        field = data.reading(dated).column.field
        declared = fields[field].max_age_days if field is not None and field in fields else None
        yield from _aged(data, check, (dated, dating), declared if declared is not None else usual)


def _aged(data: QualityData, check: Check, pair: tuple[int, int], most: int) -> Iterator[Suspicion | ColumnRemark]:
    """Judge one field by its date column, in the pair the latter; an age is allowed up to so many days."""
    dated, dating = pair
    limit = data.as_of - timedelta(days=most)
    header = data.reading(dated).column.header.strip()
    old = very_old = known = 0
    unknown, dates = _dates_beside(data, check, dated, dating)
    for cell, day, rows in dates:
        known += rows
        if day >= limit:
            continue
        old += rows
        very_old += rows if day < data.as_of - timedelta(days=_VERY_OLD_DAYS) else 0
        if len(dates) > _MOST_CELLS:
            continue
        yield Suspicion(
            check=check.id,
            position=dating,
            value=cell,
            rows=rows,
            because=f"{header} is {(data.as_of - day).days:,} days old, and {most:,} are allowed",
        )
    if known + unknown:
        yield ColumnRemark(
            check=check.id,
            positions=(dated, dating),
            message=f"{old:,} of {known:,} values with a date are older than {most:,} days, {very_old:,} older than "
            f"3 years; the age of {unknown:,} is unknown",
            rows=old + unknown,
            rows_checked=known + unknown,
        )


def _dates_beside(data: QualityData, check: Check, dated: int, dating: int) -> tuple[int, list[tuple[str, date, int]]]:
    """Return how many values have no date, and the date cells beside the others: cell, day and rows.

    What is typed only to fill a cell is no value and no date: 999999 employees, 1 January 1900.
    """
    # Each column has words of its own that mean nothing is there, so the two are read one after the other.
    typed = [cell for cell, _ in data.values(dated) if _is_nothing(data, check, dated, cell)]
    filled = f"SELECT _row, list_contains($typed, t) AS typed FROM {_cells(data, dated)} WHERE state >= {INVALID}"
    data.engine.create(_FILLED, filled, data.parameters(dated) | {"typed": typed})
    days = f"SELECT _row, t, value FROM {_cells(data, dating)} WHERE state = {OK}"
    data.engine.create(_DAYS, days, data.parameters(dating))
    rows = data.engine.fetch(
        f"SELECT t, value, count(*), count(*) FILTER (NOT typed) FROM {_FILLED} LEFT JOIN {_DAYS} USING (_row) "
        "GROUP BY t, value ORDER BY value, t"
    )
    nothing = FIRST_DAYS | CLOCK_STARTS
    dates, unknown = [], 0
    for cell, day, count, values in rows:
        if day is None or day.isoformat() in nothing:
            unknown += int(values)
        else:
            dates.append((str(cell), day, int(count)))
    return unknown, dates


def _is_nothing(data: QualityData, check: Check, position: int, cell: str) -> bool:
    """Tell whether a cell only looks filled."""
    reading = data.reading(position)
    if reading.type not in NUMERIC_TYPES:
        return cell.lower() in TYPED_TO_FILL
    is_zero = reading.column.field in names_of(check, "zero_is_missing", _NEVER_ZERO) and set(cell) <= set("0.,")
    return is_zero or is_held_key(cell, _HELD_DIGITS)


def _cells(data: QualityData, position: int) -> str:
    relation = f"(SELECT _row, {data.source.column(position)} AS v FROM {data.source.table})"
    return classified_cells(relation, data.reading(position))


def find_activity_decay(data: QualityData, check: Check) -> Iterator[ColumnRemark]:
    """Say of each date of last activity how many records were active within 30, 90, 180 and 365 days, and never.

    Concerned are the records that were not active for a year, or never.
    """
    for name in names_of(check, "fields", _ACTIVITIES):
        reading = data.of_field(name)
        if reading is not None and reading.type is FieldType.DATE and data.source.rows:
            yield _decay(data, check, reading)


def _decay(data: QualityData, check: Check, reading: ColumnReading) -> ColumnRemark:
    position = reading.column.position
    days: Parameters = {f"day{step}": data.as_of - timedelta(days=step) for step in _STEPS}
    within = ", ".join(f"sum(n) FILTER (state = {OK} AND value >= $day{step} AND value <= $today)" for step in _STEPS)
    query = (
        f"SELECT {within}, sum(n) FILTER (state = {OK} AND value > $today), "
        f"sum(n) FILTER (state <= {PLACEHOLDER}), sum(n) FILTER (state = {INVALID}) FROM {data.grouped(position)}"
    )
    row = data.engine.fetch(query, days | {"today": data.as_of})[0]
    *active, future, never, unread = (int(count or 0) for count in row)
    total = data.source.rows
    idle = total - active[-1] - future - unread
    return ColumnRemark(
        check=check.id,
        positions=(position,),
        message=_told(active, idle - never, never, (future, unread), total),
        rows=idle,
        rows_checked=total - future - unread,
    )


def _told(active: Sequence[int], before: int, never: int, odd: tuple[int, int], total: int) -> str:
    within = ", ".join(f"{count / total:.0%} within {step} days" for count, step in zip(active, _STEPS, strict=True))
    future, unread = odd
    told = f"active {within}; {before / total:.0%} longer ago, {never / total:.0%} never or not recorded"
    doubts = [f"{future:,} dates lie in the future"] * bool(future) + [f"{unread:,} cannot be read"] * bool(unread)
    return "; ".join([told, *doubts])
