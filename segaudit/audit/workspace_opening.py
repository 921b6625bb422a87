"""A workspace opened: its tables in one engine, mapped to fields, and joined."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from segaudit.audit.opening import InputChoices
from segaudit.audit.workspace_reading import (
    Trouble,
    WorkspaceRules,
    declared_table,
    find_header,
    missing,
    read_new,
    read_table,
)
from segaudit.engine.protocol import Engine
from segaudit.errors import InputError
from segaudit.ingest.table_files import TableFile, list_table_files, located
from segaudit.ingest.types import find_types
from segaudit.model.fields import ColumnReading
from segaudit.model.workspace import (
    BY_DOMAIN,
    Join,
    JoinMeasured,
    JoinSpec,
    WorkspaceFile,
    WorkspaceTable,
)
from segaudit.quality.join_guess import guess_joins
from segaudit.quality.joins import kind_of_key, measure_joins
from segaudit.quality.keys import KeyTables
from segaudit.rulebook.kinds import TableRules
from segaudit.rulebook.workspace_file import WORKSPACE_FILE, read_workspace_file

_YAML = (".yaml", ".yml")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedWorkspace:
    """Tables in the engine, and how they are joined: the ``links`` table of each join is there, too."""

    file: WorkspaceFile | None
    tables: Mapping[str, WorkspaceTable]
    joins: tuple[JoinMeasured, ...]
    rules: WorkspaceRules
    keys: KeyTables
    trouble: tuple[Trouble, ...]
    notes: tuple[str, ...]

    def of_kind(self, kind: str) -> tuple[WorkspaceTable, ...]:
        """Return the tables of one kind."""
        return tuple(table for table in self.tables.values() if table.kind == kind)

    def readings(self, name: str) -> tuple[ColumnReading, ...]:
        """Return how the cells of a table's columns are read."""
        table = self.tables[name]
        return find_types(table.source, table.fields, self.rules.placeholders, self.keys.engine)


def find_workspace_file(paths: Sequence[str]) -> str | None:
    """Return the workspace file that paths speak of: named, in the folder named, or in the current folder."""
    if len(paths) == 1 and paths[0].lower().endswith(_YAML):
        return paths[0]
    folder = Path(paths[0]) if len(paths) == 1 and Path(paths[0]).is_dir() else None if paths else Path()
    if folder is not None and (folder / WORKSPACE_FILE).is_file():
        return str(folder / WORKSPACE_FILE)
    return None


def open_workspace(paths: str | Sequence[str], choices: InputChoices, engine: Engine) -> OpenedWorkspace:
    """Read the tables of a workspace, and decide what they are and how they are joined.

    Args:
        paths: A workspace file; or data files and folders, of which everything is guessed; or nothing, for the
            workspace file of the current folder.
        choices: Rules, memory and the like.
        engine: Where the tables will live.

    Raises:
        SegauditError: A file cannot be read, or the workspace file has mistakes.
    """
    paths = [paths] if isinstance(paths, str) else paths
    rules = WorkspaceRules.at(choices.rules)
    declared = find_workspace_file(paths)
    if declared is not None:
        return open_declared(read_workspace_file(declared, rules.kinds), (), rules, engine)
    if not paths:
        raise InputError(
            f"there is no {WORKSPACE_FILE} here", hint="name the files, or write one: segaudit init FILE..."
        )
    return open_files(paths, rules, engine)


def open_files(paths: Sequence[str], rules: WorkspaceRules, engine: Engine) -> OpenedWorkspace:
    """Read files nothing has been said of."""
    files, notes = list_table_files(paths)
    tables, passed_over = read_new(files, {}, rules, engine)
    return _joined(None, tables, rules, engine, trouble=(), notes=(*notes, *passed_over))


def open_declared(
    file: WorkspaceFile, more: Sequence[TableFile], rules: WorkspaceRules, engine: Engine
) -> OpenedWorkspace:
    """Read the tables a workspace file declares, and more that are new to it."""
    folder = Path(file.path).parent
    tables: dict[str, WorkspaceTable] = {}
    trouble: list[Trouble] = []
    for spec in file.tables:
        path = located(folder, spec.file)
        if not path.exists():
            trouble.append(
                Trouble(
                    rule="file-missing",
                    table=spec.name,
                    column="",
                    message=f'the file "{spec.file}" is not there',
                    hint="put it back, or correct `file:`",
                )
            )
            continue
        source = read_table(str(path), spec, f"w{len(tables) + 1}", engine)
        tables[spec.name] = declared_table(spec, source, rules, trouble)
    new, passed_over = read_new(more, tables, rules, engine)
    return _joined(file, {**tables, **new}, rules, engine, trouble=trouble, notes=passed_over)


def _joined(  # noqa: PLR0913 - a workspace is all of it
    file: WorkspaceFile | None,
    tables: dict[str, WorkspaceTable],
    rules: WorkspaceRules,
    engine: Engine,
    *,
    trouble: Sequence[Trouble],
    notes: Sequence[str],
) -> OpenedWorkspace:
    """Decide the joins: those declared, else those found."""
    keys = KeyTables(engine=engine, placeholders=rules.placeholders, tables=tables, free_mail=rules.free_mail)
    found = list(trouble)
    if file is not None and file.joins is not None:
        joins = _declared_joins(file.joins, tables, rules.tables, found)
    else:
        joins = guess_joins(rules.tables, keys)
    for join in joins:
        # What others point to is a key, if the table has no better one.
        parent = tables[join.parent]
        if parent.key is None and join.by != BY_DOMAIN:
            tables[join.parent] = replace(parent, key=join.parent_position)
    return OpenedWorkspace(
        file=file,
        tables=tables,
        joins=measure_joins(joins, keys),
        rules=rules,
        keys=keys,
        trouble=tuple(found),
        notes=tuple(notes),
    )


def _declared_joins(
    specs: Sequence[JoinSpec], tables: Mapping[str, WorkspaceTable], rules: TableRules, trouble: list[Trouble]
) -> tuple[Join, ...]:
    """Find the columns of declared joins; a join of a table or column that is not there is left out, and said."""
    joins = []
    for spec in specs:
        if spec.child not in tables or spec.parent not in tables:
            continue  # its file is missing, which has been said
        child, parent = tables[spec.child], tables[spec.parent]
        ends = (
            find_header(child.source.headers, spec.child_column),
            find_header(parent.source.headers, spec.parent_column),
        )
        if ends[0] is None or ends[1] is None:
            table, header = (child, spec.child_column) if ends[0] is None else (parent, spec.parent_column)
            trouble.append(missing(table.name, header))
            continue
        joins.append(
            Join(
                child=child.name,
                child_position=ends[0],
                parent=parent.name,
                parent_position=ends[1],
                separator=spec.separator,
                by=spec.by or kind_of_key(parent, ends[1], rules.naming_fields),
                reason="declared",
            )
        )
    return tuple(sorted(joins, key=lambda join: join.by == BY_DOMAIN))
