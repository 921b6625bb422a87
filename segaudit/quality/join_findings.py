"""What the counts of keys and joins mean: findings with a severity and a way out."""

from collections.abc import Iterator, Mapping, Sequence

from segaudit.model.workspace import (
    BY_DOMAIN,
    BY_ID,
    BY_NAME,
    OTHER,
    JoinMeasured,
    KeyCounts,
    WorkspaceFinding,
    WorkspaceTable,
)

_NEED_A_KEY = frozenset({"contacts", "companies", "deals"})


def judge_tables(
    tables: Mapping[str, WorkspaceTable],
    keys: Mapping[str, KeyCounts],
    joins: Sequence[JoinMeasured],
    limits: Mapping[str, float],
) -> tuple[WorkspaceFinding, ...]:
    """Return what a person should know of the tables, in their order.

    Args:
        tables: By name.
        keys: The counts of key columns, by table.
        joins: The joins, counted.
        limits: The shares from which findings are errors, of rules/tables.yaml.
    """
    findings: list[WorkspaceFinding] = []
    for table in tables.values():
        if table.name in keys and table.key is not None:
            findings += _of_key(table, table.key, keys[table.name], limits)
        elif table.kind in _NEED_A_KEY:
            findings.append(_no_key(table))
        own = [item for item in joins if item.join.child == table.name]
        seen: set[int] = set()
        for item in own:
            findings += _of_join(item, table, tables[item.join.parent], limits, seen)
        if (
            table.kind != OTHER
            and len(tables) > 1
            and not any(table.name in {item.join.child, item.join.parent} for item in joins)
        ):
            findings.append(_alone(table))
    return tuple(findings)


def _of_key(
    table: WorkspaceTable, position: int, counts: KeyCounts, limits: Mapping[str, float]
) -> Iterator[WorkspaceFinding]:
    header = table.header(position)
    if counts.blank:
        share = counts.blank / counts.rows
        yield WorkspaceFinding(
            rule="workspace.key-blank",
            severity="error" if share >= limits["blank_keys_error_from"] else "warning",
            table=table.name,
            column=header,
            rows_checked=counts.rows,
            rows_failed=counts.blank,
            rows=counts.blank_first,
            message="rows without a key: nothing can be joined to them, and no change can be brought back",
            hint="export the table with its record ids",
        )
    if counts.clashing_keys:
        yield _clash(table, header, counts)
    if counts.repeated_keys:
        yield WorkspaceFinding(
            rule="workspace.rows-repeated",
            severity="warning",
            table=table.name,
            column=header,
            rows_checked=counts.rows,
            rows_failed=counts.repeated_rows,
            rows=counts.repeated_first,
            message=f"{_keys(counts.repeated_keys)} on several rows that are alike in every cell",
            hint="count each of them once",
        )


def _clash(table: WorkspaceTable, header: str, counts: KeyCounts) -> WorkspaceFinding:
    pointers = {f"{kind}_id" for kind in ("contact", "company", "deal")}
    differing = [table.fields.columns[position - 1] for position in counts.differing]
    once_each = bool(differing) and all(column.field in pointers for column in differing)
    if once_each:
        message = f"{_keys(counts.clashing_keys)} on several rows: printed once for each row of another table"
        hint = "sums over the rows count them several times; count different keys"
    else:
        message = f"{_keys(counts.clashing_keys)} on rows that differ in {_columns(len(differing))}"
        hint = "find out which row is right; until then the key does not tell records apart"
    return WorkspaceFinding(
        rule="workspace.key-clash",
        severity="warning" if once_each else "error",
        table=table.name,
        column=header,
        rows_checked=counts.rows,
        rows_failed=counts.clashing_rows,
        rows=counts.clashing_first,
        message=message,
        hint=hint,
    )


def _keys(count: int) -> str:
    return "1 key stands" if count == 1 else f"{count:,} keys stand"


def _columns(count: int) -> str:
    return "1 column" if count == 1 else f"{count:,} columns"


