"""Any file in, every cell out: text files in each encoding and layout, workbooks, Parquet, standard input."""

import csv
import datetime as dt
import io
import os
import sys
import threading
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unittest import mock

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from segaudit.engine.duck import DuckEngine
from segaudit.errors import InputError
from segaudit.ingest.body import LONG, SHORT
from segaudit.ingest.delimited.mending import STRAY_QUOTE
from segaudit.ingest.options import ReadOptions
from segaudit.ingest.read import read_source
from segaudit.model.source import Source
from tests.office import write_ods, write_ole, write_xls

Rows = list[tuple[str, ...]]


def read(path: Path | str, engine: DuckEngine, **options: Any) -> tuple[Source, Rows]:  # noqa: ANN401 - ReadOptions knows
    """Read a file; return what was said of it, and its rows in order with NULL as the empty text."""
    source = read_source(str(path), engine, ReadOptions(label=str(path), **options))
    cells = ", ".join(f"c{position}" for position in range(1, len(source.headers) + 1))
    rows = engine.fetch(f"SELECT _row, {cells} FROM raw ORDER BY _row")  # noqa: S608 - names of our own
    assert [row[0] for row in rows] == list(range(1, source.rows + 1))
    return source, [tuple(cell or "" for cell in row[1:]) for row in rows]


def read_bytes(data: bytes | str, folder: Path, engine: DuckEngine, **options: Any) -> tuple[Source, Rows]:  # noqa: ANN401 - ReadOptions knows
    """Write a file and read it."""
    path = folder / "export.csv"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read(path, engine, **options)


# ------------------------------------------------------------------------------------------------------------ encoding


@pytest.mark.parametrize(
    ("codec", "mark", "said"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8", b"\xef\xbb\xbf", "utf-8"),
        ("utf-16-le", b"\xff\xfe", "utf-16"),
        ("utf-16-be", b"\xfe\xff", "utf-16"),
        ("utf-16-le", b"", "utf-16-le"),
        ("utf-16-be", b"", "utf-16-be"),
        ("utf-32-le", b"\xff\xfe\0\0", "utf-32"),
        ("utf-32-be", b"", "utf-32-be"),
        ("cp1252", b"", "cp1252"),
    ],
)
def test_encodings(tmp_path: Path, engine: DuckEngine, codec: str, mark: bytes, said: str) -> None:
    """An encoding is detected, with a byte-order mark or without, and the mark is no part of the first header."""
    source, rows = read_bytes(mark + "Name,Price\nJosé,5 €\n".encode(codec), tmp_path, engine)
    assert (source.headers, source.encoding, rows) == (("Name", "Price"), said, [("José", "5 €")])


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["имя,город\nИван,Москва\n", "姓名,城市\n王小明,北京\n"])
def test_wide_without_latin_letters(tmp_path: Path, engine: DuckEngine, codec: str, text: str) -> None:
    """UTF-16 without a mark is told from its line ends where the letters hold no zero byte."""
    source, rows = read_bytes(text.encode(codec), tmp_path, engine)
    header, row = text.splitlines()
    assert (source.headers, rows) == (tuple(header.split(",")), [tuple(row.split(","))])


def test_encoding_changes_at_the_very_end(tmp_path: Path, engine: DuckEngine) -> None:
    """A file that is ASCII for megabytes and not UTF-8 in its last row is read as what it is, every row of it."""
    source, rows = read_bytes(b"a,b\n" + b"1,2\n" * 600_000 + b"caf\xe9,4\n", tmp_path, engine)
    assert (source.encoding, len(rows), rows[-1]) == ("cp1252", 600_001, ("café", "4"))
    assert [note for note in source.notes if note.startswith("encoding read as cp1252")] == list(source.notes)


def test_character_cut_by_the_look_ahead(tmp_path: Path, engine: DuckEngine) -> None:
    """A character that lies across the end of what is looked at first does not make a file anything but UTF-8."""
    for shift in range(3):
        head = "a,b\n" + "x" * shift + ",1\n"
        source, _ = read_bytes(head.encode() + "€€€€€,2\n".encode() * 70_000, tmp_path, engine)
        assert source.encoding == "utf-8"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_stated_encoding_and_a_mark(tmp_path: Path, engine: DuckEngine, encoding: str) -> None:
    """A byte-order mark is no part of the first header when the user states the encoding either."""
    source, _ = read_bytes(b'\xef\xbb\xbf"Name",b\n1,2\n', tmp_path, engine, encoding=encoding)
    assert source.headers == ("Name", "b")


