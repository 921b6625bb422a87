"""Tables of web pages, as many systems export them under a name that ends in .xls."""

import html
import random
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest

from segaudit.errors import InputError
from segaudit.ingest.books.html import HtmlBook
from segaudit.ingest.options import ReadOptions
from segaudit.ingest.read import read_source
from segaudit.model.source import Source
from tests.ingest_support import shared_engine

PEOPLE = (
    "<table><tr><th>Name</th><th>City</th></tr>"
    "<tr><td>Anna</td><td>Köln</td></tr><tr><td>Bo</td><td>Århus</td></tr></table>"
)


class Page(NamedTuple):
    """What came out of a page."""

    source: Source
    headers: tuple[str, ...]
    rows: list[tuple[str, ...]]


def read(page: bytes | str | Path, sheet: str | None = None) -> Page:
    """Read a page, or a file that holds one."""
    with TemporaryDirectory() as folder:
        path = page if isinstance(page, Path) else Path(folder, "report.xls")
        if not isinstance(page, Path):
            path.write_bytes(page if isinstance(page, bytes) else page.encode())
        engine = shared_engine()
        source = read_source(str(path), engine, ReadOptions(label=str(path), ordered=True, sheet=sheet))
        columns = ", ".join(source.column(place) for place in range(1, len(source.headers) + 1))
        rows = engine.fetch(f"SELECT {columns} FROM {source.table} ORDER BY _row")  # noqa: S608 - names of our own
        return Page(source, source.headers, [tuple(cell or "" for cell in row) for row in rows])


READ = [("Anna", "Köln"), ("Bo", "Århus")]


@pytest.mark.parametrize(
    "page",
    [
        PEOPLE.encode(),
        b"\xef\xbb\xbf\n <!DOCTYPE html>\n<HTML><BODY>" + PEOPLE.upper().replace("ANNA", "Anna").encode(),
        f'<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1252">{PEOPLE}'.encode(
            "cp1252"
        ),
        f'<head><meta charset="iso-8859-1"></head>{PEOPLE}'.encode("latin-1"),
        f"<html>{PEOPLE}</html>".encode("cp1252"),
        f"<html>{PEOPLE}</html>".encode("utf-16"),
        f'<html><meta charset="utf-8"><meta charset="klingon">{PEOPLE}</html>'.encode("cp1252"),
    ],
)
def test_pages_of_every_encoding(page: bytes) -> None:
    """The page says which encoding it is in, or its bytes do; what it is called does not matter."""
    found = read(page)
    assert found.source.kind == "html"
    assert [(name.lower(), city.lower()) for name, city in found.rows] == [(a.lower(), b.lower()) for a, b in READ]
    assert [header.lower() for header in found.headers] == ["name", "city"]


def test_cells_as_a_browser_shows_them() -> None:
    """White space is one blank, a break is a new line, signs written for the web are what they stand for."""
    page = (
        "<table><tr><td>Name<td>Note<td>More"  # tags that may be left out are left out
        "<tr><td>R&amp;D &lt;b&gt;<td> two\n   words <br>and <b>bold</b> ones<td>&nbsp;"
        "<tr><td><p>x</p><td><script>alert('1 < 2')</script>y<td><!-- <td>no</td> -->z&#8364;"
        "</table><p>after</p>"
    )
    found = read(page)
    assert found.rows == [("R&D <b>", "two words\nand bold ones", ""), ("x", "y", "z€")]


def test_cells_over_several_columns_and_rows() -> None:
    """What reaches over others stands in the first; no cell moves into another column."""
    page = (
        "<table><tr><th>A<th>B<th>C<th>D"
        '<tr><td rowspan=2>1<td colspan="2">2<td>3'
        "<tr><td>4<td>5<td>6"
        "<tr><td>7<td rowspan=99>8<td>9<td>10"
        "<tr><td>11<td>12<td>13</table>"
    )
    found = read(page)
    assert found.rows == [("1", "2", "", "3"), ("", "4", "5", "6"), ("7", "8", "9", "10"), ("11", "", "12", "13")]


