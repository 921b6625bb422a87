"""What reading a text file promises, one promise after the other; expected tables are worked out by hand."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest

from segaudit.errors import InputError
from tests.ingest_support import SURPLUS, read, told

HEADER = ("id", "name", "email", "joined", "amount")
PEOPLE = [
    ("1", "Ann", "ann@x.org", "2024-01-31", "10.50"),
    ("2", "Bob", "bob@x.org", "2024-02-29", "20.00"),
    ("3", "Cy", "cy@x.org", "2024-03-15", "5.25"),
    ("4", "Dee", "dee@x.org", "2024-04-01", "7.75"),
    ("5", "Eve", "eve@x.org", "2024-05-20", "12.00"),
]


def lines(rows: Sequence[Sequence[str]], delimiter: str = ",", end: str = "\n") -> str:
    """Return rows as they stand in a file that quotes nothing."""
    return "".join(delimiter.join(row) + end for row in rows)


TABLE = lines([HEADER, *PEOPLE])
TOP, BELOW = lines([HEADER, *PEOPLE[:2]]), lines(PEOPLE[2:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A small file and the table a person sees in it."""

    name: str
    data: str | bytes
    headers: tuple[str, ...] = HEADER
    rows: Sequence[tuple[str, ...]] = tuple(PEOPLE)
    aside: Sequence[tuple[int, int]] = ()  # count and first line; blank lines are not listed
    repaired: Sequence[tuple[int, int]] = ()  # count and first line
    header_rows: int = 1
    options: dict[str, Any] = field(default_factory=dict)


def cases(*table: Case) -> pytest.MarkDecorator:
    """Run a test for each case."""
    return pytest.mark.parametrize("case", table, ids=[case.name for case in table])


def check(case: Case) -> None:
    """Read a case and compare everything it says."""
    found = read(case.data, **case.options)
    assert found.rows == [*case.rows]
    assert found.headers == case.headers
    assert found.source.header_rows == case.header_rows
    assert told(found.source.set_aside) == [*case.aside]
    assert told(found.source.repaired) == [*case.repaired]


# ----------------------------------------------------------------------------------------------------------- delimiters


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^", "~", ":", " ", ", "])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_delimiter_found(delimiter: str, end: str) -> None:
    """Each usual delimiter is found, the comma followed by a space as one that is two characters wide."""
    found = read(lines([HEADER, *PEOPLE], delimiter, end))
    assert (found.source.delimiter, found.headers, found.rows) == (delimiter, HEADER, PEOPLE)


@cases(
    Case(
        name="a space in one row of many belongs to the cell",
        data="a,b,c\n1, leading,3\n4,none,6\n",
        headers=("a", "b", "c"),
        rows=[("1", " leading", "3"), ("4", "none", "6")],
    ),
    Case(
        name="times are no columns",
        data="id,at\n1,10:30\n2,11:45\n3,09:15\n",
        headers=("id", "at"),
        rows=[("1", "10:30"), ("2", "11:45"), ("3", "09:15")],
    ),
    Case(
        name="words of a sentence are no columns",
        data="Remark\nwants a call\nwas away\nnever again please\n",
        headers=("Remark",),
        rows=[("wants a call",), ("was away",), ("never again please",)],
    ),
    Case(
        name="decimal commas beside semicolons",
        data="item;price;weight\nA;1,50;2,25\nB;3,00;4,75\n",
        headers=("item", "price", "weight"),
        rows=[("A", "1,50", "2,25"), ("B", "3,00", "4,75")],
    ),
    Case(
        name="comma and space around quoted cells",
        data='id, name, joined\n1, "Lee, Ann", 2024-01-31\n2, "Ray, ""B""", 2024-02-29\n',
        headers=("id", "name", "joined"),
        rows=[("1", "Lee, Ann", "2024-01-31"), ("2", 'Ray, "B"', "2024-02-29")],
    ),
    Case(
        name="a delimiter of several characters, stated",
        data="a||b\n1|x||2\n",
        headers=("a", "b"),
        rows=[("1|x", "2")],
        options={"delimiter": "||"},
    ),
    Case(
        name="a letter as delimiter, stated",
        data="aXb\n1X2\n",
        headers=("a", "b"),
        rows=[("1", "2")],
        options={"delimiter": "X"},
    ),
    Case(
        name="a stated delimiter against all appearance",
        data="a,b;c,d\n1,2;3,4\n",
        headers=("a,b", "c,d"),
        rows=[("1,2", "3,4")],
        options={"delimiter": ";"},
    ),
)
def test_delimiter_beside_its_likes(case: Case) -> None:
    """The delimiter is the one that makes a table; the same sign elsewhere is content."""
    check(case)


def one_column(name: str, header: str, values: Sequence[str], **options: str) -> Case:
    """Return a file of one column whose cells hold commas and no quotes."""
    data = "".join(line + "\n" for line in (header, *values))
    return Case(name=name, data=data, headers=(header,), rows=[(value,) for value in values], options=options)


@cases(
    one_column("surnames first", "Name", ["Smith, Ann", "Lee, Bob", "Ray, Cy"]),
    one_column("one of them without a comma", "Name", ["Smith, Ann", "Lee, Bob", "Madonna", "Ray, Cy, Jr."]),
    one_column("a blank line among them", "Name", ["Smith, Ann", "Lee, Bob", "", "Ray, Cy"]),
    one_column("prose", "Remark", ["wants a call, then more", "was away, sorry, so sorry", "no"]),
    one_column("decimal commas", "Umsatz", ["1,5", "2,5"]),
    one_column("amounts", "Umsatz", ["1.001,50 €", "2,5", "-3,50"]),
    one_column("commas between thousands", "Revenue", ["1,200", "2,500", "1,250,000"]),
    Case(
        name="a title above a table with figures",
        data="Price list\nitem, price\npen, 1.50\nink, 2.75\n",
        headers=("item", "price"),
        rows=[("pen", "1.50"), ("ink", "2.75")],
        aside=[(1, 1)],
    ),
    Case(
        name="a title above a table without blanks",
        data="Staff\nname,city\nAnn,Bern\nBob,Rome\n",
        headers=("name", "city"),
        rows=[("Ann", "Bern"), ("Bob", "Rome")],
        aside=[(1, 1)],
    ),
    Case(
        name="a comma as stated",
        data="Name\nSmith, Ann\nLee, Bob\n",
        headers=("Name", ""),
        rows=[("Smith", " Ann"), ("Lee", " Bob")],
        options={"delimiter": ",", "skip": 0, "header_rows": 1},
    ),
)
def test_commas_in_one_column(case: Case) -> None:
    """Under a header of one cell, a comma in a number or before a blank is text."""
    check(case)


