"""Cells that are written otherwise than their column: shape, unit, characters, type; and rare answers."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from segaudit.model.quality import Check, ColumnRemark, Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.finders.cells.characters import odd_characters
from segaudit.quality.finders.cells.rare_values import rare_values
from segaudit.quality.finders.cells.shapes import odd_shapes
from segaudit.quality.finders.cells.spreadsheets import dated_by_spreadsheet, float_noise
from segaudit.quality.finders.cells.swallowed import swallowed_neighbours
from segaudit.quality.finders.cells.units import mixed_units
from segaudit.quality.finders.cells.unreadable import unreadable_cells

_Look: TypeAlias = Callable[[QualityData, str], Iterator[Suspicion]]
_LOOKS: tuple[_Look, ...] = (
    odd_shapes,
    mixed_units,
    odd_characters,
    float_noise,
    dated_by_spreadsheet,
    swallowed_neighbours,
    unreadable_cells,
    rare_values,
)


def find_broken_patterns(data: QualityData, check: Check) -> Iterable[Suspicion | ColumnRemark]:
    """Find the cells that break the pattern of their column."""
    return broken_patterns(data, check.id)


def broken_patterns(data: QualityData, check: str) -> Iterator[Suspicion]:
    """Yield a suspicion for each value or cell."""
    for look in _LOOKS:
        yield from look(data, check)
