"""Kinds of value: what a cell is read as, what cannot be read, what is missing, and how a column's type is found."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from segaudit.audit.measuring import coverage
from segaudit.engine.duck import DuckEngine
from segaudit.model.coverage import ColumnCoverage
from segaudit.model.fields import ColumnReading, FieldType, MappedColumn, Placeholder
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.tables import load_placeholders
from segaudit.sql.cells import BLANK, INVALID, PLACEHOLDER, cell_parameters, classified_cells
from segaudit.sql.kinds import KINDS

_WORDS = {BLANK: "blank", PLACEHOLDER: "placeholder", INVALID: "invalid"}


def read_cells(  # noqa: PLR0913 - each is a choice of its own
    engine: DuckEngine,
    kind: str,
    cells: Sequence[str | None],
    *,
    style: str = "",
    field: str | None = None,
    placeholders: Sequence[Placeholder] = (),
) -> list[object]:
    """Return what each cell is: its value (both ends of a range), or blank, placeholder or invalid."""
    of_kind = KINDS[FieldType(kind)]
    column = MappedColumn(position=1, header="h", field=field, type=of_kind.type, source="")
    reading = ColumnReading(column=column, type=of_kind.type, type_source="field", style=style or of_kind.default_style)
    relation = classified_cells("(SELECT unnest($cells) AS v)", reading)
    high = of_kind.readings[reading.style].high or "NULL"
    parameters = cell_parameters(field, of_kind.type, placeholders) | {"cells": list(cells)}
    rows = engine.fetch(f"SELECT state, value, {high} FROM {relation}", parameters)  # noqa: S608 - SQL of our own
    return [_WORDS.get(state, _plain(value, high)) for state, value, high in rows]


def _plain(value: object, high: object) -> object:
    if isinstance(value, float):
        return value if high == value else (value, high)
    return value if isinstance(value, bool) else str(value)


INFINITE = float("inf")

# ------------------------------------------------------------------------------------------------------------- numbers

WHOLE: dict[str, object] = {
    "7": 7.0,
    " 7\u00a0": 7.0,
    "007": 7.0,
    "-7": -7.0,
    "+7": 7.0,
    "(1,200)": -1200.0,
    "0": 0.0,
    "7.0": 7.0,
    "1,000": 1000.0,
    "1.000": 1000.0,
    "1 000": 1000.0,
    "1'000'000": 1000000.0,
    "1.000.000": 1000000.0,
    "17,50,000": 1750000.0,
    "20K": 20000.0,
    "1.5k": 1500.0,
    "~250": 250.0,
    "1e3": 1000.0,
    "50-200": (50.0, 200.0),
    "51 – 200": (51.0, 200.0),
    "1,000-5,000": (1000.0, 5000.0),
    "1,000+": (1000.0, INFINITE),
    "10 to 20": (10.0, 20.0),
    "200-50": "invalid",
    "7.5": "invalid",
    "ten": "invalid",
    "1,2,3": "invalid",
    "12,34": "invalid",
    "7 apples": "invalid",
    "1.2.3": "invalid",
    "": "blank",
    " \t\u200b": "blank",
}


@pytest.mark.parametrize("cell", WHOLE)
def test_int(engine: DuckEngine, cell: str) -> None:
    """Whole numbers are read as people write them; ranges keep both ends; a fraction is no whole number."""
    assert read_cells(engine, "int", [cell]) == [WHOLE[cell]]


MONEY: dict[str, object] = {
    "$1.2M": 1_200_000.0,
    "€2.5m": 2_500_000.0,
    "€2,5 Mio": 2_500_000.0,
    "EUR 350k": 350_000.0,
    "1.2 bn": 1_200_000_000.0,
    "20K": 20_000.0,
    "17,50,000": 1_750_000.0,
    "₹2 cr": 20_000_000.0,
    "3 lakh": 300_000.0,
    "1,234.56": 1234.56,
    "1.234,56 €": 1234.56,
    "$1,000,000": 1_000_000.0,
    "-$5": -5.0,
    "($5)": -5.0,
    "1000 USD": 1000.0,
    "500 MXN": 500.0,
    "$1M-$5M": (1_000_000.0, 5_000_000.0),
    "$20-200M": (20_000_000.0, 200_000_000.0),
    "$100M+": (100_000_000.0, INFINITE),
    "0": 0.0,
    "a lot": "invalid",
    "$": "invalid",
    "1.2.3 €": "invalid",
}


@pytest.mark.parametrize("cell", MONEY)
def test_money(engine: DuckEngine, cell: str) -> None:
    """Amounts are read with their currency, scale and separators."""
    assert read_cells(engine, "money", [cell]) == [MONEY[cell]]


@pytest.mark.parametrize(
    ("style", "cell", "value"),
    [
        ("point", "1.234", 1.234),
        ("point", "1,234", 1234.0),
        ("point", "1,5", 1.5),
        ("point", "0.005", 0.005),
        ("comma", "1.234", 1234.0),
        ("comma", "1,234", 1.234),
        ("comma", "1.5", 1.5),
        ("comma", "1.234.567,8", 1234567.8),
        ("point", "1,234,567.8", 1234567.8),
        ("point", "1e-3", 0.001),
        ("point", "-0.5", -0.5),
        ("point", "5%", "invalid"),
        ("point", "NaN", "invalid"),
        ("point", "inf", "invalid"),
        ("point", "0x10", "invalid"),
    ],
)
def test_number(engine: DuckEngine, style: str, cell: str, value: object) -> None:
    """Only a lone separator before three digits needs the column's style; every other cell decides by itself."""
    assert read_cells(engine, "number", [cell], style=style) == [value]


