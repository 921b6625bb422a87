"""The folder of an audit: it appears whole, and leaves nothing behind of an earlier one it takes the place of."""

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from segaudit.errors import OutputError
from segaudit.files import beside, no_room

RESULT = "audit.json"


def check_audit_folder(path: Path, *, inputs: Sequence[str], force: bool) -> None:
    """Refuse a folder that cannot take an audit, before any work is done.

    Raises:
        OutputError: It is a file, holds something already, cannot be made, or an input is in it.
    """
    if path.exists() and not path.is_dir():
        raise OutputError("this is a file, and a folder is asked for", where=str(path), hint="name another")
    if not path.absolute().parent.is_dir():
        raise OutputError(f'there is no folder "{path.parent}"', where=str(path), hint="make it first")
    if not path.is_dir():
        return
    inside = [name for name in inputs if name != "-" and Path(name).resolve().is_relative_to(path.resolve())]
    if inside:
        raise OutputError(
            f"the input {inside[0]} is in this folder, and inputs are never written to",
            where=str(path),
            hint="name another folder",
        )
    if any(path.iterdir()) and not force:
        hint = "name a new folder, or add --force to replace the audit in it"
        raise OutputError("this folder is not empty", where=str(path), hint=hint)
    if any(path.iterdir()) and not (path / RESULT).is_file():
        hint = "--force replaces an audit, and there is none in this folder: name another"
        raise OutputError("this folder holds other things than an audit", where=str(path), hint=hint)


@contextmanager
def audit_folder(path: Path) -> Iterator[Path]:
    """Yield a temporary folder beside one; its files go there only if all goes well.

    What an earlier audit left in the folder is taken away, as far as that audit says it wrote it; all else stays.

    Raises:
        OutputError: The folder cannot be written.
    """
    temporary = beside(path)
    try:
        temporary.mkdir(mode=0o700)
        yield temporary
        _place(temporary, path)
    except OSError as error:
        words = no_room(error)
        problem = (
            f"there is no room left on the disk ({words})" if words else f"it cannot be written ({error.strerror})"
        )
        raise OutputError(problem, where=str(path)) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _place(temporary: Path, path: Path) -> None:
    earlier = _written_before(path)
    path.mkdir(exist_ok=True)
    placed = set()
    for file in sorted(item for item in temporary.rglob("*") if item.is_file()):
        name = file.relative_to(temporary)
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        file.replace(path / name)
        placed.add(name.as_posix())
    for gone in sorted(earlier - placed):
        (path / gone).unlink(missing_ok=True)
        for folder in list((path / gone).parents)[: len(Path(gone).parts) - 1]:
            with suppress(OSError):  # something else is in it
                folder.rmdir()


def _written_before(path: Path) -> set[str]:
    """Return the files an audit says it wrote into a folder, but for names that lead out of it."""
    try:
        said = json.loads((path / RESULT).read_text(encoding="utf-8"))
        names = [str(item["name"]) for item in said["files"]]
    except (OSError, ValueError, KeyError, TypeError):
        return set()
    root = path.resolve()
    return {name for name in names if (root / name).resolve().is_relative_to(root) and not Path(name).is_absolute()}
