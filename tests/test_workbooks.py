"""Workbooks: kinds of cell told apart, the right sheet and header found, and no file that takes the machine down."""

import datetime as dt
import importlib.util
import itertools
import sys
import zipfile
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles.numbers import is_date_format, is_timedelta_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from segaudit.engine.duck import DuckEngine
from segaudit.errors import InputError
from segaudit.ingest.api_names import are_api_names
from segaudit.ingest.books import guard as workbook_guard
from segaudit.ingest.books.body import SheetBody
from segaudit.ingest.books.cells import DATE, DURATION, number_kind
from segaudit.ingest.books.facts import SheetFacts
from segaudit.ingest.books.gaps import MOST_BLANK, ColumnBook, unfold
from segaudit.ingest.books.sheets import SheetInfo, list_sheets
from segaudit.ingest.books.xlsx import XlsxBook
from segaudit.ingest.options import ReadOptions
from segaudit.ingest.read import read_source
from segaudit.model.source import ByteLedger, RowLedger, Source, Tally
from segaudit.report.sources import reading_texts, source_json, unruly_texts
from tests.office import ErrorCell, write_ods_rows, write_xls, write_xlsb, write_xlsx_rows

Rows = list[tuple[str, ...]]


def read(path: Path, engine: DuckEngine, **options: Any) -> tuple[Source, Rows]:  # noqa: ANN401 - ReadOptions knows
    """Read a workbook; return what was said of it, and its rows in order with NULL as the empty text."""
    source = read_source(str(path), engine, ReadOptions(label=path.name, **options))
    cells = ", ".join(f"c{position}" for position in range(1, len(source.headers) + 1))
    rows = engine.fetch(f"SELECT {cells} FROM raw ORDER BY _row")  # noqa: S608 - names of our own
    return source, [tuple(cell or "" for cell in row) for row in rows]