def test_stated_encoding_wins(tmp_path: Path, engine: DuckEngine) -> None:
    """What the user says of the encoding is done: the same bytes are other letters in code page 850."""
    _, rows = read_bytes(b"a,b\n\x84,2\n", tmp_path, engine, encoding="cp850")
    assert rows == [("ä", "2")]


@pytest.mark.parametrize("encoding", ["klingon", "hex", "utf-16", "ascii"])
def test_impossible_encoding(tmp_path: Path, engine: DuckEngine, encoding: str) -> None:
    """An encoding that does not exist, is none of text, or does not fit is one message."""
    with pytest.raises(InputError, match="encoding"):
        read_bytes("a,b\né,2\n", tmp_path, engine, encoding=encoding)


# -------------------------------------------------------------------------------------------------------------- layout


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(tmp_path: Path, engine: DuckEngine, delimiter: str) -> None:
    """What separates cells is detected."""
    source, rows = read_bytes("a?b?c\n1?2?3\n".replace("?", delimiter), tmp_path, engine)
    assert (source.delimiter, source.headers, rows) == (delimiter, ("a", "b", "c"), [("1", "2", "3")])


@pytest.mark.parametrize(
    ("text", "delimiter", "width"),
    [
        ("price;size\n1,5;2,5\n3,0;4,1\n", ";", 2),
        ("name;note\nA;hello, you, there\nB;x, y\n", ";", 2),
        ("name\tnote\nA;B\tx; y; z\n", "\t", 2),
        ('name,tags\n"A|B|C",x\n', ",", 2),
        ("name\nAnn\nBob\n", ",", 1),
    ],
)
def test_delimiter_is_what_makes_a_table(
    tmp_path: Path, engine: DuckEngine, text: str, delimiter: str, width: int
) -> None:
    """The delimiter is the one that makes rows of equal width, not the most frequent sign."""
    source, _ = read_bytes(text, tmp_path, engine)
    assert (source.delimiter, len(source.headers)) == (delimiter, width)


