"""Pages as workbooks: sheets, tables, charts and links that a spreadsheet opens as they are."""

import posixpath
import re
from base64 import b64encode
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

from segaudit.report.charts import (
    Bar,
    BarChart,
    FlowChart,
    GraphChart,
    Interval,
    IntervalChart,
    Link,
    MatrixChart,
    SetChart,
    TrendChart,
)
from segaudit.report.document import Tone
from segaudit.report.page import (
    Block,
    Brand,
    Facts,
    Figures,
    Finding,
    Findings,
    Fold,
    Form,
    Grid,
    Item,
    Lines,
    Outline,
    Page,
    Para,
    Score,
    Scores,
    Section,
    Span,
    amount,
    cell,
    span,
)
from segaudit.report.words import Words
from segaudit.report.workbook.book import write_workbook
from segaudit.report.workbook.issue_rows import IssueRow, Issues
from segaudit.report.workbook.numbers import number_format
from segaudit.report.workbook.safe import Names
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.report_words import load_texts

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
HOSTILE = [
    '=HYPERLINK("http://evil.example","x")',
    "+1+1",
    "-2",
    "@SUM(A1)",
    "#N/A",
    "<script>alert(1)</script></script>",
    "a\x00b\x1bc\ufffe\ud800",
    "\u202egnp.exe",
    "_x000D_",
    "long " * 200_000,
    "",
    "  ",
    "&[Page]",
]


@cache
def words(language: str = "en") -> Words:
    """Return the shipped texts."""
    location = RulesLocation.at(None)
    return Words(language=language, texts=load_texts(location, language), fallback=load_texts(location, "en"))


def section(title: str, *blocks: Block, anchor: str = "") -> Section:
    """Return a section with a sheet of its own."""
    return Section(title=title, anchor=anchor or title.lower(), level=2, blocks=blocks)


def grid(columns: tuple[str, ...], *rows: tuple[Lines, ...]) -> Grid:
    """Return a table."""
    return Grid(title="Table", columns=columns, rows=rows)


def finding(number: int, text: str = "Bad") -> Finding:
    """Return a finding."""
    return Finding(
        id=f"f{number}",
        severity="error",
        severity_name="Error",
        group="Validity",
        table="c.csv",
        title=text,
        message=span(text),
        rows=3,
        share=0.5,
        facts=(("Examples", (span(text), span(text))),),
    )


def issue(number: int, row: int, value: str = "x") -> IssueRow:
    """Return a row of a finding."""
    return IssueRow(
        finding=f"f{number}", table="c.csv", row=row, line=row + 1, column="Email", rule="quality.r", value=value
    )


def everything(text: str = "Name") -> tuple[Block, ...]:
    """Return one block of each kind, with a text wherever a text can stand."""
    return (
        Para(line=(Span(text=text, strong=True), Span(text=text, to="other"))),
        Figures(items=((text, text), ("12", "rows"))),
        Facts(rows=((text, (span(text), span(text))),)),
        Outline(items=(Item(line=span(text), children=(Item(line=span(text, to="other")),)),)),
        grid(
            (text, text, "", "Share"), (cell(text, to="other"), cell(text), cell(text), amount("40%", 0.4, Form.SHARE))
        ),
        Scores(
            title=text,
            total=Score(name=text, value=50.0, weight=1.0, before=40.0),
            items=(Score(name=text, value=None, weight=1.0, note=text),),
        ),
        Findings(title=text, items=(finding(1, text), finding(2, text))),
        BarChart(
            title=text, summary=text, series=(text,), rows=(Bar(label=text, values=(0.5,), said=text),), share=True
        ),
        BarChart(title=text, summary=text, series=(text, text), rows=(Bar(label=text, values=(1.0, 2.0)),)),
        IntervalChart(
            title=text,
            summary=text,
            rows=(Interval(label=text, low=0.1, value=0.2, high=0.3, tone=Tone.BAD),),
            reference=(0.2, text),
        ),
        TrendChart(title=text, summary=text, points=(text, text), lines=((text, (None, 1.0)),)),
        MatrixChart(title=text, summary=text, columns=(text, text), rows=((text, (0.5, None), text),)),
        MatrixChart(title=text, summary=text, columns=(text,), rows=((text, (1.0,), text),), presence=True),
        SetChart(title=text, summary=text, sets=((text, 3), (text, 2)), meets=(((0, 1), 2), ((), 1))),
        FlowChart(title=text, summary=text, before=(text,), after=(text,), flows=((0, 0, 5),)),
        GraphChart(title=text, summary=text, nodes=(text, text), links=(Link(a=0, b=1, probability=0.5, said=text),)),
        Fold(title=text, blocks=(Para(line=span(text)),)),
        Section(title=text, anchor="inner", level=3, blocks=(), marks=(Span(text=text),)),
    )


