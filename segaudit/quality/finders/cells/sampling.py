"""Rows of a table on which to try many pairs of columns: all of a small table, some of a large one.

Which rows are taken depends on what they hold and not on where they stand, so that the order of a file changes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import TypeAlias
from zlib import crc32

from segaudit.quality.data import QualityData
from segaudit.quality.finders.cells.cleaned import words_of
from segaudit.sql.kinds import WHITE_SPACE

SAMPLED = 4_000  # rows; a dependency that holds shows on fewer
_READ_WHOLE = 5 * SAMPLED  # rows of a table that is read once and sampled here
_MANY_GROUPS = 200  # sampled groups from which whole groups are taken rather than rows

_ANY = 0  # in place of a column: the sample that is taken whatever the left side

Codes: TypeAlias = Mapping[int, Sequence[int]]  # by position: a number for each different value, -1 for none


@dataclass(slots=True)
class Sampler:
    """Hands out the sample on which a column may be tried as the left side of a dependency."""

    data: QualityData
    lefts: Sequence[int]  # columns that are tried as left sides
    positions: Sequence[int]  # columns that matter
    _rows: Mapping[int, Sequence[str]] | None = None  # sampled whatever the left side, or all rows of a small table
    _codes: Codes | None = None
    _table: str = ""  # of the rows of a large table that are in any sample

    def around(self, position: int) -> Codes:
        """Return a sample with whole groups of rows that share this column's value, wherever there are many groups."""
        in_groups = self._in_groups(position)
        if in_groups and self._is_large:
            return self._coded(self._fetch(position))
        if self._rows is None:
            self._rows = self._fetch(_ANY)
            self._codes = self._coded(self._rows)
        if in_groups and self._codes is not None:
            taken = {cell: crc32(cell.encode()) % self._share == 0 for cell in set(self._rows[position])}
            chosen = [taken[cell] for cell in self._rows[position]]
            return {number: list(compress(codes, chosen)) for number, codes in self._codes.items()}
        return self._codes or {}

    @property
    def _share(self) -> int:
        return -(-self.data.source.rows // SAMPLED)

    @property
    def _is_large(self) -> bool:
        return self.data.source.rows > _READ_WHOLE

    def _in_groups(self, position: int) -> bool:
        return self._share > 1 and self.data.coverage[position].distinct >= _MANY_GROUPS * self._share

    def _fetch(self, sample: int) -> Mapping[int, Sequence[str]]:
        """Return cells as they stand there; of a few huge groups, the rows that come first by a hash of their cells."""
        source = self.data.source
        cells = ", ".join(source.column(number) for number in self.positions)
        query = f"SELECT {cells} FROM {source.table}"
        if self._is_large:
            query = f"SELECT {cells} FROM {self._sampled()} WHERE s{sample} ORDER BY hash({cells}), {cells} "
            query += f"LIMIT {_READ_WHOLE}"
        found = self.data.engine.fetch(query)
        columns = zip(*found, strict=True) if found else ([] for _ in self.positions)
        return {number: [cell or "" for cell in column] for number, column in zip(self.positions, columns, strict=True)}

    def _sampled(self) -> str:
        """Return the table of the rows in any sample, with whether they are in each: the source is read once."""
        if not self._table:
            source = self.data.source
            taken = {left if self._in_groups(left) else _ANY for left in self.lefts}
            # By all cells, ids included: rows that differ in nothing else would be taken or left together.
            every = ", ".join(source.column(reading.column.position) for reading in self.data.readings)
            conditions = {
                f"s{sample}": f"hash({every if sample == _ANY else source.column(sample)}) % {self._share} = 0"
                for sample in sorted(taken)
            }
            cells = [source.column(number) for number in self.positions]
            columns = ", ".join([*cells, *(f"{condition} AS {name}" for name, condition in conditions.items())])
            self._table = f"{source.table}_samples"
            query = f"SELECT {columns} FROM {source.table} WHERE {' OR '.join(conditions.values())}"
            self.data.engine.create(self._table, query)
        return self._table

    def _coded(self, rows: Mapping[int, Sequence[str]]) -> Codes:
        return {number: _numbered(cells, frozenset(words_of(self.data, number))) for number, cells in rows.items()}


def _numbered(cells: Sequence[str], words: frozenset[str]) -> Sequence[int]:
    numbers: dict[str, int] = {}
    codes = {}
    for cell in sorted(set(cells)):  # in an order of their own: among equals the number decides
        text = cell.strip(WHITE_SPACE)
        codes[cell] = -1 if not text or text.lower() in words else numbers.setdefault(text, len(numbers))
    return [codes[cell] for cell in cells]
