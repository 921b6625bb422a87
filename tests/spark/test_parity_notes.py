"""Tables that are noted and made later, part by part: what is asked of them is what DuckDB says."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from segaudit.engine.duck import DuckEngine
from segaudit.engine.protocol import Export
from segaudit.engine.spark.files import Files, Slice
from segaudit.engine.spark.flows import Flow
from segaudit.errors import EngineError
from tests.spark.parity import Twins, twins

Session: TypeAlias = Any  # a SparkSession: Spark is an optional package
Scene: TypeAlias = tuple[Any, ...]  # what is done, and to what
BatchFunction: TypeAlias = Callable[[pa.RecordBatch], pa.RecordBatch]
_PARTS = 3


def source(texts: list[str | None]) -> pa.Table:
    """Return a file's table."""
    count = len(texts)
    return pa.table(
        {
            "_row": pa.array(range(1, count + 1), pa.int64()),
            "c1": pa.array(texts, pa.string()),
            "c2": pa.array([str(number % 4) for number in range(count)]),
            "c3": pa.array([None if number % 3 == 0 else str(count - number) for number in range(count)]),
        }
    )


def lowering() -> BatchFunction:
    """Return what puts each row's second cell in small letters; a function within another travels as it is."""

    def function(batch: pa.RecordBatch) -> pa.RecordBatch:
        return pa.record_batch([batch.column(0), pc.utf8_lower(batch.column(1))], names=[batch.schema.names[0], "low"])

    return function


def picking() -> BatchFunction:
    """Return what keeps rows whose second cell is longer than two characters."""

    def function(batch: pa.RecordBatch) -> pa.RecordBatch:
        longer = pc.fill_null(pc.greater(pc.utf8_length(batch.column(1)), 2), fill_value=False)
        cells = [batch.column(0).filter(longer), batch.column(1).filter(longer)]
        return pa.record_batch(cells, names=[batch.schema.names[0], "low"])

    return function


