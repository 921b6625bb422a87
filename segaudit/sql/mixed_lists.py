"""Multi-value cells whose values are parted otherwise than in the rest of their column: ``CRM, ERP`` among ``CRM;ERP``.

Such a cell is a list if all its parts are values that the column has elsewhere. Anything else stays one value, for a
comma may be a part of it, and is told.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from segaudit.engine.protocol import Engine
from segaudit.model.fields import ColumnReading, FieldType
from segaudit.model.segments import RuleField
from segaudit.sql.kinds import TRIMMED, WHITE_SPACE
from segaudit.sql.records import RecordSource
from segaudit.text.lists import is_list

_SEPARATORS = (";", "|", ",")
_MOST_CELLS = 20_000  # different cells with another separator; of more it is free text
_LONGEST_EXAMPLE = 60  # characters
_HAS_OTHER = "regexp_matches(t, $others)"


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    rows: int
    separator: str  # all its parts are known values; empty: not so
    known: int  # parts that are


def read_mixed_lists(
    data: RecordSource, rule_fields: Iterable[RuleField], engine: Engine
) -> tuple[RecordSource, tuple[str, ...]]:
    """Return a table whose lists are read by the separator each cell has, and in words what was found.

    Args:
        data: The table. Columns for which the rules declare a separator are read by that one only.
        rule_fields: Fields that rules read, of any type; each once.
        engine: Where the table is.
    """
    readings, notes = dict(data.readings), []
    for rule_field in rule_fields:
        reading = readings.get(rule_field.name)
        if reading is None or reading.type is not FieldType.MULTI:
            continue
        own = rule_field.separator or reading.separator or ";"
        cells = _other_cells(data, reading, own, engine)
        settled = rule_field.separator is None
        lists = [cell for cell in cells if settled and cell.separator]
        doubtful = [cell for cell in cells if cell.known and not (settled and cell.separator)]
        readings[rule_field.name] = replace(reading, lists=tuple((cell.text, cell.separator) for cell in lists))
        header, shown = reading.column.header, not rule_field.sensitive
        if lists:
            what = _told(lists, header, shown=shown)
            notes.append(f'another separator than "{own}" parts the values of {what}; they are read as lists too')
        if doubtful:
            what = _told(doubtful, header, shown=shown)
            notes.append(f'{what} without "{own}" may hold several values; each is read as one')
    return replace(data, readings=readings), tuple(notes)


def _told(cells: list[_Cell], header: str, *, shown: bool) -> str:
    rows, text = sum(cell.rows for cell in cells), cells[0].text
    example = text if len(text) <= _LONGEST_EXAMPLE else f"{text[: _LONGEST_EXAMPLE - 1]}…"
    of = f'{rows:,} {"cell" if rows == 1 else "cells"} of "{header}"'
    return f'{of} (like "{example}")' if shown else of


def _other_cells(data: RecordSource, reading: ColumnReading, own: str, engine: Engine) -> list[_Cell]:
    """Return the cells that have another separator and not the column's own, those of most rows first."""
    others = [separator for separator in _SEPARATORS if separator != own]
    column, table = data.source.column(reading.column.position), f"{data.source.table}_lists"
    texts = f"(SELECT {TRIMMED} AS t FROM (SELECT {column} AS v FROM {data.source.table} WHERE {column} IS NOT NULL))"
    engine.create(table, f"SELECT t, count(*) AS n FROM {texts} GROUP BY t", {"white_space": WHITE_SPACE})
    query = f"SELECT t, n FROM {table} WHERE NOT contains(t, $own) AND {_HAS_OTHER} ORDER BY n DESC, t LIMIT $most"
    others_cells = engine.fetch(query, {"own": own, "others": _any_of(others), "most": _MOST_CELLS + 1})
    found = [(text, rows) for text, rows in others_cells if not is_list(str(text))]
    if not found or len(found) > _MOST_CELLS:
        return []
    parts = {str(text): {other: _parts(str(text), other) for other in others if other in text} for text, _ in found}
    asked = {part for of_text in parts.values() for words in of_text.values() for part in words}
    known = _known(table, asked | {text.lower() for text in parts}, own, others, engine)
    cells = []
    for text, rows in found:
        if str(text).lower() in known:  # it stands in a list, as one of its values
            continue
        ways = parts[str(text)]
        whole = [other for other, words in ways.items() if len(words) > 1 and known.issuperset(words)]
        most = max(len(known.intersection(words)) for words in ways.values())
        cells.append(_Cell(str(text), int(rows), whole[0] if len(whole) == 1 else "", most))
    return cells


def _any_of(separators: list[str]) -> str:
    return f"[{''.join(separators)}]"


def _parts(text: str, separator: str) -> list[str]:
    return [part for part in map(str.strip, text.lower().split(separator)) if part]


def _known(table: str, asked: set[str], own: str, others: list[str], engine: Engine) -> set[str]:
    """Return which words, in small letters, are values of lists with the column's separator, or cells of their own."""
    query = (
        f"SELECT DISTINCT w FROM (SELECT trim(unnest(string_split(lower(t), lower($own)))) AS w FROM {table} "
        f"WHERE contains(t, $own) OR NOT {_HAS_OTHER}) "
        "SEMI JOIN (SELECT unnest(CAST($asked AS VARCHAR[])) AS w) USING (w)"
    )
    found = engine.fetch(query, {"own": own, "others": _any_of(others), "asked": sorted(asked)})
    return {str(row[0]) for row in found}
