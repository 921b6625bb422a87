"""Writing out of Spark: the bytes that the embedded engine writes, to one file or to a folder of parts."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from segaudit.engine.duck import DuckEngine
from segaudit.engine.protocol import Export
from segaudit.engine.spark.flows import Flow
from segaudit.engine.spark.runs import Run
from segaudit.errors import EngineError, OutputError
from segaudit.segments.output import check_target, whole_target

Session: TypeAlias = Any  # a SparkSession: Spark is an optional package
HOSTILE = [
    "a", "", None, " b ", 'c"d', "e,f", "g\nh", "i\r\nj", "k\rl", "m\tn", "\\", "'", "#x", "=1+1", "-2", "@x", "+3",
    "é😀", "\0", "NULL", "x" * 500, '"', '""', ",", "\ufeff", "é;ü", "\u2028",
]  # fmt: skip


def table(rows: int) -> pa.Table:
    """Return rows with a number, two columns of texts and one that is true, false or nothing."""
    return pa.table(
        {
            "_row": pa.array(range(1, rows + 1), pa.int64()),
            "c1": pa.array([HOSTILE[number % len(HOSTILE)] for number in range(rows)], pa.string()),
            "c2": pa.array([HOSTILE[-number % len(HOSTILE)] for number in range(rows)], pa.string()),
            "t1": pa.array([(True, False, None)[number % 3] for number in range(rows)], pa.bool_()),
        }
    )


def embedded(path: Path, rows: pa.Table, headers: Sequence[str], *, delimiter: str = ",", safe: bool = False) -> bytes:
    """Return what the embedded engine writes."""
    with DuckEngine(threads=1) as engine:
        engine.load_arrow("base", rows.select(["_row", "c1", "c2"]))
        engine.load_arrow("tags", rows.select(["_row", "t1"]))
        export = Export(
            base="base",
            base_columns=["c1", "c2"],
            beside="tags",
            beside_columns=["t1"],
            headers=headers,
            delimiter=delimiter,
            spreadsheet_safe=safe,
        )
        engine.export_csv(path, export)
    return path.read_bytes()


@pytest.mark.parametrize(
    "headers", [("a", "b", "t"), ("a", "a", "t"), ("x,y", '"', "#t"), (" ", "A", "a"), ("", "", "")]
)
@pytest.mark.parametrize(("delimiter", "safe"), [(",", False), ("\t", False), (";", True)])
def test_one_file_has_the_bytes_of_the_embedded_engine(
    local_session: Session, tmp_path: Path, headers: tuple[str, ...], delimiter: str, *, safe: bool
) -> None:
    """Quoting, empty cells, nothing, headers and line ends are the same, in the order of the rows."""
    from segaudit.engine.spark.writing import write_csv  # noqa: PLC0415 - an optional package

    rows = table(60)
    flow = Flow(local_session.createDataFrame(rows).repartition(3))
    path = tmp_path / "out.csv"
    write_csv(flow, str(path), headers, delimiter=delimiter, spreadsheet_safe=safe, safe_columns=2)
    assert path.read_bytes() == embedded(tmp_path / "expected.csv", rows, headers, delimiter=delimiter, safe=safe)
    assert {file.name for file in tmp_path.iterdir()} == {"out.csv", "expected.csv"}


@pytest.mark.parametrize("stretches", [[(60, 30), (0, 30), (30, 30)], [(30, 1), (61, 1), (62, 28), (31, 30), (0, 30)]])
def test_rows_that_are_in_order_are_not_sorted_again(
    local_session: Session, tmp_path: Path, stretches: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stretches whose rows ascend are put together by their first rows, whichever task wrote them after which."""
    from segaudit.engine.spark import writing  # noqa: PLC0415 - as above

    rows, are_apart = table(90), writing._are_apart  # noqa: SLF001 - whether it was asked once is what this is about
    # Files in another order than rows; a single row, of a record across two pieces, belongs between others.
    parts = pa.concat_tables([rows.slice(first, count) for first, count in stretches])
    flow = Flow(local_session.createDataFrame(parts).coalesce(1))
    path = tmp_path / "out.csv"
    asked: list[bool] = []

    def kept(runs: Sequence[Run]) -> bool:
        asked.append(are_apart(runs))
        return asked[-1]

    monkeypatch.setattr(writing, "_are_apart", kept)
    writing.write_csv(flow, str(path), ["a", "b", "t"])
    assert path.read_bytes() == embedded(tmp_path / "expected.csv", rows, ["a", "b", "t"])
    assert asked == [True]


@pytest.mark.parametrize("as_folder", [False, True])
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_texts_are_counted_while_they_are_written(
    local_session: Session, tmp_path: Path, kind: str, *, as_folder: bool
) -> None:
    """Every task counts, and the sums are those of pandas; what has a cell of no text, or too many texts, is left."""
    from segaudit.engine.spark import writing  # noqa: PLC0415 - as above

    count = 5000  # more than a thousand of many in each task
    rows = pa.table(
        {
            "_row": pa.array(range(1, count + 1), pa.int64()),
            "few": [f"v{number % 7}" for number in range(count)],
            "blank": [None if number == 3 else "x" for number in range(count)],
            "many": [f"m{number}" for number in range(count)],
            "one": ["é,\n"] * count,
        }
    )
    flow = Flow(local_session.createDataFrame(rows).repartition(4))
    write = writing.write_csv if kind == "csv" else writing.write_parquet
    found = write(flow, str(tmp_path / "out"), ["a", "b", "c", "d"], as_folder=as_folder, counted=[3, 0, 1, 2])
    assert found == {0: rows["few"].to_pandas().value_counts().to_dict(), 3: {"é,\n": count}}