# --------------------------------------------------------------------------------------------------------------- dates

DATES: dict[str, str] = {
    "2024-02-29": "2024-02-29",
    "2024-02-29T23:59:59Z": "2024-02-29",
    "2024-02-29 10:00:00.123 +02:00": "2024-02-29",
    "2024/2/9": "2024-02-09",
    "14.05.2016": "2016-05-14",
    "2016年5月14日": "2016-05-14",
    "2016年05月14日 09:30": "2016-05-14",
    "2016년 5월 14일": "2016-05-14",
    "2016. 5. 14.": "2016-05-14",
    "2016年13月1日": "invalid",
    "14/05/2016": "2016-05-14",
    "05/14/2016": "2016-05-14",
    "14-05-16": "2016-05-14",
    "16 Apr, 2021 00:02:00": "2021-04-16",
    "May 14, 2016": "2016-05-14",
    "14 May 2016": "2016-05-14",
    "Sat, 14 May 2016": "2016-05-14",
    "14. März 2016": "2016-03-14",
    "3 déc. 2019": "2019-12-03",
    "14 de mayo de 2016": "2016-05-14",
    "5/14/2016 1:30 PM": "2016-05-14",
    "20160514": "2016-05-14",
    "44197": "2021-01-01",  # Excel counts days from 1899-12-30
    "44197.75": "2021-01-01",
    "1609459200000": "2021-01-01",
    "2024-02-30": "invalid",
    "2023-02-29": "invalid",
    "31/04/2024": "invalid",
    "00/00/0000": "invalid",
    "0000-00-00": "invalid",
    "2024-13-01": "invalid",
    "yesterday": "invalid",
    "2024": "invalid",
    "14/05": "invalid",
    "2024-01-01 and more": "invalid",
    "2024-12-31 24:00": "2024-12-31",  # the end of a day, as ISO 8601 once wrote it
    "2016-12-31T23:59:60Z": "2016-12-31",  # a leap second
    "2024-01-01 25:10": "invalid",
    "2024-01-01 12:75": "invalid",
    "2024-01-01T12:00:61": "invalid",
    "14.05.2016 31:00": "invalid",
    "May 14, 2016 10:60 PM": "invalid",
}


@pytest.mark.parametrize("cell", DATES)
def test_date(engine: DuckEngine, cell: str) -> None:
    """Dates are read in the forms exports print; a day no calendar has cannot be read."""
    assert read_cells(engine, "date", [cell]) == [DATES[cell]]


