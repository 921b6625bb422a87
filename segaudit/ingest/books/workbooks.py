"""Workbooks (xlsx, xls, xlsb, ods) and web pages to a raw table, one sheet at a time, by way of a clean copy."""

import csv
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from segaudit.engine.protocol import Engine
from segaudit.errors import InputError
from segaudit.ingest.aside import TITLE, Aside
from segaudit.ingest.body import OTHER_TABLE
from segaudit.ingest.books.body import SheetBody
from segaudit.ingest.books.choice import sheet_list
from segaudit.ingest.books.facts import Extracted, SheetFacts
from segaudit.ingest.books.gaps import Gaps, gap_letters, placed, unfold
from segaudit.ingest.books.guard import extract
from segaudit.ingest.books.layout import Row, SheetLayout, find_layout
from segaudit.ingest.books.sheets import named_by_kind
from segaudit.ingest.delimited.spool import Spooled, load_spooled, spool_rows
from segaudit.ingest.options import ReadOptions
from segaudit.model.source import EXTRA_HEADER, RowLedger, Source

_LONGEST_CELL = 2**31 - 1
_NAMED_GAPS = 3  # runs of columns left out that are named


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """A sheet that was written out, and what the user said of it."""

    extracted: Extracted
    options: ReadOptions
    spool: Path  # its rows
    clean: Path  # takes the copy


@dataclass(frozen=True, slots=True, kw_only=True)
class _Copied:
    """What was read of a table."""

    layout: SheetLayout
    body: SheetBody
    spooled: Spooled


def read_workbook(  # noqa: PLR0913, PLR0917 - what every reader is told, and the kind that was seen
    path: Path, kind: str, engine: Engine, options: ReadOptions, workspace: Path, aside: Aside
) -> Source:
    """Read one sheet: the one asked for, else the first that holds a table.

    Args:
        path: The workbook.
        kind: xlsx, xls, xlsb, ods, html or xml.
        engine: Where the table will live.
        options: What the user said about the file.
        workspace: Folder for copies.
        aside: Takes what is no data row.

    Raises:
        InputError: The workbook is protected, damaged, dangerous or empty, or has no such sheet or table.
    """
    spool = workspace / "sheet.csv"
    extracted = extract(named_by_kind(path, kind, workspace), kind, options.label, sheet=options.sheet, spool=spool)
    if not extracted.facts.width:
        raise InputError(
            f'sheet "{extracted.chosen}" is empty',
            where=options.label,
            hint=f"its sheets are: {sheet_list(extracted.sheets, quote=chr(34))}",
        )
    job = _Job(extracted=extracted, options=options, spool=spool, clean=workspace / "clean.csv")
    if len(extracted.sheets) > 1:
        aside.label = f"{options.label} [{extracted.chosen}]"
    before = aside.mark()
    copied = _copy(job, options.skip, aside)
    elsewhere = _chosen_table(job, copied)
    if elsewhere is not None:
        aside.back_to(before)
        copied = _copy(job, elsewhere - 1, aside, above=OTHER_TABLE)
    spool.unlink()
    ledger = _balanced(extracted.facts, copied, options.label)
    names = copied.layout.names
    return Source(
        name=options.label,
        table=options.table,
        headers=(*names, EXTRA_HEADER) if copied.spooled.long else names,
        rows=load_spooled(job.clean, len(names), engine, options, copied.spooled),
        kind=kind,
        skip=copied.layout.first_row - 1,
        sheet=extracted.chosen,
        size=path.stat().st_size,
        header_rows=len(copied.layout.header),
        repaired=copied.body.sorter.repaired.result(),
        row_ledger=ledger,
        sample=tuple(copied.body.sample),
        notes=tuple(_notes(extracted, copied)),
    )


def _copy(job: _Job, skip: int | None, aside: Aside, *, above: str = TITLE) -> _Copied:
    """Write the data rows to a clean copy, and set the rest aside."""
    with _long_cells(), closing(_rows(job.spool, job.extracted.facts.gaps)) as rows:
        layout = find_layout(rows, job.extracted.facts, job.options, skip)
        body = SheetBody(layout, job.options.words(), aside, above=above)
        spooled = spool_rows(job.clean, len(layout.names), body.rows(rows))
    return _Copied(layout=layout, body=body, spooled=spooled)