NAMES = ["Ann Lee", "ann lee", None, "", "Bo Ax", "Ann Lee", "é 🚀", "Bo Ax", "x y z", "Ann Lee", "", None]
SCENES: dict[str, list[Scene]] = {
    "values": [
        ("create", "v1", "SELECT DISTINCT c1 AS v FROM s"),
        ("create", "x", "SELECT v, lower(v) AS f, length(v) AS n FROM v1"),
        ("agree", "SELECT * FROM x"),
        ("agree", "SELECT count(*) FROM v1"),
        ("agree", "SELECT s._row, x.f FROM s LEFT JOIN x ON s.c1 = x.v"),
        ("agree", "SELECT count(DISTINCT f), sum(n) FROM x"),
        ("agree", "SELECT f FROM x"),
        ("agree", "SELECT v, count(*) FROM x GROUP BY v"),
    ],
    "values filtered": [
        ("create", "v1", "SELECT DISTINCT c1 AS v FROM s WHERE c1 <> ''"),
        ("create", "x", "SELECT *, upper(v) AS u FROM v1 WHERE length(v) > 3"),
        ("agree", "SELECT * FROM x"),
        ("agree", "SELECT s._row, x.u FROM s JOIN x ON x.v = s.c1"),
        ("agree", "SELECT s._row FROM s ANTI JOIN x ON x.v = s.c1"),
    ],
    "values unnest": [
        ("create", "v1", "SELECT DISTINCT c1 AS v FROM s"),
        ("create", "x", "SELECT v, unnest(string_split(v, ' ')) AS w FROM v1"),
        ("agree", "SELECT * FROM x"),
        ("agree", "SELECT w, count(*) FROM x GROUP BY w"),
        ("agree", "SELECT s._row, x.w FROM s JOIN x ON s.c1 = x.v"),
    ],
    "values join many": [
        ("load", "k", pa.table({"v": ["Ann Lee", "Ann Lee", "Bo Ax"], "z": [1, 2, 3]})),
        ("create", "v1", "SELECT DISTINCT c1 AS v FROM s"),
        ("create", "x", "SELECT v1.v, k.z FROM v1 JOIN k ON k.v = v1.v"),
        ("agree", "SELECT * FROM x"),
        ("agree", "SELECT count(*), sum(z) FROM x"),
    ],
    "values constant": [
        ("create", "v1", "SELECT DISTINCT c2 AS v FROM s"),
        ("create", "x", "SELECT v, unnest([1, 2]) AS p FROM v1"),
        ("agree", "SELECT count(*) FROM x"),
    ],
    "renumber": [
        ("create", "r", "SELECT CAST(c2 AS BIGINT) + 1 AS _row, c1 FROM s"),
        ("agree", "SELECT * FROM r"),
        ("create", "j", "SELECT s._row, r.c1 FROM s JOIN r USING (_row)"),
        ("agree", "SELECT * FROM j"),
        ("agree", "SELECT s._row, r.c1 FROM s JOIN r ON s._row = r._row"),
    ],
    "renumber small": [
        ("load", "d", pa.table({"_row": pa.array([12, 11, 1], pa.int64()), "q": ["1", "2", "3"]})),
        ("create", "r", "SELECT d._row, s.c1 FROM s JOIN d ON d.q = s.c2"),
        ("create", "j", "SELECT s._row, s.c2, r.c1 FROM s JOIN r USING (_row)"),
        ("agree", "SELECT * FROM j"),
    ],
    "reload": [
        ("create", "r", "SELECT _row, upper(c1) AS u FROM s"),
        ("source", "s", source(["q", "w"])),
        ("agree", "SELECT * FROM r"),
        ("agree", "SELECT count(*) FROM s"),
    ],
    "source replaced by create": [
        ("create", "r", "SELECT _row, upper(c1) AS u FROM s"),
        ("create", "s", "SELECT _row, c2 FROM s WHERE _row > 3"),
        ("agree", "SELECT * FROM r"),
        ("agree", "SELECT count(*) FROM s"),
    ],
    "small replaced": [
        ("load", "k", pa.table({"q": ["1", "2"], "z": ["a", "b"]})),
        ("create", "r", "SELECT _row, z FROM s LEFT JOIN k ON k.q = c2"),
        ("load", "k", pa.table({"q": ["1", "3"], "z": ["A", "C"]})),
        ("create", "b", "SELECT r._row, r.z, k.z AS z2 FROM r JOIN s USING (_row) LEFT JOIN k ON k.q = s.c2"),
        ("agree", "SELECT * FROM r"),
        ("agree", "SELECT * FROM b"),
    ],
    "small replaced 2": [
        ("load", "k", pa.table({"q": ["1", "2"], "z": ["a", "b"]})),
        ("create", "r", "SELECT _row, c2, z FROM s LEFT JOIN k ON k.q = c2"),
        ("load", "k", pa.table({"q": ["1", "3"], "z": ["A", "C"]})),
        ("create", "b", "SELECT r._row, r.z, k.z AS z2 FROM r LEFT JOIN k ON k.q = r.c2"),
        ("agree", "SELECT * FROM b"),
    ],
    "view over replaced": [
        ("create", "a", "SELECT _row, c1 FROM s"),
        ("define", "w", "SELECT _row, lower(c1) AS c1 FROM a"),
        ("create", "a", "SELECT _row, c2 AS c1 FROM s"),
        ("agree", "SELECT * FROM w"),
    ],
    "view over replaced small": [
        ("load", "k", pa.table({"q": ["1", "2"], "z": ["a", "b"]})),
        ("define", "w", "SELECT _row, z FROM s LEFT JOIN k ON k.q = c2"),
        ("load", "k", pa.table({"q": ["1", "3"], "z": ["A", "C"]})),
        ("agree", "SELECT * FROM w"),
    ],
    "step replaced": [
        ("create", "a", "SELECT _row, c1 FROM s"),
        ("create", "b", "SELECT _row, lower(c1) AS l FROM a"),
        ("create", "a", "SELECT _row, c2 AS c1 FROM s"),
        ("agree", "SELECT b.l, a.c1 FROM a JOIN b USING (_row)"),
        ("create", "z", "SELECT a._row, b.l, a.c1 FROM a JOIN b USING (_row)"),
        ("agree", "SELECT * FROM z"),
    ],
    "map rows": [
        ("map", "low", "SELECT _row, c1 FROM s", lowering()),
        ("agree", "SELECT * FROM low"),
        ("create", "x", "SELECT s._row, low.low FROM s JOIN low USING (_row)"),
        ("agree", "SELECT * FROM x"),
        ("agree", "SELECT low, count(*) FROM x GROUP BY low"),
    ],
    "map values": [
        ("create", "v1", "SELECT DISTINCT c1 AS v FROM s"),
        ("map", "low", "SELECT v, v AS w FROM v1", lowering()),
        ("agree", "SELECT * FROM low"),
        ("agree", "SELECT s._row, low.low FROM s LEFT JOIN low ON low.v = s.c1"),
    ],
    "map drops": [
        ("map", "low", "SELECT _row, c1 FROM s", picking()),
        ("agree", "SELECT * FROM low"),
        ("map", "low2", "SELECT _row, c1 FROM s WHERE c1 = 'nobody'", lowering()),
        ("agree", "SELECT * FROM low2"),
        ("agree", "SELECT count(*) FROM low2"),
    ],
    "ranks": [
        ("create", "r", "SELECT _row, rank() OVER (ORDER BY c1) AS p, count(*) OVER () AS n FROM s"),
        ("agree", "SELECT * FROM r"),
        (
            "create",
            "r2",
            "SELECT _row, c1, rank() OVER (ORDER BY length(c1) DESC NULLS LAST) AS p FROM s WHERE c2 <> '3'",
        ),
        ("agree", "SELECT * FROM r2"),
        ("create", "r3", "SELECT _row, row_number() OVER (ORDER BY c1, _row) AS p FROM s"),
        ("agree", "SELECT * FROM r3"),
        ("create", "r4", "SELECT _row, rank() OVER (ORDER BY c1) AS p, dense_rank() OVER (ORDER BY c1) AS q FROM s"),
        ("agree", "SELECT * FROM r4"),
        (
            "create",
            "r5",
            (
                "SELECT _row, rank() OVER (ORDER BY c1 DESC) AS p, "
                "1 - (rank() OVER (ORDER BY c1 DESC) - 1) / count(*) OVER () AS q FROM s WHERE c1 IS NOT NULL"
            ),
        ),
        ("agree", "SELECT * FROM r5"),
    ],
    "sets": [
        ("create", "a", "SELECT _row, c1 FROM s WHERE c2 = '1'"),
        ("create", "b", "SELECT _row, c1 FROM a UNION ALL SELECT _row, c2 FROM s"),
        ("agree", "SELECT * FROM b"),
        ("agree", "SELECT c1 FROM a UNION SELECT c2 FROM s"),
        ("agree", "SELECT * FROM s WHERE _row IN (SELECT _row FROM a)"),
        ("agree", "SELECT (SELECT count(*) FROM a), EXISTS (FROM a WHERE c1 = 'Bo Ax')"),
    ],
    "self": [
        ("create", "a", "SELECT _row, c1, c2 FROM s"),
        ("agree", "SELECT x._row, y._row FROM a x JOIN a y ON x.c1 = y.c1"),
        ("create", "b", "SELECT x._row, y.c2 FROM a x JOIN a y USING (_row)"),
        ("agree", "SELECT * FROM b"),
        ("create", "c", "SELECT x._row FROM a x SEMI JOIN (SELECT _row FROM a WHERE c2 = '1') y USING (_row)"),
        ("agree", "SELECT * FROM c"),
        (
            "create",
            "d",
            (
                "SELECT x._row, y.c1 FROM a x LEFT JOIN (SELECT _row, c1 FROM a WHERE c2 = '1') y "
                "ON y._row = x._row WHERE y.c1 IS NULL OR x.c2 IS NULL"
            ),
        ),
        ("agree", "SELECT * FROM d"),
    ],
    "star": [
        ("create", "a", "SELECT *, c1 || c2 AS q FROM s"),
        ("create", "b", "SELECT a.* EXCLUDE (c1), s.c1 FROM a JOIN s USING (_row)"),
        ("agree", "SELECT * FROM b"),
        ("define", "w", "SELECT * FROM b WHERE c2 > '1'"),
        ("agree", "SELECT count(*), max(c2) FROM w"),
        ("agree", "SELECT * FROM w w1 JOIN b ON b.c3 = w1.c3"),
    ],
    "sequence": [
        ("create", "a", "SELECT _row, c1 FROM s"),
        ("create", "a", "SELECT _row, lower(c1) AS c1 FROM a"),
        ("agree", "SELECT * FROM a"),
        ("create", "a", "SELECT _row, c1 || '!' AS c1 FROM a"),
        ("agree", "SELECT * FROM a"),
    ],
    "params": [
        (
            "create",
            "a",
            "SELECT _row, list_contains($w, c1) AS t, $n AS n FROM s WHERE c2 IN (SELECT unnest($l))",
            {"w": ["Ann Lee", ""], "n": 7, "l": ["1", "2"]},
        ),
        ("agree", "SELECT * FROM a"),
        ("create", "b", "SELECT _row, t, $n AS m FROM a WHERE n = $k", {"n": "x", "k": 7}),
        ("agree", "SELECT * FROM b"),
    ],
    "hash sample": [
        ("create", "a", "SELECT _row, hash(c1) AS h FROM s"),
        ("agree", "SELECT h, count(*) FROM a GROUP BY h"),
        ("agree", "SELECT * FROM a ORDER BY h, _row LIMIT 3"),
    ],
    "huge": [
        (
            "create",
            "a",
            (
                "SELECT _row, CAST(_row AS HUGEINT) AS h, CAST(_row AS UBIGINT) AS u, "
                "CAST(_row AS UTINYINT) AS t, CAST('12:00' AS TIME) AS tm, [c1] AS l, {'a': c1} AS st FROM s"
            ),
        ),
        ("agree", "SELECT * FROM a"),
        ("create", "b", "SELECT h + 1 AS h2, u, l[1] AS l1, st.a AS sa FROM a"),
        ("agree", "SELECT * FROM b"),
        ("agree", "SELECT max(u), sum(h2) FROM b"),
    ],
    "quoted": [
        ("create", "Odd T", 'SELECT _row, c1 AS "A b", c2 AS "Select" FROM s'),
        ("agree", 'SELECT * FROM "Odd T"'),
        ("agree", 'SELECT "a B", count(*) FROM "odd t" GROUP BY "A b"'),
    ],
    "dup rows": [
        ("create", "a", "SELECT c1 FROM s"),
        ("agree", "SELECT * FROM a"),
        ("create", "b", "SELECT DISTINCT c1, c2 FROM s"),
        ("agree", "SELECT * FROM b"),
        ("create", "c", "SELECT DISTINCT lower(c1) AS v FROM s"),
        ("agree", "SELECT * FROM c"),
        ("create", "d", "SELECT DISTINCT v FROM (SELECT c1 AS v FROM s WHERE c2 = '1')"),
        ("agree", "SELECT * FROM d"),
        ("create", "e2", "SELECT DISTINCT v FROM (SELECT c1 AS v FROM s WHERE c2 = '1') t"),
        ("agree", "SELECT s._row FROM s JOIN e2 ON e2.v = s.c1"),
    ],
    "two sources": [
        ("source", "s2", source(["Bo Ax", "q"])),
        ("create", "a", "SELECT s._row, s2.c1 FROM s JOIN s2 USING (_row)"),
        ("agree", "SELECT * FROM a"),
        ("create", "b", "SELECT s._row, s2._row AS r2 FROM s JOIN s2 ON s.c1 = s2.c1"),
        ("agree", "SELECT * FROM b"),
        ("create", "v2", "SELECT DISTINCT c1 AS v FROM s2"),
        ("create", "c", "SELECT s._row, v2.v FROM s LEFT JOIN v2 ON v2.v = s.c1"),
        ("agree", "SELECT * FROM c"),
    ],
    "order inside": [
        ("create", "a", "SELECT _row, c1 FROM (SELECT * FROM s ORDER BY c1, _row LIMIT 3)"),
        ("agree", "SELECT * FROM a"),
        ("create", "b", "SELECT * FROM s ORDER BY _row LIMIT 2"),
        ("agree", "SELECT * FROM b"),
        ("create", "c", "SELECT _row, (SELECT max(c2) FROM s) AS m FROM s"),
        ("agree", "SELECT * FROM c"),
    ],
    "rows": [
        ("create", "a", "SELECT _row, upper(c1) AS u, c2 || '?' AS z FROM s"),
        ("rows", "s", ["c1", "c3"], "a", ["u", "z"]),
    ],
    "rows part": [
        ("create", "a", "SELECT _row, upper(c1) AS u FROM s WHERE c1 IS NOT NULL OR TRUE"),
        ("rows", "s", ["c2"], "a", ["u"]),
    ],
}


