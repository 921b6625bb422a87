"""The program: its commands, its exit codes, and one clear message with a way out for whatever goes wrong."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import segaudit
from tests.office import write_ole
from tests.rules_support import Ran, run

TOP = Path(segaudit.__file__).resolve().parent.parent
COMMANDS = [
    "audit", "init", "workspace", "coverage", "quality", "dedupe", "link", "undo", "fields", "overlap",
    "scorecard", "assign", "history", "drift", "explain", "derive", "enrich", "performance", "suggest", "test", "rules",
    "demo",
]  # fmt: skip


def start(*arguments: object, temporary: Path) -> "subprocess.Popen[str]":
    """Start the program as a user does, with a folder of its own for temporary files."""
    environment = os.environ | {"PYTHONPATH": str(TOP), "TMPDIR": str(temporary), "PYTHONUTF8": "1"}
    return subprocess.Popen(
        [sys.executable, "-m", "segaudit", *map(str, arguments)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A small export."""
    path = tmp_path / "export.csv"
    path.write_text("Email,Name,Country\nann@example.com,Ann,DE\nbob@example.com,Bob,\n")
    return path


def refused(ran: Ran) -> str:
    """Check that a run ended as one message with a way out; return the message."""
    assert (ran.code, ran.out) == (2, "")
    assert "Traceback" not in ran.err
    assert len(ran.err.splitlines()) == 2, ran.err
    problem, hint = ran.err.splitlines()
    assert hint.startswith("  hint: ")
    return f"{problem} | {hint.removeprefix('  hint: ')}"


# ------------------------------------------------------------------------------------------------------------ commands


def test_help_lists_the_commands() -> None:
    """--help has a line for each command, and says what exit codes mean."""
    ran = run("--help")
    listed = [line.split()[0] for line in ran.out.split("Commands:")[1].splitlines() if line.strip()]
    assert (ran.code, listed) == (0, COMMANDS)
    assert "Exit code 0: ran." in ran.out


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help_with_an_example(command: str) -> None:
    """Every command's help begins with what it does and shows how it is called."""
    ran = run(command, "--help")
    assert ran.code == 0
    assert f"segaudit {command}" in ran.out if command != "rules" else "check" in ran.out


def test_module_and_version(tmp_path: Path) -> None:
    """`python -m segaudit` is the program."""
    out, err = start("--version", temporary=tmp_path).communicate()
    assert (out, err) == (f"segaudit, version {segaudit.__version__}\n", "")


def test_no_command() -> None:
    """Without a command the program shows its help, and did not run."""
    ran = run()
    assert ran.code == 2
    assert "Commands:" in ran.out + ran.err


@pytest.mark.parametrize(
    ("name", "hint"),
    [("covrage", 'did you mean "coverage"?'), ("overlaps", 'did you mean "overlap"?'), ("xyz", "`segaudit --help`")],
)
def test_unknown_command(name: str, hint: str) -> None:
    """A command that is nearly right gets a suggestion."""
    message = refused(run(name, "export.csv"))
    assert message.startswith(f'there is no command "{name}"')
    assert hint in message


@pytest.mark.parametrize(
    "arguments",
    [
        ["coverage"],
        ["coverage", "a.csv", "--colour"],
        ["coverage", "a.csv", "--format", "xml"],
        ["coverage", "a.csv", "--delimiter", "ab"],
        ["coverage", "a.csv", "--delimiter", ""],
        ["coverage", "a.csv", "--delimiter", '"'],
        ["assign", "a.csv"],
    ],
)
def test_wrong_options(arguments: list[str]) -> None:
    """A wrong option is a short message that leads to the help."""
    ran = run(*arguments)
    assert ran.code == 2
    assert "--help" in ran.err
    assert "Error: " in ran.err
    assert "Traceback" not in ran.err


# --------------------------------------------------------------------------------------------------------------- input

VERBS = ["coverage", "overlap"]


@pytest.mark.parametrize("option", ["--as-of", "--previous-as-of"])
@pytest.mark.parametrize("day", ["30.06.2026", "2026-02-30", "yesterday", ""])
def test_no_day(export: Path, tmp_path: Path, option: str, day: str) -> None:
    """What is no day is refused like any other mistake: with the option, the text and how to write it."""
    ran = run("assign", export, "-o", tmp_path / "out.csv", "--previous", export, option, day)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f'{option}: "{day}" is no day\n  hint: write year, month and day, like 2026-06-30\n'