def test_one_column_is_said() -> None:
    """Where commas are taken for text, the report says so, and how to have it otherwise."""
    found = read("Name\nSmith, Ann\nLee, Bob\n")
    assert found.source.delimiter == ""
    assert found.source.notes == ("read as one column: a comma separates nothing here (--delimiter comma if it does)",)


@cases(
    Case(
        name="figures only",
        data="1,5;2,5\n3,5;4,5\n",
        headers=("Column 1", "Column 2"),
        rows=[("1,5", "2,5"), ("3,5", "4,5")],
        header_rows=0,
    ),
    Case(
        name="figures between tabs",
        data="Ann\t1,5\t2,5\nBob\t3,5\t4,5\n",
        headers=("Column 1", "Column 2", "Column 3"),
        rows=[("Ann", "1,5", "2,5"), ("Bob", "3,5", "4,5")],
        header_rows=0,
    ),
    Case(
        name="lists between semicolons under a header with a comma",
        data="id,tags\n" + "12,5;7\n" * 12,
        headers=("id", "tags"),
        rows=[("12", "5;7")] * 12,
    ),
)
def test_decimal_commas_without_a_header(case: Case) -> None:
    """Commas that are all those of decimals separate nothing, if something else does in each row."""
    check(case)


# --------------------------------------------------------------------------------------------------- quotes and escapes


@cases(
    Case(
        name="apostrophes as quotes",
        data="id,name,joined\n1,'Lee, Ann',2024-01-31\n2,'O''Neil, Pat',2024-02-29\n3,'5\" disk',2024-03-01\n",
        headers=("id", "name", "joined"),
        rows=[("1", "Lee, Ann", "2024-01-31"), ("2", "O'Neil, Pat", "2024-02-29"), ("3", '5" disk', "2024-03-01")],
    ),
    Case(
        name="apostrophes as apostrophes",
        data="id,name,note\n1,O'Neil,it's late\n2,'t Hooft,the Lees' house\n3,Cy,none\n",
        headers=("id", "name", "note"),
        rows=[("1", "O'Neil", "it's late"), ("2", "'t Hooft", "the Lees' house"), ("3", "Cy", "none")],
    ),
    Case(
        name="apostrophes within quotes",
        data="id,note,n\n1,\"'a', 'b'\",2\n2,\"it's, well\",3\n",
        headers=("id", "note", "n"),
        rows=[("1", "'a', 'b'", "2"), ("2", "it's, well", "3")],
    ),
    Case(
        name="backslash before a quote",
        data='id,note,n\n1,"say \\"hi\\", now",2\n2,"plain, text",3\n',
        headers=("id", "note", "n"),
        rows=[("1", 'say "hi", now', "2"), ("2", "plain, text", "3")],
    ),
    Case(
        name="backslash before a backslash",
        data='id,note,n\n1,"say \\"hi\\"",2\n2,"C:\\\\",3\n',
        headers=("id", "note", "n"),
        rows=[("1", 'say "hi"', "2"), ("2", "C:\\", "3")],
    ),
    Case(
        name="backslash before an apostrophe as quote",
        data="id,note,n\n1,'it\\'s, well',2\n2,'a, b',3\n",
        headers=("id", "note", "n"),
        rows=[("1", "it's, well", "2"), ("2", "a, b", "3")],
    ),
    Case(
        name="backslash at the end of a quoted cell where quotes are doubled",
        data='id,path,note\n1,"C:\\temp\\","a ""b"", c"\n2,"D:\\x\\","d"\n',
        headers=("id", "path", "note"),
        rows=[("1", "C:\\temp\\", 'a "b", c'), ("2", "D:\\x\\", "d")],
    ),
    Case(
        name="two backslashes before a server's name",
        data='"id","path"\n"1","\\\\server\\docs"\n"2","\\\\server\\docs\\"\n"3","C:\\"\n',
        headers=("id", "path"),
        rows=[("1", "\\\\server\\docs"), ("2", "\\\\server\\docs\\"), ("3", "C:\\")],
    ),
    Case(
        name="backslashes where nothing is quoted",
        data="id,path\n1,C:\\new\n2,D:\\\\share\n",
        headers=("id", "path"),
        rows=[("1", "C:\\new"), ("2", "D:\\\\share")],
    ),
    Case(
        name="quotes within unquoted cells",
        data='id,size,n\n1,5" disk,2\n2,3.5"" disk,3\n',
        headers=("id", "size", "n"),
        rows=[("1", '5" disk', "2"), ("2", '3.5"" disk', "3")],
    ),
    Case(
        name="spaces around quoted cells' contents",
        data='id,note,n\n1,"  a, b ",2\n2,"",3\n',
        headers=("id", "note", "n"),
        rows=[("1", "  a, b ", "2"), ("2", "", "3")],
    ),
    Case(
        name="nothing quotes, as stated",
        data='id,note\n1,"a"\n2,"b\n3,c"\n',
        headers=("id", "note"),
        rows=[("1", '"a"'), ("2", '"b'), ("3", 'c"')],
        options={"quote": ""},
    ),
    Case(
        name="an apostrophe as quote, stated",
        data="id,note\n1,'a'\n",
        headers=("id", "note"),
        rows=[("1", "a")],
        options={"quote": "'"},
    ),
    Case(
        name="a bar as quote, stated",
        data='id,note\n1,|a, "b"|\n2,|c||d|\n',
        headers=("id", "note"),
        rows=[("1", 'a, "b"'), ("2", "c|d")],
        options={"quote": "|"},
    ),
    Case(
        name="a backslash as escape, stated",
        data='id,note\n1,"\\""\n2,"\\\\"\n',
        headers=("id", "note"),
        rows=[("1", '"'), ("2", "\\")],
        options={"escape": "\\"},
    ),
)
def test_quotes(case: Case) -> None:
    """Quotes and escapes are those the file shows, or those that are stated; other quotes are content."""
    check(case)


