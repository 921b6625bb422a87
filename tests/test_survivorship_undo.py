"""Undo: the table back from its golden records, and merges taken back one by one."""

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest

from segaudit.engine.duck import DuckEngine
from segaudit.errors import InputError
from segaudit.identity.survive import SurvivalOutputs, survive
from segaudit.identity.survive.undo import Undone, undo
from segaudit.model.survival import UndoResult
from tests.survivorship_support import (
    PEOPLE,
    WHO,
    Row,
    load_entities,
    merge,
    opened_data,
    people,
    shipped_formats,
)


def undone(
    folder: Path, what: Undone | None = None, *, golden: str = "golden.csv", to: str = "undone.csv"
) -> UndoResult:
    """Undo in a folder where something was merged."""
    with DuckEngine(threads=1) as engine:
        data = opened_data(folder / "table.csv", engine)
        return undo(folder / golden, folder / "undo.csv", folder / to, engine, what=what, data=data, force=True)


def test_the_undo_file_holds_each_merged_record_as_it_was(tmp_path: Path) -> None:
    """Every record of an entity with several stands there, the surviving one first."""
    assert people(tmp_path).lines("undo.csv") == [
        ["record_id", "last_name", "email", "city", "entity_id", "survivor", "record_key", "_row"],
        ["14", "Ray", "ray@bolt.com", "Köln", "ray", "14", "14", "4"],
        ["11", "Ray", "", "Ulm", "ray", "14", "11", "1"],
        ["13", "Ray", "ray@acme.com", "", "ray", "14", "13", "3"],
    ]


def test_undo_gives_the_table_back(tmp_path: Path) -> None:
    """Golden records and undo file together are the table, row for row and cell for cell."""
    merged = people(tmp_path)
    result = undone(tmp_path)
    assert merged.lines("undone.csv") == merged.lines("table.csv")
    assert (result.records, result.restored, result.entities) == (4, 3, 1)


