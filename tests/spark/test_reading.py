"""Reading into Spark: the same cells as the embedded engine, wherever a file is cut into pieces."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segaudit.engine.duck import DuckEngine
from segaudit.engine.protocol import CsvLayout, CsvLoad
from segaudit.engine.spark.ends import join_ends, misread
from segaudit.engine.spark.flows import Flow
from segaudit.engine.spark.landing import Fact
from segaudit.engine.spark.parsing import Parser, line_end_of
from segaudit.engine.spark.records import Records
from segaudit.errors import EngineError
from tests.ingest_support import examples, shared_engine

Session: TypeAlias = Any  # a SparkSession: Spark is an optional package
Rows: TypeAlias = Any  # a DataFrame
Cells: TypeAlias = list[tuple[Any, ...]]
SIGNS = "ab ,;\"\n\r\t\\#'\0é€😀"
ODD = ('5" pipe', "\\", '\\"', "", " ", " a ", "a\nb", "a\r\nb", 'a\n"b",c\nd', "#x", "a\tb", "\ufeff", "x" * 300)


@pytest.fixture
def pieces(local_session: Session) -> Iterator[Session]:
    """The session, cutting files into pieces of 40 bytes, so that a piece begins and ends anywhere."""
    before = local_session.conf.get("spark.sql.files.maxPartitionBytes")
    local_session.conf.set("spark.sql.files.maxPartitionBytes", "40")
    yield local_session
    local_session.conf.set("spark.sql.files.maxPartitionBytes", before)


def on_spark(session: Session, data: bytes, layout: CsvLayout, *, remote: bool = False) -> tuple[CsvLoad, Cells] | None:
    """Read bytes on Spark; None if they are refused."""
    from segaudit.engine.spark.reading import read_csv  # noqa: PLC0415 - an optional package

    with TemporaryDirectory(prefix="segaudit-test-") as folder:
        path = Path(folder, "export.csv")
        path.write_bytes(data)
        where = f"file://{folder}/landed" if remote else f"{folder}/landed"
        try:
            flow, load = read_csv(session, str(path), layout, ordered=True, folder=where)
        except EngineError:
            return None
        rows = [tuple(row) for row in flow.data.orderBy("_row").collect()]
        assert sorted(tuple(row) for row in in_files(flow).collect()) == rows
        return load, rows


def in_files(flow: Flow) -> Rows:
    """Return the rows as functions get them: of files, if executors see them."""

    def as_they_are(batches: Iterator[Any]) -> Iterator[Any]:
        yield from batches

    return flow.through(as_they_are, flow.schema).data


def embedded(data: bytes, layout: CsvLayout) -> tuple[CsvLoad, Cells] | None:
    """Read bytes in the embedded engine; None if they are refused."""
    engine: DuckEngine = shared_engine()
    with TemporaryDirectory(prefix="segaudit-test-") as folder:
        path = Path(folder, "export.csv")
        path.write_bytes(data)
        try:
            load = engine.load_csv("read_on_both", path, layout, ordered=True)
        except EngineError:
            return None
        return load, [tuple(row) for row in engine.fetch("SELECT * FROM read_on_both ORDER BY _row")]


def written(rows: list[list[str]], line_end: str, *, all_quoted: bool) -> bytes:
    """Write cells as CSV: in quotes where they must be, or all of them."""
    signs = '",\r\n'
    return "".join(
        ",".join(
            '"' + cell.replace('"', '""') + '"' if all_quoted or any(sign in cell for sign in signs) else cell
            for cell in row
        )
        + line_end
        for row in rows
    ).encode()


def cut(data: bytes, size: int) -> list[tuple[int, list[bytes]]]:
    """Return where pieces of a size begin, and their lines: a line is of the piece that its first byte is in."""
    lines, at = [], 0
    for line in data.split(b"\n"):
        lines.append((at, line))
        at += len(line) + 1
    if data.endswith(b"\n"):
        lines.pop()
    starts = sorted({place // size * size for place, _ in lines})
    return [(start, [line for place, line in lines if place // size * size == start]) for start in starts]


def by_hand(data: bytes, layout: CsvLayout, size: int) -> tuple[CsvLoad, Cells] | None:
    """Read bytes as executors and driver do, cut into pieces of a size; None if they are refused."""
    layout = replace(layout, line_end=line_end_of(data, layout.quote.encode()).decode())
    pieces = read_pieces(data, Records(layout=layout), size)
    facts = [Fact(task=number, piece=0, said=piece[-1]) for number, piece in enumerate(pieces)]
    if any(fact.said["fault"] for fact in facts):
        return None
    try:
        ends = join_ends([facts], layout)
    except EngineError:
        return None
    cells = [f"c{number}" for number in range(1, layout.columns + 1)]
    across = iter(rows_of(ends.table, cells) if ends.table is not None else [])
    rows: Cells = []
    for stretch in ends.stretches:
        own = stretch.task < len(pieces)
        rows += [row for table in pieces[stretch.task][:-1] for row in rows_of(table, cells)] if own else [next(across)]
    total = {name: sum(fact.said[name] for fact in facts) + ends.measures.get(name, 0) for name in Parser.MEASURES}
    del total["ends_in_cells"]
    return CsvLoad(**total), [(number, *row) for number, row in enumerate(rows, start=1)]


def read_pieces(data: bytes, job: Records, size: int) -> list[list[Any]]:
    """Return the tables of each piece and its fact, read until each begins as the one before it ends."""
    for _ in range(len(data)):
        pieces: list[list[Any]] = [[]]
        for item in job(batch(start, lines) for start, lines in cut(data, size)):
            pieces[-1].append(item)
            if isinstance(item, dict):
                pieces.append([])
        wrong = misread([Fact(task=0, piece=0, said=piece[-1]) for piece in pieces[:-1]])
        if not wrong:
            return pieces[:-1]
        job = replace(job, inside={**job.inside, **wrong})
    return []


def batch(start: int, lines: list[bytes]) -> pa.RecordBatch:
    """Return lines as Spark hands them over."""
    texts = pa.array(lines, pa.binary())  # not all of them need be text
    places = pa.array([0] * len(lines), pa.int64()), pa.array([start] * len(lines), pa.int64())
    return pa.RecordBatch.from_arrays([texts, *places], names=["value", "_file", "_start"])


def rows_of(table: pa.Table, cells: list[str]) -> Cells:
    """Return the cells of a table's rows, and whether they have breaks."""
    return [tuple(row.values()) for row in table.select([*cells, "_breaks"]).to_pylist()]


tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.one_of(st.sampled_from(ODD), st.text(SIGNS, max_size=12)), min_size=width, max_size=width),
        min_size=1,
        max_size=12,
    )
)


@settings(max_examples=examples(80), deadline=None)
@given(
    rows=tables,
    line_end=st.sampled_from(["\n", "\r\n"]),
    all_quoted=st.booleans(),
    ended=st.booleans(),
    size=st.sampled_from([1, 7, 20, 64, 1000]),
)
def test_every_cell_arrives_wherever_the_file_is_cut(
    rows: list[list[str]], line_end: str, *, all_quoted: bool, ended: bool, size: int
) -> None:
    """Cells with breaks, quotes and blanks are read as they were written, however pieces cut through them."""
    header = [f"h{number}" for number in range(len(rows[0]))]
    data = written([header, *rows], line_end, all_quoted=all_quoted)
    data = data if ended or not rows[-1][-1] else data.removesuffix(line_end.encode())
    found = by_hand(data, CsvLayout(columns=len(header), header=False, skip=1, watched=tuple(rows[0])), size)
    assert found is not None
    load, cells = found
    assert [row[1:-1] for row in cells] == [tuple(cell or None for cell in row) for row in rows]
    assert [row[0] for row in cells] == list(range(1, len(rows) + 1))
    assert [row[-1] for row in cells] == [any(sign in cell for cell in row for sign in "\r\n") for row in rows]
    everything = "".join(cell for row in rows for cell in row)
    assert load == CsvLoad(
        rows=len(rows),
        cell_bytes=len(everything.encode()),
        quotes_in_cells=everything.count('"'),
        rows_with_breaks=sum(row[-1] for row in cells),
        watched=rows.count(rows[0]),
    )


