"""The process that opens a workbook, so that whatever the file does to it ends there.

It is told what to do by a JSON object on its standard input, writes the rows of one sheet to a file (a CSV line each,
as ``gaps`` folds it) and answers with a JSON object. It ends with DIED if the file broke or burst the reader.
"""

import contextlib
import csv
import errno
import json
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import python_calamine as calamine

from segaudit.ingest.books.calamine import FastBook
from segaudit.ingest.books.choice import NoSuchSheet, choose_sheet
from segaudit.ingest.books.facts import Extracted, SheetFacts, SheetInfo, SheetRows
from segaudit.ingest.books.gaps import ColumnBook
from segaudit.ingest.books.html import HtmlBook, NoExport
from segaudit.ingest.books.markup import DamagedWorkbook
from segaudit.ingest.books.ods import OdsBook
from segaudit.ingest.books.xls import XlsBook
from segaudit.ingest.books.xlsb import XlsbBook
from segaudit.ingest.books.xlsx import XlsxBook
from segaudit.ingest.books.xmlss import XmlBook
from segaudit.ingest.files.file_kinds import HTML, XML

DIED = 3
MOST_MEMORY = 1_200_000_000  # bytes beyond what the process begins with
_CUT_OR_CHANGED = (zipfile.BadZipFile, zlib.error, EOFError)
_UNREADABLE = (calamine.CalamineError, DamagedWorkbook, OSError)
_READERS: dict[str, Callable[[Path], "Book"]] = {HTML: HtmlBook, XML: XmlBook, "xls": XlsBook, "xlsb": XlsbBook}
Book: TypeAlias = FastBook | HtmlBook | XlsBook | XlsbBook | XlsxBook | XmlBook | OdsBook


def main() -> None:
    """Do what standard input says; answer on standard output."""
    job = json.load(sys.stdin)
    _limit(job["seconds"])
    try:
        answer = _answer(job)
    except KeyboardInterrupt:
        sys.exit(130)
    except BaseException:  # noqa: BLE001 - a panic of the library is no Exception, and no traceback may be shown
        sys.exit(DIED)
    json.dump(answer.as_json(), sys.stdout)


def _limit(seconds: float) -> None:
    """Bound memory and processor time, where the system can."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415 - Windows has none

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 2))
        resource.setrlimit(resource.RLIMIT_AS, (_begun_with() + MOST_MEMORY,) * 2)


def _begun_with() -> int:
    """Return the bytes of address space in use."""
    import resource  # noqa: PLC0415 - Windows has none

    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def _answer(job: dict[str, Any]) -> Extracted:
    sheets: tuple[SheetInfo, ...] = ()
    try:
        with contextlib.closing(_open(Path(job["path"]), job["kind"], careful=job["careful"])) as book:
            sheets = book.sheets
            if job["spool"] is None:
                return Extracted(sheets=sheets)
            chosen = choose_sheet(sheets, job["sheet"], book.preview)
            facts, rows = book.read(chosen)
            _write(Path(job["spool"]), rows, facts, job["most_bytes"])
    except NoSuchSheet as error:
        return Extracted(sheets=sheets, problem=error.problem, hint=error.hint)
    except calamine.PasswordError:
        return Extracted(
            problem="the workbook is protected by a password",
            hint="open it in Excel, take the protection off (File > Info) and save a copy",
        )
    except NoExport as error:
        return Extracted(problem=str(error), hint="log in and export it again, as CSV or .xlsx if you can choose")
    except (*_CUT_OR_CHANGED, *_UNREADABLE, _TooLongError) as error:
        return _refused(error)
    return Extracted(sheets=sheets, chosen=chosen.name, facts=facts)


def _refused(error: Exception) -> Extracted:
    """Return why a workbook cannot be read, in words."""
    if isinstance(error, _TooLongError):
        problem = "the sheet unfolds to far more text than the file holds"
        return Extracted(problem=problem, hint="export it as CSV, if it is to be trusted")
    if isinstance(error, _CUT_OR_CHANGED):
        return Extracted(problem=f"the workbook is damaged ({error})", hint="export it again")
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return Extracted(problem="there is no room for a copy of the sheet", hint="free some disk space and try again")
    return Extracted(problem=f"the workbook cannot be read ({error})", hint="save it anew as .xlsx")


def _open(path: Path, kind: str, *, careful: bool) -> Book:
    if kind in _READERS:
        return _READERS[kind](path)
    if kind not in {"xlsx", "ods"} or not zipfile.is_zipfile(path):  # what is no archive is protected
        return FastBook(path)
    try:
        return OdsBook(path) if kind == "ods" else XlsxBook(path, careful=careful)
    except (DamagedWorkbook, KeyError) as error:
        try:
            return FastBook(path)  # reads some odd ones, and tells a protected one
        except calamine.PasswordError:
            raise
        except calamine.CalamineError:
            raise error from None


class _TooLongError(Exception):
    """More was read than any honest sheet of this size holds."""


class _BoundedFile:
    """A file that takes so many characters and no more."""

    def __init__(self, path: Path, most: int) -> None:
        self._file = path.open("w", encoding="utf-8", errors="replace", newline="")
        self._left = most

    def write(self, text: str) -> int:
        self._left -= len(text)
        if self._left < 0:
            raise _TooLongError
        return self._file.write(text)

    def close(self) -> None:
        self._file.close()


def _write(path: Path, rows: SheetRows, facts: SheetFacts, most: int) -> None:
    columns = ColumnBook()
    with contextlib.closing(_BoundedFile(path, most)) as file:
        write = csv.writer(file).writerow
        for number, cells in rows:
            facts.rows, facts.last = facts.rows + 1, number
            if len(cells) > facts.width:
                facts.width = max(facts.width, _width(cells))
            write(columns.fold(number, cells))
    columns.close(facts)


def _width(cells: list[str]) -> int:
    """Return the cells up to the last that holds more than white space."""
    return next((index for index in range(len(cells), 0, -1) if cells[index - 1].strip()), 0)


if __name__ == "__main__":
    main()