@pytest.mark.parametrize(
    ("style", "cell", "value"),
    [
        ("dmy", "03/04/2024", "2024-04-03"),
        ("mdy", "03/04/2024", "2024-03-04"),
        ("mdy", "13/04/2024", "2024-04-13"),
        ("dmy", "04/13/2024", "2024-04-13"),
        ("mdy", "03.04.2024", "2024-04-03"),
        ("mdy", "03-04-2024", "2024-03-04"),
        ("dmy", "03/04/49", "2049-04-03"),
        ("dmy", "03/04/50", "1950-04-03"),
    ],
)
def test_order_of_day_and_month(engine: DuckEngine, style: str, cell: str, value: str) -> None:
    """The column's order reads what a cell leaves open; what only the other order can read is read so."""
    assert read_cells(engine, "date", [cell], style=style) == [value]


# --------------------------------------------------------------------------------------------------------------- texts


@pytest.mark.parametrize("cell", ["yes", "Y", "TRUE", "1", "x", "X", "ja", "Oui", "sí", "on", "✓"])
def test_true(engine: DuckEngine, cell: str) -> None:
    """What stands for yes in an export is true."""
    assert read_cells(engine, "bool", [cell]) == [True]


@pytest.mark.parametrize("cell", ["no", "N", "False", "0", "nein", "non", "não", "off"])
def test_false(engine: DuckEngine, cell: str) -> None:
    """What stands for no is false, which is not missing."""
    assert read_cells(engine, "bool", [cell]) == [False]


def test_neither_true_nor_false(engine: DuckEngine) -> None:
    """Another word or number is neither."""
    assert read_cells(engine, "bool", ["maybe", "2", "yes and no", ""]) == ["invalid"] * 3 + ["blank"]


@pytest.mark.parametrize(
    "cell",
    ["ann@example.com", "Ann.O'Neil+crm@sub.example.co.uk", "a@b.io", "jörg@müller.de", "x_1%y@ex-ample.museum"],
)
def test_email(engine: DuckEngine, cell: str) -> None:
    """An address has one @ and a domain with a dot."""
    assert read_cells(engine, "email", [f" {cell} "]) == [cell]


@pytest.mark.parametrize(
    "cell",
    [
        "ann", "ann@", "@example.com", "ann@example", "ann@@example.com", "ann@example,com", "ann@.example.com",
        "ann@example..com", "ann b@example.com", ".ann@example.com", "ann.@example.com", "ann@example.com; bob@x.de",
        "ann@-example.com", "<ann@example.com>", "mailto:ann@example.com", "ann@example.com.",
    ],
)  # fmt: skip
def test_no_email(engine: DuckEngine, cell: str) -> None:
    """What mail cannot be sent to is invalid, not missing."""
    assert read_cells(engine, "email", [cell]) == ["invalid"]


@pytest.mark.parametrize(
    "cell",
    [
        "+49 30 1234567",
        "(030) 123 45 67",
        "030/1234567",
        "1-415-555-0176",
        "415.555.0176 x12",
        "+1 415 555 0176 ext. 3",
    ],
)
def test_phone(engine: DuckEngine, cell: str) -> None:
    """A number has seven to fifteen digits, and an extension at most."""
    assert read_cells(engine, "phone", [cell]) == [cell]


@pytest.mark.parametrize("cell", ["12345", "call office", "+1", "0123456789012345", "555-CALL", "ann@example.com"])
def test_no_phone(engine: DuckEngine, cell: str) -> None:
    """Too few digits, too many or words are no number."""
    assert read_cells(engine, "phone", [cell]) == ["invalid"]


@pytest.mark.parametrize(
    "cell", ["example.com", "https://www.example.com/a?b=c#d", "HTTP://Example.COM", "müller.de", "example.com:8080/x"]
)
def test_url(engine: DuckEngine, cell: str) -> None:
    """An address of the web has a domain with a dot; http:// may be left out."""
    assert read_cells(engine, "url", [cell]) == [cell]


@pytest.mark.parametrize("cell", ["http://", "localhost", "example", "exam ple.com", "ann@example.com", "www.", "1.2"])
def test_no_url(engine: DuckEngine, cell: str) -> None:
    """A word, a bare scheme or an e-mail address leads nowhere."""
    assert read_cells(engine, "url", [cell]) == ["invalid"]