def whole(text: str = "Name") -> Page:
    """Return a page with everything on it."""
    sections = (
        section(text, Para(line=span(text, to="other")), anchor="summary"),
        section(text, *everything(text), anchor="some"),
        section(text, Para(line=span(text)), anchor="other"),
    )
    brand = Brand(agency=text, client=text, colour="#FFEE00")
    return Page(title=text, about=(span(text),), blocks=sections, brand=brand)


def written(tmp_path: Path, page: Page, issues: Issues | None = None, language: str = "en") -> Path:
    """Write a page and return the file."""
    path = tmp_path / "report.xlsx"
    write_workbook(page, path, words(language), issues or Issues(), as_of=date(2026, 3, 31))
    return path


def opened(tmp_path: Path, *blocks: Block, issues: Issues | None = None) -> Any:  # noqa: ANN401 - openpyxl has no types
    """Return a workbook of these blocks, as openpyxl reads it."""
    return load_workbook(written(tmp_path, Page(title="Audit", about=(), blocks=blocks), issues))


def texts(sheet: Any) -> list[object]:  # noqa: ANN401 - as above
    """Return what stands on a sheet, row by row."""
    return [found.value for row in sheet.iter_rows() for found in row if found.value is not None]


def place(sheet: Any, value: object) -> Any:  # noqa: ANN401 - as above
    """Return the first cell that says something."""
    return next(found for row in sheet.iter_rows() for found in row if found.value == value)


def parts(path: Path) -> Iterator[tuple[str, ET.Element]]:
    """Yield the XML parts of a workbook."""
    with ZipFile(path) as archive:
        for name in archive.namelist():
            yield name, ET.fromstring(archive.read(name))  # noqa: S314 - the project's own file


# ------------------------------------------------------------------------------------------------------ the package
@pytest.mark.parametrize("text", ["Name", *HOSTILE], ids=lambda text: repr(text[:12]))
def test_a_workbook_is_one_a_spreadsheet_opens_without_repair(tmp_path: Path, text: str) -> None:
    """Whatever the texts are: names unique, ranges whole, texts short enough, relations there, and no formula."""
    path = written(tmp_path, whole(text), Issues(rows=[issue(1, 1, text), issue(2, 2, text)]))
    tree = dict(parts(path))
    names = [sheet.get("name", "") for sheet in tree["xl/workbook.xml"].iter(f"{MAIN}sheet")]
    assert len({name.casefold() for name in names}) == len(names)
    assert all(0 < len(name) <= 31 and not re.search(r"[\[\]:*?/\\]|^'|'$", name) for name in names)
    tables = [element for name, element in tree.items() if name.startswith("xl/tables/")]
    assert tables
    assert len({table.get("displayName", "").casefold() for table in tables}) == len(tables)
    assert len({table.get("id") for table in tables}) == len(tables)
    assert all(re.fullmatch(r"t_[a-z0-9_]+", table.get("displayName", "")) for table in tables)
    sheets = [element for name, element in tree.items() if name.startswith("xl/worksheets/")]
    said = [found.text or "" for sheet in sheets for found in sheet.iter(f"{MAIN}t")]
    assert max(map(len, said)) <= 32_767
    assert not [name for name, element in tree.items() if list(element.iter(f"{MAIN}f"))]
    assert not [
        found for found in said if re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff\u202e]", found)
    ]


