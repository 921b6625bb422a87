"""What holds for every text file: tables come back cell for cell, no byte goes missing, damage stays in its row."""

import codecs
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from segaudit.errors import InputError
from tests.ingest_support import Read, examples, read, told

Table = list[tuple[str, ...]]

# -------------------------------------------------------------------------------------------------- writing in dialects


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How a table is written."""

    delimiter: str = ","
    quote: str = '"'  # empty: nothing is quoted
    escape: str = ""  # before a quote in a quoted cell, and before itself; empty: the quote is doubled
    line_end: str = "\n"
    ends: bool = True  # the last line has a line end, too
    quotes_all: bool = False
    encoding: str = "utf-8"
    mark: bytes = b""

    def write(self, table: Sequence[Sequence[str]]) -> bytes:
        """Return a table as the bytes of a file."""
        text = "".join(self.delimiter.join(map(self._cell, row)) + self.line_end for row in table)
        return self.mark + (text if self.ends else text.removesuffix(self.line_end)).encode(self.encoding)

    def holds(self, cell: str) -> bool:
        """Tell whether a cell can be written at all."""
        try:
            cell.encode(self.encoding)
        except UnicodeEncodeError:
            return False
        return bool(self.quote) or not any(sign in cell for sign in (*self.delimiter, "\r", "\n"))

    def _cell(self, cell: str) -> str:
        # A cell that begins like a quoted one is quoted, as is one whose spaces might be the delimiter's.
        special = {*self.delimiter, *self.escape, "\r", "\n", '"', "'"}
        padded = cell != cell.strip() or (not cell and self.delimiter.isspace())
        if not self.quote or not (self.quotes_all or padded or special.intersection(cell)):
            return cell
        escaped = cell.replace(self.escape, self.escape * 2) if self.escape else cell
        return self.quote + escaped.replace(self.quote, (self.escape or self.quote) + self.quote) + self.quote


_CODECS = st.sampled_from(
    [
        ("utf-8", b""),
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16-le", b""),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-32-le", codecs.BOM_UTF32_LE),
        ("utf-32-be", codecs.BOM_UTF32_BE),
        ("cp1252", b""),
        ("latin-1", b""),
        ("mac-roman", b""),
    ]
)
_DELIMITERS = st.sampled_from([",", ";", "\t", "|", "^", "~", ":", " ", ", "])


@st.composite
def dialects(draw: st.DrawFn, quotes: Sequence[str] = ('"', "'", "")) -> Dialect:
    """Draw any way of writing a table."""
    encoding, mark = draw(_CODECS)
    quote = draw(st.sampled_from(quotes))
    return Dialect(
        delimiter=draw(_DELIMITERS),
        quote=quote,
        escape=draw(st.sampled_from(["", "\\"])) if quote else "",
        line_end=draw(st.sampled_from(["\n", "\r\n", "\r"])),
        ends=draw(st.booleans()),
        quotes_all=draw(st.booleans()),
        encoding=encoding,
        mark=mark,
    )


# Letters that every encoding has, signs that mean something to CSV, and words that mean something to readers of it.
_SIGNS = "aZ0 é,;|\t\"'\n\r#\\-=%$^~:"
_RARE = "\0\x0b\x0c\x1c\x85\u2028\u00a0\u200b\ufeffß中😀"
_CELLS = st.one_of(
    st.text(st.sampled_from(_SIGNS), max_size=8),
    st.text(st.sampled_from(_SIGNS + _RARE), max_size=6),
    st.text(max_size=4),
    st.sampled_from(["NULL", "\\N", "007", "1e5", "2024-01-01", "true", " "]),
    st.sampled_from(["'", '"', '""', '"""', "\\", '\\"', "\\\\", "a\r\nb"]),
)


