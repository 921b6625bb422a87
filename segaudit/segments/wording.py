"""Conditions in plain words: a tree to be drawn as a nested list, or told in a sentence."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from segaudit.model.conditions import (
    Clause,
    Condition,
    Group,
    GroupKind,
    MissingPolicy,
    PredicateRef,
    RelatedClause,
    SegmentRef,
    clauses_of,
)
from segaudit.model.segments import RuleField
from segaudit.segments.wording_clauses import clause_text, field_of, related_text
from segaudit.segments.wording_values import bound_words, field_words, listed, number_words, value_words
from segaudit.sql.operators import operator_for


class WordsKind(StrEnum):
    """What a part of a condition is."""

    CLAUSE = "clause"
    GROUP = "group"
    PREDICATE = "predicate"
    SEGMENT = "segment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A part of a condition in plain words."""

    text: str  # a clause said whole; of a group, what its children are held by: "all of"
    kind: WordsKind
    children: tuple["Words", ...] = ()  # of a group; predicates and segments are named, not opened
    name: str = ""  # of the predicate or score, or schema.segment
    note: str = ""  # of a clause: what it makes of a missing value, if somebody decided that
    group: GroupKind | None = None


_GROUPS = {
    GroupKind.ALL: "all of",
    GroupKind.ANY: "any of",
    GroupKind.NONE: "none of",
    GroupKind.NOT: "not",
    GroupKind.NOT_ALL: "not all of",
}
_FLAT = frozenset({GroupKind.ALL, GroupKind.ANY})


def condition_tree(condition: Condition, fields: Mapping[str, RuleField]) -> Words:
    """Return a condition in plain words.

    Args:
        condition: Of a segment, a predicate or a part of a score.
        fields: Those of the rules; one they do not have is said as text.
    """
    match condition:
        case RelatedClause():
            return _related(condition, fields)
        case Clause():
            kind, note = WordsKind.CLAUSE, _policy_note(condition, fields)
            return Words(text=clause_text(condition, fields), kind=kind, note=note)
        case PredicateRef(name=name):
            return Words(text=field_words(name), kind=WordsKind.PREDICATE, name=name)
        case SegmentRef(schema=schema, segment=segment):
            said = f"is in {field_words(schema)}: {field_words(segment)}"
            return Words(text=said, kind=WordsKind.SEGMENT, name=f"{schema}.{segment}")
        case Group():
            return _group(condition, fields)


def _group(group: Group, fields: Mapping[str, RuleField]) -> Words:
    children = tuple(condition_tree(member, fields) for member in group.members)
    if group.kind in _FLAT:
        # What stands in a group of its own kind belongs to that group; a group of one is that one.
        children = tuple(
            inner for child in children for inner in (child.children if child.group is group.kind else (child,))
        )
        if len(children) == 1:
            return children[0]
    if group.kind is GroupKind.SCORE:
        said = f"the score {field_words(group.name)} is {bound_words(group.bounds)} points"
        points = zip(group.points, children, strict=True)
        parts = tuple(
            Words(text=f"{number_words(number)} points for", kind=WordsKind.GROUP, children=(child,))
            for number, child in points
        )
        return Words(text=said, kind=WordsKind.GROUP, children=parts, name=group.name, group=group.kind)
    said = f"at least {group.at_least} of" if group.kind is GroupKind.AT_LEAST else _GROUPS[group.kind]
    return Words(text=said, kind=WordsKind.GROUP, children=children, group=group.kind)


def _related(clause: RelatedClause, fields: Mapping[str, RuleField]) -> Words:
    text = related_text(clause, fields)
    parts = []
    if clause.where is not None:
        parts.append(_held("counting those with", clause.where, fields))
    if clause.test is not None:
        parts.append(_held("must meet", clause.test, fields))
    return Words(text=text, kind=WordsKind.CLAUSE, children=tuple(parts))


def _held(text: str, condition: Condition, fields: Mapping[str, RuleField]) -> Words:
    return Words(text=text, kind=WordsKind.GROUP, children=(condition_tree(condition, fields),))