def save(path: Path, *rows: Sequence[Any], merged: Iterable[str] = ()) -> Path:
    """Write a workbook of one sheet."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cells in merged:
        book.active.merge_cells(cells)
    book.save(path)
    return path


# --------------------------------------------------------------------------------------------------------------- cells


def test_errors_are_no_empty_cells(tmp_path: Path, engine: DuckEngine) -> None:
    """A cell that shows an error holds its text; how many there are is said."""
    path = save(tmp_path / "a.xlsx", ["name", "size"], ["Ann", "#N/A"], ["Bo", None], ["Cy", "#REF!"])
    source, rows = read(path, engine)
    assert rows == [("Ann", "#N/A"), ("Bo", ""), ("Cy", "#REF!")]
    assert source.notes == ("2 cells with an error such as #N/A; the error is kept as the cell's text",)


def test_white_space_is_no_empty_cell(tmp_path: Path, engine: DuckEngine) -> None:
    """A cell that somebody typed a blank into keeps it, whether its writer marked it as kept or not."""
    write_xlsx_rows(
        tmp_path / "a.xlsx",
        "<row><c t='s'><v>0</v></c><c t='s'><v>1</v></c></row>"
        "<row><c t='s'><v>2</v></c><c t='s'><v>3</v></c></row>"
        "<row><c><v>5</v></c><c t='inlineStr'><is><t>\t</t></is></c></row>",
        texts="<si><t>name</t></si><si><t>note</t></si><si><t> </t></si><si><t xml:space='preserve'> x </t></si>",
    )
    assert read(tmp_path / "a.xlsx", engine)[1] == [(" ", " x "), ("5", "\t")]


def test_kinds_of_cell_written_by_hand(tmp_path: Path, engine: DuckEngine) -> None:
    """Cells without an address stand one after the other; formatted text is one text, without how it is pronounced."""
    write_xlsx_rows(
        tmp_path / "a.xlsx",
        '<row r="1"><c t="str"><v>a</v></c><c t="str"><v>b</v></c><c t="str"><v>c</v></c><c t="str"><v>d</v></c></row>'
        '<row r="3"><c t="b"><v>1</v></c><c t="d"><v>2024-02-29T00:00:00</v></c><c r="D3" t="e"><v>#NUM!</v></c></row>'
        '<row><c t="s"><v>0</v></c><c><v>1.50</v></c><c t="str"><v>a_x000D_\nb</v></c><c t="n"><v>1E2</v></c></row>',
        texts="<si><r><t>two</t></r><r><t xml:space='preserve'> runs</t></r><rPh><t>tu</t></rPh></si>",
    )
    assert read(tmp_path / "a.xlsx", engine)[1] == [
        ("TRUE", "2024-02-29", "", "#NUM!"),
        ("two runs", "1.5", "a\r\nb", "100"),
    ]


@pytest.mark.parametrize("careful", [False, True])
def test_both_readers_read_alike(tmp_path: Path, *, careful: bool) -> None:
    """The fast reader and the careful one return the same texts for every kind of cell."""
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet()
    formats = ("dd/mm/yyyy", "yyyy-mm-dd hh:mm:ss", "hh:mm", "[h]:mm:ss", "0.00%", '#,##0.00 "days"', "[Red]0", "@")
    for row, code in enumerate(formats):
        for column, number in enumerate((45351, 45351.75, 0.25, 60, 59, 61, 1e6, 0.1)):
            sheet.write_number(row, column, number, book.add_format({"num_format": code}))
    sheet.write_row(len(formats) + 2, 1, ["007", "", "  x ", "a\nb", "ü", True, 1.5, 1.25e17])
    sheet.write_formula(len(formats) + 3, 0, "=1+1", None, 2)
    sheet.write_formula(len(formats) + 3, 1, '="a"', None, "a")
    book.close()
    with closing(XlsxBook(tmp_path / "a.xlsx", careful=careful)) as opened:
        facts, rows = opened.read(opened.sheets[0])
        table = dict(rows)
    assert table[1][:4] == ["2024-02-29", "2024-02-29 18:00:00", "06:00:00", "1900-02-28"]
    assert table[1][5] == "1900-03-01"
    assert table[4][:3] == ["1088424:00:00", "1088442:00:00", "6:00:00"]
    assert table[5][:3] == table[6][:3] == table[8][:3] == ["45351", "45351.75", "0.25"]
    assert table[8][6:] == ["1000000", "0.1"]
    assert table[11] == ["", "007", "", "  x ", "a\nb", "ü", "TRUE", "1.5", "1.25e+17"]
    assert (table[12], facts.uncomputed) == (["2", "a"], 0)


@pytest.mark.parametrize("epoch", [None, CALENDAR_MAC_1904])
def test_dates_of_both_calendars(tmp_path: Path, engine: DuckEngine, epoch: dt.datetime | None) -> None:
    """A date is the same whether days are counted from 1900 or, as on old Macs, from 1904, in both readers."""
    book = openpyxl.Workbook()
    if epoch is not None:
        book.epoch = epoch
    for row in (["day", "x"], [dt.date(2021, 1, 1), 1], [dt.datetime(2021, 1, 1, 10, 10, 10), 2]):  # noqa: DTZ001
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    plain = read(tmp_path / "a.xlsx", engine)[1]
    book.active.append([None, "#N/A"])
    book.save(tmp_path / "b.xlsx")
    assert plain == read(tmp_path / "b.xlsx", engine)[1][:2] == [("2021-01-01", "1"), ("2021-01-01 10:10:10", "2")]


@pytest.mark.parametrize(
    "code",
    """General|0|0.00|#,##0|0%|0.00E+00|@|mm-dd-yy|d-mmm-yy|h:mm AM/PM|[h]:mm:ss|[mm]:ss|mm:ss.0|yyyy\\-mm\\-dd
    |[Red]0.00|#,##0 "days"|"USD" 0.00|_-* #,##0\\ "kr"_-|[$-409]d mmm yyyy|[$€-407] 0.00|0;[Red]-0
    |dd.mm.yyyy;@""".split("|"),
)
def test_number_formats(code: str) -> None:
    """What a number is shown as follows from its format, as openpyxl reads it."""
    code = code.strip()
    expected = DURATION if is_timedelta_format(code) else DATE if is_date_format(code) else None
    assert number_kind(164, code) == expected


def test_number_that_is_no_date(tmp_path: Path, engine: DuckEngine) -> None:
    """A number too large for the date or duration its format makes of it is shown as a number."""
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet()
    for row, code in enumerate(("dd/mm/yyyy", "[h]:mm", "0")):
        sheet.write_string(row + 1, 0, code)
        sheet.write_number(row + 1, 1, 1.25e17, book.add_format({"num_format": code}))
    sheet.write_row(0, 0, ["format", "shown"])
    book.close()
    assert [row[1] for row in read(tmp_path / "a.xlsx", engine)[1]] == ["1.25e+17"] * 3


def test_formulas(tmp_path: Path, engine: DuckEngine) -> None:
    """A formula shows the value that was last computed; one that never was is empty, and that is said."""
    save(tmp_path / "a.xlsx", ["a", "b"], [1, "=A2+1"], [2, "=A3+1"])
    source, rows = read(tmp_path / "a.xlsx", engine)
    assert rows == [("1", ""), ("2", "")]
    assert source.notes[0].startswith("2 formulas without a computed value")


# ------------------------------------------------------------------------------------------------------ header and body


def test_titles_above_a_header(tmp_path: Path, engine: DuckEngine) -> None:
    """A title merged over the table is set aside with its row; the header stands where it stands."""
    rows: list[list[object]] = [["Contacts of May"], [], ["name", "mail", "age", "city"], ["Ann", "a@x.io", 31, "Rome"]]
    rows += [["Bo", "b@x.io", 44, "Bonn"], ["Cy", "c@x.io", 5, "Cork"]]
    source, read_rows = read(save(tmp_path / "a.xlsx", *rows, merged=["A1:D1"]), engine)
    assert (source.headers, source.skip, len(read_rows)) == (("name", "mail", "age", "city"), 2, 3)
    assert source.set_aside == (Tally(what="a title above the header", count=1, first_line=1),)
    assert source.notes == ("1 empty row above the header passed over",)


def test_groups_above_a_header(tmp_path: Path, engine: DuckEngine) -> None:
    """A group's name that is merged over columns becomes part of each one's name, and of no other's."""
    rows: list[list[object]] = [["Id", "Contact", None, None, "Firm"], [None, "First", "Last", "Mail", None]]
    rows += [["a", "Ann", "Lee", "a@x.io", "Acme"], ["b", "Bo", "Ray", "b@x.io", "Apex"]]
    path = save(tmp_path / "a.xlsx", *rows, merged=["A1:A2", "B1:D1", "E1:E2"])
    source, read_rows = read(path, engine)
    assert source.headers == ("Id", "Contact First", "Contact Last", "Contact Mail", "Firm")
    assert (source.header_rows, read_rows[0]) == (2, ("a", "Ann", "Lee", "a@x.io", "Acme"))


