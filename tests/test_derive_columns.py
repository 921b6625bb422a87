"""Derived fields as columns that rules read."""

from datetime import date
from pathlib import Path

import pytest

from segaudit.audit.deriving import derive_columns
from segaudit.audit.opening import InputChoices, OpenedInput, open_input
from segaudit.engine.duck import DuckEngine
from segaudit.engine.protocol import Engine
from segaudit.errors import RuleErrors
from segaudit.model.fields import FieldType
from segaudit.model.segments import RuleField
from tests.rules_support import write

TEXT = "Job Title,Country,Note\nCEO,Germany,a\nClerk,,b\n,France,c\n"
DAY = date(2026, 3, 31)


def opened(folder: Path, text: str, engine: Engine, rules: str | None = None) -> OpenedInput:
    """Open a small file."""
    return open_input(str(write(folder / "a.csv", text)), InputChoices(rules=rules), engine, ordered=True)


def cells_of(position: int, found: OpenedInput, engine: Engine) -> list[str | None]:
    """Return the cells of a column, in the order of the rows."""
    table = found.source.table
    return [cell for (cell,) in engine.fetch(f"SELECT c{position} FROM {table} ORDER BY _row")]  # noqa: S608 - our own names


def test_wanted_fields_become_columns_behind_the_file(tmp_path: Path) -> None:
    """The view has every row once with what was derived; the headers stay those of the file."""
    with DuckEngine() as engine:
        plain = opened(tmp_path, TEXT, engine)
        found = derive_columns(plain, ["seniority", "region", "nothing_such"], engine, as_of=DAY)
        columns = {column.field: column.position for column in found.fields.columns if column.source == "derived"}
        rows = list(zip(*(cells_of(columns[name], found, engine) for name in ("seniority", "region")), strict=True))
    assert found.source.headers == ("Job Title", "Country", "Note")
    assert rows == [("C-level", "EMEA"), ("Individual", None), (None, "EMEA")]


def test_a_provided_field_is_not_derived(tmp_path: Path) -> None:
    """A column that exists is never overwritten, and nothing is made where nothing is wanted."""
    with DuckEngine() as engine:
        plain = opened(tmp_path, "Job Title,Seniority\nCEO,\n", engine)
        assert derive_columns(plain, ["seniority", "job_title"], engine) is plain


def test_rules_can_ask_how_sure(tmp_path: Path) -> None:
    """A declared <field>_sure is the sureness beside the field."""
    declared = {"seniority_sure": RuleField(name="seniority_sure", type=FieldType.NUMBER)}
    with DuckEngine() as engine:
        plain = opened(tmp_path, TEXT, engine)
        found = derive_columns(plain, ["seniority_sure"], engine, declared=declared, as_of=DAY)
        position = found.fields.column_of("seniority_sure")
        assert position is not None
        cells = cells_of(position.position, found, engine)
    assert cells == ["0.95", "0.95", None]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("derive: {region: {from: [country], wrds: x}}", 'no key "wrds"'),
        ("derive: {region: {from: [contry], reads: country_code}}", 'unknown field "contry"'),
        ("derive: {region: {from: [country], reads: contry_code}}", 'did you mean "country_code"?'),
        (
            "derive: {region: {from: [state], reads: country_code}, state: {from: [region], reads: country_code}}",
            "derived from itself",
        ),
        ("derive: {size_band: {cases: [{value: S, sure: 7, when: {employees: {lte: 5}}}]}}", 'sure cannot be "7"'),
        ("derive: {size_band: {cases: [{value: S}]}}", "a case has a value and a when"),
    ],
)
def test_mistakes_are_told_with_their_line(tmp_path: Path, text: str, said: str) -> None:
    """A client's file that is wrong says where, before anything is derived."""
    for name in ("places", "company"):
        write(tmp_path / f"rules/derived/{name}.yaml", "derive: {}")
    write(tmp_path / "rules/derived/own.yaml", text)
    with DuckEngine() as engine, pytest.raises(RuleErrors) as caught:
        derive_columns(opened(tmp_path, TEXT, engine, str(tmp_path / "rules")), ["size_band"], engine)
    assert said in str(caught.value)
    assert "own.yaml:1:" in str(caught.value)


def test_a_client_replaces_one_table(tmp_path: Path) -> None:
    """A client's derived/seniority.csv stands in for the shipped one, and all else stays."""
    write(tmp_path / "rules/derived/seniority.csv", "phrase,value,sure,effect\nclerk,Owner,,\n")
    with DuckEngine() as engine:
        plain = opened(tmp_path, TEXT, engine, str(tmp_path / "rules"))
        found = derive_columns(plain, ["seniority"], engine)
        column = found.fields.columns[-1]
        cells = cells_of(column.position, found, engine)
    assert cells == [None, "Owner", None]
