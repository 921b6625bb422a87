"""What segments leave unsaid: documentation, tests, when they are looked at again."""

from collections.abc import Iterator
from datetime import date

from segaudit.model.segments import Schema, Segment
from segaudit.rulebook.lints.lint import LintContext, Noticed, counted, first_place, listed, named, said
from segaudit.rulebook.suggest import did_you_mean
from segaudit.sql.operators import OperandError
from segaudit.sql.operators.operands import duration
from segaudit.text.folding import fold

_SEGMENT_KEYS = {
    "owner": "who answers for it",
    "decision": "what is done differently because of it",
    "treatment": "what its members get",
    "required_fields": "which fields it cannot do without",
    "refresh": "how often it is worked out anew",
}
_FROM_SCHEMA = frozenset({"refresh", "owner"})


def find_undocumented(context: LintContext) -> Iterator[Noticed]:
    """Find segments that lack documentation; those of a schema that lack the same are told at once."""
    for schema in context.rules.schemas:
        groups: dict[tuple[str, ...], list[tuple[Schema, Segment]]] = {}
        for segment in schema.segments:
            lacking = tuple(key for key in _SEGMENT_KEYS if not _has(schema, segment, key))
            if lacking:
                groups.setdefault(lacking, []).append((schema, segment))
        for keys, segments in groups.items():
            yield Noticed(
                place=first_place(segments),
                message=f"{_have(segments, 'segment')} no {listed(keys)}",
                hint="add " + "; ".join(f"{key}: {_SEGMENT_KEYS[key]}" for key in keys),
            )


def _has(schema: Schema, segment: Segment, key: str) -> bool:
    return bool(said(schema, segment, key) if key in _FROM_SCHEMA else segment.documentation.get(key))


def _have(segments: list[tuple[Schema, Segment]], noun: str) -> str:
    one = len(segments) == 1
    return f"{noun if one else noun + 's'} {listed(named(*item) for item in segments)} {'has' if one else 'have'}"


def find_without_next_action(context: LintContext) -> Iterator[Noticed]:
    """Find treatments that do not say what is done next."""
    for schema in context.rules.schemas:
        lacking = [
            (schema, segment)
            for segment in schema.segments
            if isinstance(treatment := segment.documentation.get("treatment"), dict)
            and treatment
            and not treatment.get("next_action")
        ]
        if lacking:
            yield Noticed(
                place=first_place(lacking),
                message=f"the treatment of {listed(named(*item) for item in lacking)} has no next_action",
                hint="say in one line what is done next: next_action: call within a day",
            )


def find_untested(context: LintContext) -> Iterator[Noticed]:
    """Find segments that no test expects; those of one schema are told at once."""
    tested = {(test.schema, test.expect) for test in context.rules.tests}
    for schema in context.rules.schemas:
        lacking = [(schema, segment) for segment in schema.segments if (schema.id, segment.id) not in tested]
        if lacking:
            yield Noticed(
                place=first_place(lacking),
                message=f"no test expects {listed(named(*item) for item in lacking)}",
                hint="add to tests: a record that must land in it",
            )


def find_overdue(context: LintContext) -> Iterator[Noticed]:
    """Find reviews that are due, and days that are none; a schema's own day is told once."""
    for schema in context.rules.schemas:
        kept: list[tuple[Schema | Segment, str]] = [(schema, f'schema "{schema.id}"')]
        kept += [(segment, named(schema, segment)) for segment in schema.segments]
        for item, name in kept:
            given = item.documentation.get("review_on")
            if given is None:
                continue
            try:
                day = date.fromisoformat(str(given))
            except ValueError:
                yield Noticed(
                    place=item.place, message=f'review_on of {name} is no day: "{given}"', hint="write 2026-01-31"
                )
                continue
            if day < context.as_of:
                late = counted((context.as_of - day).days, "day")
                yield Noticed(
                    place=item.place,
                    message=f"{name} was to be reviewed on {day.isoformat()}, {late} ago",
                    hint="go through criteria and treatment with the owner, and set the next review_on",
                )


def find_unknown_refresh(context: LintContext) -> Iterator[Noticed]:
    """Find words that say how often a segment is worked out anew, and are not known; each word is told once."""
    seen: dict[str, list[tuple[Schema, Segment | None]]] = {}
    for schema in context.rules.schemas:
        items: list[Segment | None] = [None, *schema.segments]
        for segment in items:
            word = (segment or schema).documentation.get("refresh")
            if word is not None and not _is_cadence(word, context.words.refresh):
                seen.setdefault(str(word), []).append((schema, segment))
    for word, users in seen.items():
        schema, segment = users[0]
        known = ", ".join(context.words.refresh[:7])
        names = listed(f'schema "{a.id}"' if b is None else named(a, b) for a, b in users)
        yield Noticed(
            place=(segment or schema).place,
            message=f'refresh of {names} is "{word}", which is no cadence',
            hint=did_you_mean(word, context.words.refresh) or f"write a length such as 30d, or one of {known}",
        )


def _is_cadence(word: object, known: tuple[str, ...]) -> bool:
    if fold(str(word)) in known:
        return True
    try:
        duration(word)
    except OperandError:
        return False
    return True
