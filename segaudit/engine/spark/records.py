"""On the executors: lines of delimited text to rows, parsed by an embedded DuckDB a block of whole records at a time.

A file is read in pieces that begin and end between any two lines, so a piece may begin or end within a quoted cell that
has line breaks. What is left over at its two ends goes back to the driver, which puts the ends together.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from segaudit.engine.protocol import CsvLayout
from segaudit.engine.spark.parsing import Parser, without_lines
from segaudit.engine.spark.pieces import BLOCK, PieceKey

Blocks: TypeAlias = Callable[[Iterator[Any]], Iterator[tuple[PieceKey, bytes]]]
Fact: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """Turns lines into tables of cells, and says what each piece of a file came to.

    Attributes:
        layout: How the text is laid out; ``line_end`` is that of the files, empty if they may differ.
        header: Cells that the first record after the skipped lines must have in each file; it is no row then.
        inside: Pieces of which it is known whether they begin within a quoted cell; of others it is found out.
        blocks: Arrow batches -> blocks of whole lines, with the pieces that they are of; None for batches of lines, as
            Spark's reader of text has them: columns value (a line), _file, _start, in order.
    """

    layout: CsvLayout
    header: tuple[str, ...] | None = None
    inside: Mapping[PieceKey, bool] = field(default_factory=dict)
    blocks: Blocks | None = None

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        """Yield the tables of each piece, and then its fact.

        Args:
            batches: What the blocks are made of.

        Returns:
            pyarrow.Table of cells and ``_breaks``, or a Fact.
        """
        blocks = (self.blocks or _lines_by_piece)(batches)
        with Parser(self.layout) as parser:
            for key, lines in itertools.groupby(blocks, lambda item: item[0]):
                yield from _Piece(key, self, parser).read(text for _, text in lines)


class _Piece:
    """One stretch of one file."""

    def __init__(self, key: PieceKey, job: Records, parser: Parser) -> None:
        self._key = key
        self._job = job
        self._parser = parser
        self._quote = job.layout.quote.encode()
        self._inside = job.inside.get(key, False if key[1] == 0 else None)  # None: not known yet
        self._head = b""  # belongs to a record of the piece before
        self._head_ends = False
        self._above = 0
        self._fault = ""
        self._counts = dict.fromkeys(("bytes", "quotes", "ends", *Parser.MEASURES), 0)

    def read(self, texts: Iterator[bytes]) -> Iterator[Any]:
        """Yield the tables of whole records, and the fact."""
        held = b""
        for number, text in enumerate(texts):
            block = self._without_top(text) if number == 0 and self._key[1] == 0 else text
            self._count(block)
            if self._fault:
                continue
            if len(held) + len(self._head) > self._job.layout.longest_row:
                self._fault = f"a row is longer than {self._job.layout.longest_row:,} bytes"
                continue
            table, held = self._records(held + block)
            if table is not None and table.num_rows:
                yield table
        yield self._fact(held)

    def _records(self, text: bytes) -> tuple[Any, bytes]:
        """Return the table of the whole records in a text, None if there is none, and what is left of it."""
        reason = ""
        for inside in [self._inside] if self._inside is not None else [False, True]:
            begin = 0
            if inside and not self._head_ends:
                begin = _end_of_first_odd(text, self._quote)
                if begin < 0 and self._inside:
                    self._head += text
                    return None, b""
                if begin < 0:
                    continue
            for cut in _cuts(text, begin, self._quote):
                table, why = self._parser.parse(text[begin:cut])
                if table is None:
                    reason = reason or why
                    continue
                self._head += text[:begin]
                self._head_ends = self._head_ends or begin > 0
                self._inside = inside
                for name, number in self._parser.measured(table).items():
                    self._counts[name] += number
                return table, text[cut:]
        self._fault = reason
        return None, b""

    def _without_top(self, text: bytes) -> bytes:
        """Return the beginning of a file without the lines above its rows."""
        at = without_lines(text, self._job.layout.skip)
        if self._job.header is not None or self._job.layout.header:
            cells, length = self._parser.first_record(text[at:])
            if self._job.header is not None and cells != self._job.header:
                said = ", ".join(cells)[:200] or "something else"
                self._fault = f"the file does not begin with the header but with: {said}"
            at += length
        self._above = at
        return text[at:]

    def _count(self, block: bytes) -> None:
        self._counts["bytes"] += len(block)
        self._counts["quotes"] += block.count(self._quote) if self._quote else 0
        self._counts["ends"] += block.count(b"\n") + block.count(b"\r")

    def _fact(self, held: bytes) -> Fact:
        """Return what became of the piece; texts as Latin-1, which has a character for each byte."""
        return {
            "file": self._key[0],
            "start": self._key[1],
            "inside": bool(self._inside),
            "head": self._head.decode("latin-1"),
            "all_head": bool(self._inside) and not self._head_ends,
            "tail": held.decode("latin-1"),
            "above": self._above,
            "fault": self._fault,
            **self._counts,
        }


def _lines_by_piece(batches: Iterator[Any]) -> Iterator[tuple[PieceKey, bytes]]:
    """Yield blocks of lines, each of one piece, with the line ends that the reader took away."""
    held: list[bytes] = []
    size, current = 0, (0, -1)
    for key, lines in _stretches(batches):
        if held and (key != current or size > BLOCK):
            yield current, b"".join(held)
            held, size = [], 0
        current = key
        held.append(_joined(lines))
        size += len(held[-1])
    if held:
        yield current, b"".join(held)


def _stretches(batches: Iterator[Any]) -> Iterator[tuple[PieceKey, Any]]:
    """Yield the lines of each piece in each batch."""
    import pyarrow.compute as pc  # noqa: PLC0415 - on the executor

    for batch in batches:
        lines, files, starts = batch.column(0), batch.column(1), batch.column(2)
        ends = {*pc.run_end_encode(files).run_ends.to_pylist(), *pc.run_end_encode(starts).run_ends.to_pylist()}
        for begin, end in itertools.pairwise([0, *sorted(ends)]):
            yield (files[begin].as_py(), starts[begin].as_py()), lines.slice(begin, end - begin)


def _joined(lines: Any) -> bytes:  # noqa: ANN401 - pyarrow.StringArray
    import pyarrow as pa  # noqa: PLC0415 - on the executor
    import pyarrow.compute as pc  # noqa: PLC0415 - as above

    whole = pa.ListArray.from_arrays(pa.array([0, len(lines)], pa.int32()), lines.cast(pa.binary()))
    return bytes(memoryview(pc.binary_join(whole, b"\n")[0].as_buffer())) + b"\n"


def _cuts(text: bytes, begin: int, quote: bytes) -> Iterator[int]:
    """Yield where the whole records of a text may end: at its end, or where its last odd line begins.

    A line with an odd number of quotes opens a cell or ends one. In a text that begins with a record and ends within
    one, the last such line opens that cell.
    """
    yield len(text)
    end = len(text) - 1
    while quote and end > begin:
        start = max(begin, text.rfind(b"\n", begin, end) + 1)
        if text.count(quote, start, end) % 2:
            yield start
            return
        end = start - 1


def _end_of_first_odd(text: bytes, quote: bytes) -> int:
    """Return where the first line with an odd number of quotes ends; -1 if there is none."""
    begin = 0
    while quote and begin < len(text):
        end = text.find(b"\n", begin) + 1
        if text.count(quote, begin, end) % 2:
            return end
        begin = end
    return -1
