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

Codes: TypeAlias = Mapping[int, Sequence[int]]  # by position: a number for each different value, -1 for none


@dataclass(slots=True)
class Sampler:
    """Hands out the sample on which a column may be tried as the left side of a dependency."""

    data: QualityData
    positions: Sequence[int]  # columns that matter
    _rows: Mapping[int, Sequence[str]] | None = None  # sampled whatever the left side, or all rows of a small table
    _codes: Codes | None = None

    def around(self, position: int) -> Codes:
        """Return a sample with whole groups of rows that share this column's value, wherever there are many groups."""
        rows, distinct = self.data.source.rows, self.data.coverage[position].distinct
        share = -(-rows // SAMPLED)
        in_groups = share > 1 and distinct >= _MANY_GROUPS * share
        if in_groups and rows > _READ_WHOLE:
            return self._coded(self._fetch(f"hash({self.data.source.column(position)}) % {share} = 0"))
        if self._rows is None:
            # By all cells, ids included: rows that differ in nothing else would be taken or left together.
            cells = ", ".join(self.data.source.column(reading.column.position) for reading in self.data.readings)
            self._rows = self._fetch(f"hash({cells}) % {share} = 0" if rows > _READ_WHOLE else "TRUE")
            self._codes = self._coded(self._rows)
        if in_groups and self._codes is not None:
            taken = {cell: crc32(cell.encode()) % share == 0 for cell in set(self._rows[position])}
            chosen = [taken[cell] for cell in self._rows[position]]
            return {number: list(compress(codes, chosen)) for number, codes in self._codes.items()}
        return self._codes or {}

    def _fetch(self, condition: str) -> Mapping[int, Sequence[str]]:
        """Return cells as they stand there; of a few huge groups, the rows that come first by a hash of their cells."""
        source = self.data.source
        cells = ", ".join(source.column(number) for number in self.positions)
        some = f"ORDER BY hash({cells}), {cells} LIMIT {_READ_WHOLE}" if source.rows > _READ_WHOLE else ""
        found = self.data.engine.fetch(f"SELECT {cells} FROM {source.table} WHERE {condition} {some}")
        columns = zip(*found, strict=True) if found else ([] for _ in self.positions)
        return {number: [cell or "" for cell in column] for number, column in zip(self.positions, columns, strict=True)}

    def _coded(self, rows: Mapping[int, Sequence[str]]) -> Codes:
        return {number: _numbered(cells, frozenset(words_of(self.data, number))) for number, cells in rows.items()}


def _numbered(cells: Sequence[str], words: frozenset[str]) -> Sequence[int]:
    numbers: dict[str, int] = {}
    codes = {}
    for cell in sorted(set(cells)):  # in an order of their own: among equals the number decides
        text = cell.strip(WHITE_SPACE)
        codes[cell] = -1 if not text or text.lower() in words else numbers.setdefault(text, len(numbers))
    return [codes[cell] for cell in cells]
