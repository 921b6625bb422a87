"""Keys: what identifies a row, read so that one id is one text, and counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from segaudit.engine.protocol import Engine, Parameters
from segaudit.model.fields import FieldType, Placeholder
from segaudit.model.source import Source
from segaudit.model.workspace import FIRST_ROWS, KeyCounts, WorkspaceTable
from segaudit.sql.cells import cell_parameters
from segaudit.sql.kinds import TRIMMED, quoted, with_steps

_CHECKSUM_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_AT_ONCE = 200  # columns one statement compares
# 123.0: a spreadsheet took the id for a number. Patterns are dear, so what is cheap is asked first.
DECIMAL = "ends_with(t, '0') AND contains(t, '.0') AND regexp_full_match(t, '[0-9]+[.]0+')"
# 1.23E+15: and kept only its first digits.
SCIENTIFIC = "contains(t, '+') AND regexp_full_match(t, '[0-9]([.][0-9]+)?[eE][+][0-9]+')"


def _salesforce_checksum() -> str:
    """Return the SQL of the last three characters of an 18-character Salesforce id.

    Each stands for five of the first 15 characters and says which of them are capitals, the first in the lowest bit.
    Source: Salesforce, "What are the differences between 15 and 18 character IDs".
    """
    parts = []
    for block in (0, 5, 10):
        bits = " + ".join(
            f"CASE WHEN substr(t, {block + offset + 1}, 1) BETWEEN 'A' AND 'Z' THEN {1 << offset} ELSE 0 END"
            for offset in range(5)
        )
        parts.append(f"substr({quoted(_CHECKSUM_LETTERS)}, 1 + {bits}, 1)")
    return " || ".join(parts)


# Of 15 characters ``t`` of a Salesforce id, or of 18.
CASE_SAFE_ENDING = _salesforce_checksum()
# The trimmed cell ``t`` as the id it stands for.
_KEY = (
    f"CASE WHEN {DECIMAL} THEN regexp_extract(t, '^[0-9]+') "
    "WHEN strlen(t) = 18 AND regexp_full_match(t, '[0-9A-Za-z]{18}') "
    f"AND upper(substr(t, 16, 3)) = {CASE_SAFE_ENDING} THEN substr(t, 1, 15) ELSE t END"
)


def key_text(relation: str) -> str:
    """Return a relation of cells ``v`` with ``t`` (trimmed) and ``key`` (the id); it needs what is white space."""
    return with_steps(relation, ({"t": TRIMMED}, {"key": _KEY}))


def key_cells(relation: str) -> str:
    """Return the relation of key_text without cells that hold no id; it needs the parameters of key_parameters."""
    words = "(SELECT unnest($placeholders))"
    return f"(SELECT * FROM {key_text(relation)} WHERE t <> '' AND lower(t) NOT IN {words})"


def key_parameters(field_name: str | None, placeholders: Sequence[Placeholder]) -> Parameters:
    """Return the parameters of key_cells: what is white space, and which words stand for a missing id."""
    given = cell_parameters(field_name, FieldType.ID, placeholders)
    return {name: given[name] for name in ("white_space", "placeholders")}


def split_cells(source: Source, position: int, separator: str) -> str:
    """Return a relation of a column's cells as ``_row`` and ``v``; cells that hold several ids give several rows."""
    column = source.column(position)
    cell = f"unnest(string_split({column}, {quoted(separator)}))" if separator else column
    return f"(SELECT _row, {cell} AS v FROM {source.table} WHERE {column} IS NOT NULL)"


@dataclass(slots=True)
class KeyTables:
    """Tables of the engine with a column's ids, each made once: ``row``, ``t`` as it stands there, and ``key``.

    It is also what all work on joins has in common.
    """

    engine: Engine
    placeholders: Sequence[Placeholder]
    tables: Mapping[str, WorkspaceTable]  # by name
    free_mail: Sequence[str]  # domains of mail providers anyone can use
    _made: dict[tuple[str, int, str], str] = field(default_factory=dict)

    def of(self, table: str, position: int, separator: str = "") -> str:
        """Return the name of the table with a column's ids."""
        wanted = (table, position, separator)
        if wanted not in self._made:
            source, fields = self.tables[table].source, self.tables[table].fields
            name = f"ws_keys_{len(self._made)}"
            cells = key_cells(split_cells(source, position, separator))
            mapped = fields.columns[position - 1].field
            query = f"SELECT {'DISTINCT ' if separator else ''}_row AS row, t, key FROM {cells}"
            self.engine.create(name, query, key_parameters(mapped, self.placeholders))
            self._made[wanted] = name
        return self._made[wanted]


