"""Several files that are parts of one table: read one after the other, and put together by their headers."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import TypeVar

from segaudit.engine.protocol import Engine
from segaudit.errors import InputError
from segaudit.ingest.aside import Aside
from segaudit.ingest.files.incoming import Incoming
from segaudit.ingest.options import SAMPLE_ROWS, ReadOptions
from segaudit.model.source import EXTRA_HEADER, ByteLedger, RowLedger, Source, Tally

_Reader = Callable[[Incoming, Engine, ReadOptions, Path, Aside], Source]
_Ledger = TypeVar("_Ledger", ByteLedger, RowLedger)
_NAMED = 10  # parts whose rows are told one by one


def read_parts(  # noqa: PLR0913, PLR0917 - what every reader is told, and the reader
    files: Sequence[Incoming], read: _Reader, engine: Engine, options: ReadOptions, workspace: Path, aside: Aside
) -> Source:
    """Read several files as one table.

    Args:
        files: At least two, in order.
        read: Reads one of them.
        engine: Where the table will live; the parts live beside it.
        options: What the user said; of each file.
        workspace: Folder for copies.
        aside: Takes what is no data row.

    Raises:
        InputError: Two files differ in their headers, or one cannot be read.
    """
    sources: list[Source] = []
    for number, file in enumerate(files):
        folder = workspace / f"part{number}"
        folder.mkdir()
        source = read(file, engine, replace(options, table=f"{options.table}_part{number}"), folder, aside)
        if sources and _names(source) != _names(sources[0]):
            raise _differ(sources[0], source)
        sources.append(replace(source, set_aside=aside.take()))
    surplus = any(EXTRA_HEADER in source.headers for source in sources)
    own = tuple(header for header in sources[0].headers if header != EXTRA_HEADER)
    headers = (*own, EXTRA_HEADER) if surplus else own
    engine.define(options.table, _union(sources, headers))
    first = sources[0]
    return replace(
        first,
        name=f"{first.name} and {len(sources) - 1:,} more",
        table=options.table,
        headers=headers,
        rows=sum(source.rows for source in sources),
        size=sum(source.size for source in sources),
        encoding=" and ".join(dict.fromkeys(filter(None, (source.encoding for source in sources)))),
        sheet=first.sheet if all(source.sheet for source in sources) else "",
        set_aside=_added_up(sources),
        repaired=tuple(replace(tally, file=source.name) for source in sources for tally in source.repaired),
        ledger=_together(ByteLedger, [source.ledger for source in sources]),
        row_ledger=_together(RowLedger, [source.row_ledger for source in sources]),
        sample=tuple(row for source in sources for row in _in_order(source, headers))[:SAMPLE_ROWS],
        notes=(_said(sources), *_notes(sources)),
    )


def _names(source: Source) -> Counter[str]:
    """Return the headers that say which table it is, whatever their order."""
    return Counter(header.strip() for header in source.headers if header != EXTRA_HEADER)


def _differ(first: Source, other: Source) -> InputError:
    lacking, more = _names(first) - _names(other), _names(other) - _names(first)
    told = [f'"{name}" is missing' for name in lacking] + [f'"{name}" is more' for name in more]
    return InputError(
        f"the columns are not those of {first.name} ({', '.join(told[:3])})",
        where=other.name,
        hint="files read together are parts of one table; for different tables: segaudit workspace FILE...",
    )


def _positions(source: Source, headers: Sequence[str]) -> list[int | None]:
    """Return, for each header of the whole table, where it stands in a part; None if it does not."""
    places: dict[str, list[int]] = {}
    for position, header in enumerate(source.headers, start=1):
        places.setdefault(header.strip(), []).append(position)
    return [places[name].pop(0) if places.get(name := header.strip()) else None for header in headers]


def _union(sources: Sequence[Source], headers: Sequence[str]) -> str:
    """Return the query of the whole table, rows numbered through."""
    parts, above = [], 0
    for source in sources:
        cells = ", ".join(
            f"{'NULL::VARCHAR' if position is None else f'c{position}'} AS c{target}"
            for target, position in enumerate(_positions(source, headers), start=1)
        )
        parts.append(f"SELECT _row + {above} AS _row, {cells} FROM {source.table}")
        above += source.rows
    return " UNION ALL ".join(parts)


def _in_order(source: Source, headers: Sequence[str]) -> list[tuple[str, ...]]:
    positions = _positions(source, headers)
    return [
        tuple(row[position - 1] if position and position <= len(row) else "" for position in positions)
        for row in source.sample
    ]


def _together(kind: type[_Ledger], ledgers: Sequence[_Ledger | None]) -> _Ledger | None:
    """Return the sum of ledgers; None if a part has none."""
    known = [ledger for ledger in ledgers if ledger is not None]
    if len(known) < len(ledgers):
        return None
    return kind(**{entry.name: sum(getattr(ledger, entry.name) for ledger in known) for entry in fields(kind)})


def _added_up(sources: Sequence[Source]) -> tuple[Tally, ...]:
    """Return what was set aside over all files, each with where it was first; the rejects have all of it."""
    told: dict[str, Tally] = {}
    for source in sources:
        for tally in source.set_aside:
            first = told.get(tally.what, replace(tally, count=0, file=source.name))
            told[tally.what] = replace(first, count=first.count + tally.count)
    return tuple(told.values())


def _notes(sources: Sequence[Source]) -> Iterator[str]:
    """Yield what is to be known of the files: behind their names, but for what is so of all."""
    counts = Counter(note for source in sources for note in dict.fromkeys(source.notes))
    for source in sources:
        for note in source.notes:
            if counts[note] < len(sources):
                yield f"{source.name}: {note}"
    yield from (note for note in dict.fromkeys(sources[0].notes) if counts[note] == len(sources))


def _said(sources: Sequence[Source]) -> str:
    told, above = [], 0
    for source in sources:
        told.append(f"{source.name}: rows {above + 1:,} to {above + source.rows:,}" if source.rows else source.name)
        above += source.rows
    more = f"; and {len(told) - _NAMED:,} more" if len(told) > _NAMED else ""
    return f"{len(sources):,} files read as one table ({'; '.join(told[:_NAMED])}{more})"