def test_a_folder_has_parts_with_headers_and_every_row_once(local_session: Session, tmp_path: Path) -> None:
    """Each part is a file of its own, and all of them together are the table; an earlier folder is replaced."""
    from segaudit.engine.spark.writing import write_csv  # noqa: PLC0415 - as above

    rows = table(60)
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "old.csv").write_text("old")
    write_csv(Flow(local_session.createDataFrame(rows).repartition(3)), str(folder), ["a", "b", "t"], as_folder=True)
    assert {file.name for file in folder.iterdir()} == {f"part-0000{number}.csv" for number in range(3)}
    assert lines_in(folder, "part-*.csv") == lines_of(embedded(tmp_path / "expected.csv", rows, ["a", "b", "t"]))


def test_spark_carries_the_same_text_to_other_storage(local_session: Session, tmp_path: Path) -> None:
    """Under a URI, parts have the same lines."""
    from segaudit.engine.spark.writing import write_csv  # noqa: PLC0415 - as above

    rows = table(60)
    write_csv(Flow(local_session.createDataFrame(rows).repartition(3)), f"file://{tmp_path}/out", ["a", "b", "t"])
    assert lines_in(tmp_path / "out", "part-*") == lines_of(embedded(tmp_path / "expected.csv", rows, ["a", "b", "t"]))


def test_a_folder_elsewhere_is_never_emptied(local_session: Session, tmp_path: Path) -> None:
    """What stands under a URI stays: Spark would take away all of it."""
    from segaudit.engine.spark.writing import write_csv  # noqa: PLC0415 - as above

    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(EngineError, match="exists already"):
        write_csv(Flow(local_session.createDataFrame(table(3))), f"file://{tmp_path}", ["a", "b", "t"])
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_parts_take_the_place_of_earlier_parts_only(tmp_path: Path) -> None:
    """Into a folder that exists, new parts come, old parts go, and other files stay."""
    folder = tmp_path / "out"
    folder.mkdir()
    for name in ("part-00000.csv", "part-00007.csv", "mine.txt"):
        (folder / name).write_text("old")
    with whole_target(f"{folder}/") as parts:
        (parts / "part-00000.csv").write_text("new")
        assert (folder / "part-00007.csv").exists()
    assert {file.name: file.read_text() for file in folder.iterdir()} == {"part-00000.csv": "new", "mine.txt": "old"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_target_is_refused_before_any_work(tmp_path: Path) -> None:
    """Storage needs Spark, a folder is one of parts on Spark only, and one that is not empty needs --force."""
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    refused = {
        ("s3a://bucket/out", False): "by Spark only",
        (f"{tmp_path}/full", False): "cannot write files",
        (f"{tmp_path}/full", True): "not empty",
        ("s3a://bucket/out.xlsx", True): "cannot be",
    }
    for (output, on_cluster), problem in refused.items():
        with pytest.raises(OutputError, match=problem):
            check_target(output, on_cluster=on_cluster, inputs=(), force=False)
    for output in ("s3a://bucket/out", f"{tmp_path}/new/", f"{tmp_path}/new.parquet/", f"{tmp_path}/new.csv"):
        check_target(output, on_cluster=True, inputs=(), force=False)


def lines_in(folder: Path, pattern: str) -> list[bytes]:
    """Return the records of all parts behind their headers, sorted."""
    found = [part.read_bytes() for part in folder.glob(pattern)]
    assert all(text.startswith(b"a,b,t\n") for text in found)
    return lines_of(b"a,b,t\n" + b"".join(text.removeprefix(b"a,b,t\n") for text in found))


def lines_of(data: bytes) -> list[bytes]:
    """Return the physical lines below the header, sorted."""
    return sorted(data.removeprefix(b"a,b,t\n").splitlines(keepends=True))


@pytest.mark.parametrize("as_folder", [False, True])
def test_parquet_has_every_cell(local_session: Session, tmp_path: Path, *, as_folder: bool) -> None:
    """One file is in the order of the rows, a folder in any; names that stand twice are numbered."""
    from segaudit.engine.spark.writing import write_parquet  # noqa: PLC0415 - as above

    rows = table(60)
    path = tmp_path / "out.parquet"
    write_parquet(
        Flow(local_session.createDataFrame(rows).repartition(3)), str(path), ["a", "A", " "], as_folder=as_folder
    )
    found = pq.read_table(path)
    assert found.column_names == ["a", "A_2", "column_3"]
    expected = rows.drop_columns(["_row"]).rename_columns(found.column_names).to_pylist()
    if as_folder:
        assert sorted(map(str, found.to_pylist())) == sorted(map(str, expected))
    else:
        assert found.to_pylist() == expected


@pytest.mark.parametrize("as_folder", [False, True])
def test_no_rows_leave_a_header(local_session: Session, tmp_path: Path, *, as_folder: bool) -> None:
    """A table without rows is written with its header, as CSV and as Parquet."""
    from segaudit.engine.spark.writing import write_csv, write_parquet  # noqa: PLC0415 - as above

    flow = Flow(local_session.createDataFrame([], "_row bigint, c1 string"))
    write_csv(flow, str(tmp_path / "out.csv"), ["a"], as_folder=as_folder)
    write_parquet(flow, str(tmp_path / "out.parquet"), ["a"], as_folder=as_folder)
    text = tmp_path / "out.csv" / "part-00000.csv" if as_folder else tmp_path / "out.csv"
    assert text.read_bytes() == b"a\n"
    assert pq.read_table(tmp_path / "out.parquet").column_names == ["a"]