def play(both: Twins, session: Session, scene: Scene, folder: Path) -> None:
    """Do one thing with both engines."""
    act, *rest = scene
    if act == "agree":
        both.agree(*rest)
    elif act == "source":
        both.embedded.load_arrow(rest[0], rest[1])
        both.cluster.load_flow(rest[0], in_parts(session, rest[1], folder), str(folder))  # type: ignore[attr-defined]
    elif act == "rows":
        base, cells, beside, made = rest
        export = Export(base=base, base_columns=cells, beside=beside, beside_columns=made, headers=[*cells, *made])
        expected, found = (list(engine.rows(export)) for engine in (both.embedded, both.cluster))
        assert found == expected
    else:
        verb = str({"load": "load_arrow", "map": "map_batches"}.get(act, act))
        for engine in (both.embedded, both.cluster):
            getattr(engine, verb)(*rest)


def in_parts(session: Session, table: pa.Table, folder: Path) -> Flow:
    """Return a table as it lies in files, each of them a part of its own, the last one without rows."""
    folder.mkdir()
    each = -(-table.num_rows // (_PARTS - 1))
    files = [folder / f"{number}.parquet" for number in range(_PARTS)]
    for number, file in enumerate(files):
        pq.write_table(table.slice(number * each, each), file)
    parts = tuple((Slice(file=str(file), first=0, last=pq.read_metadata(file).num_row_groups),) for file in files)
    return Flow(session.read.parquet(f"file:{folder}"), files=Files(parts=parts))


@pytest.mark.parametrize("scenes", SCENES.values(), ids=SCENES.keys())
def test_scenes(local_session: Session, tmp_path: Path, scenes: list[Scene]) -> None:
    """One statement after another, both engines say the same."""
    with twins(local_session) as both:
        for number, scene in enumerate([("source", "s", source(NAMES)), *scenes]):
            play(both, local_session, scene, tmp_path / str(number))


@pytest.mark.parametrize("small_rows", [0, 100])
def test_tables_without_rows(local_session: Session, tmp_path: Path, small_rows: int) -> None:
    """Whatever makes a table that has no rows, it has its columns, and can be read."""
    with twins(local_session, small_rows=small_rows) as both:
        play(both, local_session, ("source", "s", source(NAMES)), tmp_path / "s")
        both.create("groups", "SELECT c1, count(*) AS n FROM s WHERE c2 = 'nobody' GROUP BY c1 HAVING count(*) > 1")
        both.create("rows", "SELECT _row, c1 FROM s WHERE c2 = 'nobody'")
        both.create("met", "SELECT g.c1, g.n, s._row FROM groups g JOIN s ON s.c1 = g.c1 WHERE s.c2 = '1'")
        both.create("ranked", "SELECT _row, row_number() OVER (PARTITION BY c1 ORDER BY _row) AS p FROM rows")
        for query in ("SELECT * FROM groups", "SELECT * FROM rows", "SELECT * FROM met", "SELECT * FROM ranked"):
            assert both.agree(query) == 0
        both.agree("SELECT (SELECT count(*) FROM groups), (SELECT count(*) FROM met), (SELECT count(*) FROM ranked)")


@pytest.mark.parametrize(("values", "looked_up"), [(30, True), (60, False)])
def test_ranks_are_looked_up_by_more_values_than_others(
    local_session: Session, tmp_path: Path, values: int, *, looked_up: bool
) -> None:
    """Values with their ranks travel though twenty times as many as rows of other tables; more meet on the cluster."""
    from segaudit.engine.spark.engine import SparkEngine  # noqa: PLC0415 - an optional package

    names: list[str | None] = [f"n{number * 7 % values:03}" for number in range(2 * values)]
    query = (
        "SELECT _row, rank() OVER (ORDER BY c1 DESC NULLS LAST) AS p, count(*) OVER () AS n FROM s WHERE c1 <> 'n000'"
    )
    with DuckEngine(threads=1) as embedded, SparkEngine(local_session, small_rows=2) as cluster:
        embedded.load_arrow("s", source(names))
        cluster.load_flow("s", in_parts(local_session, source(names), tmp_path / "s"), "s")
        for engine in (embedded, cluster):
            engine.create("r", query)
        asked = "SELECT s._row, s.c1, r.p, r.n FROM s LEFT JOIN r ON r._row = s._row"
        assert sorted(cluster.fetch(asked)) == sorted(embedded.fetch(asked))
        if looked_up:
            assert cluster.fetch("SELECT count(*) FROM r__places") == [(values - 1,)]
        else:
            with pytest.raises(EngineError):
                cluster.fetch("SELECT count(*) FROM r__places")


def test_what_was_made_is_read_by_those_who_need_it(local_session: Session, tmp_path: Path) -> None:
    """A table that was asked for lies beside its source, part by part; what builds upon it does not make it again."""
    from segaudit.engine.spark.engine import SparkEngine  # noqa: PLC0415 - an optional package

    times = tmp_path / "times"
    with SparkEngine(local_session, small_rows=0) as engine:
        engine.load_flow("s", in_parts(local_session, source(NAMES), tmp_path / "s"), "s")
        engine.map_batches("low", "SELECT _row, c1 FROM s", counting(str(times)))
        told = times.read_text()  # asked of no rows at all, for its columns
        assert engine.fetch("SELECT count(low) FROM low") == [(10,)]
        made = times.read_text()
        assert len(made) > len(told)
        engine.create("up", "SELECT s._row, upper(low) AS up FROM s LEFT JOIN low ON s._row = low._row WHERE c2 <> '1'")
        found = engine.fetch("SELECT up FROM up WHERE _row < 6")
        assert sorted(found, key=repr) == [("",), ("ANN LEE",), ("BO AX",), (None,)]
        assert times.read_text() == made


def counting(file: str) -> BatchFunction:
    """Return ``lowering``, which leaves a sign in a file for each batch."""
    lowered = lowering()

    def function(batch: pa.RecordBatch) -> pa.RecordBatch:
        with open(file, "a") as opened:  # noqa: PTH123 - as short as it can be
            opened.write(".")
        return lowered(batch)

    return function


PLACES = {
    "in order": [range(50), range(50, 90)],
    "with a gap": [[*range(20), *range(40, 90)], range(20, 40)],
    "many gaps": [range(0, 90, 2), range(1, 90, 2)],
    "backwards": [range(89, 44, -1), range(45)],
}


@pytest.mark.parametrize("as_folder", [False, True])
@pytest.mark.parametrize("places", PLACES.values(), ids=PLACES.keys())
def test_a_file_is_written_where_its_cells_are_made(
    local_session: Session, tmp_path: Path, places: list[Sequence[int]], *, as_folder: bool
) -> None:
    """However rows lie in files, one file has the embedded engine's bytes, a folder its lines; texts are counted."""
    texts = [NAMES[number % len(NAMES)] for number in range(90)]
    rows, folder = source(texts), tmp_path / "read"
    folder.mkdir()
    files = [folder / f"{number}.parquet" for number in range(len(places))]
    for file, numbers in zip(files, places, strict=True):
        pq.write_table(rows.take(list(numbers)), file)
    parts = tuple((Slice(file=str(file), first=0, last=1),) for file in files)
    flow = Flow(local_session.read.parquet(f"file:{folder}"), files=Files(parts=parts))
    made = "SELECT _row, 'x' || c2 AS label, c1 || ',\"' AS why, c3 IS NULL AS blank FROM s"
    export = Export(
        base="s",
        base_columns=["c1", "c3"],
        beside="tags",
        beside_columns=["label", "why", "blank"],
        headers=["a", "A", "label", "why,", "blank"],
        counted=["label", "why"],
        spreadsheet_safe=True,
    )
    with twins(local_session) as both:
        both.embedded.load_arrow("s", rows)
        both.cluster.load_flow("s", flow, str(folder))  # type: ignore[attr-defined]
        both.create("tags", made)
        expected, found = tmp_path / "expected.csv", tmp_path / "found"
        both.embedded.export_csv(expected, export)
        if as_folder:
            found.mkdir()
        counts = both.cluster.export_csv(found, export)
    if as_folder:
        written = [part.read_text().split("\n") for part in found.iterdir()]
        header, *lines = expected.read_text().split("\n")
        assert all(part[0] == header for part in written)
        assert sorted(line for part in written for line in part[1:] if line) == sorted(line for line in lines if line)
    else:
        assert found.read_bytes() == expected.read_bytes()
    assert counts == {"label": {"x0": 23, "x1": 23, "x2": 22, "x3": 22}}
