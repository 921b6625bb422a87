"""Postal codes of another state: found where a file's codes and states agree; what nobody can tell is not told."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.quality_support import issues_of, write_rows

RIGHT = (
    ("10001", "NY", "United States"),
    ("60614-1234", "Illinois", "USA"),
    ("02108", "Massachusetts", "US"),
    ("94103", "CA", "United States"),
    ("M5V 2T6", "Ontario", "Canada"),
    ("2000", "NSW", "Australia"),
    ("10115", "Berlin", "Germany"),
)


def told(folder: Path, rows: Sequence[tuple[str, ...]], *headers: str) -> dict[str, str]:
    """Return what the check says of each code."""
    named = headers or ("Zip", "State", "Country")
    written = [dict(zip(named, row, strict=True)) for row in rows]
    issues = issues_of(write_rows(folder / "a.csv", list(named), written), folder)
    return {issue["value"]: issue["because"] for issue in issues if issue["rule"] == "quality.postcode-state"}


@pytest.mark.parametrize(
    ("row", "because"),
    [
        (("90012", "Texas", "US"), "90012 is in CA, United States, and not in Texas"),
        (("06390", "Ohio", "USA"), "06390 is in CT or NY, United States, and not in Ohio"),
        (("H3B 2Y5", "Ontario", "Canada"), "H3B 2Y is in QC, Canada, and not in Ontario"),
        (("6000", "NSW", "Australia"), "6000 is in WA, Australia, and not in NSW"),
        (("'10001", "CA", "United States"), "10001 is in NY, United States, and not in CA"),
    ],
)
def test_a_code_of_another_state_is_told(row: tuple[str, str, str], because: str, tmp_path: Path) -> None:
    """Whichever way the state is written, and with a spreadsheet's apostrophe."""
    assert told(tmp_path, [*RIGHT * 10, row]) == {row[0]: because}


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(("06390", "New York", "US"), id="an island with the code of its ferry"),
        pytest.param(("999999", "Texas", "US"), id="no code"),
        pytest.param(("2108", "Texas", "US"), id="a code without its zero"),
        pytest.param(("10115", "Bayern", "Germany"), id="a country that is not listed"),
        pytest.param(("90012", "Narnia", "US"), id="no state"),
        pytest.param(("90012", "", "US"), id="no state at all"),
        pytest.param(("90012", "Texas", "Wonderland"), id="no country"),
    ],
)
def test_what_cannot_be_told_is_not(row: tuple[str, str, str], tmp_path: Path) -> None:
    """Other checks speak of some of them."""
    assert not told(tmp_path, [*RIGHT * 10, row])


def test_a_list_without_a_country_is_judged_by_its_states(tmp_path: Path) -> None:
    """Nearly all of its states are of one country."""
    rows = [row[:2] for row in RIGHT[:4]] * 10
    assert set(told(tmp_path, [*rows, ("90012", "Texas")], "Zip", "State")) == {"90012"}


def test_codes_and_states_of_two_addresses_are_not_compared(tmp_path: Path) -> None:
    """Where every third row disagrees, one column is of where a person lives and the other of where they work."""
    rows = [*RIGHT[:4], ("90012", "Texas", "US"), ("30301", "NY", "US")] * 10
    assert not told(tmp_path, rows)
