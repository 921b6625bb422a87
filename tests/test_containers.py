"""Archives unpacked without harm, patterns and folders expanded, and files watched while they are read."""

import bz2
import gzip
import io
import lzma
import os
import stat
import struct
import sys
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segaudit.errors import InputError
from segaudit.ingest.files.containers import Limits, Unpacked, unpacked
from segaudit.ingest.files.file_kinds import container_kind, workbook_kind
from segaudit.ingest.files.paths import Snapshot, expand

_ANY_FILE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
_CSV = b"name,city\nAnn,Leeds\n"


def zipped(members: Mapping[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip archive."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", packing) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()


def workbook() -> bytes:
    """Return a workbook, which is a zip archive as well."""
    data = io.BytesIO()
    openpyxl.Workbook().save(data)
    return data.getvalue()


def unpack(folder: Path, data: bytes, name: str = "exports.zip", limits: Limits | None = None) -> Unpacked:
    """Write an archive and unpack it."""
    path = folder / "archive"
    path.write_bytes(data)
    workspace = folder / "workspace"
    workspace.mkdir(exist_ok=True)
    found = unpacked(path, name, workspace, limits)
    assert all(part.path == path or workspace in part.path.parents for part in found.parts)
    return found


def contents(found: Unpacked) -> dict[str, bytes]:
    """Return what the parts hold, by their labels."""
    return {part.label: part.path.read_bytes() for part in found.parts}


# --------------------------------------------------------------------------------------------------------------- kinds


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
@pytest.mark.parametrize("times", [1, 3])
def test_one_file(tmp_path: Path, pack: Callable[[bytes], bytes], times: int) -> None:
    """A gzip, bzip2 or xz file is the file in it; several packed one after the other are one file."""
    found = unpack(tmp_path, pack(_CSV) * times, "contacts.csv.gz")
    assert contents(found) == {"contacts.csv.gz": _CSV * times}
    assert [part.member for part in found.parts] == ["contacts.csv"]


def test_longer_than_a_piece(tmp_path: Path) -> None:
    """What is longer than the pieces it is unpacked in comes out whole."""
    data = os.urandom(1_200_000)
    for pack in (gzip.compress, bz2.compress, lzma.compress):
        assert contents(unpack(tmp_path, pack(data))) == {"exports.zip": data}


def test_padded_xz(tmp_path: Path) -> None:
    """Zeros between and behind the streams of an xz file are padding."""
    assert contents(unpack(tmp_path, lzma.compress(b"a,b\n") + b"\0" * 8 + lzma.compress(b"1,2\n") + b"\0" * 4)) == {
        "exports.zip": b"a,b\n1,2\n"
    }


def test_members_of_a_zip(tmp_path: Path) -> None:
    """Each member of a zip is a file of its own, in the order of the archive, workbooks as they are."""
    book = workbook()
    found = unpack(tmp_path, zipped({"contacts.csv": _CSV, "sub/deals.xlsx": book, "more.csv.gz": gzip.compress(_CSV)}))
    assert contents(found) == {
        "exports.zip: contacts.csv": _CSV,
        "exports.zip: sub/deals.xlsx": book,
        "exports.zip: more.csv.gz": _CSV,
    }
    assert found.notes == ()


def test_archive_within_an_archive(tmp_path: Path) -> None:
    """A zip in a zip is unpacked, a third one is not."""
    inner = zipped({"contacts.csv": _CSV})
    assert contents(unpack(tmp_path, zipped({"inner.zip": inner}))) == {"exports.zip: inner.zip: contacts.csv": _CSV}
    with pytest.raises(InputError, match="archive in an archive in an archive"):
        unpack(tmp_path, zipped({"outer.zip": zipped({"inner.zip": inner})}))


def test_kind_by_first_bytes() -> None:
    """What an archive is, its first bytes say."""
    assert [container_kind(pack(b"x")) for pack in (gzip.compress, bz2.compress, lzma.compress)] == [
        "gzip",
        "bzip2",
        "xz",
    ]
    assert [container_kind(head) for head in (zipped({}), zipped({"a": b""}), _CSV)] == ["zip", "zip", None]


def test_kinds_of_workbooks() -> None:
    """A zip is a workbook by the files in it, however their folders are parted."""
    for name, kind in (("xl/workbook.xml", "xlsx"), ("xl\\Workbook.bin", "xlsb"), ("content.xml", "ods"), ("a", None)):
        assert workbook_kind(zipfile.ZipFile(io.BytesIO(zipped({name: b""})))) == kind


def test_kinds_that_are_refused(tmp_path: Path) -> None:
    """A tar archive, also within gzip, and before Python 3.14 Zstandard, are refused by name."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.csv"))
    for packed in (data.getvalue(), gzip.compress(data.getvalue())):
        with pytest.raises(InputError, match="tar archive"):
            unpack(tmp_path, packed)
    if sys.version_info < (3, 14):
        with pytest.raises(InputError, match="Zstandard"):
            unpack(tmp_path, b"\x28\xb5\x2f\xfd\0\0")


# --------------------------------------------------------------------------------------------------------- passed over


def test_what_is_passed_over(tmp_path: Path) -> None:
    """Folders, system files, lock files, links and empty members are no tables, and are named."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        link = zipfile.ZipInfo("link.csv")
        link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        for name in ("data/", "__MACOSX/data/._a.csv", ".DS_Store", "Thumbs.db", "~$book.xlsx", "empty.csv"):
            archive.writestr(name, b"" if name in {"data/", "empty.csv"} else b"x")
        archive.writestr("data/a.csv", _CSV)
    found = unpack(tmp_path, data.getvalue())
    assert contents(found) == {"exports.zip: data/a.csv": _CSV}
    [note] = found.notes
    assert note.removeprefix("passed over in exports.zip: ").split(", ") == [
        "link.csv (a link)",
        "data/ (a folder)",
        "__MACOSX/data/._a.csv (no data)",
        ".DS_Store (no data)",
        "Thumbs.db (no data)",
        "~$book.xlsx (no data)",
        "empty.csv (empty)",
    ]


@pytest.mark.parametrize("data", [zipped({}), zipped({"a/": b"", "b.csv": b""}), gzip.compress(b"", mtime=0)])
def test_nothing_inside(tmp_path: Path, data: bytes) -> None:
    """An archive without a file that holds something is refused."""
    with pytest.raises(InputError, match="holds no file to read"):
        unpack(tmp_path, data)


@pytest.mark.parametrize("name", ["../../evil.csv", "/etc/evil.csv", "C:\\evil.csv", "..\\evil.csv", "x" * 5000])
def test_member_names_are_no_paths(tmp_path: Path, name: str) -> None:
    """A member's name leads nowhere: its file lies in the workspace under a name of ours."""
    before = set(tmp_path.parent.rglob("*evil*"))
    found = unpack(tmp_path, zipped({name: _CSV}))
    assert list(contents(found).values()) == [_CSV]
    assert [part.path.name for part in found.parts] == ["part1"]
    assert set(tmp_path.parent.rglob("*evil*")) == before


def test_names_for_people(tmp_path: Path) -> None:
    """Names are shown on one line, and with their letters, be they marked as UTF-8 or not."""
    data = zipped({"a\nb\x1b[31m.csv": _CSV, "Zoë.csv": _CSV})
    unmarked = data.replace(b"\x14\x00\x00\x08\x08\x00", b"\x14\x00\x00\x00\x08\x00")
    assert data.count(b"\x00\x08\x08") - unmarked.count(b"\x00\x08\x08") == 2
    for packed in (data, unmarked):
        assert list(contents(unpack(tmp_path, packed))) == [
            "exports.zip: a\ufffdb\ufffd[31m.csv",
            "exports.zip: Zoë.csv",
        ]


def test_members_of_the_same_name(tmp_path: Path) -> None:
    """Members of one name are both there, and told apart."""
    data = zipped({"1.csv": _CSV, "2.csv": _CSV * 2}).replace(b"2.csv", b"1.csv")
    assert contents(unpack(tmp_path, data)) == {"exports.zip: 1.csv": _CSV, "exports.zip: 1.csv (2)": _CSV * 2}


# ------------------------------------------------------------------------------------------------------ harm and damage


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_bomb_in_a_stream(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    """What grows to more than so many times its size is stopped on the way, not at the end."""
    with pytest.raises(InputError, match="more than 200 times its size"):
        unpack(tmp_path, pack(bytes(20_000_000)), limits=Limits(ratio_from=3_000_000))
    assert sum(path.stat().st_size for path in (tmp_path / "workspace").rglob("part*")) < 4_000_000


def test_bomb_in_a_zip(tmp_path: Path) -> None:
    """What a zip says it grows to is enough to refuse it; a bomb within is counted with the others."""
    limits = Limits(ratio_from=3_000_000)
    with pytest.raises(InputError, match="more than 200 times its size"):
        unpack(tmp_path, zipped({"a.csv": bytes(20_000_000)}), limits=limits)
    inner = gzip.compress(gzip.compress(bytes(20_000_000)))
    with pytest.raises(InputError, match="more than 200 times its size"):
        unpack(tmp_path, zipped({"a.csv": _CSV, "b.gz": gzip.decompress(inner)}), limits=limits)
    assert contents(unpack(tmp_path, zipped({"a.csv": bytes(2_000_000)}), limits=limits))


def test_more_than_there_is_room_for(tmp_path: Path) -> None:
    """Nothing is unpacked that would fill the disk."""
    with pytest.raises(InputError, match="there is room for") as error:
        unpack(tmp_path, gzip.compress(os.urandom(1000)), limits=Limits(share_of_disk=0))
    assert "TMPDIR" in error.value.hint


def test_members_over_each_other(tmp_path: Path) -> None:
    """Members that share their bytes, by which a small archive is many large files, are refused."""
    data = zipped({"a.csv": _CSV * 9, "b.csv": _CSV * 9})
    first, second = (data.index(b"PK\x01\x02"), data.rindex(b"PK\x01\x02"))
    crafted = data[: second + 42] + data[first + 42 : first + 46] + data[second + 46 :]
    with pytest.raises(InputError, match="lie over each other"):
        unpack(tmp_path, crafted)


def test_too_many_members(tmp_path: Path) -> None:
    """An archive of thousands of files is not a handful of exports."""
    with pytest.raises(InputError, match="holds 3 files, more than 2"):
        unpack(tmp_path, zipped(dict.fromkeys("abc", b"x")), limits=Limits(members=2))


def test_password(tmp_path: Path) -> None:
    """A member that takes a password is named."""
    data = bytearray(zipped({"a.csv": _CSV}))
    for head in (6, data.index(b"PK\x01\x02") + 8):
        data[head] |= 1
    with pytest.raises(InputError, match="protected by a password") as error:
        unpack(tmp_path, bytes(data))
    assert error.value.where == "exports.zip: a.csv"


def test_bad_checksum(tmp_path: Path) -> None:
    """A member whose bytes are not what they were is refused by name."""
    data = zipped({"a.csv": _CSV}, zipfile.ZIP_STORED).replace(b"Leeds", b"Luton")
    with pytest.raises(InputError, match="damaged") as error:
        unpack(tmp_path, data)
    assert error.value.where == "exports.zip: a.csv"


def test_unknown_packing(tmp_path: Path) -> None:
    """A way of packing that Python does not know is said to be one."""
    data = bytearray(zipped({"a.csv": _CSV}))
    for head in (8, data.index(b"PK\x01\x02") + 10):
        data[head] = 9  # Deflate64
    with pytest.raises(InputError, match="packed in a way"):
        unpack(tmp_path, bytes(data))


def test_xz_that_takes_all_memory(tmp_path: Path) -> None:
    """An xz file that asks for gigabytes of memory does not get them."""
    data = bytearray(lzma.compress(_CSV))
    header = data[12 : 12 + (data[12] + 1) * 4 - 4]
    header[header.index(b"\x21\x01") + 2] = 38  # as much as LZMA2 can ask for, but for two steps
    data[12 : 12 + len(header)] = header
    data[12 + len(header) : 16 + len(header)] = struct.pack("<I", lzma_crc(bytes(header)))
    with pytest.raises(InputError, match="MB of memory"):
        unpack(tmp_path, bytes(data))


def lzma_crc(data: bytes) -> int:
    """Return the checksum that xz headers end in."""
    return int.from_bytes(gzip.compress(data)[-8:-4], "little")


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, lambda data: zipped({"a.csv": data})])
def test_cut_short(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    """An archive that is cut anywhere is refused, never read in part."""
    data = pack(_CSV * 20)
    for length in range(6, len(data)):
        with pytest.raises(InputError, match=r"cut short|damaged"):
            unpack(tmp_path, data[:length])


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, lambda data: zipped({"a.csv": data})])
@_ANY_FILE
@given(st.data())
def test_any_damage(tmp_path: Path, pack: Callable[[bytes], bytes], data: st.DataObject) -> None:
    """Whatever bytes of an archive are changed, it is read or refused."""
    packed = bytearray(pack(_CSV))
    for at in data.draw(st.lists(st.integers(0, len(packed) - 1), min_size=1, max_size=6)):
        packed[at] = data.draw(st.integers(0, 255))
    try:
        found = unpack(tmp_path, bytes(packed))
    except InputError as error:
        assert error.where.startswith("exports.zip")  # noqa: PT017 - either end is right
    else:
        assert found.parts


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive that may not be read is said to be one."""
    monkeypatch.setattr(Path, "open", _refuse)
    with pytest.raises(InputError, match="Permission denied"):
        unpacked(tmp_path, "exports.zip", tmp_path)


def _refuse(*_: object) -> None:
    raise PermissionError(13, "Permission denied")


# --------------------------------------------------------------------------------------------------------------- paths


def make(folder: Path, *names: str) -> None:
    """Make files."""
    for name in names:
        (folder / name).write_bytes(_CSV)


def names(folder: Path, *patterns: str) -> list[str]:
    """Expand patterns in a folder; return the names of the files they stand for."""
    return [Path(path).name for path in expand([str(folder / pattern) for pattern in patterns])]


def test_patterns(tmp_path: Path) -> None:
    """A pattern is its files as people count them, without hidden, lock or folder."""
    make(tmp_path, "part10.csv", "part2.csv", "Part1.csv", ".hidden.csv", "~$part3.csv", ".~lock.part2.csv#", "a.txt")
    (tmp_path / "part4.csv").mkdir()
    assert names(tmp_path, "*.csv") == ["Part1.csv", "part2.csv", "part10.csv"]
    assert names(tmp_path, "part?.csv", "part[12]*.csv") == ["part2.csv", "part10.csv"]


def test_a_name_with_signs_is_a_name(tmp_path: Path) -> None:
    """A file whose name holds the signs of a pattern is that file."""
    make(tmp_path, "a[1].csv", "a1.csv", "b*.csv", "bb.csv")
    assert names(tmp_path, "a[1].csv", "b*.csv") == ["a[1].csv", "b*.csv"]


def test_each_file_once(tmp_path: Path) -> None:
    """A file named in several ways is one file, under its first name."""
    make(tmp_path, "a.csv", "b.csv")
    (tmp_path / "link.csv").symlink_to(tmp_path / "b.csv")
    assert names(tmp_path, "./b.csv", "*.csv", "a.csv") == ["b.csv", "a.csv"]
    assert expand(["-", "-"]) == ("-",)


def test_folders(tmp_path: Path) -> None:
    """A folder is its tables if they are all of one kind; otherwise they are listed."""
    make(tmp_path, "b.csv", "a.CSV", "notes.md", ".hidden.xlsx", "~$c.xlsx")
    assert names(tmp_path, "") == ["a.CSV", "b.csv"]
    make(tmp_path, "c.xlsx")
    with pytest.raises(InputError, match="tables of 2 kinds") as error:
        names(tmp_path, "")
    assert error.value.hint == f'it holds a.CSV, b.csv, c.xlsx; name some of them, such as "{tmp_path / "*.csv"}"'
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="holds no tables"):
        names(tmp_path, "empty")


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("contact.csv", "there is no such file"),
        ("contact*.csx", "no file is called that way"),
        ("loop.csv", "leads to no file"),
        ("a\0b", "there is no such file"),
        ("x" * 300, "cannot be used"),
    ],
)
def test_no_such_path(tmp_path: Path, pattern: str, problem: str) -> None:
    """A path that leads nowhere is refused before anything is read."""
    make(tmp_path, "contacts.csv")
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    with pytest.raises(InputError, match=problem) as error:
        names(tmp_path, pattern)
    assert "contacts.csv" in error.value.hint or pattern not in {"contact.csv", "contact*.csx"}


def test_a_pipe_is_a_file(tmp_path: Path) -> None:
    """A named pipe is handed on without being opened, and no pattern stands for it."""
    os.mkfifo(tmp_path / "pipe.csv")
    make(tmp_path, "a.csv")
    assert names(tmp_path, "pipe.csv") == ["pipe.csv"]
    assert names(tmp_path, "*.csv") == ["a.csv"]


# ------------------------------------------------------------------------------------------------------------- changes


def test_file_that_stays(tmp_path: Path) -> None:
    """A file that nobody writes to passes."""
    make(tmp_path, "a.csv")
    before = Snapshot.of(tmp_path / "a.csv")
    (tmp_path / "a.csv").read_bytes()
    before.check(tmp_path / "a.csv", "a.csv")
    assert before.size == len(_CSV)


@pytest.mark.parametrize("how", ["longer", "touched", "replaced", "removed"])
def test_file_that_changes(tmp_path: Path, how: str) -> None:
    """A file that is written to, replaced or removed while it is read is refused."""
    path = tmp_path / "a.csv"
    make(tmp_path, "a.csv", "b.csv")
    os.utime(path, ns=(0, 1_000_000_000))
    os.utime(tmp_path / "b.csv", ns=(0, 1_000_000_000))
    before = Snapshot.of(path)
    if how == "longer":
        path.write_bytes(_CSV * 2)
    elif how == "touched":
        os.utime(path, ns=(0, 2_000_000_000))
    elif how == "replaced":
        (tmp_path / "b.csv").replace(path)
    else:
        path.unlink()
    with pytest.raises(InputError, match="changed while it was read"):
        before.check(path, "a.csv")
