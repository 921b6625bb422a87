"""A workspace: what was written, and how well its tables hold together."""

from collections.abc import Sequence
from typing import Any

from segaudit.model.workspace import (
    BY_DOMAIN,
    InitResult,
    JoinMeasured,
    JoinSpec,
    WorkspaceFinding,
    WorkspaceResult,
    WorkspaceTable,
)
from segaudit.report.document import Cell, Column, Document, Heading, Table, Text, Tone, cells, percent
from segaudit.report.safety import shown
from segaudit.report.sources import counted, unruly_texts
from segaudit.rulebook.workspace_options import as_keys

_TONES = {"error": Tone.BAD, "warning": Tone.WARN}
_BY = {"id": "id", "name": "name", "email": "e-mail", BY_DOMAIN: "e-mail domain"}
_LISTED = 8  # new columns named in one line

_Block = Heading | Text | Table


def workspace_document(result: WorkspaceResult) -> Document:
    """Return the check of a workspace as people read it."""
    title = f"Workspace {shown(result.file, longest=200)}" if result.file else "Workspace, guessed from the files"
    blocks: list[_Block] = [Heading(text=title), *_notes(result.notes), _tables(result)]
    for table in result.tables:
        blocks += _reading(table)
    if result.joins:
        tables = {table.name: table for table in result.tables}
        blocks += [Heading(text="Joins"), _joins(result.joins, tables), *_remarks(result.joins, tables)]
    blocks.append(Heading(text="Findings"))
    if result.findings:
        blocks.append(_findings(result.findings))
    elif result.keys or result.joins:
        blocks.append(Text(text="Every key is unique and every id is found.", tone=Tone.GOOD))
    else:
        text = "Nothing could be checked: no column numbers the rows of a table, and none points to another table."
        blocks.append(Text(text=text, tone=Tone.WARN))
    if result.file is None:
        blocks.append(Text(text="To correct what was guessed: segaudit init with the same files.", tone=Tone.QUIET))
    return Document(blocks=tuple(blocks))


def workspace_json(result: WorkspaceResult) -> dict[str, Any]:
    """Return the check of a workspace as JSON-ready values."""
    return {"schema_version": "1", "command": "workspace", **result.to_dict()}


def init_document(result: InitResult) -> Document:
    """Return what `segaudit init` found and wrote, as people read it."""
    path = shown(result.path, longest=200)
    said = "written" if result.created else "added to" if result.changed else "is up to date"
    tables = {table.name: table for table in result.tables}
    blocks: list[_Block] = [Heading(text=f"{path} {said}"), *_notes(result.notes), _found(result.tables)]
    for table in result.tables:
        blocks += _reading(table)
    if result.joins:
        blocks += [Heading(text="Joins found"), _found_joins(result.joins, tables)]
    if not result.created:
        blocks += [Heading(text="Added"), *_added(result)]
    for gone, problem in result.gone:
        blocks.append(Text(text=f"{gone}: {shown(problem, longest=200)}; its entry was left as it is", tone=Tone.WARN))
    blocks.append(Text(text=f"Correct what is wrong in {path}; then: segaudit workspace {path}", tone=Tone.QUIET))
    return Document(blocks=tuple(blocks))


def init_json(result: InitResult) -> dict[str, Any]:
    """Return what `segaudit init` found and wrote, as JSON-ready values."""
    found = WorkspaceResult(
        file=result.path, tables=result.tables, keys={}, joins=result.joins, findings=(), notes=result.notes
    ).to_dict()
    return {
        "schema_version": "1",
        "command": "init",
        "file": result.path,
        "created": result.created,
        "changed": result.changed,
        "tables": found["tables"],
        "joins": found["joins"],
        "added": {
            "tables": list(result.added_tables),
            "columns": [
                {"table": table, "column": header, "field": field} for table, header, field in result.added_columns
            ],
            "joins": [_spec_json(spec) for spec in result.added_joins],
        },
        "gone": [{"table": table, "problem": problem} for table, problem in result.gone],
        "notes": list(result.notes),
    }


