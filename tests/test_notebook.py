"""Results in a notebook: each shows itself as its command prints it, and nothing of a file can act there."""

import re
from importlib import import_module
from pathlib import Path

import pytest

import segaudit
from segaudit.model.shown import Shown
from segaudit.report.notebook import DOCUMENTS, html_of
from tests.rules_support import write

_HOSTILE = "<img src=x onerror=alert(1)>"
_PEOPLE = f"""Record ID,Email,First Name,Industry,{_HOSTILE}
1,ann@x.com,Ann,{_HOSTILE},a
2,bob@y.com,Bob,{_HOSTILE},b
3,cy@z.com,Cy,Software,c
"""


@pytest.fixture
def people(tmp_path: Path) -> str:
    """Return a small table with a header and cells that would run as markup."""
    return str(write(tmp_path / "people.csv", _PEOPLE))


@pytest.mark.parametrize(
    "verb", ["coverage", "quality", "dedupe", "overlap", "scorecard", "enrich", "fields", "workspace"]
)
def test_result_shows_itself_and_no_cell_acts(verb: str, people: str) -> None:
    """The tags are those of the renderer; what a file holds is text."""
    shown = getattr(segaudit, verb)(people)._repr_html_()
    assert set(re.findall(r"<([a-z0-9]+)", shown)) <= {"div", "h4", "p", "table", "thead", "tbody", "tr", "th", "td"}
    assert "<h4>" in shown


def test_hostile_header_is_shown_as_text(people: str) -> None:
    """Cut or not, its brackets are escaped."""
    assert "&lt;img src=x" in segaudit.coverage(people)._repr_html_()


def test_every_kind_of_result_has_its_document() -> None:
    """A result that says it can be shown can be."""
    for module in Path(segaudit.__file__).parent.glob("model/*.py"):
        import_module(f"segaudit.model.{module.stem}")
    assert {kind.__name__ for kind in Shown.__subclasses__()} == set(DOCUMENTS)
    for target in DOCUMENTS.values():
        module_name, _, name = target.rpartition(".")
        assert callable(getattr(import_module(f"segaudit.report.{module_name}"), name))


def test_what_has_no_document_is_refused() -> None:
    """Only results are shown."""
    with pytest.raises(KeyError):
        html_of(object())
