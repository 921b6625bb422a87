"""The tables identity standardises by."""

from pathlib import Path

import pytest

from segaudit.errors import SegauditError
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.standards import load_standards


def _folder(root: Path, file: str, text: str) -> RulesLocation:
    path = root / "identity" / "standard" / file
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return RulesLocation.at(str(root))


def test_own_table(tmp_path: Path) -> None:
    """A client's table takes the place of the shipped one; all others stay."""
    lists = load_standards(_folder(tmp_path, "company_words.csv", "word,standard\nzz,zeta\n"))
    assert lists.company_words == {"zz": "zeta"}
    assert lists.names_of_kind("generation")["junior"] == "jr"


def test_no_number(tmp_path: Path) -> None:
    """A count that is no number is an error with its line."""
    location = _folder(tmp_path, "shared_hosts.csv", "host,parts\nx.com,1\ny.com,two\n")
    with pytest.raises(SegauditError, match='"two" is no number of parts') as caught:
        load_standards(location)
    assert str(caught.value.where).endswith("shared_hosts.csv:3")


def test_lacking_column(tmp_path: Path) -> None:
    """A table without a column it needs is an error that names the column."""
    with pytest.raises(SegauditError, match="lacks the column place"):
        load_standards(_folder(tmp_path, "street_words.csv", "word,standard\nst,street\n"))