def test_stated_delimiter(tmp_path: Path, engine: DuckEngine) -> None:
    """A delimiter that nobody would guess can be stated."""
    _, rows = read_bytes("a:b\n1:2\n", tmp_path, engine, delimiter=":")
    assert rows == [("1", "2")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_line_ends(tmp_path: Path, engine: DuckEngine, end: str, *, last: bool) -> None:
    """Lines end as on Unix, Windows or an old Mac; the last one may not end at all."""
    _, rows = read_bytes(end.join(["a,b", "1,2", "3,4"]) + end * last, tmp_path, engine)
    assert rows == [("1", "2"), ("3", "4")]


def test_mixed_line_ends(tmp_path: Path, engine: DuckEngine) -> None:
    """A file put together from several keeps every row."""
    _, rows = read_bytes("a,b\r\n1,2\n3,4\r\n5,6\r7,8\n", tmp_path, engine)
    assert rows == [("1", "2"), ("3", "4"), ("5", "6"), ("7", "8")]


def test_quotes(tmp_path: Path, engine: DuckEngine) -> None:
    """Quoted cells keep delimiters, line ends and doubled quotes."""
    _, rows = read_bytes('a,b\n"x,y","p\nq"\n"he said ""hi""","r\r\ns"\n', tmp_path, engine)
    assert rows == [("x,y", "p\nq"), ('he said "hi"', "r\r\ns")]


def test_late_line_end_in_quotes(tmp_path: Path, engine: DuckEngine) -> None:
    """A line end inside quotes that first comes after 55,000 rows loses nothing."""
    _, rows = read_bytes("a,b\n" + "1,2\n" * 55_000 + '"x\ny",3\n' + "4,5\n", tmp_path, engine)
    assert (len(rows), rows[-2:]) == (55_002, [("x\ny", "3"), ("4", "5")])


def test_stray_quotes(tmp_path: Path, engine: DuckEngine) -> None:
    """A quote in the middle of a cell is a sign like any other, and the rows around it stay whole."""
    _, rows = read_bytes('a,b\n5" disk,1\nO"Neil,2\n3,4\n', tmp_path, engine)
    assert rows == [('5" disk', "1"), ('O"Neil', "2"), ("3", "4")]


def test_unclosed_quote(tmp_path: Path, engine: DuckEngine) -> None:
    """A quote that never closes is text, and the rows after it stay rows."""
    source, rows = read_bytes('a,b\n1,2\n"open,4\n5,6\n', tmp_path, engine)
    assert rows == [("1", "2"), ('"open', "4"), ("5", "6")]
    assert [(tally.what, tally.first_line) for tally in source.repaired] == [(STRAY_QUOTE, 3)]


@pytest.mark.parametrize("rows_above", [0, 3000])
def test_ragged_rows(tmp_path: Path, engine: DuckEngine, rows_above: int) -> None:
    """Short rows count as blank at their end, and what is over goes into a column of its own; both are said."""
    text = "a,b\n" + "1,2\n" * rows_above + '3\n4,5,6,"7,8"\n'
    source, rows = read_bytes(text, tmp_path, engine)
    assert source.headers == ("a", "b", "(cells beyond the header)")
    assert rows[rows_above:] == [("3", "", ""), ("4", "5", '6,"7,8"')]
    assert [(tally.what, tally.count, tally.first_line) for tally in source.repaired] == [
        (SHORT, 1, rows_above + 2),
        (LONG, 1, rows_above + 3),
    ]


@pytest.mark.parametrize(
    ("above", "lines"),
    [("\n", 1), ("\r\n  \r\n\r\n", 3), (",\n", 1), ('"",\n\n', 2), ("\x0c\n", 1), ("\ufeff\n\n", 2)],
)
def test_nothing_above_the_header(tmp_path: Path, engine: DuckEngine, above: str, lines: int) -> None:
    """Lines without content above the header are passed over and counted, and no data row goes with them."""
    source, rows = read_bytes(above + "a,b\n1,2\n3,4\n", tmp_path, engine)
    assert (source.headers, rows, source.skip) == (("a", "b"), [("1", "2"), ("3", "4")], lines)


def test_empty_lines_below_the_header(tmp_path: Path, engine: DuckEngine) -> None:
    """An empty line is no row unless a row is a single cell; a line of delimiters is one."""
    assert read_bytes("a,b\n1,2\n\n,\n3,4\n\n", tmp_path, engine)[1] == [("1", "2"), ("", ""), ("3", "4")]
    assert read_bytes('a\n1\n\n""\n3\n', tmp_path, engine)[1] == [("1",), ("",), ("",), ("3",)]


@pytest.mark.parametrize(
    ("line", "headers"),
    [
        ("a,a,A,a ", ("a", "a", "A", "a ")),
        ("a,,,b", ("a", "", "", "b")),
        ("  a ,\u00a0b,c\t,d", ("  a ", "\u00a0b", "c\t", "d")),
        ('"a\nb","c""d",e\'f,[g]*?', ("a\nb", 'c"d', "e'f", "[g]*?")),
        ('"x""; DROP TABLE raw; --",c1,_row,select', ('x"; DROP TABLE raw; --', "c1", "_row", "select")),
    ],
)
def test_any_header(tmp_path: Path, engine: DuckEngine, line: str, headers: tuple[str, ...]) -> None:
    """Headers that are doubled, empty, padded or full of SQL come back as they stand and break nothing."""
    source, rows = read_bytes(f"{line}\n1,2,3,4\n", tmp_path, engine)
    assert (source.headers, rows) == (headers, [("1", "2", "3", "4")])


@pytest.mark.parametrize("text", ["a,b", "a,b\n", "a,b\r\n\r\n"])
def test_header_only(tmp_path: Path, engine: DuckEngine, text: str) -> None:
    """A header without rows is a table of no rows."""
    source, rows = read_bytes(text, tmp_path, engine)
    assert (source.headers, source.rows, rows) == (("a", "b"), 0, [])


def test_huge_cell(tmp_path: Path, engine: DuckEngine) -> None:
    """A cell of three megabytes is a cell."""
    _, rows = read_bytes('a,b\n1,"' + "x" * 3_000_000 + '"\n3,4\n', tmp_path, engine)
    assert [tuple(map(len, row)) for row in rows] == [(1, 3_000_000), (1, 1)]


def test_words_are_not_null(tmp_path: Path, engine: DuckEngine) -> None:
    """NULL, its sign in database dumps and a quoted empty cell are text; what they mean is decided later."""
    _, rows = read_bytes('a,b\nNULL,\\N\n"",NaN\n', tmp_path, engine)
    assert rows == [("NULL", "\\N"), ("", "NaN")]


@pytest.mark.parametrize(
    "name", ["a [1].csv", "a*b?.csv", "it's.csv", 'say "x".csv', " lead.csv", "two\nlines.csv", "ünï.csv", "a{b}.csv"]
)
def test_any_file_name(tmp_path: Path, engine: DuckEngine, name: str) -> None:
    """A file's name is never taken for a pattern or for SQL, and no other file is read with it."""
    (tmp_path / "a 1.csv").write_text("a,b\nwrong,1\n")
    (tmp_path / "aXbY.csv").write_text("a,b\nwrong,1\n")
    path = tmp_path / name
    path.write_text("a,b\nright,2\n")
    assert read(path, engine)[1] == [("right", "2")]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems take no such name")
def test_file_name_that_is_no_text(tmp_path: Path, engine: DuckEngine) -> None:
    """A name in an old encoding, as archives from elsewhere leave it, can be opened like any other."""
    path = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.csv")
    Path(path).write_text("a,b\n1,2\n")
    assert read(path, engine)[1] == [("1", "2")]


# Letters that each encoding has, signs that mean something to CSV, and words that mean something to readers of it.
_CELL = st.one_of(
    st.text(st.sampled_from("aZ0 é,;|\t\"'\n\r#\\-=%$"), max_size=8),
    st.sampled_from(["NULL", "\\N", "007", "1e5", "2024-01-01", "true", " ", "'", '"', '""', "None"]),
)
_TABLE = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(_CELL, min_size=width, max_size=width), min_size=1, max_size=6)
)


