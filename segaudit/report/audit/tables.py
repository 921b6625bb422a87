"""What was read: every file, what became of its rows, and how the tables hang together."""

from collections import Counter
from collections.abc import Iterator

from segaudit.model.audit import AuditResult
from segaudit.model.source import Tally
from segaudit.model.workspace import BY_DOMAIN, OTHER, JoinMeasured, WorkspaceTable
from segaudit.report.audit.data_words import Says, file_named, name_of
from segaudit.report.document import Tone
from segaudit.report.page import Block, Figures, Fold, Grid, Lines, Para, Section, Span, cell, span
from segaudit.report.words import Words

_ROWS = 60  # of a table of this section
_LOOSE = 8  # sentences about rows that belong to nothing
_MUCH = 0.1


def section(result: AuditResult, words: Words) -> Section | None:
    """Return what was read."""
    says = Says.of(result, words)
    tables = result.workspace.tables
    rows = sum(table.source.rows for table in tables)
    columns = sum(len(table.source.headers) for table in tables)
    figures = Figures(
        items=(
            (words.number(len(tables)), words("tables.figure.tables", n=len(tables))),
            (words.number(rows), words("tables.figure.rows", n=rows)),
            (words.number(columns), words("tables.figure.columns", n=columns)),
        )
    )
    aside = sum(table.source.rows_set_aside for table in tables)
    repaired = sum(tally.count for table in tables for tally in table.source.repaired)
    lead = "tables.lead" if aside or repaired else "tables.lead_clean"
    blocks: list[Block] = [
        figures,
        says.para(lead, rows=rows, aside=says.value(aside), repaired=says.value(repaired)),
        _grid(result, says),
        *_joins(result, says),
        *_related(result, says),
        *_mended(result, says),
        *_notes(result, says),
    ]
    return Section(title=words("tables.title"), anchor="tables", level=2, blocks=tuple(blocks))


def _related(result: AuditResult, says: Says) -> Iterator[Para]:
    """Yield which tables the segments do not look at, because there is a larger one of the same kind."""
    names = [name_of(item.table, 40) for item in result.not_assessed if item.part == "related"]
    if names:
        yield says.para("tables.related", Tone.QUIET, tables=says.listed(names, _LOOSE))


def _grid(result: AuditResult, says: Says) -> Grid:
    words = says.words
    sources = [table.source for table in result.workspace.tables]
    changed = any(source.set_aside or source.repaired for source in sources)
    names = ("table", "file", "kind", "system", "rows", "columns", "key", *(("aside", "repaired") if changed else ()))
    return Grid(
        title=words("tables.grid"),
        columns=tuple(words(f"tables.column.{name}") for name in names),
        rows=tuple(_row(table, says)[: len(names)] for table in result.workspace.tables[:_ROWS]),
        numeric=frozenset({4, 5, 7, 8} & set(range(len(names)))),
        sortable=True,
    )


def _row(table: WorkspaceTable, says: Says) -> tuple[Lines, ...]:
    words, source = says.words, table.source
    kind = words(f"tables.kind.{table.kind}") if words.has(f"tables.kind.{table.kind}") else name_of(table.kind)
    system = " ".join(filter(None, (table.fields.system, table.fields.system_object)))
    return (
        cell(name_of(table.name), strong=True),
        cell(file_named(table.where)),
        cell(kind if table.declared else words("tables.guessed", kind=kind)),
        cell(system or "–"),
        says.count(source.rows),
        says.count(len(source.headers)),
        cell(name_of(table.header(table.key))) if table.key else cell(words("tables.no_key"), tone=Tone.QUIET),
        says.count(source.rows_set_aside),
        says.count(sum(tally.count for tally in source.repaired)),
    )


def _joins(result: AuditResult, says: Says) -> Iterator[Block]:
    joins = result.workspace.joins
    words = says.words
    if not joins:
        if len(result.workspace.tables) > 1:
            yield says.para("tables.no_joins", Tone.WARN)
        return
    names = ("join", "by", "matched", "share", "blank", "orphans", "childless")
    grid = Grid(
        title=words("tables.joins"),
        columns=tuple(words(f"tables.join.{name}") for name in names),
        rows=tuple(_join_row(item, result, says) for item in joins[:_ROWS]),
        numeric=frozenset({2, 3, 4, 5, 6}),
    )
    blocks: tuple[Block, ...] = (*_loose(result, says), grid, says.para("tables.joins_note", Tone.QUIET))
    yield Section(title=words("tables.joins"), anchor="tables-joins", level=3, blocks=blocks)


