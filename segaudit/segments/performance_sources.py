"""Which of the ways to come by a metric the files allow, and what is lacking where none does."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from segaudit.model.conditions import Condition, clauses_of
from segaudit.model.performance import RECORDS_TABLE, Metric, MetricKind, MetricSource, NotComputable
from segaudit.sql.records import RecordSource


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenMetric:
    """A metric, and where it comes from in this run."""

    metric: Metric
    source: MetricSource
    of: Condition | None  # which rows could have been a hit, as far as columns say so

    @property
    def is_rate(self) -> bool:
        """Tell whether hits are counted."""
        return self.metric.kind is MetricKind.RATE

    def counts_rows(self, *, per_send: bool) -> bool:
        """Tell whether a rate is of rows, several of which may belong to one record."""
        source = self.source
        return source.table != RECORDS_TABLE and source.base != "members" and (per_send or source.base == "each")

    @property
    def has_values(self) -> bool:
        """Tell whether the values of single rows are looked at."""
        return self.metric.kind in {MetricKind.AMOUNT, MetricKind.DAYS, MetricKind.TOTAL}


def choose_sources(
    metrics: Sequence[Metric], tables: Mapping[str, RecordSource]
) -> tuple[tuple[ChosenMetric, ...], tuple[NotComputable, ...]]:
    """Choose for each metric the first source whose columns are there.

    Args:
        metrics: All that could be computed.
        tables: The main file as ``records``, and those beside it by kind.
    """
    chosen: dict[str, ChosenMetric] = {}
    lacking: list[NotComputable] = []
    for metric in metrics:
        source = next((item for item in metric.sources if _has(item, tables)), None)
        if metric.kind is MetricKind.COST and source is not None:
            outcome = chosen.get(metric.outcome)
            # A cost is shared by the outcomes of the very rows it was spent on.
            here = (item for item in metric.sources if outcome and item.table == outcome.source.table)
            source = next((item for item in here if _has(item, tables)), None)
            if source is None:
                reason = f"cost and {metric.outcome} do not stand in one table"
                lacking.append(NotComputable(metric=metric.id, name=metric.name, reason=reason))
                continue
        if source is None:
            lacking.append(NotComputable(metric=metric.id, name=metric.name, reason=_lack(metric, tables)))
            continue
        provided = tables[source.table].readings
        of = source.of if source.of is not None and any(name in provided for name in _fields(source.of)) else None
        chosen[metric.id] = ChosenMetric(metric=metric, source=source, of=of)
    return tuple(chosen.values()), tuple(lacking)


def _has(source: MetricSource, tables: Mapping[str, RecordSource]) -> bool:
    if source.table not in tables:
        return False
    provided = tables[source.table].readings
    return all(any(name in provided for name in group) for group in source.needs)


def _lack(metric: Metric, tables: Mapping[str, RecordSource]) -> str:
    """Return what would have to be there, in words."""
    said: list[str] = []
    for source in metric.sources:
        groups = [" or ".join(group) for group in source.needs]
        if source.table not in tables:
            said.append(f"no {source.table} that belong to the records (--with)")
            continue
        provided = tables[source.table].readings
        absent = [
            words
            for words, group in zip(groups, source.needs, strict=True)
            if not any(name in provided for name in group)
        ]
        where = "" if source.table == RECORDS_TABLE else f" in {source.table}"
        said.append(f"column {', '.join(absent)} absent{where}")
    return "; ".join(dict.fromkeys(said))


def _fields(condition: Condition) -> Iterable[str]:
    return dict.fromkeys(clause.field for clause in clauses_of(condition))


def circular(item: ChosenMetric, fields: Iterable[str]) -> tuple[str, ...]:
    """Return what both a metric and the segments are made of, or what follows from the metric and makes the segments.

    Args:
        item: The metric.
        fields: That the segments read; a related table is one.
    """
    read = set(fields)
    followed = tuple(name for name in item.metric.decides if name in read)
    if followed:
        return followed
    if item.source.table != RECORDS_TABLE:
        return (item.source.table,) if item.source.table in read else ()
    return tuple(dict.fromkeys(name for group in item.source.needs for name in group if name in read))


def denominator(chosen: ChosenMetric, unit: str) -> str:
    """Return in words what a metric is of."""
    metric, source = chosen.metric, chosen.source
    that = " that " + _words(chosen.of) if chosen.of is not None else ""
    if metric.kind is MetricKind.RATE:
        if source.table == RECORDS_TABLE:
            return f"records{that}"
        if source.base == "members":
            return f"all records of the segment; a hit is at least one row of {source.table}"
        if chosen.counts_rows(per_send=unit == "send"):
            return f"rows of {source.table}{that}; intervals allow for rows of one record being alike"
        return f"records with at least one row of {source.table}{that}; a hit is at least one"
    if metric.kind is MetricKind.COST:
        return f"cost of all rows, for each hit of {metric.outcome}"
    each = "records" if source.table == RECORDS_TABLE else f"rows of {source.table}, each once in a segment"
    return f"{each}{that}"


def _words(condition: Condition) -> str:
    """Return which fields decide it; the conditions themselves stand in the rules."""
    return "count by " + ", ".join(_fields(condition))
