"""Documents on a terminal, in Markdown and in CSV: nothing from a client's file can break them or run."""

import csv
import io
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segaudit.report.document import Cell, Column, Document, Heading, Table, Text, Tone, percent, percent_beside
from segaudit.report.plain import render_csv, render_markdown
from segaudit.report.safety import shown
from segaudit.report.terminal import render_terminal
from segaudit.text.spreadsheets import spreadsheet_safe
from tests.rules_support import run

EVIL = [
    "[bold red]markup[/bold red]",
    "a|b",
    "`code`",
    "<script>alert(1)</script>",
    "&lt;b&gt;",
    "**bold** _it_ ~~no~~ # h",
    "[link](javascript:x)",
    "![img](http://x.example/p.png)",
    "\\",
    "=1+1",
    '=HYPERLINK("http://x.example")',
    "+1",
    "-1",
    "@SUM(A1)",
    "＝1+1",
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "bell\x07",
    "back\x08\x08space",
    "cr\rover",
    "two\nlines",
    "tab\tstop",
    "\u202eright to left",
    "\u2066iso\u2069late",
    "nul\0",
    "line\u2028separator",
    "\x9bcsi",
    "half \ud800",
    "x" * 1_000_000,
]


def document(*cells: str) -> Document:
    """Return a document with a heading, a paragraph, and a table of these cells."""
    columns = (Column(title="Field"), Column(title="n", numeric=True))
    rows = tuple((Cell(cell), Cell("1")) for cell in cells)
    return Document(blocks=(Heading(text="Title"), Text(text="A line."), Table(columns=columns, rows=rows)))


# -------------------------------------------------------------------------------------------------------------- safety


@given(st.text(st.characters()))
def test_shown(text: str) -> None:
    """What is shown is one line of at most so many characters, none of them invisible or in control of anything."""
    line = shown(text, longest=40)
    assert len(line) <= 40
    assert len(line.splitlines()) <= 1
    assert not re.search("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", line)


def test_ordinary_text_is_shown_as_it_is() -> None:
    """Letters of every script, signs and pictures stay as they are; a long text ends in a mark of that."""
    for text in ("Größe (m²)", "名前", "مرحبا", "a|b [c]", "👍🏽"):
        assert shown(text) == text
    assert shown("x" * 61) == "x" * 59 + "…"


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1", "＝1", "＠a"])
def test_formulas(text: str) -> None:
    """What a spreadsheet would run gets an apostrophe."""
    assert spreadsheet_safe(text) == "'" + text


@pytest.mark.parametrize("text", ["a=1", "1-1", "", " ", "ann@example.com", "'=1"])
def test_no_formulas(text: str) -> None:
    """What no spreadsheet runs is left alone."""
    assert spreadsheet_safe(text) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0%"), (0.001, "<1%"), (0.0149, "1%"), (0.5, "50%"), (0.985, "98%"), (0.999, ">99%"), (1, "100%")],
)
def test_percent(share: float, text: str) -> None:
    """Some is never shown as nothing, and not all never as all."""
    assert percent(share) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.796, "79.6%"), (0.79999, "79.9%"), (0.8, "80%"), (0.801, "80%"), (0.299, "29.9%"), (0.29, "29%")],
)
def test_percent_beside_limits(share: float, text: str) -> None:
    """A share that is just short of a limit is not rounded up to it."""
    assert percent_beside(share, (0.3, 0.8)) == text


# ------------------------------------------------------------------------------------------------------------- markdown


def markdown_cells(line: str) -> list[str]:
    """Return a Markdown row's cells, told apart by bars that no backslash precedes."""
    return [re.sub(r"\\(.)", r"\1", cell).strip() for cell in re.split(r"(?<!\\)(?:\\\\)*\|", line)[1:-1]]


@pytest.mark.parametrize("cell", EVIL)
def test_markdown_table(cell: str) -> None:
    """A cell stays a cell of its row, and comes back as it was when read as Markdown."""
    lines = render_markdown(document(cell, "next")).split("\n")
    assert len(lines) == 9
    assert markdown_cells(lines[7]) == ["next", "1"]
    body = re.sub(r"\\.", "", lines[6])
    assert not re.search(r"[<>*_`\[\]#~&!]", body)
    if "\\" not in cell:
        assert markdown_cells(lines[6])[0] == cell.replace("\n", " ").replace("\r", " ").strip()


@pytest.mark.parametrize("text", ["- a", "+ a", "1. a", "12) a", "# a", "> a", "    a", "---", "===", "| a |"])
def test_markdown_paragraph(text: str) -> None:
    """A line that begins with something from a file is no list, quote, heading or rule."""
    line = render_markdown(Document(blocks=(Text(text=text),))).rstrip("\n")
    assert not re.match(r"\s*([-+*>#|]|\d+[.)]\s|=+$|-+$)", line) or line == "==="


