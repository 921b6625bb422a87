"""The smallest workbooks of the formats that no library of the project writes."""

import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

_SECTOR = 512
_LEAST_STREAM = 4096  # shorter streams live in another table
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def write_ole(path: Path, streams: Mapping[str, bytes]) -> None:
    """Write a compound file, the container of .xls workbooks and of every protected one."""
    body, entries = b"", [_entry("Root Entry", kind=5, start=_END, size=0, child=1)]
    fat: list[int] = []
    for index, (name, data) in enumerate(streams.items(), start=1):
        padded = data.ljust(max(_LEAST_STREAM, -(-len(data) // _SECTOR) * _SECTOR), b"\0")
        sectors, first = len(padded) // _SECTOR, len(fat)
        fat += [*range(first + 1, first + sectors), _END]
        body += padded
        right = index + 1 if index < len(streams) else _FREE
        entries.append(_entry(name, kind=2, start=first, size=len(padded), right=right))
    directory = b"".join(entries).ljust(-(-len(entries) // 4) * _SECTOR, b"\0")
    start_of_directory = len(fat)
    fat += [*range(len(fat) + 1, len(fat) + len(directory) // _SECTOR), _END, _FAT]
    table = b"".join(struct.pack("<I", item) for item in fat).ljust(_SECTOR, b"\xff")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, 1, start_of_directory, 0, _LEAST_STREAM, _END, 0, _END, 0)
    header += struct.pack("<I", len(fat) - 1) + b"\xff" * (108 * 4)
    path.write_bytes(header + body + directory + table)


def _entry(  # noqa: PLR0913 - as many as the format has
    name: str, *, kind: int, start: int, size: int, right: int = _FREE, child: int = _FREE
) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    return (
        text.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(text), kind, 1, _FREE, right, child)
        + b"\0" * 36
        + struct.pack("<IQ", start, size)
    )


def write_xls(path: Path, rows: Sequence[Sequence[str | float]]) -> None:
    """Write a workbook of Excel 97 with one sheet."""
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            place = struct.pack("<HHH", row, column, 0)
            if isinstance(cell, str):
                text = cell.encode("utf-16-le")
                sheet += _record(0x0204, place + struct.pack("<HB", len(cell), 1) + text)
            else:
                sheet += _record(0x0203, place + struct.pack("<d", cell))
    sheet += _record(0x000A, b"")
    head = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    name = b"Sheet1"
    offset = len(head) + 4 + 8 + len(name) + 4
    head += _record(0x0085, struct.pack("<IBBBB", offset, 0, 0, len(name), 0) + name) + _record(0x000A, b"")
    write_ole(path, {"Workbook": head + sheet})


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def write_ods(path: Path, rows: Sequence[Sequence[str | float]]) -> None:
    """Write an OpenDocument sheet; its cells must need no escaping."""
    cells = "".join("<table:table-row>" + "".join(map(_ods_cell, row)) + "</table:table-row>" for row in rows)
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="Blatt1">{cells}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)


def _ods_cell(value: str | float) -> str:
    if isinstance(value, str):
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
