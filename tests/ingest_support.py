"""What the tests of reading share: a file read in one call, and the laws that hold for every read."""

import atexit
import csv
import os
import re
from collections import Counter
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from segaudit.engine.duck import DuckEngine
from segaudit.ingest.options import ReadOptions
from segaudit.ingest.read import read_source
from segaudit.model.source import Source, Tally
from segaudit.sql.kinds import WHITE_SPACE

SURPLUS = "(cells beyond the header)"
# Signs that may be layout in one row and content in another; any other character comes out as often as it goes in.
# So may white space of any kind: a line of it alone is an empty line.
_STRUCTURE = frozenset("\r\n\"'\\,;\t|^~: \ufeff" + WHITE_SPACE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """One line of the rejects file."""

    line: int
    reason: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What came out of a file."""

    headers: tuple[str, ...]
    rows: list[tuple[str, ...]]  # in the order of _row; NULL is the empty text
    source: Source
    rejects: tuple[Reject, ...]


def read(data: bytes | str | Path, *, engine: DuckEngine | None = None, **options: Any) -> Read:  # noqa: ANN401 - ReadOptions knows
    """Read a file, and hold what comes out to the laws of reading.

    Args:
        data: The file, or its bytes, or its text in UTF-8.
        engine: Where to read it; None takes one that all tests share.
        options: Those of ReadOptions.
    """
    with TemporaryDirectory(prefix="segaudit-test-") as folder:
        path = data if isinstance(data, Path) else Path(folder, "export.csv")
        if not isinstance(data, Path):
            path.write_bytes(data.encode() if isinstance(data, str) else data)
        rejects = Path(options.pop("rejects", None) or Path(folder, "rejects.csv"))
        engine = engine or shared_engine()
        source = read_source(
            str(path), engine, ReadOptions(label="export.csv", ordered=True, rejects=str(rejects), **options)
        )
        found = Read(
            headers=source.headers,
            rows=_rows(engine, source),
            source=source,
            rejects=read_rejects(rejects),
        )
        _hold_to_the_laws(path.read_bytes(), found)
        return found


@cache
def shared_engine() -> DuckEngine:
    """Return an engine that stays open until the tests end: opening one takes longer than reading a small file."""
    engine = DuckEngine(threads=2)
    atexit.register(engine.close)
    return engine


def read_rejects(path: Path) -> tuple[Reject, ...]:
    """Return what a rejects file holds; nothing where there is none."""
    if not path.exists():
        return ()
    limit = csv.field_size_limit(2**31 - 1)
    try:
        with path.open(encoding="utf-8", newline="") as file:
            header, *lines = csv.reader(file)
    finally:
        csv.field_size_limit(limit)
    assert header == ["file", "line", "reason", "text"]
    return tuple(Reject(line=int(line), reason=reason, text=text) for _, line, reason, text in lines)


def told(tallies: Iterable[Tally]) -> list[tuple[int, int]]:
    """Return count and first line of what was tallied, blank lines excepted."""
    return [(tally.count, tally.first_line) for tally in tallies if "blank line" not in tally.what]


def examples(usual: int) -> int:
    """Return how many examples a property tries: the usual number, or what SEGAUDIT_EXAMPLES says."""
    return int(os.environ.get("SEGAUDIT_EXAMPLES", usual))


def _rows(engine: DuckEngine, source: Source) -> list[tuple[str, ...]]:
    cells = ", ".join(f"c{position}" for position in range(1, len(source.headers) + 1))
    found = engine.fetch(f"SELECT _row, {cells} FROM {source.table} ORDER BY _row")  # noqa: S608 - names of our own
    assert [row[0] for row in found] == list(range(1, source.rows + 1))
    return [tuple("" if cell is None else cell for cell in row[1:]) for row in found]


def _hold_to_the_laws(data: bytes, found: Read) -> None:
    """Every byte is explained, everything set aside can be read again, and no character goes missing or comes anew."""
    ledger = found.source.ledger
    assert ledger is not None
    assert (ledger.file, ledger.unexplained) == (len(data), 0)
    parts = (ledger.mark, ledger.header, ledger.cells, ledger.delimiters, ledger.quotes, ledger.line_ends)
    assert min(*parts, ledger.set_aside) >= 0
    assert Counter(reject.reason for reject in found.rejects) == {
        tally.what: tally.count for tally in found.source.set_aside
    }
    _hold_the_characters(data, found)


def _hold_the_characters(data: bytes, found: Read) -> None:
    """No character of the file is missing in headers, rows and rejects, and none is there that the file has not."""
    texts = _in_encoding(data, found.source.encoding)
    if texts is None:
        return
    sure, whole = texts
    structure = _STRUCTURE.union(found.source.delimiter)
    headers = [header for header in found.headers if header != SURPLUS] if found.source.header_rows else []
    went_in = _characters([sure], structure)
    came_out = _characters(
        [*headers, *(cell for row in found.rows for cell in row), *(reject.text for reject in found.rejects)], structure
    )
    assert not went_in - came_out, "lost"
    anew = came_out - went_in
    if found.source.header_rows <= 1:  # of several, a group's name is repeated over its columns
        assert all(not whole and not character.isascii() for character in anew), "made up"


def _in_encoding(data: bytes, encoding: str) -> tuple[str, bool] | None:
    """Return what of a file is text for certain, and whether that is all of it; None where nothing is.

    Of a line that is not in the file's encoding only the ASCII is certain; where two bytes make a character, not even
    that, for either may look like ASCII.
    """
    with suppress(UnicodeError):
        return data.decode(encoding), True
    if encoding.startswith(("utf-16", "utf-32")):
        return data.decode(encoding, errors="ignore"), False
    with suppress(UnicodeError):
        if encoding != "utf-8" and "一".encode(encoding):
            return None
    return "".join(_certain(line, encoding) for line in re.split(b"[\r\n]", data)), False


def _certain(line: bytes, encoding: str) -> str:
    with suppress(UnicodeError):
        return line.decode(encoding)
    return line.decode("ascii", errors="ignore")


def _characters(texts: Iterable[str], structure: AbstractSet[str]) -> Counter[str]:
    return Counter(character for text in texts for character in text if character not in structure)