def test_one_table_of_several() -> None:
    """Tables are sheets, called by their captions; one in a cell of another is one of its own."""
    page = (
        "<table><tr><td>menu<table><caption>People</caption><tr><th>Name<th>City<tr><td>Anna<td>Köln</table></table>"
        "<table><tr><th>Deal<th>Amount<tr><td>D1<td>5<tr><td>D2<td>6</table>"
    )
    found = read(page)
    assert (found.source.sheet, found.rows) == ("People", [("Anna", "Köln")])
    third = read(page, sheet="table 3")
    assert (third.headers, third.rows) == (("Deal", "Amount"), [("D1", "5"), ("D2", "6")])
    with pytest.raises(InputError, match="there is no sheet") as caught:
        read(page, sheet="Firms")
    assert caught.value.hint == 'its sheets are: "table 1", "People", "table 3"'


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        ("<!DOCTYPE html><html><p>Service not available</p></html>", "this is a web page without a table"),
        ("<html><table><tr><td>User<td><input name=u><tr><td>Word<td><INPUT Type='Password'></table>", "to log in"),
        ("<html>" + "<table>" * 60, "more tables than any export"),
        ("<html><table><tr>" + "<td colspan=1000>x" * 20, "more than 16,384 columns"),
    ],
)
def test_pages_that_are_no_export(page: str, problem: str) -> None:
    """A page that came instead of the export says so."""
    with pytest.raises(InputError, match=problem) as caught:
        read(page)
    assert caught.value.hint


def test_spans_beyond_measure_and_tags_left_open() -> None:
    """Numbers no browser believes are bounded, and a page that breaks off ends its last row."""
    page = "<table><tr><td>a<td>b<tr><td colspan=99999999999>1<tr><td rowspan=-3>2<td colspan=x>3<tr><td>4<td>5 and"
    found = read(page)
    assert found.rows == [("1", ""), ("2", "3"), ("4", "5 and")]


def test_what_is_written_is_what_is_read() -> None:
    """Any texts come back, whichever tags are spelt out; the rows add up."""
    draw = random.Random(4)  # noqa: S311 - made-up cells
    signs = "abc ÄÖ<>&\"'/;=é名€0123"
    cells = [["".join(draw.choices(signs, k=draw.randint(1, 12))).strip() or "x" for _ in range(5)] for _ in range(200)]
    cells = [[" ".join(cell.split()) for cell in row] for row in cells]
    cells[0] = ["h1", "h2", "h3", "h4", "h5"]
    page = "".join(
        f"<tr{draw.choice(('', ' class=odd'))}>"
        + "".join(f"<td>{html.escape(cell)}{draw.choice(('', '</td>'))}" for cell in row)
        + draw.choice(("", "</tr>", "</tr>\n"))
        for row in cells
    )
    found = read(f"<html><table>{page}</table></html>")
    assert found.rows == [tuple(row) for row in cells[1:]]
    ledger = found.source.row_ledger
    assert ledger is not None
    assert (ledger.sheet, ledger.unexplained) == (200, 0)


def test_a_page_too_large_to_be_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a large page one table is read at a time, with the same rows."""
    path = tmp_path / "page.xls"
    path.write_text(f"{PEOPLE}<table><tr style='display: none'><td colspan=2>x<tr><td>1<td>2</table>{PEOPLE}")
    small = HtmlBook(path)
    monkeypatch.setattr("segaudit.ingest.books.html._MOST_KEPT", 3)
    large = HtmlBook(path)
    assert [sheet.name for sheet in large.sheets] == ["table 1", "table 2", "table 3"]
    for sheet in large.sheets:
        (kept, rows), (facts, read_anew) = small.read(sheet), large.read(sheet)
        assert list(rows) == list(read_anew)
        assert list(small.preview(sheet)) == list(large.preview(sheet))
        assert kept == facts
    assert [small.read(sheet)[0].hidden_rows for sheet in small.sheets] == [0, 1, 0]


def test_what_excel_writes_for_itself() -> None:
    """Sections for Excel alone, known to the standard library or not, are passed over."""
    page = (
        "<html xmlns:x='urn:schemas-microsoft-com:office:excel'><head><!--[if gte mso 9]><xml><x:Name>Sheet1</x:Name>"
        "</xml><![endif]--><style>td {mso-number-format:'\\@'}</style></head><body>"
        f"<![if !supportMisalignedColumns]><![odd thing]>{PEOPLE}<![endif]></body></html>"
    )
    assert read(page).rows == READ


def test_a_packed_page(tmp_path: Path) -> None:
    """A page in an archive is read as well as one that is not."""
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("report.xls", f"<html>{PEOPLE}")
    found = read(path)
    assert (found.source.kind, found.rows) == ("html", READ)
