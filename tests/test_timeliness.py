"""Timeliness: fields with a date of their own, and the decay of activity."""

from datetime import date
from pathlib import Path

import pytest

from segaudit.audit.opening import InputChoices, open_input
from segaudit.audit.quality import measure_quality_data
from segaudit.engine.duck import DuckEngine
from segaudit.model.conditions import Place
from segaudit.model.fields import CatalogueField, ColumnReading, FieldType, MappedColumn
from segaudit.model.quality import Check, ColumnRemark, Dimension, Severity, Suspicion
from segaudit.model.segments import RuleField
from segaudit.quality.ages import pair_dates
from segaudit.quality.finders.timeliness import find_activity_decay, find_stale_values
from tests.rules_support import write

TODAY = date(2026, 6, 30)
SAMPLE = Path(__file__).resolve().parents[1] / "sample_data" / "contacts.csv"
EMPLOYEES = CatalogueField(
    name="employees",
    type=FieldType.INT,
    entity="company",
    core=True,
    sensitive=False,
    synonyms=("Company Size", "Number of Employees"),
    description="",
)


def check(**settings: object) -> Check:
    """Return a check with some settings."""
    return Check(
        id="stale",
        dimension=Dimension.TIMELINESS,
        severity=Severity.WARNING,
        title="",
        why="",
        mend="",
        place=Place(file="x.yaml", line=1, column=1),
        settings=settings,
    )


def found_in(path: Path, rules: Path | None = None) -> tuple[list[Suspicion | ColumnRemark], list[ColumnRemark]]:
    """Return what the two finders say of a file."""
    with DuckEngine() as engine:
        opened = open_input(str(path), InputChoices(rules=str(rules) if rules else None), engine, ordered=True)
        data = measure_quality_data(opened, TODAY, engine)
        return list(find_stale_values(data, check())), list(find_activity_decay(data, check()))


def column(position: int, header: str, kind: FieldType, field: str | None = None) -> ColumnReading:
    """Return a column as it is read."""
    mapped = MappedColumn(position=position, header=header, field=field, type=kind, source="")
    return ColumnReading(column=mapped, type=kind, type_source="found", style="")


@pytest.mark.parametrize(
    "header",
    [
        "Number of Employees Updated",
        "Company Size Updated",
        "number_of_employees_last_updated_at",
        "Last verified Company Size",
        "CompanySizeUpdated",
        "employees modified on",
    ],
)
def test_header_names_what_it_dates(header: str) -> None:
    """A date column whose header is a field's name and a word for "looked at" dates that field."""
    columns = [column(1, "Headcount", FieldType.INT, "employees"), column(2, header, FieldType.DATE)]
    assert pair_dates(columns, {}, {"employees": EMPLOYEES}) == {1: 2}


@pytest.mark.parametrize(
    ("header", "kind", "field"),
    [
        ("Company Size Date", FieldType.DATE, None),  # a date of what?
        ("Last Updated", FieldType.DATE, None),  # of the record
        ("Company Size Updated", FieldType.DATE, "updated_on"),  # a field of its own
        ("Company Size Updated", FieldType.BOOL, None),
        ("Turnover Updated", FieldType.DATE, None),  # of what is not in the file
    ],
)
def test_other_dates_date_nothing(header: str, kind: FieldType, field: str | None) -> None:
    """Where it cannot be told what a date is the date of, it dates nothing."""
    columns = [column(1, "Headcount", FieldType.INT, "employees"), column(2, header, kind, field)]
    assert pair_dates(columns, {}, {"employees": EMPLOYEES}) == {}


@pytest.mark.parametrize("signs", ["#", "%", "€", "*"])
def test_a_header_of_signs_is_what_nothing_is_called(signs: str) -> None:
    """A rules field that names no date column is not dated by one whose header has no letters."""
    columns = [column(1, "Headcount", FieldType.INT, "employees"), column(2, signs, FieldType.DATE)]
    rules = {"employees": RuleField(name="employees", type=FieldType.INT)}
    assert pair_dates(columns, rules, {}) == {}
    assert pair_dates([*columns, column(3, "Updated", FieldType.DATE)], rules, {}) == {}


def test_rules_name_the_date() -> None:
    """``updated:`` of a rules field names its date column, whatever it is called."""
    columns = [column(1, "Headcount", FieldType.INT, "employees"), column(2, "X7 ", FieldType.DATE)]
    rules = {"employees": RuleField(name="employees", type=FieldType.INT, updated="x7")}
    assert pair_dates(columns, rules, {}) == {1: 2}


def test_stale_values(tmp_path: Path) -> None:
    """A date past max_age is blamed; ages that are unknown are counted; what is typed only to fill is neither."""
    path = write(
        tmp_path / "data.csv",
        """
        Record ID,Number of Employees,Company Size Updated
        1,10,2026-06-20
        2,20,2026-05-30
        3,30,2026-05-31
        4,40,2020-01-01
        5,50,2020-01-01
        6,60,
        7,70,1900-01-01
        8,999999,
        9,,2020-01-01
        """,
    )
    rules = write(
        tmp_path / "rules.yaml",
        """
        fields: {employees: {type: int, max_age: 30d}}
        schemas: {s: {assign: all_matches, segments: {a: {criteria: {employees: {gt: 5}}}}}}
        """,
    )
    stale, _ = found_in(path, rules)
    blamed = [(item.value, item.rows) for item in stale if isinstance(item, Suspicion)]
    assert blamed == [("2020-01-01", 2), ("2026-05-30", 1)]  # 31 May is thirty days ago, and those are allowed
    remark = stale[-1]
    assert isinstance(remark, ColumnRemark)
    assert remark.positions == (2, 3)
    assert remark.message == (
        "3 of 5 values with a date are older than 30 days, 2 older than 3 years; the age of 2 is unknown"
    )
    assert (remark.rows, remark.rows_checked) == (5, 7)


def test_activity_decay(tmp_path: Path) -> None:
    """Activity is told by how long ago it was, with those never active, and dates that cannot be."""
    path = write(
        tmp_path / "data.csv",
        """
        Record ID,Last Activity Date
        1,2026-06-30
        2,2026-05-31
        3,2026-05-30
        4,2026-01-15
        5,2025-06-29
        6,2020-01-01
        7,
        8,2027-01-01
        9,
        10,2026-06-01
        """,
    )
    (remark,) = found_in(path)[1]
    assert remark.message == (
        "active 30% within 30 days, 40% within 90 days, 50% within 180 days, 50% within 365 days; "
        "20% longer ago, 20% never or not recorded; 1 dates lie in the future"
    )
    assert (remark.rows, remark.rows_checked) == (4, 9)


def test_sample_data() -> None:
    """The planted ages of sizes are found: 2,425 of 3,458 dates are older than a year, 2,080 older than three.

    Of 526 sizes without a date two were overwritten with a zero, which is no size.
    """
    stale, decay = found_in(SAMPLE)
    assert sum(item.rows for item in stale if isinstance(item, Suspicion)) == 2425
    messages = [item.message for item in stale if isinstance(item, ColumnRemark)]
    assert messages == [
        "2,425 of 3,458 values with a date are older than 365 days, 2,080 older than 3 years; the age of 524 is unknown"
    ]
    assert len(decay) == 2


def test_empty_table(tmp_path: Path) -> None:
    """A header without rows has no age."""
    path = write(tmp_path / "data.csv", "Number of Employees,Company Size Updated,Last Activity Date\n")
    assert found_in(path) == ([], [])