def test_every_relation_leads_to_a_part_and_none_outside(tmp_path: Path) -> None:
    """All that a part refers to is in the file; nothing refers to an address."""
    path = written(tmp_path, whole(HOSTILE[0]), Issues(rows=[issue(1, 1, "http://evil.example")]))
    found = dict(parts(path))
    for name, element in found.items():
        if not name.endswith(".rels"):
            continue
        folder = posixpath.dirname(posixpath.dirname(name))
        for relation in element.iter(f"{RELS}Relationship"):
            assert relation.get("TargetMode") != "External"
            target = relation.get("Target", "")
            whole_name = (
                target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            )
            assert whole_name in found


def test_tables_have_headers_that_are_there_once_and_say_what_the_cells_say(tmp_path: Path) -> None:
    """Headers are unique whatever their capitals, never empty, and the same in the table and in the cells."""
    book = opened(
        tmp_path, section("A", grid(("Name", "name", "", "Name (2)", " "), tuple(cell("x") for _ in range(5))))
    )
    table = next(iter(book["A"].tables.values()))
    headers = [column.name for column in table.tableColumns]
    assert headers == ["Name", "name (2)", "(3)", "Name (2) (2)", "(5)"]
    left, top, right, bottom = range_boundaries(table.ref)
    assert [book["A"].cell(top, column).value for column in range(left, right + 1)] == headers
    assert (bottom - top, table.autoFilter.ref) == (1, table.ref)


def test_tables_of_a_sheet_and_merged_cells_do_not_meet(tmp_path: Path) -> None:
    """No table covers another, and no cell of one is merged."""
    for sheet in load_workbook(written(tmp_path, whole())):
        areas = [range_boundaries(table.ref) for table in sheet.tables.values()]
        merged = [area.bounds for area in sheet.merged_cells.ranges]
        for number, (left, top, right, bottom) in enumerate(areas):
            for other in (*areas[number + 1 :], *merged):
                assert other[0] > right or other[2] < left or other[1] > bottom or other[3] < top


def test_the_same_page_gives_the_same_bytes(tmp_path: Path) -> None:
    """Neither the hour nor the name of the file is in it."""
    first, second = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    for path in (first, second):
        write_workbook(whole(), path, words(), Issues(rows=[issue(1, 1)]), as_of=date(2026, 3, 31))
    assert first.read_bytes() == second.read_bytes()
    properties = load_workbook(first).properties
    assert (properties.modified.date(), properties.created.date()) == (date(2026, 3, 31), date(2026, 3, 31))
    assert (properties.title, properties.creator) == ("Name", "Name")


# -------------------------------------------------------------------------------------------------------- the sheets
def test_there_is_a_sheet_for_each_section_after_the_summary(tmp_path: Path) -> None:
    """The summary is first; titles too long, taken or forbidden are made to fit."""
    long = "Everything that is wrong with the records of customers"
    book = opened(
        tmp_path,
        section("Facts: a/b?"),
        section("Sum", anchor="summary"),
        section(long, anchor="a"),
        section(long.upper(), anchor="b"),
        section("History"),
    )
    assert book.sheetnames == [
        "Sum",
        "Facts",
        "Everything that is wrong with",
        "EVERYTHING THAT IS WRONG WI (2)",
        "History 1",
    ]


