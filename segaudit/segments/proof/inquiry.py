"""One schema put to the solver: its segments' verdicts over the imagined record, and records that people can read."""

from collections.abc import Mapping, Sequence

from segaudit.model.conditions import Clause
from segaudit.model.proofs import Witness, WitnessValue
from segaudit.model.segments import RuleBook, Schema, Segment
from segaudit.segments.proof import smt
from segaudit.segments.proof.clauses import STATE_OPERATORS, Clauses
from segaudit.segments.proof.reasons import Goal, Reason, Reasons
from segaudit.segments.proof.record import Setting, Subject, impose, subjects
from segaudit.segments.proof.smt import Answer, Model, Solver, Term
from segaudit.segments.proof.verdicts import Verdicts, clauses_behind
from segaudit.sql.operators import operator_for


class Inquiry:
    """Everything that questions about the segments of one schema need.

    Attributes:
        rules: The whole rule book.
        schema: The schema asked about.
        solver: Holds what is so of every record.
        subjects: The fields of the record.
        verdicts: The segments' verdicts.
        truths: Those of the schema's own segments, in order.
        settled: A flag: no field is blank or unreadable, but for blanks that the rules speak of.
        strict: A flag: the record can be written down, and free clauses are UNKNOWN.
    """

    def __init__(self, rules: RuleBook, schema: Schema, setting: Setting) -> None:
        self.rules = rules
        self.schema = schema
        self.solver = Solver()
        by_field = _by_field(rules, schema)
        self.subjects = subjects(by_field, rules.fields, setting)
        impose(self.subjects, self.solver)
        self.strict, self.settled = smt.flag("strict"), smt.flag("settled")
        self._calm, self._known, self._tidy = map(smt.flag, ("calm", "known", "tidy"))
        self._plain, self._near = map(smt.flag, ("plain", "near"))
        self._define_flags(by_field)
        self.verdicts = Verdicts(rules, Clauses(self.subjects, self.solver, self.strict), self.solver)
        self.truths = tuple(self.verdicts.verdict(schema, segment) for segment in schema.segments)

    def _define_flags(self, by_field: Mapping[str, Sequence[Clause]]) -> None:
        """Say what the flags mean that a question can ask for."""
        for name, subject in self.subjects.items():
            asked = any(clause.operator in STATE_OPERATORS for clause in by_field[name])
            meaning_nothing = subject.rule_field.blank_means is None
            may_be_blank = asked or not meaning_nothing
            meanings = (
                # What rules ask whether it is there at all, such as the reason of a bounce, is there of few records.
                ([self._calm], subject.empty if asked and meaning_nothing else subject.readable),
                ([self._calm, subject.readable], subject.values.bare()),
                ([self._tidy], smt.any_of([subject.readable, subject.empty])),
                ([self._plain, subject.readable], subject.values.plain()),
                ([self._near, subject.readable], subject.values.near()),
                ([self._known], subject.readable),
                ([self.strict], subject.written_down()),
                ([self.settled], smt.any_of([subject.readable, subject.blank]) if may_be_blank else subject.readable),
            )
            self.solver.require(*(smt.if_then(smt.all_of(flags), term) for flags, term in meanings))

    def free(self) -> tuple[Clause, ...]:
        """Return the clauses that the proof does not look into."""
        return tuple(self.verdicts.clauses.free.values())

    def find(self, *flags: Term) -> Model | None:
        """Find a record that can be written down, with values that people recognise if there is one."""
        looks: tuple[tuple[Term, ...], ...] = (
            (self._calm, self._plain, self._near),
            (self._calm, self._near),
            (self._known, self._plain, self._near),
            (self._known, self._near),
            (self._tidy, self._near),
            (self._near,),
            (),
        )
        for look in looks:
            if self.solver.ask(self.strict, *look, *flags) is Answer.SOME:
                return self.solver.model()
        return None

    def reason(self, model: Model, goals: Sequence[tuple[Segment, Goal]]) -> Reason:
        """Return the clauses that settle verdicts of the schema's segments on a record found, on few fields."""
        reasons = Reasons(self.verdicts, model)
        found = reasons.verdicts_of(goals) or ()
        for name in dict.fromkeys(name for clause in found for name in self.verdicts.clauses.fields_of(clause)):
            fewer = reasons.without(name)
            shorter = fewer.verdicts_of(goals)
            if shorter is not None:
                reasons, found = fewer, shorter
        return found

    def witness(self, model: Model, reason: Reason) -> Witness:
        """Return the fields that matter, without those whose value is what a blank means anyway."""
        by_field: dict[str, list[Clause]] = {}
        for clause in reason:
            for name in self.verdicts.clauses.fields_of(clause):
                by_field.setdefault(name, []).append(clause)
        witness: dict[str, WitnessValue] = {}
        for name, subject in self.subjects.items():
            value = subject.read(model) if name in by_field else None
            about_state = any(clause.operator in STATE_OPERATORS for clause in by_field.get(name, ()))
            if name in by_field and (about_state or value is None or not _is_meant(subject, value)):
                witness[name] = value
        return witness


def _is_meant(subject: Subject, value: WitnessValue) -> bool:
    means = subject.rule_field.blank_means
    return means is not None and means != "never" and type(means) is type(value) and means == value


def _by_field(rules: RuleBook, schema: Schema) -> dict[str, list[Clause]]:
    """Return every clause the schema's segments hang on, by the fields they read."""
    found: dict[str, list[Clause]] = {}
    for clause in clauses_behind(rules, [(schema, segment) for segment in schema.segments]):
        found.setdefault(clause.field, []).append(clause)
        known = operator_for(clause.operator, rules.fields[clause.field].type)
        if known is not None and known.other_field:
            found.setdefault(str(clause.operand), [])
    return found
