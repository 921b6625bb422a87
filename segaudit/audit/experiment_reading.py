"""The verb that reads a test: what its arms came to, and whether that may be called the test's doing."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from segaudit.audit.experiment_arms import COLUMNS, ENTITY, id_reading
from segaudit.audit.experiment_proof import (
    ASSIGNMENT,
    OUTCOMES,
    Assignment,
    name_of_test,
    planned_arms,
    refusals,
    sample_ratio,
    warnings,
)
from segaudit.audit.opening import InputChoices, OpenedInput, engine_chosen, open_input
from segaudit.engine.protocol import Engine
from segaudit.errors import InputError
from segaudit.model.conditions import Place
from segaudit.model.experiments import CONTROL, HOLDOUT, Arm, ArmBalance, TestReadout
from segaudit.model.fields import NUMERIC_TYPES, ColumnReading, FieldType
from segaudit.model.performance import Comparison, Metric, MetricKind, MetricSource, Standing
from segaudit.rulebook.metrics import load_metrics
from segaudit.rulebook.suggest import did_you_mean
from segaudit.segments.performance_counts import RowValues, SchemaFigures
from segaudit.segments.performance_judge import Standards, compare_segments
from segaudit.segments.performance_sources import ChosenMetric
from segaudit.segments.performance_tables import metric_tables
from segaudit.segments.statistics.corrections import Correction
from segaudit.sql.cells import OK, cell_parameters, classified_cells
from segaudit.sql.records import RecordSource
from segaudit.text.folding import fold_header

_OUTCOME = "outcome"
_BY_FLAG = frozenset({FieldType.BOOL})


def read_test(  # noqa: PLR0913 - each is a choice of its own
    path: str | Sequence[str],
    assignment: str,
    outcome: str,
    choices: InputChoices | None = None,
    *,
    correction: Correction = Correction.HOLM,
    lower_is_better: bool = False,
) -> TestReadout:
    """Tell what the arms of a test came to.

    Nothing is claimed of arms that were not drawn by the hash: whoever chose them may have chosen the better ones.

    Args:
        path: The file with the outcomes.
        assignment: What ``test plan -o`` wrote, or another file with record_id and arm.
        outcome: Header or field of the outcome: yes or no, or an amount.
        choices: What to read the file with.
        correction: Of several comparisons.
        lower_is_better: Such as for unsubscribes.

    Raises:
        SegauditError: A file cannot be read, or lacks a column.
    """
    choices = choices or InputChoices()
    with engine_chosen(choices) as engine:
        drawn = _open_assignment(assignment, choices, engine)
        opened = open_input(path, choices, engine, ordered=True)
        reading = _outcome_reading(outcome, opened, engine)
        _create_outcomes(drawn, opened, reading, engine)
        arms = planned_arms(drawn, engine)
        balances = _balances(drawn, arms, engine)
        settings = load_metrics(opened.location, opened.catalogue).settings
        reference = _reference([item.name for item in balances])
        figures = _figures([item.name for item in balances], reading, engine)
        chosen = _metric(reading, settings["margin"], lower_is_better=lower_is_better)
        standards = Standards(alpha=settings["alpha"], correction=correction, reference=reference, settings=settings)
        comparisons, _ = compare_segments([chosen], figures, standards)
        mismatch = sample_ratio(balances)
        refused = refusals(drawn, arms, balances, mismatch, engine)
        table = metric_tables([chosen], figures, settings, unit="record")[0]
        return TestReadout(
            source=opened.source,
            assignment=assignment,
            name=name_of_test(drawn, engine),
            outcome=reading.column.header,
            kind=chosen.metric.kind.value,
            arms=balances,
            reference=reference,
            estimates=table.estimates,
            comparisons=tuple(_withheld(item) if refused else item for item in comparisons),
            correction=correction.value,
            alpha=settings["alpha"],
            random=not refused,
            refusals=refused,
            mismatch_p=mismatch,
            warnings=warnings(drawn, balances, engine),
            not_found=sum(item.assigned - item.measured - item.blank for item in balances),
        )


def _withheld(item: Comparison) -> Comparison:
    """Return a comparison without its verdict."""
    return replace(item, standing=Standing.NOT_COMPARED, reason="no verdict: the arms are no random draw", needed=None)


def _open_assignment(path: str, choices: InputChoices, engine: Engine) -> Assignment:
    own = InputChoices(memory_limit=choices.memory_limit, fingerprint=False)
    opened = open_input(path, own, engine, ordered=True)
    places = {header.strip().lower(): number for number, header in enumerate(opened.source.headers, 1)}
    lacking = [name for name in COLUMNS[:2] if name not in places]
    if lacking:
        raise InputError(
            f"the assignment has no column {' and '.join(lacking)}",
            where=path,
            hint="name the file that `segaudit test plan -o` wrote, or one with the columns record_id and arm",
        )
    engine.create(ASSIGNMENT, f"SELECT * FROM {opened.source.table}")
    known = (*COLUMNS, ENTITY)
    columns = {name: opened.source.column(places[name]) for name in known if name in places}
    return Assignment(opened=opened, columns=columns)


def _outcome_reading(name: str, opened: OpenedInput, engine: Engine) -> ColumnReading:
    """Return how the outcome is read: as yes or no if its cells are that, else as a number."""
    wanted = fold_header(name)
    found = next((r for r in opened.readings if fold_header(r.column.header) == wanted or r.column.field == name), None)
    if found is None:
        headers = [reading.column.header for reading in opened.readings]
        hint = did_you_mean(name, headers) or "columns are " + ", ".join(headers[:12])
        raise InputError(f'{opened.source.name} has no column "{name}"', where="--outcome", hint=hint)
    flag = replace(found, type=FieldType.BOOL, style="")
    if found.type is FieldType.BOOL or _all_readable(flag, opened, engine):
        return flag
    if found.type in NUMERIC_TYPES:
        return found
    raise InputError(
        f'"{found.column.header}" is neither yes or no nor an amount',
        where="--outcome",
        hint="name a column of 0 and 1, yes and no, or numbers",
    )


def _all_readable(reading: ColumnReading, opened: OpenedInput, engine: Engine) -> bool:
    cell = opened.source.column(reading.column.position)
    different = f"(SELECT DISTINCT {cell} AS v FROM {opened.source.table} WHERE {cell} IS NOT NULL)"
    query = f"SELECT COUNT_IF(state = {OK}), COUNT_IF(state = {OK - 1}) FROM {classified_cells(different, reading)}"
    good, bad = engine.fetch(query, cell_parameters(reading.column.field, reading.type, opened.placeholders))[0]
    return bool(good) and not bad


def _create_outcomes(drawn: Assignment, opened: OpenedInput, reading: ColumnReading, engine: Engine) -> None:
    """Create a table of units (entities, else records): ``arm``, ``found``, and ``value``, NULL if there is none.

    Of several records of a unit the outcome is the greatest: it came about once at least.
    """
    by_field = {item.column.field: item for item in opened.readings if item.column.field}
    data = RecordSource(source=opened.source, fields=opened.fields, readings=by_field, placeholders=opened.placeholders)
    key, cell = (opened.source.column(item.column.position) for item in (id_reading(data), reading))
    different = f"(SELECT DISTINCT {cell} AS v FROM {opened.source.table} WHERE {cell} IS NOT NULL)"
    parameters = cell_parameters(reading.column.field, reading.type, opened.placeholders)
    read = f"SELECT v, CAST(value AS DOUBLE) AS value FROM {classified_cells(different, reading)} WHERE state = {OK}"
    engine.create("test_values", read, parameters)
    engine.create(
        "test_found",
        f"SELECT trim(s.{key}) AS id, MAX(o.value) AS value FROM {opened.source.table} s "
        f"LEFT JOIN test_values o ON o.v = s.{cell} WHERE s.{key} IS NOT NULL GROUP BY 1",
    )
    record, arm = (f"trim(a.{drawn.columns[name]})" for name in COLUMNS[:2])
    unit = f"COALESCE(nullif(trim(a.{drawn.columns[ENTITY]}), ''), {record})" if ENTITY in drawn.columns else record
    engine.create(
        OUTCOMES,
        f"SELECT {unit} AS unit, MIN({arm}) AS arm, COUNT(DISTINCT {arm}) AS arms, COUNT(f.id) > 0 AS found, "
        f"MAX(f.value) AS value FROM {ASSIGNMENT} a LEFT JOIN test_found f ON f.id = {record} "
        f"WHERE {record} <> '' AND {arm} <> '' GROUP BY 1",
    )


def _balances(drawn: Assignment, arms: Sequence[Arm], engine: Engine) -> tuple[ArmBalance, ...]:
    shares = {arm.name: arm.share for arm in arms}
    rows = engine.fetch(
        f"SELECT arm, COUNT(*), COUNT(value), COUNT_IF(found AND value IS NULL) FROM {OUTCOMES} GROUP BY 1 ORDER BY 1"
    )
    if len(rows) < 2:  # noqa: PLR2004 - two arms at least
        name = drawn.opened.source.name
        raise InputError("there are not two arms in the assignment", where=name, hint="check the column arm")
    found = [
        ArmBalance(name=str(name), expected_share=shares.get(str(name)), assigned=int(a), measured=int(m), blank=int(b))
        for name, a, m, b in rows[:62]
    ]
    order = {arm.name: place for place, arm in enumerate(arms)}
    return tuple(sorted(found, key=lambda item: (order.get(item.name, len(order)), item.name)))


def _reference(names: Sequence[str]) -> str:
    return next((name for name in (CONTROL, HOLDOUT) if name in names), names[0])


def _metric(reading: ColumnReading, margin: float, *, lower_is_better: bool) -> ChosenMetric:
    kind = MetricKind.RATE if reading.type in _BY_FLAG else MetricKind.AMOUNT
    place = Place(file="", line=0, column=0)
    source = MetricSource(table="records", place=place)
    metric = Metric(
        id=_OUTCOME,
        name=reading.column.header,
        kind=kind,
        higher_is_better=not lower_is_better,
        sources=(source,),
        margin=margin,
        place=place,
    )
    return ChosenMetric(metric=metric, source=source, of=None)


def _figures(names: Sequence[str], reading: ColumnReading, engine: Engine) -> SchemaFigures:
    """Return the arms as a schema, each unit in one of them."""
    codes = np.array([1 << place for place in range(len(names))], dtype=np.int64)
    at = {name: place for place, name in enumerate(names)}
    trials, hits, values = np.zeros(len(names), np.int64), np.zeros(len(names), np.int64), {}
    for name, n, x in engine.fetch(f"SELECT arm, COUNT(value), COUNT_IF(value > 0) FROM {OUTCOMES} GROUP BY 1"):
        trials[at[str(name)]], hits[at[str(name)]] = int(n), int(x)
    is_rate = reading.type in _BY_FLAG
    if not is_rate:
        rows = engine.arrow(
            f"SELECT arm, row_number() OVER (ORDER BY unit) AS key, value FROM {OUTCOMES} "
            "WHERE value IS NOT NULL ORDER BY unit"
        )
        arm_codes = np.array([1 << at[str(name)] for name in rows.column("arm").to_pylist()], dtype=np.int64)
        keys = rows.column("key").to_numpy().astype(np.int64)
        values = {_OUTCOME: RowValues(codes=arm_codes, keys=keys, values=rows.column("value").to_numpy())}
    return SchemaFigures(
        schema="test",
        segments=tuple(names),
        codes=codes,
        records=trials,
        trials={_OUTCOME: trials} if is_rate else {},
        hits={_OUTCOME: hits} if is_rate else {},
        costs={},
        values=values,
    )
