"""Which suggestions stand in one rules file together: at most one touches a segment, none what others refer to."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from segaudit.model.conditions import segment_refs_of
from segaudit.model.segments import RuleBook
from segaudit.model.suggestions import Suggestion, SuggestionKind

_ORDER = (SuggestionKind.BOUNDARY, SuggestionKind.MERGE, SuggestionKind.SPLIT, SuggestionKind.RETIRE)


def settle(suggestions: Iterable[Suggestion], rules: RuleBook) -> tuple[Suggestion, ...]:
    """Return suggestions by kind, those that cannot be written with the others marked, with the reason."""
    ordered = sorted(suggestions, key=lambda item: _ORDER.index(item.kind))
    taken: dict[tuple[str, str], Suggestion] = {}
    settled: list[Suggestion] = []
    for item in ordered:
        touched = [(item.schema, name) for name in item.segments]
        before = next((taken[key] for key in touched if key in taken), None)
        why = _named_elsewhere(item, rules)
        if before is not None:
            why = f'it meets "{before.title}" in {item.schema}: apply that, and run suggest again'
        if why or item.change is None:
            settled.append(replace(item, written=False, waits=why))
            continue
        taken |= dict.fromkeys(touched, item)
        settled.append(item)
    return tuple(settled)


def _named_elsewhere(item: Suggestion, rules: RuleBook) -> str:
    """Return what else names a segment that would be gone; empty if nothing does."""
    change = item.change
    if change is None:
        return ""
    gone = set(change.removed) - {added.id for added in change.added}
    said = list(_names(rules, item.schema, gone))
    if not said:
        left = len(rules.schema(item.schema).segments) - len(change.removed) + len(change.added)
        return "" if left else "nothing would be left of the schema"
    return f"{', '.join(dict.fromkeys(said))}: change that first"


def _names(rules: RuleBook, schema: str, gone: set[str]) -> Sequence[str]:
    found = [
        f"{other.id}.{segment.id} refers to it"
        for other, segment in rules.segments()
        for condition in (segment.criteria, *segment.exclude)
        for ref in segment_refs_of(condition)
        if ref.schema == schema and ref.segment in gone
    ]
    found += ["an exception names it" for item in rules.exceptions if item.schema == schema and item.segment in gone]
    moves = rules.schema(schema).transitions
    labels = {*moves, *(label for after in moves.values() for label in after)}
    return [*found, *("transitions: names it" for name in gone if name in labels)]
