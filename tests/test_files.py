"""Output files: whole or absent, and never over an input."""

import os
import secrets
import stat
import tempfile
from pathlib import Path

import pytest

from segaudit.errors import OutputError
from segaudit.files import TemporaryFolder, check_output, whole_file


def test_file_appears_whole(tmp_path: Path) -> None:
    """A file takes its place when it is finished, readable like other files, and nothing else is left."""
    path = tmp_path / "out.csv"
    with whole_file(path) as temporary:
        temporary.write_text("half")
        assert not path.exists()
    umask = os.umask(0)
    os.umask(umask)
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("half", 0o666 & ~umask)
    assert [entry.name for entry in tmp_path.iterdir()] == ["out.csv"]


@pytest.mark.parametrize("fault", [ValueError, KeyboardInterrupt, SystemExit])
def test_nothing_appears_after_a_fault(tmp_path: Path, fault: type[BaseException]) -> None:
    """Whatever stops the work, an older file stays as it was and no half of a new one is left."""
    path = tmp_path / "out.csv"
    path.write_text("old")
    with pytest.raises(fault), whole_file(path) as temporary:  # noqa: PT012 - the fault comes amid the writing
        temporary.write_text("half")
        raise fault
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["out.csv"]


def test_folder_that_goes_away(tmp_path: Path) -> None:
    """A folder that cannot take a file is one message."""
    with pytest.raises(OutputError, match="cannot be written"), whole_file(tmp_path / "gone" / "out.csv"):
        pass


def test_full_disk(tmp_path: Path) -> None:
    """A disk that is full is one message with the file it was about."""
    with pytest.raises(OutputError, match="No space left") as caught, whole_file(tmp_path / "out.csv"):
        raise OSError(28, "No space left on device")
    assert caught.value.where == str(tmp_path / "out.csv")
    assert list(tmp_path.iterdir()) == []


def test_very_long_name(tmp_path: Path) -> None:
    """A name as long as the system allows is no obstacle to the temporary file beside it."""
    path = tmp_path / ("ü" * 120 + ".csv")
    with whole_file(path) as temporary:
        temporary.write_text("x")
    assert path.exists()


def test_good_paths(tmp_path: Path) -> None:
    """A new file in a folder that is there is fine, and with --force an old one."""
    (tmp_path / "old.csv").write_text("x")
    (tmp_path / "in.csv").write_text("x")
    check_output(tmp_path / "new.csv", inputs=(str(tmp_path / "in.csv"), "-"), force=False)
    check_output(tmp_path / "old.csv", inputs=("nowhere.csv",), force=True)


@pytest.mark.parametrize(
    ("name", "force", "problem"),
    [
        ("old.csv", False, "exists already"),
        ("in.csv", True, "this is the input"),
        ("link.csv", True, "this is the input"),
        ("folder", True, "this is a folder"),
        ("none/out.csv", True, "there is no folder"),
    ],
)
def test_refused_paths(tmp_path: Path, name: str, problem: str, *, force: bool) -> None:
    """A path that cannot be written is refused before any work is done; the input is refused under any name."""
    for file in ("old.csv", "in.csv"):
        (tmp_path / file).write_text("x")
    (tmp_path / "link.csv").symlink_to(tmp_path / "in.csv")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputError, match=problem) as caught:
        check_output(tmp_path / name, inputs=(str(tmp_path / "in.csv"),), force=force)
    assert caught.value.hint


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_folder_without_permission(tmp_path: Path) -> None:
    """A folder one may not write to is said before any work is done."""
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="cannot be written to"):
        check_output(tmp_path / "out.csv", inputs=(), force=False)
    tmp_path.chmod(0o700)


def test_temporary_folder_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It goes at the end of a ``with``, and with its holder; only its owner can look into it."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with TemporaryFolder() as folder:
        (folder / "a.csv").write_text("x")
        assert folder.parent == tmp_path
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    held = TemporaryFolder("segaudit-test-")
    assert [path.name for path in tmp_path.iterdir()] == [held.path.name]
    del held
    assert list(tmp_path.iterdir()) == []


def test_interrupt_as_a_temporary_folder_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Ctrl-C that comes the moment the folder is there leaves none behind."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    usual = Path.mkdir

    def interrupted(path: Path, mode: int = 0o777) -> None:
        usual(path, mode)
        assert list(tmp_path.iterdir()) == [path]
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "mkdir", interrupted)
    with pytest.raises(KeyboardInterrupt):
        TemporaryFolder()
    assert list(tmp_path.iterdir()) == []


def test_temporary_folder_of_somebody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that was there before is neither used nor taken away."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(secrets, "token_hex", lambda _: "1")
    (tmp_path / "segaudit-1").mkdir()
    with pytest.raises(FileExistsError):
        TemporaryFolder()
    assert (tmp_path / "segaudit-1").is_dir()
