"""The package of an .xlsx workbook: a ZIP archive of XML parts that point at each other."""

import posixpath
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from segaudit.ingest.books.cells import number_kind
from segaudit.ingest.books.facts import WORKSHEET, SheetInfo
from segaudit.ingest.books.markup import DamagedWorkbook, elements
from segaudit.ingest.books.texts import read_texts

_TRUE = {"1", "true", "on"}


class Package:
    """An open .xlsx workbook.

    Attributes:
        sheets: Its sheets, in the workbook's order.
        from_1904: Whether days are counted from 1904.
    """

    def __init__(self, path: Path) -> None:
        """Open it and read the list of its sheets.

        Raises:
            DamagedWorkbook: It is no such package.
        """
        self._archive = zipfile.ZipFile(path)
        # Some writers part folders by a backslash, and names need not agree in case.
        self._parts = {_key(info.filename): info for info in self._archive.infolist()}
        self._home = self._workbook_part()
        self._targets = self._relations(self._home)
        self.from_1904 = False
        self._sheet_parts: dict[str, str] = {}
        self.sheets = self._list_sheets()

    def close(self) -> None:
        """Close the file."""
        self._archive.close()

    def sheet_part(self, sheet: SheetInfo) -> str | None:
        """Return the name of the part that holds a sheet's cells; None if the workbook has none."""
        part = self._sheet_parts.get(sheet.name)
        return part if part in self._parts else None

    def open(self, part: str) -> IO[bytes]:
        """Open a part.

        Raises:
            DamagedWorkbook: It cannot be unpacked.
        """
        try:
            return self._archive.open(self._parts[part])
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
            raise DamagedWorkbook(f"a part cannot be unpacked: {error}") from error

    def related(self, kind: str) -> str | None:
        """Return the part a workbook has for something, such as ``sharedStrings``; None if it has none."""
        return next((part for type_, part in self._targets.values() if type_ == kind and part in self._parts), None)

    def size(self, part: str | None) -> int:
        """Return the bytes of a part, unpacked; 0 for none."""
        return self._parts[part].file_size if part else 0

    def texts(self) -> list[str]:
        """Return the texts that cells refer to by number."""
        part = self.related("sharedStrings")
        if part is None:
            return []
        with self.open(part) as opened:
            return read_texts(opened)

    def number_kinds(self) -> list[str | None]:
        """Return what each cell style shows a number as: DATE, DURATION or None."""
        part = self.related("styles")
        if part is None:
            return []
        codes: dict[str, str] = {}
        kinds: list[str | None] = []
        within_cell_styles = False
        with self.open(part) as opened:
            for name, attributes in elements(opened):
                if name == "numFmt":
                    codes.setdefault(attributes.get("numFmtId", ""), attributes.get("formatCode", ""))
                elif name == "xf" and within_cell_styles:
                    number = attributes.get("numFmtId", "0")
                    kinds.append(number_kind(int(number) if number.isdecimal() else 0, codes.get(number)))
                elif name.endswith(("Xfs", "Styles")):
                    within_cell_styles = name == "cellXfs"
        return kinds

    def _workbook_part(self) -> str:
        for type_, part in self._relations("").values():
            if type_ == "officeDocument" and part in self._parts:
                return part
        for part in self._parts:
            if posixpath.basename(part) in {"workbook.xml", "workbook.bin"}:
                return part
        raise DamagedWorkbook("its list of sheets is missing")

    def _relations(self, part: str) -> Mapping[str, tuple[str, str]]:
        """Return what a part points at: by id, the kind of thing and its part."""
        folder, name = posixpath.split(part)
        listed = _key(posixpath.join(folder, "_rels", f"{name}.rels"))
        if listed not in self._parts:
            return {}
        found = {}
        with self.open(listed) as opened:
            for element, attributes in elements(opened):
                if element == "Relationship":
                    target = _key(attributes.get("Target", ""))
                    if not attributes.get("Target", "").startswith("/"):
                        target = _key(posixpath.normpath(posixpath.join(folder, target)))
                    found[attributes.get("Id", "")] = posixpath.basename(attributes.get("Type", "")), target
        return found

    def _list_sheets(self) -> tuple[SheetInfo, ...]:
        sheets = []
        with self.open(self._home) as opened:
            for element, attributes in elements(opened):
                if element == "workbookPr" and "date1904" in attributes:  # extensions have an element of that name, too
                    self.from_1904 = attributes["date1904"].lower() in _TRUE
                elif element == "sheet":
                    id_ = next((value for name, value in attributes.items() if name.endswith(":id")), "")
                    type_, part = self._targets.get(id_, (WORKSHEET, ""))
                    name = attributes.get("name", "")
                    kind = type_.lower().removeprefix("xl").removeprefix("intl")
                    sheets.append(
                        SheetInfo(name=name, visible=attributes.get("state", "visible") == "visible", kind=kind)
                    )
                    self._sheet_parts.setdefault(name, part)
        return tuple(sheets)


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()
