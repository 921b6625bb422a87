"""The verbs of several related files: write the workspace file, and check the data against it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from segaudit.audit.opening import InputChoices, engine_chosen
from segaudit.audit.workspace_opening import OpenedWorkspace, find_table_files, open_tables, open_workspace
from segaudit.audit.workspace_reading import WorkspaceRules, find_header
from segaudit.engine.protocol import Engine
from segaudit.errors import InputError, OutputError
from segaudit.ingest.table_files import TableFile, located, relative_path
from segaudit.model.workspace import (
    BY_DOMAIN,
    InitResult,
    JoinMeasured,
    JoinSpec,
    TableSpec,
    WorkspaceFile,
    WorkspaceFinding,
    WorkspaceResult,
    WorkspaceTable,
)
from segaudit.quality.join_findings import judge_tables
from segaudit.quality.keys import count_key
from segaudit.quality.related import find_contradictions
from segaudit.rulebook.tables import load_list
from segaudit.rulebook.workspace_edit import write_workspace_file
from segaudit.rulebook.workspace_file import WORKSPACE_FILE, read_workspace_file
from segaudit.rulebook.workspace_text import Additions, can_be_named

__all__ = ["OpenedWorkspace", "init_workspace", "open_workspace", "workspace"]


def workspace(paths: str | Sequence[str] = (), choices: InputChoices | None = None) -> WorkspaceResult:
    """Check the tables of a workspace against each other: keys, joins, orphans and fan-out.

    Args:
        paths: A workspace file; or data files and folders, of which everything is guessed; or nothing, for the
            segaudit.yaml of the current folder.
        choices: Which rules, and how much memory.

    Raises:
        SegauditError: A file cannot be read, or the workspace file has mistakes.
    """
    choices = choices or InputChoices()
    with engine_chosen(choices) as engine:
        return check_workspace(open_workspace(paths, choices, engine), engine)


def check_workspace(opened: OpenedWorkspace, engine: Engine) -> WorkspaceResult:
    """Check the tables of a workspace that is open against each other."""
    keys = {
        table.name: count_key(table, table.key, opened.keys)
        for table in opened.tables.values()
        if table.key is not None
    }
    findings = judge_tables(opened.tables, keys, opened.joins, opened.rules.tables.findings)
    return WorkspaceResult(
        file=opened.file.path if opened.file else None,
        tables=tuple(opened.tables.values()),
        keys=keys,
        joins=opened.joins,
        findings=(*_trouble(opened), *findings, *_contradictions(opened, engine)),
        notes=opened.notes,
    )


def _contradictions(opened: OpenedWorkspace, engine: Engine) -> tuple[WorkspaceFinding, ...]:
    location = opened.rules.location
    return find_contradictions(
        opened.tables,
        opened.joins,
        engine,
        customer=load_list(location, "customer_stages", "stage"),
        won=load_list(location, "won_stages", "stage"),
    )


def _trouble(opened: OpenedWorkspace) -> list[WorkspaceFinding]:
    """Return as findings what the workspace file declares and the data does not have."""
    return [
        WorkspaceFinding(
            rule=f"workspace.{item.rule}",
            severity="error",
            table=item.table,
            column=item.column,
            rows_checked=0,
            rows_failed=0,
            rows=(),
            message=item.message,
            hint=item.hint,
        )
        for item in opened.trouble
    ]


def init_workspace(
    paths: str | Sequence[str], output: str = WORKSPACE_FILE, choices: InputChoices | None = None
) -> InitResult:
    """Write the workspace file of some tables, or add to it what is new.

    A file that is there keeps every line. Tables, columns and joins that it lacks are added; a join is new only if it
    concerns a table or a column that is, so that one taken out by hand stays out.

    Args:
        paths: Data files, workbooks and folders. None are needed where the workspace file names some.
        output: The workspace file.
        choices: Which rules, and how much memory.

    Raises:
        SegauditError: A file cannot be read, or the workspace file has mistakes or cannot be written.
    """
    choices = choices or InputChoices()
    target = Path(output)
    paths = [paths] if isinstance(paths, str) else paths
    files, notes = find_table_files(paths)
    _check_target(target, files, choices.rejects)
    rules = WorkspaceRules.at(choices.rules)
    before = read_workspace_file(output, rules.kinds) if _is_written(target) else None
    if before is None and not files:
        raise InputError(f"there is no {output} yet", hint="name the files: segaudit init FILE...")
    new = [file for file in files if before is None or not _is_declared(file, before, target.parent)]
    with engine_chosen(choices) as engine:
        # What is declared stands; joins are looked for as if none were, and the new ones among them are taken.
        declared = before and replace(before, joins=None)
        opened = open_tables(declared, new, notes, rules, choices, engine)
    additions = _additions(opened, before, target.parent)
    if additions:
        write_workspace_file(target, additions)
    return InitResult(
        path=output,
        created=before is None,
        changed=bool(additions),
        tables=tuple(opened.tables.values()),
        joins=tuple(filter(_is_sound, opened.joins)),
        added_tables=tuple(spec.name for spec, _ in additions.tables),
        added_columns=tuple(additions.columns),
        added_joins=tuple(spec for spec, _ in additions.joins),
        gone=tuple((item.table, item.message) for item in opened.trouble if item.rule == "file-missing"),
        notes=opened.notes,
    )


def _check_target(target: Path, files: Sequence[TableFile], rejects: str | None) -> None:
    if target.is_dir():
        raise OutputError("this is a folder", where=str(target), hint=f"name a file in it: {target / WORKSPACE_FILE}")
    if not target.parent.is_dir():
        raise OutputError(f'there is no folder "{target.parent}"', where=str(target), hint="make it first")
    if rejects is not None and Path(rejects).resolve() == target.resolve():
        raise OutputError("the rejects cannot go into the workspace file", where=rejects, hint="choose another name")
    if any(target.exists() and Path(file.path).exists() and target.samefile(file.path) for file in files):
        raise OutputError("this is an input, which is never written to", where=str(target), hint="choose another name")


def _is_written(target: Path) -> bool:
    return target.exists() and bool(target.read_bytes().strip())


def _is_declared(file: TableFile, before: WorkspaceFile, folder: Path) -> bool:
    """Tell whether a workspace file names a table; a workbook without a sheet named is its first."""
    here = Path(file.path).resolve()
    return any(
        located(folder, spec.file).resolve() == here and spec.sheet in ("", file.sheet) for spec in before.tables
    )


def _additions(opened: OpenedWorkspace, before: WorkspaceFile | None, folder: Path) -> Additions:
    """Return what a workspace file lacks."""
    declared = {spec.name: spec for spec in before.tables} if before else {}
    new = [table for table in opened.tables.values() if table.name not in declared]
    columns = [
        (name, header, field)
        for name, spec in declared.items()
        if name in opened.tables
        for header, field in _new_columns(opened.tables[name], spec)
    ]
    fresh = {table.name for table in new}, {(name, header) for name, header, _ in columns}
    known = before.joins if before and before.joins else ()
    found = [(_join_spec(item, opened), _why(item)) for item in opened.joins if _is_sound(item)]
    new_joins = [(spec, why) for spec, why in found if before is None or _is_new(spec, known, fresh)]
    if before is not None and before.joins is None and new_joins:
        new_joins = found  # until now all were guessed; once some are named, those not named are none
    return Additions(
        tables=[(_table_spec(table, folder), "; ".join(table.guess.reasons)) for table in new],
        columns=columns,
        joins=new_joins,
    )


def _table_spec(table: WorkspaceTable, folder: Path) -> TableSpec:
    columns, ignored = {}, []
    for column in table.fields.columns:
        if not can_be_named(column.header) or column.header in columns or column.header in ignored:
            continue
        if column.field is not None:
            columns[column.header] = column.field
        else:
            ignored.append(column.header)
    system = f"{table.fields.system} {table.fields.system_object}" if table.fields.system else ""
    key = table.header(table.key) if table.key else None
    return TableSpec(
        name=table.name,
        file=relative_path(table.file, folder),
        sheet=table.source.sheet,
        kind=table.kind,
        system=system,
        key=key if key is not None and can_be_named(key) else None,
        columns=columns,
        ignored=tuple(ignored),
    )


def _new_columns(table: WorkspaceTable, spec: TableSpec) -> list[tuple[str, str | None]]:
    """Return the columns a workspace file says nothing of, and their fields."""
    said = [*spec.columns, *spec.ignored]
    new: dict[str, str | None] = {}
    for column in table.fields.columns:
        if can_be_named(column.header) and find_header(said, column.header) is None:
            new.setdefault(column.header, column.field)
    return list(new.items())


def _join_spec(item: JoinMeasured, opened: OpenedWorkspace) -> JoinSpec:
    join = item.join
    return JoinSpec(
        child=join.child,
        child_column=opened.tables[join.child].header(join.child_position),
        parent=join.parent,
        parent_column=opened.tables[join.parent].header(join.parent_position),
        separator=join.separator,
        by=BY_DOMAIN if join.by == BY_DOMAIN else "",
    )


def _is_sound(item: JoinMeasured) -> bool:
    """Tell whether a join found is worth a line: one by e-mail domain that places nobody is not."""
    return item.join.by != BY_DOMAIN or item.counts.matched > 0


def _why(item: JoinMeasured) -> str:
    if item.join.by == BY_DOMAIN:
        return f"for rows that no other join places: {item.counts.matched:,} of them"
    return item.join.reason


def _is_new(spec: JoinSpec, known: Sequence[JoinSpec], fresh: tuple[set[str], set[tuple[str, str]]]) -> bool:
    """Tell whether a join concerns a table or column that is new, and is not declared yet."""
    tables, columns = fresh
    concerns_new = {spec.child, spec.parent} & tables or {
        (spec.child, spec.child_column),
        (spec.parent, spec.parent_column),
    } & columns
    same_ends = any((join.child, join.parent, join.by) == (spec.child, spec.parent, spec.by) for join in known)
    return bool(concerns_new) and not same_ends
