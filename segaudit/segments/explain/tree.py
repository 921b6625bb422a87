"""The criteria of a segment as a tree of plain words, each part with its verdict on one row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from sqlglot import expressions as exp

from segaudit.model.conditions import (
    Clause,
    Condition,
    Group,
    GroupKind,
    MissingPolicy,
    PredicateRef,
    RelatedClause,
    SegmentRef,
)
from segaudit.model.explanations import Part, PartKind
from segaudit.model.segments import RuleBook, RuleField, Segment
from segaudit.segments.explain.decided import Decided
from segaudit.segments.program import Program, membership_name, verdict_name
from segaudit.segments.proof.verdicts import earlier_segments
from segaudit.sql.cells import BLANK, INVALID, OK, PLACEHOLDER
from segaudit.sql.conditions import condition_verdict, operand_words, score_words
from segaudit.sql.operators import operator_for

_GROUP_WORDS = {
    GroupKind.ALL: "all of",
    GroupKind.ANY: "any of",
    GroupKind.NONE: "none of",
    GroupKind.NOT: "not",
    GroupKind.NOT_ALL: "not all of",
}
_TROUBLE = {BLANK: "missing", PLACEHOLDER: "a placeholder", INVALID: "cannot be read"}
_OPEN = "what it holds leaves it open"
_POLICIES = {MissingPolicy.EXCLUDE: "counts as no", MissingPolicy.INCLUDE: "counts as yes"}


def group_columns(rules: RuleBook, program: Program) -> Mapping[int, exp.Expr]:
    """Return the verdict of every group of the rules over the decided columns, by the group's identity."""
    found: dict[int, exp.Expr] = {}
    for _, segment in rules.segments():
        for condition in (segment.criteria, *segment.exclude):
            for group in _groups(condition):
                found.setdefault(id(group), condition_verdict(group, program.clauses))
    return found


def column_of(group: int) -> str:
    """Return the name of a group's column."""
    return f"group_{group}"


def _groups(condition: Condition) -> Iterable[Group]:
    match condition:
        case Group():
            yield condition
            for member in condition.members:
                yield from _groups(member)
        case PredicateRef():
            yield from _groups(condition.condition)


@dataclass(slots=True)
class Tree:
    """One segment's criteria on one row; a segment that is referred to is opened where it is first met."""

    rules: RuleBook
    row: Decided
    _opened: dict[tuple[str, str], None] = field(default_factory=dict)

    def criteria(self, segment: Segment) -> Part:
        """Return the criteria of a segment."""
        return self._part(segment.criteria)

    def exclusions(self, segment: Segment) -> tuple[Part, ...]:
        """Return what keeps a row out of a segment."""
        parts = [self._part(condition) for condition in segment.exclude]
        return tuple(replace(part, kind=PartKind.EXCLUSION, words=f"left out if {part.words}") for part in parts)

    def _part(self, condition: Condition) -> Part:
        match condition:
            case RelatedClause():
                return self._related(condition)
            case Clause():
                return self._clause(condition)
            case PredicateRef():
                part = self._part(condition.condition)
                return replace(part, kind=PartKind.PREDICATE, words=f"{condition.name}: {part.words}")
            case SegmentRef():
                return self._segment(condition)
            case Group():
                return self._group(condition)

    def _related(self, clause: RelatedClause) -> Part:
        verdict = self.row.verdict(clause)
        return Part(
            kind=PartKind.RELATED,
            words=self.row.program.words(clause),
            verdict=verdict,
            field=clause.field,
            value=self.row.cell(clause.field),
            note="its rows leave it open" if verdict is None else "",
        )

    def _clause(self, clause: Clause) -> Part:
        fields = self.row.program.rules.fields
        names = [clause.field]
        known = operator_for(clause.operator, fields[clause.field].type)
        if known is not None and known.other_field:
            names.append(str(clause.operand))
        values = [self._value(fields[name]) for name in names]
        verdict = self.row.verdict(clause)
        return Part(
            kind=PartKind.CLAUSE,
            words=self.row.program.words(clause),
            verdict=verdict,
            field=clause.field,
            value=values[0] if len(values) == 1 else f"{values[0]}; {names[1]} is {values[1]}",
            note=self._why_open(names) if verdict is None else self._policy(clause, names),
        )

    def _value(self, rule_field: RuleField) -> str:
        cell, state = self.row.cell(rule_field.name), self.row.state(rule_field.name)
        means = rule_field.blank_means
        return cell if means is None or state > PLACEHOLDER else f"{cell}, which means {operand_words(means)}"

    def _why_open(self, names: Iterable[str]) -> str:
        """Return what keeps the fields of a clause from deciding it."""
        troubles = [(name, _TROUBLE[state]) for name in names if (state := self.row.state(name)) != OK]
        return ", ".join(f"{name} is {words}".replace("is cannot", "cannot") for name, words in troubles) or _OPEN

    def _policy(self, clause: Clause, names: Iterable[str]) -> str:
        """Return that the verdict is what the rules say of a missing value."""
        words = _POLICIES.get(clause.options.missing)
        known = operator_for(clause.operator, self.row.program.kind(clause))
        if words is None or known is None or known.decided:
            return ""
        lacking = [
            name
            for name in names
            if self.row.state(name) == INVALID
            or (self.row.state(name) < INVALID and self.row.program.rules.fields[name].blank_means is None)
        ]
        return f"a missing {lacking[0]} {words} here" if lacking else ""

    def _segment(self, ref: SegmentRef) -> Part:
        schema = self.rules.schema(ref.schema)
        segment = schema.segment(ref.segment)
        words = f"in {ref.schema}.{ref.segment}"
        verdict = self.row.named(membership_name(schema, segment))
        key = (ref.schema, ref.segment)
        if key in self._opened:
            return Part(kind=PartKind.SEGMENT, words=words, verdict=verdict, note="as above")
        self._opened[key] = None
        taken = [e.id for e in earlier_segments(schema, segment) if self.row.named(verdict_name(schema, e))]
        note = f"{ref.schema}.{taken[0]} takes it first" if taken else ""
        members = (self.criteria(segment), *self.exclusions(segment))
        return Part(kind=PartKind.SEGMENT, words=words, verdict=verdict, note=note, members=members)

    def _group(self, group: Group) -> Part:
        members = tuple(self._part(member) for member in group.members)
        if group.kind is GroupKind.SCORE:
            return self._score(group, members)
        if len(members) == 1 and group.kind in {GroupKind.ALL, GroupKind.ANY}:
            return members[0]
        words = f"at least {group.at_least} of" if group.kind is GroupKind.AT_LEAST else _GROUP_WORDS[group.kind]
        verdict = self.row.named(column_of(id(group)))
        return Part(kind=PartKind.GROUP, words=words, verdict=verdict, members=members)

    def _score(self, group: Group, members: tuple[Part, ...]) -> Part:
        """Return a score with what each of its parts gives; one that cannot be told leaves the sum between two ends."""
        low = high = 0.0
        for part, points in zip(members, group.points, strict=True):
            low += points if part.verdict or (part.verdict is None and points < 0) else 0
            high += points if part.verdict or (part.verdict is None and points > 0) else 0
        named = tuple(
            replace(part, words=f"{points:+g} points if {part.words}")
            for part, points in zip(members, group.points, strict=True)
        )
        value = f"{low:g}" if low == high else f"{low:g} to {high:g}"
        return Part(
            kind=PartKind.SCORE,
            words=score_words(group),
            verdict=self.row.named(column_of(id(group))),
            field=group.name,
            value=value,
            members=named,
        )
