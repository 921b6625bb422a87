"""On the driver: the pieces of files put in order, and the records that lie across their ends."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from segaudit.engine.protocol import CsvLayout
from segaudit.engine.spark.landing import Fact
from segaudit.engine.spark.numbering import Stretch
from segaudit.engine.spark.parsing import Parser
from segaudit.errors import EngineError

_NO_END = "a quoted cell does not end"


def in_order(facts: Sequence[Fact], files: Sequence[int]) -> list[list[Fact]]:
    """Return the pieces of each file in their order.

    Raises:
        EngineError: A piece is of none of the files.
    """
    found: dict[int, list[Fact]] = {file: [] for file in files}
    for fact in facts:
        if fact.said["file"] not in found:
            raise EngineError("a file came while the others were read", statement="", hint="read a folder at rest")
        found[fact.said["file"]].append(fact)
    return [sorted(pieces, key=lambda fact: fact.said["start"]) for pieces in found.values()]


def misread(pieces: Sequence[Fact]) -> dict[tuple[int, int], bool]:
    """Return, if a piece of a file was taken to begin where it does not, how it and those behind it begin.

    Of those behind it, this goes by the number of their quotes, which is right but for quotes in cells without any
    around them; they will be looked at again.
    """
    inside = False
    for number, fact in enumerate(pieces):
        if fact.said["inside"] != inside:
            begins = {}
            for other in pieces[number:]:
                begins[other.said["file"], other.said["start"]] = inside
                inside ^= bool(other.said["quotes"] % 2)
            return begins
        if fact.said["fault"]:
            return {}
        inside = bool(fact.said["tail"]) or fact.said["all_head"]
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """The records across the ends of pieces.

    Attributes:
        table: Their rows, as the pieces have them; None if there are none.
        measures: By Parser.MEASURES.
        stretches: Of all rows, in order.
    """

    table: Any  # a pyarrow.Table
    measures: Mapping[str, int]
    stretches: tuple[Stretch, ...]


def join_ends(files: Sequence[Sequence[Fact]], layout: CsvLayout) -> Ends:
    """Put the ends of pieces together.

    Args:
        files: The pieces of each file, in order, of which each begins as the one before it ends.
        layout: How the text is laid out.

    Raises:
        EngineError: What comes of it is no record.
    """
    first = max((fact.task for pieces in files for fact in pieces), default=-1) + 1
    texts: list[bytes] = []
    stretches: list[Stretch] = []
    for pieces in files:
        for fact, text in _with_ends(pieces):
            if text and len(text) > layout.longest_row + 1:
                raise EngineError(f"a row is longer than {layout.longest_row:,} bytes", statement="")
            if text:
                stretches.append(Stretch(task=first + len(texts), piece=0, rows=1))
                texts.append(text)
            stretches.append(Stretch(task=fact.task, piece=fact.piece, rows=fact.said["rows"]))
    if not texts:
        return Ends(table=None, measures={}, stretches=tuple(stretches))
    with Parser(layout) as parser:
        table, reason = parser.parse(b"".join(texts))
        if table is None or table.num_rows != len(texts):
            raise EngineError(reason or _NO_END, statement="")
        return Ends(table=_placed(table, first), measures=parser.measured(table), stretches=tuple(stretches))


def _with_ends(pieces: Sequence[Fact]) -> Iterator[tuple[Fact, bytes]]:
    """Yield each piece with the record that ends in it and began before it."""
    text = b""
    for fact in pieces:
        text += fact.said["head"].encode("latin-1")
        if fact.said["all_head"]:
            yield fact, b""
            continue
        yield fact, text
        text = fact.said["tail"].encode("latin-1")
    if text:
        raise EngineError(_NO_END, statement="")


def _placed(table: Any, first: int) -> Any:  # noqa: ANN401 - pyarrow.Tables
    """Return the rows, each as a stretch of its own."""
    import numpy as np  # noqa: PLC0415 - heavy
    import pyarrow as pa  # noqa: PLC0415 - as above

    rows = table.num_rows
    placed = table.append_column("_task", pa.array(np.arange(first, first + rows), pa.int32()))
    placed = placed.append_column("_piece", pa.array(np.zeros(rows), pa.int32()))
    return placed.append_column("_at", pa.array(np.zeros(rows), pa.int64()))