def count_key(table: WorkspaceTable, position: int, keys: KeyTables) -> KeyCounts:
    """Count blank, clashing and repeated ids of a key column."""
    engine, ids = keys.engine, keys.of(table.name, position)
    source = table.source
    twice = f"(SELECT key FROM {ids} GROUP BY key HAVING count(*) > 1)"
    # Rows of one key are alike if all their other cells are; the key itself may be written in two ways.
    others = [number for number in range(1, len(source.headers) + 1) if number != position]
    alike = f"hash({', '.join(_cell(source, number) for number in others)})" if others else "0"
    engine.create(
        "ws_twice",
        f"SELECT k.key, k.row, {alike} AS cells FROM {ids} k JOIN {source.table} s ON s._row = k.row "
        f"WHERE k.key IN {twice}",
    )
    engine.create(
        "ws_groups", "SELECT key, count(*) AS n, count(DISTINCT cells) > 1 AS differ FROM ws_twice GROUP BY key"
    )
    distinct, filled = engine.fetch(f"SELECT count(DISTINCT key), count(*) FROM {ids}")[0]
    counted = {
        bool(differ): (int(found), int(rows))
        for differ, found, rows in engine.fetch("SELECT differ, count(*), sum(n) FROM ws_groups GROUP BY differ")
    }
    clashing, repeated = counted.get(True, (0, 0)), counted.get(False, (0, 0))
    in_groups = "SELECT t.row FROM ws_twice t JOIN ws_groups g ON g.key = t.key WHERE {}g.differ"
    blank = f"SELECT _row FROM {source.table} WHERE _row NOT IN (SELECT row FROM {ids})"
    return KeyCounts(
        rows=source.rows,
        blank=source.rows - int(filled),
        distinct=int(distinct),
        clashing_keys=clashing[0],
        clashing_rows=clashing[1],
        repeated_keys=repeated[0],
        repeated_rows=repeated[1],
        differing=_differing(source, position, engine) if clashing[0] else (),
        blank_first=first_rows(blank, engine),
        clashing_first=first_rows(in_groups.format(""), engine),
        repeated_first=first_rows(in_groups.format("NOT "), engine),
    )


def _cell(source: Source, position: int) -> str:
    """Return a cell that can be compared: a blank one is no cell or an empty one, by how the file was read."""
    return f"coalesce(s.{source.column(position)}, '')"


def first_rows(query: str, engine: Engine) -> tuple[int, ...]:
    """Return the smallest row numbers of a query with one column."""
    rows = engine.fetch(f"SELECT DISTINCT * FROM ({query}) ORDER BY 1 LIMIT {FIRST_ROWS}")
    return tuple(int(row[0]) for row in rows)


def _differing(source: Source, position: int, engine: Engine) -> tuple[int, ...]:
    """Return the positions of the columns in which rows of one clashing key differ."""
    others = [number for number in range(1, len(source.headers) + 1) if number != position]
    found: list[int] = []
    for start in range(0, len(others), _AT_ONCE):
        part = others[start : start + _AT_ONCE]
        each = ", ".join(f"count(DISTINCT {_cell(source, number)}) > 1 AS d{number}" for number in part)
        any_of = ", ".join(f"bool_or(d{number})" for number in part)
        row = engine.fetch(
            f"SELECT {any_of} FROM (SELECT {each} FROM ws_twice t JOIN ws_groups g ON g.key = t.key "
            f"JOIN {source.table} s ON s._row = t.row WHERE g.differ GROUP BY t.key)"
        )[0]
        found += [number for number, differs in zip(part, row, strict=True) if differs]
    return tuple(found)
