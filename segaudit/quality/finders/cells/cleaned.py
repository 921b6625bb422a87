"""Cells as comparisons want them: trimmed, and empty where they are blank or say that a value is missing."""

from collections.abc import Iterable

from segaudit.quality.data import Counted, QualityData
from segaudit.sql.kinds import WHITE_SPACE, trimmed
from segaudit.sql.values import KEPT_TRIMMED

CLEANED = "cell_rows"  # the engine's table: _row, and c1, c2, ... of the columns it was made for
_MOST_CELLS = 5_000  # different ones that one question returns
_LONGEST_WORD = 24  # bytes; longer placeholders are none that a dependency has to know


def cells_where(data: QualityData, position: int, condition: str) -> list[Counted]:
    """Return the different trimmed cells of a column whose raw cell ``v`` meets an SQL condition; most rows first."""
    query = (
        f"SELECT {KEPT_TRIMMED} AS t, sum(n) AS rows FROM {data.grouped(position)} WHERE {condition} "
        f"GROUP BY t HAVING t <> '' ORDER BY rows DESC, t LIMIT {_MOST_CELLS}"
    )
    return [(str(value), int(rows)) for value, rows in data.engine.fetch(query, {"white_space": WHITE_SPACE})]


def clean_columns(data: QualityData, positions: Iterable[int]) -> None:
    """Make the table CLEANED of some columns."""
    lists: dict[tuple[str, ...], str] = {}
    texts, cells = [], []
    for position in sorted(positions):
        column = data.source.column(position)
        texts.append(f"coalesce({trimmed(column)}, '') AS {column}")
        if data.coverage[position].placeholder:
            words = lists.setdefault(words_of(data, position), f"words_{len(lists)}")
            missing = f"strlen({column}) <= {_LONGEST_WORD} AND list_contains(${words}, lower({column}))"
            cells.append(f"CASE WHEN {missing} THEN '' ELSE {column} END AS {column}")
        else:
            cells.append(column)
    parameters = {name: list(words) for words, name in lists.items()} | {"white_space": WHITE_SPACE}
    query = f"SELECT _row, {', '.join(cells)} FROM (SELECT _row, {', '.join(texts)} FROM {data.source.table})"
    data.engine.create(CLEANED, query, parameters)


def words_of(data: QualityData, position: int) -> tuple[str, ...]:
    """Return the words that stand for a missing value in a column, in lower case."""
    return tuple(data.parameters(position)["placeholders"])
