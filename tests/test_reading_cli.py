"""How a file is read, said from the command line: each option, what is reported, and what is refused."""

import csv
import errno
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from segaudit.engine.duck import DuckEngine
from segaudit.errors import EngineError
from tests.rules_support import Ran, run, write

TABLE = "Name,City,Since\nAnn,Bern,2024-01-05\nBob,Rome,2024-02-06\nCy,Oslo,2024-03-07\n"
TITLE = "Customers of May\n"
TOTAL = "Total,,\n"
SMALL, LARGE = "Name,City\nAnn,Bern\nBob,Rome\n", "Product,Price,Stock\nLamp,10,3\nDesk,200,1\nRug,90,2\n"
RULES = """
    fields: {city: {type: text}}
    schemas: {place: {assign: first_match, segments: {bern: {criteria: {city: {eq: Bern}}}}}}
"""
HAS_LIMITS = os.name == "posix"


def make(folder: Path, data: str | bytes, name: str = "export.csv") -> Path:
    """Write a file."""
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def measure(path: Path, *arguments: object) -> dict[str, Any]:
    """Return what `coverage` reports as JSON."""
    ran = run("coverage", path, *arguments, "--format", "json")
    assert ran.code == 0, ran.err
    document: dict[str, Any] = json.loads(ran.out)
    return document


def source_of(path: Path, *arguments: object) -> dict[str, Any]:
    """Return what `coverage` says of how a file was read."""
    source: dict[str, Any] = measure(path, *arguments)["source"]
    return source


def headers_of(path: Path, *arguments: object) -> list[str]:
    """Return the names of the columns."""
    return [column["column"] for column in measure(path, *arguments)["columns"]]


def cells_of(path: Path, *arguments: object) -> list[list[str]]:
    """Return the cells of a file as `assign` writes them, tags and reasons left out."""
    out, rules = path.with_name("tagged.csv"), write(path.with_name("rules.yaml"), RULES)
    ran = run("assign", path, "-o", out, "--force", "--quiet", "--rules", rules, *arguments)
    assert ran.code == 0, ran.err
    with out.open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    width = next(index for index, name in enumerate(header) if name.startswith("segment_"))
    return [row[:width] for row in rows]


def refused(ran: Ran) -> str:
    """Check that a run ended as one message with a way out; return the message."""
    assert (ran.code, ran.out) == (2, "")
    assert "Traceback" not in ran.err
    assert "itself is at fault" not in ran.err
    assert len(ran.err.splitlines()) == 2, ran.err
    problem, hint = ran.err.splitlines()
    assert hint.startswith("  hint: ")
    return f"{problem} | {hint.removeprefix('  hint: ')}"


# --------------------------------------------------------------------------------------------------------- what is said


def test_plain_table(tmp_path: Path) -> None:
    """Of a plain table the report says how it was read, and that nothing was set aside or mended."""
    source = source_of(make(tmp_path, TABLE))
    assert (source["rows"], source["columns"], source["header_rows"]) == (3, 3, 1)
    assert (source["encoding"], source["delimiter"], source["sheet"]) == ("utf-8", ",", None)
    assert (source["set_aside"], source["repaired"], source["notes"]) == ([], [], [])


def test_set_aside_and_repaired(tmp_path: Path) -> None:
    """What is set aside or mended is told with its reason, how often it happened, and the line it first did."""
    path = make(tmp_path, "Name,City,Since,Age\nAnn,Bern,2024-01-05,5\nBob,Rome\nCy,Oslo,2024-03-07,4\nTotal,,,9\n")
    source = source_of(path)
    assert [(tally["count"], tally["first_line"]) for tally in source["set_aside"]] == [(1, 5)]
    assert [(tally["count"], tally["first_line"]) for tally in source["repaired"]] == [(1, 3)]
    assert "total" in source["set_aside"][0]["what"]
    assert "fewer cells" in source["repaired"][0]["what"]