def test_merged_cell_in_a_plain_header(tmp_path: Path, engine: DuckEngine) -> None:
    """One merged name in a header does not make the first data row a header."""
    rows: list[list[object]] = [["Name", None, "Mail"], ["Ann", "Lee", "a@x.io"], ["Bo", "Ray", "b@x.io"]]
    source, read_rows = read(save(tmp_path / "a.xlsx", *rows, merged=["A1:B1"]), engine)
    assert (source.headers, len(read_rows)) == (("Name", "", "Mail"), 2)


def test_groups_beside_a_plain_name(tmp_path: Path, engine: DuckEngine) -> None:
    """A name above a blank cell stands beside merged groups if words stand above figures; a data row is no header."""
    rows: list[list[object]] = [["Region", "2023", None, "2024", None], [None, "Q1", "Q2", "Q1", "Q2"]]
    rows += [["North", 1, 2, 3, 4], ["South", 1, 2, 3, 4]]
    source, read_rows = read(save(tmp_path / "a.xlsx", *rows, merged=["B1:C1", "D1:E1"]), engine)
    assert source.headers == ("Region", "2023 Q1", "2023 Q2", "2024 Q1", "2024 Q2")
    assert len(read_rows) == 2
    plain: list[list[object]] = [["Mail", "Name", None], [None, "Ann", "Lee"], ["b@x.io", "Bo", "Ray"]]
    assert len(read(save(tmp_path / "b.xlsx", *plain, merged=["B1:C1"]), engine)[1]) == 2


def test_notes_of_several_cells_above_a_header(tmp_path: Path, engine: DuckEngine) -> None:
    """Notes scattered over a few cells each are set aside; the header is the full row above dates and figures."""
    notes: list[list[object]] = [["made", "by", None, "sales"], ["for", None, "review", "only"]]
    table: list[list[object]] = [["name", "city", "born", "score"]]
    table += [[f"P{index}", "Rome", dt.date(1990, 1, index), index] for index in range(1, 9)]
    source, rows = read(save(tmp_path / "a.xlsx", *notes, *table), engine)
    assert (source.headers, len(rows)) == (("name", "city", "born", "score"), 8)
    assert source.set_aside == (Tally(what="a title above the header", count=2, first_line=1),)


def test_merged_cells_in_the_data(tmp_path: Path, engine: DuckEngine) -> None:
    """Merged data cells are read as the file has them: the value in the first; how many there are is said."""
    rows: list[list[object]] = [["firm", "name"], ["Acme", "Ann"], [None, "Bo"]]
    source, read_rows = read(save(tmp_path / "a.xlsx", *rows, merged=["A2:A3"]), engine)
    assert read_rows == [("Acme", "Ann"), ("", "Bo")]
    assert source.notes == ("1 group of merged cells in the data: the first cell has the value, the others none",)


