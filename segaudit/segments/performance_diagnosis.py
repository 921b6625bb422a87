"""Why a segment is weak: its data, the message, the fit; or it cannot be told."""

from collections.abc import Mapping
from dataclasses import dataclass

from segaudit.model.performance import Comparison, Diagnosis, MetricTable, SchemaPerformance, Standing

# The way of an outcome: seen, answered, bought. What fails first is to blame.
_SEEN = ("open",)
_ANSWERED = ("reply", "response", "click")
_BOUGHT = ("meeting", "deal", "win")


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentState:
    """What is known of a segment beside its outcomes."""

    members: int
    undecided: int  # records of which it cannot be told whether they belong
    lacking: str  # fields for lack of which, in words


def diagnose(
    found: SchemaPerformance, states: Mapping[str, SegmentState], settings: Mapping[str, float]
) -> tuple[Diagnosis, ...]:
    """Return a diagnosis for each segment that is worse than the reference in some outcome."""
    weak = [
        name
        for name, _ in found.segments
        if any(_stands(found, metric, name) is Standing.WORSE for metric in (*_SEEN, *_ANSWERED, *_BOUGHT))
    ]
    return tuple(_diagnosis(name, found, states[name], settings) for name in weak)


def _diagnosis(name: str, found: SchemaPerformance, state: SegmentState, settings: Mapping[str, float]) -> Diagnosis:
    if (doubt := _data(name, found, state, settings)) is not None:
        return Diagnosis(segment=name, cause="data", reason=doubt)
    worse = {
        step: [metric for metric in metrics if _stands(found, metric, name) is Standing.WORSE]
        for step, metrics in (("seen", _SEEN), ("answered", _ANSWERED), ("bought", _BOUGHT))
    }
    seen = _measured(found, _SEEN, name)
    answered = _measured(found, _ANSWERED, name)
    if worse["seen"]:
        told = _told(found, worse["seen"], name)
        more = f"; {_told(found, worse['answered'], name)} may follow from that" if worse["answered"] else ""
        return Diagnosis(
            segment=name,
            cause="can't tell",
            reason=f"{told}{more}: the subject line, the sender, old addresses or the fit can each do this; "
            "a test of the subject line inside the segment would tell",
        )
    if worse["answered"]:
        told = _told(found, worse["answered"], name)
        if (doubt := _not_fine(found, seen, name, "opens")) is not None:
            return Diagnosis(segment=name, cause="can't tell", reason=f"{told}, and {doubt}")
        return Diagnosis(
            segment=name, cause="message", reason=f"{told}, while opens are not: {_told(found, seen, name)}"
        )
    told = _told(found, worse["bought"], name)
    if (doubt := _not_fine(found, answered, name, "answers")) is not None:
        return Diagnosis(segment=name, cause="can't tell", reason=f"{told}, and {doubt}")
    return Diagnosis(segment=name, cause="fit", reason=f"{told}, while answers are not: {_told(found, answered, name)}")


def _data(name: str, found: SchemaPerformance, state: SegmentState, settings: Mapping[str, float]) -> str | None:
    """Return what is wrong with the segment's data; None if nothing shows."""
    open_cases = state.members + state.undecided
    share = state.undecided / open_cases if open_cases else 0.0
    if share >= settings["undecided_from"]:
        return (
            f"of {open_cases:,} records that are or may be in it, {share:.0%} cannot be decided for lack of "
            f"{state.lacking or 'data'} (limit {settings['undecided_from']:.0%})"
        )
    sent = [table for table in found.tables if table.metric.id in (*_SEEN, *_ANSWERED) and table.rest is not None]
    reached = max((table.estimate(name).n for table in sent), default=0)
    usual = _reached_elsewhere(found, sent)
    if sent and state.members and usual >= settings["reached_below"] > reached / state.members:
        return (
            f"only {reached / state.members:.0%} of its {state.members:,} members were reached at all "
            f"(limit {settings['reached_below']:.0%}; all segments together {usual:.0%})"
        )
    return None


def _reached_elsewhere(found: SchemaPerformance, sent: list[MetricTable]) -> float:
    members = sum(count for _, count in found.segments)
    return max((table.rest.n for table in sent if table.rest), default=0) / members if members else 0.0


def _stands(found: SchemaPerformance, metric: str, name: str) -> Standing | None:
    said = found.against_reference(metric, name)
    return said.standing if said is not None else None


def _measured(found: SchemaPerformance, metrics: tuple[str, ...], name: str) -> list[str]:
    """Return the metrics of a step in which the segment was compared."""
    return [metric for metric in metrics if (said := found.against_reference(metric, name)) and said.p is not None]


def _not_fine(found: SchemaPerformance, metrics: list[str], name: str, what: str) -> str | None:
    """Return why the step before cannot be called fine; None if it can: not worse, and not below by what matters."""
    if not metrics:
        return f"there are no {what} to say whether it was lost before"
    for table in found.tables:
        said = found.against_reference(table.metric.id, name) if table.metric.id in metrics else None
        if said is None or said.standing in {Standing.BETTER, Standing.EQUIVALENT}:
            continue
        if (said.value or 0.0) < (said.other or 0.0) * (1 - table.metric.margin):
            return f"{what} may be low, too: {_words(said)}"
    return None


def _told(found: SchemaPerformance, metrics: list[str], name: str) -> str:
    said = [found.against_reference(metric, name) for metric in metrics]
    return ", ".join(_words(item) for item in said if item is not None)


def _words(said: Comparison) -> str:
    value, other = said.value or 0.0, said.other or 0.0
    return f"{said.metric} {value:.1%} against {other:.1%} ({said.standing.value})"
