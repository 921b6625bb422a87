"""Headers that mean two things, told by the values below them."""

from pathlib import Path

import pytest

from segaudit.audit.opening import InputChoices, open_input
from segaudit.engine.duck import DuckEngine
from tests.rules_support import write


def fields_of(path: Path, text: str, mapped: str = "") -> dict[str, str | None]:
    """Return the field of each column of a table."""
    table = write(path / "a.csv", text)
    choices = InputChoices(map=str(write(path / "map.yaml", mapped))) if mapped else InputChoices()
    with DuckEngine() as engine:
        opened = open_input(str(table), choices, engine, ordered=False)
        return {column.header: column.field for column in opened.fields.columns}


@pytest.mark.parametrize(
    "titles", [["Mr.", "Ms", "DR", ""], ["Herr", "Frau", "Herr Dr.", "Frau"], ["M.", "Mme", "Mlle", "M."]]
)
def test_a_title_of_forms_of_address(tmp_path: Path, titles: list[str]) -> None:
    """A Title of Mr and Ms is the form of address, and the job stands where the next header says so."""
    rows = "\n".join(f"{title},Lee{row},CEO" for row, title in enumerate(titles))
    found = fields_of(tmp_path, f"Title,Last Name,Position\n{rows}\n")
    assert found == {"Title": "salutation", "Last Name": "last_name", "Position": "job_title"}


def test_a_title_of_jobs(tmp_path: Path) -> None:
    """A Title of jobs stays one, though a doctor is among them; an empty one too."""
    jobs = "Title,Last Name\nCEO,Lee\nHead of Sales,Ray\nDr,Poe\nCFO,Fox\n"
    assert fields_of(tmp_path, jobs)["Title"] == "job_title"
    assert fields_of(tmp_path, "Title,Last Name\n,Lee\n,Ray\n")["Title"] == "job_title"


def test_a_title_beside_a_salutation(tmp_path: Path) -> None:
    """Of two columns of forms of address the one that says so keeps the field."""
    found = fields_of(tmp_path, "Title,Salutation,Last Name\nMr,Mr,Lee\nMs,Ms,Ray\n")
    assert found == {"Title": None, "Salutation": "salutation", "Last Name": "last_name"}


def test_a_consent_that_is_a_status(tmp_path: Path) -> None:
    """Subscribed and Opted out say the same under every header, so they are a status; yes and no are the consent's."""
    words = ["Subscribed", "Unsubscribed", "Opted in", "Opt-out", "pending", ""]
    for header in ("Accepts Email Marketing", "Email Opt Out"):
        rows = "\n".join(f"{number},{word}" for number, word in enumerate(words))
        assert fields_of(tmp_path, f"Contact ID,{header}\n{rows}\n")[header] == "marketing_status"
    answers = fields_of(tmp_path, "Contact ID,Accepts Email Marketing\n1,yes\n2,no\n3,Subscribed\n")
    assert answers["Accepts Email Marketing"] == "email_consent"


def test_the_age_of_a_deal(tmp_path: Path) -> None:
    """In a table of deals that names no person Age is no person's; beside names it is."""
    deals = fields_of(tmp_path, "Opportunity Name,Stage,Amount,Age\nBig,Won,100,35\nSmall,Lost,10,120\n")
    assert (deals["Age"], deals["Amount"]) == (None, "deal_amount")
    people = fields_of(tmp_path, "First Name,Stage,Amount,Age\nAnn,Won,100,35\nBob,Lost,10,42\n")
    assert people["Age"] == "age"


def test_what_the_user_says_stays(tmp_path: Path) -> None:
    """A column the user mapped is what the user says."""
    text = "Title,Last Name\nMr,Lee\nMs,Ray\n"
    assert fields_of(tmp_path, text, "columns:\n  Title: job_title\n")["Title"] == "job_title"
