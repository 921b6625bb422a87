"""What there is to say in a headline: for each matter the share it concerns, and the numbers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from segaudit.audit.whole.figures import Figure, fresh, joined, without
from segaudit.audit.whole.figures_segments import placed
from segaudit.audit.whole.reasons import share_of, some
from segaudit.audit.whole.reasons_segments import (
    is_open_to_all,
    lacking,
    number_of_segments,
    strangers,
    worst_placed,
)
from segaudit.model.audit import Action, AuditedTable, Scored
from segaudit.model.audit_measured import Measured
from segaudit.model.audit_rules import AuditRules
from segaudit.model.decisions import SchemaCounts
from segaudit.model.quality import Dimension, Severity
from segaudit.report.audit.entities import holds_entities

_ALL = 0.75  # weight of the marks that could be given, from which they speak for the whole
_FEWEST = 5  # records: what concerns fewer is for the findings to say, unless the law asks for it


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One matter."""

    share: float  # 0-1, whom it concerns; of good news, how good
    values: Mapping[str, float | int | str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What headlines are made of."""

    measured: Measured
    scored: Scored
    actions: tuple[Action, ...]
    rules: AuditRules

    def strongest(self, action_id: str) -> Action | None:
        """Return the action of that id with the greatest impact."""
        return max((item for item in self.actions if item.id == action_id), key=lambda item: item.impact, default=None)


HeadlineLook: TypeAlias = Callable[[Heard], News | None]


def _findings(heard: Heard, *names: str) -> News | None:
    """Return the table in which some findings concern most records."""
    best: News | None = None
    for table in heard.measured.tables:
        rows = max((item.rows_failed for item in table.quality.findings if item.rule in names), default=0)
        share = share_of(rows, table.source.rows)
        if rows and (best is None or share > best.share):
            best = News(share=share, values={"rows": rows, "share": share, "table": table.name})
    return best


def opted_out(heard: Heard) -> News | None:
    """Return how many said no and are marked for marketing all the same."""
    return _findings(heard, "quality.opted-out-but-marketed", "quality.consent-against-opt-out")


def unreachable(heard: Heard) -> News | None:
    """Return how many cannot be reached at all."""
    return _findings(heard, "quality.unreachable")


def duplicates(heard: Heard) -> News | None:
    """Return the table with most rows more than entities."""
    best: News | None = None
    for table in heard.measured.tables:
        found = table.identity
        if found is None or found.redundant < _FEWEST or not holds_entities(table, heard.measured.segments):
            continue
        share = share_of(found.redundant, table.source.rows)
        if best is None or share * _weight(table, heard) > best.share:
            values: dict[str, float | int | str] = {
                "rows": found.redundant,
                "share": share,
                "table": table.name,
                "entities": found.entities,
                "of": table.source.rows,
            }
            best = News(share=share * _weight(table, heard), values=values)
    return best


def _weight(table: AuditedTable, heard: Heard) -> float:
    heaviest = max(heard.rules.tables.values(), default=0.0)
    return heard.rules.weight_of(table.kind) / heaviest if heaviest else 1.0


def leakage(heard: Heard) -> News | None:
    """Return how many are treated in two ways because they are there twice."""
    action = heard.strongest("one-label-for-duplicates")
    if action is None or heard.measured.segments is None:
        return None
    share = share_of(action.rows, heard.measured.segments.overlap.source.rows)
    return News(share=share, values={**action.values, "rows": action.rows})


def field_missing(heard: Heard) -> News | None:
    """Return the field whose lack leaves most records without a segment."""
    found = heard.measured.segments
    if found is None or not found.enrichment.source.rows:
        return None
    rows = found.enrichment.source.rows
    worst = max(found.overlap.schemas, key=_undecided, default=None)
    names = lacking(worst) if worst is not None else []
    states = {state.field: state for state in found.enrichment.states}
    if worst is None or not names or names[0] not in states:
        return None
    undecided = _undecided(worst)
    if undecided < _FEWEST:
        return None
    nobody = [item for item in found.overlap.schemas if is_open_to_all(item, rows)]
    absent = [name for item in nobody for name in lacking(item) if name in states and states[name].header is None]
    values: dict[str, float | int | str] = {
        "field": names[0],
        "fields": some(absent or names),
        "without": len(nobody) if absent else 0,
        "schemas": len(found.overlap.schemas),
        "foreign": int(strangers(heard.measured) is not None),
        "filled": states[names[0]].share_filled,
        "rows": undecided,
        "share": share_of(undecided, rows),
        "schema": worst.schema,
    }
    return News(share=share_of(undecided, rows), values=values)


def _undecided(counted: SchemaCounts) -> int:
    return sum(item.rows for item in counted.unplaced if not item.decided)


def unplaced(heard: Heard) -> News | None:
    """Return the schema with most records in no segment."""
    found = heard.measured.segments
    worst = worst_placed(found) if found is not None else None
    if found is None or worst is None or not found.overlap.source.rows or worst[1] < _FEWEST:
        return None
    counted, rows = worst
    share = share_of(rows, found.overlap.source.rows)
    return News(share=share, values={"rows": rows, "share": share, "schema": counted.schema})


def contradiction(heard: Heard) -> News | None:
    """Return two segments that were proved to meet although each record is to have one."""
    action = heard.strongest("close-overlap")
    return News(share=max(action.impact, 0.01), values=action.values) if action is not None else None


def too_many(heard: Heard) -> News | None:
    """Return how many more segments there are than can be served, where anybody has said what serving them takes."""
    action = heard.strongest("cut-segments")
    found = heard.measured.segments
    hours = found.overlap.hours if found is not None else None
    if action is None or hours is None or not hours.stated or not hours.capacity:
        return None
    return News(share=float(action.values["share"]), values=action.values)


def unmeasured(heard: Heard) -> News | None:
    """Return that nothing can be told of what segments came to."""
    action = heard.strongest("measure-outcomes")
    found = heard.measured.segments
    if action is None or found is None or found.performance is not None:
        return None
    return News(share=1.0, values={"n": number_of_segments(found)})


def unmeasurable(heard: Heard) -> News | None:
    """Return how many segments are too small to show whether anything works."""
    action = heard.strongest("never-test-small")
    return News(share=float(action.values["share"]), values=action.values) if action is not None else None


def orphans(heard: Heard) -> News | None:
    """Return how many rows point to records that are not there."""
    figure = joined(heard.measured, heard.rules)
    rows, lost = figure.counts["rows"], figure.counts["lost"]
    share = share_of(lost, rows)
    return News(share=share, values={"rows": lost, "share": share}) if lost >= _FEWEST else None


def errors(heard: Heard) -> News | None:
    """Return the share of people's records with an error."""
    return _worse(without(Dimension.VALIDITY, Severity.ERROR)(heard.measured, heard.rules))


def stale(heard: Heard) -> News | None:
    """Return the share of dated values that are too old."""
    return _worse(fresh(heard.measured, heard.rules))


def _worse(figure: Figure) -> News | None:
    if figure.value is None:
        return None
    values = dict(figure.counts)
    return News(share=1 - figure.value, values={"share": 1 - float(figure.value), **values})


def better_segment(heard: Heard) -> News | None:
    """Return the segment that is better than the others beyond chance."""
    action = heard.strongest("back-the-better-segment")
    return News(share=max(action.impact, 0.01), values=action.values) if action is not None else None


def all_well(heard: Heard) -> News | None:
    """Return the mark over all."""
    total = heard.scored.total
    judged = sum(item.weight for item in heard.scored.pillars if item.score is not None)
    if total is None or judged < _ALL:
        return None
    return News(share=total / 100, values={"score": round(total)})


def no_duplicates(heard: Heard) -> News | None:
    """Return that people are there once."""
    tables = [table for table in heard.measured.tables if table.source.rows]
    found = [table for table in tables if holds_entities(table, heard.measured.segments)]
    rows = sum(table.source.rows for table in found)
    redundant = sum(table.identity.redundant for table in found if table.identity is not None)
    return News(share=1 - redundant / rows, values={"rows": rows, "redundant": redundant}) if rows else None


def all_placed(heard: Heard) -> News | None:
    """Return that records have their segment."""
    value = placed(heard.measured, heard.rules).value
    return News(share=value, values={"share": float(value)}) if value is not None else None


def data_sound(heard: Heard) -> News | None:
    """Return that records have no error."""
    value = without(Dimension.VALIDITY, Severity.ERROR)(heard.measured, heard.rules).value
    return News(share=value, values={"share": float(value)}) if value is not None else None


HEADLINES: Mapping[str, HeadlineLook] = {
    "opted_out": opted_out,
    "unreachable": unreachable,
    "duplicates": duplicates,
    "unplaced": unplaced,
    "field_missing": field_missing,
    "unmeasurable": unmeasurable,
    "unmeasured": unmeasured,
    "contradiction": contradiction,
    "too_many": too_many,
    "better_segment": better_segment,
    "leakage": leakage,
    "orphans": orphans,
    "errors": errors,
    "stale": stale,
    "all_well": all_well,
    "no_duplicates": no_duplicates,
    "all_placed": all_placed,
    "data_sound": data_sound,
}
