"""The one way in: a path to a raw table, whatever the file is."""

import codecs
import shutil
import sys
import tempfile
import threading
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from segaudit.engine.protocol import Engine
from segaudit.errors import EngineError, InputError
from segaudit.files import check_output, whole_file
from segaudit.ingest.alias import under_name
from segaudit.ingest.aside import REJECTS_HEADER, Aside
from segaudit.ingest.delimited import read_delimited
from segaudit.ingest.options import SAMPLE_ROWS, ReadOptions
from segaudit.model.source import Source

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN = {  # first bytes, in lower case
    b"%pdf": "a PDF document",
    b"\x89png": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\x1f\x8b": "a gzip archive",
    b"sqlite": "an SQLite database",
    b"<!doctype": "a web page",
    b"<html": "a web page",
    b"<table": "a web page",
    b"<?xml": "an XML document",
    b"rar!": "a RAR archive",
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive",
    b"bzh": "a bzip2 archive",
    b"\xfd7zxz": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a Zstandard archive",
}
_KINDS = "segaudit reads CSV, TSV, XLSX, XLS, XLSB, ODS and Parquet"
_TOLD = 3  # findings named when --strict refuses
_SAVE_ANEW = "if Excel opens it, save it there as .xlsx; otherwise export it as CSV"


def read_source(path: str, engine: Engine, options: ReadOptions, *, fingerprint: bool = True) -> Source:
    """Read a file into the engine as a raw table.

    Args:
        path: The file, or ``-`` for standard input.
        engine: Where the table will live, under ``options.table``.
        options: What the user said about the file.
        fingerprint: Work out the SHA-256; where nobody is shown it, that saves 0.17 s of a core for each 250 MB.

    Raises:
        InputError: The file is missing, empty, or no table.
    """
    with tempfile.TemporaryDirectory(prefix="segaudit-") as folder:
        workspace = Path(folder)
        file = _from_stdin(workspace) if path == "-" else _existing(path, workspace)
        if options.rejects is not None:
            _check_rejects(Path(options.rejects), path)
        beside = _Fingerprint(file) if fingerprint else None
        with Aside(workspace / "rejects.csv", options.label) as aside:
            source = replace(_read(file, engine, options, workspace, aside), set_aside=aside.tallies())
        if options.strict:
            _check_plain(source)
        if options.rejects is not None:
            with whole_file(Path(options.rejects)) as rejects:
                shutil.copyfile(aside.path, rejects)
        return replace(source, sha256=beside.result()) if beside else source


def _check_rejects(rejects: Path, path: str) -> None:
    """Refuse a place for the rejects before any work is done; an earlier file of rejects may be replaced.

    Raises:
        OutputError: The file is something else, or cannot be written.
    """
    earlier = False
    if rejects.is_file():
        with rejects.open("rb") as file:
            earlier = file.readline().strip() == ",".join(REJECTS_HEADER).encode()
    check_output(rejects, inputs=(path,), force=earlier)


def _check_plain(source: Source) -> None:
    """Refuse what is more or less than one plain table.

    Raises:
        InputError: Something was set aside, or read otherwise than it stands there.
    """
    tallies = (*source.set_aside, *source.repaired)
    if tallies:
        first = "; ".join(f"line {tally.first_line:,}: {tally.what}" for tally in tallies[:_TOLD])
        raise InputError(
            f"the file is not one plain table ({first})",
            where=source.name,
            hint="mend the export, or leave --strict out to read it all the same",
        )


def _read(path: Path, engine: Engine, options: ReadOptions, workspace: Path, aside: Aside) -> Source:
    kind = _kind(path, options.label)
    if kind == "parquet":
        return _read_parquet(path, engine, options)
    if kind == "csv":
        if options.sheet is not None:
            raise InputError("a text file has no sheets", where=options.label, hint="leave --sheet out")
        return read_delimited(path, engine, options, workspace, aside)
    from segaudit.ingest.workbooks import read_workbook  # noqa: PLC0415 - text files do without

    return read_workbook(path, kind, engine, options, workspace, aside)


def _read_parquet(path: Path, engine: Engine, options: ReadOptions) -> Source:
    try:
        headers = engine.load_parquet(options.table, path)
    except EngineError as error:
        raise InputError(
            f"the Parquet file cannot be read ({error.problem})", where=options.label, hint="export it again"
        ) from error
    cells = ", ".join(f"c{position}" for position in range(1, len(headers) + 1))
    sample = engine.fetch(f"SELECT {cells} FROM {options.table} ORDER BY _row LIMIT {SAMPLE_ROWS}")
    return Source(
        name=options.label,
        table=options.table,
        headers=headers,
        rows=int(engine.fetch(f"SELECT count(*) FROM {options.table}")[0][0]),
        kind="parquet",
        size=path.stat().st_size,
        sample=tuple(tuple("" if cell is None else str(cell) for cell in row) for row in sample),
    )


