"""What looks for faults that nobody can state in advance: one function a file, by the name the checks call it."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from segaudit.model.quality import Check, ColumnRemark, Suspicion
from segaudit.quality.data import QualityData

Finder: TypeAlias = Callable[[QualityData, Check], Iterable[Suspicion | ColumnRemark]]

FINDERS: Mapping[str, Finder] = {}
