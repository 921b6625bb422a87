"""What comes before a file is read: archives unpacked, patterns expanded, and a watch that it stays as it was."""

import bz2
import errno
import gzip
import importlib
import lzma
import shutil
import stat
import struct
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO, cast

from segaudit.errors import InputError
from segaudit.ingest.files.file_kinds import container_kind, workbook_kind
from segaudit.ingest.files.paths import OF_THE_SYSTEM, listed

_PIECE = 1 << 20
_TAR, _TAR_AT = b"ustar", 257
_ENCRYPTED, _NAME_IS_UTF8 = 0x1, 0x800  # flags of a zip's member
_UNIX = 3  # the system whose kinds of file a member states
_LOCAL_HEADER = 30  # bytes, at the least
_XZ_MEMORY = 256 << 20  # bytes; the strongest usual setting takes 65 MB
_LONGEST_NAME = 120  # characters of a name in a message
_AGAIN = "get it anew, or unpack it and name the file inside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much an archive may become before it is taken for a bomb."""

    share_of_disk: float = 0.5  # of what is free in the workspace; a clean copy may need as much again
    ratio: int = 200  # unpacked to packed ...
    ratio_from: int = 100_000_000  # ... beyond this many bytes
    members: int = 1000
    depth: int = 2  # an archive, and archives within it


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A file out of an archive."""

    path: Path  # in the workspace, under a name of our own
    label: str  # for people: "exports.zip: contacts.csv"
    member: str  # its name within the archive, for people; never a path


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacked:
    """What an archive held."""

    parts: tuple[Part, ...]  # at least one
    notes: tuple[str, ...] = ()  # what was passed over


def unpacked(path: Path, label: str, workspace: Path, limits: Limits | None = None) -> Unpacked:
    """Unpack an archive into plain files.

    Args:
        path: A gzip, zip, bzip2 or xz file that is no workbook.
        label: Its name, for people.
        workspace: Folder that the files go to, and that whoever made it removes.
        limits: What it may grow to.

    Raises:
        InputError: It is damaged, locked, of a kind that cannot be unpacked here, empty, or grows beyond all measure.
    """
    with _refusing(label):
        unpacking = _Unpacking(path, workspace, limits or Limits())
    parts = unpacking.parts(path, label, Path(label).name, depth=1)
    if not parts:
        raise InputError("the archive holds no file to read", where=label, hint="; ".join(unpacking.notes))
    return Unpacked(parts=parts, notes=tuple(unpacking.notes))


class _Unpacking:
    """One archive and those within it, under one budget of bytes."""

    def __init__(self, path: Path, workspace: Path, limits: Limits) -> None:
        self.notes: list[str] = []
        self._limits = limits
        self._folder = Path(tempfile.mkdtemp(prefix="unpacked-", dir=workspace))
        self._room = int(shutil.disk_usage(workspace).free * limits.share_of_disk)
        self._packed = path.stat().st_size
        self._written = 0
        self._files = 0

    def parts(self, path: Path, label: str, member: str, depth: int) -> tuple[Part, ...]:
        """Return the files that an archive comes to; the file itself if it is none."""
        with _refusing(label):
            with path.open("rb") as file:
                head = file.read(_TAR_AT + len(_TAR))
            kind = container_kind(head)
            if not head:
                self.notes.append(f"passed over {label}: it is empty")
                return ()
            if head[_TAR_AT:] == _TAR:
                raise InputError("this is a tar archive, not a table", where=label, hint="unpack it first")
            if kind is None or (kind == "zip" and _is_workbook(path)):
                return (Part(path=path, label=label, member=member),)
            if depth > self._limits.depth:
                hint = "unpack the outer ones first"
                raise InputError("this is an archive in an archive in an archive", where=label, hint=hint)
            if kind == "zip":
                return self._from_zip(path, label, depth)
            return self._from_stream(path, kind, label, depth)

    def _from_stream(self, path: Path, kind: str, label: str, depth: int) -> tuple[Part, ...]:
        """Unpack what holds one file without a name."""
        target = self._next_target()
        with path.open("rb") as file:
            self._pour(_pieces(file, kind, label), target, label)
        return self._kept(target, label, Path(label).stem, depth)

    def _from_zip(self, path: Path, label: str, depth: int) -> tuple[Part, ...]:
        parts: list[Part] = []
        names: Counter[str] = Counter()
        with zipfile.ZipFile(path) as archive:
            for info in self._wanted(archive.infolist(), label):
                name = _shown(info)
                names[name] += 1
                name += f" ({names[name]})" if names[name] > 1 else ""
                inner = f"{label}: {name}"
                target = self._next_target()
                with _refusing(inner), archive.open(info) as stream:
                    self._pour(iter(lambda: stream.read(_PIECE), b""), target, inner)
                parts += self._kept(target, inner, name, depth)
        return tuple(parts)

    def _kept(self, target: Path, label: str, member: str, depth: int) -> tuple[Part, ...]:
        """Unpack a file further if it is an archive itself, of which nothing stays then."""
        parts = self.parts(target, label, member, depth + 1)
        if all(part.path != target for part in parts):
            target.unlink()
        return parts

    def _wanted(self, members: Sequence[zipfile.ZipInfo], label: str) -> list[zipfile.ZipInfo]:
        """Return the members that may be tables; say which are passed over, and refuse what is made to harm."""
        reasons = [(info, _reason_to_pass(info)) for info in members]
        passed = [f"{_shown(info)} ({reason})" for info, reason in reasons if reason]
        wanted = [info for info, reason in reasons if not reason]
        if passed:
            self.notes.append(f"passed over in {label}: {listed(passed)}")
        if len(wanted) > self._limits.members:
            problem = f"the archive holds {len(wanted):,} files, more than {self._limits.members:,}"
            raise InputError(problem, where=label, hint="unpack it and name the files to read")
        for info in wanted:
            if info.flag_bits & _ENCRYPTED:
                hint = "unpack it with its password and name the file inside"
                raise InputError("the archive is protected by a password", where=f"{label}: {_shown(info)}", hint=hint)
        by_place = sorted(wanted, key=lambda info: info.header_offset)
        if any(_end(info) > follower.header_offset for info, follower in pairwise(by_place)):
            raise InputError("the files in the archive lie over each other: it is made to harm", where=label)
        self._check(sum(info.file_size for info in wanted), label)
        return wanted

    def _pour(self, pieces: Iterable[bytes], target: Path, label: str) -> None:
        with target.open("xb") as file:
            for piece in pieces:
                self._check(len(piece), label)
                self._written += len(piece)
                file.write(piece)

    def _check(self, more: int, label: str) -> None:
        """Refuse what there is no room for, or what grows as no table does."""
        size = self._written + more
        if size > self._room:
            problem = f"the archive unpacks to more than the {self._room / 1e9:,.1f} GB there is room for"
            hint = "make room, or let TMPDIR name a folder on another disk"
            raise InputError(problem, where=label, hint=hint)
        if size > self._limits.ratio_from and size > self._packed * self._limits.ratio:
            problem = f"the archive unpacks to more than {self._limits.ratio} times its size, as if made to fill a disk"
            raise InputError(problem, where=label, hint="if you trust it, unpack it and name the file inside")

    def _next_target(self) -> Path:
        self._files += 1
        return self._folder / f"part{self._files}"


@contextmanager
def _refusing(label: str) -> Iterator[None]:
    """Say in our own words what the libraries find wrong with an archive."""
    try:
        yield
    except OSError as error:
        if error.errno not in {None, errno.EINVAL}:  # the fault of the disk or the system, not of the archive
            raise InputError(f"the archive cannot be unpacked ({error.strerror})", where=label) from error
        raise InputError("the archive is damaged", where=label, hint=_AGAIN) from error
    except EOFError as error:
        raise InputError("the archive is cut short", where=label, hint=_AGAIN) from error
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, ValueError, OverflowError, struct.error) as error:
        raise InputError("the archive is damaged", where=label, hint=_AGAIN) from error
    except (NotImplementedError, RuntimeError) as error:
        raise InputError("the archive is packed in a way that cannot be read here", where=label, hint=_AGAIN) from error


def _pieces(file: BinaryIO, kind: str, label: str) -> Iterator[bytes]:
    """Unpack a stream piece by piece."""
    if kind == "xz":
        return _xz_pieces(file, label)
    stream: Any
    if kind == "gzip":
        stream = gzip.GzipFile(fileobj=file)
    elif kind == "bzip2":
        stream = bz2.BZ2File(file)
    else:
        try:
            stream = importlib.import_module("compression.zstd").ZstdFile(file)
        except ImportError as error:
            hint = "unpack it first, or pack it as gzip"
            raise InputError("Python reads Zstandard archives from version 3.14 on", where=label, hint=hint) from error
    return iter(lambda: cast("bytes", stream.read(_PIECE)), b"")


def _xz_pieces(file: BinaryIO, label: str) -> Iterator[bytes]:
    """Unpack xz in bounded memory; the library's own file object takes as much as the archive asks for."""
    data = file.read(_PIECE)
    while data:
        stream = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)
        while not stream.eof:
            if stream.needs_input and not (data := data or file.read(_PIECE)):
                raise EOFError
            try:
                yield stream.decompress(data, _PIECE)
            except lzma.LZMAError as error:
                if "emory" not in str(error):
                    raise
                problem = f"the archive needs more than {_XZ_MEMORY >> 20} MB of memory to unpack"
                raise InputError(problem, where=label, hint="unpack it and name the file inside") from error
            data = b""
        data = stream.unused_data.lstrip(b"\0") or file.read(_PIECE).lstrip(b"\0")  # streams are padded by zeros


def _reason_to_pass(info: zipfile.ZipInfo) -> str:
    parts = info.filename.replace("\\", "/").split("/")
    if not parts[-1] and not info.file_size:
        return "a folder"
    if "__MACOSX" in parts or parts[-1].startswith((".", "~$")) or parts[-1].lower() in OF_THE_SYSTEM:
        return "no data"
    if info.create_system == _UNIX and stat.S_ISLNK(info.external_attr >> 16):
        return "a link"
    return "" if info.file_size else "empty"


def _end(info: zipfile.ZipInfo) -> int:
    return info.header_offset + _LOCAL_HEADER + info.compress_size


def _shown(info: zipfile.ZipInfo) -> str:
    """Return a member's name as text for one line."""
    name = info.filename
    if not info.flag_bits & _NAME_IS_UTF8:
        with suppress(UnicodeError):  # many programs write UTF-8 and do not say so
            name = name.encode("cp437").decode("utf-8")
    name = "".join(char if char.isprintable() else "\ufffd" for char in name)
    return name if len(name) <= _LONGEST_NAME else f"…{name[-_LONGEST_NAME:]}"


def _is_workbook(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        return workbook_kind(archive) is not None
