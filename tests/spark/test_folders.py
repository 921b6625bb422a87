"""What Spark reads by itself: folders, patterns, URIs and tables as one source."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from segaudit.errors import InputError
from segaudit.ingest.options import ReadOptions
from segaudit.ingest.read import read_source
from segaudit.model.source import Source
from tests.ingest_support import shared_engine

Session: TypeAlias = Any  # a SparkSession: Spark is an optional package
Cells: TypeAlias = list[tuple[Any, ...]]


class Reading:
    """The Spark engine over the tests' session, which it leaves open."""

    def __init__(self, session: Session) -> None:
        """Make the engine."""
        from segaudit.engine.spark.engine import SparkEngine  # noqa: PLC0415 - as above
        from segaudit.engine.spark.taking import Taking  # noqa: PLC0415 - as above

        self.engine = type("Engine", (SparkEngine,) if issubclass(SparkEngine, Taking) else (SparkEngine, Taking), {})(
            session
        )

    def read(self, *paths: Path | str) -> tuple[Source, Cells]:
        """Read paths; return the source and its rows."""
        source = read_source([str(path) for path in paths], self.engine, ReadOptions(label=str(paths[0])))
        return source, self.engine.fetch(f"SELECT * FROM {source.table} ORDER BY _row")  # noqa: S608 - a name of our own


@pytest.fixture
def reading(local_session: Session) -> Iterator[Reading]:
    """An engine that is closed afterwards."""
    found = Reading(local_session)
    yield found
    found.engine.close()


def parts_in(folder: Path) -> None:
    """Write three parts of one table, the last one empty but for its header."""
    folder.mkdir()
    for number, rows in ((1, "x,1\ny,2\n"), (2, 'z,"3\n4"\n'), (10, "")):
        (folder / f"part{number}.csv").write_text(f"name,number\n{rows}")


@pytest.mark.parametrize("form", ["{0}", "{0}/part*.csv", "file://{0}", "file://{0}/part*.csv"])
def test_a_folder_a_pattern_and_a_uri_are_one_table(reading: Reading, tmp_path: Path, form: str) -> None:
    """All parts are read as one table, every byte of them told, in the order in which people count."""
    parts_in(tmp_path / "parts")
    source, rows = reading.read(form.format(tmp_path / "parts"))
    assert (source.headers, source.rows, source.kind) == (("name", "number"), 3, "csv")
    assert [row[:3] for row in rows] == [(1, "x", "1"), (2, "y", "2"), (3, "z", "3\n4")]
    assert source.ledger is not None
    assert (source.ledger.unexplained, source.ledger.file) == (0, source.size)
    assert "3 files read by Spark as one table, in the order of their paths" in source.notes


def test_packed_parts_are_read_and_said_not_to_be_proved(reading: Reading, tmp_path: Path) -> None:
    """Of packed files nobody knows how many bytes their text has."""
    for number in (1, 2):
        with gzip.open(tmp_path / f"{number}.csv.gz", "wt") as file:
            file.write(f"name,number\nx,{number}\n")
    source, rows = reading.read(f"file://{tmp_path}")
    assert [row[:3] for row in rows] == [(1, "x", "1"), (2, "x", "2")]
    assert source.ledger is None
    assert any("not proved" in note for note in source.notes)


def test_irregular_parts_of_this_machine_are_mended_and_others_refused(reading: Reading, tmp_path: Path) -> None:
    """A part with a damaged row is read with care where it is a file here, and named where it is not."""
    parts_in(tmp_path / "parts")
    (tmp_path / "parts" / "part3.csv").write_text("name,number\nv,5\nw,6,7\n")
    source, rows = reading.read(tmp_path / "parts")
    assert source.rows == len(rows) == 5
    with pytest.raises(InputError, match=r"part3\.csv"):
        reading.read(f"file://{tmp_path}/parts")


def test_a_header_in_the_first_part_only_is_refused(reading: Reading, tmp_path: Path) -> None:
    """Then the first row of another part would be taken for a header, or be lost."""
    (tmp_path / "1.csv").write_text("name,number\nx,1\n")
    (tmp_path / "2.csv").write_text("y,2\nz,3\n")
    with pytest.raises(InputError, match=r"does not begin with the header but with: y, 2"):
        reading.read(f"file://{tmp_path}/*.csv")


def test_parquet_in_folders_by_value_has_the_value(reading: Reading, tmp_path: Path) -> None:
    """A folder that Spark partitioned is one table, with the column its folders are named after."""
    for year in (2023, 2024):
        folder = tmp_path / "out" / f"year={year}"
        folder.mkdir(parents=True)
        pq.write_table(pa.table({"a": [year * 10, year * 10 + 1]}), folder / "part.parquet")
    source, rows = reading.read(tmp_path / "out")
    assert (source.headers, source.rows, source.kind) == (("a", "year"), 4, "parquet")
    assert [row[1:3] for row in rows] == [(f"{year}{digit}", f"{year}") for year in (2023, 2024) for digit in (0, 1)]


def test_a_delta_table_is_not_taken_for_its_files(reading: Reading, tmp_path: Path) -> None:
    """Its files hold deleted rows; the message says how to name it."""
    (tmp_path / "_delta_log").mkdir()
    (tmp_path / "_delta_log" / "00.json").write_text("{}")
    for number in (1, 2):
        pq.write_table(pa.table({"a": [number]}), tmp_path / f"{number}.parquet")
    with pytest.raises(InputError, match="Delta") as caught:
        reading.read(f"file://{tmp_path}")
    assert "table:delta." in caught.value.hint


def test_a_table_by_name(reading: Reading, local_session: Session) -> None:
    """``table:NAME`` is a table of the catalogue."""
    local_session.sql("SELECT 'x' AS name, 1 AS number").createOrReplaceTempView("one_row")
    source, rows = reading.read("table:one_row")
    assert (source.headers, source.kind) == (("name", "number"), "table")
    assert [tuple(row) for row in rows] == [(1, "x", "1")]


def test_the_embedded_engine_names_the_engine_that_reads_elsewhere() -> None:
    """Storage and tables are refused with the option that would read them."""
    for path in ("s3a://bucket/contacts", "table:contacts"):
        with pytest.raises(InputError) as caught:
            read_source(path, shared_engine(), ReadOptions(label=path))
        assert "--engine spark" in caught.value.hint