def _spec_json(spec: JoinSpec) -> dict[str, Any]:
    return {
        "from": {"table": spec.child, "column": spec.child_column},
        "to": {"table": spec.parent, "column": spec.parent_column},
        "separator": spec.separator or None,
        "by": spec.by or None,
    }


def _notes(notes: tuple[str, ...]) -> list[_Block]:
    return [Text(text=f"Note: {shown(note, longest=300)}", tone=Tone.QUIET) for note in notes]


def _reading(table: WorkspaceTable) -> list[_Block]:
    """Return how a table was read, in the words of the workspace file that can say otherwise."""
    notes = _notes(tuple(f"{table.name}: {as_keys(note)}" for note in table.source.notes))
    return [*notes, *unruly_texts(table.source, of=table.name)]


def _columns(titles: Sequence[str], numeric: Sequence[str] = (), optional: Sequence[str] = ()) -> tuple[Column, ...]:
    return tuple(Column(title=title, numeric=title in numeric, optional=title in optional) for title in titles)


def _tables(result: WorkspaceResult) -> Table:
    columns = _columns(
        ["Table", "Kind", "Rows", "Key", "Blank", "Clashing", "Repeated", "File"],
        numeric=["Rows", "Blank", "Clashing", "Repeated"],
        optional=["File"],
    )
    return Table(columns=columns, rows=tuple(_table_row(table, result) for table in result.tables))


def _table_row(table: WorkspaceTable, result: WorkspaceResult) -> tuple[Cell, ...]:
    counts = result.keys.get(table.name)
    numbers: list[str | Cell] = [Cell("", Tone.QUIET)] * 3
    if counts is not None:
        numbers = [_count(counts.blank), _count(counts.clashing_rows), _count(counts.repeated_rows)]
    return cells(
        [table.name, _kind(table), f"{table.source.rows:,}", _key(table), *numbers, shown(table.where, longest=80)]
    )


def _kind(table: WorkspaceTable) -> str | Cell:
    return Cell("can't tell", Tone.WARN) if table.kind == "other" and not table.declared else table.kind


def _key(table: WorkspaceTable) -> str | Cell:
    return shown(table.header(table.key)) if table.key else Cell("none", Tone.WARN)


def _count(number: int) -> Cell:
    return Cell(f"{number:,}", Tone.WARN if number else Tone.QUIET)


def _joins(joins: tuple[JoinMeasured, ...], tables: dict[str, WorkspaceTable]) -> Table:
    fan_out, childless = "Rows each: least, median, most", "Nothing joined to"
    columns = _columns(
        ["From", "To", "By", "Rows", "Joined", "Orphans", "Blank", fan_out, childless],
        numeric=["Rows", "Joined", "Orphans", "Blank", fan_out, childless],
        optional=[fan_out, childless],
    )
    return Table(columns=columns, rows=tuple(_join_row(item, tables) for item in joins))


def _join_row(item: JoinMeasured, tables: dict[str, WorkspaceTable]) -> tuple[Cell, ...]:
    counts = item.counts
    share = counts.childless / counts.parents if counts.parents else 0.0
    return cells(
        [
            _end(tables[item.join.child], item.join.child_position),
            _end(tables[item.join.parent], item.join.parent_position),
            _BY[item.join.by],
            f"{counts.rows:,}",
            f"{counts.matched:,}",
            "" if item.join.by == BY_DOMAIN else _count(counts.orphans),
            f"{counts.blank:,}",
            f"{counts.fan_min:,}, {counts.fan_median:,g}, {counts.fan_max:,}" if counts.matched else "",
            f"{counts.childless:,} ({percent(share)})",
        ]
    )


def _end(table: WorkspaceTable, position: int) -> str:
    return f"{table.name}: {shown(table.header(position), longest=40) or f'(column {position}, no header)'}"


