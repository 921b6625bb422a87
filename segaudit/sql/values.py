"""A table's columns grouped once each: what many questions about values start from."""

from collections.abc import Iterable

from segaudit.engine.protocol import Engine
from segaudit.model.source import Source


def values_table(source: Source, position: int) -> str:
    """Return the name of a column's different raw cells ``v``, each with its rows ``n``; a blank one is NULL or ''."""
    return f"{source.table}_values_{position}"


def group_values(source: Source, positions: Iterable[int], engine: Engine) -> None:
    """Create the tables of some columns' different cells."""
    for position in positions:
        engine.create(
            values_table(source, position),
            f"SELECT {source.column(position)} AS v, count(*) AS n FROM {source.table} GROUP BY v",
        )