def test_totals_and_other_tables_below(tmp_path: Path, engine: DuckEngine) -> None:
    """A total at the end and a second table under the first are set aside with their rows."""
    rows: list[list[object]] = [["name", "deals", "won", "rank"]]
    rows += [[f"P{index}", index, index * 2, index % 3] for index in range(30)]
    with_total = save(tmp_path / "a.xlsx", *rows, ["Total", 435])
    source, read_rows = read(with_total, engine)
    assert (len(read_rows), [tally.first_line for tally in source.set_aside]) == (30, [32])
    for below in ([["Confidential"]], [[], ["Confidential"]], [["Confidential Information - Do Not Distribute"]]):
        with_word = save(tmp_path / "c.xlsx", *rows, ["Total", 435], *below)
        source, read_rows = read(with_word, engine)
        assert (len(read_rows), [tally.count for tally in source.set_aside]) == (30, [2])
    other = [["city", "country"], ["Rome", "Italy"], ["Bonn", "Germany"], ["Cork", "Ireland"]]
    with_other = save(tmp_path / "b.xlsx", *rows, [], *other)
    source, read_rows = read(with_other, engine)
    assert (len(read_rows), source.set_aside) == (30, (Tally(what="another table", count=4, first_line=33),))
    source, read_rows = read(with_other, engine, table_number=2)
    assert (source.headers, source.skip, len(read_rows)) == (("city", "country", "", ""), 32, 3)
    with pytest.raises(InputError, match="there is no table 3"):
        read(with_other, engine, table_number=3)


@pytest.mark.parametrize(
    ("cells", "labels", "expected"),
    [
        (["npe01__WorkEmail__c", "LastName", "Amount__c"], ["Work Email", "Last Name", "Amount"], True),
        (["first_name", "last_name"], ["First Name", "Last Name"], True),
        (["first_name", ""], ["First Name", "Last Name"], False),  # a name for each
        (["first_name", "first_name"], ["First Name", "Last Name"], False),
        (["ann_lee", "new_lead"], ["User Name", "Lead Status"], False),  # a data row of codes
        (["Email", "Name"], ["email", "name"], False),  # names for people, both
        (["customer_id", "new lead"], ["Customer Id", "Lead Status"], False),
        (['{"ImportId":"QID1"}', '{"ImportId":"QID2","timeZone":"UTC"}'], ["Q1", "How likely?"], True),
        (['{"a":1}', "{"], ["Q1", "How likely?"], False),
        ([], [], False),
    ],
)
def test_names_for_programs(cells: list[str], labels: list[str], *, expected: bool) -> None:
    """A row that names the columns for programs is told from a data row by the names for people beside it."""
    assert are_api_names(cells, labels) == expected


def test_one_of_each() -> None:
    """The account of a file's bytes says one quote and two quotes."""
    ledger = ByteLedger(file=6, cells=2, delimiters=1, quotes=1, line_ends=1, header=1)
    source = Source(name="a", table="raw", headers=("a",), rows=1, kind="csv", ledger=ledger)
    assert reading_texts(source)[-1].text == (
        "Nothing lost: 6 bytes = 2 in cells + 1 in the header + 1 delimiter + 1 quote + 1 line end"
    )


def test_what_the_user_says_of_the_header(tmp_path: Path, engine: DuckEngine) -> None:
    """Rows to pass over are set aside, and a sheet without a header has numbered columns."""
    path = save(tmp_path / "a.xlsx", ["note", "x"], ["Ann", 1], ["Bo", 2])
    source, rows = read(path, engine, skip=1, header_rows=0)
    assert (source.headers, rows) == (("Column 1", "Column 2"), [("Ann", "1"), ("Bo", "2")])
    assert source.set_aside == (Tally(what="a title above the header", count=1, first_line=1),)


def test_cell_far_from_the_table(tmp_path: Path, engine: DuckEngine) -> None:
    """A lone cell in the last corner of the sheet makes neither a million rows nor 16,384 columns, and is kept."""
    path = save(tmp_path / "a.xlsx", ["a", "b"], [1, 2], [3, 4])
    book = openpyxl.load_workbook(path)
    book.active["XFD1048576"] = "stray"
    book.save(path)
    source, rows = read(path, engine)
    assert source.headers == ("a", "b", "(cells beyond the header)")
    assert rows == [("1", "2", ""), ("3", "4", ""), ("", "", "stray")]