@settings(max_examples=examples(80), deadline=None)
@given(
    lines=st.lists(st.text('ab,"\n\\', max_size=14), min_size=1, max_size=10),
    width=st.integers(1, 3),
    size=st.sampled_from([1, 7, 20, 1000]),
)
def test_what_both_engines_take_is_the_same_on_both(lines: list[str], width: int, size: int) -> None:
    """Text that is hardly CSV is refused, or read as the embedded engine reads it."""
    data = ("\n".join(lines) + "\n").encode()
    layout = CsvLayout(columns=width, header=False, watched=("a", "", "b")[:width])
    found, expected = by_hand(data, layout, size), embedded(data, layout)
    if found is not None and expected is not None:
        assert found == expected


REGULAR = {
    "empty and quoted empty": b'a,b\n,""\n"",\n',
    "inch signs": b'a,b\n5" pipe,x\n6" pipe,y\n7" pipe,z\n8" pipe,1234567890\n9" pipe,1234567890\n',
    "blank lines": b"a,b\n\nc,d\n\n\n",
    "nothing": b"",
    "one row, no end": b"a,b",
    "invalid bytes": b"a,b\n\xff,c\n",
    "another width": b"a,b\nc,d,e\n",
    "too few": b"a,b\nc\n",
    "no end of a cell": b'a,b\nc,"d\ne,f\n',
    "text behind a quote": b'a,b\n"c"d,e\n',
    "mixed line ends": b"a,b\r\nc,d\ne,f\n",
    "a mark": b"\xef\xbb\xbfa,b\nc,d\n",
    "long cells": b"a,b\n" + b"x" * 400 + b"," + b"y" * 400 + b"\n",
}


@pytest.mark.parametrize("data", REGULAR.values(), ids=REGULAR.keys())
def test_a_file_is_read_or_refused_as_by_the_embedded_engine(pieces: Session, data: bytes) -> None:
    """The same cells and measures, or the same refusal."""
    layout = CsvLayout(columns=2, header=False)
    assert on_spark(pieces, data, layout) == embedded(data, layout)


def test_a_row_longer_than_allowed_is_refused(local_session: Session) -> None:
    """Neither a long line nor a cell of many lines gets past the limit."""
    layout = CsvLayout(columns=2, header=False, longest_row=1000)
    assert on_spark(local_session, b"a,b\n" + b"x" * 2000 + b",y\nc,d\n", layout) is None
    assert on_spark(local_session, b'a,b\n"' + b"x\n" * 2000 + b'",y\nc,d\n', replace(layout)) is None


def test_parts_are_one_table_in_the_order_given(local_session: Session, tmp_path: Path) -> None:
    """Files with names that mean something to Spark are read, their headers proved, and every byte is told."""
    from segaudit.engine.spark.reading import list_parts, read_csv_folder  # noqa: PLC0415 - an optional package

    names = ["part 1ü%20.csv", "part3.csv", "part[2].csv"]
    for number, name in enumerate(names):
        (tmp_path / name).write_bytes(f'a,"b"\r\n{number},"x\r\ny""z"\r\n,'.encode())
    parts = list_parts(local_session, [str(tmp_path)])
    assert [Path(part.path).name for part in parts] == names
    layout = CsvLayout(columns=2, line_end="\r\n")
    flow, told = read_csv_folder(local_session, parts[::-1], layout, header=("a", "b"), folder=str(tmp_path / "landed"))
    rows = [(*row,) for row in flow.data.orderBy("_row").collect()]
    assert sorted((*row,) for row in in_files(flow).collect()) == rows
    cells = [cell for number in (2, 1, 0) for cell in ((f"{number}", 'x\r\ny"z', True), (None, None, False))]
    assert rows == [(number, *row) for number, row in enumerate(cells, start=1)]
    assert told.load == CsvLoad(rows=6, cell_bytes=21, quotes_in_cells=3, rows_with_breaks=3)
    assert (told.mark, told.above, told.quotes, told.line_ends, told.proved) == (0, 21, 9, 6, True)
    size = sum(part.size for part in parts)
    assert size == told.above + told.load.cell_bytes + 6 + told.quotes + told.line_ends


