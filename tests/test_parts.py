"""Several files as one table: put together by their headers, nothing lost, each file named in its place."""

import csv
import gzip
import io
import os
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from unittest import mock

import openpyxl
import pytest

from segaudit.engine.duck import DuckEngine
from segaudit.engine.protocol import CsvLayout, CsvLoad
from segaudit.errors import InputError
from segaudit.ingest.options import ReadOptions
from segaudit.ingest.read import read_source
from segaudit.model.source import Source
from segaudit.report.sources import unruly_texts
from tests.ingest_support import SURPLUS, read_rejects
from tests.rules_support import run, write

ANN = "Email,Name,Amount\nann@x.org,Ann,5\nbob@x.org,Bob,7\n"
CY = "Name;Amount;Email\nCy;9;cy@x.org\n"
DEE = "Amount|Email|Name\n1|dee@x.org|Dee\n"
RULES = """
    fields: {deal_amount: {type: int}}
    schemas:
      size:
        assign: exactly_one
        else: unknown
        segments:
          small: {criteria: {deal_amount: {lte: 5}}}
          large: {criteria: {deal_amount: {gt: 5}}}
"""

Rows = list[dict[str, str]]


def make(folder: Path, files: Mapping[str, str | bytes]) -> list[str]:
    """Write files, and return their paths."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
    return [str(folder / name) for name in files]


def read(paths: list[str], engine: DuckEngine, **options: str | bool) -> tuple[Source, Rows]:
    """Read files as one table; return its rows by header, in order."""
    label = "standard input" if paths[0] == "-" else paths[0]
    source = read_source(paths, engine, ReadOptions(label=label, **options))  # type: ignore[arg-type]
    cells = ", ".join(f"coalesce(c{position}, '')" for position in range(1, len(source.headers) + 1))
    found = engine.fetch(f"SELECT _row, {cells} FROM {source.table} ORDER BY _row")  # noqa: S608 - names of our own
    assert [row[0] for row in found] == list(range(1, source.rows + 1))
    return source, [dict(zip(source.headers, row[1:], strict=True)) for row in found]


def column(rows: Rows, header: str = "Name") -> list[str]:
    """Return one column of rows."""
    return [row[header] for row in rows]


# ------------------------------------------------------------------------------------------------- put together by name


def test_same_columns_in_another_order(tmp_path: Path, engine: DuckEngine) -> None:
    """Cells go where their header says, whatever the order and the delimiter of each file."""
    source, rows = read(make(tmp_path, {"a.csv": ANN, "b.csv": CY, "c.csv": DEE}), engine)
    assert source.headers == ("Email", "Name", "Amount")
    assert [tuple(row.values()) for row in rows] == [
        ("ann@x.org", "Ann", "5"),
        ("bob@x.org", "Bob", "7"),
        ("cy@x.org", "Cy", "9"),
        ("dee@x.org", "Dee", "1"),
    ]
    assert source.sample == tuple(tuple(row.values()) for row in rows)


def test_each_in_its_encoding(tmp_path: Path, engine: DuckEngine) -> None:
    """Each file is read in its own encoding, and all of them are said."""
    files: dict[str, str | bytes] = {
        "a.csv": "Name,City\nZoë,Köln\n",
        "b.csv": "Name,City\nŁukasz,Łódź\n".encode("utf-16"),
        "c.csv": "Name,City\nJörg Müller,Düsseldorf\n".encode("cp1252"),
    }
    source, rows = read(make(tmp_path, files), engine)
    assert column(rows, "City") == ["Köln", "Łódź", "Düsseldorf"]
    assert source.encoding == "utf-8 and utf-16 and cp1252"


@pytest.mark.parametrize("wide", ["a.csv", "b.csv"])
def test_cells_beyond_one_header(tmp_path: Path, engine: DuckEngine, wide: str) -> None:
    """Cells beyond the header of one file get a column that is blank in the others."""
    texts = {"a.csv": ANN, "b.csv": DEE.replace("|", ",")}
    texts[wide] = texts[wide].rstrip() + ",late\n"
    source, rows = read(make(tmp_path, texts), engine)
    assert sorted(source.headers) == sorted(["Email", "Name", "Amount", SURPLUS])
    assert column(rows) == ["Ann", "Bob", "Dee"]
    assert column(rows, "Amount") == ["5", "7", "1"]
    assert column(rows, SURPLUS) == (["", "late", ""] if wide == "a.csv" else ["", "", "late"])
    (tally,) = source.repaired
    assert tally.file == str(tmp_path / wide)


def test_first_file_orders_the_columns(tmp_path: Path, engine: DuckEngine) -> None:
    """The columns stand as in the first file, also where a later one has cells beyond its header."""
    source, _ = read(make(tmp_path, {"a.csv": ANN, "b.csv": CY.rstrip() + ";late\n"}), engine)
    assert source.headers == ("Email", "Name", "Amount", SURPLUS)


def test_one_name_twice(tmp_path: Path, engine: DuckEngine) -> None:
    """Of columns that share a name, the first goes to the first and the second to the second."""
    paths = make(tmp_path, {"a.csv": "Tag,Name,Tag\nx,Ann,y\n", "b.csv": "Name,Tag,Tag\nBob,p,q\n"})
    source = read_source(paths, engine, ReadOptions(label="a.csv"))
    assert engine.fetch("SELECT c1, c2, c3 FROM raw ORDER BY _row") == [("x", "Ann", "y"), ("p", "Bob", "q")]
    assert source.headers == ("Tag", "Name", "Tag")


def test_padded_names(tmp_path: Path, engine: DuckEngine) -> None:
    """Blanks around a header make it no other header."""
    source, rows = read(make(tmp_path, {"a.csv": ANN, "b.csv": "Email, Name ,Amount\ncy@x.org,Cy,9\n"}), engine)
    assert (source.rows, column(rows)) == (3, ["Ann", "Bob", "Cy"])


def test_part_without_rows(tmp_path: Path, engine: DuckEngine) -> None:
    """A file with a header and no rows is a part like the others."""
    source, rows = read(make(tmp_path, {"a.csv": "Email,Name,Amount\n", "b.csv": ANN}), engine)
    assert (source.rows, column(rows)) == (2, ["Ann", "Bob"])


def test_parts_without_header(tmp_path: Path, engine: DuckEngine) -> None:
    """Files that all lack a header are put together by position."""
    first, second = (
        "ann@x.org,2024-01-05,5\nbob@x.org,2024-01-06,7\n",
        "cy@x.org,2024-02-01,9\ndee@x.org,2024-02-02,1\n",
    )
    source, rows = read(make(tmp_path, {"a.csv": first, "b.csv": second}), engine)
    assert (source.header_rows, column(rows, "Column 3")) == (0, ["5", "7", "9", "1"])


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ("Email,Name,Revenue\nx@x.org,X,1\n", '"Amount" is missing, "Revenue" is more'),
        ("Email,Name\nx@x.org,X\n", '"Amount" is missing'),
        ("Email,Name,Amount,Amount\nx@x.org,X,1,2\n", '"Amount" is more'),
        ("Email,Name,amount\nx@x.org,X,1\n", '"Amount" is missing, "amount" is more'),
    ],
)
def test_other_columns_are_refused(tmp_path: Path, engine: DuckEngine, other: str, told: str) -> None:
    """Files whose columns differ are no parts of one table: both are named, and what differs."""
    paths = make(tmp_path, {"a.csv": ANN, "b.csv": other})
    with pytest.raises(InputError) as caught:
        read(paths, engine)
    assert caught.value.where == paths[1]
    assert caught.value.problem == f"the columns are not those of {paths[0]} ({told})"
    assert "segaudit workspace" in caught.value.hint


# ------------------------------------------------------------------------------------------------ which files are meant


def zipped(files: dict[str, str]) -> bytes:
    """Return a zip archive."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return data.getvalue()


