"""The smallest workbooks of the formats that no library of the project writes."""

import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_SECTOR = 512
_LEAST_STREAM = 4096  # shorter streams live in another table
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


@dataclass(frozen=True, slots=True)
class ErrorCell:
    """A cell that shows an error, by the number the binary formats have for it."""

    number: int  # 42: #N/A, 7: #DIV/0!


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


def write_xls(path: Path, rows: Sequence[Sequence[str | float | ErrorCell]]) -> None:
    """Write a workbook of Excel 97 with one sheet."""
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            place = struct.pack("<HHH", row, column, 0)
            if isinstance(cell, str):
                text = cell.encode("utf-16-le")
                sheet += _record(0x0204, place + struct.pack("<HB", len(cell), 1) + text)
            elif isinstance(cell, ErrorCell):
                sheet += _record(0x0205, place + struct.pack("<BB", cell.number, 1))
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
    write_ods_rows(path, "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows))


def write_ods_rows(path: Path, rows: str) -> None:
    """Write an OpenDocument sheet whose rows are given as XML."""
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="Blatt1">{rows}</table:table></office:spreadsheet>'
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


_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def write_xlsx_rows(path: Path, rows: str, *, texts: str = "", head: str = "", tail: str = "") -> None:
    """Write a workbook of one sheet whose rows are given as XML.

    Args:
        path: File to write.
        rows: The ``row`` elements.
        texts: The ``si`` elements of the shared texts.
        head: What stands before the sheet's root element, such as a document type.
        tail: What stands behind the rows, such as merged cells.
    """
    _write_package(
        path,
        "xml",
        {
            "workbook": f"""<workbook {_MAIN} xmlns:r="{_RELATIONSHIPS}"><sheets>
                <sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>""".encode(),
            "worksheets/sheet1": f"{head}<worksheet {_MAIN}><sheetData>{rows}</sheetData>{tail}</worksheet>".encode(),
            "sharedStrings": f"<sst {_MAIN}>{texts}</sst>".encode(),
        },
    )


def write_xlsb(path: Path, rows: Sequence[Sequence[str | ErrorCell | None]], *, hidden: Iterable[int] = ()) -> None:
    """Write a binary workbook of one sheet.

    Args:
        path: File to write.
        rows: Its cells; None is no cell.
        hidden: Rows that are hidden, 1-based.
    """
    size = struct.pack("<IIII", 0, max(len(rows) - 1, 0), 0, max(map(len, rows), default=1) - 1)
    sheet = _binary(129) + _binary(148, size) + _binary(145)
    for number, cells in enumerate(rows):
        flags = 0x10 if number + 1 in hidden else 0
        sheet += _binary(0, struct.pack("<IIHBBBI", number, 0, 300, 0, flags, 0, 0))
        for column, cell in enumerate(cells):
            place = struct.pack("<II", column, 0)
            if isinstance(cell, ErrorCell):
                sheet += _binary(3, place + bytes([cell.number]))
            elif cell is not None:
                sheet += _binary(6, place + _binary_text(cell))
    sheet += _binary(146) + _binary(130)
    listed = struct.pack("<II", 0, 1) + _binary_text("rId1") + _binary_text("Sheet1")
    book = _binary(131) + _binary(143) + _binary(156, listed) + _binary(144) + _binary(132)
    _write_package(path, "bin", {"workbook": book, "worksheets/sheet1": sheet})


def _binary(number: int, data: bytes = b"") -> bytes:
    """Return a record of a binary workbook; numbers and lengths are written seven bits a byte."""
    kind = bytes([number]) if number < 0x80 else bytes([number & 0x7F | 0x80, number >> 7])
    size = bytes([len(data)]) if len(data) < 0x80 else bytes([len(data) & 0x7F | 0x80, len(data) >> 7])
    return kind + size + data


def _binary_text(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _write_package(path: Path, ending: str, parts: Mapping[str, bytes]) -> None:
    links = "".join(
        f'<Relationship Id="rId{index}" Type="{_RELATIONSHIPS}/{kind}" Target="{part}.{ending}"/>'
        for index, (part, kind) in enumerate(
            [("worksheets/sheet1", "worksheet"), ("sharedStrings", "sharedStrings")], start=1
        )
        if part in parts
    )
    open_ = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "_rels/.rels",
            f'{open_}<Relationship Id="rId1" Type="{_RELATIONSHIPS}/officeDocument" '
            f'Target="xl/workbook.{ending}"/></Relationships>',
        )
        archive.writestr(f"xl/_rels/workbook.{ending}.rels", f"{open_}{links}</Relationships>")
        for part, data in parts.items():
            archive.writestr(f"xl/{part}.{ending}", data)
