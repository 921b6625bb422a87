"""The rows of other tables that belong to the records of one: deals of a contact, contacts of a company."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from segaudit.audit.opening import InputChoices, OpenedInput
from segaudit.audit.table_keys import table_key
from segaudit.audit.workspace_opening import OpenedWorkspace, open_beside
from segaudit.audit.workspace_reading import WorkspaceRules
from segaudit.engine.protocol import Engine
from segaudit.errors import InputError
from segaudit.ingest.columns.rulefields import declare_fields
from segaudit.ingest.table_kinds import guess_kind
from segaudit.model.segments import RuleBook
from segaudit.model.workspace import OTHER, WorkspaceTable
from segaudit.rulebook.kinds import TableRules
from segaudit.sql.mixed_lists import read_mixed_lists
from segaudit.sql.records import RecordSource, RelatedRows

_MAIN = "records"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How the rows of a table are reached from the records."""

    kind: str
    table: str  # by its name in the workspace
    through: tuple[str, ...]  # tables between
    links: str  # table of the engine: _row of a record, related_row
    pairs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """Tables that were given beside the records, as far as their rows belong to records."""

    rows: Mapping[str, RelatedRows]  # by kind
    ways: tuple[Way, ...]
    notes: tuple[str, ...]  # in words: what was passed over, and what belongs to no record
    kind: str = OTHER  # of the records


NOTHING = Related(rows={}, ways=(), notes=())


def open_related(
    opened: OpenedInput, paths: Sequence[str], rules: RuleBook, choices: InputChoices, engine: Engine
) -> Related:
    """Read tables given beside a file, and find which of their rows belong to which of its records.

    Rows are joined to records directly, or through one table between: a contact's deals may be those of its company.

    Args:
        opened: The file with the records.
        paths: Data files and folders, or a workspace file.
        rules: What the rules declare of fields.
        choices: Which rules folder, and strictness.
        engine: Where all tables live.

    Raises:
        SegauditError: A file cannot be read, or two tables of one kind belong to the records.
    """
    if not paths:
        return NOTHING
    known = WorkspaceRules.at(choices.rules)
    workspace = open_beside(_main(opened, known.tables, engine), list(paths), known, choices, engine)
    main = next(table for table in workspace.tables.values() if table.source is opened.source)
    return relate(main, workspace, rules)


def noted(opened: OpenedInput, related: Related) -> OpenedInput:
    """Return a file with what is to be said of the tables beside it."""
    return replace(opened, source=replace(opened.source, notes=(*opened.source.notes, *related.notes)))


def relate(main: WorkspaceTable, workspace: OpenedWorkspace, rules: RuleBook) -> Related:
    """Find which rows of a workspace's other tables belong to which records of one.

    Args:
        main: The table with the records.
        workspace: All tables, ``main`` among them.
        rules: What the rules declare of fields.

    Raises:
        SegauditError: Two tables of one kind belong to the records.
    """
    ways = [way for table in workspace.tables.values() if table is not main and (way := _way(main, table, workspace))]
    _refuse_twins(ways, workspace)
    reached = {way.table for way in ways}
    notes = [
        f"{table.where}: none of its rows belongs to a record of {main.where}"
        for table in workspace.tables.values()
        if table is not main and table.name not in reached
    ]
    return Related(
        rows={way.kind: RelatedRows(data=_data(way, workspace, rules), links=way.links) for way in ways},
        ways=tuple(ways),
        notes=(*workspace.notes, *notes),
        kind=main.kind,
    )


def _main(opened: OpenedInput, rules: TableRules, engine: Engine) -> WorkspaceTable:
    """Return the records as a table of a workspace."""
    guess = guess_kind(opened.fields, (opened.source.name.rpartition("/")[2].partition(".")[0],), rules)
    table = WorkspaceTable(
        name=_MAIN,
        file=opened.source.name,
        guess=guess,
        declared=False,
        source=opened.source,
        fields=opened.fields,
    )
    return replace(table, key=table_key(table, rules, engine))


def _way(main: WorkspaceTable, table: WorkspaceTable, workspace: OpenedWorkspace) -> Way | None:
    """Return how a table is reached from the records: directly if it can be, else through one table."""
    engine, name = workspace.keys.engine, f"links_{table.name}"
    direct = list(_links(main.name, table.name, workspace))
    through: tuple[str, ...] = ()
    if direct:
        query = " UNION ".join(direct)
    else:
        middle = [
            (other, f"SELECT a._row, b.related_row FROM ({one}) a JOIN ({two}) b ON b._row = a.related_row")
            for other in workspace.tables
            if other not in {main.name, table.name}
            for one in _links(main.name, other, workspace)
            for two in _links(other, table.name, workspace)
        ]
        if not middle:
            return None
        query, through = " UNION ".join(sql for _, sql in middle), tuple(dict.fromkeys(other for other, _ in middle))
    engine.create(name, query)
    pairs = int(engine.fetch(f"SELECT COUNT(*) FROM {name}")[0][0])
    return Way(kind=table.kind, table=table.name, through=through, links=name, pairs=pairs)


def _links(one: str, other: str, workspace: OpenedWorkspace) -> Iterator[str]:
    """Yield the queries of the rows of one table and those of another that belong together."""
    for item in workspace.joins:
        join = item.join
        if (join.child, join.parent) == (one, other):
            yield f"SELECT child_row AS _row, parent_row AS related_row FROM {join.links}"
        elif (join.child, join.parent) == (other, one):
            yield f"SELECT parent_row AS _row, child_row AS related_row FROM {join.links}"


def _refuse_twins(ways: Sequence[Way], workspace: OpenedWorkspace) -> None:
    seen: dict[str, Way] = {}
    for way in ways:
        other = seen.setdefault(way.kind, way)
        if other is not way:
            names = " and ".join(workspace.tables[item.table].where for item in (other, way))
            raise InputError(
                f"{names} are both taken for {way.kind}",
                hint="give one of them, or say in a workspace file what each is: segaudit init FILE...",
            )


def _data(way: Way, workspace: OpenedWorkspace, rules: RuleBook) -> RecordSource:
    """Return a table's rows as rules read them; a column the rules name for a field is the main file's own."""
    table = workspace.tables[way.table]
    declared = {name: replace(rule_field, column=None) for name, rule_field in rules.fields.items()}
    fields = declare_fields(declared, table.fields, table.where)
    typed = replace(workspace, tables={**workspace.tables, way.table: replace(table, fields=fields)})
    read = (table.source, fields, typed.readings(way.table), workspace.rules.placeholders)
    records = RecordSource.of_rules(rules.fields, read)
    return read_mixed_lists(records, rules.fields.values(), workspace.keys.engine)[0]