# ------------------------------------------------------------------------------------------------------------ line ends


@pytest.mark.parametrize("inner", ["\n", "\r\n", "\r", "\n\n", "\r\r\n", "\n\r"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_break_in_a_cell(inner: str, end: str) -> None:
    """A line break in a quoted cell is content byte for byte, whatever the lines of the file end in."""
    found = read(f'id,note,n{end}1,"a{inner}b",2{end}2,"{inner}",3{end}3,c,4{end}')
    assert found.rows == [("1", f"a{inner}b", "2"), ("2", inner, "3"), ("3", "c", "4")]


@pytest.mark.parametrize("sign", ["\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"])
def test_what_only_looks_like_a_line_break(sign: str) -> None:
    """Form feeds, separators and the line breaks of Unicode end no line of a table."""
    assert read(f"a,b\n1{sign}1,2\n{sign},3\n").rows == [(f"1{sign}1", "2"), (sign, "3")]


@cases(
    Case(
        name="three kinds",
        data=lines([HEADER, PEOPLE[0]], end="\r\n") + lines(PEOPLE[1:3], end="\r") + lines(PEOPLE[3:]),
    ),
    Case(name="no line end at the end", data=TABLE.removesuffix("\n")),
    Case(name="blank lines anywhere", data=TOP + "\n\n" + lines(PEOPLE[2:3]) + "\r\n" + lines(PEOPLE[3:]) + "\n\n"),
    Case(
        name="a blank line in one column is a blank cell",
        data="name\nAnn\n\nBob\n",
        headers=("name",),
        rows=[("Ann",), ("",), ("Bob",)],
    ),
)
def test_lines(case: Case) -> None:
    """Lines end in any way, mixed or not at all, and a blank line is a row only where it is the only cell."""
    check(case)


# ----------------------------------------------------------------------------------------------------- above the header


@cases(
    Case(name="blank rows", data="\n  \n,,,,\n" + TABLE),
    Case(name="one title", data="Customers of May\n" + TABLE, aside=[(1, 1)]),
    Case(name="titles and a blank line", data="Customers\nRegion:,North\n\n" + TABLE, aside=[(2, 1)]),
    Case(name="a title as wide as the table", data="Customers,,,,\n,,,,\n" + TABLE, aside=[(1, 1)]),
    Case(name="a title of two lines", data='"Customers\nof May"\n' + TABLE, aside=[(1, 1)]),
    Case(name="a title with a comma in quotes", data='"Customers, all"\r\n' + TABLE, aside=[(1, 1)]),
    Case(
        name="one cell above two columns",
        data="Price list\nitem,price\npen,1.50\nink,2.75\n",
        headers=("item", "price"),
        rows=[("pen", "1.50"), ("ink", "2.75")],
        aside=[(1, 1)],
    ),
    Case(
        name="one cell above three columns",
        data="Staff\nid,name,joined\n1,Ann,2024-01-31\n2,Bob,2024-02-29\n",
        headers=("id", "name", "joined"),
        rows=[("1", "Ann", "2024-01-31"), ("2", "Bob", "2024-02-29")],
        aside=[(1, 1)],
    ),
    Case(name="lines skipped as stated", data="x,y\nz\n" + TABLE, aside=[(2, 1)], options={"skip": 2}),
    Case(
        name="nothing skipped as stated",
        data="Customers of May\n" + lines([("a", "b", "c", "d")] * 2),
        headers=("Customers of May", "", "", ""),
        rows=[("a", "b", "c", "d"), ("a", "b", "c", "d")],
        options={"skip": 0, "header_rows": 1},
    ),
)
def test_above_the_header(case: Case) -> None:
    """Blank rows and titles above the header are set aside with their lines, and nothing else is."""
    check(case)


# ------------------------------------------------------------------------------------------------------------ no header


@cases(
    Case(
        name="numbers, addresses and dates from the first row on",
        data=lines(PEOPLE),
        headers=("Column 1", "Column 2", "Column 3", "Column 4", "Column 5"),
        header_rows=0,
    ),
    Case(
        name="dates alone give it away",
        data="Ann,2024-01-31\nBob,2024-02-29\nCy,2024-03-15\n",
        headers=("Column 1", "Column 2"),
        rows=[("Ann", "2024-01-31"), ("Bob", "2024-02-29"), ("Cy", "2024-03-15")],
        header_rows=0,
    ),
    Case(
        name="years are names of columns",
        data="Name,2019,2020,2021\nAnn,14,17,11\nBob,250,310,298\nCy,3,0,8\n",
        headers=("Name", "2019", "2020", "2021"),
        rows=[("Ann", "14", "17", "11"), ("Bob", "250", "310", "298"), ("Cy", "3", "0", "8")],
    ),
    Case(
        name="words above words are a header",
        data="city,country\nParis,France\nRome,Italy\n",
        headers=("city", "country"),
        rows=[("Paris", "France"), ("Rome", "Italy")],
    ),
    Case(
        name="none, as stated",
        data="city,country\nParis,France\n",
        headers=("Column 1", "Column 2"),
        rows=[("city", "country"), ("Paris", "France")],
        header_rows=0,
        options={"header_rows": 0},
    ),
    Case(
        name="one, as stated",
        data=lines(PEOPLE),
        headers=PEOPLE[0],
        rows=PEOPLE[1:],
        options={"header_rows": 1},
    ),
)
def test_no_header(case: Case) -> None:
    """A first row of the same kinds of values as the rows under it is data, and the columns are numbered."""
    check(case)


# -------------------------------------------------------------------------------------------------- several header rows

DEALS = [
    ("Ann", "ann@x.org", "Acme", "2001-05-01"),
    ("Bob", "bob@x.org", "Globex", "1999-12-31"),
    ("Cy", "cy@x.org", "Initech", "2010-10-10"),
    ("Dee", "dee@x.org", "Umbrella", "1985-02-03"),
]


@cases(
    Case(
        name="groups over columns",
        data="Person,,Company,\nName,E-mail,Name,Founded\n" + lines(DEALS),
        headers=("Person Name", "Person E-mail", "Company Name", "Company Founded"),
        rows=DEALS,
        header_rows=2,
    ),
    Case(
        name="groups written over each column",
        data="Person,Person,Company,Company\nName,E-mail,Name,Founded\n" + lines(DEALS),
        headers=("Person Name", "Person E-mail", "Company Name", "Company Founded"),
        rows=DEALS,
        header_rows=2,
    ),
    Case(
        name="a column without a group",
        data=",Person,,Company,\nId,Name,E-mail,Name,Founded\n"
        + lines([(f"{number}", *row) for number, row in enumerate(DEALS)]),
        headers=("Id", "Person Name", "Person E-mail", "Company Name", "Company Founded"),
        rows=[(f"{number}", *row) for number, row in enumerate(DEALS)],
        header_rows=2,
    ),
    Case(
        name="three rows of names",
        data="North,,South,\nShop,,Web,\nSold,Day,Sold,Day\n" + lines([("10", "2024-01-31", "20", "2024-02-29")] * 4),
        headers=("North Shop Sold", "North Shop Day", "South Web Sold", "South Web Day"),
        rows=[("10", "2024-01-31", "20", "2024-02-29")] * 4,
        header_rows=3,
    ),
    Case(
        name="two, as stated",
        data="Home,Away\nteam,team\nParis,Rome\nOslo,Bern\n",
        headers=("Home team", "Away team"),
        rows=[("Paris", "Rome"), ("Oslo", "Bern")],
        header_rows=2,
        options={"header_rows": 2},
    ),
    Case(
        name="a first data row with blanks is no header",
        data="id,name,joined\n,Ann,\n2,Bob,2024-02-29\n3,Cy,2024-03-15\n",
        headers=("id", "name", "joined"),
        rows=[("", "Ann", ""), ("2", "Bob", "2024-02-29"), ("3", "Cy", "2024-03-15")],
    ),
    Case(
        name="a row of words above two of figures may be a row like them",
        data="id,score,country\nx,X,\n1,1,\n2,7,\n",
        headers=("id", "score", "country"),
        rows=[("x", "X", ""), ("1", "1", ""), ("2", "7", "")],
    ),
    Case(
        name="words under words are data",
        data="city,country\nParis,France\nRome,Italy\nOslo,Norway\n",
        headers=("city", "country"),
        rows=[("Paris", "France"), ("Rome", "Italy"), ("Oslo", "Norway")],
    ),
)
def test_several_header_rows(case: Case) -> None:
    """Names in several rows are joined, and a group's name holds for all its columns."""
    check(case)


@cases(
    Case(name="in the middle", data=TOP + lines([HEADER]) + BELOW, aside=[(1, 4)]),
    Case(name="right below itself", data=lines([HEADER]) + TABLE, aside=[(1, 2)]),
    Case(name="twice, and at the end", data=TOP + lines([HEADER]) + BELOW + lines([HEADER]), aside=[(2, 4)]),
    Case(name="in quotes", data=TOP + '"id","name","email","joined","amount"\n' + BELOW, aside=[(1, 4)]),
    Case(
        name="a row that shares some cells with it is data",
        data=TOP + "6,name,email,2024-06-01,1\n" + BELOW,
        rows=[*PEOPLE[:2], ("6", "name", "email", "2024-06-01", "1"), *PEOPLE[2:]],
    ),
)
def test_header_again(case: Case) -> None:
    """The header's cells anywhere below are the header again."""
    check(case)
    assert {tally.what for tally in read(case.data).source.set_aside} <= {"the header again"}


@cases(
    Case(
        name="answers",
        data="yes,no\nno,yes\nyes,no\nyes,yes\n" + "no,yes\n3\n",
        headers=("yes", "no"),
        rows=[("no", "yes"), ("yes", "no"), ("yes", "yes"), ("no", "yes"), ("3", "")],
        repaired=[(1, 6)],
        options={"header_rows": 1},
    ),
    Case(
        name="states",
        data="Status,Open\nStatus,Open\nStatus,Closed\nOwner,Ann\nStatus,Open\n",
        headers=("Status", "Open"),
        rows=[("Status", "Open"), ("Status", "Closed"), ("Owner", "Ann"), ("Status", "Open")],
    ),
    Case(name="no row unlike it", data="x,y\nx,y\nx,y\n", headers=("x", "y"), rows=[("x", "y"), ("x", "y")]),
    Case(
        name="rows that recur",
        data="yes\nno\nyes\nno\nyes\nno\n",
        headers=("yes",),
        rows=[("no",), ("yes",), ("no",), ("yes",), ("no",)],
    ),
)
def test_data_like_the_header(case: Case) -> None:
    """A row equal to the header is data if its words are values of other rows, or if rows recur anyway."""
    check(case)


@pytest.mark.parametrize("rows", ["Ann,Bern\nBob,Rome\nName,City\nCy,Oslo\n", "Ann,5\nName,City\nCy,7\n"])
def test_header_again_above_words(rows: str) -> None:
    """A row equal to the header is the header if no other row has its words, or if a column holds figures."""
    assert ("Name", "City") not in read("Name,City\n" + rows).rows


# -------------------------------------------------------------------------------------------------- lines between rows

CITIES = "Name,City,Status\nAnn,Bern,open\nBob,Rome,won\n"
AFTER = "Cy,Oslo,lost\nDee,Paris,open\n"
FOUR = [("Ann", "Bern", "open"), ("Bob", "Rome", "won"), ("Cy", "Oslo", "lost"), ("Dee", "Paris", "open")]


@cases(
    Case(name="a heading", data=CITIES + "Group two\n" + AFTER, rows=FOUR, aside=[(1, 4)]),
    Case(name="between blank lines", data=CITIES + "\nGroup two\n\n" + AFTER, rows=FOUR, aside=[(1, 5)]),
    Case(name="two of them", data=CITIES + "North\nGroup two\n" + AFTER, rows=FOUR, aside=[(2, 4)]),
    Case(
        name="right below the header",
        data="Name,City,Status\nGroup one\nAnn,Bern,open\nBob,Rome,won\n" + AFTER,
        rows=FOUR,
        aside=[(1, 2)],
    ),
    Case(name="a long one", data=CITIES + "Customers of the southern region\n" + AFTER, rows=FOUR, aside=[(1, 4)]),
    Case(
        name="text of an open cell",
        data=CITIES.replace("won", '"won\nGroup two"') + AFTER,
        rows=[FOUR[0], ("Bob", "Rome", "won\nGroup two"), *FOUR[2:]],
    ),
    Case(
        name="a row of what the first column holds",
        data=CITIES.replace("Ann", "1").replace("Bob", "2") + "3\n" + AFTER.replace("Cy", "4").replace("Dee", "5"),
        rows=[
            ("1", "Bern", "open"),
            ("2", "Rome", "won"),
            ("3", "", ""),
            ("4", "Oslo", "lost"),
            ("5", "Paris", "open"),
        ],
        repaired=[(1, 4)],
    ),
    Case(
        name="rows that end where their last filled cell does",
        data=CITIES + "Eve\nFay,Rome\n" + AFTER,
        rows=[*FOUR[:2], ("Eve", "", ""), ("Fay", "Rome", ""), *FOUR[2:]],
        repaired=[(2, 4)],
    ),
)
def test_lines_of_one_cell_between_rows(case: Case) -> None:
    """A line of one cell between rows that are complete is no row, and no text of the row above it."""
    found = read(case.data)
    assert (found.headers, found.rows) == (("Name", "City", "Status"), case.rows)
    assert (told(found.source.set_aside), told(found.source.repaired)) == ([*case.aside], [*case.repaired])
    assert {tally.what for tally in found.source.set_aside} <= {
        "a line of one cell between rows: a heading or a remark"
    }


# ------------------------------------------------------------------------------------------------------ below the table


@cases(
    Case(name="a total", data=TABLE + "Total,,,,55.50\n", aside=[(1, 7)]),
    Case(name="a grand total", data=TABLE + "Grand total,,,,55.50\n", aside=[(1, 7)]),
    Case(name="a total in German", data=TABLE + "Summe,,,,55.50\n", aside=[(1, 7)]),
    Case(name="a note", data=TABLE + "Confidential - do not pass on\n", aside=[(1, 7)]),
    Case(name="a note after a blank line", data=TABLE + "\nGenerated on 2024-06-01\n", aside=[(1, 8)]),
    Case(name="a note as wide as the table", data=TABLE + "Generated on 2024-06-01,,,,\n", aside=[(1, 7)]),
    Case(
        name="a blank cell at the end of the last row",
        data=TABLE + "6,Fay,,,\n",
        rows=[*PEOPLE, ("6", "Fay", "", "", "")],
    ),
    Case(
        name="a total in the middle",
        data=TOP + "Total,,,,30.50\n" + BELOW,
        rows=[*PEOPLE[:2], ("Total", "", "", "", "30.50"), *PEOPLE[2:]],
    ),
    Case(
        name="a note in the middle",
        data=TOP + "Confidential,,,,\n" + BELOW,
        rows=[*PEOPLE[:2], ("Confidential", "", "", "", ""), *PEOPLE[2:]],
    ),
    Case(
        name="a person called Total",
        data=TABLE + "6,Total,total@x.org,2024-06-01,1.00\n",
        rows=[*PEOPLE, ("6", "Total", "total@x.org", "2024-06-01", "1.00")],
    ),
)
def test_below_the_table(case: Case) -> None:
    """Totals and notes at the end are set aside; the same rows in the middle are data."""
    check(case)


def test_all_of_a_footer() -> None:
    """A total, notes and blank lines at the end are set aside together, whatever their order."""
    found = read(TABLE + "\nTotal,,,,55.50\n\nConfidential\nGenerated on 2024-06-01\n")
    assert found.rows == PEOPLE
    assert sum(count for count, _ in told(found.source.set_aside)) == 3


@pytest.mark.parametrize(
    ("below", "set_aside"),
    [
        ("Total,,,,55.50\n,,,,\nConfidential,,,,\n", 3),
        ("Total,,,,55.50\nConfidential,,,,\n", 2),
        ("Total,,,,55.50\n,,,,\n,,,,\n", 3),
        ("Total,,,,55.50\n\nVertraulich,,,,\nStand,,,,\n", 3),
    ],
)
def test_a_total_above_words_that_fill_one_cell(below: str, set_aside: int) -> None:
    """Spreadsheets write every delimiter of a line that has one word; below a total it is no row."""
    found = read(TABLE + below)
    assert found.rows == PEOPLE
    assert sum(count for count, _ in told(found.source.set_aside)) == set_aside


def test_rows_of_one_cell_that_follow_no_total_are_rows() -> None:
    """A row that has only its first cell is a row, in the middle and at the end, also below a total between rows."""
    middle = "Total,,,,55.50\nZoe,,,,\n7,Ann,ann@x.org,2024-06-01,1.00\n"
    found = read(TABLE + middle + "Zoe,,,,\n")
    assert [row[0] for row in found.rows[len(PEOPLE) :]] == ["Total", "Zoe", "7", "Zoe"]


# ------------------------------------------------------------------------------------------------------- several tables

HEADS = "region,head,since\nNorth,Ann,2019\nSouth,Bob,2021\n"


@cases(
    Case(name="the longer one comes last", data=HEADS + "\n" + TABLE, aside=[(3, 1)]),
    Case(name="the longer one comes first", data=TABLE + "\n" + HEADS, aside=[(3, 8)]),
    Case(name="three", data=HEADS + "\n" + TABLE + "\n" + HEADS, aside=[(6, 1)]),
    Case(name="the second as stated", data=HEADS + "\n" + TABLE, aside=[(3, 1)], options={"table_number": 2}),
    Case(
        name="the first as stated",
        data=HEADS + "\n" + TABLE,
        headers=("region", "head", "since"),
        rows=[("North", "Ann", "2019"), ("South", "Bob", "2021")],
        aside=[(6, 5)],
        options={"table_number": 1},
    ),
)
def test_several_tables(case: Case) -> None:
    """The longest table is read, or the one asked for; every record of the others is set aside."""
    check(case)


@pytest.mark.parametrize("number", [0, 3])
def test_no_such_table(number: int) -> None:
    """A table that is not there is one message."""
    with pytest.raises(InputError, match="table"):
        read(HEADS + "\n" + TABLE, table_number=number)


# ---------------------------------------------------------------------------------------------------------- ragged rows


@cases(
    Case(
        name="cells lacking at the end",
        data=TOP + "6,Fay\n" + BELOW,
        rows=[*PEOPLE[:2], ("6", "Fay", "", "", ""), *PEOPLE[2:]],
        repaired=[(1, 4)],
    ),
    Case(
        name="cells to spare",
        data=TOP + '6,Fay,fay@x.org,2024-06-01,1.00,more,"and, more"\n' + BELOW,
        headers=(*HEADER, SURPLUS),
        rows=[
            *((*row, "") for row in PEOPLE[:2]),
            ("6", "Fay", "fay@x.org", "2024-06-01", "1.00", 'more,"and, more"'),
            *((*row, "") for row in PEOPLE[2:]),
        ],
        repaired=[(1, 4)],
    ),
    Case(
        name="both",
        data=lines([HEADER, *(row[:4] for row in PEOPLE[:2]), *((*row, "x") for row in PEOPLE[2:])]),
        headers=(*HEADER, SURPLUS),
        rows=[*((*row[:4], "", "") for row in PEOPLE[:2]), *((*row, "x") for row in PEOPLE[2:])],
        repaired=[(2, 2), (3, 4)],
    ),
)
def test_ragged_rows(case: Case) -> None:
    """What a row lacks is blank at its right; what is over stands in a column of its own; both are counted."""
    check(case)


# -------------------------------------------------------------------------------------------------------------- repairs


def between(row: str) -> str:
    """Return a file with a line put between its rows 2 and 3."""
    return TOP + row + "\n" + BELOW


FAY = ("6", "Fay Lee", "fay@x.org", "2024-06-01", "1.00")
WITH_FAY = [*PEOPLE[:2], FAY, *PEOPLE[2:]]
TEXTS = [(row[0], *row[2:], row[1], f"note {row[0]}") for row in PEOPLE]
HEADS_OF_TEXT = lines([("id", "email", "joined", "amount", "name", "note"), *TEXTS[:2]])
REST_OF_TEXT = lines(TEXTS[2:])
WITH_QUOTES = [*PEOPLE[:2], ("6", 'Fay "F" Lee', *FAY[2:]), *PEOPLE[2:]]


@cases(
    Case(
        name="quotes that were not doubled",
        data=between('6,"Fay "F" Lee",fay@x.org,2024-06-01,1.00'),
        rows=WITH_QUOTES,
        repaired=[(1, 4)],
    ),
    Case(
        name="a row in one quoted cell",
        data=between('"6,Fay Lee,fay@x.org,2024-06-01,1.00"'),
        rows=WITH_FAY,
        repaired=[(1, 4)],
    ),
    Case(
        name="a row with a quoted cell in one quoted cell",
        data=between('"6,""Lee, Fay"",fay@x.org,2024-06-01,1.00"'),
        rows=[*PEOPLE[:2], ("6", "Lee, Fay", *FAY[2:]), *PEOPLE[2:]],
        repaired=[(1, 4)],
    ),
    Case(name="a row with semicolons", data=between(";".join(FAY)), rows=WITH_FAY, repaired=[(1, 4)]),
    Case(
        name="a row with blanks, and commas in its text",
        data=HEADS_OF_TEXT + '6 fay@x.org 2024-06-01 1.00 Fay "one, two, three, four"\n' + REST_OF_TEXT,
        headers=("id", "email", "joined", "amount", "name", "note"),
        rows=[*TEXTS[:2], ("6", "fay@x.org", "2024-06-01", "1.00", "Fay", "one, two, three, four"), *TEXTS[2:]],
        repaired=[(1, 4)],
    ),
    Case(
        name="a delimiter lacking before a quote",
        data=HEADS_OF_TEXT + '6,fay@x.org,2024-06-01,1.00,Fay"one, two, three"\n' + REST_OF_TEXT,
        headers=("id", "email", "joined", "amount", "name", "note"),
        rows=[*TEXTS[:2], ("6", "fay@x.org", "2024-06-01", "1.00", "Fay", "one, two, three"), *TEXTS[2:]],
        repaired=[(1, 4)],
    ),
    Case(
        name="a cell lacking beside inch signs",
        data=HEADS_OF_TEXT + '6,fay@x.org,2024-06-01,5"x7",note\n' + REST_OF_TEXT,
        headers=("id", "email", "joined", "amount", "name", "note"),
        rows=[*TEXTS[:2], ("6", "fay@x.org", "2024-06-01", '5"x7"', "note", ""), *TEXTS[2:]],
        repaired=[(1, 4)],
    ),
    Case(
        name="a cell lacking beside quotes within quotes",
        data=HEADS_OF_TEXT + '6,fay@x.org,2024-06-01,1.00,"a ""b"", c ""d"""\n' + REST_OF_TEXT,
        headers=("id", "email", "joined", "amount", "name", "note"),
        rows=[*TEXTS[:2], ("6", "fay@x.org", "2024-06-01", "1.00", 'a "b", c "d"', ""), *TEXTS[2:]],
        repaired=[(1, 4)],
    ),
    Case(name="a row with tabs", data=between("\t".join(FAY)), rows=WITH_FAY, repaired=[(1, 4)]),
    Case(
        name="a row with semicolons and a quoted one",
        data=between('6;"Lee; Fay";fay@x.org;2024-06-01;1.00'),
        rows=[*PEOPLE[:2], ("6", "Lee; Fay", *FAY[2:]), *PEOPLE[2:]],
        repaired=[(1, 4)],
    ),
    Case(
        name="a line break in an unquoted cell",
        data=between("6,Fay\nLee,fay@x.org,2024-06-01,1.00"),
        rows=[*PEOPLE[:2], ("6", "Fay\nLee", *FAY[2:]), *PEOPLE[2:]],
        repaired=[(1, 4)],
    ),
    Case(
        name="two line breaks in an unquoted cell",
        data=between("6,Fay\nvan\nLee,fay@x.org,2024-06-01,1.00"),
        rows=[*PEOPLE[:2], ("6", "Fay\nvan\nLee", *FAY[2:]), *PEOPLE[2:]],
        repaired=[(1, 4)],
    ),
    Case(
        name="a line break in an unquoted last cell",
        data="id,joined,note\n1,2024-01-31,first\n2,2024-02-29,second\nand more\n3,2024-03-15,third\n",
        headers=("id", "joined", "note"),
        rows=[("1", "2024-01-31", "first"), ("2", "2024-02-29", "second\nand more"), ("3", "2024-03-15", "third")],
        repaired=[(1, 3)],
    ),
    Case(
        name="a delimiter too many",
        data=between("6,Fay Lee,,fay@x.org,2024-06-01,1.00"),
        rows=WITH_FAY,
        repaired=[(1, 4)],
    ),
    Case(
        name="a delimiter too few",
        data=between("6,Fay Lee,2024-06-01,1.00"),
        rows=[*PEOPLE[:2], ("6", "Fay Lee", "", "2024-06-01", "1.00"), *PEOPLE[2:]],
        repaired=[(1, 4)],
    ),
)
def test_repairs(case: Case) -> None:
    """A row that was damaged is read as it was meant, the rows around it stay as they are, and it is said."""
    check(case)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_row_in_one_quoted_cell(end: str) -> None:
    """A file whose every line, the header too, became one quoted cell is unwrapped."""
    table = [HEADER, *PEOPLE[:4], ("5", "Eve, the first", *PEOPLE[4][2:])]
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(table)
    wrapped = "".join('"' + line.replace('"', '""') + '"' + end for line in out.getvalue().splitlines())
    found = read(wrapped)
    assert (found.headers, found.rows) == (HEADER, table[1:])
    assert sum(count for count, _ in told(found.source.repaired)) in {5, 6}  # with the header, or without


@pytest.mark.parametrize("quoted_around", [False, True])
def test_unclosed_quote(*, quoted_around: bool) -> None:
    """A quote that never closes keeps its text in its own row, and each line after it is a row."""
    around = [(row[0], f'"{row[1]}"' if quoted_around else row[1], *row[2:]) for row in PEOPLE]
    damaged = '6,"Fay Lee,fay@x.org,2024-06-01,1.00\n'
    found = read(lines([HEADER, *around[:2]]) + damaged + lines(around[2:]))
    assert [row[:5] for row in (*found.rows[:2], *found.rows[3:])] == PEOPLE
    assert "Fay Lee" in found.rows[2][1]
    assert told(found.source.repaired) == [(1, 4)]


def test_unclosed_quote_in_the_last_row() -> None:
    """A quote that opens in the last cell of the file and never closes is not the file's end."""
    found = read('id,name,note\n1,Ann,plain\n2,Bob,"never closed\n')
    assert found.rows[0] == ("1", "Ann", "plain")
    assert found.rows[1][:2] == ("2", "Bob")
    assert found.rows[1][2].strip('"') == "never closed"
    assert told(found.source.repaired) == [(1, 3)]


# -------------------------------------------------------------------------------------------------- sizes and odd bytes


def test_nul_bytes() -> None:
    """NUL bytes are content."""
    assert read(b"a,b,c\n1,x\0y,2\n\0,\0\0,z\n").rows == [("1", "x\0y", "2"), ("\0", "\0\0", "z")]


NULS = "\0" * 4096
CRASHED = "a block of NUL bytes, as a crash leaves it"


@cases(
    Case(name="at the end", data=TABLE + NULS, aside=[(1, 7)]),
    Case(name="at the end, with a line end", data=TABLE + NULS + "\r\n", aside=[(1, 7)]),
    Case(name="on a line of their own", data=TOP + NULS + "\n" + BELOW, aside=[(1, 4)]),
    Case(name="before a row", data=TOP + NULS + BELOW, aside=[(1, 4)]),
    Case(name="before the header", data=NULS + TABLE, aside=[(1, 1)]),
    Case(name="twice", data=TOP + NULS + BELOW + NULS, aside=[(2, 4)]),
    Case(
        name="over the end of a row and the beginning of the next",
        data=TOP.removesuffix(",20.00\n") + NULS + "x.org,2024-03-15,5.25\n" + lines(PEOPLE[3:]),
        rows=[PEOPLE[0], (*PEOPLE[1][:4], ""), ("x.org", "2024-03-15", "5.25", "", ""), *PEOPLE[3:]],
        aside=[(1, 3)],
        repaired=[(2, 3)],
    ),
    Case(
        name="in a table of one column",
        data=f"name\nAnn\n{NULS}Bob\n",
        headers=("name",),
        rows=[("Ann",), ("Bob",)],
        aside=[(1, 3)],
    ),
)
def test_block_of_nul_bytes(case: Case) -> None:
    """A block of NUL bytes is set aside where it stands, and the rows around it are rows."""
    check(case)
    assert {tally.what for tally in read(case.data).source.set_aside} == {CRASHED}


def test_block_of_nul_bytes_after_a_total() -> None:
    """A block of NUL bytes hides no total above it."""
    found = read(TABLE + "Total,,,,55.50\n" + NULS)
    assert (found.rows, [reject.line for reject in found.rejects]) == (PEOPLE, [7, 8])


def test_many_columns() -> None:
    """Two thousand columns are a table."""
    names = tuple(f"h{position}" for position in range(2000))
    row = tuple(str(position) for position in range(2000))
    found = read(lines([names, row, row]))
    assert (found.headers, found.rows) == (names, [row, row])


def test_wide_and_ragged() -> None:
    """Two thousand columns and a row that has one more are a table with one column more."""
    names = tuple(f"h{position}" for position in range(2000))
    row = tuple(str(position) for position in range(2000))
    found = read(lines([names, row, (*row, "over")]))
    assert (found.headers, found.rows) == ((*names, SURPLUS), [(*row, ""), (*row, "over")])


def test_cell_of_twenty_megabytes() -> None:
    """A cell of 20 MB is a cell, and the rows around it are rows."""
    cell = ("x," * 49 + "y\n") * 200_000
    found = read(f'a,b\n1,"{cell}"\n3,4\n5,6,7\n')
    assert [tuple(map(len, row)) for row in found.rows] == [(1, 20_000_000, 0), (1, 1, 0), (1, 1, 1)]
    assert found.rows[0][1] == cell


def test_cell_of_a_million_lines() -> None:
    """A cell of a million lines is a cell, in a file that has to be read with care."""
    cell = "abc\n" * 1_000_000
    found = read(f'a,b\n1,"{cell}"\n3,4\n5,6,7\n')
    assert found.rows == [("1", cell, ""), ("3", "4", ""), ("5", "6", "7")]


def test_many_rows_with_care() -> None:
    """Of many rows, quoted or not, a damaged one in their midst is mended, and all others come as they are."""
    rows = [
        (str(number), f"Lee, {number}" if number % 3 else "é", "x", f"{number}\n" * (number % 2000 == 1))
        for number in range(5000)
    ]
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(
        [("id", "name", "kind", "note"), *rows[:4000], ("0", "y"), *rows[4000:]]
    )
    found = read(out.getvalue())
    assert found.rows == [*rows[:4000], ("0", "y", "", ""), *rows[4000:]]


def test_header_only() -> None:
    """A header alone is a table of no rows, however it is written."""
    for data in ("id,name,email", "id,name,email\n", "\n\nid,name,email\r\n\r\n", '"id","name","email"'):
        found = read(data)
        assert (found.headers, found.rows) == (("id", "name", "email"), [])


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_a_file_of_nothing(data: bytes) -> None:
    """A file that holds nothing says so, with a byte-order mark or without."""
    with pytest.raises(InputError, match="the file is empty"):
        read(data)


@pytest.mark.parametrize("data", [b" \r\n\r\n", b"\t\n", b",,\n,,\n", b'""\n'])
def test_a_file_of_blanks(data: bytes) -> None:
    """A file of blank lines and blank cells is no table."""
    with pytest.raises(InputError):
        read(data)


# -------------------------------------------------------------------------------------------------- the ledger, by hand


def test_ledger_of_a_regular_file() -> None:
    """Each byte is in one place: a header of two letters, cells of four, two rows and a mark."""
    ledger = read(b'\xef\xbb\xbfa,b\r\n1,"2"\r\n,"3""4"\r\n').source.ledger
    assert ledger is not None
    assert (ledger.file, ledger.mark, ledger.header, ledger.cells) == (24, 3, 2, 5)
    assert (ledger.delimiters, ledger.quotes, ledger.line_ends, ledger.set_aside) == (3, 5, 6, 0)


def test_ledger_counts_in_the_file_s_encoding() -> None:
    """A file of two bytes for each character has each of them explained."""
    ledger = read("a,b\n1,ü\n".encode("utf-16")).source.ledger
    assert ledger is not None
    assert (ledger.file, ledger.mark, ledger.header, ledger.cells) == (18, 2, 4, 4)
    assert (ledger.delimiters, ledger.quotes, ledger.line_ends, ledger.set_aside) == (4, 0, 4, 0)


def test_ledger_of_what_is_set_aside() -> None:
    """What is set aside is counted with its line ends, so that it and the rows make up the file."""
    ledger = read("Customers of May\n" + TABLE + "Total,,,,55.50\n").source.ledger
    assert ledger is not None
    assert ledger.set_aside == len("Customers of May\n") + len("Total,,,,55.50\n")


# -------------------------------------------------------------------------------------------------- independent answers

REGULAR = (
    'id;name;"no; te";n\r\n'
    '1;Ann;"a;b";10\r\n'
    '2;"Lee ""B"" Bob";"line\r\nline";20\r\n'
    "3;;'quoted';30\r\n"
    '4;" padded ";"";40\r\n'
)


def test_like_python() -> None:
    """A regular file comes out as Python's csv module reads it."""
    header, *rows = csv.reader(io.StringIO(REGULAR, newline=""), delimiter=";")
    found = read(REGULAR)
    assert ([*found.headers], [[*row] for row in found.rows]) == (header, rows)


def test_like_duckdb(tmp_path: Path) -> None:
    """A regular file comes out as DuckDB's own reader has it."""
    (tmp_path / "a.csv").write_text(REGULAR, newline="")
    asked = duckdb.read_csv(
        str(tmp_path / "a.csv"), delimiter=";", quotechar='"', escapechar='"', header=True, all_varchar=True
    )
    found = read(REGULAR)
    assert [*found.headers] == asked.columns
    assert found.rows == [tuple(cell or "" for cell in row) for row in asked.fetchall()]
