"""Contracts in pandera's form: the one a table suggests counts what we count, and a client's own is judged as data."""

import csv
import json
import runpy
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas
import pytest
from pandera.io import pandas_io

from segaudit.audit.quality import QualityOutputs, quality
from segaudit.errors import InputError, SegauditError
from segaudit.model.quality import QualityFinding
from segaudit.rulebook.location import data_folder
from segaudit.rulebook.yaml_nodes import load_plain

SAMPLE = data_folder("sample_data") / "contacts.csv"
AS_OF = date(2026, 6, 30)


def table(path: Path, header: list[str], *rows: list[str]) -> str:
    """Write a CSV file and return its name."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows([header, *rows])
    return str(path)


def broken(findings: tuple[QualityFinding, ...]) -> dict[tuple[str, str], tuple[int, ...]]:
    """Return the rows that break a client's schema, by column and check."""
    return {
        (finding.columns[0], finding.rule.split("-", 2)[2]): finding.first_rows
        for finding in findings
        if finding.rule.startswith("quality.schema-") and finding.columns
    }


def failing(schema: Any, frame: pd.DataFrame) -> dict[str, set[int]]:  # noqa: ANN401 - a pandera schema
    """Return the rows that fail a schema in pandas, from 1, by column."""
    with pytest.raises(pandera.errors.SchemaErrors) as raised:
        schema.validate(frame, lazy=True)
    cases = raised.value.failure_cases
    return {str(name): {int(index) + 1 for index in found["index"]} for name, found in cases.groupby("column")}


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], tuple[QualityFinding, ...], Path]:
    """Return the sample's contract as a Python file run, our findings, and the same contract as YAML."""
    folder = tmp_path_factory.mktemp("contract")
    result = quality(str(SAMPLE), outputs=QualityOutputs(contract=str(folder / "c.py")), as_of=AS_OF)
    quality(str(SAMPLE), outputs=QualityOutputs(contract=str(folder / "c.yaml")), as_of=AS_OF)
    return runpy.run_path(str(folder / "c.py")), result.findings, folder / "c.yaml"


def test_contract_counts_what_we_count(
    contract: tuple[dict[str, Any], tuple[QualityFinding, ...], Path],
) -> None:
    """The contract run by pandas fails as many cells of addresses, numbers and flags as we find unreadable."""
    made, findings, _ = contract
    found = failing(made["schema"], made["read"](SAMPLE))
    unreadable = ("email-unreadable", "phone-unreadable", "web-unreadable", "yes-no-unreadable")
    ours = {
        finding.columns[0]: finding.rows_failed
        for finding in findings
        if finding.rule.removeprefix("quality.") in unreadable
    }
    assert ours
    assert {name: len(found.get(name, ())) for name in ours} == ours
    assert {name for name in found if name not in ours} == set()  # nothing else breaks what the table itself suggests


def test_contract_as_yaml(contract: tuple[dict[str, Any], tuple[QualityFinding, ...], Path]) -> None:
    """The YAML says what the Python file says, and pandera reads it."""
    made, _, path = contract
    schema = pandas_io.deserialize_schema(load_plain(path))  # type: ignore[no-untyped-call]
    frame = made["read"](SAMPLE)
    assert failing(schema, frame) == failing(made["schema"], frame)


def test_a_clients_schema(tmp_path: Path) -> None:
    """Rows that break a client's schema are found, each under its check, as pandas finds them."""
    schema = pandera.pandas.DataFrameSchema(
        {
            "code": pandera.pandas.Column(str, pandera.pandas.Check.str_matches("^[A-Z]{2}$"), unique=True),
            "score": pandera.pandas.Column(float, pandera.pandas.Check.in_range(0, 10), nullable=True),
            "kind": pandera.pandas.Column(str, pandera.pandas.Check.isin(["a", "b"]), nullable=False),
        }
    )
    path = tmp_path / "schema.yaml"
    path.write_text(as_yaml(pandas_io.serialize_schema(schema)), encoding="utf-8")
    data = table(
        tmp_path / "d.csv",
        ["code", "score", "kind"],
        ["AB", "1", "a"],
        ["ab", "11", "b"],
        ["AB", "", "c"],
        ["CD", "x", ""],
        ["EF", "10", "a"],
    )
    assert broken(quality(data, as_of=AS_OF, schema=str(path)).findings) == {
        ("code", "str-matches"): (2,),
        ("code", "unique"): (1, 3),
        ("score", "in-range"): (2,),
        ("score", "dtype"): (4,),
        ("kind", "isin"): (3,),
        ("kind", "not-nullable"): (4,),
    }


def as_yaml(document: Any) -> str:  # noqa: ANN401 - a document can hold anything
    """Write a document as JSON, which is YAML."""
    return json.dumps(document)


def test_columns_of_a_clients_schema(tmp_path: Path) -> None:
    """A column the table lacks, and one a strict schema does not name, are findings."""
    path = tmp_path / "schema.yaml"
    path.write_text("columns: {a: {dtype: str, nullable: true}, b: {dtype: str}}\nstrict: true\n", encoding="utf-8")
    data = table(tmp_path / "d.csv", ["a", "c"], ["1", "2"], ["3", "4"])
    messages = [finding.message for finding in quality(data, as_of=AS_OF, schema=str(path)).findings]
    assert 'there is no column "b"' in messages
    assert 'the column "c" is not in the schema' in messages


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("s.py", "import os", "a schema that is a program is not run"),
        ("s.yaml", "[1, 2]", "this is no pandera schema"),
        ("s.yaml", "columns: {a: {dtype: str, str_match: x}}", 'there is no check "str_match"'),
        ("s.yaml", "columns: {a: {dtype: str, get_backend: x}}", 'there is no check "get_backend"'),
        ("s.yaml", "columns: {a: {dtype: 'geometry'}}", 'columns of type "geometry" cannot be checked'),
        ("s.yaml", "columns: {'^a': {dtype: str, regex: true}}", "named by a pattern"),
        ("s.yaml", "columns: {z: {dtype: str}}", "names no column of this table"),
        ("s.yaml", "columns: {a: {dtype: str, in_range: {low: 1}}}", "in_range cannot take"),
        ("s.yaml", "schema_type: xarray\ncolumns: {a: {dtype: str}}", 'of type "xarray"'),
        ("s.yaml", "columns: {a: !!python/object/apply:os.system [true]}", "s.yaml"),
    ],
)
def test_what_is_no_schema(tmp_path: Path, name: str, text: str, says: str) -> None:
    """What cannot be judged by is refused in words, and nothing in it is run."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    data = table(tmp_path / "d.csv", ["a", "b"], ["1", "2"], ["3", "4"])
    with pytest.raises((InputError, SegauditError)) as raised:
        quality(data, as_of=AS_OF, schema=str(tmp_path / name))
    assert says in str(raised.value)
