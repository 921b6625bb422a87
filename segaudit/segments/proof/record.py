"""The imagined record: for each field that rules read its state and its value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from segaudit.model.conditions import Clause
from segaudit.model.fields import NUMERIC_TYPES, FieldType, Placeholder
from segaudit.model.proofs import WitnessValue
from segaudit.model.segments import RuleField
from segaudit.segments.proof import smt
from segaudit.segments.proof.lists import lists
from segaudit.segments.proof.smt import Model, Solver, Term
from segaudit.segments.proof.values import Flags, Values, ordered
from segaudit.segments.proof.words import words
from segaudit.sql.cells import BLANK, INVALID, OK, PLACEHOLDER
from segaudit.sql.operators import operator_for

UNREADABLE = "unreadable"  # stands in a witness for a cell that cannot be read as what its field holds
_ALWAYS_READABLE = frozenset({FieldType.TEXT, FieldType.ID, FieldType.ENUM, FieldType.MULTI})


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the proof goes by, beside the rules."""

    as_of: date
    catalogue: frozenset[str] = frozenset()  # fields the catalogue knows: their amounts and counts are not negative
    placeholders: tuple[Placeholder, ...] = ()

    def missing_words(self, rule_field: RuleField) -> tuple[str, ...]:
        """Return the words that stand for a missing value in a field."""
        return tuple(p.value for p in self.placeholders if p.means_missing(rule_field.name, rule_field.type))


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One field of the record."""

    rule_field: RuleField
    state: Term  # BLANK, PLACEHOLDER, INVALID or OK
    values: Values
    placeholder: str | None  # a word that stands for a missing value in it

    @property
    def blank(self) -> Term:
        """Return that nothing is there, or a placeholder."""
        return self.state <= PLACEHOLDER

    @property
    def empty(self) -> Term:
        """Return that nothing is there, not even a placeholder."""
        return self.state == BLANK

    @property
    def readable(self) -> Term:
        """Return that a value is there."""
        return self.state == OK

    @property
    def valued(self) -> Term:
        """Return that there is a value to compare: a readable one, or what a blank means."""
        means = self.rule_field.blank_means
        return self.readable if means is None or means == "never" else smt.any_of([self.readable, self.blank])

    def rules(self) -> Sequence[Term]:
        """Return what is so of the field in every record."""
        possible = [self.state >= BLANK, self.state <= OK]
        if self.rule_field.type in _ALWAYS_READABLE:
            possible.append(self.state != INVALID)
        means = self.rule_field.blank_means
        if means is not None and means != "never":
            possible.append(smt.if_then(self.blank, self.values.is_meant(means)))
        return [*possible, smt.if_then(self.readable, smt.all_of(self.values.always()))]

    def written_down(self) -> Term:
        """Return that somebody could write the cell down."""
        value = smt.if_then(self.readable, self.values.real())
        return value if self.placeholder is not None else smt.all_of([value, self.state != PLACEHOLDER])

    def read(self, model: Model) -> WitnessValue:
        """Return what the cell of a record found holds; None where nothing is there."""
        match model.number(self.state):
            case state if state == OK:
                return self.values.read(model)
            case state if state == INVALID:
                return UNREADABLE
            case state if state == PLACEHOLDER:
                return self.placeholder
            case _:
                return None


def subjects(
    clauses: Mapping[str, Sequence[Clause]], rule_fields: Mapping[str, RuleField], setting: Setting
) -> dict[str, Subject]:
    """Return the fields of the record.

    Args:
        clauses: Every clause on each field; a field that is only compared with has none.
        rule_fields: Fields as the rules declare them.
        setting: What the proof goes by.
    """
    linked = _linked(clauses, rule_fields)
    made = {}
    for name, own in clauses.items():
        rule_field = rule_fields[name]
        missing = setting.missing_words(rule_field)
        made[name] = Subject(
            rule_field=rule_field,
            state=smt.whole(f"{name}.state"),
            values=_values(rule_field, own, [c for other in linked.get(name, ()) for c in clauses[other]], setting),
            placeholder=missing[0] if missing else None,
        )
    return made


def _values(rule_field: RuleField, own: Sequence[Clause], others: Sequence[Clause], setting: Setting) -> Values:
    kind = rule_field.type
    if kind is FieldType.BOOL:
        return Flags(smt.flag(f"{rule_field.name}.value"))
    if kind is FieldType.MULTI:
        return lists(rule_field, own)
    if kind in NUMERIC_TYPES or kind is FieldType.DATE:
        return ordered(rule_field, [*own, *others], setting.as_of, counted=rule_field.name in setting.catalogue)
    return words(rule_field, own, frozenset(setting.missing_words(rule_field)), compared=others)


def _linked(clauses: Mapping[str, Sequence[Clause]], rule_fields: Mapping[str, RuleField]) -> dict[str, list[str]]:
    """Return for each field those it is compared with by a clause."""
    linked: dict[str, list[str]] = {}
    for name, own in clauses.items():
        for clause in own:
            operator = operator_for(clause.operator, rule_fields[name].type)
            if operator is not None and operator.other_field:
                linked.setdefault(name, []).append(str(clause.operand))
                linked.setdefault(str(clause.operand), []).append(name)
    return linked


def impose(made: Mapping[str, Subject], solver: Solver) -> None:
    """Require of a solver what is so of every field."""
    for subject in made.values():
        solver.require(*subject.rules())
