"""The checks run over a measured table: the row contract and the finders, side by side."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias

from segaudit.audit.ruling import word_lists
from segaudit.engine.beside import side_by_side
from segaudit.model.fields import ColumnReading
from segaudit.model.quality import Check, ColumnRemark, Suspicion
from segaudit.model.segments import RuleField
from segaudit.quality.contract import compile_contract
from segaudit.quality.contract_judge import CELL_FAILURES, ROW_FAILURES, create_failures
from segaudit.quality.data import QualityData
from segaudit.quality.finders import Finder
from segaudit.quality.issues import Failures
from segaudit.sql.records import RecordSource

_Placed: TypeAlias = tuple[int, Check]  # a check and its place among those that are run


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What came of checks; each is told by its place among those that were run."""

    failures: list[Failures] = field(default_factory=list)  # of the row contract
    checked: dict[int, int] = field(default_factory=dict)  # place -> rows of which a check of the contract can be told
    suspicions: list[tuple[int, Suspicion]] = field(default_factory=list)
    remarks: list[tuple[int, ColumnRemark]] = field(default_factory=list)


def run_checks(
    run: Sequence[Check],
    data: QualityData,
    known: Mapping[str, RuleField],
    finders: Mapping[str, Finder],
    progress: Callable[[str], None],
) -> Found:
    """Run checks; what is found is in the order of the checks, whatever the order they were run in.

    Args:
        run: The checks, all of which can be run.
        data: The table.
        known: The rule fields there are, whether columns provide them or not.
        finders: By the names the checks call them; those of one module are run one after the other.
        progress: Told what is being done, from several threads.
    """
    subjects: dict[str, list[_Placed]] = {}
    for placed in enumerate(run):
        if placed[1].finder:
            subjects.setdefault(finders[placed[1].finder].__module__, []).append(placed)
    # The longest first, so that nobody waits for them in the end: the contract, then what has the most checks.
    longest = sorted(subjects.values(), key=len, reverse=True)
    works = [partial(_check_rows, run, data, known, progress)]
    works += [partial(_look, checks, data, finders, progress) for checks in longest]
    rows, *looked = side_by_side(data.engine, works)
    return Found(
        failures=rows.failures,
        checked=rows.checked,
        suspicions=sorted((one for each in looked for one in each.suspicions), key=lambda one: one[0]),
        remarks=sorted((one for each in looked for one in each.remarks), key=lambda one: one[0]),
    )


def _look(
    checks: Sequence[_Placed], data: QualityData, finders: Mapping[str, Finder], progress: Callable[[str], None]
) -> Found:
    """Run the finders of one subject."""
    came = Found()
    for place, check in checks:
        progress(f"Looking for {check.title[0].lower()}{check.title[1:]}")
        for found in finders[check.finder](data, check):
            if isinstance(found, Suspicion):
                came.suspicions.append((place, found))
            else:
                came.remarks.append((place, found))
    return came


def name_of(reading: ColumnReading) -> str:
    """Return what checks call a column: its field, or a name of its own."""
    return reading.column.field or f"column_{reading.column.position}"


def by_name(readings: Sequence[ColumnReading]) -> dict[str, ColumnReading]:
    """Return columns by what checks call them."""
    return {name_of(reading): reading for reading in readings}


def present_fields(readings: Sequence[ColumnReading]) -> dict[str, RuleField]:
    """Return the rule fields that columns provide."""
    return {name_of(reading): RuleField(name=name_of(reading), type=reading.type) for reading in readings}


def _check_rows(
    run: Sequence[Check], data: QualityData, known: Mapping[str, RuleField], progress: Callable[[str], None]
) -> Found:
    """Run the row contract."""
    progress("Checking rows")
    fields = {**known, **present_fields(data.readings)}
    contract = compile_contract(run, fields, data.as_of, word_lists(data.location))
    positions = {name_of(reading): reading.column.position for reading in data.readings}
    records = RecordSource(
        source=data.source,
        fields=data.fields,
        readings=by_name(data.readings),
        placeholders=data.placeholders,
        classified=True,
    )
    judged = create_failures(contract, records, fields, data.engine)
    order = {id(check): place for place, check in enumerate(run)}
    places = [order[id(item.check)] for item in contract.checks]
    failures = [
        Failures(
            table=CELL_FAILURES if found.of_cells else ROW_FAILURES,
            index=item.place,
            check=place,
            position=positions[item.check.column],
            confidence=item.check.confidence,
            of_cells=found.of_cells,
        )
        for item, place, found in zip(contract.checks, places, judged, strict=True)
        if found.rows_failed
    ]
    checked = {place: found.rows_checked for place, found in zip(places, judged, strict=True)}
    return Found(failures=failures, checked=checked)