@st.composite
def tables(draw: st.DrawFn, dialect: Dialect) -> Table:
    """Draw a table that a person would read as the header and the rows it was made of.

    Names differ and are words. No row is blank or repeats the header; the last is full, so that nothing at the end
    looks like a note.
    """
    width = draw(st.integers(2, 5))
    cells = _CELLS.filter(dialect.holds)
    header = tuple(letter + draw(cells) for letter in "vwxyz"[:width])
    rows = draw(st.lists(st.tuples(*[cells] * width).filter(lambda row: any(map(str.strip, row))), max_size=6))
    return [header, *(row for row in rows if row != header), tuple(f"end{position}" for position in range(width))]


@st.composite
def written(draw: st.DrawFn) -> tuple[Dialect, Table]:
    """Draw a dialect, and a table that can be written in it."""
    dialect = draw(dialects())
    return dialect, draw(tables(dialect))


def stated(dialect: Dialect, table: Table) -> dict[str, Any]:
    """Return the options that leave no doubt how a table was written."""
    options: dict[str, Any] = {"delimiter": dialect.delimiter, "quote": dialect.quote, "header_rows": 1, "skip": 0}
    if dialect.quote:
        options["escape"] = dialect.escape or dialect.quote
    # Zero bytes make a file look like UTF-16, and what lies above ASCII can be read in many single-byte encodings.
    if not dialect.mark and (dialect.encoding != "utf-8" or any("\0" in cell for row in table for cell in row)):
        options["encoding"] = dialect.encoding
    return options


def check_whole(found: Read, dialect: Dialect, table: Table) -> None:
    """Every cell is back, nothing was repaired or set aside, and the ledger counted the very bytes of the cells."""
    assert (found.headers, found.rows) == (table[0], table[1:])
    assert told(found.source.set_aside) == told(found.source.repaired) == []
    ledger = found.source.ledger
    assert ledger is not None
    header, cells = (
        sum(len(cell.encode(dialect.encoding)) for row in rows for cell in row) for rows in (table[:1], table[1:])
    )
    assert (ledger.mark, ledger.header, ledger.cells) == (len(dialect.mark), header, cells)


@settings(max_examples=examples(100), deadline=None)
@given(written())
@example((Dialect(), [("v", "w"), ("", "\0"), ("end0", "end1")]))
@example((Dialect(line_end="\r"), [("v\n", "w"), ("\n", "\r\n"), ("end0", "end1")]))
@example((Dialect(escape="\\"), [("v", "w"), ("\\", '\\"'), ("end0", "end1")]))
@example((Dialect(encoding="utf-16-le"), [("v", "w"), ("\ufeffx", ""), ("end0", "end1")]))
@example((Dialect(quote="", delimiter=";"), [("v", "w"), ('"', ""), ("end0", "end1")]))
def test_every_cell_comes_back(drawn: tuple[Dialect, Table]) -> None:
    """A table written in any dialect that is stated comes back cell for cell."""
    dialect, table = drawn
    check_whole(read(dialect.write(table), **stated(dialect, table)), dialect, table)


# ------------------------------------------------------------------------------------------------- dialects to be found

PEOPLE: Table = [
    ("1", "Ann", "ann@x.org", "2024-01-31", "10.50"),
    ("2", "Bob", "bob@x.org", "2024-02-29", "20.00"),
    ("3", "Cy", "cy@x.org", "2024-03-15", "5.25"),
    ("4", "Dee", "dee@x.org", "2024-04-01", "7.75"),
    ("5", "Eve", "eve@x.org", "2024-05-20", "12.00"),
    ("6", "Fay", "fay@x.org", "2024-06-11", "1.10"),
    ("7", "Gus", "gus@x.org", "2024-07-04", "30.00"),
    ("8", "Hal", "hal@x.org", "2024-08-30", "2.20"),
]
HEADER = ("id", "name", "email", "joined", "amount", "note")
_NOTES = st.text(st.sampled_from(_SIGNS), max_size=12)