def test_zip_of_two(tmp_path: Path, engine: DuckEngine) -> None:
    """The files in an archive are parts of one table, each named with the archive."""
    (path,) = make(tmp_path, {"a.zip": zipped({"may.csv": ANN, "june.csv": CY, "__MACOSX/._may.csv": "x"})})
    source, rows = read([path], engine)
    assert column(rows) == ["Ann", "Bob", "Cy"]
    assert any(f"{path}: may.csv: rows 1 to 2; {path}: june.csv: rows 3 to 3" in note for note in source.notes)
    assert any("passed over" in note and "__MACOSX" in note for note in source.notes)


def test_packed_standard_input(tmp_path: Path, engine: DuckEngine) -> None:
    """What comes through a pipe may be packed, and a file may stand beside it."""
    paths = make(tmp_path, {"b.csv": CY})
    with mock.patch.object(sys, "stdin", mock.Mock(buffer=io.BytesIO(gzip.compress(ANN.encode())))):
        source, rows = read(["-", *paths], engine)
    assert column(rows) == ["Ann", "Bob", "Cy"]
    assert source.name == "standard input and 1 more"


def test_folder_as_people_count(tmp_path: Path, engine: DuckEngine) -> None:
    """A folder is the tables in it, in the order people count: part 2 before part 10."""
    texts = {f"part{number}.csv": f"Email,Name\nx@x.org,N{number}\n" for number in (10, 9, 1, 2, 100)}
    make(tmp_path, {**texts, "notes.md": "no table", ".part3.csv": "hidden", "~$part4.csv": "open elsewhere"})
    expected = ["N1", "N2", "N9", "N10", "N100"]
    assert column(read([str(tmp_path)], engine)[1]) == expected
    assert column(read([str(tmp_path / "part*.csv")], engine)[1]) == expected


