"""Performance: what segments came to, what may be said of the differences, and what not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from segaudit.model.conditions import Condition, Place
from segaudit.model.segments import RuleBook, RuleField
from segaudit.model.shown import Shown
from segaudit.model.source import Source

RECORDS_TABLE = "records"  # the main file, where a metric names a table


class MetricKind(StrEnum):
    """What a metric is, which decides how it is compared."""

    RATE = "rate"  # a share of those who could
    AMOUNT = "amount"  # a value for each row: deal size
    DAYS = "days"  # between two dates of a row
    TOTAL = "total"  # a sum for the segment; not compared
    COST = "cost"  # cost for each of another metric's outcomes; not compared


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricSource:
    """One way to come by a metric: a table, and what is asked of its rows."""

    table: str  # RECORDS_TABLE or a kind of related table
    place: Place
    of: Condition | None = None  # which rows could have been a hit; None: all
    hit: Condition | None = None  # of a rate
    base: str = (
        "rows"  # a rate is of: "rows" records that have rows, "members" all of the segment, "each" row by itself
    )
    value: str | None = None  # field summed up or compared
    since: str | None = None  # two dates
    until: str | None = None
    needs: tuple[tuple[str, ...], ...] = ()  # of each group at least one field must be provided


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """Something segments are measured by."""

    id: str
    name: str
    kind: MetricKind
    higher_is_better: bool
    sources: tuple[MetricSource, ...]  # best first
    margin: float  # difference that does not matter, relative to what both have together
    directional: str = ""  # why it shows a direction at best; empty: it counts in full
    decides: tuple[str, ...] = ()  # fields that follow from the outcome: whoever has bought is a customer
    outcome: str = ""  # of a cost: the rate whose hits share it
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricRules:
    """All of rules/performance/metrics.yaml."""

    file: str
    metrics: tuple[Metric, ...]
    headers: Mapping[str, tuple[str, ...]]  # field -> headers it may stand under where nothing else says so
    fields: Mapping[str, RuleField]
    settings: Mapping[str, float]

    def metric(self, metric_id: str) -> Metric:
        """Return the metric of that id; KeyError if there is none."""
        for metric in self.metrics:
            if metric.id == metric_id:
                return metric
        raise KeyError(metric_id)


class Standing(StrEnum):
    """What may be said of one segment against another."""

    BETTER = "better"
    WORSE = "worse"
    EQUIVALENT = "equivalent"
    TOO_SMALL = "too small to say"
    NOT_COMPARED = "not compared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A metric of one segment, and how sure it is."""

    segment: str
    n: int  # records, or rows, that it is of
    hits: int | None = None  # of a rate
    value: float | None = None  # share, median, days, sum or cost; None: nothing to work it out from
    low: float | None = None
    high: float | None = None
    shrunk: float | None = None  # of a small segment: drawn towards the others
    shrunk_low: float | None = None
    shrunk_high: float | None = None
    total: float | None = None  # of amounts: their sum


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One segment held against another, or against the rest."""

    metric: str
    segment: str
    against: str  # a segment, or "rest"
    is_reference: bool  # against what the table compares with
    standing: Standing
    reason: str  # rule, values, threshold, in words
    value: float | None = None
    other: float | None = None
    difference: float | None = None  # value less other; of amounts the Hodges-Lehmann shift
    low: float | None = None
    high: float | None = None
    test: str = ""
    p: float | None = None
    p_corrected: float | None = None
    margin: float | None = None
    p_equivalent: float | None = None  # corrected
    needed: int | None = None  # records of each that the seen difference would need


class Confounding(StrEnum):
    """What becomes of a verdict when like is compared with like."""

    HOLDS = "holds"
    FADES = "fades"  # not to be told from chance within strata
    TURNS = "turns"  # Simpson's paradox
    CANNOT_TELL = "can't tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class StratifiedComparison:
    """A verdict looked at within the strata of another field."""

    metric: str
    segment: str
    against: str
    crude: Standing
    outcome: Confounding
    odds_ratio: float | None
    p: float | None
    strata: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratification:
    """The field verdicts are checked against."""

    field: str  # header of its column
    chosen: bool  # by the user
    with_segment: float  # Cramer's V, 0-1
    with_outcome: float
    outcome: str  # the metric it goes with most
    comparisons: tuple[StratifiedComparison, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What is the matter with a weak segment."""

    segment: str
    cause: str  # "data", "message", "fit" or "can't tell"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricTable:
    """A metric over the segments of a schema."""

    metric: Metric
    denominator: str  # in words
    source: str  # where it comes from, in words
    estimates: tuple[Estimate, ...]  # in the schema's order
    rest: Estimate | None = None  # what all placed records have
    notes: tuple[str, ...] = ()

    def estimate(self, segment: str) -> Estimate:
        """Return that of a segment."""
        return next(item for item in self.estimates if item.segment == segment)


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaPerformance:
    """The segments of one schema."""

    schema: str
    segments: tuple[tuple[str, int], ...]  # id, members
    reference: str  # "rest", "best" or a segment
    tables: tuple[MetricTable, ...]
    comparisons: tuple[Comparison, ...]
    family: int  # comparisons that were tested and corrected together
    stratified: Stratification | None
    diagnoses: tuple[Diagnosis, ...]
    notes: tuple[str, ...] = ()

    def against_reference(self, metric: str, segment: str) -> Comparison | None:
        """Return what is said of a segment against the reference."""
        return next(
            (c for c in self.comparisons if c.is_reference and (c.metric, c.segment) == (metric, segment)), None
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NotComputable:
    """A metric nothing provides."""

    metric: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformanceResult(Shown):
    """What the segments of a file came to."""

    source: Source
    rules: RuleBook
    metrics: MetricRules
    as_of: date
    absent_fields: tuple[str, ...]
    unit: str  # "record" or "send"
    correction: str  # "holm" or "bh"
    alpha: float
    schemas: tuple[SchemaPerformance, ...]
    not_computable: tuple[NotComputable, ...]
    notes: tuple[str, ...] = field(default=())

    def severities(self) -> Iterator[str]:
        """Yield "error" for each verdict that turns within strata, "warning" for each weak segment."""
        for schema in self.schemas:
            checked = schema.stratified.comparisons if schema.stratified else ()
            yield from ("error" for item in checked if item.outcome is Confounding.TURNS)
            yield from ("warning" for _ in schema.diagnoses)
