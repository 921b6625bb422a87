"""Cards, accounts, national ids and passwords in cells: reported by place and kind, and never echoed."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from segaudit.engine.protocol import Row
from segaudit.model.fields import NUMERIC_TYPES, ColumnReading, FieldType
from segaudit.model.quality import Check, ColumnRemark, Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.finders.asking import names_of, share_of
from segaudit.quality.finders.reading import FEW, sample_of
from segaudit.quality.finders.secrets_in_text import PREFILTER, find_secrets
from segaudit.sql.kinds import quoted

_NEVER = frozenset({FieldType.BOOL, FieldType.DATE, FieldType.URL, FieldType.EMAIL})
_SHORTEST = 9  # characters: a citizen number
_LONGEST_PHONE = 15  # digits of a telephone number; a card has sixteen
_BY_DESIGN = ("bank_account", "national_id", "vat_id")  # columns that are there to hold one
_SHORTEST_CARD = 13
_SAMPLE = 2_000  # rows
_DENSE = 0.2  # of the sampled cells: a column of numbers and ids, in which some pass a checksum by chance
_HOLDS = 0.5  # of the cells that could: then the column holds them on purpose
_LEAST_DENSE = 20
_MOST_CELLS = 20_000  # looked at in a column


def find_sensitive(data: QualityData, check: Check) -> Iterable[Suspicion | ColumnRemark]:
    """Yield the place of each cell that holds a secret, and a remark for each column made of them.

    Settings: ``by_design`` (fields that may hold them), ``most_cells`` (looked at in one column).
    """
    spared = frozenset(names_of(check, "by_design", _BY_DESIGN))
    for reading in data.readings:
        if reading.column.field not in spared and _may_hold(data, reading):
            yield from _of_column(data, reading, check)


def _may_hold(data: QualityData, reading: ColumnReading) -> bool:
    """Tell whether the cells of a column are of a kind, and long enough, to hold a secret."""
    measures = data.coverage[reading.column.position]
    longest = measures.longest or 0
    if reading.type in NUMERIC_TYPES:
        # The digits of a card make a whole number; amounts and decimals have none that long.
        return reading.type is FieldType.INT and len(measures.highest or "") >= _SHORTEST_CARD
    if reading.type is FieldType.PHONE:
        return longest > _LONGEST_PHONE
    return reading.type not in _NEVER and longest >= _SHORTEST


def _of_column(data: QualityData, reading: ColumnReading, check: Check) -> Iterator[Suspicion | ColumnRemark]:
    position = reading.column.position
    column, table = data.source.column(position), data.source.table
    hit = f"regexp_matches({column}, {quoted(PREFILTER)})"
    # The different values are cheaper to look at than the rows, and other finders have asked for them.
    few = data.coverage[position].distinct <= FEW
    if few and not any(re.search(PREFILTER, value) for value, _ in data.values(position)):
        return
    sampled = data.engine.fetch(f"SELECT {column}, {hit} FROM {sample_of(data)} WHERE {column} <> '' LIMIT {_SAMPLE}")
    hits = [str(cell) for cell, is_hit in sampled if is_hit]
    if len(hits) >= _LEAST_DENSE and len(hits) > _DENSE * len(sampled):
        yield from _dense(hits, len(sampled), reading, check)
        return
    most = int(share_of(check, "most_cells", _MOST_CELLS))
    found = data.engine.fetch(f"SELECT _row, {column} FROM {table} WHERE {hit} ORDER BY _row LIMIT {most}")
    yield from _sparse(found, position, check)


def _sparse(cells: Iterable[Row], position: int, check: Check) -> Iterator[Suspicion]:
    """Yield the cells of a column of text that hold a secret; value stays empty, so that nothing is echoed."""
    for row, cell in cells:
        for secret in find_secrets(str(cell)):
            yield Suspicion(
                check=check.id,
                position=position,
                value="",
                row=int(row),
                confidence=secret.confidence,
                because=f"holds {secret.kind}",
            )


def _dense(hits: list[str], sampled: int, reading: ColumnReading, check: Check) -> Iterator[ColumnRemark]:
    """Yield what a column of long numbers is made of, if most of them are valid."""
    kinds = Counter(secret.kind for cell in hits for secret in find_secrets(cell))
    for kind, rows in kinds.items():
        if rows >= _HOLDS * len(hits):
            yield ColumnRemark(
                check=check.id,
                positions=(reading.column.position,),
                message=f"{rows:,} of {sampled:,} cells looked at hold {kind}",
                rows=rows,
                rows_checked=sampled,
                confidence=0.95,
            )
