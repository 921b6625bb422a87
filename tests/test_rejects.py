"""What is set aside stands in a file of its own, counts add up, and strict refuses instead."""

import os
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from segaudit.engine.duck import DuckEngine
from segaudit.engine.protocol import CsvLayout, CsvLoad
from segaudit.errors import InputError, SegauditError
from segaudit.ingest.options import ReadOptions
from segaudit.ingest.read import read_source
from tests.ingest_support import Reject, read, read_rejects, told

HEADER = "id,name,email,joined,amount\n"
ROWS = (
    "1,Ann,ann@x.org,2024-01-31,10.50\n",
    "2,Bob,bob@x.org,2024-02-29,20.00\n",
    "3,Cy,cy@x.org,2024-03-15,5.25\n",
    "4,Dee,dee@x.org,2024-04-01,7.75\n",
)
TABLE = HEADER + "".join(ROWS)
TITLE = "Customers of May\n"
TOTAL = "Total,,,,43.50\n"
OTHER = "region,head,since\nNorth,Ann,2019\nSouth,Bob,2021\n"


def places(rejects: tuple[Reject, ...]) -> list[tuple[int, str]]:
    """Return line and text of what was set aside, blank lines excepted."""
    return [(reject.line, reject.text) for reject in rejects if reject.text.strip()]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (TITLE + TABLE, [(1, "Customers of May")]),
        (TITLE + "\n" + TABLE, [(1, "Customers of May")]),
        (TABLE + TOTAL, [(6, "Total,,,,43.50")]),
        (TABLE + '"Total",,,,"43.50"\r\n', [(6, '"Total",,,,"43.50"')]),
        (HEADER + ROWS[0] + HEADER + "".join(ROWS[1:]), [(3, HEADER.rstrip())]),
        (TABLE + "\n" + OTHER, [(7, "region,head,since"), (8, "North,Ann,2019"), (9, "South,Bob,2021")]),
        (OTHER + "\n" + TABLE, [(1, "region,head,since"), (2, "North,Ann,2019"), (3, "South,Bob,2021")]),
        ('"Customers\nof May"\n' + TABLE + TOTAL, [(1, '"Customers\nof May"'), (8, "Total,,,,43.50")]),
        (HEADER + '1,"Ann\nLee",ann@x.org,2024-01-31,1\n' + "".join(ROWS[1:]) + TOTAL, [(7, "Total,,,,43.50")]),
    ],
)
def test_line_and_text(data: str, expected: list[tuple[int, str]]) -> None:
    """Each record set aside has its physical line and its raw text, quotes and line breaks as they stand."""
    assert places(read(data).rejects) == expected


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_text_in_any_encoding(encoding: str, end: str) -> None:
    """What is set aside is written as UTF-8, whatever the file was in."""
    data = ("Kunden für Köln\n" + TABLE + "Summe,,,,43.50\n").replace("\n", end).encode(encoding)
    assert places(read(data, encoding=encoding).rejects) == [(1, "Kunden für Köln"), (7, "Summe,,,,43.50")]


def test_reasons() -> None:
    """Each record says why it is no data row, in the words that are counted."""
    found = read(TITLE + TABLE + HEADER + TOTAL + "\n" + OTHER)
    by_line = {reject.line: reject.reason for reject in found.rejects}
    assert by_line[7] == "the header again"
    assert {by_line[line] for line in (10, 11, 12)} == {"another table"}
    assert len({by_line[line] for line in (1, 7, 8, 10)}) == 4


def test_counts_add_up() -> None:
    """Rows, header rows and what was set aside are the records of the file."""
    found = read(TITLE + TABLE + HEADER + TOTAL + "\n" + OTHER)
    records = 1 + 5 + 1 + 1 + 3
    aside = sum(count for count, _ in told(found.source.set_aside))
    assert found.source.rows + found.source.header_rows + aside == records
    assert len(places(found.rejects)) == aside


def test_nothing_set_aside(tmp_path: Path) -> None:
    """A regular file leaves a rejects file with a header and nothing under it."""
    path = tmp_path / "rejects.csv"
    assert read(TABLE, rejects=path).rejects == ()
    assert path.read_bytes().split() == [b"file,line,reason,text"]


