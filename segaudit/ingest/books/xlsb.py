"""An .xlsb workbook: the fast library reads it, and what that one blurs is looked up in the records of the sheet."""

import io
import struct
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import IO, cast

from segaudit.ingest.books.calamine import FastBook
from segaudit.ingest.books.facts import ERROR_TEXTS, SheetFacts, SheetInfo, SheetRows
from segaudit.ingest.books.markup import DamagedWorkbook
from segaudit.ingest.books.package import Package

# Records of [MS-XLSB], by number; those below 20 but the first are cells.
_ROW, _ERROR, _ERROR_FORMULA, _COLUMN, _SHEET, _MERGED = 0, 3, 11, 60, 156, 176
_HIDDEN_ROW = 0x10  # in the row record's 12th byte
_HIDDEN_COLUMN = 0x01  # in the column record's 17th byte

Errors = dict[int, dict[int, str]]  # by row and column, both 1-based


class XlsbBook:
    """An open .xlsb workbook.

    Attributes:
        sheets: Its sheets, in the workbook's order.
    """

    def __init__(self, path: Path) -> None:
        """Open it; every error of the fast library means that it cannot be read."""
        self._path = path
        self._fast = FastBook(path)
        self.sheets = self._fast.sheets

    def close(self) -> None:
        """Close the file."""
        self._fast.close()

    def preview(self, sheet: SheetInfo) -> Iterator[list[str]]:
        """Yield the rows of a sheet."""
        return self._fast.preview(sheet)

    def read(self, sheet: SheetInfo) -> tuple[SheetFacts, SheetRows]:
        """Return the rows of a sheet, and what is to be known of it."""
        facts, rows = self._fast.read(sheet)
        try:
            errors, found = self._look_up(sheet)
        except (DamagedWorkbook, KeyError, struct.error):
            return facts, rows  # the library is more forgiving; errors then come as empty cells, and that is said
        return found, _with_errors(rows, errors)

    def _look_up(self, sheet: SheetInfo) -> tuple[Errors, SheetFacts]:
        """Return the errors of a sheet, and what else its records say."""
        facts, errors = SheetFacts(), Errors()
        row = 0
        with closing(_BinaryPackage(self._path)) as package, package.open(package.sheet_part(sheet) or "") as part:
            for kind, data in _records(part):
                if kind == _ROW:
                    row = int.from_bytes(data[:4], "little") + 1
                    facts.hidden_rows += bool(data[11] & _HIDDEN_ROW)
                elif kind in {_ERROR, _ERROR_FORMULA}:
                    column = int.from_bytes(data[:4], "little") + 1
                    errors.setdefault(row, {})[column] = ERROR_TEXTS.get(data[8], "#N/A")
                elif kind == _COLUMN and data[16] & _HIDDEN_COLUMN:
                    first, last = struct.unpack_from("<II", data)
                    facts.hide_columns(str(first + 1), str(last + 1))
                elif kind == _MERGED:
                    top, bottom, left, right = struct.unpack_from("<IIII", data)
                    facts.merge(top + 1, left + 1, bottom + 1, right + 1)
        facts.errors = sum(map(len, errors.values()))
        return errors, facts


class _BinaryPackage(Package):
    """The package of an .xlsb workbook, whose list of sheets is no XML."""

    def _list_sheets(self) -> tuple[SheetInfo, ...]:
        sheets = []
        with self.open(self._home) as part:
            for kind, data in _records(part):
                if kind == _SHEET:
                    id_, after = _text(data, 8)
                    name, _ = _text(data, after)
                    sheets.append(SheetInfo(name=name))
                    self._sheet_parts.setdefault(name, self._targets[id_][1])
        return tuple(sheets)


def _with_errors(rows: SheetRows, errors: Mapping[int, Mapping[int, str]]) -> SheetRows:
    """Put errors into the cells they stand in; rows that hold nothing else are missing until then."""
    waiting = iter(sorted(errors))
    following = next(waiting, None)
    for number, cells in rows:
        while following is not None and following < number:
            yield following, _filled([], errors[following])
            following = next(waiting, None)
        if following == number:
            yield number, _filled(cells, errors[number])
            following = next(waiting, None)
        else:
            yield number, cells
    while following is not None:
        yield following, _filled([], errors[following])
        following = next(waiting, None)


def _filled(cells: list[str], errors: Mapping[int, str]) -> list[str]:
    filled = cells + [""] * (max(errors) - len(cells))
    for column, text in errors.items():
        filled[column - 1] = text
    return filled


def _records(part: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield the records of a part: number, data.

    Raises:
        DamagedWorkbook: A record is cut short.
    """
    part = io.BufferedReader(cast("io.RawIOBase", part))  # records are read a few bytes at a time
    while first := part.read(1):
        kind = first[0] if first[0] < 0x80 else (first[0] & 0x7F) | _byte(part) << 7  # noqa: PLR2004 - as the format has it
        size = shift = 0
        while True:
            byte = _byte(part)
            size |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80 or shift > 21:  # noqa: PLR2004 - as the format has it
                break
        data = part.read(size)
        if len(data) < size:
            raise DamagedWorkbook("a record is cut short")
        yield kind, data


def _byte(part: IO[bytes]) -> int:
    byte = part.read(1)
    if not byte:
        raise DamagedWorkbook("a record is cut short")
    return byte[0]


def _text(data: bytes, at: int) -> tuple[str, int]:
    """Return a text within a record and where it ends."""
    (length,) = struct.unpack_from("<I", data, at)
    end = at + 4 + 2 * length
    return data[at + 4 : end].decode("utf-16-le", "replace"), end