def test_order_as_named(tmp_path: Path, engine: DuckEngine) -> None:
    """Files that are named stay in the order they were named in."""
    paths = make(tmp_path, {"b.csv": CY, "a.csv": ANN})
    assert column(read(paths, engine)[1]) == ["Cy", "Ann", "Bob"]


def test_named_twice(tmp_path: Path, engine: DuckEngine) -> None:
    """A file that is named twice, or by a link as well, is read once; one named by its link alone is read."""
    (path,) = make(tmp_path, {"a.csv": ANN})
    link = tmp_path / "link.csv"
    link.symlink_to(path)
    for paths in ([path, path], [path, str(link)], [str(link)], [str(tmp_path)]):
        assert read(paths, engine)[0].rows == 2


def test_workbook_and_text(tmp_path: Path, engine: DuckEngine) -> None:
    """A workbook and a text file may be parts of one table."""
    paths = [*make(tmp_path, {"a.csv": ANN}), str(tmp_path / "b.xlsx")]
    book = openpyxl.Workbook()
    for row in (["Amount", "Email", "Name"], [9, "cy@x.org", "Cy"]):
        book.active.append(row)
    book.save(paths[1])
    source, rows = read(paths, engine)
    assert rows[2] == {"Email": "cy@x.org", "Name": "Cy", "Amount": "9"}
    assert source.ledger is None  # a workbook has no bytes of cells to account for
    assert read(paths[::-1], engine)[1][0] == {"Amount": "9", "Email": "cy@x.org", "Name": "Cy"}


def test_name_with_a_line_break(tmp_path: Path, engine: DuckEngine) -> None:
    """A name may hold a line break, in what is read, said and set aside; a report keeps it to one line."""
    paths = make(tmp_path, {"a\nb.csv": ANN + "Total,,12\n", "c.csv": CY})
    rejects = tmp_path / "rejects.csv"
    assert read(paths, engine, rejects=str(rejects))[0].rows == 3
    with rejects.open(newline="") as file:
        assert list(csv.reader(file))[1][:2] == [paths[0], "4"]
    ran = run("coverage", *paths)
    assert ran.code == 0
    assert "a b.csv" in ran.out
    assert "\nb.csv" not in ran.out


# ----------------------------------------------------------------------------------------------------- what is reported


def test_rejects_name_their_file(tmp_path: Path, engine: DuckEngine) -> None:
    """What is set aside of several files stands in one file, each with its name and its own line number."""
    paths = make(tmp_path, {"a.csv": ANN + "Total,,12\n", "b.csv": "Export of May\n" + CY, "c.csv": DEE})
    rejects = tmp_path / "rejects.csv"
    source, _ = read(paths, engine, rejects=str(rejects))
    with rejects.open(newline="") as file:
        found = [(name, line, text) for name, line, _, text in list(csv.reader(file))[1:]]
    assert found == [(paths[0], "4", "Total,,12"), (paths[1], "1", "Export of May")]
    assert {tally.what: tally.count for tally in source.set_aside} == {
        reject.reason: 1 for reject in read_rejects(rejects)
    }


