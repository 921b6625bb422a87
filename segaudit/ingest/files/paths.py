"""Which files a user's arguments stand for, and whether one stays as it was while it is read."""

import glob
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from segaudit.engine.uris import TABLE, is_uri
from segaudit.errors import InputError

_TABLE_ENDINGS = frozenset(".csv .tsv .tab .txt .xlsx .xlsm .xls .xlsb .ods .parquet .gz .zip .bz2 .xz .zst".split())
OF_THE_SYSTEM = frozenset(("thumbs.db", "desktop.ini"))
_NAMED = 10  # names in a message


def listed(names: Sequence[str]) -> str:
    """Return names for a message, the first ten of many."""
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def expand(patterns: Sequence[str]) -> tuple[str, ...]:
    """Return the files that arguments stand for, each once: patterns the shell left alone, folders, plain paths.

    Args:
        patterns: Paths; ``-`` is standard input. A path that exists is that file, whatever signs its name holds.
            ``*`` stands for no hidden file and goes into no folder below.

    Returns:
        Paths in the order of the arguments; what one of them stands for sorted as people count: part2 before part10.

    Raises:
        InputError: An argument stands for no file, or a folder holds tables of several kinds.
    """
    found: dict[str, str] = {}  # by where they really are
    for pattern in patterns:
        for path in _expanded(pattern):
            found.setdefault(path if path == "-" else os.path.realpath(path), path)
    return tuple(found.values())


def named_files(paths: str | Sequence[str]) -> tuple[str, ...]:
    """Return the files that arguments stand for, as far as they are there; for whoever must not write to one."""
    found: list[str] = []
    for path in [paths] if isinstance(paths, str) else paths:
        try:
            found += expand([path])
        except InputError:
            found.append(path)  # reading says what is wrong with it
    return tuple(found)


def _expanded(pattern: str) -> list[str]:
    path = Path(pattern)
    try:
        if pattern == "-":
            return [pattern]
        if path.is_dir():
            return _tables_in(path)
        if path.exists():
            return [pattern]
        if is_uri(pattern) or pattern.startswith(TABLE):
            raise InputError("this is read by Spark only", where=pattern, hint="add --engine spark, or copy it here")
        if path.is_symlink():
            raise InputError("this link leads to no file", where=pattern, hint="name the file itself")
        # pathlib has no patterns that begin at the root.
        matches = glob.glob(pattern) if glob.has_magic(pattern) else []  # noqa: PTH207
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"the path cannot be used ({reason})", where=pattern) from error
    files = [match for match in matches if _is_meant(Path(match))]
    if files:
        return sorted(files, key=as_people_count)
    problem = "no file is called that way" if glob.has_magic(pattern) else "there is no such file"
    raise InputError(problem, where=pattern, hint=near_names(path))


def _is_meant(path: Path) -> bool:
    """Leave out folders, and what programs lay beside a file that is open."""
    return path.is_file() and not path.name.startswith(("~$", "."))


def _tables_in(folder: Path) -> list[str]:
    tables = [str(path) for path in folder.iterdir() if path.suffix.lower() in _TABLE_ENDINGS and _is_meant(path)]
    if not tables:
        hint = f"name a file, or a folder that holds some ({', '.join(sorted(_TABLE_ENDINGS))})"
        raise InputError("the folder holds no tables", where=str(folder), hint=hint)
    tables.sort(key=as_people_count)
    endings = sorted({Path(table).suffix.lower() for table in tables})
    if len(endings) > 1:
        names = listed([Path(table).name for table in tables])
        some = Path(glob.escape(str(folder))) / f"*{endings[0]}"
        hint = f'it holds {names}; name some of them, such as "{some}"'
        raise InputError(f"the folder holds tables of {len(endings)} kinds", where=str(folder), hint=hint)
    return tables


def as_people_count(path: str) -> tuple[list[tuple[str, int]], str]:
    """Return a sort key in which figures are numbers."""
    words = re.split(r"([0-9]+)", path.casefold())
    numbers = [*map(int, words[1::2]), 0]
    return list(zip(words[::2], numbers, strict=True)), path


def near_names(file: Path) -> str:
    """Return a hint for a path that leads nowhere: the name beside it that is most like it."""
    try:
        names = [entry.name for entry in file.parent.iterdir()]
    except (OSError, ValueError):
        return f'there is no folder "{file.parent}" either'
    from difflib import get_close_matches  # noqa: PLC0415 - needed for a mistake only

    close = get_close_matches(file.name, names, n=1)
    return f'did you mean "{file.with_name(close[0])}"?' if close else "check the path"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What tells a file from what it becomes when someone writes to it."""

    size: int  # bytes
    modified: int  # nanoseconds
    number: int  # of the file on its disk; another file under the same name has another

    @classmethod
    def of(cls, path: Path) -> Self:
        """Take it."""
        now = path.stat()
        return cls(size=now.st_size, modified=now.st_mtime_ns, number=now.st_ino)

    def check(self, path: Path, label: str) -> None:
        """Refuse a file that changed since.

        Raises:
            InputError: It was written to, replaced or removed.
        """
        try:
            changed = Snapshot.of(path) != self
        except OSError:
            changed = True
        if changed:
            hint = "wait until it is written, or audit a copy"
            raise InputError("the file changed while it was read", where=label, hint=hint)