def test_a_part_with_another_header_is_named(local_session: Session, tmp_path: Path) -> None:
    """A part without the header, or with other columns, is refused by its name."""
    from segaudit.engine.spark.reading import list_parts, read_csv_folder  # noqa: PLC0415 - as above

    (tmp_path / "1.csv").write_text("a,b\n1,2\n")
    (tmp_path / "2.csv").write_text("3,4\n5,6\n")
    parts = list_parts(local_session, [str(tmp_path)])
    with pytest.raises(EngineError, match=r"2\.csv: the file does not begin with the header but with: 3, 4"):
        read_csv_folder(
            local_session,
            parts,
            CsvLayout(columns=2, line_end="\n"),
            header=("a", "b"),
            folder=str(tmp_path / "landed"),
        )


TYPED = """
SELECT i AS "id", i / 7.0 AS f, (i * 1.5)::DECIMAL(12, 3) AS d, i % 2 = 0 AS b, DATE '2020-02-28' + i::INTEGER AS day,
    TIMESTAMP '2021-03-04 05:06:07.89' + to_seconds(i) AS t, (TIMESTAMPTZ '2021-03-04 05:06:07+00') AS z,
    'é' || i AS "s p,a", NULL::VARCHAR AS n, [i, NULL] AS l, {'a': i, 'b': 'x y'} AS st, i::UTINYINT AS u,
    'ab'::BLOB AS bl, (i / 3.0)::FLOAT AS r, MAP {'k': i} AS m, 9000000000::HUGEINT AS h
FROM range(20) r(i)
"""


@pytest.mark.parametrize("remote", [False, True])
def test_typed_cells_are_written_as_by_the_embedded_engine(
    local_session: Session, tmp_path: Path, *, remote: bool
) -> None:
    """Numbers, dates, lists and the like become the same texts, read as a file or by way of Spark."""
    from segaudit.engine.spark.reading_tables import read_parquet  # noqa: PLC0415 - as above

    engine = shared_engine()
    path = tmp_path / "typed.parquet"
    engine.fetch(f"COPY ({TYPED}) TO '{path}' (FORMAT parquet)")
    headers = engine.load_parquet("typed_on_both", path)
    where = f"file://{path}" if remote else str(path)
    flow, found = read_parquet(local_session, where, folder=f"{'file://' if remote else ''}{tmp_path}/landed")
    assert found == headers
    expected = engine.fetch("SELECT * FROM typed_on_both ORDER BY _row")
    assert [tuple(row) for row in flow.data.orderBy("_row").collect()] == [tuple(row) for row in expected]


def test_points_in_time_of_pandas_are_read_from_files(local_session: Session, tmp_path: Path) -> None:
    """Nanoseconds, which Spark does not read, are no obstacle in a file that executors see."""
    from segaudit.engine.spark.reading_tables import read_parquet  # noqa: PLC0415 - as above

    path = tmp_path / "nano.parquet"
    pq.write_table(pa.table({"t": pa.array([1_600_000_000_000_000_001], pa.timestamp("ns"))}), path)
    flow, _ = read_parquet(local_session, str(path), folder=str(tmp_path / "landed"))
    assert [tuple(row) for row in in_files(flow).collect()] == [(1, "2020-09-13 12:26:40.000000001")]


def test_tables_of_the_catalogue_are_read(local_session: Session, tmp_path: Path) -> None:
    """A view is read as text, its rows numbered."""
    from segaudit.engine.spark.reading_tables import read_table  # noqa: PLC0415 - as above

    local_session.sql("SELECT id, CAST(id AS DOUBLE) AS d FROM range(3)").createOrReplaceTempView("three")
    flow, headers = read_table(local_session, "three", folder=str(tmp_path / "landed"))
    assert headers == ("id", "d")
    rows = sorted(tuple(row) for row in flow.data.collect())
    assert [row[0] for row in rows] == [1, 2, 3]
    assert sorted(row[1:] for row in rows) == [("0", "0.0"), ("1", "1.0"), ("2", "2.0")]