def _from_stdin(workspace: Path) -> Path:
    return _received(sys.stdin.buffer, workspace, "standard input")


def _received(stream: BinaryIO, workspace: Path, label: str) -> Path:
    """Keep what comes through a pipe, which can be read only once."""
    path = workspace / "received"
    with path.open("wb") as file:
        shutil.copyfileobj(stream, file)
    if not path.stat().st_size:
        raise InputError("nothing came in", where=label, hint="pipe a file in, or name one")
    return path


def _existing(path: str, workspace: Path) -> Path:
    file = Path(path)
    try:
        if file.is_dir():
            raise InputError("this is a folder, not a file", where=path, hint=_tables_in(file))
        if not file.exists():
            raise InputError("there is no such file", where=path, hint=_near(file))
        with file.open("rb") as opened:
            if not file.is_file():
                return _received(opened, workspace, path)
            empty = not opened.read(1)
    except OSError as error:
        raise InputError(f"the file cannot be opened ({error.strerror})", where=path) from error
    if empty:
        raise InputError("the file is empty", where=path, hint="export it again")
    return file if _is_sayable(path) else under_name(file, workspace / "input")


def _is_sayable(path: str) -> bool:
    """Tell whether a path is text; the engine takes no other."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _near(file: Path) -> str:
    try:
        names = [entry.name for entry in file.parent.iterdir()]
    except OSError:
        return f'there is no folder "{file.parent}" either'
    from difflib import get_close_matches  # noqa: PLC0415 - needed for a mistake only

    close = get_close_matches(file.name, names, n=1)
    return f'did you mean "{file.with_name(close[0])}"?' if close else "check the path"


def _tables_in(folder: Path) -> str:
    endings = {".csv", ".tsv", ".xlsx", ".xls", ".xlsb", ".ods", ".parquet"}
    names = sorted(entry.name for entry in folder.iterdir() if entry.suffix.lower() in endings)
    return f"name one of its files, such as {folder / names[0]}" if names else "name a file; " + _KINDS


def _kind(path: Path, label: str) -> str:
    """Tell what a file is by its first bytes, not by its name."""
    with path.open("rb") as file:
        head = file.read(16)
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(_OLE):
        return _ole_kind(path)
    if head.startswith(b"PK\x03\x04"):
        return _zip_kind(path, label)
    start = head.removeprefix(codecs.BOM_UTF8).lstrip().lower()
    for mark, name in _FOREIGN.items():
        if start.startswith(mark):
            hint = _SAVE_ANEW if mark.startswith(b"<") else _KINDS
            raise InputError(f"this is {name}, not a table", where=label, hint=hint)
    return "csv"


def _ole_kind(path: Path) -> str:
    """Tell an old workbook from a new one that a password has put into an old shell."""
    with path.open("rb") as file:
        header = file.read(52)
        sector = 1 << int.from_bytes(header[30:32], "little")
        file.seek((int.from_bytes(header[48:52], "little") + 1) * sector)
        directory = file.read(8 * sector)
    return "xlsx" if "EncryptedPackage".encode("utf-16-le") in directory else "xls"


def _zip_kind(path: Path, label: str) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            # Some writers part folders by a backslash, some use none.
            names = {name.replace("\\", "/").rpartition("/")[2].lower() for name in archive.namelist()}
    except zipfile.BadZipFile as error:
        raise InputError(
            "the workbook is damaged: its archive is cut short", where=label, hint="export it again"
        ) from error
    if "workbook.bin" in names:
        return "xlsb"
    if "content.xml" in names:
        return "ods"
    if "workbook.xml" in names:
        return "xlsx"
    raise InputError("this is an archive, not a table", where=label, hint="unpack it first; " + _KINDS)


class _Fingerprint:
    """The SHA-256 of a file, worked out beside the reading of it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._digest = ""
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        try:
            with self._path.open("rb") as file:
                import hashlib  # noqa: PLC0415 - takes 4 ms, and only some outputs show a fingerprint

                self._digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            self._digest = ""  # unreadable: reading says so in its own words

    def result(self) -> str:
        self._thread.join()
        return self._digest
