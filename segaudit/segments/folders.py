"""Folders of files: all of them appear, or none."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from segaudit.errors import OutputError
from segaudit.files import beside, check_output

# Names that some systems keep for devices, whatever stands behind the first point.
_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", *(f"com{number}" for number in range(10)), *(f"lpt{number}" for number in range(10))]
)


def segment_file(schema: str, segment: str, ending: str = "") -> str:
    """Return the name of a segment's file, one that every file system takes."""
    first = f"{schema}_" if schema in _DEVICES else schema
    return f"{first}.{segment}{ending}.csv"


def check_folder(path: Path, names: Sequence[str], *, inputs: tuple[str, ...], force: bool) -> None:
    """Refuse a folder that cannot take files, before any work is done.

    Raises:
        OutputError: It is a file, holds something already, cannot be written, or one of the files is an input.
    """
    if path.exists() and not path.is_dir():
        raise OutputError("this is a file, and a folder is asked for", where=str(path), hint="name another")
    if path.is_dir() and not force and any(path.iterdir()):
        raise OutputError(
            "this folder is not empty", where=str(path), hint="name a new folder, or add --force to replace files in it"
        )
    if path.is_dir():
        for name in names:
            check_output(path / name, inputs=inputs, force=force)
    elif not path.parent.is_dir():
        raise OutputError(f'there is no folder "{path.parent}"', where=str(path), hint="make it first")


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """Yield a temporary folder beside a folder; its files go there only if all goes well.

    Raises:
        OutputError: The folder cannot be written.
    """
    temporary = beside(path)
    try:
        temporary.mkdir(mode=0o700)
        yield temporary
        path.mkdir(exist_ok=True)
        for file in sorted(temporary.iterdir()):
            file.replace(path / file.name)
    except OSError as error:
        raise OutputError(f"the folder cannot be written ({error.strerror})", where=str(path)) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def others_in(path: Path, names: Sequence[str]) -> tuple[str, ...]:
    """Return the segment files that stand in a folder and are none of a run's."""
    if not path.is_dir():
        return ()
    mine = set(names)
    return tuple(sorted(file.name for file in path.glob("*.*.csv") if file.name not in mine))