@pytest.mark.parametrize("ending", ["csv", "tsv", "parquet"])
def test_undo_reads_what_was_written(tmp_path: Path, ending: str) -> None:
    """Golden and undo files of each kind lead back, whatever stands in headers and cells."""
    headers = ("record_id", "Name, first\nand last", "", "", 'a "b"', "_row")
    cells = (("1", "A\r\nB", "'", "\t", '"', "x"), ("2", "", "=1", "a,b", "", ""), ("3", "é", "n/a", " ", ";", "y"))
    with (tmp_path / "table.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headers, *cells])
    golden, records, back = (tmp_path / f"{name}.{ending}" for name in ("golden", "undo", "back"))
    with DuckEngine(threads=1) as engine:
        data = opened_data(tmp_path / "table.csv", engine)
        load_entities(engine, "aba")
        outputs = SurvivalOutputs(golden=str(golden), undo=str(records))
        survive(data, shipped_formats(), engine, outputs)
        undo(golden, records, back, engine)
        opened_data(back, engine)
        found = engine.fetch(f"SELECT c1, c2, c3, c4, c5, c6 FROM {data.source.table} ORDER BY _row")  # noqa: S608
    assert [tuple(cell or "" for cell in row) for row in found] == list(cells)


def test_a_table_without_rows_is_merged(tmp_path: Path) -> None:
    """A header alone gives a golden file with a header alone."""
    (tmp_path / "table.csv").write_text("record_id,last_name\n", encoding="utf-8")
    with DuckEngine(threads=1) as engine:
        data = opened_data(tmp_path / "table.csv", engine)
        load_entities(engine, "")
        outputs = SurvivalOutputs(golden=str(tmp_path / "golden.csv"), undo=str(tmp_path / "undo.csv"))
        result = survive(data, shipped_formats(), engine, outputs)
        undo(tmp_path / "golden.csv", tmp_path / "undo.csv", tmp_path / "back.csv", engine)
    assert (result.records, result.entities, result.largest) == (0, 0, 0)
    assert (tmp_path / "back.csv").read_text(encoding="utf-8") == "record_id,last_name\n"


def test_a_wide_table_is_merged_whole(tmp_path: Path) -> None:
    """More columns than are compared at once are decided all the same."""
    rows = [{f"Field {number}": cell for number in range(55)} for cell in ("", "x")]
    (record,) = merge(tmp_path, rows, ["e", "e"], keys=["1", "2"]).golden
    assert {record[f"Field {number}"] for number in range(55)} == {"x"}


def test_undo_gives_cells_back_that_were_made_safe(tmp_path: Path) -> None:
    """A golden file made safe for spreadsheets loses nothing: rows it changed are in the undo file."""
    outputs = SurvivalOutputs(
        golden=str(tmp_path / "golden.csv"), undo=str(tmp_path / "undo.csv"), spreadsheet_safe=True
    )
    merged = people(tmp_path, outputs)
    assert merged.golden[0]["city"] == "'=1+1"
    undone(tmp_path)
    assert merged.lines("undone.csv") == merged.lines("table.csv")


def test_one_entity_can_be_taken_apart(tmp_path: Path) -> None:
    """The records of the entity stand for themselves again, the survivor under the entity's id; others stay merged."""
    rows = [*PEOPLE, {"record_id": "15", "last_name": "Kim", "email": "", "city": ""}]
    merged = merge(tmp_path, rows, (*WHO, "kim"), keys=[row["record_id"] for row in rows])
    result = undone(tmp_path, Undone(entities=("ray",)))
    assert [line[3:] for line in merged.lines("undone.csv")[1:]] == [
        ["Ulm", "ray/11", "1", "11", "1"],
        ["=1+1", "kim", "2", "12", "2"],
        ["", "ray/13", "1", "13", "3"],
        ["Köln", "ray", "1", "14", "4"],
    ]
    assert (result.records, result.restored, result.entities) == (4, 3, 1)


def test_one_record_can_be_taken_out(tmp_path: Path) -> None:
    """What is left of the entity is merged anew, without anything of the record that left."""
    rows: Sequence[Row] = (
        {"record_id": "1", "last_name": "Ray", "job_title": "", "city": "Ulm"},
        {"record_id": "2", "last_name": "Ray", "job_title": "CPO", "city": ""},
        {"record_id": "3", "last_name": "Ray", "job_title": "", "city": ""},
    )
    merged = merge(tmp_path, rows, ["e"] * 3)
    assert merged.golden[0]["job_title"] == "CPO"
    undone(tmp_path, Undone(records=("2",)))
    assert merged.lines("undone.csv")[1:] == [
        ["1", "Ray", "", "Ulm", "e", "2", "1", "1"],
        ["2", "Ray", "CPO", "", "e/2", "1", "2", "2"],
    ]


def test_what_was_undone_before_stays_undone(tmp_path: Path) -> None:
    """A second record leaves an entity that a first one has left, and all of it can still be undone."""
    merged = people(tmp_path)
    undone(tmp_path, Undone(records=("11",)))
    undone(tmp_path, Undone(records=("13",)), golden="undone.csv", to="again.csv")
    assert [(line[0], line[4], line[5]) for line in merged.lines("again.csv")[1:]] == [
        ("11", "ray/11", "1"), ("12", "kim", "1"), ("13", "ray/13", "1"), ("14", "ray", "1"),
    ]  # fmt: skip
    undone(tmp_path, golden="again.csv", to="all.csv")
    assert merged.lines("all.csv") == merged.lines("table.csv")


@pytest.mark.parametrize("what", [Undone(entities=("nobody",)), Undone(records=("99",))])
def test_what_was_never_merged_cannot_be_undone(tmp_path: Path, what: Undone) -> None:
    """A name that is in no merge is a mistake, and the message says where names stand."""
    people(tmp_path)
    with pytest.raises(InputError, match="nothing that was merged is called"):
        undone(tmp_path, what)


def test_files_that_do_not_belong_together_are_refused(tmp_path: Path) -> None:
    """Rows that are in neither file would be lost, so that nothing is written."""
    merged = people(tmp_path)
    lines = (tmp_path / "undo.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "undo.csv").write_text("".join(lines[:-1]), encoding="utf-8")
    with pytest.raises(InputError, match="hold 3 of 4 rows"):
        undone(tmp_path)
    assert not (tmp_path / "undone.csv").exists()
    with pytest.raises(InputError, match="no file of a merge"):
        undone(merged.folder, golden="table.csv")


def test_broken_row_numbers_are_told(tmp_path: Path) -> None:
    """A file that a spreadsheet has changed is refused with the number of rows."""
    people(tmp_path)
    text = (tmp_path / "golden.csv").read_text(encoding="utf-8")
    (tmp_path / "golden.csv").write_text(text.replace(",14,4\n", ",14,4th\n"), encoding="utf-8")
    with pytest.raises(InputError, match="1 rows have no row number"):
        undone(tmp_path)