def _join_row(item: JoinMeasured, result: AuditResult, says: Says) -> tuple[Lines, ...]:
    join, counts = item.join, item.counts
    child, parent = result.workspace.table(join.child), result.workspace.table(join.parent)
    by = says.words(
        "tables.join_by_domain" if join.by == BY_DOMAIN else "tables.join_by",
        child=name_of(child.header(join.child_position), 40),
        parent=name_of(parent.header(join.parent_position), 40),
    )
    return (
        cell(f"{name_of(child.name, 40)} → {name_of(parent.name, 40)}"),
        cell(by),
        says.count(counts.matched),
        says.share_cell(counts.matched, counts.rows),
        says.count(counts.blank),
        says.count(counts.orphans, Tone.WARN if counts.orphans else Tone.PLAIN),
        says.count(counts.childless),
    )


def _loose(result: AuditResult, says: Says) -> Iterator[Para]:
    """Yield how many rows of one table belong to none of another, in words."""
    kinds = Counter(table.kind for table in result.workspace.tables)
    pairs = dict.fromkeys((item.join.child, item.join.parent) for item in result.workspace.joins)
    for child_name, parent_name in list(pairs)[:_LOOSE]:
        own = [
            item for item in result.workspace.joins if (item.join.child, item.join.parent) == (child_name, parent_name)
        ]
        child, parent = result.workspace.table(child_name), result.workspace.table(parent_name)
        # A join by domain places only rows that no other has placed; of several others the best one counts.
        by_domain = sum(item.counts.matched for item in own if item.join.by == BY_DOMAIN)
        matched = max((item.counts.matched for item in own if item.join.by != BY_DOMAIN), default=0) + by_domain
        rows = child.source.rows
        loose, orphans = max(0, rows - matched), max(item.counts.orphans for item in own)
        if not loose:
            continue
        if child_name == parent_name:  # who belongs to whom in one table: most belong to none
            column = child.header(own[0].join.child_position)
            yield says.para(
                "tables.loose_own",
                Tone.QUIET,
                n=says.value(loose),
                share=says.share(loose, rows),
                child=name_of(child_name),
                column=name_of(column),
            )
            continue
        text = _loose_words(child, parent, kinds, loose, says)
        if orphans:
            text += " " + says.words("tables.loose_orphans", n=says.value(orphans))
        yield Para(line=span(text), tone=Tone.WARN if loose >= _MUCH * rows else Tone.PLAIN)


def _loose_words(child: WorkspaceTable, parent: WorkspaceTable, kinds: Counter[str], loose: int, says: Says) -> str:
    words, share = says.words, says.share(loose, child.source.rows)
    plain = all(table.kind != OTHER and kinds[table.kind] == 1 for table in (child, parent))
    if plain and words.has(f"tables.none.{parent.kind}"):
        return words(
            "tables.loose",
            n=says.value(loose),
            share=share,
            child=words(f"tables.{'one' if loose == 1 else 'many'}.{child.kind}"),
            parent=words(f"tables.none.{parent.kind}"),
        )
    return words(
        "tables.loose_rows", n=says.value(loose), share=share, child=name_of(child.name), parent=name_of(parent.name)
    )


def _mended(result: AuditResult, says: Says) -> Iterator[Block]:
    told = [
        (table.name, done, tally)
        for table in result.workspace.tables
        for done, tallies in (("aside", table.source.set_aside), ("repaired", table.source.repaired))
        for tally in tallies
    ]
    if not told:
        return
    words = says.words
    names = ("table", "done", "what", "rows", "line")
    grid = Grid(
        title=words("tables.mended"),
        columns=tuple(words(f"tables.mended.{name}") for name in names),
        rows=tuple(_mended_row(name, done, tally, says) for name, done, tally in told[:_ROWS]),
        numeric=frozenset({3, 4}),
    )
    more = len(told) - _ROWS
    after = [says.para("tables.mended_more", Tone.QUIET, n=more)] if more > 0 else []
    yield Fold(title=words("tables.mended"), blocks=(grid, *after))


def _mended_row(name: str, done: str, tally: Tally, says: Says) -> tuple[Lines, ...]:
    line = says.words.number(tally.first_line)
    return (
        cell(name_of(name)),
        cell(says.words(f"tables.mended_{done}")),
        (says.english(tally.what, quotes_cells=True),),
        says.count(tally.count),
        cell(f"{line} ({name_of(tally.file)})" if tally.file else line),
    )


def _notes(result: AuditResult, says: Says) -> Iterator[Block]:
    notes = [(table.name, note) for table in result.workspace.tables for note in table.source.notes]
    notes += [("", note) for note in result.workspace.notes]
    if not notes:
        return
    paras = tuple(
        Para(
            line=(Span(text=f"{name_of(name)}: " if name else "", strong=True), *says.english(note, quotes_cells=True))
        )
        for name, note in notes[:_ROWS]
    )
    yield Fold(title=says.words("tables.notes"), blocks=paras)
