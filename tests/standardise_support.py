"""Standard forms of a few cells, for the tests of identity's standards."""

from typing import Any

import pyarrow as pa

from segaudit.identity.standardise import STANDARDS, standardise
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.standards import load_standards

LISTS = load_standards(RulesLocation.at(None))


def forms(kind: str, *cells: str | None, beside: object = None) -> list[tuple[Any, ...]]:
    """Return the standard forms of each cell, in the order of the kind's columns."""
    found = standardise(kind, pa.array(cells, pa.string()), LISTS, beside)
    return list(zip(*(found[column].to_pylist() for column in STANDARDS[kind].columns), strict=True))


def form(kind: str, column: str, *cells: str | None, beside: object = None) -> list[Any]:
    """Return one standard form of each cell."""
    found: list[Any] = standardise(kind, pa.array(cells, pa.string()), LISTS, beside)[column].to_pylist()
    return found
