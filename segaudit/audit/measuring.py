"""The verb that measures columns. It imports nothing heavy: this is the command people wait for most often."""

from collections.abc import Mapping, Sequence
from datetime import date

from segaudit.audit.opening import InputChoices, OpenedInput, engine_chosen, open_input, today
from segaudit.model.coverage import CoverageResult
from segaudit.model.segments import RuleField
from segaudit.quality.ages import pair_dates
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
    with engine_chosen(choices) as engine:
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
            dated=_dated(opened, rules_given=choices.rules is not None),
        )


def _dated(opened: OpenedInput, *, rules_given: bool) -> dict[int, tuple[int, int]]:
    """Return the columns that another dates, with the position of that one and how many days old a value may be.

    The rules say how old; they are read only if they were named or a header tells of such a date: it takes as long as
    measuring a small file.
    """
    if not rules_given and not pair_dates(opened.readings, {}, opened.catalogue):
        return {}
    from segaudit.rulebook.load import load_rules_at  # noqa: PLC0415 - slow, as said above

    return dated_columns(opened, load_rules_at(opened.location).fields)


def dated_columns(opened: OpenedInput, fields: Mapping[str, RuleField]) -> dict[int, tuple[int, int]]:
    """Return the same, given the fields the rules declare."""
    positions = {reading.column.position: reading.column.field for reading in opened.readings}
    ages = {name: field.max_age_days for name, field in fields.items() if field.max_age_days is not None}
    pairs = pair_dates(opened.readings, fields, opened.catalogue)
    return {
        dated: (dating, ages[name]) for dated, dating in pairs.items() if (name := positions[dated]) and name in ages
    }