def test_tallies_add_up(tmp_path: Path, engine: DuckEngine) -> None:
    """What is set aside is counted over all files; what is mended, for each."""
    text = "Report\nid,name,city,since\n1,Ann,Bern,2024-01-05\n2,Bob,Rome\n3,Cy,Oslo,2024-01-07\n"
    paths = make(tmp_path, {"a.csv": text, "b.csv": text})
    source, rows = read(paths, engine)
    assert len(rows) == 6
    assert [(tally.file, tally.count, tally.first_line) for tally in source.set_aside] == [(paths[0], 2, 1)]
    assert [(tally.file, tally.count, tally.first_line) for tally in source.repaired] == [
        (paths[0], 1, 4),
        (paths[1], 1, 4),
    ]


def test_files_are_named(tmp_path: Path, engine: DuckEngine) -> None:
    """What is said of one of several files names it, in the report and where --strict refuses."""
    (tmp_path / "b.csv").write_bytes("Report\nid;name;city;since\n2;Böb;Rome;2024-01-06\n".encode("cp1252"))
    paths = [*make(tmp_path, {"a.csv": "id,name,city,since\n1,Ann,Bern,2024-01-05\n"}), str(tmp_path / "b.csv")]
    source, _ = read(paths, engine)
    assert [text.text for text in unruly_texts(source)] == [
        f"Set aside: 1 record, line 1 of {paths[1]}: a title above the header"
    ]
    assert {note.split(": ")[0] for note in source.notes[1:]} == {paths[1]}
    with pytest.raises(InputError, match="not one plain table") as caught:
        read(paths, engine, strict=True)
    assert f"({paths[1]}, line 1: a title above the header)" in caught.value.problem


def test_ledger_is_the_sum(tmp_path: Path, engine: DuckEngine) -> None:
    """The ledger of several files is the sum of theirs, each in bytes of its own encoding."""
    texts: dict[str, str | bytes] = {"a.csv": ANN, "b.csv": CY.encode("utf-16"), "c.csv": "Title\n" + DEE}
    paths = make(tmp_path, texts)
    ledger = read(paths, engine)[0].ledger
    alone = [read([path], engine)[0].ledger for path in paths]
    assert ledger is not None
    assert (ledger.file, ledger.unexplained) == (sum(os.path.getsize(path) for path in paths), 0)  # noqa: PTH202
    assert (ledger.mark, ledger.set_aside) == (2, len("Title\n"))
    for entry in ("header", "cells", "delimiters", "quotes", "line_ends"):
        assert getattr(ledger, entry) == sum(getattr(one, entry) for one in alone)


def test_fingerprints(tmp_path: Path, engine: DuckEngine) -> None:
    """Each file has its own SHA-256 in the report; that of an a and a line feed is known from elsewhere."""
    known = "87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4cf25c7"
    assert read(make(tmp_path, {"a.csv": "a\n", "b.csv": "a\n"}), engine)[0].sha256 == f"{known}+{known}"


def test_encodings_beside_a_workbook(tmp_path: Path) -> None:
    """A report on text files and a workbook names the encodings there are, and no others."""
    paths = [*make(tmp_path, {"a.csv": ANN}), str(tmp_path / "b.xlsx")]
    book = openpyxl.Workbook()
    for row in (["Amount", "Email", "Name"], [9, "cy@x.org", "Cy"]):
        book.active.append(row)
    book.save(paths[1])
    assert " and  " not in run("coverage", *paths).out


# --------------------------------------------------------------------------------------------------------------- assign