def test_columns_far_apart(tmp_path: Path, engine: DuckEngine) -> None:
    """Blank columns between those of a table are left out, and named; a header at the sheet's edge keeps its cells."""
    path = save(tmp_path / "a.xlsx", ["id", "name"], [1, "Ann"], [2, "Bo"], [3, "Cy"], merged=["A7:B7"])
    book = openpyxl.load_workbook(path)
    book.active["XFD1"], book.active["XFD1048576"] = "note", "last"
    book.active.merge_cells("XEA9:XFD9")
    book.active.column_dimensions["E"].hidden = book.active.column_dimensions["XFD"].hidden = True
    book.save(path)
    source, rows = read(path, engine)
    assert source.headers == ("id", "name", "note")
    assert rows == [("1", "Ann", ""), ("2", "Bo", ""), ("3", "Cy", ""), ("", "", "last")]
    assert source.notes == (
        "16,381 columns of the sheet left out (C to XFC): blank from top to bottom, without a header",
        "1 column of the sheet hidden; read like the others",
        "2 groups of merged cells in the data: the first cell has the value, the others none",
    )


def test_corners_of_a_sheet(tmp_path: Path, engine: DuckEngine) -> None:
    """A sheet with cells in three of its corners is a table of two columns."""
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet()
    for row, column, text in ((0, 0, "id"), (0, 16383, "far"), (1048575, 16383, "x")):
        sheet.write_string(row, column, text)
    book.close()
    source, rows = read(tmp_path / "a.xlsx", engine)
    assert (source.headers, rows) == (("id", "far"), [("", "x")])


@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 700), st.text("ab ", max_size=1)), min_size=1, max_size=5),
        min_size=1,
        max_size=6,
    )
)
def test_no_cell_is_left_out(sheet: list[list[tuple[int, str]]]) -> None:
    """Whatever the gaps, each row keeps its cells in order, each column its place among those kept, no gap a cell."""
    width = 1 + max(column for row in sheet for column, _ in row)
    table = [[dict(row).get(column, "") for column in range(width)] for row in sheet]
    columns, facts = ColumnBook(), SheetFacts(width=width)
    written = [columns.fold(number, list(cells)) for number, cells in enumerate(table, 1)]
    columns.close(facts)
    kept = [c for c in range(width) if not any(first <= c + 1 <= last for first, last in facts.gaps)]
    assert not any(row[c] for row in table for c in set(range(width)) - set(kept))
    assert all(last - first + 1 > MOST_BLANK for first, last in facts.gaps)
    for number, (fields, cells) in enumerate(zip(written, table, strict=True), 1):
        read_number, read_cells = unfold(fields, facts.gaps)
        assert (read_number, [*read_cells, *[""] * len(kept)][: len(kept)]) == (number, [cells[c] for c in kept])


def test_formatted_cells_around_the_table(tmp_path: Path, engine: DuckEngine) -> None:
    """Cells that have a format and nothing in them are none."""
    write_xlsx_rows(
        tmp_path / "a.xlsx",
        '<row r="1"><c r="A1" t="str"><v>a</v></c><c r="XFD1" s="0"/></row><row r="2"><c r="A2"><v>1</v></c></row>'
        '<row r="1048576"><c r="XFD1048576" s="0"/></row>',
    )
    source, rows = read(tmp_path / "a.xlsx", engine)
    assert (source.headers, rows) == (("a",), [("1",)])


# -------------------------------------------------------------------------------------------------------------- sheets


def write_sheets(path: Path) -> Path:
    """Write a workbook of a page of instructions, a hidden table, a table and a chart."""
    book = xlsxwriter.Workbook(str(path))
    sheets: dict[str, list[list[object]]] = {
        "Read me": [["How to fill this in"], ["One row for each contact"]],
        "Lists": [["kind", "code"], ["a", 1]],
        "People": [["name", "age"], ["Ann", 31]],
    }
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    sheet = book.get_worksheet_by_name("People")
    book.get_worksheet_by_name("Lists").hide()
    sheet.set_row(1, None, None, {"hidden": True})
    sheet.set_column("B:XFD", None, None, {"hidden": True})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=People!$B$2:$B$2"})
    book.add_chartsheet("Chart").set_chart(chart)
    book.close()
    return path


def test_first_table_that_can_be_seen(tmp_path: Path, engine: DuckEngine) -> None:
    """Instructions and hidden sheets are passed over, and what is hidden in the sheet itself is said, and read."""
    source, rows = read(write_sheets(tmp_path / "a.xlsx"), engine)
    assert (source.sheet, rows) == ("People", [("Ann", "31")])
    assert source.notes == (
        'read sheet "People" of 4: Read me, Lists (hidden), People, Chart (chart)',
        "1 row of the sheet hidden, by a filter or by hand; read like the others",
        "1 column of the sheet hidden; read like the others",
    )


