"""A first look at which columns could point to which keys, by a sample of each column."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from segaudit.model.fields import MappedColumn
from segaudit.model.workspace import WorkspaceTable
from segaudit.quality.joins import SEPARATORS
from segaudit.quality.keys import KeyTables, key_text
from segaudit.sql.kinds import WHITE_SPACE, quoted

LONGEST_CELL = 400  # bytes of a cell that can hold ids
_SEPARATORS = ("", *SEPARATORS)
_SAMPLED = 1000  # filled rows of a column that are looked up
_AT_ONCE = 200  # columns one statement samples
# A key without capitals, and without the zeros that a spreadsheet leaves out.
_PLAIN = "CASE WHEN starts_with(key, '0') AND regexp_full_match(key, '[0-9]+') THEN ltrim(key, '0') ELSE lower(key) END"


@dataclass(frozen=True, slots=True)
class PossibleKey:
    """A column that could be a table's key."""

    table: WorkspaceTable
    column: MappedColumn
    ids: str  # the engine's table of its ids
    dense: bool  # numbers with hardly a gap: any number in their range is one of them


@dataclass(frozen=True, slots=True)
class Sighting:
    """Some of a column's sampled values are found in a key."""

    key: PossibleKey
    separator: str  # the one that finds most; empty if cells hold one id
    share: float  # of the different values


def screen_columns(
    columns: Sequence[tuple[WorkspaceTable, MappedColumn]], possible: Sequence[PossibleKey], keys: KeyTables
) -> Mapping[int, list[Sighting]]:
    """Look the first values of each column up in every possible key, capitals and zeros before numbers ignored.

    Returns:
        By index of the column, the keys in which any are found, in the order of the keys.
    """
    if not columns or not possible:
        return {}
    engine = keys.engine
    parts: list[str] = []
    for name, table in keys.tables.items():
        mine = [(index, column) for index, (other, column) in enumerate(columns) if other.name == name]
        for start in range(0, len(mine), _AT_ONCE):
            parts.append(f"ws_sample_{len(parts)}")
            cells = key_text(_sample(table, mine[start : start + _AT_ONCE]))
            query = f"SELECT DISTINCT c, sep, {_PLAIN} AS key FROM {cells} WHERE t <> ''"
            engine.create(parts[-1], query, {"white_space": WHITE_SPACE})
    engine.define("ws_samples", " UNION ALL ".join(f"SELECT * FROM {part}" for part in parts))
    totals = {
        (int(c), str(sep)): int(n)
        for c, sep, n in engine.fetch("SELECT c, sep, count(*) FROM ws_samples GROUP BY c, sep")
    }
    found: dict[int, list[Sighting]] = {}
    for key in possible:
        best: dict[int, tuple[float, int]] = {}
        for c, sep, n in engine.fetch(
            f"SELECT c, sep, count(*) FROM ws_samples WHERE key IN (SELECT {_PLAIN} FROM {key.ids}) GROUP BY c, sep"
        ):
            # Between equals the separator that comes first: a cell holds one id unless others find more.
            rank = int(n) / totals[int(c), str(sep)], -_SEPARATORS.index(str(sep))
            best[int(c)] = max(best.get(int(c), rank), rank)
        for c, (share, order) in sorted(best.items()):
            if columns[c][1] is not key.column:
                found.setdefault(c, []).append(Sighting(key, _SEPARATORS[-order], share))
    return found


def _sample(table: WorkspaceTable, columns: Sequence[tuple[int, MappedColumn]]) -> str:
    """Return a relation of the columns' first filled cells, each whole and by each separator: c, sep, v."""
    cells = [table.source.column(column.position) for _, column in columns]
    first = ", ".join(
        f"arg_min({cell}, _row, {_SAMPLED}) FILTER (WHERE {cell} > '' AND strlen({cell}) <= {LONGEST_CELL})"
        for cell in cells
    )
    numbers = ", ".join(str(index) for index, _ in columns)
    separators = ", ".join(map(quoted, _SEPARATORS))
    lists = f"(SELECT unnest([{numbers}]) AS c, unnest([{first}]) AS vs FROM {table.source.table})"
    return (
        "(SELECT c, sep, unnest(CASE WHEN sep = '' THEN [v] ELSE string_split(v, sep) END) AS v "
        f"FROM (SELECT DISTINCT c, unnest(vs) AS v FROM {lists}), (SELECT unnest([{separators}]) AS sep))"
    )