def as_csv(rows: Sequence[Sequence[str]], delimiter: str, *, quote_all: bool) -> str:
    """Return a table as Python's csv module writes it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL)
    writer.writerow([f"h{position}" for position in range(len(rows[0]))])
    writer.writerows(rows)
    return out.getvalue()


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=_TABLE,
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    quote_all=st.booleans(),
)
@example(rows=[['"']], delimiter=",", encoding="utf-8", quote_all=True)
@example(rows=[["", ""], ["\r", "\n"]], delimiter=";", encoding="utf-8", quote_all=False)
def test_every_cell_comes_back(  # noqa: PLR0913 - one parameter for each thing that varies
    tmp_path: Path, engine: DuckEngine, rows: list[list[str]], delimiter: str, encoding: str, *, quote_all: bool
) -> None:
    """A table written by the csv module comes back cell for cell, in whichever encoding and delimiter."""
    data = as_csv(rows, delimiter, quote_all=quote_all).encode(encoding)
    stated = encoding if encoding == "cp1252" else None  # a letter or two may be of any code page
    read_back = read_bytes(data, tmp_path, engine, delimiter=delimiter, encoding=stated, header_rows=1, quote='"')
    assert read_back[1] == [tuple(row) for row in rows]


# ----------------------------------------------------------------------------------------------------------- workbooks


def write_xlsx(path: Path, **sheets: Sequence[object]) -> Path:
    """Write a workbook with these sheets."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_cells_of_a_workbook(tmp_path: Path, engine: DuckEngine) -> None:
    """A workbook's cells come as the text a person would type: no .0, no time at midnight."""
    cells = [1, 2.5, True, dt.date(2024, 2, 29), dt.datetime(2024, 2, 29, 13, 5), None, "007", 491701234567]  # noqa: DTZ001
    path = write_xlsx(tmp_path / "a.xlsx", S=[[f"h{index}" for index in range(8)], cells])
    source, rows = read(path, engine)
    assert rows == [("1", "2.5", "TRUE", "2024-02-29", "2024-02-29 13:05:00", "", "007", "491701234567")]
    assert (source.kind, source.sheet, source.notes) == ("xlsx", "S", ())


def test_kinds_of_workbook(tmp_path: Path, engine: DuckEngine) -> None:
    """XLS and ODS are read like XLSX, told by their bytes and not by their names."""
    rows: list[list[str | float]] = [["Näme", "n"], ["a", 1.0], ["b", 2.5]]
    write_xls(tmp_path / "a.csv", rows)
    write_ods(tmp_path / "b.xlsx", rows)
    write_xlsx(tmp_path / "c.xls", S=rows)
    found = [read(tmp_path / name, engine) for name in ("a.csv", "b.xlsx", "c.xls")]
    assert [source.kind for source, _ in found] == ["xls", "ods", "xlsx"]
    assert [cells for _, cells in found] == [[("a", "1"), ("b", "2.5")]] * 3


def test_room_around_a_table(tmp_path: Path, engine: DuckEngine) -> None:
    """Empty rows above the header are passed over, empty rows and columns around the table are none of it."""
    table = [[], ["", " "], ["a", "b", None], [1, None, ""], [], [None, 2]]
    source, rows = read(write_xlsx(tmp_path / "a.xlsx", S=table), engine)
    assert (source.headers, rows) == (("a", "b"), [("1", ""), ("", "2")])
    assert source.notes == ("2 empty rows above the header passed over",)