def test_a_page_without_a_summary_has_a_first_sheet_all_the_same(tmp_path: Path) -> None:
    """It has the title, what is said about the page, its marks, and links to the sheets."""
    scores = Scores(title="Marks", total=Score(name="All", value=70.0, weight=1.0), items=())
    page = Page(title="Audit", about=(span("Of May"),), blocks=(section("A", scores),))
    book = load_workbook(written(tmp_path, page))
    first = book["Summary"]
    assert texts(first)[:2] == ["Audit", "Of May"]
    assert place(first, 70).row > place(first, "Of May").row
    link = place(first, "• A").hyperlink
    assert (link.location, link.target) == ("'A'!A1", None)


def test_links_lead_to_what_they_name_and_nowhere_else(tmp_path: Path) -> None:
    """A link to a section, a finding or its rows is a place in the workbook; one to nothing is no link."""
    row = (cell("to b", to="b"), cell("to inner", to="inner"), cell("to nothing", to="http://evil.example"))
    inner = Section(title="Inner", anchor="inner", level=3, blocks=())
    book = opened(tmp_path, section("A's", grid(("x", "y", "z"), row)), section("B", inner))
    sheet = book["A's"]
    assert place(sheet, "to b").hyperlink.location == "'B'!A1"
    assert place(sheet, "to inner").hyperlink.location == f"'B'!B{place(book['B'], 'Inner').row}"
    assert place(sheet, "to nothing").hyperlink is None


def test_sheets_print_landscape_with_their_title_on_each_page(tmp_path: Path) -> None:
    """Each is as wide as the paper, and says whose it is; a client's "&" is no code."""
    page = Page(title="A", about=(), blocks=(section("B"),), brand=Brand(agency="X & Y", client="&P"))
    for sheet in load_workbook(written(tmp_path, page)):
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth) == ("landscape", 1)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows == "$1:$2"
        assert sheet.oddFooter.left.text == "X && Y · &&P · A"


def test_a_long_table_keeps_its_header_on_the_screen(tmp_path: Path) -> None:
    """Its header stays while the rows scroll; of a short one the sheet's title stays."""
    rows = tuple((amount(str(number), number),) for number in range(40))
    book = opened(tmp_path, section("Long", grid(("x",), *rows)), section("Short", grid(("x",), *rows[:3])))
    assert book["Long"].freeze_panes == f"A{place(book['Long'], 'x').row + 1}"
    assert book["Short"].freeze_panes == "A3"


# -------------------------------------------------------------------------------------------------------- the cells
def test_numbers_are_what_the_page_says_as_numbers(tmp_path: Path) -> None:
    """A cell holds the number itself, and shows it as a count, a share or an amount."""
    row = (
        amount("1,234", 1234),
        amount("40%", 0.4, Form.SHARE),
        amount("2.5 days", 2.5, Form.AMOUNT),
        cell("<5"),
        amount("n", float("nan")),
        (span("12 of 30"),),
    )
    sheet = opened(tmp_path, section("A", grid(("a", "b", "c", "d", "e", "f"), row)))["A"]
    top = place(sheet, "a").row
    cells = [sheet.cell(top + 1, column) for column in range(2, 8)]
    assert [found.value for found in cells] == [1234, 0.4, 2.5, "<5", "n", "12 of 30"]
    assert [found.number_format for found in cells[:3]] == ["#,##0", "0%", '#,##0.0" days"']


