"""Output files, which appear whole or not at all and never over an input, and temporary folders, which go."""

import errno
import os
import secrets
import shutil
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from segaudit.errors import EngineError, OutputError

_NO_ROOM = frozenset((errno.ENOSPC, errno.EFBIG, errno.EDQUOT))


class TemporaryFolder:
    """A folder for this process alone, taken away with its holder, at the end of a ``with`` or of the process.

    Unlike the standard library's it is known before it is made: no Ctrl-C comes between the two and leaves it behind.
    """

    def __init__(self, prefix: str = "segaudit-") -> None:
        """Make the folder, where the system or TMPDIR has temporary files.

        Raises:
            OSError: There is no room or no right to.
        """
        self.path = Path(tempfile.gettempdir(), f"{prefix}{secrets.token_hex(8)}")
        self._goes = weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)
        try:
            self.path.mkdir(mode=0o700)
        except FileExistsError:
            self._goes.detach()  # somebody else's
            raise

    def __enter__(self) -> Path:
        """Return where it is."""
        return self.path

    def __exit__(self, *_: object) -> None:
        """Take it away."""
        self.close()

    def close(self) -> None:
        """Take the folder away with all that is in it; what cannot be taken away stays."""
        self._goes()


def check_output(path: Path, *, inputs: tuple[str, ...], force: bool) -> None:
    """Refuse an output path that cannot be written, before any work is done.

    Raises:
        OutputError: The path is an input, exists already, is a folder, or its folder cannot be written.
    """
    if path.is_dir():
        raise OutputError("this is a folder", where=str(path), hint=f"name a file in it: {path / 'tagged.csv'}")
    for name in inputs:
        if name != "-" and path.exists() and Path(name).exists() and path.samefile(name):
            raise OutputError(
                "this is the input, which is never written to", where=str(path), hint="choose another name"
            )
    if path.exists() and not force:
        raise OutputError("this file exists already", where=str(path), hint="choose another name, or add --force")
    if not path.parent.is_dir():
        raise OutputError(f'there is no folder "{path.parent}"', where=str(path), hint="make it first")
    if not os.access(path.parent, os.W_OK):
        raise OutputError(f'the folder "{path.parent}" cannot be written to', where=str(path), hint="choose another")


def no_room(error: Exception) -> str:
    """Return the system's words if an error is that a disk has no room left, whoever found it; else nothing."""
    words = {number: os.strerror(number) for number in _NO_ROOM}
    if isinstance(error, OSError):
        return error.strerror or words[error.errno] if error.errno in words else ""
    return next((said for said in words.values() if said in str(error)), "")  # libraries quote them


def beside(path: Path, ending: str = "") -> Path:
    """Return a free name beside a file or folder, for what takes its place once it is whole.

    It is known before anything is made there: whenever a Ctrl-C comes, it can be taken away.
    """
    return path.absolute().with_name(f".{path.name[:40]}.{secrets.token_hex(6)}{ending}")


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside a file; it takes the file's place only if all goes well.

    Raises:
        OutputError: The disk is full or the folder cannot be written, for the engine or for anybody else.
    """
    temporary = beside(path, path.suffix)
    try:
        temporary.touch(exist_ok=False)
        yield temporary
        temporary.replace(path)
    except OutputError:
        raise
    except Exception as error:
        if words := no_room(error):
            hint = "make room, or name a file on another disk; TMPDIR is the folder of temporary copies"
            raise OutputError(f"there is no room left on the disk ({words})", where=str(path), hint=hint) from error
        if isinstance(error, OSError):
            raise OutputError(f"the file cannot be written ({error.strerror})", where=str(path)) from error
        if isinstance(error, EngineError):
            hint = error.hint or "name a file in another folder"
            raise OutputError(f"the file cannot be written ({error.problem})", where=str(path), hint=hint) from error
        raise
    finally:
        temporary.unlink(missing_ok=True)
