"""The values of cells that hold several."""

import pytest

from segaudit.text.lists import split_items
from tests.rules_support import judge


@pytest.mark.parametrize(
    ("cell", "items"),
    [
        ("a; b ;;c", ["a", "b", "c"]),
        ('["vip", "sale"]', ["vip", "sale"]),
        ('["x; y", "vip"]', ["x; y", "vip"]),
        ("['CRM', 'ERP']", ["CRM", "ERP"]),
        ('[1, 2.5, "three"]', ["1", "2.5", "three"]),
        ("[]", []),
        ('[null, "sale"]', ["sale"]),
        ('[""]', []),
        ("{vip,sale}", ["vip", "sale"]),
        ('{vip,"big spender, loyal"}', ["vip", "big spender, loyal"]),
        ("{}", []),
        ('["é", "\\u00fc"]', ["é", "ü"]),
        # None of these is a list that a program wrote.
        ("[Sale] shoes; hats", ["[Sale] shoes", "hats"]),
        ("[vip]", ["[vip]"]),
        ("[a; b]", ["[a", "b]"]),
        ('{"a": 1}', ['{"a": 1}']),
        ('[{"a": 1}]', ['[{"a": 1}]']),
        ("[[1], [2]]", ["[[1], [2]]"]),
        ("['a', __import__('os')]", ["['a', __import__('os')]"]),
        ("['\\d']", ["['\\d']"]),
        ("[" * 5_000, ["[" * 5_000]),
        ("[" * 5_000 + "]" * 5_000, ["[" * 5_000 + "]" * 5_000]),
        ("{" + "a," * 5_000, ["{" + "a," * 5_000]),
    ],
)
def test_items_of_a_cell(cell: str, items: list[str]) -> None:
    """Lists of programs and databases are lists whatever the separator; nothing is run, nothing gets lost in depth."""
    assert split_items(cell, ";") == items


def test_rules_see_their_items() -> None:
    """Segments by tags work on lists as shops export them."""
    cells = ['["VIP", "sale"]', "['sale']", "[]", "{vip}", "sale; vip", "[vip]"]
    asked = {"any": {"tags": {"has_any": ["vip"]}}, "none": {"tags": {"has_none": ["vip"]}}}
    found = judge(asked, [{"tags": cell} for cell in cells], {"tags": {"type": "multi"}})
    assert found == {"any": "TFFTTF", "none": "FTTFFT"}
