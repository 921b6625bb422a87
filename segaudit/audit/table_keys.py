"""Which column numbers the rows of a table: by the field it means, held against its values."""

from collections.abc import Iterator

from segaudit.engine.protocol import Engine
from segaudit.model.fields import FieldType, MappedColumn
from segaudit.model.workspace import WorkspaceTable
from segaudit.rulebook.kinds import TableRules
from segaudit.text.headers import names_key

_SURE = 0.99  # share of the rows from which nobody asks for a better column
_NEARLY_ALL = 0.8  # below it, rows written twice are not what keeps a column from telling rows apart


def table_key(table: WorkspaceTable, rules: TableRules, engine: Engine) -> int | None:
    """Return the position of the column that numbers a table's rows; None if there is none.

    The fields that number rows of its kind come first. But in a list of orders the customer's number recurs, and what
    numbers the rows is another column: one that is called a number or a code, and whose values nearly all differ.
    """
    named = list(_by_field(table, rules))
    others = [column for column in table.fields.columns if _may_be_key(column)]
    if table.source.rows:
        least = rules.joins["key_unique_from"]
        shares = ((column, _told_apart(table, column, engine)) for column in (*named, *others))
        found = next(((column, share) for column, share in shares if share >= least), None)
        if found is not None:
            column, share = found
            doubted = share < _SURE and rules.kind(table.kind) is None
            better = (later for later, its in shares if doubted and its >= 1.0)
            return next(better, column).position
    return named[0].position if named else None


def _by_field(table: WorkspaceTable, rules: TableRules) -> Iterator[MappedColumn]:
    kind = rules.kind(table.kind)
    for name in kind.keys if kind else ("record_id",):
        column = table.fields.column_of(name)
        if column is not None and column.type is FieldType.ID:
            yield column


def _may_be_key(column: MappedColumn) -> bool:
    return not column.is_left_alone and column.field is None and names_key(column.header)


def _told_apart(table: WorkspaceTable, column: MappedColumn, engine: Engine) -> float:
    """Return the share of the rows a column tells apart; rows that repeat another in every cell do not count."""
    cell = f"nullif({table.source.column(column.position)}, '')"
    distinct = int(engine.fetch(f"SELECT count(DISTINCT {cell}) FROM {table.source.table}")[0][0])
    if not _NEARLY_ALL * table.source.rows <= distinct < table.source.rows:
        return distinct / table.source.rows
    cells = ", ".join(table.source.column(position) for position in range(1, len(table.source.headers) + 1))
    different = engine.fetch(f"SELECT count(*) FROM (SELECT DISTINCT {cells} FROM {table.source.table})")[0][0]
    return distinct / int(different)