def test_ledger(tmp_path: Path) -> None:
    """The ledger counts every byte of the file once; this one was counted by hand."""
    ledger = source_of(make(tmp_path, b'\xef\xbb\xbfA,B,C\r\n1,"x,y",z\r\n2,,"q"\r\n'))["ledger"]
    assert ledger == {
        "file": 29,
        "cells": 7,
        "header": 3,
        "delimiters": 6,
        "quotes": 4,
        "line_ends": 6,
        "set_aside": 0,
        "mark": 3,
        "unexplained": 0,
    }


def test_ledger_of_a_report(tmp_path: Path) -> None:
    """The report ends its account of the file with a sum that adds up."""
    ran = run("coverage", make(tmp_path, TITLE + "\n" + TABLE + TOTAL), "--format", "md")
    (line,) = [line for line in ran.out.splitlines() if "Nothing lost" in line]
    records, _, total = line.partition("Nothing lost: ")[2].partition("; ")
    assert records == "3 rows + 2 set aside"
    size, _, parts = total.rstrip("*_").partition(" bytes = ")
    assert int(size) == sum(int(part.split()[0]) for part in parts.split(" + ")) == len(TITLE + "\n" + TABLE + TOTAL)


@pytest.mark.parametrize("verb", ["coverage", "overlap"])
def test_every_report_says_it(tmp_path: Path, verb: str) -> None:
    """Each report on a file says what was set aside."""
    assert "a title above the header" in run(verb, make(tmp_path, TITLE + TABLE)).out


# ------------------------------------------------------------------------------------------------------------ overrides


def test_encoding(tmp_path: Path) -> None:
    """--encoding overrides what is detected."""
    path = make(tmp_path, "Name,City,Since\nŁukasz,Łódź,2024-01-05\n".encode("cp1250"))
    assert source_of(path, "--encoding", "cp1250")["encoding"] == "cp1250"
    assert cells_of(path, "--encoding", "cp1250") == [["Łukasz", "Łódź", "2024-01-05"]]
    assert cells_of(path, "--encoding", "latin-1") != [["Łukasz", "Łódź", "2024-01-05"]]


@pytest.mark.parametrize(
    ("given", "sign"),
    [(";", ";"), ("tab", "\t"), ("\\t", "\t"), ("pipe", "|"), ("#", "#"), (", ", ", "), ("semicolon", ";")],
)
def test_delimiter(tmp_path: Path, given: str, sign: str) -> None:
    """--delimiter takes a sign, its name, or a comma with its space."""
    path = make(tmp_path, TABLE.replace(",", sign))
    assert source_of(path, "--delimiter", given)["delimiter"] == sign
    assert cells_of(path, "--delimiter", given)[0] == ["Ann", "Bern", "2024-01-05"]


def test_delimiter_against_appearance(tmp_path: Path) -> None:
    """--delimiter wins over what the file looks like."""
    path = make(tmp_path, "a,b;c,d\n1,2;3,4\n5,6;7,8\n")
    assert headers_of(path, "--delimiter", ";") == ["a,b", "c,d"]
    assert headers_of(path, "--delimiter", ",") == ["a", "b;c", "d"]


def test_comma_and_space(tmp_path: Path) -> None:
    """With a comma and a space, a comma alone is part of a cell, and a cell in quotes may hold both."""
    path = make(tmp_path, 'Name, City, N\nAnn, "Rome, Italy", 1\nBob, 1,5, 2\n')
    assert cells_of(path, "--delimiter", ", ") == [["Ann", "Rome, Italy", "1"], ["Bob", "1,5", "2"]]


def test_no_quotes(tmp_path: Path) -> None:
    """With --quote none, quotes are text like any other, and nothing has to be mended."""
    path = make(tmp_path, 'Name,Size,N\nAnn,"12"",5\nBob,6" x 4",6\n')
    assert cells_of(path, "--quote", "none") == [["Ann", '"12""', "5"], ["Bob", '6" x 4"', "6"]]
    source = source_of(path, "--quote", "none")
    assert (source["repaired"], source["ledger"]["quotes"]) == ([], 0)


