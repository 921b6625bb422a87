"""From what a user names to plain files: standard input and pipes kept, archives unpacked, patterns expanded."""

import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from segaudit.errors import InputError
from segaudit.ingest.files.alias import under_name
from segaudit.ingest.files.file_kinds import PARQUET, TEXT, WORKBOOKS, file_kind
from segaudit.ingest.files.paths import Snapshot, expand

STDIN = "-"
_PIECE = 1 << 24
_LEFT_FREE = 1 << 28  # bytes of the disk that are left to others
_STDIN_LABEL = "standard input"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A plain file to read."""

    path: Path
    kind: str
    label: str  # for people


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """All there is to read, and what was passed over."""

    files: tuple[Incoming, ...]  # at least one
    originals: tuple[tuple[Path, str, Snapshot], ...]  # as the user has them: path, label, and how they were
    notes: tuple[str, ...] = ()

    def check(self) -> None:
        """Refuse a file that has changed since it arrived.

        Raises:
            InputError: It was written to, replaced or removed.
        """
        for path, label, before in self.originals:
            before.check(path, label)


def receive(paths: Sequence[str], label: str, workspace: Path) -> Arrival:
    """Return the plain files that a user's arguments come to.

    Args:
        paths: Files, folders, patterns, or ``-`` for standard input.
        label: What messages call a single file.
        workspace: Folder for what has to be kept or unpacked.

    Raises:
        InputError: A file is missing, empty, of a kind that holds no table, or an archive that cannot be unpacked.
    """
    files: list[Incoming] = []
    notes: list[str] = []
    originals: list[tuple[Path, str, Snapshot]] = []
    named = _expanded(paths)
    for number, path in enumerate(named):
        said = label if len(named) == 1 else _STDIN_LABEL if path == STDIN else path
        folder = workspace / f"in{number}"
        folder.mkdir()
        file = _kept(sys.stdin.buffer, folder, said) if path == STDIN else _existing(path, folder)
        originals.append((file, said, Snapshot.of(file)))
        kind = file_kind(file, said)
        if kind in WORKBOOKS or kind in {TEXT, PARQUET}:
            files.append(Incoming(path=file, kind=kind, label=said))
            continue
        from segaudit.ingest.files.containers import unpacked  # noqa: PLC0415 - few files are packed

        inside = unpacked(file, said, folder)
        notes += inside.notes
        files += [
            Incoming(path=part.path, kind=file_kind(part.path, part.label), label=part.label) for part in inside.parts
        ]
    return Arrival(files=tuple(files), originals=tuple(originals), notes=tuple(notes))


def _expanded(paths: Sequence[str]) -> Sequence[str]:
    if list(paths) == [STDIN] or (len(paths) == 1 and Path(paths[0]).is_file()):
        return paths  # the usual case
    return expand(paths)


def _kept(stream: BinaryIO, folder: Path, label: str) -> Path:
    """Keep what comes through a pipe, which can be read only once."""
    path = folder / "received"
    with path.open("wb") as file:
        while piece := stream.read(_PIECE):
            if shutil.disk_usage(folder).free < _LEFT_FREE:
                raise InputError(
                    "more comes in than there is room for on the disk",
                    where=label,
                    hint="make room, or let TMPDIR name a folder on another disk",
                )
            file.write(piece)
    if not path.stat().st_size:
        raise InputError("nothing came in", where=label, hint="pipe a file in, or name one")
    return path


def _existing(path: str, folder: Path) -> Path:
    file = Path(path)
    try:
        with file.open("rb") as opened:
            if file.is_char_device() and not opened.isatty():
                raise InputError("this is a device, not a file", where=path, hint="name a file")
            if not file.is_file():
                return _kept(opened, folder, path)
            empty = not opened.read(1)
    except OSError as error:
        raise InputError(f"the file cannot be opened ({error.strerror})", where=path) from error
    if empty:
        raise InputError("the file is empty", where=path, hint="export it again")
    return file if _is_sayable(path) else under_name(file, folder / "input")


def _is_sayable(path: str) -> bool:
    """Tell whether a path is text; the engine takes no other."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
