"""Opens a workbook in a process of its own, which is given so much time and memory and no more."""

import contextlib
import json
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import segaudit
from segaudit.errors import InputError
from segaudit.ingest.books.facts import Extracted
from segaudit.ingest.files.file_kinds import HTML

_START = "import sys; sys.path.append(sys.argv[1]); from segaudit.ingest.books.child import main; main()"
_SECONDS = 15  # a small workbook takes 0.1 s, a broken one may take for ever
_BYTES_A_SECOND = 1_000_000  # a tenth of what was measured, for slow and busy machines
_OF_PAGES = 100_000  # likewise; tags are read in Python
_BIG = 100_000_000  # bytes; below it no archive can do harm
_HIGHEST_RATIO = 200  # unpacked to packed; sheets have 5 to 40
_MOST_BYTES, _MOST_BYTES_EACH = 1_000_000_000, 4  # what a sheet may unfold to, and again for each byte unpacked


def extract(path: Path, kind: str, label: str, *, sheet: str | None = None, spool: Path | None = None) -> Extracted:
    """List the sheets of a workbook and, if a file is named for them, write the rows of one.

    Args:
        path: The workbook, under a name that ends in its kind.
        kind: xlsx, xls, xlsb, ods, html or xml.
        label: Its name in messages.
        sheet: Name or number of the sheet; None takes the first that holds a table.
        spool: File for its rows: a CSV line each, of the row's number and its cells.

    Raises:
        InputError: The workbook is protected, damaged or dangerous, or has no such sheet.
    """
    size = _unpacked_size(path, label)
    seconds = _SECONDS + size / (_OF_PAGES if kind == HTML else _BYTES_A_SECOND)
    end = time.monotonic() + seconds
    job = {
        "path": str(path),
        "kind": kind,
        "sheet": sheet,
        "spool": None if spool is None else str(spool),
        "seconds": seconds,
        "most_bytes": _MOST_BYTES + _MOST_BYTES_EACH * size,
    }
    answer = _run({**job, "careful": False}, end, label)
    if answer is None and kind == "xlsx":
        answer = _run({**job, "careful": True}, end, label)
    if answer is None:
        raise InputError(
            "the workbook cannot be read: it is damaged, or needs more memory than any workbook of its size should",
            where=label,
            hint="save it anew as .xlsx, or export the sheet as CSV",
        )
    if answer.problem:
        raise InputError(answer.problem, where=label, hint=answer.hint)
    return answer


def _unpacked_size(path: Path, label: str) -> int:
    """Return the bytes of a workbook, unpacked if it is an archive.

    Raises:
        InputError: It is an archive made to burst.
    """
    packed = path.stat().st_size
    if not zipfile.is_zipfile(path):
        return packed
    with contextlib.suppress(zipfile.BadZipFile), zipfile.ZipFile(path) as archive:
        size = sum(info.file_size for info in archive.infolist())
        if size > _BIG and size > packed * _HIGHEST_RATIO:
            raise InputError(
                f"the workbook unpacks to {size / packed:,.0f} times its size, as none does that holds a table",
                where=label,
                hint="open it in Excel and save it anew, if it comes from someone you trust",
            )
        return size
    return packed


def _run(job: dict[str, object], end: float, label: str) -> Extracted | None:
    """Run a child process; return its answer, or None if it died."""
    home = str(Path(segaudit.__file__).parents[1])
    # -P keeps modules in the current folder, which may be anybody's, from being loaded.
    with subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-P", "-c", _START, home],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as child:
        try:
            said, _ = child.communicate(json.dumps(job).encode(), timeout=max(0.1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            raise InputError(
                "the workbook takes longer to read than any of its size should",
                where=label,
                hint="save it anew as .xlsx, or export the sheet as CSV",
            ) from None
        finally:
            if child.poll() is None:
                child.kill()  # also when the user has had enough
    return Extracted.from_json(json.loads(said)) if child.returncode == 0 and said else None
