"""Whether a verdict is the segment's, or that of another field its records happen to have in common."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segaudit.engine.protocol import Engine
from segaudit.model.fields import NUMERIC_TYPES, ColumnReading, FieldType
from segaudit.model.performance import (
    Comparison,
    Confounding,
    Standing,
    Stratification,
    StratifiedComparison,
)
from segaudit.model.segments import RuleField
from segaudit.segments.performance_columns import PER_RECORD, signature
from segaudit.segments.performance_compare import REST
from segaudit.segments.performance_counts import SchemaFigures
from segaudit.segments.statistics.strata import Stratified, Stratum, association, compare_strata
from segaudit.sql.operators import Columns, Part
from segaudit.sql.records import RecordSource, create_records

_BANDS = 5  # that numbers are cut into, of as many records each
_FIELD = "stratum"
_MOST_CANDIDATES = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class StrataFigures:
    """A schema's records by their segments and by a stratum."""

    header: str
    figures: SchemaFigures  # one entry for each combination of segments and stratum
    strata: NDArray[np.int64]

    def pairs(self, metric: str, inside: NDArray[np.bool_], outside: NDArray[np.bool_]) -> list[Stratum]:
        """Return a rate of two groups of records in each stratum."""
        return [
            (self.figures.counted(metric, inside & here), self.figures.counted(metric, outside & here))
            for here in (self.strata == number for number in np.unique(self.strata))
        ]

    def with_segments(self) -> float:
        """Return how far the field goes with the combination of segments."""
        placed = self.figures.codes != 0
        return association(_crossed(self.strata, self.figures.codes, self.figures.records, placed))

    def with_outcome(self, metric: str) -> float:
        """Return how far the field goes with a rate."""
        placed = self.figures.codes != 0
        hits, trials = (item[metric][placed].astype(np.float64) for item in (self.figures.hits, self.figures.trials))
        numbers = self.strata[placed]
        table = [[hits[numbers == n].sum(), (trials - hits)[numbers == n].sum()] for n in np.unique(numbers)]
        return association(np.array(table, dtype=np.float64).reshape(-1, 2))


def _crossed(
    rows: NDArray[np.int64], columns: NDArray[np.int64], counts: NDArray[np.int64], mask: NDArray[np.bool_]
) -> NDArray[np.float64]:
    _, a = np.unique(rows[mask], return_inverse=True)
    _, b = np.unique(columns[mask], return_inverse=True)
    table = np.zeros((a.max(initial=-1) + 1, b.max(initial=-1) + 1))
    np.add.at(table, (a, b), counts[mask])
    return table


def candidates(readings: Sequence[ColumnReading], taken: Container[int]) -> list[ColumnReading]:
    """Return the columns that may confound: picklists, yes or no, and numbers that mean a field.

    Args:
        readings: Of the file.
        taken: Positions of columns that are measured, that the segments are made of, or that are nobody's business.
    """
    kinds = {FieldType.ENUM, FieldType.BOOL}
    found = [
        item
        for item in readings
        if item.column.position not in taken
        and (item.type in kinds or (item.type in NUMERIC_TYPES and item.column.field is not None))
    ]
    return found[:_MOST_CANDIDATES]


def create_strata(
    table: str, reading: ColumnReading, data: RecordSource, settings: Mapping[str, float], engine: Engine
) -> None:
    """Create a table of ``_row`` and ``stratum``: the most frequent values of a column by number, 0 is all others.

    Args:
        table: What to call it.
        reading: The column.
        data: The records.
        settings: Of the metrics' file.
        engine: Where the records are.
    """
    columns, is_number = Columns(), reading.type in NUMERIC_TYPES
    has_text = not is_number and reading.type is not FieldType.BOOL
    part = columns.part(_FIELD, Part.FOLD if has_text else Part.VALUE)
    source = RecordSource(
        source=data.source, fields=data.fields, readings={_FIELD: reading}, placeholders=data.placeholders
    )
    kind = FieldType.ENUM if has_text else reading.type
    create_records(source, {_FIELD: RuleField(name=_FIELD, type=kind)}, columns, engine, name=f"{table}_cells")
    value, cells = f'"{part.name}"', f"{table}_cells"
    if is_number:
        shares = ", ".join(str(number / _BANDS) for number in range(1, _BANDS))
        cuts = engine.fetch(f"SELECT quantile_disc({value}, [{shares}]) FROM {cells}")[0][0] or []
        bands = "".join(f" WHEN {value} <= {cut!r} THEN {place}" for place, cut in enumerate(cuts, start=1))
        engine.create(
            table, f"SELECT _row, CASE WHEN {value} IS NULL THEN 0{bands} ELSE {_BANDS} END AS stratum FROM {cells}"
        )
        return
    most = int(settings["most_values"])
    frequent = (
        f"(SELECT v, row_number() OVER (ORDER BY n DESC, v) AS place FROM (SELECT {value} AS v, COUNT(*) AS n "
        f"FROM {cells} WHERE {value} IS NOT NULL GROUP BY 1) QUALIFY place <= {most})"
    )
    engine.create(
        table,
        f"SELECT c._row, COALESCE(f.place, 0) AS stratum FROM {cells} c LEFT JOIN {frequent} f ON f.v = c.{value}",
    )