def test_single_quotes(tmp_path: Path) -> None:
    """With --quote single, apostrophes stand around cells, and double quotes are text."""
    path = make(tmp_path, "Name,Note,N\n'Ann','a, \"b\"',1\nBob,'it''s',2\n")
    assert cells_of(path, "--quote", "single") == [["Ann", 'a, "b"', "1"], ["Bob", "it's", "2"]]


def test_double_quotes(tmp_path: Path) -> None:
    """With --quote double, apostrophes are text, however they stand."""
    path = make(tmp_path, "Name,Note\n'Ann','x'\n'Bob','y'\n")
    assert cells_of(path, "--quote", "double") == [["'Ann'", "'x'"], ["'Bob'", "'y'"]]


def test_backslashes(tmp_path: Path) -> None:
    """With --escape backslash, a quote behind one is text; with doubling, the backslash is."""
    path = make(tmp_path, 'Name,Note,N\nAnn,"a \\"b\\" c",5\nBob,"d",6\n')
    assert cells_of(path, "--escape", "backslash") == [["Ann", 'a "b" c', "5"], ["Bob", "d", "6"]]
    assert cells_of(path, "--escape", "doubling") == [["Ann", 'a \\"b\\" c', "5"], ["Bob", "d", "6"]]
    assert source_of(path, "--escape", "backslash")["repaired"] == []
    assert len(source_of(path, "--escape", "doubling")["repaired"]) == 1


def test_doubled_apostrophes(tmp_path: Path) -> None:
    """--escape doubling doubles the quote that --quote names."""
    path = make(tmp_path, "Name,Note,N\nAnn,'it''s',1\nBob,'b',2\n")
    assert cells_of(path, "--quote", "single", "--escape", "doubling") == [["Ann", "it's", "1"], ["Bob", "b", "2"]]


def test_skip(tmp_path: Path) -> None:
    """--skip says how many lines stand above the header; they are set aside, whatever they look like."""
    path = make(tmp_path, "x,y,z\n1,2,3\n" + TABLE)
    assert headers_of(path) == ["x", "y", "z"]
    assert headers_of(path, "--skip", 2) == ["Name", "City", "Since"]
    source = source_of(path, "--skip", 2)
    assert (source["rows"], [tally["count"] for tally in source["set_aside"]]) == (3, [2])
    assert source["ledger"]["set_aside"] == len("x,y,z\n1,2,3\n")


def test_skip_nothing(tmp_path: Path) -> None:
    """--skip 0 makes the first line the header, though it looks like a title."""
    path = make(tmp_path, "Customers,of May,,\nName,City,Since,N\nAnn,Bern,2024-01-05,1\nBob,Rome,2024-02-06,2\n")
    assert headers_of(path) == ["Name", "City", "Since", "N"]
    assert headers_of(path, "--skip", 0, "--header-rows", 1)[0] == "Customers"
    assert source_of(path, "--skip", 0, "--header-rows", 1)["rows"] == 3


@pytest.mark.parametrize(("skip", "said"), [(4, "all of its 4 lines"), (99, "all of its 4 lines")])
def test_skip_everything(tmp_path: Path, skip: int, said: str) -> None:
    """Skipping more than there is says how much there is."""
    message = refused(run("coverage", make(tmp_path, TABLE), "--skip", skip))
    assert message.endswith(f"export.csv: --skip {skip} passes over {said} | skip fewer")


def test_no_header(tmp_path: Path) -> None:
    """With --header-rows 0 the first row is data, and columns are numbered."""
    path = make(tmp_path, TABLE)
    assert headers_of(path, "--header-rows", 0) == ["Column 1", "Column 2", "Column 3"]
    source = source_of(path, "--header-rows", 0)
    assert (source["rows"], source["header_rows"], source["ledger"]["header"]) == (4, 0, 0)
    assert cells_of(path, "--header-rows", 0)[0] == ["Name", "City", "Since"]


LIST = "Ann Lee,Bern\nBob Ray,Rome\nCy Orr,Oslo\n"


