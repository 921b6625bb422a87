"""Counts of a schema: what all records of each combination of segments come to, fetched in one scan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segaudit.engine.protocol import Engine
from segaudit.model.performance import RECORDS_TABLE
from segaudit.segments.performance_columns import PER_RECORD, measured, signature
from segaudit.segments.performance_sources import ChosenMetric
from segaudit.segments.statistics.amounts import Values
from segaudit.segments.statistics.rates import Clustered, Counted, deflated

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowValues:
    """The values of rows that belong to records."""

    codes: NDArray[np.int64]  # segments of the record, as bits
    keys: NDArray[np.int64]  # of the row: one that belongs to several records of a segment is one value
    values: Values


@dataclass(frozen=True, slots=True, kw_only=True)
class Clusters:
    """How the rows of a rate come to records, by combination: sums over records of hits and trials, multiplied."""

    records: NDArray[np.int64]
    hits_hits: NDArray[np.int64]
    hits_trials: NDArray[np.int64]
    trials_trials: NDArray[np.int64]

    def within(self, mask: Mask) -> Clustered:
        """Return that of some combinations."""
        sums = (self.records, self.hits_hits, self.hits_trials, self.trials_trials)
        return Clustered(*(int(item[mask].sum()) for item in sums))


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaFigures:
    """A schema's records, by the segments they are in."""

    schema: str
    segments: tuple[str, ...]
    codes: NDArray[np.int64]  # each combination of segments once, as bits
    records: NDArray[np.int64]
    trials: Mapping[str, NDArray[np.int64]]  # by rate
    hits: Mapping[str, NDArray[np.int64]]
    costs: Mapping[str, Values]
    values: Mapping[str, RowValues]  # by metric
    clusters: Mapping[str, Clusters] = field(default_factory=dict)  # of rates that are of rows

    def inside(self, place: int) -> Mask:
        """Return which combinations a segment is part of."""
        inside: Mask = (self.codes & (1 << place)) != 0
        return inside

    def outside(self, place: int) -> Mask:
        """Return those of the other segments; of a schema that has one only, all others."""
        return _others(self.codes, place, len(self.segments))

    def counted(self, metric: str, mask: Mask) -> Counted:
        """Return a rate of some combinations."""
        return Counted(int(self.hits[metric][mask].sum()), int(self.trials[metric][mask].sum()))

    def effective(self, metric: str, mask: Mask) -> Counted:
        """Return a rate as tests may take it: rows that come several to a record weigh less than as many records."""
        counted = self.counted(metric, mask)
        clusters = self.clusters.get(metric)
        return counted if clusters is None else deflated(counted, clusters.within(mask))

    def shared(self, metric: str, one: int, other: int) -> int:
        """Return how many records, or rows, two segments share."""
        both = self.inside(one) & self.inside(other)
        return int(self.trials.get(metric, self.records)[both].sum())

    def values_in(self, metric: str, place: int) -> Values:
        """Return the values of a segment, each row once."""
        rows = self.values[metric]
        return _once(rows, (rows.codes & (1 << place)) != 0)

    def values_out(self, metric: str, place: int) -> Values:
        """Return the values of the rest, without rows that belong to the segment, too."""
        rows = self.values[metric]
        inside = (rows.codes & (1 << place)) != 0
        outside = _others(rows.codes, place, len(self.segments))
        return _once(rows, outside & ~np.isin(rows.keys, rows.keys[inside]))


def _others(codes: NDArray[np.int64], place: int, segments: int) -> Mask:
    outside: Mask = (codes & (1 << place)) == 0
    placed: Mask = codes != 0
    return outside & placed if segments > 1 else outside


def _once(rows: RowValues, mask: Mask) -> Values:
    _, first = np.unique(rows.keys[mask], return_index=True)
    values: Values = rows.values[mask][first]
    return values


