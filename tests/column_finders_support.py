"""Small tables for finders to look at."""

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from segaudit.audit.opening import InputChoices, open_input
from segaudit.audit.quality import measure_quality_data
from segaudit.engine.duck import DuckEngine
from segaudit.model.conditions import Place
from segaudit.model.quality import Check, ColumnRemark, Dimension, Severity, Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.finders import Finder


def a_check(**settings: object) -> Check:
    """Return a check with settings for its finder."""
    return Check(
        id="tried",
        dimension=Dimension.COMPLETENESS,
        severity=Severity.WARNING,
        title="",
        why="",
        mend="",
        place=Place(file="checks.yaml", line=1, column=1),
        settings=settings,
    )


def open_data(path: Path, engine: DuckEngine) -> QualityData:
    """Open a file as finders see it. One engine a file: what finders keep of a table lives as long as the engine."""
    opened = open_input(str(path), InputChoices(fingerprint=False), engine, ordered=True)
    return measure_quality_data(opened, date(2026, 6, 30), engine)


def found_in(
    folder: Path, finder: Finder, columns: Mapping[str, Sequence[object]], **settings: object
) -> tuple[list[Suspicion], list[ColumnRemark]]:
    """Return what a finder says of a table of some columns: suspicions and remarks."""
    path = folder / "table.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
    with DuckEngine(threads=1) as engine:
        found = list(finder(open_data(path, engine), a_check(**settings)))
    suspicions = [each for each in found if isinstance(each, Suspicion)]
    return suspicions, [each for each in found if isinstance(each, ColumnRemark)]
