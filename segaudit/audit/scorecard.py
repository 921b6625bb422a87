"""The verb that judges each segment: can it be measured, can it buy, can it be reached, is there data enough."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from segaudit.audit.opening import InputChoices, today
from segaudit.audit.preparing import Prepared, Progress, engine_for, prepare
from segaudit.audit.ruling import load_rules
from segaudit.engine.protocol import Engine
from segaudit.errors import InputError
from segaudit.model.fields import ColumnReading
from segaudit.model.scorecard import ScorecardResult, Standards
from segaudit.model.segments import RuleBook
from segaudit.quality.ages import pair_dates
from segaudit.quality.staleness import count_stale
from segaudit.rulebook.lints.treatments import assets_of
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.scorecard import load_standards
from segaudit.rulebook.tables import load_list, rows_of
from segaudit.segments.decide import create_decisions
from segaudit.segments.scorecard.cards import make_cards
from segaudit.segments.scorecard.lists import ListColumn, compare_lists
from segaudit.segments.scorecard.measuring import Share, measure_segments
from segaudit.segments.scorecard.probes import with_probes, without_probes
from segaudit.segments.scorecard.shares import Ages, Facts
from segaudit.sql.cells import INVALID, cell_parameters, classified_cells
from segaudit.text.folding import fold

_ANY_DAY = -36_500  # days: every date is older than a day in a hundred years


def scorecard(
    path: str | Sequence[str],
    choices: InputChoices | None = None,
    *,
    as_of: date | None = None,
    assets: str | None = None,
    progress: Progress = lambda _: None,
) -> ScorecardResult:
    """Judge every segment by the rules, the records and rules/scorecard.yaml.

    Args:
        path: CSV, TSV, workbook or Parquet file; ``-`` is standard input. Several are parts of one table.
        choices: What to read it with, and which rules.
        as_of: Day that rules count from; today if not given.
        assets: Folder with the files that treatments name; None: nobody looks.
        progress: Told what is being done.

    Raises:
        SegauditError: The file or the rules cannot be read, or there is no such folder.
    """
    choices = choices or InputChoices()
    if assets is not None and not Path(assets).is_dir():
        raise InputError("there is no such folder", where=assets, hint="--assets names the folder of the files")
    rules = load_rules(choices.rules)
    standards = load_standards(RulesLocation.at(choices.rules), rules.fields)
    with engine_for(choices, resolve=False) as engine:
        asked = with_probes(rules, standards)
        found = prepare(path, choices, asked, as_of or today(), engine, resolve=False, progress=progress)
        return judge_prepared(found, rules, standards, assets, engine)


def judge_prepared(
    found: Prepared, rules: RuleBook, standards: Standards, assets: str | None, engine: Engine
) -> ScorecardResult:
    """Judge the segments of a file that is open and compiled for the rules ``with_probes``."""
    create_decisions(found.program, found.data, engine)
    facts = _facts(found, standards, assets, engine)
    here = {*found.data.readings, *found.data.related}
    return ScorecardResult(
        source=found.source,
        rules=rules,
        as_of=found.day,
        absent_fields=tuple(name for name in rules.fields_read() if name not in here),
        standards=standards,
        cards=make_cards(facts),
        assets=assets or "",
    )


def _facts(found: Prepared, standards: Standards, assets: str | None, engine: Engine) -> Facts:
    rules = without_probes(found.rules)
    related = found.data.related
    here = frozenset(
        [*found.data.readings, *related, *(name for rows in related.values() for name in rows.data.readings)]
    )
    columns = _list_columns(found, standards)
    words = load_list(found.opened.location, "crm_list_words", "word")
    return Facts(
        rules=rules,
        standards=standards,
        measures=measure_segments(found.rules, standards, tuple(found.data.readings), engine),
        here=here,
        ages=_ages(found, rules, standards, engine),
        cadences=_cadences(found.opened.location),
        assets=_assets(rules, assets) if assets is not None else None,
        lists=compare_lists(rules, columns, words, standards.limit("list_likeness"), engine),
        list_headers=tuple(column.header for column in columns),
    )


def _list_columns(found: Prepared, standards: Standards) -> tuple[ListColumn, ...]:
    """Return the columns that may hold the CRM's own segments: fields first, then headers that say so."""
    readings = found.opened.readings
    by_field = {reading.column.field: reading for reading in readings if reading.column.field}
    chosen = [by_field[name] for name in standards.lists if name in by_field]
    words = set(standards.list_headers)
    chosen += [
        reading
        for reading in readings
        if reading.column.field is None and words & set(fold(reading.column.header).replace("_", " ").split())
    ]
    source = found.opened.source
    return tuple(
        ListColumn(
            header=reading.column.header.strip(), table=source.table, column=source.column(reading.column.position)
        )
        for reading in chosen
    )


def _ages(found: Prepared, rules: RuleBook, standards: Standards, engine: Engine) -> dict[str, Ages]:
    """Return how old the values are of the fields segments read and a date column dates."""
    opened = found.opened
    pairs = pair_dates(opened.readings, rules.fields, opened.catalogue)
    by_position = {reading.column.position: reading for reading in opened.readings}
    ages = {}
    for name in dict.fromkeys(field for _, segment in rules.segments() for field in segment.fields):
        reading = found.data.readings.get(name)
        dating = by_position.get(pairs.get(reading.column.position, 0)) if reading is not None else None
        if reading is None or dating is None:
            continue
        days = rules.fields[name].max_age_days or round(standards.limit("fresh_days"))
        pair = (reading, dating)
        dated, stale = (_older(found, pair, most, engine) for most in (_ANY_DAY, days))
        filled = _filled(found, reading, engine)
        share = Share(true=dated - stale, unknown=filled - dated, total=filled)
        ages[name] = Ages(header=dating.column.header.strip(), days=days, share=share)
    return ages


def _older(found: Prepared, pair: tuple[ColumnReading, ColumnReading], days: int, engine: Engine) -> int:
    return count_stale(found.opened.source, pair, days, found.opened.placeholders, found.day, engine)


def _filled(found: Prepared, reading: ColumnReading, engine: Engine) -> int:
    source = found.opened.source
    column = source.column(reading.column.position)
    cells = classified_cells(f"(SELECT _row, {column} AS v FROM {source.table})", reading)
    parameters = cell_parameters(reading.column.field, reading.type, found.opened.placeholders)
    return int(engine.fetch(f"SELECT COUNT(*) FROM {cells} WHERE state > {INVALID}", parameters)[0][0])


def _cadences(location: RulesLocation) -> Mapping[str, int | None]:
    path = location.file("lists/refresh_words.csv")
    found: dict[str, int | None] = {}
    for line, row in rows_of(path, ("word", "days")):
        if row["days"] and not row["days"].isdecimal():
            raise InputError(f'"{row["days"]}" is no number of days', where=f"{path}:{line}", hint="write 7 for weekly")
        found[row["word"].lower()] = int(row["days"]) if row["days"] else None
    return found


def _assets(rules: RuleBook, folder: str) -> dict[str, bool]:
    """Return which of the files treatments name are in a folder; what leads out of it is not."""
    root = Path(folder).resolve()
    names = dict.fromkeys(name for _, segment in rules.segments() for name in assets_of(segment))
    return {name: _is_inside(root, name) for name in names}


def _is_inside(root: Path, name: str) -> bool:
    try:
        path = (root / name).resolve()
        return path.is_relative_to(root) and path.is_file()
    except (OSError, ValueError):  # a name no file can have
        return False
