"""Pieces of files that executors see, read as they lie on the disk: blocks of whole lines."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

PieceKey: TypeAlias = tuple[int, int]  # which file, and the byte of it that the piece begins at

# Bytes of text parsed at a time: a row group of what is written, and little beside what a worker may use.
BLOCK = 12_000_000
_PIECE = 64_000_000  # bytes that a task reads, at most
_BOM = b"\xef\xbb\xbf"
_BYTES = re.compile(r"(\d+)\s*([kmgt]?)i?b?", re.IGNORECASE)
_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """The lines of a file whose first byte lies in a stretch of it.

    Attributes:
        file: Its path.
        key: By which the file is told.
        start: First byte of the stretch.
        end: Byte behind it.
    """

    file: str
    key: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """On the executors: numbers of pieces to blocks of lines.

    Attributes:
        pieces: All of them.
        longest: Bytes a line may have. What comes behind a longer one is left out: the driver counts bytes.
    """

    pieces: tuple[Piece, ...]
    longest: int

    def __call__(self, batches: Iterator[Any]) -> Iterator[tuple[PieceKey, bytes]]:
        """Yield the blocks, each with its piece; the last line of a file ends like the others."""
        for batch in batches:
            for number in batch.column(0).to_pylist():
                piece = self.pieces[number]
                for block in self._blocks(piece):
                    yield (piece.key, piece.start), block

    def wanted(self, session: Any) -> Any:  # noqa: ANN401 - SparkSession -> DataFrame
        """Return the numbers of the pieces, a task for each."""
        return session.range(0, len(self.pieces), 1, max(1, len(self.pieces)))

    def _blocks(self, piece: Piece) -> Iterator[bytes]:
        with _opened(piece.file) as file:
            at = self._first_line(file, piece)
            while at < piece.end:
                block = file.read(min(BLOCK, piece.end - at))
                if not block:
                    return
                if not block.endswith(b"\n"):
                    rest = file.readline(self.longest)
                    if not rest.endswith(b"\n") and len(rest) >= self.longest:
                        return
                    block += rest
                at += len(block)
                yield block if block.endswith(b"\n") else block + b"\n"

    def _first_line(self, file: BinaryIO, piece: Piece) -> int:
        """Go to the first line that begins in a piece; return its place, or one behind the piece."""
        if piece.start == 0:
            if file.read(len(_BOM)) == _BOM:
                return len(_BOM)
            file.seek(0)
            return 0
        file.seek(piece.start - 1)
        while not (line := file.readline(self.longest)).endswith(b"\n"):
            if not line or file.tell() >= piece.end:
                return piece.end
        return int(file.tell())


def _opened(path: str) -> BinaryIO:
    try:
        return Path(path).open("rb")
    except OSError as error:
        said = f"a worker cannot read {path} ({error.strerror}); all workers must see it under this path"
        raise OSError(said) from error


def cut_into_pieces(files: Sequence[tuple[str, int, int]], most: str) -> tuple[Piece, ...]:
    """Return the pieces of files.

    Args:
        files: Path, key and bytes of each.
        most: Bytes of a piece at most, as Spark's settings say it: ``128MB``, ``134217728b``.
    """
    said = _BYTES.fullmatch(most.strip())
    size = max(1, min(_PIECE, int(said[1]) * _UNITS[said[2].lower()] if said else _PIECE))
    return tuple(
        Piece(file=path, key=key, start=start, end=min(start + size, length))
        for path, key, length in files
        for start in range(0, length, size)
    )
