"""The verb that measures columns. It imports nothing heavy: this is the command people wait for most often."""

from collections.abc import Sequence
from datetime import date

from segaudit.audit.opening import InputChoices, open_input, today
from segaudit.engine.duck import DuckEngine
from segaudit.model.coverage import CoverageResult
from segaudit.quality.coverage import measure_coverage
from segaudit.rulebook.tables import load_cutoffs


def coverage(
    path: str | Sequence[str], choices: InputChoices | None = None, *, as_of: date | None = None
) -> CoverageResult:
    """Measure how much of each column of a file is filled, and how good that is.

    Args:
        path: CSV, TSV, workbook or Parquet file; ``-`` is standard input. Several are parts of one table.
        choices: What to read it with.
        as_of: Day the measurement is of; today if not given.

    Raises:
        SegauditError: The file cannot be read as a table, or a choice is not possible.
    """
    choices = choices or InputChoices()
    with DuckEngine(memory_limit=choices.memory_limit) as engine:
        opened = open_input(path, choices, engine, ordered=False)
        return measure_coverage(
            opened.source,
            opened.readings,
            opened.fields,
            catalogue=opened.catalogue,
            placeholders=opened.placeholders,
            cutoffs=load_cutoffs(opened.location),
            as_of=as_of or today(),
            engine=engine,
        )
