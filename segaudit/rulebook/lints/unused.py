"""What the rules define and nobody uses."""

from collections.abc import Iterator

from segaudit.model.segments import RuleBook, RuleField
from segaudit.rulebook.lints.lint import LintContext, Noticed
from segaudit.rulebook.lints.reading import fields_behind, fields_in, names_used, required_fields


def find_unused_predicates(context: LintContext) -> Iterator[Noticed]:
    """Find predicates that no segment and no score uses."""
    used = names_used(context.rules)
    for name, condition in context.rules.predicates.items():
        if ("predicate", name) not in used:
            yield Noticed(
                place=condition.place,
                message=f'no segment uses the predicate "{name}"',
                hint=f"write {{predicate: {name}}} where it is meant, or take it out",
            )


def find_unused_scores(context: LintContext) -> Iterator[Noticed]:
    """Find scores that no segment shows, asks for or ranks by."""
    used = names_used(context.rules)
    for name, score in context.rules.scores.items():
        if ("score", name) not in used:
            yield Noticed(
                place=score.place,
                message=f'no segment uses the score "{name}"',
                hint=f"write score: {name} in a segment, or rank its members by it, or take it out",
            )


def find_unused_fields(context: LintContext) -> Iterator[Noticed]:
    """Find declared fields that no rule reads and of which the declaration says nothing others would use."""
    read = _fields_read(context.rules)
    for name, field in context.rules.fields.items():
        if field.place is not None and name not in read and not _is_used_elsewhere(field):
            yield Noticed(
                place=field.place,
                message=f'no rule reads the field "{name}"',
                hint="take the declaration out, and the column out of the export if nobody else needs it",
            )


def _fields_read(rules: RuleBook) -> frozenset[str]:
    read: set[str] = set()
    for _, segment in rules.segments():
        read |= fields_behind(rules, segment)
        read.update(required_fields(segment))
    conditions = [*rules.predicates.values(), *(part.when for score in rules.scores.values() for part in score.parts)]
    for condition in conditions:
        read.update(fields_in(condition, rules.fields))
    return frozenset(read)


def _is_used_elsewhere(field: RuleField) -> bool:
    """Tell whether coverage, quality or the dictionary go by what the declaration says."""
    about = (field.column, field.max_age_days, field.updated, field.values, field.description, field.owner)
    return any(about) or field.sensitive is not None
