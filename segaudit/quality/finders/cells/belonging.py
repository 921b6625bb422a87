"""How well a cell fits a column: by the values that stand there, and by what those are put together of.

Each column is a small model of its cells: how often they are blank, how often each value comes, and, for a value that
never came, how often a new one does and what new ones look like (Good-Turing's estimate, with shapes for the unseen).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log

from segaudit.quality.data import QualityData
from segaudit.quality.finders.asking import ask, measures, placeholders
from segaudit.quality.finders.cells.shapes import shape
from segaudit.sql.cells import INVALID
from segaudit.sql.kinds import WHITE_SPACE
from segaudit.sql.values import KEPT_TRIMMED

_MOST_KNOWN = 2_000  # different values of a column that are all looked at; of more, the frequent ones and a sample
_OFTEN = 5  # rows from which a value is frequent
_ANY_VALUE = 1e-4  # of a shape's cells, those that say one thing that was never seen; of short numbers there are few
_FINE = 2.0  # cells; what the coarse shape counts for beside those of the same length and case
_UNSEEN = 0.05  # cells; what a shape counts for that was never seen
_LENGTHS = (3, 5, 8, 15)


@dataclass(slots=True, kw_only=True)
class Belonging:
    """What a column's cells are like."""

    rows: int
    blank: int
    filled: int
    missing: frozenset[str]  # words that stand for a missing value, in lower case
    is_whole: bool  # every value is among the counts
    counts: dict[str, int]  # rows by value
    once: float  # rows whose value stands in no other, estimated where not all is known
    fine: Counter[str]  # rows by shape, length and case, of the values looked at
    coarse: Counter[str]  # rows by shape
    looked: int  # rows of the values looked at

    def is_blank(self, cell: str) -> bool:
        """Tell whether a trimmed cell says nothing."""
        return not cell or cell.lower() in self.missing

    def likelihood(self, cell: str, *, own: int = 0) -> float:
        """Return the natural logarithm of the share of such cells in the column.

        Args:
            cell: Trimmed.
            own: Rows that are in question themselves and do not count: 1 for a cell of this column.
        """
        rows = self.rows - own
        if self.is_blank(cell):
            return log((self.blank - own + 0.5) / (rows + 1))
        filled = self.filled - own
        held = max(0, self.counts.get(cell, own) - own)
        one_of_shape = max(_ANY_VALUE, 10.0 ** -len(cell)) if cell.isdecimal() else _ANY_VALUE
        new = (self.once + 1) * self.share_of_shape(cell, own=own) * one_of_shape
        return log((filled + 0.5) / (rows + 1)) + log((held + new) / (filled + self.once + 1))

    def share_of_shape(self, cell: str, *, own: int = 0) -> float:
        """Return the share of cells that are put together like one, of the same length and case."""
        coarse, fine = shapes_of(cell)
        alike = (max(0, self.coarse[coarse] - own) + _UNSEEN) / (self.looked + 1)
        return (max(0, self.fine[fine] - own) + _FINE * alike) / (self.looked + _FINE)

    def without(self, values: Iterable[str]) -> "Belonging":
        """Return the model of the column without the rows of some of its values."""
        counts, fine, coarse = dict(self.counts), self.fine.copy(), self.coarse.copy()
        gone = {value: counts.pop(value) for value in values if value in counts}
        for value, rows in gone.items():
            whole, exact = shapes_of(value)
            coarse[whole] -= rows
            fine[exact] -= rows
        rows = sum(gone.values())
        return replace(
            self,
            filled=self.filled - rows,
            counts=counts,
            once=self.once - sum(n == 1 for n in gone.values()),
            fine=fine,
            coarse=coarse,
            looked=self.looked - rows,
        )

    @property
    def share_new(self) -> float:
        """Return the share of filled rows whose value stands in no other."""
        return self.once / self.filled if self.filled else 0.0


def shapes_of(cell: str) -> tuple[str, str]:
    """Return what a cell is put together of, and the same with its length and case."""
    coarse = shape(cell)
    length = next((most for most in _LENGTHS if len(cell) <= most), 0)
    case = "A" if cell.isupper() else "a" if cell.islower() else "-"
    return coarse, f"{coarse}|{length}{case}"


def belongings(data: QualityData) -> Mapping[int, Belonging]:
    """Return the model of each column that holds anything, by position."""
    found = {}
    for reading in data.readings:
        position = reading.column.position
        if measures(data, position).filled:
            found[position] = _modelled(data, position)
    return found


def learn(data: QualityData, position: int, belonging: Belonging, cells: Iterable[str]) -> None:
    """Add the counts of some cells to a column of which not every value is known."""
    wanted = [] if belonging.is_whole else sorted({cell for cell in cells if cell and cell not in belonging.counts})
    if wanted:
        query = f"SELECT v, n FROM {data.grouped(position)} WHERE v IN (SELECT unnest($wanted))"
        belonging.counts |= {str(v): int(n) for v, n in data.engine.fetch(query, {"wanted": wanted})}


def _modelled(data: QualityData, position: int) -> Belonging:
    counted = measures(data, position)
    is_whole = counted.distinct <= _MOST_KNOWN
    values: Sequence[tuple[str, int, bool]]
    if is_whole:
        values = [(value, rows, True) for value, rows in data.values(position)]
    else:
        some = f"hash(v) % {-(-counted.distinct // _MOST_KNOWN)} = 0"
        query = (
            f"SELECT {KEPT_TRIMMED} AS t, n, {some} AS sampled FROM {data.grouped(position)} "
            f"WHERE state >= {INVALID} AND (n >= $often OR {some}) ORDER BY n DESC, t"
        )
        often = max(_OFTEN, counted.filled // _MOST_KNOWN)
        values = [(str(t), int(n), bool(sampled)) for t, n, sampled in ask(data, query, often=often)]
    looked = [(value, rows) for value, rows, sampled in values if sampled]
    fine: Counter[str] = Counter()
    coarse: Counter[str] = Counter()
    for value, rows in looked:
        whole, exact = shapes_of(value)
        coarse[whole] += rows
        fine[exact] += rows
    total = sum(rows for _, rows in looked)
    once = sum(rows for _, rows in looked if rows == 1)
    return Belonging(
        rows=counted.rows,
        blank=counted.rows - counted.filled,
        filled=counted.filled,
        missing=placeholders(data, position),
        is_whole=is_whole,
        counts={value.strip(WHITE_SPACE): rows for value, rows, _ in values},
        once=once if is_whole or not total else once / total * counted.filled,
        fine=fine,
        coarse=coarse,
        looked=total,
    )