def _decides(clause: Clause, fields: Mapping[str, RuleField]) -> bool:
    """Tell whether a clause is decided of a record that lacks the field."""
    operator = operator_for(clause.operator, field_of(clause.field, fields).type)
    return clause.operator == "bucket" or (operator is not None and operator.decided)


def _policy_note(clause: Clause, fields: Mapping[str, RuleField]) -> str:
    if _decides(clause, fields):
        return ""
    match clause.options.missing:
        case MissingPolicy.EXCLUDE:
            return "no, if it is missing"
        case MissingPolicy.INCLUDE:
            return "yes, if it is missing"
        case MissingPolicy.ERROR:
            return "may not be missing"
        case MissingPolicy.UNKNOWN:
            return ""


def missing_words(conditions: tuple[Condition, ...], fields: Mapping[str, RuleField]) -> tuple[str, ...]:
    """Return what conditions make of blank fields, a sentence for each kind of answer."""
    open_fields: dict[str, None] = {}
    meanings: dict[str, dict[str, None]] = {}  # what a blank means -> fields
    for clause in (clause for condition in conditions for clause in clauses_of(condition)):
        if isinstance(clause, RelatedClause) or _decides(clause, fields):
            continue
        names = [clause.field]
        operator = operator_for(clause.operator, field_of(clause.field, fields).type)
        if operator is not None and operator.other_field:
            names.append(str(clause.operand))
        for name in names:
            means = field_of(name, fields).blank_means
            if means is not None:
                meanings.setdefault(value_words(means, field_of(name, fields)), {})[name] = None
            elif clause.options.missing is MissingPolicy.UNKNOWN:
                open_fields[name] = None
    said = []
    if open_fields:
        rest = ", unless the rest settles it" if len(open_fields) > 1 or len(conditions) > 1 else ""
        said.append(f"A record without {_names(open_fields)} cannot be told{rest}.")
    said += [f"A blank in {_names(names)} means {means}." for means, names in meanings.items()]
    return tuple(said)


def _names(fields: Iterable[str]) -> str:
    return listed([field_words(name) for name in fields], "or")


_JOINTS = {GroupKind.ALL: "and", GroupKind.ANY: "or"}
_LISTS = {
    GroupKind.NONE: "none of these holds: ",
    GroupKind.NOT: "it is not so that ",
    GroupKind.NOT_ALL: "not all of these hold: ",
}
_COUNTED = {GroupKind.ALL: "all", GroupKind.ANY: "at least one", GroupKind.NONE: "none", GroupKind.NOT_ALL: "not all"}
_DEEPEST_TOLD = 3


def prose(words: Words, *, longest: int = 260) -> str:
    """Return a condition as part of a sentence; groups that would make it too long are counted, deepest first."""
    said = ""
    for depth in range(_DEEPEST_TOLD, -1, -1):
        said = _told(words, depth, within=False)
        if len(said) <= longest:
            break
    return said


def _told(words: Words, depth: int, *, within: bool) -> str:
    if words.kind is WordsKind.PREDICATE:
        return f'"{words.text}" holds'
    if words.kind is WordsKind.SEGMENT:
        return f"it {words.text}"
    if words.group in {None, GroupKind.SCORE}:
        return words.text
    count = len(words.children)
    if depth == 0 and words.group is not GroupKind.NOT:
        return f"{_COUNTED.get(words.group, words.text.removesuffix(' of'))} of {count} criteria {_verb(words, count)}"
    parts = [_told(child, depth - 1, within=True) for child in words.children]
    if words.group in _JOINTS:
        joined = _joined(parts, _JOINTS[words.group])
        return f"({joined})" if within else joined
    return f"{_LISTS.get(words.group, f'{words.text} these hold: ')}{'; '.join(parts)}"


def _joined(parts: list[str], joint: str) -> str:
    """Return parts as one; with commas where they hold lists of their own."""
    if any(f" {joint} " in part for part in parts):
        return f", {joint} ".join(parts)
    return listed(parts, joint)


def _verb(words: Words, count: int) -> str:
    return "holds" if count == 1 or words.group in {GroupKind.ANY, GroupKind.NONE} else "hold"