def _remarks(joins: tuple[JoinMeasured, ...], tables: dict[str, WorkspaceTable]) -> list[_Block]:
    """Return what was decided on the way to make ids meet, one line for each."""
    lines = []
    for item in joins:
        counts, name = item.counts, _end(tables[item.join.child], item.join.child_position)
        if item.join.separator:
            lines.append(f'{name}: a cell holds several, separated by "{shown(item.join.separator)}"')
        if counts.decimals:
            rows = "1 row ends" if counts.decimals == 1 else f"{counts.decimals:,} rows end"
            lines.append(f"{name}: {rows} in .0, as spreadsheets leave ids; joined without it")
        if counts.folded:
            rows = counted(counts.folded, "row")
            lines.append(f"{name}: {rows} found only if capitals and leading zeros are ignored; joined")
        if item.join.by == BY_DOMAIN and counts.unplaced:
            lines.append(
                f"{name}: for rows no other join places; of those, {counts.free_mail:,} at a free mail provider, "
                f"{counts.ambiguous:,} with a domain of several companies"
            )
    return [Text(text=line, tone=Tone.QUIET) for line in lines]


def _findings(findings: tuple[WorkspaceFinding, ...]) -> Table:
    columns = _columns(
        ["Severity", "Table", "Column", "Rows", "Share", "Finding", "First rows", "What to do"],
        numeric=["Rows", "Share"],
        optional=["First rows", "What to do"],
    )
    rows = tuple(
        cells(
            [
                Cell(item.severity, _TONES[item.severity]),
                item.table,
                shown(item.column, longest=40),
                f"{item.rows_failed:,}" if item.rows_checked else "",
                percent(item.share_failed) if item.rows_checked else "",
                shown(item.message, longest=200),
                ", ".join(map(str, item.rows[:3])),
                shown(item.hint, longest=200),
            ]
        )
        for item in findings
    )
    return Table(columns=columns, rows=rows)


def _found(tables: tuple[WorkspaceTable, ...]) -> Table:
    columns = _columns(
        ["Table", "Taken for", "Because", "Rows", "Key", "Columns known", "File"],
        numeric=["Rows", "Columns known"],
        optional=["File"],
    )
    rows = []
    for table in tables:
        known = sum(column.field is not None for column in table.fields.columns)
        rows.append(
            cells(
                [
                    table.name,
                    _kind(table),
                    shown("; ".join(table.guess.reasons), longest=200),
                    f"{table.source.rows:,}",
                    _key(table),
                    f"{known} of {len(table.fields.columns)}",
                    shown(table.where, longest=80),
                ]
            )
        )
    return Table(columns=columns, rows=tuple(rows))


def _found_joins(joins: tuple[JoinMeasured, ...], tables: dict[str, WorkspaceTable]) -> Table:
    columns = _columns(["From", "To", "By", "Found", "Because"], numeric=["Found"])
    rows = tuple(
        cells(
            [
                _end(tables[item.join.child], item.join.child_position),
                _end(tables[item.join.parent], item.join.parent_position),
                _BY[item.join.by],
                percent(item.counts.share_found),
                item.join.reason,
            ]
        )
        for item in joins
    )
    return Table(columns=columns, rows=rows)


def _added(result: InitResult) -> list[_Block]:
    lines = [f"table {name}" for name in result.added_tables]
    for name in dict.fromkeys(table for table, _, _ in result.added_columns):
        new = [
            f"{shown(header, longest=40)} ({field or 'ignored'})"
            for table, header, field in result.added_columns
            if table == name
        ]
        more = f" and {len(new) - _LISTED} more" if len(new) > _LISTED else ""
        lines.append(f"{name}: columns {', '.join(new[:_LISTED])}{more}")
    lines += [
        f"join {spec.child}: {shown(spec.child_column)} to {spec.parent}: {shown(spec.parent_column)}"
        for spec in result.added_joins
    ]
    return [Text(text=line) for line in lines] or [Text(text="nothing: the file names everything that is there")]