def test_cells_right_of_the_header(tmp_path: Path, engine: DuckEngine) -> None:
    """A column without a header is a column."""
    source, rows = read(write_xlsx(tmp_path / "a.xlsx", S=[["a"], [1, "kept"]]), engine)
    assert (source.headers, rows) == (("a", ""), [("1", "kept")])


def test_choice_of_sheet(tmp_path: Path, engine: DuckEngine) -> None:
    """The first sheet that holds a table is read, and said; --sheet takes a name, in any case, or a number."""
    path = write_xlsx(tmp_path / "a.xlsx", Cover=[["Export of May"]], People=[["a"], [1]], Firms=[["b"], [2]])
    source, _ = read(path, engine)
    assert source.notes == ('read sheet "People" of 3: Cover, People, Firms',)
    chosen = [read(path, engine, sheet=sheet)[0].sheet for sheet in ("Firms", "firms ", "3", "1")]
    assert chosen == ["Firms", "Firms", "Firms", "Cover"]


def test_sheet_named_like_a_number(tmp_path: Path, engine: DuckEngine) -> None:
    """A sheet called 2 is meant by 2, wherever it stands."""
    path = write_xlsx(tmp_path / "a.xlsx", **{"2": [["a"], [1]], "x": [["b"], [2]]})
    assert read(path, engine, sheet="2")[0].headers == ("a",)


@pytest.mark.parametrize("sheet", ["Sheet9", "0", "3", "²", ""])
def test_no_such_sheet(tmp_path: Path, engine: DuckEngine, sheet: str) -> None:
    """A sheet that is not there is answered with those that are."""
    path = write_xlsx(tmp_path / "a.xlsx", One=[["a"], [1]], Two=[["b"], [2]])
    with pytest.raises(InputError, match="there is no sheet") as caught:
        read(path, engine, sheet=sheet)
    assert caught.value.hint == 'its sheets are: "One", "Two"'


def test_empty_sheets(tmp_path: Path, engine: DuckEngine) -> None:
    """A workbook without a table is one message; a sheet with a header only is a table of no rows."""
    with pytest.raises(InputError, match='sheet "One" is empty'):
        read(write_xlsx(tmp_path / "a.xlsx", One=[], Two=[["", " "]]), engine)
    source, rows = read(write_xlsx(tmp_path / "b.xlsx", One=[], Two=[["a", "b"]]), engine)
    assert (source.sheet, source.headers, rows) == ("Two", ("a", "b"), [])


@pytest.mark.parametrize(("folder", "name"), [("xl/", ""), ("xl/", "xl\\")])
def test_workbook_of_an_odd_writer(tmp_path: Path, engine: DuckEngine, folder: str, name: str) -> None:
    """A workbook is one whether its parts lie in the usual folder, in none, or behind a backslash."""
    path = write_xlsx(tmp_path / "a.xlsx", S=[["a"], [1]])
    with zipfile.ZipFile(path) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for part, data in parts.items():
            archive.writestr(
                part.replace(folder, name), data.replace(b"/xl/", b"/").replace(b'"xl/', b'"') if not name else data
            )
    assert read(path, engine)[1] == [("1",)]


def test_workbook_with_evil_names(tmp_path: Path, engine: DuckEngine) -> None:
    """Sheet names and headers full of quotes and formulas are names like any other."""
    path = write_xlsx(tmp_path / "a.xlsx", **{"a'; DROP--": [['=1+1"', "'--"], ['=cmd|"/c"', "x\ny"]]})
    book = openpyxl.load_workbook(path)
    for row in book.active.iter_rows():
        for cell in row:
            cell.data_type = "s"
    book.save(path)
    source, rows = read(path, engine)
    assert (source.sheet, source.headers) == ("a'; DROP--", ('=1+1"', "'--"))
    assert rows == [('=cmd|"/c"', "x\ny")]


def test_protected_workbook(tmp_path: Path, engine: DuckEngine) -> None:
    """A workbook with a password says so, and how to take it off."""
    write_ole(tmp_path / "a.xlsx", {"EncryptedPackage": b"x", "EncryptionInfo": b"y"})
    with pytest.raises(InputError, match="protected by a password") as caught:
        read(tmp_path / "a.xlsx", engine)
    assert "save a copy" in caught.value.hint