def test_hidden_sheet_asked_for(tmp_path: Path, engine: DuckEngine) -> None:
    """A hidden sheet is read when it is named or numbered; a chart has nothing to read."""
    path = write_sheets(tmp_path / "a.xlsx")
    assert [read(path, engine, sheet=sheet)[0].sheet for sheet in ("lists", "2")] == ["Lists", "Lists"]
    with pytest.raises(InputError, match='sheet "Chart" is a chart') as caught:
        read(path, engine, sheet="Chart")
    assert caught.value.hint == 'sheets with cells are: "Read me", "Lists" (hidden), "People"'


def test_long_list_of_one_column(tmp_path: Path, engine: DuckEngine) -> None:
    """A hundred rows of one column are a list and no instructions."""
    path = save(tmp_path / "a.xlsx", ["mail"], *[[f"p{index}@x.io"] for index in range(100)])
    book = openpyxl.load_workbook(path)
    second = book.create_sheet("Second")
    second.append(["a", "b"])
    second.append([1, 2])
    book.save(path)
    assert read(path, engine)[0].sheet == "Sheet"


def test_rejects_name_the_sheet(tmp_path: Path, engine: DuckEngine) -> None:
    """What is set aside of one sheet among several stands in the rejects with the sheet's name."""
    path = save(tmp_path / "a.xlsx", ["Contacts of May"], ["name", "age"], ["Ann", 31], ["Bo", 32])
    book = openpyxl.load_workbook(path)
    book.create_sheet("Other")
    book.save(path)
    read(path, engine, rejects=str(tmp_path / "rejects.csv"))
    assert (tmp_path / "rejects.csv").read_text(encoding="utf-8").splitlines() == [
        "file,line,reason,text",
        "a.xlsx [Sheet],1,a title above the header,Contacts of May",
    ]


def test_rows_of_a_sheet_are_called_rows(tmp_path: Path, engine: DuckEngine) -> None:
    """What is set aside of a sheet is told by its row, of a text file by its line."""
    rows: list[list[object]] = [
        ["name", "deals", "won"],
        *([f"P{index}", index, index * 2] for index in range(9)),
        ["Total", 36, 72],
    ]
    source, _ = read(save(tmp_path / "a.xlsx", *rows), engine)
    assert [text.text for text in unruly_texts(source)] == [
        "Set aside: 1 row, row 11: a total or a note below the table"
    ]


def test_every_row_is_accounted_for(tmp_path: Path, engine: DuckEngine) -> None:
    """Data, header, set aside and blank add up to the rows of the sheet; these were counted by hand."""
    rows: list[list[object]] = [["Contacts"], [" "], [], ["name", "deals", "won"]]
    rows += [*([f"P{index}", index, index] for index in range(9)), [], ["Total", 36, 36]]
    source, _ = read(save(tmp_path / "a.xlsx", *rows), engine)
    ledger = source_json(source)["row_ledger"]
    assert ledger == {"sheet": 15, "data": 9, "header": 1, "set_aside": 2, "blank": 3, "unexplained": 0}
    assert reading_texts(source)[-1].text == (
        "Nothing lost: 15 rows of the sheet = 9 of data + 1 of the header + 2 set aside + 3 blank"
    )


def test_rows_of_several_workbooks(tmp_path: Path, engine: DuckEngine) -> None:
    """Of several workbooks read as one table the rows are added up."""
    paths = [str(save(tmp_path / name, ["a", "b"], [], [1, 2])) for name in ("a.xlsx", "b.xlsx")]
    source = read_source(paths, engine, ReadOptions(label="both"))
    assert source.row_ledger == RowLedger(sheet=6, data=2, header=2, set_aside=0, blank=2)