@pytest.mark.parametrize("verb", VERBS)
def test_no_such_file(export: Path, verb: str) -> None:
    """A file that is not there is answered with one that is called nearly so."""
    assert 'there is no such file | did you mean "' in refused(run(verb, export.with_name("exprot.csv")))


def test_no_such_folder(tmp_path: Path) -> None:
    """A path into nowhere says so."""
    assert "there is no folder" in refused(run("coverage", tmp_path / "none" / "a.csv"))


@pytest.mark.parametrize("verb", ["coverage", "overlap"])
def test_folder(export: Path, verb: str) -> None:
    """A folder stands for the tables in it."""
    one, folder = run(verb, export, "--format", "csv"), run(verb, export.parent, "--format", "csv")
    assert (one.code, folder.code, one.out) == (0, 0, folder.out)


def test_empty_folder(tmp_path: Path) -> None:
    """A folder without tables says what a table's name ends in."""
    assert "the folder holds no tables | name a file" in refused(run("coverage", tmp_path))


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "the file is empty"),
        (b"\n \n\n", "the file holds no header row"),
        (b"\xef\xbb\xbf", "the file is empty"),
        (b"%PDF-1.7", "this is a PDF document, not a table"),
        (b"\x89PNG\r\n\x1a\n", "this is a picture, not a table"),
        (b"\x1f\x8b\x08\x00", "the archive is cut short"),
        (b"PK\x03\x04", "the workbook or archive is damaged"),
        (b"PAR1", "the Parquet file cannot be read"),
    ],
)
def test_no_table(tmp_path: Path, data: bytes, problem: str) -> None:
    """A file without a table in it is one message that names it."""
    (tmp_path / "a.csv").write_bytes(data)
    message = refused(run("coverage", tmp_path / "a.csv"))
    assert message.startswith(f"{tmp_path / 'a.csv'}: {problem}")


def test_protected_workbook(tmp_path: Path) -> None:
    """A workbook with a password says how to take it off."""
    write_ole(tmp_path / "a.xlsx", {"EncryptedPackage": b"x"})
    assert "protected by a password | open it in Excel" in refused(run("coverage", tmp_path / "a.xlsx"))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_unreadable_file(export: Path) -> None:
    """A file one may not read is one message."""
    export.chmod(0)
    ran = run("coverage", export)
    assert (ran.code, "cannot be opened" in ran.err) == (2, True)


@pytest.mark.parametrize(
    ("option", "value", "problem"),
    [
        ("--sheet", "One", "a text file has no sheets | leave --sheet out"),
        ("--encoding", "klingon", 'there is no encoding "klingon"'),
        ("--encoding", "utf-16", "the file is not in the encoding utf-16"),
        ("--map", "none.yaml", "there is no such map file | check --map"),
        ("--rules", "none", "there is no such rules file or folder | check --rules"),
        ("--memory-limit", "lots", '"lots" is not an amount of memory | write it like 512MB or 4GB'),
    ],
)
def test_impossible_choices(export: Path, option: str, value: str, problem: str) -> None:
    """What the file cannot do, or what is not there, is one message."""
    assert problem in refused(run("coverage", export, option, value))


def test_message_with_control_characters(tmp_path: Path) -> None:
    """A file's name cannot reach for the terminal from an error message."""
    ran = run("coverage", tmp_path / "\x1b[31m\u202eevil\x07.csv")
    assert ran.code == 2
    assert not {"\x1b", "\x07", "\u202e"} & set(ran.err)


# --------------------------------------------------------------------------------------------------------------- rules


def test_three_mistakes(export: Path, tmp_path: Path) -> None:
    """A rules file with three mistakes names all three with their lines, before the data is looked at."""
    rules = tmp_path / "rules.yaml"
    rules.write_text(
        "fields:\n"
        "  country: {type: txt}\n"
        "schemas:\n"
        "  s:\n"
        "    assign: first_match\n"
        "    segments:\n"
        "      a: {criteria: {country: {equals: DE}}}\n"
        "      b: {criteria: {countri: {eq: DE}}}\n"
    )
    for verb in (["overlap", export], ["assign", tmp_path / "none.csv", "-o", tmp_path / "out.csv"]):
        ran = run(*verb, "--rules", rules)
        places = [line.split(": ")[0].removeprefix(f"{rules}:") for line in ran.err.splitlines() if "hint:" not in line]
        assert (ran.code, ran.out, [place.split(":")[0] for place in places]) == (2, "", ["2", "7", "8"])
    assert not (tmp_path / "out.csv").exists()