@pytest.mark.parametrize("kind", ["text", "id", "enum", "multi"])
def test_free_text(engine: DuckEngine, kind: str) -> None:
    """Text is read trimmed and is never invalid."""
    assert read_cells(engine, kind, [" a;b ", "\u3000", None]) == ["a;b", "blank", "blank"]


@pytest.mark.parametrize("kind", list(KINDS))
def test_white_space_is_blank(engine: DuckEngine, kind: str) -> None:
    """What nobody can see is blank in every kind of column: spaces of all widths, line ends, byte-order marks."""
    assert set(read_cells(engine, kind, ["", " ", "\t\r\n", "\u00a0", "\u200b", "\ufeff", "\u2003\u3000", None])) == {
        "blank"
    }


@pytest.mark.parametrize("kind", list(KINDS))
def test_nothing_breaks_a_kind(engine: DuckEngine, kind: str) -> None:
    """Cells full of SQL, signs, digits without end or half a megabyte are read or not, and nothing worse happens."""
    cells = [
        "'; DROP TABLE raw; --",
        '"',
        "\\",
        "%",
        "9" * 400,
        "-" * 300,
        "1" + ",000" * 90,
        "é" * 500_000,
        "\0",
        "1-2-3-4",
    ]
    assert len(read_cells(engine, kind, cells)) == len(cells)


# -------------------------------------------------------------------------------------------- missing and unparseable

SHIPPED = load_placeholders(RulesLocation.at(None))


@pytest.mark.parametrize("cell", ["n/a", " N/A ", "#N/A", "-", "--", "unknown", "Keine Angabe", "NULL", "(not set)"])
@pytest.mark.parametrize("kind", ["int", "email", "text", "date"])
def test_placeholders(engine: DuckEngine, kind: str, cell: str) -> None:
    """A word that means "nothing here" is missing in each kind of column, not invalid and not a value."""
    assert read_cells(engine, kind, [cell], placeholders=SHIPPED) == ["placeholder"]


@pytest.mark.parametrize(
    ("field", "kind", "cell"),
    [
        ("country", "text", "NA"),  # Namibia
        ("last_name", "text", "Null"),
        ("first_name", "text", "Nan"),
        ("product", "text", "None"),
        ("technologies", "multi", "none"),
        ("company", "text", "TBC"),
    ],
)
def test_real_values_that_look_missing(engine: DuckEngine, field: str, kind: str, cell: str) -> None:
    """A word that may be a real answer in a column is one there, and missing elsewhere."""
    assert read_cells(engine, kind, [cell], field=field, placeholders=SHIPPED) == [cell]
    assert read_cells(engine, "int", [cell], placeholders=SHIPPED) == ["placeholder"]


def test_zero_is_a_value(engine: DuckEngine) -> None:
    """Nought employees, false and 1900-01-01 are values; whether they are true is another question."""
    for kind, cell, value in [("int", "0", 0.0), ("bool", "0", False), ("date", "1900-01-01", "1900-01-01")]:
        assert read_cells(engine, kind, [cell], placeholders=SHIPPED) == [value]


def test_own_placeholders(engine: DuckEngine) -> None:
    """A word is compared whole and without case, whatever letters it ends in."""
    words = [Placeholder(value="nicht da", not_in=frozenset()), Placeholder(value="¿?", not_in=frozenset())]
    cells = ["NICHT DA", "nicht da!", "¿?", "?"]
    assert read_cells(engine, "text", cells, placeholders=words) == ["placeholder", "nicht da!", "placeholder", "?"]


# ----------------------------------------------------------------------------------------------------- types of columns


def measure(folder: Path, header: str, cells: Sequence[str]) -> ColumnCoverage:
    """Measure a file of one column, beside one that keeps empty cells from being empty lines."""
    path = folder / "export.csv"
    path.write_text("".join(f'"{cell}",.\n' for cell in [header, *cells]), encoding="utf-8")
    return coverage(str(path)).columns[0]


