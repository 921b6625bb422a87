"""Which rules decide each column of a table: those of its group, its field, its header, its type, or the default."""

from dataclasses import dataclass, replace
from itertools import chain

from segaudit.identity.survive.criteria import Attribute, Criteria, Criterion
from segaudit.identity.survive.data import SurvivalData
from segaudit.model.fields import ColumnReading, FieldType
from segaudit.model.survival import Chooser, GroupRules, SurvivorRule, Survivorship
from segaudit.text.folding import fold_header

_FLAGS = frozenset({Chooser.ANY_TRUE, Chooser.ANY_FALSE})
# What these leave behind is part of the answer, and no value that got lost.
_SUMMARIES = _FLAGS | {Chooser.MAX, Chooser.MIN, Chooser.SUM}


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnPlan:
    """How one column is decided."""

    reading: ColumnReading
    rules: tuple[SurvivorRule, ...]
    criteria: tuple[Criterion, ...]

    @property
    def head(self) -> SurvivorRule:
        """Return the first rule, which may combine values or judge whether cells are valid itself."""
        return self.rules[0]

    @property
    def judges_validity(self) -> bool:
        """Tell whether the first rule says itself what a cell that cannot be read means."""
        return self.head.chooser in _FLAGS and not self.head.fields

    @property
    def has_conflicts(self) -> bool:
        """Tell whether a value that does not survive is lost."""
        return self.head.chooser not in _SUMMARIES

    @property
    def text(self) -> str:
        """Return the rules as a person reads them."""
        return ", ".join(rule.chooser for rule in self.rules)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPlan:
    """How a group of columns is decided."""

    name: str
    readings: tuple[ColumnReading, ...]
    rules: tuple[SurvivorRule, ...]
    criteria: tuple[Criterion, ...]
    lead: int | None  # place among the readings
    judges_lead: bool  # the first rule says itself what a cell of the lead that cannot be read means
    same_by: tuple[int, ...]  # places among the readings

    @property
    def text(self) -> str:
        """Return the rules as a person reads them."""
        return f"{self.name}: " + ", ".join(rule.chooser for rule in self.rules)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a whole table is decided."""

    survivor: tuple[Criterion, ...]
    columns: tuple[ColumnPlan, ...]
    groups: tuple[GroupPlan, ...]
    attributes: tuple[Attribute, ...]


def make_plan(data: SurvivalData) -> Plan:
    """Find the rules of each column of a table."""
    criteria, rules = Criteria(data), data.rules
    survivor = criteria.of_records(rules.survivor)
    groups = tuple(plan for group in rules.groups if (plan := _group(group, data, criteria)) is not None)
    grouped = {reading.column.position for group in groups for reading in group.readings}
    columns = [_column(reading, rules, criteria) for reading in data.readings if reading.column.position not in grouped]
    return Plan(
        survivor=survivor,
        columns=tuple(columns),
        groups=groups,
        attributes=tuple(criteria.attributes.needed),
    )


def _group(group: GroupRules, data: SurvivalData, criteria: Criteria) -> GroupPlan | None:
    """Return the plan of a group; None where the table has none of its fields, or the group does not count there."""
    readings = [reading for name in group.fields if (reading := data.of_field(name)) is not None]
    if not readings or (group.only_with and not any(data.of_field(name) for name in group.only_with)):
        return None
    places = {reading.column.field: place for place, reading in enumerate(readings)}
    lead = places.get(group.lead) if group.lead else None
    first = group.rules[0]
    return GroupPlan(
        name=group.name,
        readings=tuple(readings),
        rules=group.rules,
        criteria=criteria.of_group(group.rules, group.lead),
        lead=lead,
        judges_lead=lead is not None and first.chooser in _FLAGS and first.fields[:1] == (group.lead,),
        same_by=tuple(places[name] for name in group.same_by if name in places),
    )


def _column(reading: ColumnReading, rules: Survivorship, criteria: Criteria) -> ColumnPlan:
    chosen = _rules_of(reading, rules)
    if chosen[0].chooser in _FLAGS and not chosen[0].fields:
        reading = replace(reading, type=FieldType.BOOL, style="")
    if chosen[0].chooser is Chooser.SUM and len(chosen) == 1:
        chosen = (*chosen, replace(chosen[0], chooser=Chooser.MAX))  # where something cannot be added up
    deciding = [rule for rule in chosen if rule.chooser not in {Chooser.SUM, Chooser.UNION}]
    return ColumnPlan(reading=reading, rules=chosen, criteria=criteria.of_cells(deciding, reading))


def _rules_of(reading: ColumnReading, rules: Survivorship) -> tuple[SurvivorRule, ...]:
    """Return the rules of a column: those for its header, then for its field, then for its type."""
    header, field = fold_header(reading.column.header), reading.column.field
    by_header = (entry.rules for entry in rules.fields if header in entry.columns)
    by_field = (entry.rules for entry in rules.fields if field in entry.fields)
    by_type = (entry.rules for entry in rules.fields if reading.type in entry.types)
    return next(chain(by_header, by_field, by_type), rules.default)