@pytest.mark.parametrize(
    ("share", "text", "shape"),
    [
        (0.0, "0%", "0%"),
        (1.0, "100%", "0%"),
        (0.5, "50%", "0%"),
        (0.796, "79.6%", "0.0%"),
        (0.004, "<1%", "0.0%"),
        (0.0004, "<1%", "0.00%"),
        (0.9996, ">99%", "0.00%"),
        (0.9999999, ">99%", '">99.99%"'),
        (0.00000001, "<1%", '"<0.01%"'),
    ],
)
def test_a_share_is_never_shown_as_nothing_or_all_if_it_is_not(share: float, text: str, shape: str) -> None:
    """Decimals are shown where whole percents would say 0 or 100 %."""
    assert number_format(Span(text=text, number=share, form=Form.SHARE)) == shape


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:12]))
def test_no_text_is_ever_run(tmp_path: Path, text: str) -> None:
    """Cells that begin as a formula are text, also for somebody who edits them, and lead nowhere."""
    path = written(tmp_path, whole(text), Issues(rows=[issue(1, 1, text)]))
    for sheet in load_workbook(path):
        for row in sheet.iter_rows():
            for found in row:
                assert found.data_type in {"s", "n"}
                assert found.hyperlink is None or (found.hyperlink.target, found.hyperlink.id) == (None, None)
                if isinstance(found.value, str) and found.value.lstrip().startswith(("=", "+", "-", "@")):
                    assert found.quotePrefix


def test_texts_stay_what_they_are(tmp_path: Path) -> None:
    """A text that looks like a number or a character's code is shown as it stands."""
    rows = tuple((cell(text),) for text in ("00491234", "_x000D_", "TRUE", "1/2"))
    sheet = opened(tmp_path, section("A", grid(("x",), *rows)))["A"]
    top = place(sheet, "x").row
    found = [sheet.cell(top + number, 2).value for number in range(1, 5)]
    assert found == ["00491234", "_x005F_x000D_", "TRUE", "1/2"]  # a spreadsheet reads _x005F_ as the underscore


def test_rows_that_do_not_fit_their_columns_are_written_as_far_as_they_go(tmp_path: Path) -> None:
    """A row with too few cells ends early, one with too many is cut; a table of no rows says so."""
    book = opened(
        tmp_path,
        section("A", grid(("x", "y"), (cell("1"),), (cell("a"), cell("b"), cell("c")))),
        section("B", grid(("x",))),
    )
    assert texts(book["A"])[-5:] == ["x", "y", "1", "a", "b"]
    assert texts(book["B"])[-2:] == ["x", "nothing"]
    assert not book["B"].tables