def test_names_the_file(tmp_path: Path, engine: DuckEngine) -> None:
    """Each record says which file it is from, as the user named it."""
    path, rejects = tmp_path / "may.csv", tmp_path / "rejects.csv"
    path.write_text(TABLE + TOTAL)
    read_source(str(path), engine, ReadOptions(label="exports/may.csv", rejects=str(rejects)))
    assert rejects.read_text().splitlines()[1].startswith("exports/may.csv,6,")


def test_cells_beyond_the_header_are_no_rejects() -> None:
    """A row that is too wide or too narrow is a row, and nothing of it is set aside."""
    found = read(HEADER + ROWS[0] + "2,Bob\n" + ROWS[2].strip() + ",x\n" + ROWS[3])
    assert (found.source.rows, found.rejects) == (4, ())


def test_rejects_over_the_input(tmp_path: Path, engine: DuckEngine) -> None:
    """The input is never written to, even if it is named as the place for rejects."""
    path = tmp_path / "export.csv"
    path.write_text(TABLE + TOTAL)
    with pytest.raises(SegauditError):
        read_source(str(path), engine, ReadOptions(label="export.csv", rejects=str(path)))
    assert path.read_text() == TABLE + TOTAL


def test_rejects_that_cannot_be_written(tmp_path: Path, engine: DuckEngine) -> None:
    """A place that cannot be written to is one message."""
    path = tmp_path / "export.csv"
    path.write_text(TABLE + TOTAL)
    with pytest.raises(SegauditError) as caught:
        read_source(str(path), engine, ReadOptions(label="export.csv", rejects=str(tmp_path / "no" / "such" / "a.csv")))
    assert "rejects" in str(caught.value) or str(tmp_path) in str(caught.value)


def test_no_half_written_rejects(tmp_path: Path, engine: DuckEngine) -> None:
    """A file that is refused leaves no rejects file and nothing else behind."""
    path = tmp_path / "export.csv"
    path.write_text(TABLE + TOTAL)
    with pytest.raises(InputError):
        read_source(
            str(path), engine, ReadOptions(label="export.csv", strict=True, rejects=str(tmp_path / "rejects.csv"))
        )
    assert os.listdir(tmp_path) == ["export.csv"]  # noqa: PTH208 - names are what is compared


def test_earlier_rejects_survive_a_refusal(tmp_path: Path, engine: DuckEngine) -> None:
    """The rejects of an earlier run are still there when a later one is refused."""
    path, rejects = tmp_path / "export.csv", tmp_path / "rejects.csv"
    path.write_text(TABLE + TOTAL)
    read(path, rejects=rejects)
    before = read_rejects(rejects)
    with pytest.raises(SegauditError):
        read_source(str(path), engine, ReadOptions(label="export.csv", strict=True, rejects=str(rejects)))
    assert read_rejects(rejects) == before
    assert before


# --------------------------------------------------------------------------------------------------------------- strict


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (TITLE + TABLE, 1),
        (TABLE + TOTAL, 6),
        (TABLE + "Confidential\n", 6),
        (HEADER + ROWS[0] + HEADER + "".join(ROWS[1:]), 3),
        (TABLE + "\n" + OTHER, 7),
        (HEADER + "".join(ROWS[:2]) + "3,Cy\n" + ROWS[3], 4),
        (HEADER + "".join(ROWS[:3]) + ROWS[3].strip() + ",more\n", 5),
        (HEADER + ROWS[0] + '2,"Bob,bob@x.org,2024-02-29,20.00\n' + "".join(ROWS[2:]), 3),
        (HEADER + ROWS[0] + '2,"B "o" b",bob@x.org,2024-02-29,20.00\n' + "".join(ROWS[2:]), 3),
        (HEADER + ROWS[0] + ROWS[1].replace(",", ";") + "".join(ROWS[2:]), 3),
        (HEADER + f'"{ROWS[0].strip()}"\n' + "".join(ROWS[1:]), 2),
    ],
)
def test_strict_refuses(data: str, line: int) -> None:
    """Strict refuses a file that is more or less than one plain table, and names the line."""
    with pytest.raises(InputError) as caught:
        read(data, strict=True)
    assert str(line) in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize(
    "data",
    [
        TABLE,
        TABLE.replace("\n", "\r\n"),
        "\n" + TABLE + "\n\n",
        HEADER + ROWS[0] + "\n" + "".join(ROWS[1:]),
        HEADER,
        HEADER + '1,"Lee, ""A""\nAnn",,,\n',
        "".join(ROWS),
    ],
)
def test_strict_lets_pass(data: str) -> None:
    """Strict reads a plain table as any other read does, blank lines in it or not."""
    strict, usual = read(data, strict=True), read(data)
    assert (strict.headers, strict.rows) == (usual.headers, usual.rows)
    assert told(strict.source.set_aside) == told(strict.source.repaired) == []


