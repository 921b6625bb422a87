"""XML parts of a workbook, read piece by piece: no entity of the file's own is expanded, nothing is kept."""

from collections.abc import Callable, Iterator, Mapping
from typing import IO
from xml.parsers import expat

_PIECE = 1 << 16


class DamagedWorkbook(Exception):  # noqa: N818 - it is what the workbook is
    """A part of a workbook is missing or is not what it should be."""


def local(name: str) -> str:
    """Return a name without the prefix of its namespace, which every writer chooses for itself."""
    return name.rpartition(":")[2]


def parse(
    part: IO[bytes],
    start: Callable[[str, Mapping[str, str]], object],
    end: Callable[[str], object],
    text: Callable[[str], object] | None = None,
) -> Iterator[None]:
    """Parse a part; yield after each piece, so that what its handlers gathered can be taken away.

    Raises:
        DamagedWorkbook: It is no well-formed XML, or declares a document type, which no workbook does.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse
    try:
        while piece := part.read(_PIECE):
            parser.Parse(piece, False)  # noqa: FBT003 - the parser takes it by position
            yield
        parser.Parse(b"", True)  # noqa: FBT003 - the parser takes it by position
    except expat.ExpatError as error:
        raise DamagedWorkbook(f"broken XML: {error}") from error
    yield


def elements(part: IO[bytes]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield the elements of a small part, each with its attributes, in the order they begin."""
    found: list[tuple[str, Mapping[str, str]]] = []
    for _ in parse(part, lambda name, attributes: found.append((local(name), attributes)), lambda _: None):
        yield from found
        found.clear()


def _refuse(*_: object) -> None:
    raise DamagedWorkbook("it declares a document type, which no workbook does")
