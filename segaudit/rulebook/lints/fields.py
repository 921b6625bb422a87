"""Fields that segments require: whether criteria read them, and whether the data has them."""

from collections.abc import Iterator

from segaudit.rulebook.lints.lint import LintContext, Noticed, counted, listed, named
from segaudit.rulebook.lints.reading import (
    fields_behind,
    fields_in,
    is_needed,
    required_fields,
    segments_reading,
)


def find_not_read(context: LintContext) -> Iterator[Noticed]:
    """Find required fields that have no say in the segment."""
    for schema, segment in context.rules.segments():
        read = fields_behind(context.rules, segment)
        spare = [name for name in required_fields(segment) if name not in read]
        if spare:
            yield Noticed(
                place=segment.place,
                message=f"{named(schema, segment)} requires {listed(spare)}, which its criteria never read",
                hint="take it out of required_fields, or let criteria ask for it",
            )


def find_not_required(context: LintContext) -> Iterator[Noticed]:
    """Find fields without which no record can be a member, and that required_fields does not name."""
    for schema, segment in context.rules.segments():
        stated = required_fields(segment)
        if not stated:
            continue
        read = dict.fromkeys(
            name
            for condition in (segment.criteria, *segment.exclude)
            for name in fields_in(condition, context.rules.fields)
        )
        needed = [name for name in read if name not in stated and is_needed(segment, name, context.rules.fields)]
        if needed:
            yield Noticed(
                place=segment.place,
                message=f"no record can be in {named(schema, segment)} without {listed(needed)}, and required_fields "
                "does not say so",
                hint=f"add {listed(needed)} to required_fields",
            )


def find_badly_covered(context: LintContext) -> Iterator[Noticed]:
    """Find required fields that are filled in fewer records than the rules want; each field is told once."""
    counts = context.counts
    if counts is None or not counts.rows:
        return
    for name, filled in counts.filled.items():
        field, users = context.rules.fields[name], segments_reading(context.rules, name)
        wanted, share = field.min_coverage, filled / counts.rows
        if wanted is None or not users or share >= wanted:
            continue
        lacking = counts.rows - filled
        absent = "; no column provides it" if name in counts.absent else ""
        lacked = listed(named(*user) for user in users)
        yield Noticed(
            place=field.place or users[0][1].place,
            message=f"{name} is filled in {_percent(share)} of records and should be in {_percent(wanted)}: "
            f"{counted(lacking, 'record')} lack what {lacked} cannot do without{absent}",
            hint="enrich the field (`segaudit enrich` tells in which records it pays), or segment on another",
            records=lacking,
        )


def find_mixed_currencies(context: LintContext) -> Iterator[Noticed]:
    """Find amounts in several currencies that rules compare or add up as if they were in one."""
    if context.counts is None:
        return
    for name, rows in context.counts.currencies.items():
        if len(rows) <= 1:
            continue
        rules, field = context.rules, context.rules.fields[name]
        users = (segment for _, segment in rules.segments() if name in fields_behind(rules, segment))
        said = listed(f"{counted(number, 'row')} in {code}" for code, number in rows.items())
        yield Noticed(
            place=field.place or next(users).place,
            message=f"{name} is read as bare numbers and is in several currencies: {said}",
            hint=f"declare which one is meant, `{name}: {{type: money, currency: {next(iter(rows))}}}`; amounts in "
            "another are then told to be unknown; or use a column that is converted to one",
        )


def _percent(share: float) -> str:
    """Return a share with one digit, never rounded up to what it does not reach."""
    return f"{int(share * 1000 + 1e-9) / 10:g}%"
