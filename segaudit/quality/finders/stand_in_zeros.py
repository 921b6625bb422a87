"""Zeros that stand for a missing number: where none can be zero, and where other columns tell the two apart."""

import re
from collections.abc import Iterator, Sequence

from segaudit.model.fields import NUMERIC_TYPES, ColumnReading, FieldType
from segaudit.model.quality import Check, Suspicion
from segaudit.quality.data import Counted, QualityData
from segaudit.quality.finders.asking import ask, cells, positions, share_of
from segaudit.quality.finders.reading import read_rows

_NEVER_ZERO = frozenset({"founded_year", "birth_year", "household_size", "credit_score"})
_REVENUE = re.compile(r"revenue|turnover|umsatz|chiffre d.affaires|facturaci|faturamento|fatturato|omzet")
_COMPANY = ("company_id", "company", "company_domain", "website")
_FEW = 50  # different values of a column that may explain the zeros
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_ALONE = 0.8  # confidence of zeros that no other column speaks for
_EXPLAINS = 0.95  # of the zeros with a value, and of the value with a zero
_ZERO = "[^0-9A-Za-z]*0+([.,]0+)?[^0-9A-Za-z+]*"  # 0, 0.00, $0; neither 0+ nor 0 employees
_LEAST_ROWS = 5
_LARGE = 100  # times; what is worth declaring is far from zero
_MOST_ROWS = 100_000
_POOR = 1_000_000.0  # revenue nobody makes without employees


def find_zeros(
    data: QualityData, reading: ColumnReading, check: Check, values: Sequence[Counted]
) -> Iterator[Suspicion]:
    """Yield the zeros among a column's values that stand for a missing number."""
    position, field = reading.column.position, reading.column.field
    zeros = [(value, rows) for value, rows in values if re.fullmatch(_ZERO, value)]
    if not zeros or reading.type not in NUMERIC_TYPES:
        return
    rows = sum(count for _, count in zeros)
    if field == "employees":
        yield from _without_employees(data, reading, check)
        return
    confidence, because = 0.0, ""
    if field in _NEVER_ZERO:
        confidence, because = 0.95, "no zero is possible here"
    elif rows >= _LEAST_ROWS and _declares_revenue(reading) and _rest_is_large(data, reading):
        confidence, because = _weigh_revenue(data, position, rows)
    if confidence:
        for value, count in zeros:
            yield Suspicion(
                check=check.id, position=position, value=value, rows=count, suggestion="", confidence=confidence,
                because=because,
            )  # fmt: skip


def _declares_revenue(reading: ColumnReading) -> bool:
    if reading.column.field is not None:
        return reading.column.field == "annual_revenue"
    header = reading.column.header.lower().replace("_", " ")
    # What a customer brought in a year may be nothing.
    return bool(_REVENUE.search(header)) and not _YEAR.search(header)


def _rest_is_large(data: QualityData, reading: ColumnReading) -> bool:
    """Tell whether the numbers above zero begin far above it: then zero is no small number among others."""
    least = data.engine.fetch(
        f"SELECT quantile_disc(value, 0.1) FROM {read_rows(data, reading)} WHERE value > 0",
        data.parameters(reading.column.position),
    )[0][0]
    return least is not None and float(least) >= _LARGE


def _weigh_revenue(data: QualityData, position: int, rows: int) -> tuple[float, str]:
    """Return how sure it is that zeros of a declared revenue are missing, and why; 0 if something explains them."""
    corroborated = ""
    for other in data.readings:
        measures = data.coverage[other.column.position]
        if other.column.position == position or not 0 < measures.distinct <= _FEW:
            continue
        query = (
            f"SELECT o, count(*), count(*) FILTER (regexp_full_match(z, '{_ZERO}')) AS zeros "
            f"FROM {cells(data, z=position, o=other.column.position)} GROUP BY o ORDER BY zeros DESC, o LIMIT 1"
        )
        value, all_rows, shared = ask(data, query)[0]
        if int(shared) < _EXPLAINS * rows or int(shared) < _EXPLAINS * int(all_rows):
            continue
        if value:
            return 0.0, ""
        corroborated = f", and {int(shared):,} of them leave {other.column.header} empty too"
    return (0.95 if corroborated else _ALONE), f"{rows:,} rows declare a revenue of 0{corroborated}"