@st.composite
def found_by_looking(draw: st.DrawFn) -> tuple[Dialect, Table]:
    """Draw a table of people with a column of notes, in a dialect that the file shows.

    A note with the quote in it shows which sign quotes and what escapes it. Most notes are plain: of lines that are
    mostly pieces of cells no one could tell how they are written, nor where both the delimiter and the quote are rare.
    """
    dialect = draw(dialects(quotes=('"', "'")).filter(lambda drawn: drawn.quote == '"' or drawn.delimiter in ",;\t|"))
    notes = [*draw(st.lists(_NOTES, min_size=3, max_size=3)), *["fine"] * (len(PEOPLE) - 4)]
    telling = f"he said {dialect.quote}yes, no; or{dialect.quote} so"
    rows = [(*row, note) for row, note in zip(PEOPLE, [telling, *notes], strict=True)]
    return dialect, [HEADER, *rows]


@settings(max_examples=examples(50), deadline=None)
@given(found_by_looking())
def test_dialect_is_found(drawn: tuple[Dialect, Table]) -> None:
    """A table whose columns hold kinds of values comes back cell for cell with nothing stated of its dialect."""
    dialect, table = drawn
    options: dict[str, Any] = {} if dialect.mark or dialect.encoding == "utf-8" else {"encoding": dialect.encoding}
    found = read(dialect.write(table), **options)
    assert found.source.delimiter == dialect.delimiter
    check_whole(found, dialect, table)


# ----------------------------------------------------------------------------------------------------- any bytes at all

_SOUP = st.lists(
    st.one_of(
        st.sampled_from([b",", b";", b"\t", b"|", b'"', b"'", b"\\", b" "]),
        st.sampled_from([b"\n", b"\r\n", b"\r", b"\n\n"]),
        st.sampled_from([b"a", b"bc", b"Name", b"Total", b"12", b"3.5", b"2024-01-31", b"x@y.org"]),
        st.sampled_from([b"\0", b"\xff", b"\xc3\xa9", b"\xc3", b"\xef\xbb\xbf"]),
    ),
    max_size=60,
).map(b"".join)
_TABLE = Dialect().write([HEADER[:5], *PEOPLE])
_PIECES = st.lists(st.sampled_from([b",", b'"', b"\n", b";", b"x", b"\r", b"\0", b"\xe9", b"\\"]), max_size=4).map(
    b"".join
)
_SPLICED = st.lists(st.tuples(st.integers(0, len(_TABLE)), st.integers(0, 12), _PIECES), max_size=4).map(
    lambda cuts: spliced(_TABLE, cuts)
)
_CHOICES = st.fixed_dictionaries(
    {},
    optional={
        "delimiter": st.sampled_from([",", ";", "\t", " ", ", "]),
        "quote": st.sampled_from(['"', "'", ""]),
        "encoding": st.sampled_from(["utf-8", "cp1252", "latin-1", "utf-16", "utf-16-be"]),
        "skip": st.integers(0, 3),
        "header_rows": st.integers(0, 3),
        "table_number": st.integers(1, 2),
        "strict": st.booleans(),
    },
)


def spliced(data: bytes, cuts: Sequence[tuple[int, int, bytes]]) -> bytes:
    """Return bytes in which each (place, length, piece) put a piece in the place of what was there."""
    for place, length, piece in cuts:
        data = data[:place] + piece + data[place + length :]
    return data


@settings(max_examples=examples(150), deadline=None)
@example(data=b"\xff\n\xff\xc3\xa9", options={})
@given(data=st.one_of(_SOUP, _SPLICED, st.binary(max_size=80)), options=st.one_of(st.just({}), _CHOICES))
@example(data=b'"', options={})
@example(data=b"\0", options={})
@example(data=b"\xff\xfe\n", options={})
@example(data=b'a,b\n"', options={})
@example(data=b"\r", options={})
def test_any_bytes_are_accounted_for(data: bytes, options: dict[str, Any]) -> None:
    """Any bytes whatsoever end in a table and what was set aside, which hold all of them, or in one clear message."""
    with suppress(InputError):
        read(data, **options)  # holds the result to the laws


