"""segaudit.yaml: the tables of a client, what their columns mean, and how they are joined. Read here."""

import re
from collections.abc import Sequence
from pathlib import Path

from segaudit.errors import SegauditError
from segaudit.model.conditions import Place
from segaudit.model.workspace import BY_DOMAIN, JoinSpec, TableSpec, WorkspaceFile
from segaudit.rulebook.branding import read_branding
from segaudit.rulebook.keys import IDENTIFIER, check_keys
from segaudit.rulebook.problems import Problems
from segaudit.rulebook.suggest import did_you_mean
from segaudit.rulebook.workspace_options import READING_KEYS, as_text, read_reading, read_text
from segaudit.rulebook.yaml_nodes import YamlList, YamlMap, YamlNode, YamlScalar, load_nodes

WORKSPACE_FILE = "segaudit.yaml"
_TOP_KEYS = ("version", "report", "tables", "joins")
_TABLE_KEYS = ("file", "sheet", "kind", "system", "key", "columns", "ignored", *READING_KEYS)
_JOIN_KEYS = ("from", "to", "separator", "by")
_END_KEYS = ("table", "column")
_FIELD = re.compile(r"[a-z][a-z0-9_]*")
_LONGEST_SEPARATOR = 3


def read_workspace_file(path: str, kinds: Sequence[str]) -> WorkspaceFile:
    """Read a workspace file.

    Args:
        path: The file.
        kinds: What a table can be.

    Raises:
        RuleErrors: With every mistake, each with line and column.
        SegauditError: The file cannot be read or is no YAML.
    """
    root = load_nodes(Path(path))
    problems = Problems()
    start = Place(file=path, line=1, column=1)
    if not isinstance(root, YamlMap):
        raise SegauditError("this is no workspace file", where=str(start), hint="`segaudit init FILE...` writes one")
    check_keys(root, _TOP_KEYS, "the workspace", problems)
    version = root.get("version")
    if isinstance(version, YamlScalar) and version.value != 1:
        problems.add(version.place, f'version "{version.value}" is not known', "write version: 1")
    tables = _read_tables(root, kinds, start, problems)
    joins = _read_joins(root.get("joins"), [table.name for table in tables], problems)
    report = read_branding(root.get("report"), Path(path).parent, problems)
    problems.raise_if_any()
    return WorkspaceFile(path=path, tables=tables, joins=joins, report=report)


def _read_tables(root: YamlMap, kinds: Sequence[str], start: Place, problems: Problems) -> tuple[TableSpec, ...]:
    node = root.get("tables")
    if not isinstance(node, YamlMap) or not node.entries:
        problems.add(node.place if node else start, "the workspace names no tables", "tables: {contacts: {file: ...}}")
        return ()
    return tuple(
        table
        for name, place, entry in node.items()
        if (table := _read_table(name, place, entry, kinds, problems)) is not None
    )


def _read_table(name: str, place: Place, node: YamlNode, kinds: Sequence[str], problems: Problems) -> TableSpec | None:
    if not IDENTIFIER.fullmatch(name):
        problems.add(place, f'"{name}" cannot name a table', "lower case letters, digits and _ only")
    if not isinstance(node, YamlMap):
        problems.add(place, f'table "{name}" says nothing', "write {file: contacts.csv} or the like")
        return None
    check_keys(node, _TABLE_KEYS, f'table "{name}"', problems)
    file = read_text(node, "file", problems)
    if not file:
        problems.add(place, f'table "{name}" names no file', "add file: contacts.csv or the like")
    kind = read_text(node, "kind", problems)
    if kind is not None and kind not in kinds:
        where = node.get("kind")
        hint = did_you_mean(kind, kinds) or "kinds are " + ", ".join(kinds)
        problems.add(where.place if where else place, f'unknown kind "{kind}"', hint)
    columns, left_alone = _read_columns(node.get("columns"), problems)
    return TableSpec(
        name=name,
        file=file or "",
        sheet=read_text(node, "sheet", problems) or "",
        kind=kind,
        system=read_text(node, "system", problems) or "",
        key=read_text(node, "key", problems),
        columns=columns,
        ignored=(*left_alone, *_read_ignored(node.get("ignored"), problems)),
        reading=read_reading(node, problems),
        place=place,
    )


