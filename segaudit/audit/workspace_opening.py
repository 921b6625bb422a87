"""A workspace opened: its tables in one engine, mapped to fields, and joined."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from segaudit.audit.opening import InputChoices
from segaudit.audit.workspace_reading import (
    Reader,
    Trouble,
    WorkspaceRules,
    declared_table,
    find_header,
    missing,
    read_new,
)
from segaudit.audit.workspace_rejects import TableRejects, is_rejects
from segaudit.engine.protocol import Engine
from segaudit.errors import InputError
from segaudit.ingest.columns.types import find_types
from segaudit.ingest.table_files import TableFile, list_table_files, located
from segaudit.model.fields import ColumnReading
from segaudit.model.workspace import (
    BY_DOMAIN,
    Join,
    JoinMeasured,
    JoinSpec,
    TableReading,
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


def _reading(choices: InputChoices) -> TableReading:
    """Return how files are read of which no workspace file says it."""
    return TableReading(
        encoding=choices.encoding,
        delimiter=choices.delimiter,
        quote=choices.quote,
        escape=choices.escape,
        skip=choices.skip,
        header_rows=choices.header_rows,
        table=choices.table,
    )


def open_workspace(
    paths: str | Sequence[str], choices: InputChoices, engine: Engine, *, fingerprint: bool = False
) -> OpenedWorkspace:
    """Read the tables of a workspace, and decide what they are and how they are joined.

    Args:
        paths: A workspace file; or data files and folders, of which everything is guessed; or nothing, for the
            workspace file of the current folder.
        choices: Rules, memory and the like; how files are read of which no workspace file says it.
        engine: Where the tables will live.
        fingerprint: Work out the SHA-256 of each file.

    Raises:
        SegauditError: A file cannot be read, or the workspace file has mistakes.
    """
    paths = [paths] if isinstance(paths, str) else paths
    rules = WorkspaceRules.at(choices.rules)
    declared = find_workspace_file(paths)
    file = None if declared is None else read_workspace_file(declared, rules.kinds)
    if file is None and not paths:
        raise InputError(
            f"there is no {WORKSPACE_FILE} here", hint="name the files, or write one: segaudit init FILE..."
        )
    files, notes = find_table_files(() if file else paths)
    return open_tables(file, files, notes, rules, choices, engine, fingerprint=fingerprint)


def find_table_files(paths: Sequence[str]) -> tuple[tuple[TableFile, ...], tuple[str, ...]]:
    """Return the tables of files and folders, and what was passed over, in words; rejects in a folder are no table."""
    files, notes = list_table_files(paths)
    rejects = [file for file in files if not file.named and is_rejects(Path(file.path))]
    passed_over = [f"{file.label} passed over: it holds what segaudit set aside" for file in rejects]
    return tuple(file for file in files if file not in rejects), (*notes, *passed_over)


def open_tables(  # noqa: PLR0913, PLR0917 - a workspace is all of it
    file: WorkspaceFile | None,
    more: Sequence[TableFile],
    notes: Sequence[str],
    rules: WorkspaceRules,
    choices: InputChoices,
    engine: Engine,
    *,
    fingerprint: bool = False,
) -> OpenedWorkspace:
    """Read the tables a workspace file declares, and more that are new to it.

    Args:
        file: The workspace file; None if there is none.
        more: Files nothing has been said of.
        notes: What was passed over already, in words.
        rules: What is known before any file is read.
        choices: Strictness, and where what is set aside goes.
        engine: Where the tables will live.
        fingerprint: Work out the SHA-256 of each file.

    Raises:
        SegauditError: A file cannot be read, or the rejects cannot be written.
    """
    inputs = [table.path for table in more]
    if file is not None:
        inputs += [file.path, *(str(located(Path(file.path).parent, spec.file)) for spec in file.tables)]
    with TableRejects(choices.rejects, inputs) as rejects:
        reader = Reader(
            engine=engine,
            rules=rules,
            rejects=rejects,
            strict=choices.strict,
            reading=_reading(choices),
            fingerprint=fingerprint,
        )
        tables, trouble = ({}, []) if file is None else _read_declared(file, reader)
        new, passed_over = read_new(more, tables, reader)
        opened = _joined(file, {**tables, **new}, reader, trouble=trouble, notes=(*notes, *passed_over))
        rejects.write()
    return opened


def open_beside(
    main: WorkspaceTable, paths: Sequence[str], rules: WorkspaceRules, choices: InputChoices, engine: Engine
) -> OpenedWorkspace:
    """Read the tables that belong to one that is read already, and decide how all of them are joined.

    Args:
        main: The table that is read; it is in the result under its own name.
        paths: A workspace file, or data files and folders. What names the main table's own file is left out.
        rules: What is known before any file is read.
        choices: Strictness.
        engine: Where the tables live.

    Raises:
        SegauditError: A file cannot be read, or the workspace file has mistakes.
    """
    declared = find_workspace_file(paths)
    file = None if declared is None else read_workspace_file(declared, rules.kinds)
    files, notes = find_table_files(() if file else paths)
    with TableRejects(None, ()) as rejects:
        reader = Reader(engine=engine, rules=rules, rejects=rejects, strict=choices.strict)
        if file is None:
            others = [item for item in files if not _is_main(item.path, item.sheet, main)]
            new, passed_over = read_new(others, {main.name: main}, reader)
            return _joined(None, {main.name: main, **new}, reader, trouble=(), notes=(*notes, *passed_over))
        folder = Path(file.path).parent
        own = [spec for spec in file.tables if _is_main(str(located(folder, spec.file)), spec.sheet, main)]
        rest = tuple(spec for spec in file.tables if spec not in own)
        tables, trouble = _read_declared(replace(file, tables=rest), reader)
        main = replace(main, name=own[0].name if own else main.name)
        return _joined(file, {main.name: main, **tables}, reader, trouble=trouble, notes=notes)


def _is_main(path: str, sheet: str, main: WorkspaceTable) -> bool:
    """Tell whether a file, or a sheet of it, is the table that is read already; the first sheet may go unnamed."""
    if Path(path).resolve() != Path(main.file).resolve():
        return False
    return not sheet or not main.source.sheet or sheet == main.source.sheet


def _read_declared(file: WorkspaceFile, reader: Reader) -> tuple[dict[str, WorkspaceTable], list[Trouble]]:
    """Read the tables a workspace file declares; return what it declares and is not there, too."""
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
        source = reader.read(str(path), spec, len(tables) + 1)
        tables[spec.name] = declared_table(spec, source, reader, trouble)
    return tables, trouble


def _joined(
    file: WorkspaceFile | None,
    tables: dict[str, WorkspaceTable],
    reader: Reader,
    *,
    trouble: Sequence[Trouble],
    notes: Sequence[str],
) -> OpenedWorkspace:
    """Decide the joins: those declared, else those found."""
    rules = reader.rules
    keys = KeyTables(engine=reader.engine, placeholders=rules.placeholders, tables=tables, free_mail=rules.free_mail)
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