@pytest.mark.parametrize("cut", [30, 900])
def test_damaged_workbook(tmp_path: Path, engine: DuckEngine, cut: int) -> None:
    """Half a download is one message."""
    path = write_xlsx(tmp_path / "a.xlsx", S=[["a"], [1]])
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(InputError, match="damaged") as caught:
        read(path, engine)
    assert caught.value.hint == "export it again"


def test_damaged_old_workbook(tmp_path: Path, engine: DuckEngine) -> None:
    """An old workbook that is cut short is one message, too."""
    write_xls(tmp_path / "a.xls", [["a"], ["b"]])
    (tmp_path / "a.xls").write_bytes((tmp_path / "a.xls").read_bytes()[:700])
    with pytest.raises(InputError, match="the workbook cannot be read"):
        read(tmp_path / "a.xls", engine)


def test_sheet_of_a_text_file(tmp_path: Path, engine: DuckEngine) -> None:
    """A text file has no sheets to choose from."""
    with pytest.raises(InputError, match="has no sheets"):
        read_bytes("a,b\n1,2\n", tmp_path, engine, sheet="One")


# ------------------------------------------------------------------------------------------------- parquet and streams


def test_parquet(tmp_path: Path, engine: DuckEngine) -> None:
    """A Parquet file's values come as text, NULL as blank, in their order."""
    days = [dt.date(2024, 1, 31), None, dt.date(2023, 2, 28)]
    table = pa.table(
        {"n": [1, 2, None], 'a "b"': ["x", "", "y"], "d": days, "f": [1.5, 2.0, None], "ok": [True, None, False]}
    )
    pq.write_table(table, tmp_path / "a.parquet")
    source, rows = read(tmp_path / "a.parquet", engine)
    assert (source.kind, source.headers) == ("parquet", ("n", 'a "b"', "d", "f", "ok"))
    assert rows == [
        ("1", "x", "2024-01-31", "1.5", "true"),
        ("2", "", "", "2.0", ""),
        ("", "y", "2023-02-28", "", "false"),
    ]


def test_damaged_parquet(tmp_path: Path, engine: DuckEngine) -> None:
    """A Parquet file that is cut short is one message that names it."""
    with pytest.raises(InputError, match="the Parquet file cannot be read") as caught:
        read_bytes(b"PAR1 and no more", tmp_path, engine)
    assert caught.value.where.endswith("export.csv")


def test_standard_input(engine: DuckEngine) -> None:
    """A dash is standard input, whatever kind of file comes in."""
    with mock.patch.object(sys, "stdin", mock.Mock(buffer=io.BytesIO("a;b\nü;2\n".encode("cp1252")))):
        source, rows = read("-", engine)
    assert (source.encoding, rows) == ("cp1252", [("ü", "2")])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_named_pipe(tmp_path: Path, engine: DuckEngine) -> None:
    """A pipe with a name, as `<(zcat export.csv.gz)` makes one, is read once and whole."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_text, args=("a,b\n1,2\n3\n",))
    writer.start()
    _, rows = read(path, engine)
    writer.join()
    assert rows == [("1", "2"), ("3", "")]


@pytest.mark.parametrize(
    ("start", "name"),
    [
        (b"%PDF-1.7\n", "a PDF document"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"\xff\xd8\xff\xe0", "a picture"),
        (b"<?xml version='1.0'?>", "an XML document"),
        (b"SQLite format 3\0", "an SQLite database"),
    ],
)
def test_what_is_no_table(tmp_path: Path, engine: DuckEngine, start: bytes, name: str) -> None:
    """A file that is something else says what it is, whatever it is called."""
    with pytest.raises(InputError, match=f"this is {name}, not a table"):
        read_bytes(start + b"\nmore,of\nit,2\n", tmp_path, engine)


def test_fingerprint(tmp_path: Path, engine: DuckEngine) -> None:
    """The SHA-256 of the file goes with what was read; that of an a and a line feed is known from elsewhere."""
    source, _ = read_bytes(b"a\n", tmp_path, engine)
    assert source.sha256 == "87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4cf25c7"
    assert source.size == 2


def test_input_is_left_as_it_was(tmp_path: Path, engine: DuckEngine) -> None:
    """Reading changes neither the file nor its folder."""
    path = tmp_path / "export.csv"
    path.write_bytes(b"a;b\n1\n\xe9;2;3\n")
    before = path.read_bytes(), path.stat().st_mtime_ns
    read(path, engine)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["export.csv"]
