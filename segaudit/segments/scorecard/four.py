"""The four questions: can it be measured, can it buy, can it be reached, is there data enough."""

from segaudit.model.scorecard import Answer, Mark
from segaudit.segments.governance.sizes import measure_power, metric_name
from segaudit.segments.scorecard.measuring import REACHED, Share
from segaudit.segments.scorecard.probes import ABLE, ADDRESS, BOUGHT, FILLED, NEED, needed_fields
from segaudit.segments.scorecard.shares import Asked, judged, not_asked, percents, unanswered

_SUPPRESSES = "it suppresses: nobody in it is to be spoken to"
_NOBODY = "nobody is in it"
_MOST_FIELDS = 4


def ask_measurable(asked: Asked) -> Mark:
    """Ask whether what the segment is measured by is recorded, and whether it has members enough to see a change."""
    question = "measurable"
    if asked.segment.suppress:
        return not_asked(question, _SUPPRESSES)
    measure = asked.segment.documentation.get("measure")
    if not isinstance(measure, dict) or not measure.get("primary"):
        return unanswered(question, "nothing says what it is measured by; write measure: {primary: reply_rate}")
    metric = asked.facts.standards.metrics.get(metric_name(measure))
    power = measure_power(asked.schema, asked.segment, asked.measured.members, asked.facts.standards)
    if power is None or power.arm_needed is None:
        return unanswered(
            question, f"nothing says from which baseline {metric_name(measure)} is to change, and how far"
        )
    found = [name for name in metric.columns if name in asked.facts.here] if metric is not None else []
    smallest = f"{power.smallest:+.0%}" if power.smallest is not None else "none"
    evidence = (
        f"{power.metric} from {power.baseline:.1%} by {power.relative:+.0%}: two arms of {power.arm:,}, "
        f"{power.arm_needed:,} each are needed; the smallest change it can show: {smallest}"
    )
    answer = Answer.YES if power.enough else Answer.NO
    if not power.enough and (asked.measured.members + asked.measured.undecided) // 2 >= power.arm_needed:
        answer = Answer.OPEN
        evidence += f"; {asked.measured.undecided:,} more may be members"
    if not found:
        # A file given with --with may have it yet: that no column of these has is all that is known.
        answer = Answer.OPEN if answer is Answer.YES else answer
        columns = ", ".join(metric.columns) if metric is not None else "which would is not known"
        evidence += f"; no column here holds it ({columns})"
    else:
        evidence += f"; it is in {', '.join(found)}"
    values: dict[str, float | int | str | None] = {
        "metric": power.metric,
        "baseline": power.baseline,
        "detect_relative": power.relative,
        "arm": power.arm,
        "arm_needed": power.arm_needed,
        "smallest_relative": power.smallest,
        "columns": ", ".join(found),
    }
    return Mark(question=question, answer=answer, evidence=evidence, values=values, limits=("alpha", "power"))


def ask_able(asked: Asked) -> Mark:
    """Ask whether its members could buy."""
    question, standards = "able_to_buy", asked.facts.standards
    if asked.segment.suppress:
        return not_asked(question, _SUPPRESSES)
    probes = asked.measured.probes
    if ABLE not in probes:
        return unanswered(question, "the scorecard's rules do not say who could buy")
    if not asked.measured.members:
        return unanswered(question, _NOBODY)
    parts = [f"{percents(probes[NEED.format(index)])} have {name}" for index, name in enumerate(standards.needs)]
    if BOUGHT in probes:
        parts.insert(0, f"{percents(probes[BOUGHT])} have bought")
    share = probes[ABLE]
    evidence = f"{percents(share)} could buy: " + "; ".join(parts)
    return _mark(question, share, "able_at_least", asked, evidence)


def ask_reachable(asked: Asked) -> Mark:
    """Ask whether its members have an address that works, and agreed to be written to or called."""
    question, measures = "reachable", asked.facts.measures
    if asked.segment.suppress:
        return not_asked(question, _SUPPRESSES)
    if not measures.channels:
        wanted = ", ".join(name for channel in asked.facts.standards.channels for name in channel.columns)
        return unanswered(question, f"no column holds an address ({wanted})")
    if not asked.measured.members:
        return unanswered(question, _NOBODY)
    share = asked.measured.probes[REACHED]
    parts = [
        f"{percents(asked.measured.probes[ADDRESS.format(channel.name)])} have a working {channel.name}"
        for channel in measures.channels
    ]
    for channel in measures.channels:
        if channel.name in measures.unrecorded:
            looked = [name for name in channel.granting if name in asked.facts.here]
            said = f"{', '.join(looked)} grants it to nobody" if looked else "no column says who agreed"
            parts.append(f"consent to {channel.name} is not recorded: {said}")
    return _mark(question, share, "reachable_at_least", asked, f"{percents(share)} can be: " + "; ".join(parts))


def ask_data(asked: Asked) -> Mark:
    """Ask whether the fields it cannot do without are filled, and whether few are left undecided."""
    measured, rows = asked.measured, asked.facts.measures.rows
    if not rows:
        return unanswered("enough_data", "the file has no records")
    may_be = measured.members + measured.undecided
    open_share = measured.undecided / may_be if may_be else 0.0
    lacking, filled = [], []
    for name in needed_fields(asked.facts.rules, asked.segment):
        share, declared = _filled(asked, name), asked.facts.rules.fields[name].min_coverage
        least = asked.limit("coverage_at_least") if declared is None else declared
        filled.append((share, name))
        if share < least:
            lacking.append(f"{name} in {share:.0%} of {least:.0%} wanted")
    most = asked.limit("undecided_at_most")
    parts = [f"{measured.undecided:,} of {may_be:,} who may be members cannot be told ({open_share:.0%})"]
    parts += [f"filled too rarely: {', '.join(sorted(lacking)[:_MOST_FIELDS])}"] if lacking else []
    lowest = min(filled, default=None)
    if lowest is not None and not lacking:
        parts.append(f"the least filled field it needs is {lowest[1]} ({lowest[0]:.0%})")
    return Mark(
        question="enough_data",
        answer=Answer.NO if lacking or open_share > most else Answer.YES,
        evidence="; ".join(parts),
        values={
            "share_undecided": round(open_share, 6),
            "lowest_field": lowest[1] if lowest else None,
            "lowest_share": round(lowest[0], 6) if lowest else None,
        },
        limits=("coverage_at_least", "undecided_at_most"),
    )


def _filled(asked: Asked, name: str) -> float:
    """Return the share of records in which a field has a value; where a blank means one, of all but the unreadable."""
    return asked.facts.measures.probes[FILLED.format(name)].sure


def _mark(question: str, share: Share, limit: str, asked: Asked, evidence: str) -> Mark:
    return Mark(
        question=question,
        answer=judged(share, asked.limit(limit)),
        evidence=evidence,
        values={"share": round(share.sure, 6), "share_possible": round(share.possible, 6), "members": share.total},
        limits=(limit,),
    )