def fetch_strata(table: str, header: str, figures: SchemaFigures, engine: Engine) -> StrataFigures:
    """Count a schema's records by segments and stratum."""
    code, rates = signature(figures.schema), list(figures.trials)
    sums = "".join(f", SUM(p.{part}_{name}) AS {part}_{name}" for name in rates for part in "nx")
    found = engine.arrow(
        f"SELECT p.{code} AS code, s.stratum AS stratum, COUNT(*) AS records{sums} FROM {PER_RECORD} p "
        f"JOIN {table} s ON s._row = p._row GROUP BY 1, 2 ORDER BY 1, 2"
    )
    whole = {name: found.column(name).to_numpy().astype(np.int64) for name in found.column_names}
    return StrataFigures(
        header=header,
        strata=whole["stratum"],
        figures=SchemaFigures(
            schema=figures.schema,
            segments=figures.segments,
            codes=whole["code"],
            records=whole["records"],
            trials={name: whole[f"n_{name}"] for name in rates},
            hits={name: whole[f"x_{name}"] for name in rates},
            costs={},
            values={},
        ),
    )


def stratify(
    strata: StrataFigures,
    decided: Sequence[Comparison],
    *,
    alpha: float,
    chosen: bool,
) -> Stratification:
    """Look at each verdict against the reference within the strata of a field.

    Args:
        strata: Of the field.
        decided: The verdicts.
        alpha: Chance of a false alarm of one test.
        chosen: The user named the field.
    """
    outcomes = {metric: strata.with_outcome(metric) for metric in dict.fromkeys(item.metric for item in decided)}
    most = max(outcomes, key=lambda metric: outcomes[metric], default="")
    return Stratification(
        field=strata.header,
        chosen=chosen,
        with_segment=strata.with_segments(),
        with_outcome=outcomes.get(most, 0.0),
        outcome=most,
        comparisons=tuple(_within(item, strata, alpha) for item in decided),
    )


def _within(item: Comparison, strata: StrataFigures, alpha: float) -> StratifiedComparison:
    figures = strata.figures
    place = figures.segments.index(item.segment)
    other = figures.outside(place) if item.against == REST else figures.inside(figures.segments.index(item.against))
    pairs = strata.pairs(item.metric, figures.inside(place), other)
    found = compare_strata(pairs)
    outcome, reason = _outcome(item, found, _share_compared(pairs), alpha)
    return StratifiedComparison(
        metric=item.metric,
        segment=item.segment,
        against=item.against,
        crude=item.standing,
        outcome=outcome,
        odds_ratio=found.odds_ratio if found else None,
        p=found.p if found else None,
        strata=found.strata if found else 0,
        reason=reason,
    )


_TINY = 1e-15  # below it a p-value is rounding
_MOSTLY = 0.5  # of the records must have somebody to be compared with in their stratum


def _share_compared(pairs: Sequence[Stratum]) -> float:
    total = sum(a.n for a, _ in pairs)
    return sum(a.n for a, b in pairs if b.n) / total if total else 0.0


def _outcome(item: Comparison, found: Stratified | None, compared: float, alpha: float) -> tuple[Confounding, str]:
    if found is None:
        return Confounding.CANNOT_TELL, "no stratum has records of both, with hits and others"
    if compared < _MOSTLY:
        return Confounding.CANNOT_TELL, f"only {compared:.0%} of the segment has others of its stratum to compare with"
    chance = f"= {found.p:.2g}" if found.p >= _TINY else f"below {_TINY:g}"
    told = f"odds ratio {found.odds_ratio:.2f} within {found.strata} strata, Cochran-Mantel-Haenszel p {chance}"
    if found.p > alpha:
        return Confounding.FADES, f"{told}, above {alpha:g}: not to be told from chance"
    if (found.odds_ratio > 1) is (item.difference is not None and item.difference > 0):
        return Confounding.HOLDS, told
    return Confounding.TURNS, f"{told}: the other way round within strata (Simpson's paradox)"


def decided_rates(comparisons: Sequence[Comparison], figures: SchemaFigures) -> tuple[Comparison, ...]:
    """Return the verdicts against the reference that another field could have brought about.

    Rates of rows that come several to a record are left out: within strata the test knows independent ones only.
    """
    return tuple(
        item
        for item in comparisons
        if item.is_reference
        and item.metric in figures.trials
        and item.metric not in figures.clusters
        and item.standing in {Standing.BETTER, Standing.WORSE}
    )


def confounds(strata: StrataFigures, metrics: Iterable[str]) -> float:
    """Return how far a field may pass for the segments' doing: the lesser of how it goes with them and an outcome."""
    best = max((strata.with_outcome(metric) for metric in metrics), default=0.0)
    return min(strata.with_segments(), best)
