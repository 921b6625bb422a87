"""The workbook's file: the same bytes for the same content, whatever the hour."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import TypeAlias
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook

from segaudit.files import whole_file

Told: TypeAlias = Mapping[str, Sequence[str]]  # what the charts of a sheet show, in order

_DESCRIBED = b' descr="%s"'
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first a zip can say
_CORE = "docProps/core.xml"
_SHEET = re.compile(r"xl/worksheets/sheet\d+\.xml")
_SAID_WHEN = re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>")
# Where the schema wants it: behind the page's header and footer and breaks, before drawings and tables.
_AFTER = re.compile(rb"<(?:drawing|legacyDrawing|tableParts|extLst)\b|</worksheet>")
_NO_HINTS = b'<ignoredErrors><ignoredError sqref="A1:XFD1048576" numberStoredAsText="1"/></ignoredErrors>'


def save(book: Workbook, path: Path, as_of: date | None, told: Told) -> None:
    """Write a workbook; it appears whole or not at all.

    Args:
        book: What is written.
        path: Where it goes.
        as_of: The day its properties say it is of; None: they name none.
        told: Read to those who do not see the charts.

    Raises:
        OutputError: The file cannot be written.
    """
    written = BytesIO()
    if as_of is not None:
        book.properties.created = datetime.combine(as_of, time(), UTC).replace(tzinfo=None)
    book.save(written)
    drawings = _drawings(book, told)
    with whole_file(path) as temporary, ZipFile(written) as source, ZipFile(temporary, "w") as target:
        for name in source.namelist():
            entry = ZipInfo(name, _EPOCH)
            entry.compress_type, entry.create_system, entry.external_attr = ZIP_DEFLATED, 3, 0o600 << 16
            target.writestr(entry, _settled(name, source.read(name), as_of, drawings.get(name, ())))


def _drawings(book: Workbook, told: Told) -> dict[str, Sequence[str]]:
    """Return the charts' texts by the part that places them: the library numbers these by sheets that have any."""
    drawn = [sheet.title for sheet in book.worksheets if sheet._charts or sheet._images]  # noqa: SLF001 - no other way
    return {f"xl/drawings/drawing{number}.xml": told.get(title, ()) for number, title in enumerate(drawn, start=1)}


def _settled(name: str, content: bytes, as_of: date | None, told: Sequence[str]) -> bytes:
    for number, text in enumerate(told, start=1):
        mark = b'name="Chart %d"' % number
        content = content.replace(mark, mark + _DESCRIBED % escape(text, {'"': "&quot;"}).encode(), 1)
    if name == _CORE:
        return _SAID_WHEN.sub(lambda found: _when(found[1], as_of), content)
    if _SHEET.fullmatch(name):
        # Text that looks like a number is meant: a telephone number, a postcode, a figure with its unit.
        place = next(iter(_AFTER.finditer(content, _tail(content))))
        return content[: place.start()] + _NO_HINTS + content[place.start() :]
    return content


def _tail(content: bytes) -> int:
    """Return where the cells end; what a cell says is never taken for the sheet's own."""
    return content.rindex(b"<pageSetup")


def _when(which: bytes, as_of: date | None) -> bytes:
    if as_of is None:
        return b""
    return b'<dcterms:%s xsi:type="dcterms:W3CDTF">%sT00:00:00Z</dcterms:%s>' % (
        which,
        as_of.isoformat().encode(),
        which,
    )
