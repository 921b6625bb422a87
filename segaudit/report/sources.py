"""What a file was read as, for reports of every kind."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from segaudit.model.source import ByteLedger, RowLedger, Source, Tally
from segaudit.report.document import Text, Tone
from segaudit.report.safety import shown

_LONGEST = 200
_WHERE = {"cells": "in cells", "header": "in the header", "mark": "of the byte-order mark", "set_aside": "set aside"}
_ONE_BY_ONE = {"delimiters": "delimiter", "quotes": "quote", "line_ends": "line end"}


def source_json(source: Source) -> dict[str, Any]:
    """Return what a file was read as."""
    return {
        "name": source.name,
        "kind": source.kind,
        "rows": source.rows,
        "columns": len(source.headers),
        "header_rows": source.header_rows,
        "bytes": source.size,
        "sha256": source.sha256,
        "encoding": source.encoding or None,
        "delimiter": source.delimiter or None,
        "sheet": source.sheet or None,
        "set_aside": tallies_json(source.set_aside),
        "repaired": tallies_json(source.repaired),
        "ledger": _ledger_json(source.ledger) if source.ledger else None,
        "row_ledger": _row_ledger_json(source.row_ledger) if source.row_ledger else None,
        "notes": list(source.notes),
    }


def tallies_json(tallies: Sequence[Tally]) -> list[dict[str, Any]]:
    """Return tallies as JSON-ready values."""
    return [
        {"what": tally.what, "count": tally.count, "first_line": tally.first_line, "file": tally.file or None}
        for tally in tallies
    ]


def _ledger_json(ledger: ByteLedger) -> dict[str, int]:
    return {"file": ledger.file, **dict(_entries(ledger)), "unexplained": ledger.unexplained}


def _row_ledger_json(ledger: RowLedger) -> dict[str, int]:
    return {**asdict(ledger), "unexplained": ledger.unexplained}


def _entries(ledger: ByteLedger) -> Iterator[tuple[str, int]]:
    yield "cells", ledger.cells
    yield "header", ledger.header
    yield "delimiters", ledger.delimiters
    yield "quotes", ledger.quotes
    yield "line_ends", ledger.line_ends
    yield "set_aside", ledger.set_aside
    yield "mark", ledger.mark


def source_line(source: Source) -> str:
    """Return in one line what a file was read as."""
    read_as = source.kind if source.kind != "csv" else f"{source.encoding} text"
    empty = "" if source.rows else ", which is a header without data rows"
    return f"{counted(source.rows, 'row')}, {counted(len(source.headers), 'column')} ({read_as}){empty}"


def reading_texts(source: Source) -> list[Text]:
    """Return what was decided, set aside and mended on the way, and where every byte went."""
    texts = [Text(text=f"Note: {shown(note, longest=_LONGEST)}", tone=Tone.QUIET) for note in source.notes]
    texts += unruly_texts(source)
    if source.row_ledger:
        texts.append(Text(text=_row_balance(source.row_ledger), tone=Tone.QUIET))
    if source.ledger:
        texts.append(Text(text=_balance(source, source.ledger), tone=Tone.QUIET))
    return texts


def unruly_texts(source: Source, of: str = "") -> list[Text]:
    """Return what was set aside and mended, each behind the name of a table where there are several."""
    table = f"{of}: " if of else ""
    noun, place = ("row", "row") if source.sheet else ("record", "line")
    texts = [f"{table}Set aside: {_told(tally, noun, place)}" for tally in source.set_aside]
    texts += [f"{table}Mended: {_told(tally, 'row', place)}" for tally in source.repaired]
    return [Text(text=text, tone=Tone.WARN) for text in texts]


def _told(tally: Tally, noun: str, place: str) -> str:
    first = f"{place} {tally.first_line:,}" if tally.count == 1 else f"first on {place} {tally.first_line:,}"
    file = f" of {shown(tally.file, longest=_LONGEST)}" if tally.file else ""
    return f"{counted(tally.count, noun)}, {first}{file}: {tally.what}"


def _balance(source: Source, ledger: ByteLedger) -> str:
    """Return the byte ledger as a sum."""
    parts = [
        f"{count:,} {_WHERE[name]}" if name in _WHERE else counted(count, _ONE_BY_ONE[name])
        for name, count in _entries(ledger)
        if count
    ]
    aside = source.rows_set_aside
    records = f"{counted(source.rows, 'row')} + {aside:,} set aside; " if aside else ""
    return f"Nothing lost: {records}{counted(ledger.file, 'byte')} = {' + '.join(parts)}"


def _row_balance(ledger: RowLedger) -> str:
    """Return the rows of a sheet as a sum."""
    parts = [f"{ledger.data:,} of data"]
    parts += [f"{ledger.header:,} of the header"] if ledger.header else []
    parts += [f"{ledger.set_aside:,} set aside"] if ledger.set_aside else []
    parts += [f"{ledger.blank:,} blank"] if ledger.blank else []
    return f"Nothing lost: {counted(ledger.sheet, 'row')} of the sheet = {' + '.join(parts)}"


def counted(count: int, noun: str) -> str:
    """Return a number with its noun, such as ``1 row`` or ``2 rows``."""
    return f"1 {noun}" if count == 1 else f"{count:,} {noun}s"