@pytest.mark.parametrize("data", [LIST, "Lee,Rome\nRay,Rome\nOrr,Oslo\n", "Ann Lee\nBob Ray\nÉmile Zola\n"])
def test_doubtful_header(tmp_path: Path, data: str) -> None:
    """Where nothing but words tells the header from the rows, and it is like them, the report says so."""
    path = make(tmp_path, data)
    (note,) = source_of(path)["notes"]
    assert note == "the first row was taken for the header, and looks like the others (--header-rows 0 if it is data)"
    assert source_of(path, "--header-rows", 1)["notes"] == []
    assert source_of(path, "--header-rows", 0)["rows"] == 3


@pytest.mark.parametrize(
    "data",
    [
        "Full Name,Home Town\n" + LIST,
        "Deal Owner,Bern\n" + LIST,
        "Ann Lee,Score\nBob Ray,5\nCy Orr,7\n",
        "Fruit\nApple\nPear\n",
    ],
)
def test_header_without_a_doubt(tmp_path: Path, data: str) -> None:
    """Nothing is said of a header with a word that headers have, or above figures, or unlike the rows."""
    assert source_of(make(tmp_path, data))["notes"] == []


def test_header_after_all(tmp_path: Path) -> None:
    """With --header-rows 1 the first row is the header, though it looks like data."""
    path = make(tmp_path, "ann@x.org,2024-01-05\nbob@x.org,2024-01-06\ncy@x.org,2024-01-07\n")
    assert source_of(path)["header_rows"] == 0
    assert headers_of(path, "--header-rows", 1) == ["ann@x.org", "2024-01-05"]


def test_two_header_rows(tmp_path: Path) -> None:
    """With --header-rows 2 two rows make the names, and a group's name goes with each of its columns."""
    path = make(tmp_path, "Person,,Deal\nName,City,Stage\nAnn,Bern,won\nBob,Rome,lost\n")
    assert headers_of(path, "--header-rows", 2) == ["Person Name", "Person City", "Deal Stage"]
    assert source_of(path, "--header-rows", 2)["header_rows"] == 2


def test_choice_of_table(tmp_path: Path) -> None:
    """The longest of several tables is read, or the one --table says; the others are set aside."""
    path = make(tmp_path, SMALL + "\n" + LARGE)
    assert headers_of(path) == headers_of(path, "--table", 2) == ["Product", "Price", "Stock"]
    assert headers_of(path, "--table", 1) == ["Name", "City"]
    assert [tally["count"] for tally in source_of(path, "--table", 2)["set_aside"]] == [3]
    assert [tally["count"] for tally in source_of(path, "--table", 1)["set_aside"]] == [4]
    assert cells_of(path, "--table", 2) == [["Lamp", "10", "3"], ["Desk", "200", "1"], ["Rug", "90", "2"]]


def test_no_such_table(tmp_path: Path) -> None:
    """A table that is not there is one message that says how many are."""
    assert "there is no table 3 | there are 2 tables" in refused(
        run("coverage", make(tmp_path, SMALL + "\n" + LARGE), "--table", 3)
    )
    assert "there is no table 2 | there is 1 table" in refused(run("coverage", make(tmp_path, TABLE), "--table", 2))


