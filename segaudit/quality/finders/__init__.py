"""What looks for faults that nobody can state in advance: one function a file, by the name the checks call it."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from segaudit.model.quality import Check, ColumnRemark, Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.finders.columns import find_constant, find_near_empty
from segaudit.quality.finders.copies import find_copies
from segaudit.quality.finders.currencies import find_mixed_units
from segaudit.quality.finders.outliers import find_outliers
from segaudit.quality.finders.repeated_rows import find_repeated_rows
from segaudit.quality.finders.sensitive import find_sensitive
from segaudit.quality.finders.stand_ins import find_stand_ins

Finder: TypeAlias = Callable[[QualityData, Check], Iterable[Suspicion | ColumnRemark]]

FINDERS: Mapping[str, Finder] = {
    "stand-ins": find_stand_ins,
    "outliers": find_outliers,
    "currencies": find_mixed_units,
    "constant": find_constant,
    "near-empty": find_near_empty,
    "copies": find_copies,
    "duplicate-rows": find_repeated_rows,
    "sensitive": find_sensitive,
}
