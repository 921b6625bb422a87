"""Transitions between labels: whether records can get to where the rules would have them."""

from collections.abc import Iterator

from segaudit.model.segments import Schema
from segaudit.rulebook.lints.lint import LintContext, Noticed, listed


def find_unreached(context: LintContext) -> Iterator[Noticed]:
    """Find segments that no allowed transition leads to; the first that begins a path is where records begin."""
    for schema in context.rules.schemas:
        unreached = _unreached(schema)
        if unreached:
            yield Noticed(
                place=schema.segment(unreached[0]).place,
                message=f'no transition of "{schema.id}" leads to {listed(unreached)}',
                hint="name it behind the labels a record may come from, or nobody can get there but at once",
            )


def find_unknown_transitions(context: LintContext) -> Iterator[Noticed]:
    """Find transitions from or to a label that no record of the schema gets."""
    for schema in context.rules.schemas:
        labels = {segment.id for segment in schema.segments} | {
            schema.otherwise,
            schema.undecided_label,
            schema.conflict,
        }
        named = [*schema.transitions, *(label for labels in schema.transitions.values() for label in labels)]
        strange = [label for label in dict.fromkeys(named) if label not in labels]
        if strange:
            yield Noticed(
                place=schema.place,
                severity="error",
                message=f'transitions of "{schema.id}" name {listed(strange)}, which no record gets as a label',
                hint=f"its labels are {listed(sorted(labels))}",
            )


def _unreached(schema: Schema) -> list[str]:
    if not schema.transitions:
        return []
    targets = {label for labels in schema.transitions.values() for label in labels}
    unreached = [segment.id for segment in schema.segments if segment.id not in targets]
    begin = next((label for label in unreached if schema.transitions.get(label)), None)
    return [label for label in unreached if label != begin]
