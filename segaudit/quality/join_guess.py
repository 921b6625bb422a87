"""Joins found in the data: names propose, values decide."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from segaudit.model.fields import FieldType, MappedColumn
from segaudit.model.workspace import BY_DOMAIN, BY_EMAIL, BY_ID, BY_NAME, OTHER, Join, WorkspaceTable
from segaudit.quality.join_screen import LONGEST_CELL, PossibleKey, Sighting, screen_columns
from segaudit.quality.joins import KeyMatch, kind_of_key, match_keys
from segaudit.quality.keys import KeyTables
from segaudit.rulebook.kinds import TableRules
from segaudit.sql.kinds import WHITE_SPACE
from segaudit.text.folding import fold_header

_MOST_KEYS = 8  # columns of a table that are considered as its key
_DENSE = 0.9  # share of the numbers in a range that are keys
_FOREIGN, _ALIKE, _SILENT = 2, 1, 0  # what a header says: points to the table, resembles its key, nothing


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A join that could be."""

    join: Join
    named: int
    match: KeyMatch

    def strength(self) -> tuple[int, int, float]:
        """Return what ranks it among others of the same two tables: ids before addresses before names."""
        order = (BY_NAME, BY_EMAIL, BY_ID)
        return order.index(self.join.by), self.named, self.match.found / max(1, self.match.values)


def guess_joins(rules: TableRules, keys: KeyTables) -> tuple[Join, ...]:
    """Find how tables point to each other.

    A header that names another table proposes a join, and so does any column that can hold ids; the share of its
    different values that are found in the other table's key decides, corrected for what chance would find.

    Returns:
        The joins in the order of the tables; joins by e-mail domain come last.
    """
    tables = list(keys.tables.values())
    possible = [key for table in tables for key in _possible_keys(table, rules, keys)]
    columns = [(table, column) for table in tables for column in table.fields.columns if _can_point(column, rules)]
    believed = []
    for index, sightings in sorted(screen_columns(columns, possible, keys).items()):
        table, column = columns[index]
        is_key = any(key.column is column for key in possible)
        for seen in sightings:
            named = _naming(table, column, seen.key, rules)
            if not _is_worth_a_look(table, seen, named, rules, is_key=is_key):
                continue
            join = Join(
                child=table.name,
                child_position=column.position,
                parent=seen.key.table.name,
                parent_position=seen.key.column.position,
                separator=seen.separator,
                by=kind_of_key(seen.key.table, seen.key.column.position, rules.naming_fields),
            )
            match = match_keys(join, keys, name="ws_guess")
            if _is_believed(match, named, rules):
                believed.append(_Candidate(replace(join, reason=_reason(match, named)), named, match))
    return (*_choose(believed, keys.tables, rules), *_by_domain(tables))


def _is_worth_a_look(table: WorkspaceTable, seen: Sighting, named: int, rules: TableRules, *, is_key: bool) -> bool:
    """Tell whether all of a column's values are to be looked up in a key."""
    if named == _FOREIGN:
        return True
    # Two exports of one kind have keys in common, and neither points to the other.
    if is_key and table.kind == seen.key.table.kind != OTHER:
        return False
    return named == _ALIKE or (not seen.key.dense and seen.share >= rules.joins["named_share"])


def _possible_keys(table: WorkspaceTable, rules: TableRules, keys: KeyTables) -> list[PossibleKey]:
    """Return the columns whose values tell nearly all rows apart, the likeliest first."""
    kind = rules.kind(table.kind)
    preferred = list(kind.keys) if kind else ["record_id"]

    # Of a table whose kind is known, the rows' own id is one however often it recurs: others point to it.
    named = [column.position for name in kind.keys if (column := table.fields.column_of(name))] if kind else []
    known = {table.key, *named[:1]}

    def rank(column: MappedColumn) -> tuple[int, int]:
        place = preferred.index(column.field) if column.field in preferred else len(preferred)
        return (-1 if column.position == table.key else place), column.position

    found = []
    for column in sorted(table.fields.columns, key=rank):
        is_known = column.position in known
        if not _can_be_key(column, table, rules) or not (is_known or _looks_unique(table, column, rules)):
            continue
        ids = keys.of(table.name, column.position)
        filled, distinct, numbers, span = keys.engine.fetch(
            "SELECT count(*), count(DISTINCT key), count(n), max(n) - min(n) + 1 "
            f"FROM (SELECT key, TRY_CAST(key AS DOUBLE) AS n FROM {ids})"
        )[0]
        if is_known or (filled and distinct >= rules.joins["key_unique_from"] * filled):
            dense = bool(numbers) and numbers >= _DENSE * span
            found.append(PossibleKey(table, column, ids, dense))
        if len(found) == _MOST_KEYS:
            break
    return found


def _looks_unique(table: WorkspaceTable, column: MappedColumn, rules: TableRules) -> bool:
    index = column.position - 1
    cells = [cell for row in table.source.sample if index < len(row) and (cell := row[index].strip(WHITE_SPACE))]
    if not cells or max(map(len, cells)) > LONGEST_CELL:
        return bool(not cells and table.source.rows > len(table.source.sample))
    return len(set(cells)) >= rules.joins["key_unique_from"] * len(cells)


