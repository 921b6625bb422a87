"""Spreadsheets in XML, as some systems still export them under a name that ends in .xls."""

from pathlib import Path

import pytest

from segaudit.errors import InputError
from segaudit.ingest.books.sheets import list_sheets
from segaudit.ingest.books.xmlss import XmlBook
from tests.test_web_pages import read

SPACE = "urn:schemas-microsoft-com:office:spreadsheet"
BOOK = f"""<?xml version="1.0"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="{SPACE}" xmlns:ss="{SPACE}" xmlns:x="urn:schemas-microsoft-com:office:excel">
 <Worksheet ss:Name="Notes"><Table><Row><Cell><Data ss:Type="String">exported today</Data></Cell></Row></Table>
  <x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></Worksheet>
 <Worksheet ss:Name="Customers"><Table>
  <Column ss:Width="80"/><Column ss:Hidden="1" ss:Span="1"/>
  <Row><Cell><Data ss:Type="String">Name</Data></Cell><Cell><Data ss:Type="String">Since</Data></Cell>
   <Cell><Data ss:Type="String">Amount</Data></Cell><Cell><Data ss:Type="String">Active</Data></Cell></Row>
  <Row><Cell><Data ss:Type="String">O&#39;Neill &amp; <B xmlns="http://www.w3.org/TR/REC-html40">Köhler</B></Data>
    <Comment ss:Author="x"><ss:Data>not a cell</ss:Data></Comment></Cell>
   <Cell><Data ss:Type="DateTime">2024-03-01T00:00:00.000</Data></Cell>
   <Cell ss:Formula="=1+2"><Data ss:Type="Number">1200.50</Data></Cell>
   <Cell><Data ss:Type="Boolean">1</Data></Cell></Row>
  <Row ss:Index="5" ss:Hidden="1"><Cell ss:Index="2"><Data ss:Type="DateTime">2024-03-01T09:30:00.000</Data></Cell>
   <Cell><Data ss:Type="Error">#N/A</Data></Cell><Cell><Data ss:Type="Boolean">0</Data></Cell></Row>
  <Row><Cell ss:MergeAcross="1"><Data ss:Type="String">two</Data></Cell>
   <Cell><Data ss:Type="Number">3</Data></Cell></Row>
 </Table></Worksheet>
</Workbook>"""
CUSTOMERS = [
    ("O'Neill & Köhler", "2024-03-01", "1200.5", "TRUE"),
    ("", "2024-03-01 09:30:00", "#N/A", "FALSE"),
    ("two", "", "3", ""),
]


@pytest.mark.parametrize(
    "book",
    [
        BOOK.encode(),
        b"\xef\xbb\xbf" + BOOK.encode(),
        BOOK.replace('"1.0"?>', '"1.0" encoding="windows-1252"?>', 1).encode("cp1252"),
        BOOK.replace('"1.0"?>', '"1.0" encoding="UTF-16"?>', 1).encode("utf-16"),
    ],
)
def test_cells(book: bytes) -> None:
    """Every kind of cell is text as other workbooks have it, in its column; comments are none."""
    found = read(book)
    assert (found.source.kind, found.source.sheet) == ("xml", "Customers")
    assert (found.headers, found.rows) == (("Name", "Since", "Amount", "Active"), CUSTOMERS)


def test_what_is_known_of_a_sheet(tmp_path: Path) -> None:
    """Hidden rows and columns, merged cells, errors and the numbers of rows are told."""
    path = tmp_path / "book.xls"
    path.write_text(BOOK, encoding="utf-8")
    book = XmlBook(path)
    facts, rows = book.read(book.sheets[1])
    assert [number for number, _ in rows] == [1, 2, 5, 6]
    assert (facts.hidden_rows, facts.hidden_ranges, facts.errors, facts.merged_count) == (1, [(2, 3)], 1, 1)
    assert [(sheet.name, sheet.visible) for sheet in list_sheets(path, "xml", "book.xls")] == [
        ("Notes", False),
        ("Customers", True),
    ]


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        (("</Workbook>", ""), "broken XML"),
        (('ss:Index="5"', 'ss:Index="9999999"'), "further down than any sheet"),
        (('ss:MergeAcross="1"', 'ss:MergeAcross="99999"'), "more cells than any sheet"),
        (("<Workbook", '<!DOCTYPE a [<!ENTITY x "xx">]><Workbook'), "declares a document type"),
    ],
)
def test_books_that_are_broken(changed: tuple[str, str], problem: str) -> None:
    """A damaged or crafted file is refused in words."""
    with pytest.raises(InputError, match=problem):
        read(BOOK.replace(*changed, 1))


def test_other_xml_is_no_table() -> None:
    """Feeds and the like are refused; a page of XHTML is a page."""
    with pytest.raises(InputError, match="this is an XML document, not a table"):
        read('<?xml version="1.0"?><rss><channel/></rss>')
    page = '<?xml version="1.0"?><!DOCTYPE html><html><table><tr><td>A<td>B<tr><td>1<td>2</table></html>'
    assert read(page).rows == [("1", "2")]