@pytest.mark.parametrize(
    "arguments",
    [
        ["--table", "0"],
        ["--table", "x"],
        ["--skip", "-1"],
        ["--header-rows", "4"],
        ["--header-rows", "-1"],
        ["--quote", "”"],
        ["--escape", "/"],
        ["--delimiter", ",,"],
        ["--delimiter", "\n"],
    ],
)
def test_impossible_values(tmp_path: Path, arguments: list[str]) -> None:
    """A value no file can have is a short message that names the option."""
    ran = run("coverage", make(tmp_path, TABLE), *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert arguments[0] in ran.err
    assert "Traceback" not in ran.err


# --------------------------------------------------------------------------------------------------------------- strict


@pytest.mark.parametrize("verb", ["coverage", "overlap", "assign"])
def test_strict(tmp_path: Path, verb: str) -> None:
    """--strict refuses with exit code 2, says what is on which line, and writes nothing."""
    path = make(tmp_path, TITLE + TABLE + TOTAL)
    out, rejects = tmp_path / "out.csv", tmp_path / "rejects.csv"
    arguments = ["-o", out] if verb == "assign" else []
    message = refused(run(verb, path, "--strict", "--rejects", rejects, *arguments))
    assert message.startswith(f"{path}: the file is not one plain table (line 1: ")
    assert "line 6: " in message
    assert "leave --strict out" in message
    assert not out.exists()
    assert not rejects.exists()


def test_strict_with_what_was_said(tmp_path: Path) -> None:
    """--strict lets a plain table pass, blank lines in it or not."""
    assert run("coverage", make(tmp_path, TABLE + "\n\n"), "--strict").code == 0


# -------------------------------------------------------------------------------------------------------------- rejects


def test_rejects(tmp_path: Path) -> None:
    """--rejects writes what is set aside, with the file as it was named, its line, the reason and the text."""
    path = make(tmp_path, TITLE + TABLE + 'Total,"1, 5",\n')
    rejects = tmp_path / "rejects.csv"
    assert run("coverage", path, "--rejects", rejects).code == 0
    with rejects.open(newline="", encoding="utf-8") as file:
        assert list(csv.reader(file)) == [
            ["file", "line", "reason", "text"],
            [str(path), "1", "a title above the header", "Customers of May"],
            [str(path), "6", "a total or a note below the table", 'Total,"1, 5",'],
        ]


def test_rejects_again(tmp_path: Path) -> None:
    """The rejects of an earlier run are replaced."""
    rejects = tmp_path / "rejects.csv"
    assert run("coverage", make(tmp_path, TITLE + TABLE), "--rejects", rejects).code == 0
    assert run("coverage", make(tmp_path, TABLE), "--rejects", rejects).code == 0
    assert rejects.read_text().splitlines() == ["file,line,reason,text"]


@pytest.mark.parametrize("content", ["mine\n", "", "file,line,reason\n", "file,line,reason,text,more\n"])
def test_rejects_over_a_file(tmp_path: Path, content: str) -> None:
    """A file that is not one of rejects is never replaced."""
    path, other = make(tmp_path, TITLE + TABLE), make(tmp_path, content, "other.csv")
    message = refused(run("coverage", path, "--rejects", other))
    assert message.startswith(f"{other}: this file exists already")
    assert other.read_text() == content


@pytest.mark.parametrize("name", ["export.csv", "link.csv"])
def test_rejects_over_the_input(tmp_path: Path, name: str) -> None:
    """The input is never written to, by its own name or another."""
    path = make(tmp_path, TITLE + TABLE)
    (tmp_path / "link.csv").symlink_to(path)
    assert "never written to" in refused(run("coverage", path, "--rejects", tmp_path / name))
    assert path.read_text() == TITLE + TABLE


def test_hint_names_options_there_are(tmp_path: Path) -> None:
    """A message on --rejects recommends no option that the command lacks."""
    ran = run("coverage", make(tmp_path, TABLE), "--rejects", make(tmp_path, "mine", "other.csv"))
    assert "--force" not in ran.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_device_as_rejects(tmp_path: Path) -> None:
    """A link to a device is not written through."""
    (tmp_path / "full.csv").symlink_to("/dev/full")
    refused(run("coverage", make(tmp_path, TITLE + TABLE), "--rejects", tmp_path / "full.csv"))
    assert (tmp_path / "full.csv").is_symlink()


def test_full_disk_where_rejects_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that cannot hold the rejects is one message that names them, and nothing is left of them."""

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    path, rejects = make(tmp_path, TITLE + TABLE), tmp_path / "rejects.csv"
    monkeypatch.setattr(shutil, "copyfile", refuse)
    ran = run("coverage", path, "--rejects", rejects)
    assert refused(ran).startswith(f"{rejects}: there is no room left on the disk (")
    assert os.listdir(tmp_path) == ["export.csv"]  # noqa: PTH208 - names are what is compared


@contextmanager
def small_disk(size: int) -> Iterator[None]:
    """Let no file grow beyond so many bytes, as on a disk that is nearly full."""
    import resource  # noqa: PLC0415 - not on every system

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.skipif(not HAS_LIMITS, reason="this system limits no file's size")
@pytest.mark.parametrize("ending", ["csv", "tsv", "parquet", "xlsx"])
def test_full_disk_where_the_output_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str) -> None:
    """A disk that cannot hold the output is one message that names it; nothing of it is left, nor of its copies."""
    work, temporary = tmp_path / "work", tmp_path / "tmp"
    work.mkdir()
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    cells = "".join(f"{hashlib.sha256(str(number).encode()).hexdigest()},Bern,{number}\n" for number in range(5000))
    path, out = make(work, "Name,City,Since\n" + cells), work / f"out.{ending}"
    with small_disk(100_000):
        ran = run("assign", path, "-o", out, "--rules", write(tmp_path / "rules.yaml", RULES))
    assert refused(ran).startswith(f"{out}: there is no room left on the disk (")
    assert (os.listdir(work), os.listdir(temporary)) == (["export.csv"], [])  # noqa: PTH208 - names are compared


def test_engine_that_cannot_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an engine says of a full disk is said in our words, without its own."""

    def refuse(*_: object) -> None:
        words = f"IO Error: Could not write file: {os.strerror(errno.EDQUOT)}"
        raise EngineError(words, statement="COPY ...")

    path, out = make(tmp_path, TABLE), tmp_path / "out.csv"
    monkeypatch.setattr(DuckEngine, "export_csv", refuse)
    message = refused(run("assign", path, "-o", out, "--rules", write(tmp_path / "rules.yaml", RULES)))
    assert message.startswith(f"{out}: there is no room left on the disk (")
    assert "IO Error" not in message
    assert not out.exists()


@pytest.mark.skipif(not HAS_LIMITS, reason="this system limits no file's size")
def test_full_disk_where_copies_go(tmp_path: Path) -> None:
    """A disk that cannot hold what is set aside while reading is one message with a way out."""
    path = make(tmp_path, "Report " + "x" * 3_000_000 + "\n" + TABLE)
    with small_disk(1_000_000):
        ran = run("coverage", path, "--rejects", tmp_path / "rejects.csv")
    refused(ran)
    assert os.listdir(tmp_path) == ["export.csv"]  # noqa: PTH208 - names are what is compared


# ----------------------------------------------------------------------------------------------------------------- JSON


@pytest.mark.parametrize(
    "data",
    [
        '[{"id": 1}, {"id": 2}]',
        '{"deals": [\n  {"id": 1}\n]}\n',
        '{"id": 1}\n{"id": 2}\n',
        '["Name", "City"]\n["Ann", "Bern"]\n',
        '\n [\n{"id": 1',
        json.dumps([{"id": number, "note": "x" * 50} for number in range(2000)]),
        json.dumps({"note": "x" * 100_000}),
        "[" * 100_000,
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_json(tmp_path: Path, data: str, encoding: str) -> None:
    """JSON, and JSON lines, are no table; the message says what to do."""
    message = refused(run("coverage", make(tmp_path, data.encode(encoding))))
    assert "this is JSON, not a table | export it as CSV" in message


@pytest.mark.parametrize(
    ("first", "header"),
    [
        ("[id],[name]", "[id]"),
        ("[1],[2]", "[1]"),
        ("{id},{name}", "{id}"),
        ('{"a": 1},x', '{"a": 1}'),
        ('"{""a"": 1}",x', '{"a": 1}'),
        ("{},b", "{}"),
        ('["a" is ours],x', '["a" is ours]'),
    ],
)
def test_brackets_are_no_json(tmp_path: Path, first: str, header: str) -> None:
    """A table whose first cell begins like JSON is a table."""
    path = make(tmp_path, first + "\nAnn,Bern\nBob,Rome\n")
    assert headers_of(path, "--header-rows", 1)[0] == header


# ------------------------------------------------------------------------------------------------------------ odd names


def test_message_on_a_name_with_a_line_break(tmp_path: Path) -> None:
    """A name with a line break cannot add a line of its own to a message."""
    refused(run("coverage", make(tmp_path, "", "a\n  hint: call 555-1234.csv")))


# ------------------------------------------------------------------------------------------------- stopped half way

TOP = Path(__file__).parents[1]


def start(*arguments: object, temporary: Path) -> "subprocess.Popen[str]":
    """Start the program as a scheduler does, with a folder of its own for temporary files."""
    return subprocess.Popen(
        [sys.executable, "-m", "segaudit", *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": str(TOP), "TMPDIR": str(temporary), "PYTHONUTF8": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def until_there(folder: Path, pattern: str, running: "subprocess.Popen[str]") -> None:
    """Wait until a file is there, or the program has ended."""
    while running.poll() is None and not list(folder.glob(pattern)):
        time.sleep(0.005)


def skip_if_ignored(number: signal.Signals) -> None:
    """Skip where whoever started the tests wants a signal ignored, as nohup does: programs they start do so, too."""
    if signal.getsignal(number) is signal.SIG_IGN:
        pytest.skip(f"{number.name} is ignored here")


@pytest.mark.skipif(os.name != "posix", reason="other systems end programs otherwise")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_ended_by_a_signal(tmp_path: Path, name: str) -> None:
    """A program that is told to end says so in one line, and leaves nothing behind but what was there before."""
    number = signal.Signals[name]
    skip_if_ignored(number)
    running = start("coverage", "-", temporary=tmp_path)
    assert running.stdin is not None
    running.stdin.write(TABLE)
    running.stdin.flush()
    until_there(tmp_path, "*/in0/received", running)
    running.send_signal(number)
    out, err = running.communicate()
    assert (running.returncode, out, err) == (128 + number, "", "Stopped. No output file was written or changed.\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="other systems close terminals otherwise")
def test_closed_terminal(tmp_path: Path) -> None:
    """When its terminal is closed, the program ends with nobody to tell, and leaves nothing behind."""
    import pty  # noqa: PLC0415 - not on every system

    skip_if_ignored(signal.SIGHUP)
    terminal, side = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "segaudit", "coverage", "-"],
        env=os.environ | {"PYTHONPATH": str(TOP), "TMPDIR": str(tmp_path)},
        stdin=subprocess.PIPE,
        stdout=side,
        stderr=side,
    ) as running:
        os.close(side)
        while running.poll() is None and not list(tmp_path.glob("*/in0/received")):
            time.sleep(0.005)
        os.close(terminal)
        running.send_signal(signal.SIGHUP)
        assert running.wait() == 128 + signal.SIGHUP
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="other systems have no nohup")
def test_signal_that_is_ignored(tmp_path: Path) -> None:
    """A program started with nohup goes on when its terminal is closed."""
    running = subprocess.Popen(
        ["nohup", sys.executable, "-m", "segaudit", "coverage", "-", "--format", "csv"],  # noqa: S607 - found as users do
        env=os.environ | {"PYTHONPATH": str(TOP), "TMPDIR": str(tmp_path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    until_there(tmp_path, "*/in0/received", running)
    running.send_signal(signal.SIGHUP)
    out, _ = running.communicate(TABLE)
    assert (running.returncode, out.splitlines()[1].split(",")[0]) == (0, "Name")


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="this system does not list a process's children")
def test_ended_while_a_workbook_is_read(tmp_path: Path) -> None:
    """The process that reads a workbook ends with the program."""
    work, temporary = tmp_path / "work", tmp_path / "tmp"
    work.mkdir()
    temporary.mkdir()
    with xlsxwriter.Workbook(work / "export.xlsx", {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for row in range(20_000):
            sheet.write_row(row, 0, [f"{row}", "Ann", "Bern", "open"])
    running = start("coverage", work / "export.xlsx", temporary=temporary)
    until_there(temporary, "*/sheet.csv", running)
    children = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()
    running.send_signal(signal.SIGTERM)
    running.communicate()
    assert running.returncode == 128 + signal.SIGTERM
    assert children
    assert [child for child in children if Path(f"/proc/{child}").exists()] == []
    assert list(temporary.iterdir()) == []
