"""What a file is, by its first bytes and never by its name."""

import codecs
import json
import zipfile
from pathlib import Path

from segaudit.errors import InputError
from segaudit.ingest.encodings.encoding import MARKS

TEXT, PARQUET, HTML, XML = "csv", "parquet", "html", "xml"
WORKBOOKS = frozenset(("xlsx", "xls", "xlsb", "ods", HTML, XML))
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIPS = (b"PK\x03\x04", b"PK\x05\x06")
_CONTAINERS = {  # first bytes
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",  # without members
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstandard",
}
_FOREIGN = {  # first bytes, in lower case
    b"%pdf": "a PDF document",
    b"\x89png": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"sqlite": "an SQLite database",
    b"<?xml": "an XML document",
    b"rar!": "a RAR archive",
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive",
}
KINDS = (
    "segaudit reads CSV, TSV, XLSX, XLS, XLSB, ODS, tables of web pages and Parquet, packed with gzip, zip, bzip2 or "
    "xz or not"
)
_SPREADSHEET = b"urn:schemas-microsoft-com:office:spreadsheet"  # of an XML document that Excel opens
_SAVE_ANEW = "if Excel opens it, save it there as .xlsx; otherwise export it as CSV"
_HEAD = 1 << 12
_PAGES = (b"<!doctype html", b"<html", b"<head", b"<meta", b"<style", b"<body", b"<table", b"<div", b"<center")
_JSON_HEAD = 1 << 16  # bytes
_FROM_JSON = "export it as CSV; or in Excel: Data, Get Data, From JSON, and save it as .xlsx"


def file_kind(path: Path, label: str) -> str:
    """Return what a file is: csv for any text, parquet, xlsx, xls, xlsb, ods, html; gzip, zip, bzip2, xz, zstandard.

    And xml for the spreadsheets in XML that Excel wrote before it had xlsx.

    Raises:
        InputError: It is something that holds no table, or a damaged workbook.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith(b"PAR1"):
        return PARQUET
    if head.startswith(_OLE):
        return _ole_kind(path)
    if head.startswith(_ZIPS):
        return _zip_kind(path, label)
    if known := container_kind(head) or _markup_kind(head):
        return known
    start = head.removeprefix(codecs.BOM_UTF8).lstrip().lower()
    for mark, name in _FOREIGN.items():
        if start.startswith(mark):
            hint = _SAVE_ANEW if mark.startswith(b"<") else KINDS
            raise InputError(f"this is {name}, not a table", where=label, hint=hint)
    if _is_json(path, head):
        raise InputError("this is JSON, not a table", where=label, hint=_FROM_JSON)
    return TEXT


def _markup_kind(head: bytes) -> str | None:
    """Return html, xml for a spreadsheet in XML, or None: other XML holds no table, and the rest is something else."""
    head = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")  # in UTF-16, too
    if not head.lower().startswith(b"<?xml"):
        return HTML if head.lower().startswith(_PAGES) else None
    return XML if _SPREADSHEET in head else HTML if b"<html" in head.lower() else None


def _is_json(path: Path, head: bytes) -> bool:
    """Tell whether a file is JSON, or one of JSON lines: a cell of a table may begin with a bracket, too."""
    if not head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith((b"{", b"[")):
        return False
    with path.open("rb") as file:
        data = file.read(_JSON_HEAD)
    mark, _, codec = next((known for known in MARKS if data.startswith(known[0])), (b"", "", "utf-8"))
    text = data[len(mark) :].decode(codec, "ignore").lstrip()
    try:
        value, end = json.JSONDecoder().raw_decode(text)
    except json.JSONDecodeError as error:
        # It goes on beyond what was looked at, or was cut short; lists of figures may be cells.
        at_end = error.msg.startswith("Unterminated") or not text[error.pos :].strip()
        return at_end and text[1:].lstrip().startswith(("{", "[", '"'))
    except RecursionError:
        return True
    rest = text[end:].lstrip(" \t")
    parts = value.values() if isinstance(value, dict) else value
    told = bool(parts) and (isinstance(value, dict) or any(isinstance(part, dict | list | str) for part in parts))
    return told and (not rest or rest.startswith(("\r", "\n")))


def container_kind(head: bytes) -> str | None:
    """Return gzip, zip, bzip2, xz or zstandard, by a file's first bytes; a workbook may be a zip as well."""
    return next((kind for magic, kind in _CONTAINERS.items() if head.startswith(magic)), None)


def workbook_kind(archive: zipfile.ZipFile) -> str | None:
    """Return which workbook a zip is: xlsb, ods or xlsx; None if it is none."""
    # Some writers part folders by a backslash, some use none.
    names = {name.replace("\\", "/").rpartition("/")[2].lower() for name in archive.namelist()}
    marks = {"workbook.bin": "xlsb", "content.xml": "ods", "workbook.xml": "xlsx"}
    return next((kind for mark, kind in marks.items() if mark in names), None)


def _ole_kind(path: Path) -> str:
    """Tell an old workbook from a new one that a password has put into an old shell."""
    with path.open("rb") as file:
        header = file.read(52)
        sector = 1 << min(int.from_bytes(header[30:32], "little"), 16)
        file.seek((int.from_bytes(header[48:52], "little") + 1) * sector)
        directory = file.read(8 * sector)
    return "xlsx" if "EncryptedPackage".encode("utf-16-le") in directory else "xls"


def _zip_kind(path: Path, label: str) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            return workbook_kind(archive) or "zip"
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise InputError(
            "the workbook or archive is damaged: it is cut short", where=label, hint="export it again"
        ) from error