def test_field_no_column_provides(export: Path, tmp_path: Path) -> None:
    """A field that no column provides is a warning with a way out; the rules run all the same."""
    rules = tmp_path / "rules.yaml"
    rules.write_text(
        "fields: {industry: {type: text}}\n"
        "schemas: {s: {assign: first_match, segments: {a: {criteria: {industry: {eq: Software}}}}}}\n"
    )
    ran = run("overlap", export, "--rules", rules, "--format", "json")
    assert ran.code == 0
    assert "no column provides industry" in ran.err
    assert "--map" in ran.err


# -------------------------------------------------------------------------------------------------------------- output


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("old.csv", "this file exists already | choose another name, or add --force"),
        ("export.csv", "this is the input, which is never written to"),
        ("none/out.csv", "there is no folder"),
        ("folder", "out"),
    ],
)
def test_output_that_cannot_be(export: Path, tmp_path: Path, name: str, problem: str) -> None:
    """An output path that exists or cannot be written is refused, and nothing there changes."""
    (tmp_path / "old.csv").write_text("old")
    (tmp_path / "folder").mkdir()
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    if name == "folder":
        ran = run("assign", export, "-o", tmp_path / name)
        assert ran.code == 2
    else:
        assert problem in refused(run("assign", export, "-o", tmp_path / name))
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_demo_where_a_file_is(tmp_path: Path) -> None:
    """A demo folder that is a file is a message, not a traceback."""
    (tmp_path / "taken").write_text("x")
    ran = run("demo", "-o", tmp_path / "taken")
    assert ran.code == 2
    assert str(tmp_path / "taken") in ran.err


def test_own_fault(monkeypatch: pytest.MonkeyPatch, export: Path) -> None:
    """A fault of the program itself is one message that says how to report it, and no traceback."""

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.delenv("SEGAUDIT_DEBUG", raising=False)
    monkeypatch.setattr("segaudit.cli.coverage.measure", broken)
    assert "ZeroDivisionError: division by zero" in refused(run("coverage", export))


# --------------------------------------------------------------------------------------------------- pipes and Ctrl-C


@pytest.mark.skipif(os.name != "posix", reason="pipes work differently elsewhere")
@pytest.mark.parametrize("form", ["table", "json", "csv", "md"])
def test_nobody_listens(export: Path, tmp_path: Path, form: str) -> None:
    """When whoever reads the output has gone, as `head -1` does, the program ends quietly."""
    reader, writer = os.pipe()
    os.close(reader)
    ended = subprocess.run(
        [sys.executable, "-m", "segaudit", "coverage", str(export), "--format", form],
        env=os.environ | {"PYTHONPATH": str(TOP), "TMPDIR": str(tmp_path)},
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_terminal_of_another_encoding(tmp_path: Path) -> None:
    """A terminal that cannot show a character gets a question mark, not a traceback."""
    (tmp_path / "a.csv").write_text("Größe 名\nx\n", encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "segaudit", "coverage", str(tmp_path / "a.csv"), "--format", "csv"],
        env=os.environ | {"PYTHONPATH": str(TOP), "PYTHONUTF8": "0", "PYTHONIOENCODING": "latin-1"},
        capture_output=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert ended.stdout.splitlines()[1].startswith("Größe ?,100%,Good".encode("latin-1"))


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is another signal elsewhere")
@pytest.mark.parametrize("moment", ["load", "write"])
def test_ctrl_c(tmp_path: Path, moment: str) -> None:
    """Ctrl-C half way is one line and exit code 130; no output file appears, and no temporary file is left."""
    work, temporary = tmp_path / "work", tmp_path / "tmp"
    work.mkdir()
    temporary.mkdir()
    source = work / "export.csv"
    with source.open("w") as file:
        file.write("Email,Company Name,Industry,Number of Employees,Country\n")
        file.writelines(
            f"u{index}@example{index % 99}.com,Firm {index},Software,{index},DE\n" for index in range(400_000)
        )
    running = start("assign", source, "-o", work / "out.xlsx", temporary=temporary)
    # Before anything else Python tries whether the folder can be written to, with a file of eight letters.
    awaited = "segaudit-*" if moment == "load" else "*"
    folder = temporary if moment == "load" else work
    known = len(list(folder.glob(awaited)))
    while running.poll() is None and len(list(folder.glob(awaited))) == known:
        time.sleep(0.005)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate()
    assert (running.returncode, out, err.split()) == (
        130,
        "",
        "Stopped. No output file was written or changed.".split(),
    )
    assert [path.name for path in work.iterdir()] == ["export.csv"]
    assert list(temporary.iterdir()) == []