def _can_be_key(column: MappedColumn, table: WorkspaceTable, rules: TableRules) -> bool:
    """Tell whether a column can identify rows; a name only that of what the rows are: the company, of companies."""
    kind = rules.kind(table.kind)
    is_its_own = kind is None or column.field in kind.keys
    return _can_point(column, rules) and (column.field not in rules.naming_fields or is_its_own)


def _can_point(column: MappedColumn, rules: TableRules) -> bool:
    """Tell whether a column can hold ids: an id, an address, a name that others use, or nobody knows what."""
    if column.field is None:
        return True
    return column.field in rules.naming_fields or column.type in {FieldType.ID, FieldType.EMAIL}


def _naming(table: WorkspaceTable, column: MappedColumn, key: PossibleKey, rules: TableRules) -> int:
    """Tell what a column's header says of a key."""
    kind = rules.kind(key.table.kind)
    pointing = kind.keys.get(key.column.field or "", ()) if kind else ()
    # What is one thing on both sides points to no other row by its name alone.
    same_thing = key.table.kind == table.kind and column.field == key.column.field
    if column.field in pointing and not same_thing:
        return _FOREIGN
    header = fold_header(column.header)
    if key.table.kind in rules.pointers.get(header, ()):
        return _FOREIGN
    same = header == fold_header(key.column.header) and header not in rules.generic_headers
    return _ALIKE if same or _names_table(column.header, key.table) else _SILENT


def _names_table(header: str, table: WorkspaceTable) -> bool:
    """Tell whether a header such as ``seller_id`` names a table such as ``sellers``."""
    folded = fold_header(header)
    stem = next(
        (folded.removesuffix(end) for end in ("ids", "id", "number", "key", "code") if folded.endswith(end)), ""
    )
    names = {fold_header(table.name), *map(fold_header, table.name.split("_"))}
    return bool(stem) and any(stem in {name, name.removesuffix("s")} for name in names)


def _is_believed(match: KeyMatch, named: int, rules: TableRules) -> bool:
    limits = rules.joins
    share = match.found / max(1, match.values)
    if named:
        lenient = named == _FOREIGN and match.chance <= limits["chance"]
        sure = lenient and share >= limits["named_share_sure"]
        return share >= limits["named_share"] or sure
    corrected = (share - match.chance) / (1 - match.chance) if match.chance < 1 else 0.0
    return corrected >= limits["unnamed_share"] and match.found >= limits["unnamed_values"]


def _reason(match: KeyMatch, named: int) -> str:
    share = f"{match.found:,} of {match.values:,} different values are found"
    said = {_FOREIGN: "its header points there", _ALIKE: "its header is alike", _SILENT: "its header says nothing"}[
        named
    ]
    return f"{share}; {said}"


def _choose(
    believed: Sequence[_Candidate], tables: Mapping[str, WorkspaceTable], rules: TableRules
) -> tuple[Join, ...]:
    """Keep one join for each two tables, and one table for each column unless its header points to several."""
    order = list(tables)
    one_way = _one_way(believed, tables, rules)
    kept: list[_Candidate] = []
    for item in sorted(one_way, key=lambda item: (item.strength(), -order.index(item.join.child)), reverse=True):
        join = item.join
        joined = any({other.join.child, other.join.parent} == {join.child, join.parent} for other in kept)
        same_column = [o for o in kept if _from(o.join) == _from(join)]
        if not joined and all(min(other.named, item.named) == _FOREIGN for other in same_column):
            kept.append(item)
    return tuple(
        item.join for item in sorted(kept, key=lambda item: (order.index(item.join.child), item.join.child_position))
    )


def _one_way(
    believed: Sequence[_Candidate], tables: Mapping[str, WorkspaceTable], rules: TableRules
) -> Iterator[_Candidate]:
    """Yield the joins; of two that are each other's mirror the one whose header says more, or to the basic table."""
    kinds = [*(kind.name for kind in rules.kinds), OTHER]
    rank = {name: (kinds.index(table.kind), place) for place, (name, table) in enumerate(tables.items())}
    named = {(_from(item.join), _to(item.join)): item.named for item in believed}
    for item in believed:
        other = named.get((_to(item.join), _from(item.join)))
        basic = rank[item.join.parent] < rank[item.join.child]
        if other is None or item.named > other or (item.named == other and basic):
            yield item


def _from(join: Join) -> tuple[str, int]:
    return join.child, join.child_position


def _to(join: Join) -> tuple[str, int]:
    return join.parent, join.parent_position


def _by_domain(tables: Sequence[WorkspaceTable]) -> Iterator[Join]:
    """Yield joins of people to companies by e-mail domain, to stand in where there is no other."""
    for child in tables:
        mail = child.fields.column_of("email")
        if child.kind != "contacts" or mail is None:
            continue
        for parent in tables:
            site = parent.fields.column_of("company_domain") or parent.fields.column_of("website")
            if parent.kind == "companies" and site is not None:
                yield Join(
                    child=child.name,
                    child_position=mail.position,
                    parent=parent.name,
                    parent_position=site.position,
                    by=BY_DOMAIN,
                    reason="for rows that no other join places",
                )