def _read_columns(node: YamlNode | None, problems: Problems) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return header -> field, and the headers that are given none."""
    if node is None or (isinstance(node, YamlScalar) and node.value is None):
        return {}, ()
    if not isinstance(node, YamlMap):
        problems.add(node.place, "columns must be a map", 'write "Header": field, one to a line')
        return {}, ()
    columns: dict[str, str] = {}
    left_alone = []
    claimed: dict[str, str] = {}
    for header, place, value in node.items():
        field = value.value if isinstance(value, YamlScalar) else ""
        if field is None:
            left_alone.append(header)
        elif not isinstance(field, str) or not _FIELD.fullmatch(field):
            problems.add(value.place, f'this is no field name for "{header}"', "small letters, digits and _ only")
        elif field in claimed:
            problems.add(place, f'"{header}" and "{claimed[field]}" are both {field}', "one column for each field")
        else:
            columns[header] = field
            claimed[field] = header
    return columns, tuple(left_alone)


def _read_ignored(node: YamlNode | None, problems: Problems) -> tuple[str, ...]:
    if node is None or (isinstance(node, YamlScalar) and node.value is None):
        return ()
    if not isinstance(node, YamlList):
        problems.add(node.place, "ignored must be a list of headers", "- Header, one to a line")
        return ()
    return tuple(text for item in node.items if (text := as_text(item, "ignored", problems)) is not None)


def _read_joins(node: YamlNode | None, tables: Sequence[str], problems: Problems) -> tuple[JoinSpec, ...] | None:
    if node is None or (isinstance(node, YamlScalar) and node.value is None):
        return None
    if not isinstance(node, YamlList):
        problems.add(node.place, "joins must be a list", "- {from: {table, column}, to: {table, column}}")
        return ()
    joins = []
    for item in node.items:
        if not isinstance(item, YamlMap):
            problems.add(item.place, "a join has from and to", "from: {table: deals, column: Contact ID}")
            continue
        check_keys(item, _JOIN_KEYS, "the join", problems)
        child, parent = _read_end(item, "from", tables, problems), _read_end(item, "to", tables, problems)
        by, separator = read_text(item, "by", problems) or "", read_text(item, "separator", problems) or ""
        if by not in {"", BY_DOMAIN}:
            problems.add(item.place, f'a join cannot be by "{by}"', f"leave it out, or write by: {BY_DOMAIN}")
        if len(separator) > _LONGEST_SEPARATOR:
            problems.add(item.place, "the separator is too long", 'it is what stands between two ids, like ";"')
        if child and parent:
            joins.append(
                JoinSpec(
                    child=child[0],
                    child_column=child[1],
                    parent=parent[0],
                    parent_column=parent[1],
                    separator=separator,
                    by=by,
                    place=item.place,
                )
            )
    return tuple(joins)


def _read_end(node: YamlMap, key: str, tables: Sequence[str], problems: Problems) -> tuple[str, str] | None:
    end = node.get(key)
    if not isinstance(end, YamlMap):
        problems.add(
            end.place if end else node.place, f'the join has no "{key}"', f"{key}: {{table: ..., column: ...}}"
        )
        return None
    check_keys(end, _END_KEYS, key, problems)
    table, column = read_text(end, "table", problems), read_text(end, "column", problems)
    if table is None or column is None:
        problems.add(end.place, f'"{key}" names a table and a column', "{table: contacts, column: Record ID}")
        return None
    if table not in tables:
        hint = did_you_mean(table, tables) or "tables are " + ", ".join(tables)
        problems.add(end.place, f'there is no table "{table}"', hint)
        return None
    return table, column