def test_a_table_too_long_says_how_much_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many rows as there is room for are written, and how many more there are."""
    monkeypatch.setattr("segaudit.report.workbook.tables._MOST_ROWS", 4)
    row = (cell("x"),)
    sheet = opened(tmp_path, section("A", grid(("x",), *([row] * 7))))["A"]
    assert texts(sheet)[-1] == "and 3 more rows, which would make this sheet too long"
    assert next(iter(sheet.tables.values())).ref == "B5:B9"


# ------------------------------------------------------------------------------------------------ findings and issues
def test_a_finding_leads_to_its_rows_and_back(tmp_path: Path) -> None:
    """The rows of each finding stand together, the first linked to the finding."""
    rows = [issue(2, 7), issue(1, 3), issue(1, 4)]
    book = opened(
        tmp_path, section("Found", Findings(title="F", items=(finding(1), finding(2)))), issues=Issues(rows=rows)
    )
    sheet, listed = book["Found"], book["Issues"]
    top = place(listed, "Row").row
    assert [listed.cell(top + number, 4).value for number in range(1, 4)] == [3, 4, 7]
    assert place(sheet, "Show 2 rows").hyperlink.location == f"'Issues'!B{top + 1}"
    assert place(sheet, "Show the row").hyperlink.location == f"'Issues'!B{top + 3}"
    assert listed.cell(top + 1, 2).hyperlink.location == f"'Found'!B{place(sheet, 'Error').row}"


def test_of_each_finding_the_first_rows_are_listed_and_the_rest_is_named(tmp_path: Path) -> None:
    """What is left out is counted, with the file that has it."""
    rows = (issue(number, row) for number in (1, 2) for row in range(5))
    book = opened(
        tmp_path,
        section("F", Findings(title="F", items=(finding(1),))),
        issues=Issues(rows=rows, most=2, most_in_all=3),
    )
    said = texts(book["Issues"])
    assert "The first 2 cells of each finding are listed. All 10 are in issues.csv, in the same folder." in said
    assert said.count("Email") == 3


def test_redacted_issues_show_no_value(tmp_path: Path) -> None:
    """Only the form of a value is left."""
    book = opened(tmp_path, section("A"), issues=Issues(rows=[issue(1, 1, "Ann Lee")], redacted=True))
    said = texts(book["Issues"])
    assert "A·· L··" in said
    assert "Ann Lee" not in said


# --------------------------------------------------------------------------------------------------------- the charts
def test_charts_are_the_spreadsheets_own_and_draw_from_cells(tmp_path: Path) -> None:
    """Each series refers to the cells that hold its numbers, on the sheet of chart data."""
    rows = (Bar(label="Email", values=(0.9,)), Bar(label="Fax", values=(0.1,), tone=Tone.BAD))
    book = opened(tmp_path, section("A", BarChart(title="C", summary="S", series=("Filled",), rows=rows, share=True)))
    chart = book["A"]._charts[0]  # noqa: SLF001 - openpyxl names the charts it read nowhere else
    reference = chart.series[0].val.numRef.f
    assert reference.startswith("'Chart data'!$C$")
    left, top, _, bottom = range_boundaries(reference.split("!")[1])
    assert [book["Chart data"].cell(row, left).value for row in range(top, bottom + 1)] == [0.9, 0.1]
    assert [book["Chart data"].cell(row, left - 1).value for row in range(top, bottom + 1)] == ["Email", "Fax"]
    assert texts(book["A"])[-1] == "S"


def test_charts_cover_no_cell(tmp_path: Path) -> None:
    """The rows a chart lies over hold nothing."""
    counted = 0
    for sheet in load_workbook(written(tmp_path, whole())):
        for chart in sheet._charts:  # noqa: SLF001 - as above
            counted += 1
            row, left = chart.anchor._from.row + 1, chart.anchor.ext.height / 12_700  # noqa: SLF001 - points
            while left > 0:
                assert [found.value for found in sheet[row] if found.value is not None] == []
                left -= sheet.row_dimensions[row].height or 15
                row += 1
    assert counted == 5


def test_a_chart_of_many_bars_shows_the_first_and_says_so(tmp_path: Path) -> None:
    """40 bars are drawn; all numbers are in the cells."""
    rows = tuple(Bar(label=str(number), values=(float(number),)) for number in range(50))
    book = opened(tmp_path, section("A", BarChart(title="C", summary="S", series=("n",), rows=rows)))
    assert texts(book["A"])[-1] == "The chart shows the first 40; all 50 are on the sheet Chart data."
    assert place(book["Chart data"], 49).row == place(book["Chart data"], "49").row


def test_empty_charts_are_left_out(tmp_path: Path) -> None:
    """A chart without rows is no picture, and without pictures there is no sheet of their numbers."""
    book = opened(tmp_path, section("A", BarChart(title="C", summary="S", series=("n",), rows=())))
    assert book.sheetnames == ["Summary", "A"]
    assert "• Chart data" not in texts(book["Summary"])


def test_a_matrix_beside_tables_has_a_sheet_with_squares_of_one_size(tmp_path: Path) -> None:
    """Where it belongs a line leads to it."""
    matrix = MatrixChart(
        title="Both filled together",
        summary="Often, in the same rows",
        columns=("x", "y"),
        rows=(("r", (0.5, None), ""),),
    )
    book = opened(tmp_path, section("A", matrix, grid(("x",), (cell("1"),))))
    sheet = book["A – patterns"]
    assert place(sheet, 0.5).number_format == "0%"
    assert {sheet.column_dimensions[letter].width for letter in "CD"} == {7.5}
    assert place(book["A"], "More →").hyperlink.location == "'A – patterns'!A1"


def test_charts_say_what_they_show_to_those_who_do_not_see_them(tmp_path: Path) -> None:
    """Title and summary are the chart's description, whatever signs they hold."""
    title = 'A "b" <c> name="Chart 2"'
    charts = (
        BarChart(title=title, summary="S", series=("n",), rows=(Bar(label="x", values=(1.0,)),)) for _ in range(2)
    )
    tree = dict(parts(written(tmp_path, Page(title="T", about=(), blocks=(section("A", *charts),)))))
    drawing = tree["xl/drawings/drawing1.xml"]
    said = [element.get("descr") for element in drawing.iter() if element.get("name", "").startswith("Chart")]
    assert said == [f"{title}. S"] * 2