def fetch_figures(  # noqa: PLR0913 - what is counted
    schema: str,
    segments: Sequence[str],
    chosen: Sequence[ChosenMetric],
    links: Mapping[str, str],
    engine: Engine,
    *,
    per_send: bool,
) -> SchemaFigures:
    """Count a schema.

    Args:
        schema: Its id.
        segments: Ids, in its order.
        chosen: What is measured.
        links: By kind: the table of which row belongs to which record.
        engine: Where the table of outcomes is.
        per_send: Rates are of rows.
    """
    rates = [item.metric.id for item in chosen if item.is_rate]
    costs = [item.metric.id for item in chosen if not item.is_rate and not item.has_values]
    sums = [f"SUM({part}_{name}) AS {part}_{name}" for name in rates for part in "nx"]
    sums += [f"SUM(c_{name}) AS c_{name}" for name in costs]
    rows = [item.metric.id for item in chosen if item.is_rate and item.counts_rows(per_send=per_send)]
    sums += [
        f"COUNT_IF(n_{name} > 0) AS r_{name}, SUM(x_{name} * x_{name}) AS xx_{name}, "
        f"SUM(x_{name} * n_{name}) AS xn_{name}, SUM(n_{name} * n_{name}) AS nn_{name}"
        for name in rows
    ]
    code = signature(schema)
    selected = ", ".join([f"{code} AS code", "COUNT(*) AS records", *sums])
    table = engine.arrow(f"SELECT {selected} FROM {PER_RECORD} GROUP BY {code} ORDER BY {code}")
    return SchemaFigures(
        schema=schema,
        segments=tuple(segments),
        codes=_whole(table, "code"),
        records=_whole(table, "records"),
        trials={name: _whole(table, f"n_{name}") for name in rates},
        hits={name: _whole(table, f"x_{name}") for name in rates},
        costs={name: _column(table, f"c_{name}").astype(np.float64) for name in costs},
        values={item.metric.id: _values(item, code, links, engine) for item in chosen if item.has_values},
        clusters={name: _clusters(table, name) for name in rows},
    )


def _clusters(table: Any, name: str) -> Clusters:  # noqa: ANN401 - a pyarrow.Table, which has no types
    return Clusters(
        records=_whole(table, f"r_{name}"),
        hits_hits=_whole(table, f"xx_{name}"),
        hits_trials=_whole(table, f"xn_{name}"),
        trials_trials=_whole(table, f"nn_{name}"),
    )


def _values(item: ChosenMetric, code: str, links: Mapping[str, str], engine: Engine) -> RowValues:
    name, table = item.metric.id, item.source.table
    joined = f"JOIN {measured(table)} m ON m._row = p._row"
    if table != RECORDS_TABLE:
        joined = f"JOIN {links[table]} l ON l._row = p._row JOIN {measured(table)} m ON m._row = l.related_row"
    rows = engine.arrow(
        f"SELECT p.{code} AS code, m.key AS key, m.v_{name} AS value FROM {PER_RECORD} p {joined} "
        f"WHERE m.v_{name} IS NOT NULL AND p.{code} <> 0 ORDER BY m.key, p.{code}"
    )
    return RowValues(
        codes=_whole(rows, "code"), keys=_whole(rows, "key"), values=_column(rows, "value").astype(np.float64)
    )


def currencies(item: ChosenMetric, engine: Engine) -> tuple[str, ...]:
    """Return the currencies of a metric's amounts, as far as cells name them."""
    name = item.metric.id
    query = (
        f"SELECT DISTINCT u_{name} FROM {measured(item.source.table)} "
        f"WHERE v_{name} IS NOT NULL AND u_{name} IS NOT NULL ORDER BY 1 LIMIT 4"
    )
    return tuple(str(row[0]) for row in engine.fetch(query))


def _column(table: Any, name: str) -> NDArray[Any]:  # noqa: ANN401 - a pyarrow.Table, which has no types
    column: NDArray[Any] = table.column(name).to_numpy()
    return column


def _whole(table: Any, name: str) -> NDArray[np.int64]:  # noqa: ANN401 - as above
    return _column(table, name).astype(np.int64)
