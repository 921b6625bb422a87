"""What the scorecard asks of records, compiled beside the segments as one more schema."""

from dataclasses import replace

from segaudit.model.conditions import Clause, ClauseOptions, Condition, Group, GroupKind, Place
from segaudit.model.fields import FieldType
from segaudit.model.scorecard import Standards
from segaudit.model.segments import Assignment, RuleBook, Schema, Segment
from segaudit.rulebook.lints.reading import is_needed, required_fields

PROBES = "scorecard.asked"  # with a full stop: no schema of a file can be called so
ABLE = "able"
BOUGHT = "bought"
NEED = "need{}"
ADDRESS = "address_{}"
GRANTED = "granted_{}"
REFUSED = "refused_{}"
FILLED = "filled_{}"
RECENT = "recent"
CHANGED = "updated_on"  # of the whole record


def with_probes(rules: RuleBook, standards: Standards) -> RuleBook:
    """Return rules with one schema more, whose segments are what the scorecard asks of a record."""
    place = rules.schemas[0].place
    asked = _able(standards, place) | _channels(standards) | _filled(rules, place)
    if CHANGED in rules.fields and rules.fields[CHANGED].type is FieldType.DATE:
        days = f"{standards.limit('fresh_days'):.0f}d"
        asked[RECENT] = Clause(
            field=CHANGED, operator="within_last", operand=days, options=ClauseOptions(), place=place
        )
    segments = tuple(
        Segment(id=name, name=name, criteria=criteria, exclude=(), place=place) for name, criteria in asked.items()
    )
    schema = Schema(id=PROBES, assign=Assignment.ALL_MATCHES, segments=segments, place=place)
    return replace(rules, schemas=(*rules.schemas, schema))


def without_probes(rules: RuleBook) -> RuleBook:
    """Return the rules as they were."""
    return replace(rules, schemas=tuple(schema for schema in rules.schemas if schema.id != PROBES))


def _able(standards: Standards, place: Place) -> dict[str, Condition]:
    asked: dict[str, Condition] = {NEED.format(index): item for index, item in enumerate(standards.needs.values())}
    needs = Group(kind=GroupKind.ALL, members=tuple(standards.needs.values()), place=place) if asked else None
    ways = tuple(item for item in (standards.bought, needs) if item is not None)
    if standards.bought is not None:
        asked[BOUGHT] = standards.bought
    if ways:
        asked[ABLE] = Group(kind=GroupKind.ANY, members=ways, place=place)
    return asked


def _channels(standards: Standards) -> dict[str, Condition]:
    asked: dict[str, Condition] = {}
    for channel in standards.channels:
        asked[ADDRESS.format(channel.name)] = channel.address
        whole = channel.consent.condition if channel.consent is not None else None
        if isinstance(whole, Group):
            granted, *refused = whole.members
            asked[GRANTED.format(channel.name)] = granted
            if refused:  # it says that none of what refuses holds
                asked[REFUSED.format(channel.name)] = Group(
                    kind=GroupKind.NOT, members=(refused[0],), place=refused[0].place
                )
    return asked


def _filled(rules: RuleBook, place: Place) -> dict[str, Condition]:
    """Ask of each field some segment cannot do without whether it has a value; one whose blank means one has."""
    asked: dict[str, Condition] = {}
    for _, segment in rules.segments():
        for name in needed_fields(rules, segment):
            operator = "valid" if rules.fields[name].blank_means is None else "invalid"
            clause = Clause(
                field=name, operator=operator, operand=operator == "valid", options=ClauseOptions(), place=place
            )
            asked[FILLED.format(name)] = clause
    return asked


def needed_fields(rules: RuleBook, segment: Segment) -> tuple[str, ...]:
    """Return the fields a segment cannot do without: those it says so of, and those without which nobody is in it."""
    read = [name for name in segment.fields if name in rules.fields and is_needed(segment, name, rules.fields)]
    named = [name for name in required_fields(segment) if name in rules.fields]
    kept = dict.fromkeys([*read, *named])
    return tuple(name for name in kept if rules.fields[name].type is not FieldType.ROWS)
