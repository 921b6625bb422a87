"""An acceptance gate: figures of an audit, the thresholds they are held against, and how that came out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from segaudit.model.conditions import Place
from segaudit.model.quality import Severity

Figure: TypeAlias = float | int | str | bool
_OF = " of "


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One measured figure of an audit: of the whole file, of a column, or of a check."""

    name: str  # share_filled, rows_failed, ...; what begins with share_ is from 0 to 1
    value: Figure | None  # None: it could not be told
    column: str | None = None  # header, or the id of the check the figure belongs to
    field: str | None = None  # canonical field of that column, another name for it

    @property
    def label(self) -> str:
        """Return what the figure is called in a suite: ``rows`` or ``share_filled of Industry``."""
        return metric_label(self.name, self.column)


def metric_label(name: str, subject: str | None) -> str:
    """Return what a figure of a column or check is called; of the whole file where there is no subject."""
    return f"{name}{_OF}{subject}" if subject else name


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """What a figure has to be; several bounds have to hold together."""

    metric: str
    column: str | None = None  # header, field, or id of a check
    at_least: float | None = None
    at_most: float | None = None
    equals: Figure | None = None
    one_of: tuple[Figure, ...] = ()
    severity: Severity = Severity.ERROR
    why: str = ""
    place: Place | None = None

    @property
    def label(self) -> str:
        """Return what the figure is called in a suite."""
        return metric_label(self.metric, self.column)

    @property
    def expected(self) -> str:
        """Return what is expected, in words: ``at least 85 %``."""
        bounds = [
            f"{words} {figure_in_words(self.metric, bound)}"
            for words, bound in (("at least", self.at_least), ("at most", self.at_most), ("exactly", self.equals))
            if bound is not None
        ]
        if self.one_of:
            bounds.append("one of " + ", ".join(figure_in_words(self.metric, item) for item in self.one_of))
        return " and ".join(bounds)


def figure_in_words(metric: str, value: Figure | None) -> str:
    """Return a figure as a person reads it: shares in percent, whole numbers with thousands apart."""
    if value is None:
        return "not known"
    if isinstance(value, bool | str):
        return str(value)
    if metric.startswith("share_"):
        return f"{value * 100:.2f}".rstrip("0").rstrip(".") + " %"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdResult:
    """How one threshold came out."""

    label: str  # what was judged: "share_filled of Industry"
    met: bool
    observed: Figure | None
    expected: str  # in words
    severity: Severity
    problem: str = ""  # why it could not be judged; it then is not met
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GateResult:
    """How a gate came out; ``raw`` is what great_expectations says of it, in its own JSON."""

    met: bool  # every threshold is
    thresholds: tuple[ThresholdResult, ...]  # in the gate's order
    raw: Mapping[str, Any]

    def unmet(self, *severities: Severity) -> tuple[ThresholdResult, ...]:
        """Return the thresholds that are not met, of some severities or of all."""
        return tuple(
            item for item in self.thresholds if not item.met and (not severities or item.severity in severities)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteResult:
    """How one expectation of a suite came out over the rows of a file."""

    number: int  # 1-based, in the suite's order
    type: str  # expect_column_values_to_be_in_set, ...
    column: str | None  # header; of several, joined by ", "
    success: bool | None  # None: it cannot be told, and problem says why
    element_count: int  # rows it looked at
    unexpected_count: int
    rows: tuple[int, ...] = ()  # _row of the first unexpected ones
    observed: Figure | None = None  # of expectations about a figure of the column
    severity: Severity = Severity.ERROR
    problem: str = ""
    notes: str = ""  # the suite's own words


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteRun:
    """How a suite came out; ``raw`` is what great_expectations says of it, in its own JSON."""

    name: str
    success: bool  # every expectation that could be judged holds, and all could be
    results: tuple[SuiteResult, ...]
    remarks: tuple[str, ...] = ()  # how columns were read
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A check that a suite cannot say, and why."""

    check: str  # id
    reason: str
    column: str = ""  # rule field the check blames


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedSuite:
    """A suite for great_expectations elsewhere."""

    text: str  # JSON
    carried: tuple[str, ...]  # ids of checks
    left_out: Sequence[LeftOut]