# ------------------------------------------------------------------------------------------------------ paper, pictures
def test_a_paragraph_that_leads_on_stays_a_text_that_is_read(tmp_path: Path) -> None:
    """The link stands beside it, in the words the page has for it."""
    line = (Span(text="Forty people opted out and are still written to."), Span(text=" "), Span(text="See who", to="b"))
    sheet = opened(tmp_path, section("A", Para(line=line)), section("B"))["A"]
    assert place(sheet, "Forty people opted out and are still written to.").hyperlink is None
    assert place(sheet, "See who").hyperlink.location == "'B'!A1"


def test_a_heading_stays_with_its_table_in_print(tmp_path: Path) -> None:
    """Where a table begins a new page, its heading begins it."""
    rows = tuple((cell("x"),) for _ in range(14))
    blocks = tuple(Grid(title=f"Table {number}", columns=("x",), rows=rows) for number in range(3))
    sheet = opened(tmp_path, section("A", *blocks))["A"]
    begun = [found.id + 1 for found in sheet.row_breaks.brk]
    heads = [place(sheet, f"Table {number}").row for number in range(3)]
    assert begun
    assert all(row + 1 in heads for row in begun)


def test_wide_columns_give_way_to_paper(tmp_path: Path) -> None:
    """A table of many long texts is at most 190 characters wide; its texts wrap."""
    row = tuple(cell("word " * 40) for _ in range(10))
    sheet = opened(tmp_path, section("A", grid(tuple(f"c{number}" for number in range(10)), row)))["A"]
    assert sum(sheet.column_dimensions[letter].width for letter in "BCDEFGHIJK") <= 190.5
    assert place(sheet, row[0][0][0].text).alignment.wrap_text


def test_the_logo_is_on_the_first_sheet(tmp_path: Path) -> None:
    """A PNG is shown as it is; what spreadsheets do not show, or what is broken, is left out."""
    head = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (400).to_bytes(4, "big") + (88).to_bytes(4, "big")
    for content, kind, there in ((head, "png", True), (head[:18], "png", False), (b"<svg/>", "svg+xml", False)):
        logo = f"data:image/{kind};base64,{b64encode(content).decode()}"
        path = written(tmp_path, Page(title="T", about=(), blocks=(), brand=Brand(logo=logo)))
        with ZipFile(path) as archive:
            assert ("xl/media/image1.png" in archive.namelist()) is there
            assert not there or archive.read("xl/media/image1.png") == content


# ----------------------------------------------------------------------------------------------------- names, language
def test_names_of_tables_are_ones_formulas_can_use() -> None:
    """Letters and digits only, never the name of a cell, never twice."""
    names = Names()
    assert [names.table(title) for title in ("Größe & Wert", "A1", "a1", "日本")] == [
        "t_grosse_wert",
        "t_a1",
        "t_a1_2",
        "t_table",
    ]


def test_german_words_make_a_german_workbook(tmp_path: Path) -> None:
    """Sheets, headers and notes are in the reader's language."""
    page = Page(title="Prüfung", about=(), blocks=(section("A", Findings(title="Befunde", items=(finding(1),))),))
    book = load_workbook(written(tmp_path, page, Issues(rows=[issue(1, 1)]), "de"))
    assert book.sheetnames == ["Zusammenfassung", "A", "Einzelfälle"]
    assert "Schwere" in texts(book["A"])