def _without_employees(data: QualityData, reading: ColumnReading, check: Check) -> Iterator[Suspicion]:
    """Yield the zeros of companies that employ people by other rows; a company of zeros only is a sole trader."""
    found: dict[int, tuple[str, float, str]] = {}
    settled: set[int] = set()
    for key in positions(data, *_COMPANY):
        for row, text, zeros, others in _by_company(data, reading, key):
            if row in settled or zeros + others < 2:  # noqa: PLR2004 - a company of one row cannot be compared
                continue
            settled.add(row)
            if others:
                because = f"{others:,} other {'row' if others == 1 else 'rows'} of the company name employees"
                found[row] = (text, 0.95 if others >= zeros else 0.7, because)
    told = len(settled)
    alone = _uncompared(data, reading, settled)
    # What cannot be compared is wrong as often as what can.
    share = len(found) / told if told >= share_of(check, "least_compared", 2 * _LEAST_ROWS) else 0.0
    for row, text, rich in alone:
        if rich:
            found[row] = (text, 0.9, "the company makes more than anybody does alone")
        elif share > 0.5:  # noqa: PLR2004 - more often than not
            because = f"{len(found):,} of {told:,} zeros that can be compared are wrong"
            found[row] = (text, min(share, 0.85), because)
    for row, (text, confidence, because) in sorted(found.items()):
        yield Suspicion(
            check=check.id, position=reading.column.position, value=text, row=row, suggestion="", confidence=confidence,
            because=because,
        )  # fmt: skip


def _by_company(data: QualityData, reading: ColumnReading, key: int) -> list[tuple[int, str, int, int]]:
    """Return each row with 0 employees: _row, cell, and the rows of its company with 0 and with more."""
    read = read_rows(data, reading, beside=f"lower(trim({data.source.column(key)}))")
    query = (
        f"WITH cells AS (SELECT _row, t, k, value FROM {read} WHERE k <> ''), "
        "companies AS (SELECT k, count(*) FILTER (value = 0) AS zeros, count(*) FILTER (value > 0) AS others "
        "FROM cells GROUP BY k HAVING count(*) FILTER (value = 0) > 0) "
        "SELECT _row, t, zeros, others FROM cells JOIN companies USING (k) WHERE value = 0 "
        f"ORDER BY _row LIMIT {_MOST_ROWS}"
    )
    found = data.engine.fetch(query, data.parameters(reading.column.position))
    return [(int(row), str(text), int(zeros), int(others)) for row, text, zeros, others in found]


def _uncompared(data: QualityData, reading: ColumnReading, settled: set[int]) -> list[tuple[int, str, bool]]:
    """Return the rows with 0 employees that no other row speaks of, and whether their revenue is a company's."""
    revenue = data.of_field("annual_revenue")
    zero = f"SELECT _row, t FROM {read_rows(data, reading)} WHERE value = 0 ORDER BY _row LIMIT {_MOST_ROWS}"
    zeros = data.engine.fetch(zero, data.parameters(reading.column.position))
    rich: set[int] = set()
    if revenue is not None and revenue.type is FieldType.MONEY:
        query = f"SELECT _row FROM {read_rows(data, revenue)} WHERE value >= {_POOR}"
        wanted = f"SELECT _row FROM ({query}) WHERE list_contains($rows, _row)"
        rows = [int(row) for row, _ in zeros if int(row) not in settled]
        found = data.engine.fetch(wanted, {**data.parameters(revenue.column.position), "rows": rows}) if rows else []
        rich = {int(row) for (row,) in found}
    return [(int(row), str(text), int(row) in rich) for row, text in zeros if int(row) not in settled]