def tagged(path: Path) -> list[dict[str, str]]:
    """Return the rows of an output."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_assign_keeps_every_row_in_order(tmp_path: Path) -> None:
    """Every row of every part is in the output, in the order of the parts and of the rows within."""
    parts = {
        f"part{number}.csv": "id,Deal Amount\n" + "".join(f"{number}-{row},{row % 10}\n" for row in range(5_000))
        for number in (1, 2, 10)
    }
    make(tmp_path / "in", parts)
    ran = run("assign", tmp_path / "in", "-o", tmp_path / "out.csv", "--rules", write(tmp_path / "rules.yaml", RULES))
    assert ran.code == 0, ran.err
    rows = tagged(tmp_path / "out.csv")
    assert [row["id"] for row in rows] == [f"{number}-{row}" for number in (1, 2, 10) for row in range(5_000)]
    assert [row["segment_size"] for row in rows[4:7]] == ["small", "small", "large"]


@pytest.mark.parametrize(
    "pattern",
    ["", "*.csv", "a.csv"],
)
def test_assign_never_writes_to_a_part(tmp_path: Path, pattern: str) -> None:
    """An output that is one of the files a folder or a pattern stands for is refused, and the file stays as it was."""
    make(tmp_path, {"in/a.csv": ANN, "in/b.csv": ANN})
    named = tmp_path / "in" / pattern
    ran = run("assign", named, "-o", tmp_path / "in" / "a.csv", "--force", "--quiet")
    assert ran.code == 2
    assert "never written to" in ran.err
    assert (tmp_path / "in" / "a.csv").read_text() == ANN


def test_assign_again_beside_its_output(tmp_path: Path) -> None:
    """An output among the inputs is not taken for a part: the second run says so and changes nothing."""
    make(tmp_path, {"in/a.csv": ANN, "in/b.csv": CY})
    out = tmp_path / "in" / "tagged.csv"
    assert run("assign", tmp_path / "in", "-o", out, "--quiet").code == 0
    before = out.read_bytes()
    ran = run("assign", tmp_path / "in", "-o", out, "--force", "--quiet")
    assert ran.code == 2
    assert "tagged.csv" in ran.err
    assert out.read_bytes() == before


# ----------------------------------------------------------------------------------------------------------- strictness


def test_strict_looks_at_every_part(tmp_path: Path, engine: DuckEngine) -> None:
    """Strict refuses parts of which one is more than a plain table, and lets plain ones pass."""
    plain = make(tmp_path, {"a.csv": ANN, "b.csv": CY})
    assert read(plain, engine, strict=True)[0].rows == 3
    with pytest.raises(InputError, match="not one plain table"):
        read([*plain, *make(tmp_path, {"c.csv": DEE + "Total||\n"})], engine, strict=True)


# -------------------------------------------------------------------------------------------------------------- changes


class BusyEngine(DuckEngine):
    """An engine beside which somebody writes to a file whenever a table has been loaded."""

    def __init__(self, write_to_it: Callable[[], object]) -> None:
        """Begin; the files are not touched yet."""
        super().__init__(threads=1)
        self._write_to_it = write_to_it

    def load_csv(self, name: str, path: Path, layout: CsvLayout, *, ordered: bool) -> CsvLoad:
        """Load a file, and let it be written to then."""
        loaded = super().load_csv(name, path, layout, ordered=ordered)
        self._write_to_it()
        return loaded


def touched(path: Path) -> None:
    """Write the same again, an hour later."""
    os.utime(path, (path.stat().st_atime, path.stat().st_mtime + 3600))


def grown(path: Path) -> None:
    """Write one more row."""
    with path.open("a") as file:
        file.write("eve@x.org,Eve,2\n")


def replaced(path: Path) -> None:
    """Put another file in its place."""
    other = path.with_name("other")
    other.write_bytes(path.read_bytes())
    other.replace(path)


def removed(path: Path) -> None:
    """Take it away."""
    path.unlink(missing_ok=True)


@pytest.mark.parametrize("change", [touched, grown, replaced, removed])
@pytest.mark.parametrize("text", [ANN, ANN + "fay@x.org,Fay\n"])
def test_file_that_changes(tmp_path: Path, text: str, change: Callable[[Path], None]) -> None:
    """A file that changes while it is read is refused, however it is read, and no rejects are written."""
    paths = make(tmp_path, {"a.csv": text})
    rejects = tmp_path / "rejects.csv"
    with (
        BusyEngine(lambda: change(tmp_path / "a.csv")) as engine,
        pytest.raises(InputError, match="the file changed while it was read") as caught,
    ):
        read(paths, engine, rejects=str(rejects))
    assert caught.value.where == paths[0]
    assert caught.value.hint
    assert not rejects.exists()


def test_part_that_changes(tmp_path: Path) -> None:
    """A part that changes while a later one is read is refused by its own name."""
    paths = make(tmp_path, {"a.csv": ANN, "b.csv": CY, "c.csv": DEE})
    with BusyEngine(lambda: grown(tmp_path / "b.csv")) as engine, pytest.raises(InputError, match="changed") as caught:
        read(paths, engine)
    assert caught.value.where == paths[1]


def test_archive_that_changes(tmp_path: Path) -> None:
    """An archive is watched as well, though only its copy is read."""
    (path,) = make(tmp_path, {"a.csv.gz": gzip.compress(ANN.encode())})
    with BusyEngine(lambda: touched(Path(path))) as engine, pytest.raises(InputError, match="changed") as caught:
        read([path], engine)
    assert caught.value.where == path