# ------------------------------------------------------------------------------------------------------ planted losses


class LossyEngine(DuckEngine):
    """An engine that reads another file than it is told to: one in which something is missing."""

    def __init__(self, lose: Callable[[bytes], bytes], *, times: int) -> None:
        """Lose something in each of the first loads."""
        super().__init__(threads=1)
        self._lose = lose
        self.left = times

    def load_csv(self, name: str, path: Path, layout: CsvLayout, *, ordered: bool) -> CsvLoad:
        """Load what is left of a file."""
        if not self.left:
            return super().load_csv(name, path, layout, ordered=ordered)
        self.left -= 1
        with TemporaryDirectory() as folder:
            remains = Path(folder, "remains.csv")
            remains.write_bytes(self._lose(path.read_bytes()))
            return super().load_csv(name, remains, layout, ordered=ordered)


def lose_a_row(data: bytes) -> bytes:
    """Leave out the row of Cy."""
    return b"".join(line for line in data.splitlines(keepends=True) if b"Cy" not in line)


def lose_a_cell(data: bytes) -> bytes:
    """Blank a cell."""
    return data.replace(b"cy@x.org", b"")


def lose_a_character(data: bytes) -> bytes:
    """Cut the last character of a cell."""
    return data.replace(b"5.25", b"5.2")


def lose_the_last_row(data: bytes) -> bytes:
    """Stop one row early."""
    return b"".join(data.splitlines(keepends=True)[:-1])


def lose_a_quote(data: bytes) -> bytes:
    """Take a doubled quote for none."""
    return data.replace(b'""', b"")


LOSSES = [lose_a_row, lose_a_cell, lose_a_character, lose_the_last_row]
QUOTED = TABLE + '5,"Eve ""E""",eve@x.org,2024-05-20,12.00\n'
RAGGED = QUOTED + "6,Fay\n"


@pytest.mark.parametrize("lose", LOSSES)
@pytest.mark.parametrize("data", [QUOTED, QUOTED.replace("\n", "\r\n"), RAGGED])
def test_planted_loss_is_made_good(data: str, lose: Callable[[bytes], bytes]) -> None:
    """Where the engine loses something once, the file is read again another way, or refused; never less is shown."""
    whole = read(data)
    with LossyEngine(lose, times=1) as engine:
        try:
            found = read(data, engine=engine)
        except InputError as error:
            assert "lost" in str(error) or "bytes" in str(error)  # noqa: PT017 - the other branch is as good
        else:
            assert (found.headers, found.rows) == (whole.headers, whole.rows)
        assert engine.left == 0


@pytest.mark.parametrize(
    ("data", "lose"), [*((data, lose) for data in (QUOTED, RAGGED) for lose in LOSSES), (RAGGED, lose_a_quote)]
)
def test_planted_loss_is_refused(data: str, lose: Callable[[bytes], bytes]) -> None:
    """Where the engine loses something each time, the file is refused, and the message says so."""
    with LossyEngine(lose, times=99) as engine, pytest.raises(InputError) as caught:
        read(data, engine=engine)
    assert caught.value.hint
    assert engine.left < 99