def _of_join(
    item: JoinMeasured,
    child: WorkspaceTable,
    parent: WorkspaceTable,
    limits: Mapping[str, float],
    seen: set[int],
) -> Iterator[WorkspaceFinding]:
    """Yield what is wrong with a join; of a column that points to several tables, its orphans once."""
    join, counts = item.join, item.counts
    if join.by == BY_DOMAIN:
        if counts.ambiguous:
            what = f"the e-mail domain belongs to several rows of {parent.name}: not joined"
            hint = f"find the duplicates in {parent.name}"
            yield _finding(item, child, ("ambiguous-domain", "warning"), (what, hint))
        return
    if counts.scientific:
        what = "ids like 1.2E+15: a spreadsheet has rounded them, and their last digits are lost"
        hint = "export again and do not save the file from a spreadsheet"
        yield _finding(item, child, ("ids-damaged", "error"), (what, hint))
    if counts.orphans and join.child_position not in seen:
        seen.add(join.child_position)
        yield _finding(item, child, ("orphans", _orphan_severity(item, limits)), _orphan_words(item, parent))
    if counts.several and join.by != BY_ID:
        what = f"one value meets several rows of {parent.name}: joined to each of them"
        hint = f"find the duplicates in {parent.name}, or join by an id"
        yield _finding(item, child, ("several-parents", "warning"), (what, hint))


def _finding(
    item: JoinMeasured, child: WorkspaceTable, what: tuple[str, str], words: tuple[str, str]
) -> WorkspaceFinding:
    """Return a finding on a join: rule and severity, message and hint."""
    counts = item.counts
    failed, rows = {
        "ambiguous-domain": (counts.ambiguous, counts.ambiguous_first),
        "ids-damaged": (counts.scientific, counts.scientific_first),
        "orphans": (counts.orphans, counts.orphans_first),
        "several-parents": (counts.several, counts.several_first),
    }[what[0]]
    return WorkspaceFinding(
        rule=f"workspace.{what[0]}",
        severity=what[1],
        table=child.name,
        column=child.header(item.join.child_position),
        rows_checked=counts.rows - counts.blank,
        rows_failed=failed,
        rows=rows,
        message=words[0],
        hint=words[1],
    )


def _orphan_severity(item: JoinMeasured, limits: Mapping[str, float]) -> str:
    counts = item.counts
    many = counts.orphans >= limits["orphans_error_from"] * (counts.rows - counts.blank)
    return "error" if many or not counts.values_found else "warning"


def _orphan_words(item: JoinMeasured, parent: WorkspaceTable) -> tuple[str, str]:
    """Return message and hint of values that are found nowhere."""
    counts = item.counts
    what = f"rows of {parent.name}" if item.join.by == BY_ID else f"rows of {parent.name} of that name"
    message = f"points to {what} that are not there"
    if not counts.values_found:
        message = f"points to {parent.name}, where none of its values is found"
    if counts.nearly:
        hint = f"{counts.nearly:,} would be found if signs, blanks and leading zeros were ignored"
    elif counts.by_domain:
        hint = f"{counts.by_domain:,} have the e-mail domain of a row that is there: they may have been merged"
    elif item.join.by == BY_NAME:
        hint = "compare the spellings, or join by an id"
    else:
        hint = f"export all of {parent.name}; or the records were deleted or merged"
    return message, hint


def _no_key(table: WorkspaceTable) -> WorkspaceFinding:
    return WorkspaceFinding(
        rule="workspace.no-key",
        severity="warning",
        table=table.name,
        column="",
        rows_checked=table.source.rows,
        rows_failed=table.source.rows,
        rows=(),
        message="no column numbers the rows",
        hint="export the record id too, or name the column as `key:` in the workspace file",
    )


def _alone(table: WorkspaceTable) -> WorkspaceFinding:
    return WorkspaceFinding(
        rule="workspace.unjoined",
        severity="warning",
        table=table.name,
        column="",
        rows_checked=table.source.rows,
        rows_failed=table.source.rows,
        rows=(),
        message="nothing joins it to another table",
        hint="add the join to the workspace file, if there is one",
    )
