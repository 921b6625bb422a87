"""Codes of lines of business: NACE and its national forms, NAICS, SIC."""

import re
from collections.abc import Sequence

from segaudit.model.derived import CodeRange, Found

_SURE = 0.95
_SURE_ALIKE = 0.85  # systems that may be meant agree
_NAICS_FROM = 5  # digits
_CODE = re.compile(
    r"^\s*(?:(SIC|NAICS|NACE|NAF|APE|CNAE|WZ)\W*)?([A-U])?\s?(\d{2,6}|\d{2}\.\d{1,2}(?:\.\d)?)\s?([A-Z])?(?![\w.])"
)
_NATIONAL = ("NAF", "APE", "CNAE", "WZ")


def read_code(text: str, ranges: Sequence[CodeRange], usual: str = "") -> Found | None:
    """Return what a cell that begins with a code means; None if it begins with none.

    Args:
        text: The cell: ``62.01``, ``6201Z``, ``541511``, ``SIC 7372 - Prepackaged software``.
        ranges: What the codes mean.
        usual: The system the column is of; empty if it may be any.
    """
    found = _CODE.match(text)
    if found is None:
        return None
    named, section, digits, letter = found.groups()
    systems = _systems(named, digits, usual, lettered=bool(section or letter))
    bare = digits.replace(".", "")
    meant = {system: value for system in systems if (value := _meaning(bare, system, ranges))}
    values = set(meant.values())
    if len(values) != 1:
        return Found(value=None, why=f"code {digits}" if not values else f"code {digits} of {' or '.join(meant)}")
    sure = _SURE if len(systems) == 1 else _SURE_ALIKE
    return Found(value=values.pop(), sure=sure, why=f"{' or '.join(meant)} {digits}")


def _systems(named: str | None, digits: str, usual: str, *, lettered: bool) -> tuple[str, ...]:
    """Return the systems a code may be of."""
    if named:
        return ("NACE" if named in _NATIONAL else named,)
    if lettered or "." in digits:
        return ("NACE",)
    if len(digits) >= _NAICS_FROM:
        return ("NAICS",)
    return (usual,) if usual else ("NACE", "NAICS", "SIC")


def _meaning(digits: str, system: str, ranges: Sequence[CodeRange]) -> str | None:
    """Return the value of the longest range a code lies in."""
    fitting = [
        item
        for item in ranges
        if item.system == system
        and len(digits) >= len(item.first)
        and item.first <= digits[: len(item.first)] <= item.last
    ]
    return max(fitting, key=lambda item: len(item.first)).value if fitting else None