# --------------------------------------------------------------------------------------------------------------- damage

_DAMAGED = [(row[0], f"{row[1]} Lee" if int(row[0]) % 2 else f"Lee, {row[1]}", *row[2:]) for row in PEOPLE]


def delete(line: str, place: int, sign: str) -> str:
    """Take out one of the places where a sign stands."""
    places = [index for index, character in enumerate(line) if character == sign]
    if not places:
        return line
    chosen = places[place % len(places)]
    return line[:chosen] + line[chosen + 1 :]


def insert(line: str, place: int, sign: str) -> str:
    """Put a sign in somewhere."""
    place %= len(line) + 1
    return line[:place] + sign + line[place:]


@st.composite
def damages(draw: st.DrawFn) -> tuple[list[str], int]:
    """Draw the lines of a regular file of people, one of which was damaged, and which one it is."""
    dialect = Dialect(quotes_all=draw(st.booleans()))
    lines = dialect.write([HEADER[:5], *_DAMAGED]).decode().splitlines()
    index, place = draw(st.integers(1, len(lines) - 1)), draw(st.integers(0, 99))
    line = lines[index]
    lines[index] = draw(
        st.sampled_from(
            [
                delete(line, place, ","),
                delete(line, place, '"'),
                insert(line, place, ","),
                insert(line, place, '"'),
                insert(line, place, "\n"),
                line[: 1 + place % (len(line) - 1)],
                f'"{line}"',
                '"' + line.replace('"', '""') + '"',
                line.replace(",", ";"),
                line.replace(",", "\t"),
            ]
        )
    )
    return lines, index


@settings(max_examples=examples(100), deadline=None)
@given(damages())
def test_damage_stays_in_its_row(drawn: tuple[list[str], int]) -> None:
    """Of a table with one damaged row every other row comes out as it is, and the damaged one is not lost."""
    lines, index = drawn
    found = read("\n".join(lines) + "\n")
    above, below = _DAMAGED[: index - 1], _DAMAGED[index:]
    cells = [row[:5] for row in found.rows]
    assert found.headers[:5] == HEADER[:5]
    assert cells[: len(above)] == above
    assert cells[len(cells) - len(below) :] == below
    assert not any("".join(row[5:]) for row in (*found.rows[: len(above)], *found.rows[len(cells) - len(below) :]))
    # Cut in two, a row may be two; at the end of the table, it may look like a note.
    extra = len(cells) - len(above) - len(below) + sum(count for count, _ in told(found.source.set_aside))
    assert 1 <= extra <= 1 + lines[index].count("\n")


# -------------------------------------------------------------------------------------------------- two ways, one table


@settings(max_examples=examples(15), deadline=None)
@given(notes=st.lists(_NOTES, min_size=len(PEOPLE), max_size=len(PEOPLE)), quotes_all=st.booleans())
def test_careful_path_reads_what_the_fast_path_reads(notes: list[str], *, quotes_all: bool) -> None:
    """A row too narrow at the end of a regular file changes nothing about the rows above it."""
    dialect = Dialect(quotes_all=quotes_all)
    table = [HEADER, *((*row, note) for row, note in zip(PEOPLE, notes, strict=True))]
    options: dict[str, Any] = {"delimiter": ",", "quote": '"', "escape": '"'}
    regular = read(dialect.write(table), **options)
    ragged = read(dialect.write([*table, ("9", "Ida", "ida@x.org", "2024-09-01", "4.40")]), **options)
    assert regular.rows == ragged.rows[:-1] == table[1:]
    assert ragged.rows[-1] == ("9", "Ida", "ida@x.org", "2024-09-01", "4.40", "")
    assert told(ragged.source.repaired) == [(1, ragged.source.repaired[0].first_line)]
