"""Numbers with the other decimal sign than nearly all of their column: 1.234,50 among 1234.50."""

import re
from collections.abc import Iterator

from segaudit.model.fields import NUMERIC_TYPES
from segaudit.model.quality import Check, Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.finders.asking import ask, measures, share_of
from segaudit.sql.cells import OK
from segaudit.sql.kinds import KINDS
from segaudit.sql.values import KEPT_TRIMMED

_MINORITY = 0.2  # share of the cells that tell a decimal sign, up to which the others are the column's own
_LEAST_ROWS = 10  # that tell the column's own
_MOST = 1_000  # different cells
_CONFIDENCE = 0.95
_DIGITS = re.compile(r"[-+]?[0-9][0-9.,]*")
_SIGNS = {"point": (".", ","), "comma": (",", ".")}  # style: decimal sign, and the one between thousands


def find_odd_notation(data: QualityData, check: Check) -> Iterator[Suspicion]:
    """Yield the cells that can only be read with the other decimal sign, written as the rest of the column.

    They are read rightly here, and wrongly by programs that take a column to be written in one way. Settings:
    ``minority`` (share of the cells that tell).
    """
    for reading in data.of_type(*sorted(NUMERIC_TYPES)):
        position, own = reading.column.position, reading.style
        others = [style for style in KINDS[reading.type].evidence if style != own and own in _SIGNS and style in _SIGNS]
        if not others or not measures(data, position).filled:
            continue
        (other,) = others
        table = data.grouped(position)
        query = (
            f"SELECT coalesce(sum(n) FILTER (speaks_{own}), 0), coalesce(sum(n) FILTER (speaks_{other}), 0) "
            f"FROM {table} WHERE state = {OK}"
        )
        ((usual, odd),) = data.engine.fetch(query)
        if not odd or usual < _LEAST_ROWS or odd > share_of(check, "minority", _MINORITY) * (usual + odd):
            continue
        query = (
            f"SELECT {KEPT_TRIMMED} AS t, sum(n) AS rows FROM {table} WHERE state = {OK} AND speaks_{other} "
            f"GROUP BY t ORDER BY rows DESC, t LIMIT {_MOST}"
        )
        grouped = _is_grouped(data, position, own)
        for value, rows in ask(data, query):
            yield Suspicion(
                check=check.id,
                position=position,
                value=str(value),
                rows=int(rows),
                suggestion=_rewritten(str(value), own, other, grouped=grouped),
                confidence=_CONFIDENCE,
                because=f"a decimal {other}, where {int(usual):,} cells have a decimal {own}",
            )


def _is_grouped(data: QualityData, position: int, own: str) -> bool:
    """Tell whether the large numbers of a column have a sign between the thousands."""
    query = (
        "SELECT coalesce(sum(n) FILTER (contains(v, $sign)), 0), "
        f"coalesce(sum(n) FILTER (regexp_matches(v, '[0-9]{{4}}')), 0) FROM {data.grouped(position)} "
        f"WHERE state = {OK} AND speaks_{own}"
    )
    ((parted, run_on),) = data.engine.fetch(query, {"sign": _SIGNS[own][1]})
    return bool(parted > run_on)


def _rewritten(cell: str, own: str, other: str, *, grouped: bool) -> str | None:
    """Return a cell's number as its column is written; None where more than digits and signs stand there."""
    if not _DIGITS.fullmatch(cell):
        return None
    decimal, thousands = _SIGNS[other]
    whole, _, rest = cell.replace(thousands, "").partition(decimal)
    sign, digits = ("", whole) if whole.isdecimal() else (whole[0], whole[1:])
    if grouped:
        digits = f"{int(digits):,}".replace(",", _SIGNS[own][1])
    return f"{sign}{digits}{_SIGNS[own][0]}{rest}"
