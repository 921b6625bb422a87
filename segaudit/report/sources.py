"""What a file was read as, for reports of every kind."""

from collections.abc import Iterator, Sequence
from typing import Any

from segaudit.model.source import ByteLedger, Source, Tally
from segaudit.report.document import Text, Tone
from segaudit.report.safety import shown

_LONGEST = 200
_WHERE = {"cells": "in cells", "header": "in the header", "mark": "of the byte-order mark"}


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
        "notes": list(source.notes),
    }


def tallies_json(tallies: Sequence[Tally]) -> list[dict[str, Any]]:
    """Return tallies as JSON-ready values."""
    return [{"what": tally.what, "count": tally.count, "first_line": tally.first_line} for tally in tallies]


def _ledger_json(ledger: ByteLedger) -> dict[str, int]:
    return {"file": ledger.file, **dict(_entries(ledger)), "unexplained": ledger.unexplained}


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
    columns = "1 column" if len(source.headers) == 1 else f"{len(source.headers):,} columns"
    return f"{_counted(source.rows, 'row')}, {columns} ({read_as}){empty}"


def reading_texts(source: Source) -> list[Text]:
    """Return what was decided, set aside and mended on the way, and where every byte went."""
    texts = [Text(text=f"Note: {shown(note, longest=_LONGEST)}", tone=Tone.QUIET) for note in source.notes]
    texts += unruly_texts(source)
    if source.ledger:
        texts.append(Text(text=_balance(source, source.ledger), tone=Tone.QUIET))
    return texts


def unruly_texts(source: Source, of: str = "") -> list[Text]:
    """Return what was set aside and mended, each behind the name of a table where there are several."""
    table = f"{of}: " if of else ""
    texts = [f"{table}Set aside: {_told(tally, 'record')}" for tally in source.set_aside]
    texts += [f"{table}Mended: {_told(tally, 'row')}" for tally in source.repaired]
    return [Text(text=text, tone=Tone.WARN) for text in texts]


def _told(tally: Tally, noun: str) -> str:
    first = f"line {tally.first_line:,}" if tally.count == 1 else f"first on line {tally.first_line:,}"
    return f"{_counted(tally.count, noun)}, {first}: {tally.what}"


def _balance(source: Source, ledger: ByteLedger) -> str:
    """Return the byte ledger as a sum."""
    parts = [f"{count:,} {_WHERE.get(name, name.replace('_', ' '))}" for name, count in _entries(ledger) if count]
    aside = source.rows_set_aside
    records = f"{_counted(source.rows, 'row')} + {aside:,} set aside; " if aside else ""
    return f"Nothing lost: {records}{ledger.file:,} bytes = {' + '.join(parts)}"


def _counted(count: int, noun: str) -> str:
    return f"1 {noun}" if count == 1 else f"{count:,} {noun}s"
