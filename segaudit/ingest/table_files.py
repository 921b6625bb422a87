"""Which tables stand in the files a user names: a text file is one, a workbook has one in each visible sheet."""

import os
import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from segaudit.errors import InputError
from segaudit.ingest.files.file_kinds import TEXT, WORKBOOKS, file_kind

_ENDINGS = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".parquet"})
_LONGEST_NAME = 40
_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFile:
    """Where a table stands."""

    path: str
    sheet: str = ""
    alone: bool = True  # the only table of its file
    named: bool = True  # the user named the file, or else it was found in a folder

    @property
    def label(self) -> str:
        """The file, and the sheet where there is one."""
        return f"{self.path} [{self.sheet}]" if self.sheet else self.path


def list_table_files(paths: Iterable[str]) -> tuple[tuple[TableFile, ...], tuple[str, ...]]:
    """Return the tables of files and folders, each once, in the order given; and what was passed over, in words.

    Args:
        paths: Files; and folders, whose tables are taken in order of name, without those of folders in them.

    Raises:
        InputError: There is no such file, a folder holds no table, or a workbook has no visible sheet.
    """
    found: dict[tuple[str, str], TableFile] = {}
    notes: list[str] = []
    for path in paths:
        for file, named in _files(path):
            for table in _tables_of(file, named=named, notes=notes):
                found.setdefault((str(Path(table.path).resolve()), table.sheet), table)
    return tuple(found.values()), tuple(notes)


def _files(path: str) -> list[tuple[str, bool]]:
    if path == "-":
        raise InputError("a workspace is made of files", where="standard input", hint="name the files")
    if path.lower().endswith((".yaml", ".yml")):
        raise InputError(
            "this is a workspace file, not a table",
            where=path,
            hint=f"segaudit workspace {path}; or, to add to it: segaudit init -o {path} FILE...",
        )
    folder = Path(path)
    if not folder.is_dir():
        return [(path, True)]
    names = sorted(
        entry.name
        for entry in folder.iterdir()
        if entry.suffix.lower() in _ENDINGS and not entry.name.startswith((".", "~$")) and entry.is_file()
    )
    if not names:
        raise InputError("the folder holds no table", where=path, hint="name files, or the folder they are in")
    return [(str(folder / name), False) for name in names]


def _tables_of(path: str, *, named: bool, notes: list[str]) -> list[TableFile]:
    sheets = _visible_sheets(path, notes)
    if sheets is None:
        return [TableFile(path=path, named=named)]
    return [TableFile(path=path, sheet=sheet, alone=len(sheets) == 1, named=named) for sheet in sheets]


def _visible_sheets(path: str, notes: list[str]) -> Sequence[str] | None:
    """Return the names of a workbook's visible sheets; None of what is no workbook, or none that opens."""
    kind = _workbook_kind(Path(path))
    if kind is None:
        return None
    # Here and not above: only workbooks need it.
    from segaudit.ingest.books.sheets import list_sheets  # noqa: PLC0415

    try:
        sheets = [sheet for sheet in list_sheets(Path(path), kind, path) if sheet.kind == "worksheet"]
    except InputError:
        return None  # reading it says what is wrong
    visible = [sheet.name for sheet in sheets if sheet.visible]
    hidden = len(sheets) - len(visible)
    if hidden:
        notes.append(f"{path}: {hidden} hidden {'sheet' if hidden == 1 else 'sheets'} passed over")
    return visible or None


def _workbook_kind(file: Path) -> str | None:
    """Return what workbook a file is, by its bytes; None if it is none."""
    try:
        kind = file_kind(file, str(file)) if file.is_file() else TEXT
    except (OSError, InputError):
        return None  # reading it says what is wrong
    return kind if kind in WORKBOOKS else None


def located(folder: Path, file: str) -> Path:
    """Return where a declared file is; what was written on Windows is found elsewhere, too."""
    path = folder / file
    return path if path.exists() or "\\" not in file else folder / file.replace("\\", "/")


def relative_path(file: str, folder: Path) -> str:
    """Return a file as a workspace file names it: relative to its folder, with slashes, on every system.

    Raises:
        InputError: The name is no text, so that a text file cannot hold it.
    """
    try:
        path = os.path.relpath(file, folder)
    except ValueError:
        path = str(Path(file).absolute())  # another drive
    try:
        path.encode()
    except UnicodeEncodeError:
        raise InputError("the file's name is no text", where=file, hint="rename the file") from None
    return path.replace(os.sep, "/")


def free_name(file: TableFile, taken: Collection[str]) -> str:
    """Return a name for a table that can stand in a rules file: of the file, or of the sheet among several.

    If another table has that name, what it stands in goes before it: the folder of a file, the file of a sheet.
    """
    path = Path(file.path)
    name = _slug(path.stem if file.alone else file.sheet)
    home = path.absolute().parent.name if file.alone else path.stem
    if name in taken and home:
        name = f"{_slug(home)}_{name}"[:_LONGEST_NAME].strip("_")
    numbered = (f"{name}_{number}" for number in range(2, len(taken) + 3))
    return name if name not in taken else next(other for other in numbered if other not in taken)


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = _NOT_IN_NAMES.sub("_", plain).strip("_")[:_LONGEST_NAME].strip("_")
    return words if words[:1].isalpha() else f"table_{words}" if words else "table"