def test_a_lost_row_is_refused(tmp_path: Path, engine: DuckEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sheet of which a row got lost on the way is refused."""
    rows = SheetBody.rows
    monkeypatch.setattr(SheetBody, "rows", lambda body, more: itertools.islice(rows(body, more), 1, None))
    with pytest.raises(InputError, match="1 row of the sheet could not be accounted for"):
        read(save(tmp_path / "a.xlsx", ["a", "b"], [1, 2], [3, 4]), engine)


def test_list_of_sheets(tmp_path: Path) -> None:
    """The sheets of a workbook are listed with what each is, hidden ones too."""
    assert list_sheets(write_sheets(tmp_path / "a.xlsx"), "xlsx", "a.xlsx") == (
        SheetInfo(name="Read me"),
        SheetInfo(name="Lists", visible=False),
        SheetInfo(name="People"),
        SheetInfo(name="Chart", kind="chartsheet"),
    )


# ------------------------------------------------------------------------------------------------------- other formats


def test_ods_cells(tmp_path: Path, engine: DuckEngine) -> None:
    """An OpenDocument sheet's errors, blanks, times and repeated cells are what it shows; comments are no cells."""
    text = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    write_ods_rows(
        tmp_path / "a.ods",
        f"<table:table-row>{''.join(map(text.format, 'abcd'))}</table:table-row>"
        '<table:table-row table:number-rows-repeated="2" table:visibility="filter">'
        '<table:table-cell office:value-type="string" calcext:value-type="error"><text:p>#N/A</text:p>'
        "</table:table-cell><table:table-cell><text:p>x<text:s text:c='2'/>y</text:p><office:annotation><text:p>no"
        "</text:p></office:annotation><text:p>z</text:p></table:table-cell>"
        '<table:table-cell office:value-type="time" office:time-value="PT09H05M00S"/>'
        '<table:table-cell office:value-type="percentage" office:value="0.5"><text:p>50%</text:p></table:table-cell>'
        "</table:table-row>"
        "<table:table-row>"
        f'<table:table-cell table:number-columns-repeated="2"/>{text.format(" ")}'
        '<table:table-cell office:value-type="boolean" office:boolean-value="false"><text:p>FAUX</text:p>'
        '</table:table-cell><table:table-cell table:number-columns-repeated="16380"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048572"><table:table-cell/></table:table-row>',
    )
    source, rows = read(tmp_path / "a.ods", engine)
    assert rows == [("#N/A", "x  y\nz", "09:05:00", "0.5")] * 2 + [("", "", " ", "FALSE")]
    assert source.notes == (
        "2 rows of the sheet hidden, by a filter or by hand; read like the others",
        "1 cell with an error such as #N/A; the error is kept as the cell's text",
    )


def test_ods_that_claims_a_sheet_full_of_text(tmp_path: Path, engine: DuckEngine) -> None:
    """A cell that claims to fill all rows and columns is refused, and not unfolded."""
    write_ods_rows(
        tmp_path / "a.ods",
        '<table:table-row table:number-rows-repeated="1048576"><table:table-cell office:value-type="string" '
        'table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell></table:table-row>',
    )
    with pytest.raises(InputError, match="a row claims to stand for 17,179,869,184 cells"):
        read(tmp_path / "a.ods", engine)


def test_xlsb_cells(tmp_path: Path, engine: DuckEngine) -> None:
    """A binary workbook's errors are looked up in its records, in rows that hold nothing else, too."""
    table: list[list[str | ErrorCell | None]] = [["a", "b"], ["x", ErrorCell(42)], [None, ErrorCell(7)], [None, "y"]]
    write_xlsb(tmp_path / "a.xlsb", table, hidden=[3])
    source, rows = read(tmp_path / "a.xlsb", engine)
    assert (source.kind, rows) == ("xlsb", [("x", "#N/A"), ("", "#DIV/0!"), ("", "y")])
    assert source.notes[0] == "1 row of the sheet hidden, by a filter or by hand; read like the others"


def test_xls_cells(tmp_path: Path, engine: DuckEngine) -> None:
    """An old workbook's errors are what it shows where the library that tells is there; if not, that is said."""
    write_xls(tmp_path / "a.xls", [["a", "b"], ["x", ErrorCell(42)], ["y", 2.5]])
    source, rows = read(tmp_path / "a.xls", engine)
    error, said = ("#N/A", "1 cell with an error") if _has_xlrd() else ("", "cells with an error such as #N/A cannot")
    assert rows == [("x", error), ("y", "2.5")]
    assert source.notes[0].startswith(said)


def _has_xlrd() -> bool:
    return importlib.util.find_spec("xlrd") is not None


# -------------------------------------------------------------------------------------------------------- bad workbooks


def refusal(path: Path, engine: DuckEngine) -> str:
    """Return the message a workbook is refused with."""
    with pytest.raises(InputError) as caught:
        read(path, engine)
    assert caught.value.where == path.name
    assert caught.value.hint
    return caught.value.problem


def test_archive_made_to_burst(tmp_path: Path, engine: DuckEngine) -> None:
    """An archive that unpacks to hundreds of times its size is not unpacked."""
    write_xlsx_rows(tmp_path / "a.xlsx", "<row><c/></row>" * 7_000_000)
    assert "times its size" in refusal(tmp_path / "a.xlsx", engine)


def test_entities(tmp_path: Path, engine: DuckEngine) -> None:
    """A sheet that declares entities is refused: none is expanded, and no file of the machine is read."""
    head = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
    write_xlsx_rows(tmp_path / "a.xlsx", '<row><c t="str"><v>&a;</v></c></row>', head=head)
    assert "declares a document type" in refusal(tmp_path / "a.xlsx", engine)


def test_text_repeated_beyond_measure(tmp_path: Path, engine: DuckEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A short file whose cells all refer to one huge text is refused before it fills the disk."""
    monkeypatch.setattr(workbook_guard, "_MOST_BYTES", 1_000_000)
    cells = '<row><c t="s"><v>0</v></c><c t="s"><v>0</v></c></row>' * 100
    write_xlsx_rows(tmp_path / "a.xlsx", cells, texts=f"<si><t>{'x' * 100_000}</t></si>")
    assert "unfolds to far more text" in refusal(tmp_path / "a.xlsx", engine)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ('<row r="99999999"><c/></row>', "it counts 99,999,999 rows"),
        ('<row r="1"><c r="ZZZZ1"><v>1</v></c></row>', "it names a column 'ZZZZ'"),
        ('<row r="1"><c t="s"><v>7</v></c></row>', "row 1 refers to text 7, which is not there"),
        ('<row r="1"><c t="s"><v>', "broken XML"),
    ],
)
def test_sheet_that_cannot_be(tmp_path: Path, engine: DuckEngine, cells: str, message: str) -> None:
    """A sheet with places and texts that do not exist, or half a sheet, is one message."""
    write_xlsx_rows(tmp_path / "a.xlsx", cells)
    assert message in refusal(tmp_path / "a.xlsx", engine)


def test_damaged_part(tmp_path: Path, engine: DuckEngine) -> None:
    """A part whose checksum does not fit is damaged, whatever can be made of it."""
    write_xlsx_rows(tmp_path / "a.xlsx", '<row><c t="str"><v>name</v></c></row>')
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        start = archive.getinfo("xl/worksheets/sheet1.xml").header_offset
    data = bytearray((tmp_path / "a.xlsx").read_bytes())
    data[start + 70] ^= 0xFF
    (tmp_path / "a.xlsx").write_bytes(data)
    assert "damaged" in refusal(tmp_path / "a.xlsx", engine)


@pytest.mark.parametrize(
    ("program", "message"),
    [("import time; time.sleep(60)", "takes longer to read"), ("import os; os.abort()", "cannot be read")],
)
def test_child_that_hangs_or_dies(
    tmp_path: Path, engine: DuckEngine, monkeypatch: pytest.MonkeyPatch, program: str, message: str
) -> None:
    """A workbook that hangs or kills the process it is read in is one message."""
    monkeypatch.setattr(workbook_guard, "_SECONDS", 0.5)
    monkeypatch.setattr(workbook_guard, "_START", program)
    assert message in refusal(save(tmp_path / "a.xlsx", ["a"], [1]), engine)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to its address space")
def test_memory_of_a_child(tmp_path: Path, engine: DuckEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A child that asks for more memory than it may have ends, and the workbook is refused."""
    program = (
        "from segaudit.ingest.books import child as c; c._answer = lambda job: bytes(1 << 31) and c.Extracted(); "
        "c.main()"
    )
    monkeypatch.setattr(workbook_guard, "_START", program)
    assert "needs more memory" in refusal(save(tmp_path / "a.xlsx", ["a"], [1]), engine)


def test_disk_that_is_full(tmp_path: Path, engine: DuckEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fills up while the sheet is written out is one message, and it names no fault of the workbook."""
    program = (
        "import errno; from segaudit.ingest.books import child as c\n"
        "def full(*_): raise OSError(errno.ENOSPC, 'full')\n"
        "c._write = full; c.main()"
    )
    monkeypatch.setattr(workbook_guard, "_START", program)
    assert "no room for a copy" in refusal(save(tmp_path / "a.xlsx", ["a"], [1]), engine)


def test_modules_beside_a_workbook(tmp_path: Path, engine: DuckEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file beside the workbook that is named like a library is not run."""
    (tmp_path / "json.py").write_text("raise SystemExit(9)\n")
    path = save(tmp_path / "a.xlsx", ["a", "b"], [1, 2])
    monkeypatch.chdir(tmp_path)
    assert read(path, engine)[1] == [("1", "2")]