# ------------------------------------------------------------------------------------------------------------------ csv


@pytest.mark.parametrize("cell", [cell for cell in EVIL if len(cell) < 1000])
def test_csv_table(cell: str) -> None:
    """Each cell comes back from CSV on a row of its own, and none of them is a formula."""
    cell = cell.replace("\r", " ")
    rows = list(csv.reader(io.StringIO(render_csv(document(cell, "next")), newline="")))
    assert rows[0] == ["Field", "n"]
    assert rows[1][0] in {cell, "'" + cell}
    assert rows[2] == ["next", "1"]
    assert not rows[1][0].startswith(("=", "+", "-", "@", "＝"))


def test_csv_without_a_table() -> None:
    """A document without a table is empty CSV."""
    assert render_csv(Document(blocks=(Text(text="x"),))) == ""


# ------------------------------------------------------------------------------------------------------------- terminal


def on_terminal(monkeypatch: pytest.MonkeyPatch, shown_document: Document, **environment: str) -> str:
    """Return what a document looks like on a terminal."""

    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    for name in ("NO_COLOR", "FORCE_COLOR", "COLORTERM", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"TERM": "xterm", **environment}.items():
        monkeypatch.setenv(name, value)
    screen = Screen()
    monkeypatch.setattr(sys, "stdout", screen)
    render_terminal(shown_document)
    return screen.getvalue()


TONED = Document(
    blocks=(
        Heading(text="Title"),
        Table(
            columns=(Column(title="Field"), Column(title="Quality"), Column(title="Extra", optional=True)),
            rows=(
                (Cell("Unsubscribed from all email, please"), Cell("Needs data source", Tone.BAD), Cell("more" * 20)),
            ),
        ),
    )
)


def test_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal gets colours."""
    assert "\x1b[1;31mNeeds data source" in on_terminal(monkeypatch, TONED, COLUMNS="120")


def test_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    """With NO_COLOR there is not one escape code."""
    assert "\x1b" not in on_terminal(monkeypatch, TONED, COLUMNS="120", NO_COLOR="1")


def test_narrow_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is little room, what is optional goes, and nothing else is cut."""
    text = on_terminal(monkeypatch, TONED, COLUMNS="45", NO_COLOR="1")
    assert max(map(len, text.splitlines())) <= 45
    assert "more" not in text
    assert "Needs data source" in text
    assert (
        "".join(line[:23].strip() for line in text.splitlines()[-2:]).replace(" ", "")
        == "Unsubscribedfromallemail,please"
    )


@pytest.mark.parametrize(("said", "widest"), [("60", 60), ("", 160), ("wide", 160), ("3", 160), ("999999999", 160)])
def test_output_that_is_piped(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], said: str, widest: int
) -> None:
    """Where no terminal says how wide it is, COLUMNS does, if it can be meant; otherwise tables get room."""
    monkeypatch.setenv("COLUMNS", said)
    render_terminal(Document(blocks=(Text(text="word " * 100),)))
    lines = capsys.readouterr().out.splitlines()
    assert widest - len("word ") <= max(map(len, lines)) <= widest


def test_markup_is_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """Square brackets are square brackets."""
    text = on_terminal(monkeypatch, document("[bold]x[/bold]", "[/nothing]", ":smile:"), COLUMNS="100", NO_COLOR="1")
    assert "[bold]x[/bold]" in text
    assert "[/nothing]" in text
    assert ":smile:" in text


# ------------------------------------------------------------------------------------------- the whole way, from a file


def evil_export(folder: Path, cells: Sequence[str]) -> Path:
    """Write an export whose headers and cells are out to do harm."""
    path = folder / "export.csv"
    with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows([cells] + [cells] * 4)
    return path


@pytest.mark.parametrize("form", ["table", "csv", "md", "json"])
def test_evil_export(tmp_path: Path, form: str) -> None:
    """An export full of control codes, formulas and megabyte cells is reported in each format, in readable lines."""
    ran = run("coverage", evil_export(tmp_path, EVIL), "--format", form, "--examples")
    assert ran.code == 0
    if form != "json":
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", ran.out)
        assert max(map(len, ran.out.splitlines())) < 5000
    else:
        assert not re.search("[\x00-\x09\x0b-\x1f]", ran.out)


def test_piped_table_is_whole(tmp_path: Path) -> None:
    """Output that is no terminal has no escape codes, and neither headers nor verdicts are cut."""
    headers = [f"A rather long header of a column, number {index:02}, of many" for index in range(30)]
    path = tmp_path / "a.csv"
    path.write_text(",".join(f'"{header}"' for header in headers) + "\n" + ",".join(["x"] * 30) + "\n")
    out = run("coverage", path).out
    assert "\x1b" not in out
    assert all(re.search(rf"^{re.escape(header)} +100%  Good ", out, re.MULTILINE) for header in headers)
    assert os.linesep == "\n" or "\r" not in out