def _balanced(facts: SheetFacts, copied: _Copied, label: str) -> RowLedger:
    """Return where every row of the sheet went.

    Raises:
        InputError: That cannot be said of all.
    """
    ledger = RowLedger(
        sheet=facts.last,
        data=copied.spooled.rows,
        header=len(copied.layout.header),
        set_aside=copied.body.set_aside,
        blank=facts.last - facts.rows + copied.body.white_above,
    )
    if ledger.unexplained:
        raise InputError(
            f"{_count(abs(ledger.unexplained), 'row')} of the sheet could not be accounted for",
            where=label,
            hint="nothing was reported on it; save it anew as .xlsx, or export it as CSV",
        )
    return ledger


def _chosen_table(job: _Job, copied: _Copied) -> int | None:
    """Return the row on which the table to read begins if it is not the first: the one asked for, or the longest."""
    others = copied.body.sorter.tables
    number = job.options.table_number
    if number is not None:
        if not 1 <= number <= len(others) + 1:
            found = "is 1 table" if not others else f"are {len(others) + 1} tables"
            raise InputError(f"there is no table {number}", where=job.options.label, hint=f"there {found} in the sheet")
        return others[number - 2].first_line if number > 1 else None
    longest = max(others, key=lambda table: table.rows, default=None)
    return longest.first_line if longest and longest.rows > copied.spooled.rows else None


def _rows(spool: Path, gaps: Gaps) -> Generator[Row, None, None]:
    """Yield the rows the child process wrote: number, cells up to the last filled."""
    with spool.open(encoding="utf-8", newline="") as file:
        for fields in csv.reader(file):
            yield unfold(fields, gaps)


@contextmanager
def _long_cells() -> Iterator[None]:
    """Let cells be as long as they are."""
    limit = csv.field_size_limit(_LONGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(limit)


def _notes(extracted: Extracted, copied: _Copied) -> Iterator[str]:
    """Yield what a reader of the report should know of how the sheet was read."""
    sheets, empty_above, header_rows = extracted.sheets, copied.body.empty_above, len(copied.layout.header)
    if len(sheets) > 1 or not all(sheet.visible for sheet in sheets):
        yield f'read sheet "{extracted.chosen}" of {len(sheets)}: {sheet_list(sheets)}'
    if empty_above:
        yield f"{_count(empty_above, 'empty row')} above the header passed over"
    if not header_rows:
        yield "there is no header row: the first row is data, and columns are numbered (--header-rows 1 if not)"
    elif header_rows > 1:
        yield f"{header_rows} header rows make the names of the columns (--header-rows 1 if not)"
    yield from _notes_on_cells(extracted.facts, copied.body.merged(extracted.facts.merged))


def _notes_on_cells(facts: SheetFacts, merged: int) -> Iterator[str]:
    gaps = [gap for gap in facts.gaps if placed(gap[0], facts.gaps) < facts.width]  # and not behind the last column
    if gaps:
        left_out = _count(sum(last - first + 1 for first, last in gaps), "column")
        letters = ", ".join((*map(gap_letters, gaps[:_NAMED_GAPS]), *["..."][: len(gaps) - _NAMED_GAPS]))
        yield f"{left_out} of the sheet left out ({letters}): blank from top to bottom, without a header"
    if facts.hidden_rows:
        yield f"{_count(facts.hidden_rows, 'row')} of the sheet hidden, by a filter or by hand; read like the others"
    if facts.hidden_columns:
        yield f"{_count(facts.hidden_columns, 'column')} of the sheet hidden; read like the others"
    if merged:
        yield f"{_count(merged, 'group')} of merged cells in the data: the first cell has the value, the others none"
    if facts.errors:
        yield f"{_count(facts.errors, 'cell')} with an error such as #N/A; the error is kept as the cell's text"
    elif facts.errors is None:
        yield "cells with an error such as #N/A cannot be told from empty ones here; saved as .xlsx, they can"
    if facts.uncomputed:
        formulas = _count(facts.uncomputed, "formula")
        yield f"{formulas} without a computed value, so the cell is empty; open the workbook in Excel and save it"


def _count(number: int, thing: str) -> str:
    return f"1 {thing}" if number == 1 else f"{number:,} {thing}s"