@pytest.mark.parametrize(
    ("header", "cells", "kind"),
    [
        ("x", ["1", "22", "", "3"], "int"),
        ("x", ["1,5", "2,25", "3"], "number"),
        ("x", ["$5", "$1.2M", "€7"], "money"),
        ("x", ["2024-01-31", "", "2024-02-28"], "date"),
        ("x", ["31/01/2024", "01/02/2024"], "date"),
        ("x", ["yes", "no", "yes"], "bool"),
        ("x", ["0", "1", "1"], "bool"),
        ("x", ["a@b.co", "c@d.org"], "email"),
        ("x", ["https://a.co", "www.b.org"], "url"),
        ("x", ["+49 30 1234567", "+49 30 7654321"], "phone"),
        ("x", ["49 30 1234567", "030 7654321"], "phone"),
        ("x", ["1 000", "12 345 678"], "int"),
        ("x", ["192.168.1.1", "10.0.0.12"], "text"),
        ("x", ["red", "red", "blue", "blue", "red"], "enum"),
        ("x", ["a;b", "b;c", "a;c", "c"], "multi"),
        ("x", ["Ann said so", "Bob did not"], "text"),
        ("x", ["01067", "01099"], "text"),  # a leading zero makes it a code
        ("x", ["", " ", "n/a"], "text"),
        ("Ticket Id", ["1", "2"], "id"),
        ("x", ["2019", "2020", "2021"], "int"),
    ],
)
def test_type_is_found(tmp_path: Path, header: str, cells: list[str], kind: str) -> None:
    """A column that no field declares gets the type its cells show."""
    column = measure(tmp_path, header, cells)
    assert (column.type.value, column.type_source) == (kind, "found")


def test_declared_type_is_kept(tmp_path: Path) -> None:
    """A column mapped to a field has the field's type, whatever its cells hold; what does not fit is invalid."""
    column = measure(tmp_path, "Number of Employees", ["about ten", "twelve", "3"])
    assert (column.field, column.type.value, column.type_source, column.measures.invalid) == (
        "employees",
        "int",
        "field",
        2,
    )


def test_found_type_needs_nine_in_ten(tmp_path: Path) -> None:
    """One odd cell in ten is invalid; two make the column text."""
    found = [measure(tmp_path, "x", [*map(str, range(10, 20 - odd)), *["odd"] * odd]) for odd in (1, 2)]
    assert [(column.type.value, column.measures.invalid) for column in found] == [("int", 1), ("text", 0)]


def test_found_type_is_dropped_when_later_rows_deny_it(tmp_path: Path) -> None:
    """What the first thousand rows look like does not bind a column whose other rows are something else."""
    column = measure(tmp_path, "x", [*map(str, range(1000)), *["odd"] * 500])
    assert (column.type.value, column.measures.invalid) == ("text", 0)


@pytest.mark.parametrize(
    ("header", "cells", "notes"),
    [
        ("x", ["31/01/2024", "01/02/2024"], "read as day/month/year"),
        ("x", ["01/31/2024", "01/02/2024"], "read as month/day/year"),
        ("x", ["31/01/2024", "30/01/2024", "01/31/2024"], "mixed: 2 cells are day/month/year, 1 the other way round"),
        ("x", ["2024-01-31", "2024-02-01"], ""),
        ("Amount", ["1,5", "2.000,75", "1.234"], "read as decimal comma"),
        ("Amount", ["1.5", "2,000.75", "1,234"], ""),
        ("Amount", ["1.5", "2.5", "3,5"], "mixed: 2 cells are decimal point, 1 the other way round"),
    ],
)
def test_style_is_decided_and_said(tmp_path: Path, header: str, cells: list[str], notes: str) -> None:
    """Day and month, point and comma are read by the cells that leave no doubt, and what was decided is said."""
    assert "; ".join(measure(tmp_path, header, cells).notes) == notes


def test_style_of_all_rows(tmp_path: Path) -> None:
    """Evidence that first comes after the rows looked at for a type still decides the whole column."""
    column = measure(tmp_path, "x", [*["01/02/2024"] * 1500, "12/31/2024"])
    assert column.notes == ("read as month/day/year",)
    assert (column.measures.lowest, column.measures.highest) == ("2024-01-02", "2024-12-31")
